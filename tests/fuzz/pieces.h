/* SPDX-License-Identifier: MIT */
/* An input that is several things: each a 16-bit length (big-endian) and bytes. */
#ifndef NX_FUZZ_PIECES_H
#define NX_FUZZ_PIECES_H

#include <stdlib.h>

#include "core/cursor.h"
#include "tests/fuzz/fuzz.h"

#define PIECES_MAX 16

/* The next one; a length that is too large takes what is there. */
static inline bool pieces_next(struct cursor *c, struct span *out)
{
	if (cursor_left(c) < 2)
		return false;
	size_t n = cursor_u16(c);
	if (n > cursor_left(c))
		n = cursor_left(c);
	*out = cursor_span(c, n);
	return true;
}

/*
 * A copy in memory that ends where the piece does, and starts at an odd
 * address: sanitizers see one byte too many, and a cast. `*to_free` is the
 * caller's to free.
 */
static inline uint8_t *pieces_copy(struct span s, void **to_free)
{
	uint8_t *at = *to_free = malloc(s.len + 1);

	must(at, "memory", "");
	if (s.len)
		memcpy(at + 1, s.data, s.len);
	return at + 1;
}

#endif
