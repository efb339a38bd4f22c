/* SPDX-License-Identifier: MIT */
/*
 * The way of a query (dnslink.h) in the session document: "peer", "via" and
 * "for", each the place of other queries in the array that they are all in.
 */
#ifndef NX_WAYJSON_H
#define NX_WAYJSON_H

#include <json-c/json.h>

#include "core/dnslink.h"
#include "core/pick.h"

/* As pick_place(): of a query by its id. */
typedef uint32_t wayjson_place(void *ctx, uint64_t id);

/* Add what there is of them to o. false: out of memory. */
bool wayjson_add(struct json_object *o, const struct dns_node *n,
		 wayjson_place *place, void *ctx);
/* What stands in the place of a query that was evicted; NULL: out of memory. */
struct json_object *wayjson_evicted(uint32_t process);

#endif
