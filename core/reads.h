/* SPDX-License-Identifier: MIT */
/*
 * Who reads a datagram, on a socket that several processes read from. The
 * kernel tells of the packet and of its reader in two records, and either may
 * be here first: they are brought together here. A packet waits for its reader
 * for READS_WAIT_NS; what has waited so long, or has to make room, goes on
 * without.
 */
#ifndef NX_READS_H
#define NX_READS_H

#include "bpf/event.h"
#include "core/table.h"
#include "core/wait.h"

#define READS_WAIT_NS 1000000000u
#define READS_BYTES 256 /* room for each packet that can wait; some are smaller, some larger */

#define READS_ALL UINT64_MAX

struct reads_key {
	uint64_t cookie;
	uint64_t time_ns; /* of the packet; READS_ALL: of all until read.packet_ns */
	uint64_t cpu; /* of the packet; 0 with READS_ALL */
};

struct reads_entry {
	struct reads_key key; /* first: the table's */
	struct wait wait;
	const char *packet; /* a record, in the store; NULL: the reader waits for it */
	bool twice; /* there were two such packets: whose reader is it? */
	struct event_read read; /* when packet is NULL */
};

struct reads {
	struct table table; /* of struct reads_entry */
	struct wait_list waiting; /* all of them, the oldest first */
	struct strings *store; /* of packets */
	const char *given; /* the packet that went on last */
	uint64_t evicted; /* packets, or readers, that found no room to wait */
};

/* A packet that goes on: with its reader, if that is known. */
struct reads_packet {
	struct event_packet e;
	const uint8_t *data; /* until the next call */
};

/* 0 or -ENOMEM. capacity: packets and readers that may wait. */
int reads_init(struct reads *r, size_t capacity, uint64_t seed);
void reads_release(struct reads *r); /* takes a zeroed one */

/* Before the next: the oldest packet may have to go on. Ask until false. */
bool reads_room(struct reads *r, struct reads_packet *out);
/*
 * Take a packet with EVENT_UNREAD, whose head is *e; its record is checked.
 * true: it waits. false: *e goes on.
 */
bool reads_take(struct reads *r, struct event_packet *e, const void *record);
/* Take a reader. true: *out, its packet, goes on. */
bool reads_read(struct reads *r, const struct event_read *read,
		struct reads_packet *out);
/* After one with `all`: a packet that it ends the waiting of. Ask until false. */
bool reads_all(struct reads *r, const struct event_read *read,
	       struct reads_packet *out);
/* A packet that has waited long enough at now_ns. Ask until false. */
bool reads_due(struct reads *r, uint64_t now_ns, struct reads_packet *out);

#endif
