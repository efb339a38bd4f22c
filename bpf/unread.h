/* SPDX-License-Identifier: MIT */
/* How this kernel tells which of several processes reads a datagram (bpf/unread.bpf.h). For bpf/capture.c. */
#ifndef NX_UNREAD_H
#define NX_UNREAD_H

#include <stdint.h>

struct bpf_object;
struct btf;
struct missing;

/*
 * Before the object is loaded: leave out what this kernel lacks, and say what
 * that costs. *by_skb, *by_size: 1: it tells the very datagram; its size.
 */
void unread_choose(struct bpf_object *obj, const struct btf *btf,
		   volatile uint8_t *by_skb, volatile uint8_t *by_size,
		   struct missing *missing);

#endif
