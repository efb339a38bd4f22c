/* SPDX-License-Identifier: MIT */
/*
 * The kernel hands some packets to several sockets (multicast, raw sockets):
 * each of them is an event. The first is the packet, the others are copies.
 */
#ifndef NX_COPIES_H
#define NX_COPIES_H

#include "core/packet.h"

#define COPIES_SLOTS 256
/* All events of one packet are made in one turn of the kernel's softirq. */
#define COPIES_WINDOW_NS 10000000u

struct copies {
	uint64_t seed[2];
	struct {
		uint64_t hash; /* of the headers and the first bytes; 0: empty */
		uint64_t time_ns;
		uint64_t cookie; /* who got it first */
	} slot[COPIES_SLOTS];
};

void copies_init(struct copies *c, uint64_t seed);
/*
 * Has another socket of this namespace just got this very packet? Remembers
 * it if not. Only for packets that came in at a socket, and not for TCP.
 */
bool copies_check(struct copies *c, const struct packet *p);

#endif
