/* SPDX-License-Identifier: MIT */
#include "core/near.h"

#include <string.h>
#include <strings.h>

/* Names longer than this are near to nothing. */
#define LEN_MAX 40

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance of texts of at most LEN_MAX bytes. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[LEN_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t change = diagonal;
			if (strncasecmp(a + i - 1, b + j - 1, 1))
				change++;
			diagonal = row[j];
			row[j] = least(change, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[b_len];
}

struct near near_of(const char *name)
{
	return (struct near){ .name = name, .distance = strlen(name) / 3 + 1 };
}

void near_try(struct near *n, const char *candidate, size_t len, const char *as)
{
	size_t name_len = strlen(n->name);

	if (name_len < 2 || name_len > LEN_MAX || len > LEN_MAX)
		return;
	/* So many letters at least were left out, or are too many. */
	size_t least = name_len > len ? name_len - len : len - name_len;
	if (least >= n->distance)
		return;
	size_t d = distance(n->name, name_len, candidate, len);
	if (d < n->distance) {
		n->distance = d;
		n->best = as;
	}
}
