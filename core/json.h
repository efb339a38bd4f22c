/* SPDX-License-Identifier: MIT */
/*
 * A streaming JSON writer for lines by the million. It writes into a buffer of
 * the caller; commas are its own. Output is always valid UTF-8 JSON: texts are
 * escaped, invalid bytes become U+FFFD. When the buffer is full it sets
 * `full` and writes no more.
 */
#ifndef NX_JSON_H
#define NX_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *buf;
	size_t size, len;
	bool full;
	bool comma; /* the next member needs one before it */
};

void json_init(struct json *j, char *buf, size_t size);
/* key NULL: within an array, or the outermost value. */
void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, const char *key);
void json_close_array(struct json *j);
void json_text(struct json *j, const char *key, const char *text);
void json_number(struct json *j, const char *key, uint64_t n);
void json_signed(struct json *j, const char *key, int64_t n);
/* json_bool is a type of json-c. */
void json_flag(struct json *j, const char *key, bool b);
void json_null(struct json *j, const char *key);

#endif
