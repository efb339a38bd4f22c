/* SPDX-License-Identifier: MIT */
/*
 * Bytes that come in any order, kept in pieces of a pool of fixed size. Each
 * list is one sequence of bytes, of which any may be missing.
 */
#ifndef NX_CHUNKS_H
#define NX_CHUNKS_H

#include "core/cursor.h"

#define CHUNK_SIZE 512

struct chunk; /* chunks.c's own */

struct chunks {
	struct chunk *pool; /* chunk n is pool[n - 1] */
	uint32_t capacity, used;
	uint32_t free; /* the first of those given back; 0: none */
	uint32_t fresh; /* so many were ever taken */
};

/* Offsets count from the beginning of the sequence. All zero: empty. */
struct chunk_list {
	uint32_t first; /* the list is in order of offsets; 0: empty */
};

/* 0 or -ENOMEM. Costs nothing until bytes are put there. */
int chunks_init(struct chunks *c, uint32_t capacity);
void chunks_release(struct chunks *c); /* takes a zeroed one */

/* Is there room for any n bytes that follow each other? */
bool chunks_room(const struct chunks *c, size_t n);
/*
 * Keep bytes at offset; the caller has asked chunks_room(). What is there
 * already stays as it is.
 */
void chunks_put(struct chunks *c, struct chunk_list *l, uint64_t offset,
		struct span bytes);
/* How many bytes are there from offset on without one missing; at most max. */
size_t chunks_ready(const struct chunks *c, const struct chunk_list *l,
		    uint64_t offset, size_t max);
/* The offset of the first byte from `offset` on; UINT64_MAX: there is none. */
uint64_t chunks_first(const struct chunks *c, const struct chunk_list *l,
		      uint64_t offset);
/* Copy n bytes, which are there. */
void chunks_get(const struct chunks *c, const struct chunk_list *l,
		uint64_t offset, uint8_t *buf, size_t n);
/* Give back what holds no byte from offset on. */
void chunks_drop(struct chunks *c, struct chunk_list *l, uint64_t offset);

#endif
