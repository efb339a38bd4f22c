/* SPDX-License-Identifier: MIT */
/*
 * The names by which addresses were learnt, from answers to questions: by whom,
 * and when. What a process asked itself says where its own connections go;
 * what another one asked (a resolver that programs talk to in another way than
 * by DNS) is only likely to, and is told apart. From a file without processes
 * it is the host that asked.
 */
#ifndef NX_LEARNT_H
#define NX_LEARNT_H

#include "core/packet.h"
#include "core/proc.h"

struct dns_node;
struct flow;
struct model;
struct series;

/* Who learnt it, or who wants to know. */
struct learnt_who {
	struct proc_key proc; /* pid 0: not known, or a file */
	struct address host; /* from a file; else family 0 */
	uint8_t pad[3]; /* 0 */
	uint32_t netns;
};

struct learnt_key {
	struct learnt_who who;
	struct address address;
	uint8_t pad[7]; /* 0 */
	uint64_t name_hash;
};

struct learnt_head;

struct learnt_fact {
	struct learnt_key key;
	uint64_t id; /* from 1 */
	const char *name; /* in the model's strings */
	uint64_t first_ns, time_ns; /* of the first and of the latest answer that had it */
	const struct dns_node *query; /* of the latest; only valid while its id is query_id */
	uint64_t query_id;
	uint32_t ttl; /* of the latest: the least on the way to the address */
	struct learnt_head *head;
	struct learnt_fact *newer, *older; /* of the same address */
};

/* All that was learnt of one address in one network namespace. */
struct learnt_head {
	struct {
		struct address address;
		uint8_t pad[3]; /* 0 */
		uint32_t netns;
	} key;
	struct learnt_fact *newest, *oldest;
};

enum learnt_by {
	LEARNT_UNKNOWN, /* it may have been learnt before we looked */
	LEARNT_OWN, /* by the process itself */
	LEARNT_OTHER, /* by another one */
	LEARNT_LATER, /* by either, when it was in use already */
	LEARNT_NONE, /* by nobody, since we look */
};

/* What is known of a name at the time when something began. */
struct learnt {
	uint8_t by; /* enum learnt_by */
	uint64_t begin_ns;
	uint64_t time_ns; /* of the answer */
	uint32_t ttl;
	const struct learnt_fact *fact; /* NULL: none, or gone */
};

/* The same, kept with what began. */
struct learnt_ref {
	struct learnt_fact *fact; /* only valid while its id is fact_id */
	uint64_t fact_id, time_ns;
	uint64_t proc_id; /* whose it was found for */
	uint32_t ttl;
	uint8_t by;
};

int learnt_init(struct model *m, size_t capacity, uint64_t seed);
void learnt_release(struct model *m);
/* query may be NULL. */
void learnt_add(struct model *m, const struct learnt_who *who,
		const struct address *address, const char *name, uint32_t ttl,
		uint64_t time_ns, const struct dns_node *query);
/* What who knew at time_ns of an address that it began to use then. */
struct learnt learnt_find(const struct model *m, const struct learnt_who *who,
			  const struct address *address, uint64_t time_ns);
/* Names of the address, those that who learnt itself first; how many. */
#define LEARNT_NAMES 8
size_t learnt_names(const struct model *m, const struct learnt_who *who,
		    const struct address *address,
		    const char *out[LEARNT_NAMES]);

/* A flow began, or has another owner: find its name, once. */
void learnt_bind(const struct model *m, struct flow *f);
/* Of where a connection, a series of pings goes. */
struct learnt learnt_of_flow(const struct model *m, const struct flow *f);
struct learnt learnt_of_series(const struct model *m, const struct series *s);
/* How long before the beginning it was learnt; 0: later, or not at all. */
uint64_t learnt_age(const struct learnt *l);
/* Was its time to live over then? */
bool learnt_expired(const struct learnt *l);
/* The query that it was learnt from, or NULL: gone. */
const struct dns_node *learnt_query(const struct learnt *l);
const char *learnt_by_text(uint8_t by); /* "own" "other" "later" "none" "" */

#endif
