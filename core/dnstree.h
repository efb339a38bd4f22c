/* SPDX-License-Identifier: MIT */
/* DNS queries, their answers and their fate. */
#ifndef NX_DNSTREE_H
#define NX_DNSTREE_H

#include "core/packet.h"
#include "core/ping.h"
#include "core/proc.h"
#include "core/wait.h"

#define DNS_LIMIT_NS 10000000000u /* a query without an answer, session.md */

enum dns_state { DNS_STATE_WAITING /* exported as unanswered */, DNS_STATE_ANSWERED, DNS_STATE_NODATA, DNS_STATE_NXDOMAIN, DNS_STATE_SERVFAIL, DNS_STATE_REFUSED, DNS_STATE_ERROR, DNS_STATE_TRUNCATED, DNS_STATE_UNANSWERED, DNS_STATE_ORPHAN };

struct dns_key {
	struct address src, dst; /* src: who asked */
	uint16_t src_port, dst_port, msg_id, type, class;
	uint8_t served; /* 1: this end answered; 0: asked, or a file */
	uint8_t protocol; /* IPPROTO_UDP or IPPROTO_TCP */
	uint16_t pad; /* 0 */
	uint32_t netns;
	uint32_t pad2; /* 0 */
	uint64_t name_hash; /* of the question's name, lower case */
	uint64_t turn; /* 0: the newest; older ones are re-keyed with their id */
};

/* What a query is to a process: it was asked, or asks itself. */
enum dns_role { DNS_SERVED, DNS_ASKED, DNS_ROLES };

struct dns_errand; /* dnslink.h */

/* A query's place in the list of an errand. */
struct dns_place {
	struct dns_errand *errand; /* NULL: in none */
	struct dns_node *before, *after;
};

/* One record of an answer. Texts are printable. */
struct dns_answer {
	uint16_t type;
	uint8_t section; /* enum dns_section */
	uint32_t ttl;
	const char *name, *data; /* point into the node's text */
};

struct dns_node {
	struct dns_key key;
	uint64_t id; /* from 1 */
	uint64_t cookie;
	uint64_t proc_id;
	struct proc_key proc;
	uint64_t query_ns, answer_ns, latency_ns; /* 0: not seen. query_ns: of the first query */
	uint64_t last_query_ns;
	uint64_t icmp_error; /* the last one that quotes it (icmperror.h); 0: none */
	const char *name; /* in the model's strings; "" is the root */
	const char *answers; /* packed, read by dnstree_answer(); NULL: none */
	uint32_t answers_len;
	uint16_t answer_count; /* records kept in it */
	uint16_t answers_missing; /* records of the answer not kept: no room, or damaged */
	uint16_t retries;
	uint16_t rcode;
	uint8_t state; /* enum dns_state */
	uint8_t direction; /* enum pair_direction */
	uint8_t how;
	bool late, truncated;
	bool partial; /* the answer is the first fragment of one */
	bool multicast; /* mDNS or LLMNR: asked of all, answered by whoever has it */
	struct wait wait; /* for the answer */
	struct dns_place place[DNS_ROLES]; /* dnslink.c's own, like the next two; from a file both are used */
	struct dns_node *peer; /* the other end within this host; only valid while its id is peer_id */
	uint64_t peer_id;
};

/* How a query is found by an answer that is not from where it was sent. */
struct dns_asked_key {
	uint64_t who; /* the socket's cookie, or a hash of the 5-tuple */
	uint64_t name_hash;
	uint32_t netns;
	uint16_t msg_id, type, class;
	uint8_t kind; /* dnstree.c's own */
	uint8_t pad[5]; /* 0 */
};

struct dns_asked {
	struct dns_asked_key key;
	struct dns_node *node; /* only valid while its id is node_id */
	uint64_t node_id;
};

struct dnstree {
	struct table table; /* of struct dns_node */
	struct table asked; /* of struct dns_asked */
	struct table errands; /* of struct dns_errand (dnslink.h) */
	struct table aliases; /* of struct dns_alias, likewise */
	struct wait_list waiting;
	struct strings *strings; /* borrowed */
	uint64_t next_id, next_errand;
	uint64_t texts_lost; /* texts that found no room */
};

const char *dns_state_text(uint8_t state); /* session.md's word */
/* Record i of the answer. false: no such. Borrows from the node. */
bool dnstree_answer(const struct dns_node *n, size_t i, struct dns_answer *out);

#define DNS_CHAIN_MAX 8 /* names on the way that are followed */
/*
 * The names on the way of an answer: the one asked for, and the one that the
 * CNAME of each leads to. Returns how many, 1 or more. Borrows from the node.
 */
size_t dnstree_chain(const struct dns_node *n, const char *out[DNS_CHAIN_MAX]);
/* Where on the way a record's name is; 0: at the beginning, or nowhere. */
size_t dnstree_step(const char *const chain[], size_t n, const char *name);

struct model;
struct owner;

int dnstree_init(struct dnstree *t, size_t capacity, struct strings *strings,
		 uint64_t seed);
void dnstree_release(struct dnstree *t);
/*
 * Take a DNS message (PACKET_DNS). A copy only when it is a multicast answer:
 * the socket that asked is not always the first to get it.
 */
void dnstree_packet(struct model *m, const struct packet *p,
		    const struct owner *owner);
/*
 * For the parts of this module: keep a text (counted when there is no room,
 * for which the oldest queries are evicted, but not `keep`), and: is the query
 * in the counters?
 */
#define DNSTREE_ROOM_MAX 16 /* queries that may go for one text */
const char *dnstree_keep(struct dnstree *t, const struct dns_node *keep,
			 const char *bytes, size_t len);
bool dnstree_counts(const struct dns_node *n);
/* Queries whose time is up at now_ns are unanswered; at most `budget`. */
void dnstree_advance(struct model *m, uint64_t now_ns, size_t budget);

#endif
