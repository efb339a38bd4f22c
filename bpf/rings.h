/* SPDX-License-Identifier: MIT */
/*
 * The rings that the kernel programs write to. Each has a libbpf manager of
 * its own: a callback that ends a call ends it for all rings of one manager.
 */
#ifndef NX_RINGS_H
#define NX_RINGS_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/event.h"
#include "core/errmsg.h"

struct ring_buffer;

/* Take a record, which is read whatever this returns; negative: no more now. */
typedef int rings_fn(void *ctx, void *record, size_t size);

struct rings {
	struct ring_buffer *ring[EVENT_RINGS];
	int epoll_fd[EVENT_RINGS]; /* readable when the kernel side has woken us */
};

/* The size of a ring for so many bytes: a power of two, a page at least. */
uint32_t rings_size(uint64_t bytes);
void rings_init(struct rings *r);
/* 0 or negative errno with a line. */
int rings_open(struct rings *r, const int map_fd[EVENT_RINGS],
	       rings_fn *const fn[EVENT_RINGS], void *ctx, struct errmsg *err);
void rings_close(struct rings *r); /* takes a half-open one */
/* Take the wake-ups: to be called before the records, or one would get lost. */
void rings_woken(struct rings *r);
/* Call fn for what waits, until it says stop. */
void rings_consume(struct rings *r, enum event_ring which);

#endif
