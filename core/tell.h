/* SPDX-License-Identifier: MIT */
/*
 * What parts of a packet say, as texts, one after the other: for who shows,
 * keeps or prints them.
 */
#ifndef NX_TELL_H
#define NX_TELL_H

#include "core/line.h"

#define TELL_TEXT 256 /* longest text with NUL; what is longer ends in "..." */

struct tell {
	void (*take)(void *ctx, const char *text); /* printable; borrowed */
	void *ctx;
};

/* Tell what was put into the line; nothing when it is empty. */
void tell_line(const struct tell *t, struct line *l);
__attribute__((format(printf, 2, 3))) void tell(const struct tell *t,
						const char *format, ...);

/* Pieces of a line. */
void tell_put_mac(struct line *l, struct span bytes); /* "02:00:..." */
/* "1800s", or "forever" (RFC 4861 4.6.2). */
void tell_put_lifetime(struct line *l, uint32_t seconds);

#endif
