/* SPDX-License-Identifier: MIT */
/* "Did you mean": which of several names is nearest to what was typed. */
#ifndef NX_NEAR_H
#define NX_NEAR_H

#include <stddef.h>

struct near {
	const char *name; /* what was typed */
	const char *best; /* the nearest so far; NULL: none is near */
	size_t distance; /* best's; only nearer ones replace it */
};

/* Start: nothing is near that differs in more than a third of its letters. */
struct near near_of(const char *name);
/*
 * Try one candidate, of len bytes, ignoring case; `as` becomes best when it is
 * nearer (edit distance) than all before.
 */
void near_try(struct near *n, const char *candidate, size_t len, const char *as);

#endif
