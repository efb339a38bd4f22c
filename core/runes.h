/* SPDX-License-Identifier: MIT */
/* THE WIDTH TABLE: characters that do not take one cell. For core/text.c. */
#ifndef NX_RUNES_H
#define NX_RUNES_H

#include <stddef.h>
#include <stdint.h>

struct rune_range {
	int32_t first, last; /* both within; ascending, disjoint */
	int32_t width; /* cells: 0, 2, or -1: must not be shown */
};

extern const struct rune_range runes[];
extern const size_t runes_count;

#endif
