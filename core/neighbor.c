/* SPDX-License-Identifier: MIT */
#include "core/neighbor.h"

#include "core/model.h"
#include "core/nd.h"

static const struct address none = { .family = 6 };

bool neighbor_is_claim(const struct address *src)
{
	return memcmp(src, &none, sizeof(none)) == 0;
}

/* Hosts throw away what a router has passed on, RFC 4861 7.1.1, 7.1.2. */
static bool is_good(const struct packet *p)
{
	return p->ip6.hop_limit == 255 && p->icmp.code == 0;
}

/* The question that an advertisement for key's neighbour answers, or NULL. */
static struct ping *question(struct model *m, const struct packet *p,
			     struct ping_key *key)
{
	struct ping *ping = table_find(&m->pings.table, key);

	/* Who claims an address has none yet: the answer is to all. */
	if (!ping && p->dst.bytes[0] == 0xff) {
		key->src = none;
		ping = table_find(&m->pings.table, key);
	}
	return ping;
}

bool neighbor_packet(struct model *m, const struct packet *p,
		     const struct owner *owner)
{
	struct address target;

	if (!nd_target(p, &target) || p->icmp.type == ND_REDIRECT ||
	    !is_good(p))
		return false;
	bool asks = p->icmp.type == ND_SOLICITATION;
	struct ping_key key = { .src = asks ? p->src : p->dst,
				.dst = target,
				.kind = PAIR_NEIGHBOR,
				.netns = frame_network(p->frame, m->live) };

	/* What others ask of this host, the kernel answers. */
	if (m->live && (p->frame->direction == EVENT_EGRESS) != asks)
		return true;
	m->generation++;
	if (asks) {
		struct ping *ping = ping_ask(m, &key,
					     m->live ? PAIR_ASKED : PAIR_BETWEEN,
					     p, owner);
		if (m->live)
			ping->how = series_of(m, ping)->how = EVENT_HOW_KERNEL;
		return true;
	}
	struct ping *ping = question(m, p, &key);

	if (!ping)
		return false;
	nd_link(p, ping->link);
	ping_answer(m, ping, p, owner, PING_ANSWERED);
	return true;
}
