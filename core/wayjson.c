/* SPDX-License-Identifier: MIT */
#include "core/wayjson.h"

struct places {
	wayjson_place *place;
	void *ctx;
};

/* Takes what. */
static bool add(struct json_object *o, const char *name,
		struct json_object *what)
{
	if (what && !json_object_object_add(o, name, what))
		return true;
	json_object_put(what);
	return false;
}

static bool add_list(struct json_object *o, const char *name,
		     const struct dns_node *const list[], size_t n,
		     const struct places *p)
{
	struct json_object *array = json_object_new_array();
	bool good = array;

	for (size_t i = 0; good && i < n; i++) {
		uint32_t at = p->place(p->ctx, list[i]->id);

		if (at != PICK_NOWHERE)
			good = json_object_array_add(
				       array, json_object_new_uint64(at)) == 0;
	}
	if (good && json_object_array_length(array))
		return add(o, name, array);
	json_object_put(array);
	return good;
}

bool wayjson_add(struct json_object *o, const struct dns_node *n,
		 wayjson_place *place, void *ctx)
{
	const struct places p = { place, ctx };
	const struct dns_node *list[DNSLINK_MAX];
	const struct dns_node *peer = dnslink_peer(n);
	uint32_t at = peer ? place(ctx, peer->id) : PICK_NOWHERE;

	return (at == PICK_NOWHERE ||
		add(o, "peer", json_object_new_uint64(at))) &&
	       add_list(o, "via", list, dnslink_via(n, list), &p) &&
	       add_list(o, "for", list, dnslink_for(n, list), &p);
}

struct json_object *wayjson_evicted(uint32_t process)
{
	struct json_object *o = json_object_new_object();

	if (o &&
	    (!process ||
	     add(o, "process", json_object_new_uint64(process))) &&
	    add(o, "evicted", json_object_new_boolean(true)))
		return o;
	json_object_put(o);
	return NULL;
}
