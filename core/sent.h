/* SPDX-License-Identifier: MIT */
/*
 * Who sent which datagrams a moment ago. An ICMP error quotes a datagram, and
 * says neither whose it was nor when it was sent. Not for TCP and echoes, of
 * which more is known. Memory is fixed; the least recently used make room.
 */
#ifndef NX_SENT_H
#define NX_SENT_H

#include "core/packet.h"
#include "core/proc.h"

struct sent_key {
	struct address src, dst;
	uint16_t src_port, dst_port; /* UDP; 0 of what has none */
	uint8_t protocol; /* IPPROTO_* */
	uint8_t pad; /* 0 */
	uint32_t netns; /* frame_network() */
};

struct sent {
	struct sent_key key;
	uint64_t time_ns; /* of the last one */
	uint64_t cookie; /* of the socket; 0: none */
	uint64_t proc_id; /* 0: not known */
	struct proc_key proc;
	uint8_t how; /* enum event_how */
	uint8_t ttl; /* or hop limit */
};

struct model;
struct owner;

/* 0 or -ENOMEM. */
int sent_init(struct model *m, size_t capacity, uint64_t seed);
/* Take a packet that is no copy, has no quote and is no echo. */
void sent_packet(struct model *m, const struct packet *p,
		 const struct owner *owner);
/* The last datagram like the one that p, an ICMP error, quotes; NULL. */
const struct sent *sent_quoted(const struct model *m, const struct packet *p);

#endif
