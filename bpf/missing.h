/* SPDX-License-Identifier: MIT */
/* What the capture has to do without, one line each, for the user. */
#ifndef NX_MISSING_H
#define NX_MISSING_H

#include <stddef.h>

#define MISSING_MAX 24

struct missing {
	const char *line[MISSING_MAX + 1]; /* into text; NULL after the last */
	char text[MISSING_MAX][512];
	size_t count;
};

/* Add a line to a list that began as zeros; more than MISSING_MAX are left out. */
void missing_add(struct missing *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
