/* SPDX-License-Identifier: MIT */
/*
 * The two ends of a connection within this host are two flows, found by their
 * 5-tuple and the number of the SYN: also when they are in two namespaces.
 */
#ifndef NX_PEERS_H
#define NX_PEERS_H

#include "core/flow.h"

struct model;

struct peers_key {
	struct address low, high;
	uint16_t low_port, high_port;
	uint16_t pad; /* 0 */
	uint32_t syn_seq;
};

struct peers_entry {
	struct peers_key key;
	struct {
		struct flow *flow; /* only valid while its id is flow_id */
		uint64_t flow_id;
	} end[2]; /* the newest first */
};

/* A live flow has its SYN now: remember it for its peer. */
void peers_meet(struct model *m, struct flow *f);
/* The other end, or NULL. */
const struct flow *peers_find(const struct model *m, const struct flow *f);

#endif
