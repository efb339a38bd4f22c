/* SPDX-License-Identifier: MIT */
/* ICMP and ICMPv6 echo pairs, and errors tied to what caused them. */
#ifndef NX_PING_H
#define NX_PING_H

#include "core/packet.h"
#include "core/proc.h"

enum ping_state { PING_WAITING /* exported as unanswered */, PING_ANSWERED, PING_UNANSWERED, PING_ERROR, PING_ORPHAN, PING_ANSWERED_BY_US };
enum pair_direction { PAIR_ASKED, PAIR_SERVED, PAIR_BETWEEN /* from a file */ };

struct ping_key {
	struct address src, dst; /* src: who asked */
	uint16_t id, seq;
	uint16_t pad; /* 0 */
	uint32_t netns;
	uint64_t cookie; /* of the asking socket; 0: none or a file */
	uint64_t turn; /* 0: the newest with these numbers; older ones are re-keyed with their id */
};

struct ping {
	struct ping_key key;
	uint64_t id; /* from 1 */
	uint64_t series_id;
	uint64_t proc_id;
	struct proc_key proc;
	uint64_t request_ns, reply_ns, rtt_ns; /* 0: not seen */
	uint32_t size; /* bytes of the echo's data */
	uint8_t state; /* enum ping_state */
	uint8_t direction; /* enum pair_direction */
	uint8_t how;
	uint8_t error_type, error_code;
	bool late; /* answered after its time was up */
	uint16_t duplicates; /* further replies */
};

/* All pings of one asking socket (or, in a file, pair of addresses) with one id. */
struct series_key {
	struct address src, dst;
	uint16_t id;
	uint16_t pad[2]; /* 0 */
	uint32_t netns;
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
	uint32_t sent, answered, unanswered, errors, duplicates, recent;
	uint16_t first_seq, last_seq;
	uint8_t direction, how;
	bool kernel_answers; /* echo replies this host's kernel sent */
};

/* An ICMP error, kept in order in a ring. */
struct icmp_error {
	uint64_t id; /* from 1; 0: empty */
	uint64_t time_ns;
	uint64_t proc_id; /* of what it quotes, when known */
	struct address src, dst; /* of the error packet */
	uint8_t type, code;
	uint32_t netns;
	struct quote quote;
};

struct pings {
	struct table table; /* of struct ping */
	struct table series; /* of struct series */
	struct icmp_error *errors;
	size_t errors_cap;
	uint64_t errors_seen; /* error n (from 1) is errors[(n - 1) % errors_cap] */
	uint64_t next_id, next_series_id;
};

const char *ping_state_text(uint8_t state); /* session.md's word */
const char *pair_direction_text(uint8_t direction); /* "asked" "served" "" */

#endif
