/* SPDX-License-Identifier: MIT */
#include "core/peers.h"

#include "core/model.h"

static struct peers_key peers_key_of(const struct flow *f)
{
	const struct flow_key *k = &f->key;
	int order = memcmp(&k->local, &k->remote, sizeof(k->local));
	bool low = order < 0 || (order == 0 && k->local_port < k->remote_port);

	return (struct peers_key){
		.low = low ? k->local : k->remote,
		.high = low ? k->remote : k->local,
		.low_port = low ? k->local_port : k->remote_port,
		.high_port = low ? k->remote_port : k->local_port,
		.syn_seq = f->syn_seq,
	};
}

void peers_meet(struct model *m, struct flow *f)
{
	struct peers_key key = peers_key_of(f);
	struct peers_entry *e = table_touch(&m->peers, &key, NULL);

	e->end[1] = e->end[0];
	e->end[0].flow = f;
	e->end[0].flow_id = f->id;
}

const struct flow *peers_find(const struct model *m, const struct flow *f)
{
	struct peers_key key = peers_key_of(f);
	const struct peers_entry *e = f->seen & FLOW_SAW_SYN ?
					      table_find(&m->peers, &key) :
					      NULL;

	for (int i = 0; e && i < 2; i++) {
		const struct flow *o = e->end[i].flow;

		if (o && o != f && o->id == e->end[i].flow_id)
			return o;
	}
	if (e || !m->live || f->key.generation)
		return NULL;
	/* Open before we looked: only within one namespace. */
	struct flow_key other = {
		.local = f->key.remote,
		.remote = f->key.local,
		.local_port = f->key.remote_port,
		.remote_port = f->key.local_port,
		.netns = f->key.netns,
	};
	const struct flow *o = table_find(&m->flows, &other);

	return o != f ? o : NULL;
}
