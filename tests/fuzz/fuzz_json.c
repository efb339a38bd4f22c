/* SPDX-License-Identifier: MIT */
/*
 * The JSON writer, driven by the input: the first two octets are the size of
 * its buffer, then each octet is a value to write, followed by its number or
 * text. json-c reads what was written, and each text comes back as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/strict.h"
#include "tests/strictjson.h"

#define DEPTH 24

struct writer {
	struct json json;
	struct json_object *want[DEPTH]; /* what is open, outermost first */
	bool array[DEPTH];
	size_t depth;
};

/* Every octet that is not UTF-8 is U+FFFD. */
static struct json_object *text_wanted(const char *text)
{
	char out[3 * 256 + 1];
	size_t n = 0;

	for (const uint8_t *s = (const uint8_t *)text; *s;) {
		size_t len = strictjson_utf8(s, 4);
		memcpy(out + n, len ? (const void *)s : "\xef\xbf\xbd",
		       len ? len : 3);
		n += len ? len : 3;
		s += len ? len : 1;
	}
	return json_object_new_string_len(out, (int)n);
}

static void want(struct writer *w, const char *key, struct json_object *o)
{
	struct json_object *in = w->want[w->depth - 1];

	if (key)
		json_object_object_add(in, key, o);
	else
		json_object_array_add(in, o);
}

static void open(struct writer *w, const char *key, bool array)
{
	struct json_object *o = array ? json_object_new_array() :
					json_object_new_object();

	if (w->depth == DEPTH) {
		json_object_put(o);
		return;
	}
	if (w->depth)
		want(w, key, o);
	array ? json_open_array(&w->json, key) :
		json_open_object(&w->json, key);
	w->array[w->depth] = array;
	w->want[w->depth++] = o;
}

static void close(struct writer *w)
{
	w->depth--;
	w->array[w->depth] ? json_close_array(&w->json) :
			     json_close_object(&w->json);
}

static uint64_t number(struct cursor *c)
{
	uint64_t high = cursor_u32(c);

	return high << 32 | cursor_u32(c);
}

/*
 * json-c 0.16 takes a character whose lower 16 bits look like half of a
 * pair for one: U+ED800, which we write as \udb76\udc00, is lost there. Such
 * a character is broken before it is written.
 */
static void spare_reader(char *text)
{
	for (uint8_t *s = (uint8_t *)text; *s; s++)
		if (strictjson_utf8(s, 4) == 4 &&
		    (s[1] & 0x0f) == 0x0d && s[2] >= 0xa0)
			s[0] = '?';
}

static void write_text(struct writer *w, const char *key, struct cursor *c)
{
	char text[256];
	struct span s = cursor_span(c, cursor_u8(c));

	if (s.len)
		memcpy(text, s.data, s.len);
	text[s.len] = 0;
	spare_reader(text);
	json_text(&w->json, key, text);
	want(w, key, text_wanted(text));
}

static void write_one(struct writer *w, unsigned what, const char *key,
		      struct cursor *c)
{
	uint64_t n;

	switch (what) {
	case 0:
		open(w, key, true);
		break;
	case 1:
		open(w, key, false);
		break;
	case 2:
		if (w->depth > 1)
			close(w);
		break;
	case 3:
		n = number(c);
		json_number(&w->json, key, n);
		want(w, key, json_object_new_uint64(n));
		break;
	case 4:
		n = number(c);
		json_signed(&w->json, key, (int64_t)n);
		want(w, key, json_object_new_int64((int64_t)n));
		break;
	case 5:
		n = cursor_u8(c) & 1;
		json_flag(&w->json, key, n);
		want(w, key, json_object_new_boolean((int)n));
		break;
	case 6:
		json_null(&w->json, key);
		want(w, key, NULL);
		break;
	default:
		write_text(w, key, c);
	}
}

/* Both as text, of which json-c makes the one only from what we wrote. */
static void compare(const struct json *j, struct json_object *wanted)
{
	static const int plain = JSON_C_TO_STRING_PLAIN;
	struct json_tokener *t = json_tokener_new_ex(DEPTH + 2);

	must_be_json(j->buf, j->len);
	json_tokener_set_flags(t, strict_flags());
	struct json_object *o = json_tokener_parse_ex(t, j->buf, (int)j->len);
	must(o && json_tokener_get_parse_end(t) == j->len, "it is JSON", "");
	must(!strcmp(json_object_to_json_string_ext(o, plain),
		     json_object_to_json_string_ext(wanted, plain)),
	     "what was written is read",
	     json_object_to_json_string_ext(o, plain));
	json_object_put(o);
	json_tokener_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	size_t room = cursor_u16(&c);
	struct writer w = { .depth = 0 };
	char *buf = malloc(room ? room : 1);

	must(buf, "memory", "");
	json_init(&w.json, buf, room);
	open(&w, NULL, false);
	for (unsigned i = 0; cursor_left(&c) && i < STRICTJSON_KEYS; i++) {
		char key[] = { (char)('a' + i % 26), (char)('a' + i / 26 % 26),
			       (char)('a' + i / 676), 0 };
		write_one(&w, cursor_u8(&c) % 10,
			  w.array[w.depth - 1] ? NULL : key, &c);
	}
	while (w.depth)
		close(&w);
	must(w.json.len <= room, "it stays in its buffer", "");
	if (!w.json.full)
		compare(&w.json, w.want[0]);
	json_object_put(w.want[0]);
	free(buf);
	return 0;
}
