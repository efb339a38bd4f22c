/* SPDX-License-Identifier: MIT */
/*
 * Reads untrusted bytes without overrun. A cursor fails once and stays
 * failed, so a decoder checks `failed` once at the end; a failed read gives 0
 * or NULL. Numbers are big-endian on the wire, host order when returned.
 */
#ifndef NX_CURSOR_H
#define NX_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes: valid as long as what they were taken from. */
struct span {
	const uint8_t *data;
	size_t len;
};

struct cursor {
	const uint8_t *base;
	size_t len; /* bytes from base that may be read */
	size_t pos; /* never above len */
	bool failed;
};

static inline struct cursor cursor_of(const void *base, size_t len)
{
	return (struct cursor){ .base = base, .len = len };
}

static inline size_t cursor_left(const struct cursor *c)
{
	return c->failed ? 0 : c->len - c->pos;
}

/* Borrow the next n bytes and step over them; NULL if fewer are left. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t n)
{
	if (c->failed || n > c->len - c->pos) {
		c->failed = true;
		return NULL;
	}
	const uint8_t *p = c->base + c->pos;
	c->pos += n;
	return p;
}

static inline struct span cursor_span(struct cursor *c, size_t n)
{
	const uint8_t *p = cursor_take(c, n);
	return (struct span){ p, p ? n : 0 };
}

static inline void cursor_skip(struct cursor *c, size_t n)
{
	cursor_take(c, n);
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);
	return p ? p[0] : 0;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);
	if (!p)
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);
	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			   (uint32_t)p[2] << 8 | p[3] :
		   0;
}

#endif
