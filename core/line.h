/* SPDX-License-Identifier: MIT */
/* A text put together piece by piece in a caller's buffer. */
#ifndef NX_LINE_H
#define NX_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"

/* Pieces past the end set `full`; without a text it is set from the start. */
struct line {
	char *text; /* always terminated; or NULL */
	size_t size, len;
	bool full;
};

struct line line_of(char *text, size_t size);
void line_put(struct line *l, const char *piece);
void line_char(struct line *l, char c);
void line_number(struct line *l, uint64_t n);
void line_hex(struct line *l, struct span bytes);
void line_base64(struct line *l, struct span bytes); /* RFC 4648 4 */
void line_base32hex(struct line *l, struct span bytes); /* 7, unpadded */
void line_address(struct line *l, uint8_t family, const uint8_t *bytes);
/* "..." with \" and the escapes of text_clean(): RFC 1035 5.1. */
void line_quoted(struct line *l, struct span bytes);
/* As text_clean(), reversible. */
void line_clean(struct line *l, struct span bytes);
/* Take back what was put since *to was copied from the line. */
void line_back(struct line *l, const struct line *to);
/* When something found no room, the last bytes become "...". */
void line_end(struct line *l);

#endif
