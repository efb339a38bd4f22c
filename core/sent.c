/* SPDX-License-Identifier: MIT */
#include "core/sent.h"

#include <netinet/in.h>

#include "core/cookies.h"
#include "core/model.h"

int sent_init(struct model *m, size_t capacity, uint64_t seed)
{
	_Static_assert(sizeof(struct sent_key) == 44, "padding");
	return table_init(&m->sent, capacity, sizeof(struct sent),
			  sizeof(struct sent_key), seed);
}

/* What an error could quote, and nothing else is known of. */
static bool is_kept(const struct model *m, const struct packet *p)
{
	if (m->live && p->frame->direction != EVENT_EGRESS)
		return false;
	if (!(p->has & (PACKET_IP4 | PACKET_IP6)) || p->protocol == IPPROTO_TCP)
		return false;
	return p->protocol != IPPROTO_UDP || p->has & PACKET_UDP;
}

void sent_packet(struct model *m, const struct packet *p,
		 const struct owner *owner)
{
	const struct sent_key key = {
		.src = p->src,
		.dst = p->dst,
		.src_port = p->src_port,
		.dst_port = p->dst_port,
		.protocol = p->protocol,
		.netns = frame_network(p->frame, m->live),
	};

	if (!is_kept(m, p))
		return;
	struct sent *s = table_touch(&m->sent, &key, NULL);

	s->time_ns = p->frame->time_ns;
	s->cookie = p->frame->cookie;
	s->ttl = p->has & PACKET_IP4 ? p->ip4.ttl : p->ip6.hop_limit;
	s->proc = owner->proc ? owner->proc->key : (struct proc_key){ 0 };
	s->proc_id = owner->proc ? owner->proc->id : 0;
	s->how = owner->how;
}

const struct sent *sent_quoted(const struct model *m, const struct packet *p)
{
	const struct quote *q = &p->quote;
	const struct sent_key key = {
		.src = q->src,
		.dst = q->dst,
		.src_port = q->src_port,
		.dst_port = q->dst_port,
		.protocol = q->protocol,
		.netns = frame_network(p->frame, m->live),
	};

	return table_find(&m->sent, &key);
}
