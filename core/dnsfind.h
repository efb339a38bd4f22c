/* SPDX-License-Identifier: MIT */
/*
 * Which query an answer is to. By addresses, ports, id and question; a server
 * may answer from another of its addresses, so live also by the socket; an
 * answer without a question (an error) by addresses, ports and id alone; an
 * answer by multicast by its records.
 */
#ifndef NX_DNSFIND_H
#define NX_DNSFIND_H

#include "core/model.h"

int dnsfind_init(struct dnstree *t, size_t capacity, uint64_t seed);
/* mDNS or LLMNR: one end has their port. */
bool dnsfind_is_mdns(const struct packet *p);
/* Sent to all. */
bool dnsfind_is_multicast(const struct packet *p);
/* Of a name in whatever case. */
uint64_t dnsfind_name_hash(const struct model *m, const char *name);
/* The key of the query that p asks, or that p's answer must have had. */
struct dns_key dnsfind_key(const struct model *m, const struct packet *p,
			   const struct dns_question *q);
/* Let the query be found by the other ways, too; n->proc is known. */
void dnsfind_remember(struct model *m, const struct packet *p,
		      struct dns_node *n);
/*
 * The query that the same process asked the same server with the same id, from
 * another socket: some programs take a new one for each try. It waits still,
 * and for long enough that this is the next try. NULL: none.
 */
struct dns_node *dnsfind_first_try(struct model *m, const struct dns_key *key,
				   const struct proc_key *proc,
				   uint64_t time_ns);
/* Live: the other end of the query n, seen at another socket; NULL. */
struct dns_node *dnsfind_peer(struct model *m, const struct dns_node *n);
/* The query that p, whose question is q, answers, or NULL. */
struct dns_node *dnsfind_query(struct model *m, const struct packet *p,
			       const struct dns_question *q);
/* The query that p, an ICMP error, quotes; NULL: none, or too little of it. */
struct dns_node *dnsfind_quoted(struct model *m, const struct packet *p);
/* The query of this socket (in a file: of anybody) that a record answers. */
struct dns_node *dnsfind_multicast(struct model *m, const struct packet *p,
				   const struct dns_question *q);

/*
 * The answer to n, over UDP, was truncated: remember it for the same question
 * over TCP. And back: the query over UDP that n, over TCP, asks again; NULL.
 */
void dnsfind_truncated(struct model *m, struct dns_node *n);
struct dns_node *dnsfind_retried(const struct model *m,
				 const struct dns_node *n);

#endif
