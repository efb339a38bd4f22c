/* SPDX-License-Identifier: MIT */
#include "core/dnsway.h"

#include "core/model.h"

struct lines {
	const struct model *m;
	struct dnsway *out;
	size_t count;
};

static void add(struct lines *l, enum dnsway_kind kind, uint8_t level,
		const struct dns_node *query)
{
	if (l->count == DNSWAY_MAX) {
		l->out[l->count - 1] = (struct dnsway){ .kind = DNSWAY_MORE };
		return;
	}
	l->out[l->count++] = (struct dnsway){ .kind = (uint8_t)kind,
					      .level = level,
					      .query = query };
}

static void add_for(struct lines *l, const struct dns_node *n)
{
	const struct dns_node *who[DNSLINK_MAX];
	size_t count = dnslink_origins(n, who);

	if (n->direction == PAIR_SERVED) {
		const struct dns_node *peer = dnslink_peer(n);

		/* Its peer may be a resolver's that asks for somebody. */
		count = peer ? dnslink_origins(peer, who) : 0;
		if (!count)
			who[count++] = peer ? peer : n;
	}
	for (size_t i = 0; i < count; i++)
		add(l, DNSWAY_FOR, 0, who[i]);
}

/* Who has it, and what was sent on; and the same of each that was sent on. */
static void add_via(struct lines *l, const struct dns_node *n, uint8_t level)
{
	const struct dns_node *via[DNSLINK_MAX];
	const struct dns_node *served = dnslink_served(n);
	size_t count = dnslink_via(n, via);
	bool alone = l->m->live && served && dnslink_alone(l->m, served);

	if (!count && served && l->m->live &&
	    (served != n || (alone && n->direction == PAIR_SERVED))) {
		add(l, DNSWAY_AT, level, served);
		l->out[l->count - 1].alone = alone;
	}
	for (size_t i = 0; i < count; i++) {
		add(l, DNSWAY_VIA, level, via[i]);
		if (level + 1 < DNSLINK_DEPTH)
			add_via(l, via[i], level + 1);
	}
}

size_t dnsway_lines(const struct model *m, const struct dns_node *n,
		    struct dnsway out[DNSWAY_MAX])
{
	struct lines l = { .m = m, .out = out };

	if (n->multicast)
		return 0;
	add_for(&l, n);
	add_via(&l, n, 0);
	return l.count;
}
