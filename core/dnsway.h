/* SPDX-License-Identifier: MIT */
/* What stands below a query in the tree: for whom it is, who has it, where it was sent on. */
#ifndef NX_DNSWAY_H
#define NX_DNSWAY_H

#include "core/dnslink.h"

enum dnsway_kind {
	DNSWAY_FOR, /* query: of who wants to know; n itself: of another host */
	DNSWAY_AT, /* query: as it came in at a process of this host, which sent nothing on */
	DNSWAY_VIA, /* query: sent on */
	DNSWAY_MORE, /* there are more than are told */
};

struct dnsway {
	uint8_t kind; /* enum dnsway_kind */
	uint8_t level; /* of VIA and AT: resolvers before it */
	bool alone; /* of AT: dnslink_alone() */
	const struct dns_node *query;
};

#define DNSWAY_MAX 8 /* lines of a query */

/* The lines of n; returns how many. */
size_t dnsway_lines(const struct model *m, const struct dns_node *n,
		    struct dnsway out[DNSWAY_MAX]);

#endif
