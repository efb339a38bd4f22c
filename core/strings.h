/* SPDX-License-Identifier: MIT */
/*
 * A bounded store of texts of any length up to 64 KiB (names, answers, command
 * lines): one region taken at the start, cut into power-of-two sizes. A text
 * keeps its address until it is dropped.
 */
#ifndef NX_STRINGS_H
#define NX_STRINGS_H

#include <stddef.h>
#include <stdint.h>

struct strings; /* opaque */

/* NULL when out of memory. bytes: the region's size, at least 1 MiB. */
struct strings *strings_new(size_t bytes);
void strings_free(struct strings *s);
/*
 * Keep a copy of len bytes and a NUL. NULL when there is no room (the caller
 * counts that, or makes room and tries again). len is at most 65535.
 */
const char *strings_put(struct strings *s, const void *text, size_t len);
void strings_drop(struct strings *s, const char *text); /* takes NULL */
size_t strings_used(const struct strings *s); /* bytes of the region in use */

#endif
