/* SPDX-License-Identifier: MIT */
/* ICMP errors, tied to what they quote, and messages that are none of a pair: kept in order. */
#ifndef NX_ICMPERROR_H
#define NX_ICMPERROR_H

#include "core/packet.h"
#include "core/proc.h"

struct flow;
struct dns_node;

#define ICMPERROR_SAYS 480 /* bytes of what a message says; more is left out */

struct icmp_error {
	uint64_t id; /* from 1; 0: empty */
	uint64_t time_ns;
	uint64_t after_ns; /* since the packet that it quotes was sent; 0: not seen */
	uint64_t proc_id; /* of what it quotes; 0: not known */
	struct proc_key proc; /* likewise; pid 0 */
	struct address src, dst; /* of the error packet */
	const struct flow *flow; /* that it quotes; only valid while its id is about_id */
	const struct dns_node *query; /* likewise; at most one of both */
	uint64_t about_id;
	uint32_t netns;
	uint32_t mtu; /* that would have fitted; 0: it does not say */
	uint16_t tcp_flags; /* enum tcp_flag of the segment that it quotes; 0: not seen */
	uint8_t type, code;
	uint8_t how; /* enum event_how: how proc is known */
	uint8_t hop; /* how many hops the packet came, by the TTL it was sent with; 0: not known */
	bool ours; /* this host's kernel sent it */
	bool message; /* it is no error: no quote */
	uint16_t says_len;
	uint32_t count; /* of a message: how often it came */
	uint64_t last_ns; /* the last time */
	struct quote quote;
	char says[ICMPERROR_SAYS]; /* icmptell()'s texts, each with its NUL */
};

struct model;

/* Take an ICMP error (PACKET_QUOTE) that is no copy. */
void icmperror_take(struct model *m, const struct packet *p);
/*
 * Take another message that belongs to no pair: a router's, a listener's. One
 * that says the same as one of the last ones is counted there.
 */
void icmperror_message(struct model *m, const struct packet *p);
/* Error number id, or NULL: it made room. */
const struct icmp_error *icmperror_find(const struct model *m, uint64_t id);
/* The flow or the query that it is about, or NULL: none, or gone. */
const struct flow *icmperror_flow(const struct icmp_error *e);
const struct dns_node *icmperror_query(const struct icmp_error *e);
/* The MTU in an ICMP error, RFC 1191 4 and RFC 4443 3.2; 0: none. */
uint32_t icmperror_mtu(const struct packet *p);

#endif
