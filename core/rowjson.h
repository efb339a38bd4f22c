/* SPDX-License-Identifier: MIT */
/*
 * The objects of the session document (session.md), one at a time, through
 * json-c. Members come from the field table where it has them. NULL: out of
 * memory; else the caller releases it with json_object_put().
 */
#ifndef NX_ROWJSON_H
#define NX_ROWJSON_H

#include <json-c/json.h>

#include "core/field.h"
#include "core/wayjson.h"

#define ROWJSON_NO_PEER PICK_NOWHERE

/* process: its number in the document; 0: none. peer: index of the other end. */
struct json_object *rowjson_flow(const struct row *row, uint32_t process,
				 uint32_t peer);
/* The same of a flow that was evicted: who it was between. */
struct json_object *rowjson_evicted(const struct row *row, uint32_t process,
				    uint32_t peer);
/* An echo pair, or a neighbour that was looked for. */
struct json_object *rowjson_ping(const struct row *row, uint32_t process);
/* An ICMP error, or another message. */
struct json_object *rowjson_error(const struct row *row, uint32_t process);
struct json_object *rowjson_dns(const struct row *row, uint32_t process,
				wayjson_place *place, void *ctx);
/* row->proc may be NULL: then only what its key tells is in it. */
struct json_object *rowjson_proc(const struct row *row,
				 const struct proc_key *key, uint32_t number);
/* "counters". */
struct json_object *rowjson_counters(const struct model *m);

#endif
