/* SPDX-License-Identifier: MIT */
/* ICMP and ICMPv6 echo pairs and their like: who asked, who answered, how fast. */
#ifndef NX_PING_H
#define NX_PING_H

#include "core/icmperror.h"
#include "core/packet.h"
#include "core/proc.h"
#include "core/series.h"
#include "core/wait.h"

#define PING_LIMIT_NS 5000000000u /* a request without an answer, session.md */

enum ping_state { PING_WAITING /* exported as unanswered */, PING_ANSWERED, PING_UNANSWERED, PING_ERROR, PING_ORPHAN, PING_ANSWERED_BY_US };
enum pair_direction { PAIR_ASKED, PAIR_SERVED, PAIR_BETWEEN /* from a file */ };
enum pair_kind { PAIR_ECHO, PAIR_NEIGHBOR /* neighbor.h */ };

struct ping_key {
	struct address src, dst; /* src: who asked; dst: whom, of a neighbour who is looked for */
	uint16_t id, seq; /* of an echo */
	uint16_t kind; /* enum pair_kind */
	uint32_t netns;
	uint32_t pad2; /* 0 */
	uint64_t cookie; /* of the asking socket; 0: none, a served one, or a file */
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
	uint8_t ttl; /* or hop limit, of the request */
	uint8_t link[6]; /* address of the neighbour's link, from its answer; zero: none */
	uint32_t number; /* of its series, from 1 */
	bool late; /* answered after its time was up */
	uint16_t duplicates; /* further replies */
	struct wait wait; /* for the reply */
};

/*
 * Who asked, without its socket (the same key with cookie 0: whose is a reply
 * that came to another one?) or, when many may answer (multicast), without the
 * address asked (dst family 0). And what we were asked (turn PING_SERVED).
 */
struct ping_asked {
	struct ping_key key;
	struct ping *ping; /* only valid while its id is ping_id; NULL: a request to us */
	uint64_t ping_id;
	uint64_t request_ns; /* of a request to us */
	uint32_t size;
};
#define PING_SERVED UINT64_MAX

struct pings {
	struct table table; /* of struct ping */
	struct table series; /* of struct series */
	struct table asked; /* of struct ping_asked; live only */
	struct wait_list waiting;
	struct icmp_error *errors; /* a ring */
	size_t errors_cap;
	uint64_t errors_evicted; /* that made room for newer ones */
	uint64_t errors_seen; /* error n (from 1) is errors[(n - 1) % errors_cap] */
	uint64_t next_id, next_series_id;
};

const char *ping_state_text(uint8_t state); /* session.md's word */
const char *pair_direction_text(uint8_t direction); /* "asked" "served" "" */

struct model;
struct owner;

/* 0 or -ENOMEM; capacity: pings, and series. */
int pings_init(struct pings *p, size_t capacity, uint64_t seed);
void pings_release(struct pings *p);
/* Is it (PACKET_ECHO) a request? Else it is a reply. */
bool ping_is_request(const struct packet *p);
/*
 * For neighbor.c: p asks what key says; p answers it. (A new request with the
 * same key is one of its own.)
 */
struct ping *ping_ask(struct model *m, const struct ping_key *key,
		      uint8_t direction, const struct packet *p,
		      const struct owner *owner);
void ping_answer(struct model *m, struct ping *ping, const struct packet *p,
		 const struct owner *owner, uint8_t state);
/* An echo reply that came in at a socket: did another one ask for it? */
bool ping_is_copy(struct model *m, const struct packet *p);
/* Take an echo request or reply (PACKET_ECHO) that is no copy. */
void ping_packet(struct model *m, const struct packet *p,
		 const struct owner *owner);
/* An echo request was put together from fragments; it was taken before. */
void ping_whole(struct model *m, const struct packet *p);
/* The echo request that an ICMP error quotes, or NULL. */
struct ping *ping_quoted(const struct model *m, const struct packet *p);
/* p, an ICMP error, says what became of it. */
void ping_fail(struct model *m, struct ping *ping, const struct packet *p);
/* Requests whose time is up at now_ns are unanswered; at most `budget`. */
void ping_advance(struct model *m, uint64_t now_ns, size_t budget);

#endif
