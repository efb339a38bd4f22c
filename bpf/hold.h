/* SPDX-License-Identifier: MIT */
/*
 * Puts packets in their order: one that the kernel answers by itself is told
 * when the kernel is done with it, which is after its answer (EVENT_LATE,
 * EVENT_ANSWER). Both are made on one CPU with no other packet between them.
 */
#ifndef NX_HOLD_H
#define NX_HOLD_H

#include <stddef.h>
#include <stdint.h>

/* After this nothing comes any more for which an answer would have to wait. */
#define HOLD_NS 10000000u

struct hold; /* opaque */

typedef void hold_fn(void *ctx, const void *record, size_t size);

/* For records of `cpus` CPUs; NULL: no memory. */
struct hold *hold_new(size_t cpus, hold_fn *fn, void *ctx);
void hold_free(struct hold *h); /* takes NULL; what it holds is lost */
/*
 * Take a record of the packet ring, borrowed for the call. Calls fn for none,
 * one or more; a late packet is given at the time of its answer.
 */
void hold_take(struct hold *h, const void *record, size_t size);
/* Give what is held and older than this; UINT64_MAX: all. */
void hold_flush(struct hold *h, uint64_t before_ns);

#endif
