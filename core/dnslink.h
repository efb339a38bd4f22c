/* SPDX-License-Identifier: MIT */
/*
 * The way of a question: a program asks a resolver, and the resolver asks on.
 * What a process was asked, and what it asks itself with the same question
 * (or with the name that a CNAME led it to) before it has answered, is one
 * errand. A process is the same as the one it forked from, as long as it runs
 * the same program: dnsmasq forks for DNS over TCP. Where processes are not
 * known, a file, it is the host that was asked which asks on.
 */
#ifndef NX_DNSLINK_H
#define NX_DNSLINK_H

#include "core/dnstree.h"

struct dns_errand_key {
	struct proc_key proc; /* who was asked; pid 0: not known */
	uint64_t name_hash;
	uint64_t turn; /* 0: the newest; older ones are re-keyed with their id */
	uint32_t netns; /* with host */
	uint16_t type, class;
	struct address host; /* who was asked, where proc is not known */
	uint8_t pad[7]; /* 0 */
};

struct dns_errand {
	struct dns_errand_key key;
	uint64_t id;
	struct dns_node *first[DNS_ROLES], *last[DNS_ROLES];
	bool forgot; /* a query that was asked made room */
};

/* Names that the answers of an errand led to. */
struct dns_alias {
	struct dns_errand_key key; /* with that name */
	struct dns_errand *errand; /* only valid while its id is errand_id */
	uint64_t errand_id;
};

#define DNSLINK_MAX 16 /* queries that one of the next names at most */
#define DNSLINK_DEPTH 4 /* resolvers behind each other that are followed */

/* The next four are for dnstree.c. */
int dnslink_init(struct dnstree *t, size_t capacity, uint64_t seed);
void dnslink_release(struct dnstree *t);
/* n is new, and its process is known if it is at all. */
void dnslink_query(struct model *m, const struct packet *p, struct dns_node *n);
/* n was answered, perhaps with names that are asked for next. */
void dnslink_answer(struct model *m, struct dns_node *n);
/* n goes. */
void dnslink_forget(struct dnstree *t, struct dns_node *n);

/* The other end of a query within this host, or NULL. */
const struct dns_node *dnslink_peer(const struct dns_node *n);
/* The end at which n was taken in: n itself, or its peer; NULL: not seen. */
const struct dns_node *dnslink_served(const struct dns_node *n);
/* Queries that were sent on for n, the oldest first. Returns how many. */
size_t dnslink_via(const struct dns_node *n,
		   const struct dns_node *out[DNSLINK_MAX]);
/* What n was sent on for: queries as they were asked, or as they came in. */
size_t dnslink_for(const struct dns_node *n,
		   const struct dns_node *out[DNSLINK_MAX]);
/*
 * The same, back to who asked first: queries that were not sent on for others,
 * behind up to DNSLINK_DEPTH resolvers.
 */
size_t dnslink_origins(const struct dns_node *n,
		       const struct dns_node *out[DNSLINK_MAX]);
/*
 * Who has n sent no query on that we saw, though we saw all that there was: it
 * knows by itself or asks in another way.
 */
bool dnslink_alone(const struct model *m, const struct dns_node *n);

#endif
