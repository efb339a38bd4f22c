/* SPDX-License-Identifier: MIT */
/* What is known of a socket by its cookie: its flow, and who uses it. */
#ifndef NX_COOKIES_H
#define NX_COOKIES_H

#include "core/flow.h"

struct model;

struct cookie_entry {
	uint64_t cookie; /* first: the table's key */
	struct flow *flow; /* only valid while its id is flow_id: cookies_flow() */
	uint64_t flow_id;
	struct proc_key proc; /* the last known user of the socket; pid 0: none */
	uint64_t owner_ns; /* since when */
	uint8_t how;
};

/* NULL when nothing is known of the socket. */
struct cookie_entry *cookies_find(const struct model *m, uint64_t cookie);
struct cookie_entry *cookies_touch(struct model *m, uint64_t cookie);
/* NULL: none, or gone. e may be NULL. */
struct flow *cookies_flow(const struct cookie_entry *e);
/* f is of this socket, unless it has one already; 0: of none. */
void cookies_bind(struct model *m, struct flow *f, uint64_t cookie);

#endif
