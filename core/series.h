/* SPDX-License-Identifier: MIT */
/* Pings that belong together, and what they say as a whole. */
#ifndef NX_SERIES_H
#define NX_SERIES_H

#include "core/packet.h"
#include "core/proc.h"

/* All pings of one asking socket (or, in a file, pair of addresses) with one id. */
struct series_key {
	struct address src, dst;
	uint16_t id;
	uint16_t kind; /* enum pair_kind */
	uint16_t pad; /* 0 */
	uint32_t netns;
	uint32_t pad2; /* 0 */
	uint64_t cookie;
};

#define SERIES_RECENT 16

struct series {
	struct series_key key;
	uint64_t id;
	uint64_t proc_id;
	struct proc_key proc;
	uint64_t first_ns, last_ns;
	uint64_t min_ns, max_ns, sum_ns; /* of rtt */
	uint64_t recent_ns[SERIES_RECENT]; /* rtt, ring; 0: lost */
	uint32_t sent, answered, unanswered, errors, duplicates, orphans;
	uint32_t recent; /* rtts seen so far: number n is recent_ns[n % SERIES_RECENT] */
	uint16_t first_seq, last_seq; /* of an echo */
	uint8_t direction, how;
	bool kernel_answers; /* echo replies this host's kernel sent */
};

struct model;
struct owner;
struct ping;

/* The series of a ping, made when there is none. */
struct series *series_of(struct model *m, const struct ping *ping);
/* One of its packets was seen. */
void series_seen(struct series *s, uint64_t time_ns, const struct owner *owner);
/* One of its requests came to an end; 0: it was lost. */
void series_rtt(struct series *s, uint64_t rtt_ns);

#endif
