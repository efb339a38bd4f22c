/* SPDX-License-Identifier: MIT */
#include "core/getip.h"

#include "core/give.h"
#include "core/iptell.h"
#include "core/link.h"
#include "core/tunnel.h"

bool getip_ttl(const struct row *row, struct value *out)
{
	const struct packet *p = row->packet;

	if (p->has & PACKET_IP4)
		return give_number(out, VALUE_NUMBER, p->ip4.ttl);
	return p->has & PACKET_IP6 &&
	       give_number(out, VALUE_NUMBER, p->ip6.hop_limit);
}

bool getip_tos(const struct row *row, struct value *out)
{
	const struct packet *p = row->packet;

	if (p->has & PACKET_IP4)
		return give_number(out, VALUE_NUMBER, p->ip4.tos);
	return p->has & PACKET_IP6 &&
	       give_number(out, VALUE_NUMBER, p->ip6.traffic_class);
}

bool getip_id(const struct row *row, struct value *out)
{
	return row->packet->has & PACKET_IP4 &&
	       give_number(out, VALUE_NUMBER, row->packet->ip4.id);
}

bool getip_flags(const struct row *row, struct value *out)
{
	return row->packet->has & PACKET_IP4 &&
	       give_number(out, VALUE_NUMBER, row->packet->ip4.flags);
}

bool getip_frag(const struct row *row, struct value *out)
{
	return row->packet->has & PACKET_IP4 &&
	       give_number(out, VALUE_NUMBER, row->packet->ip4.frag_offset);
}

/* --- what is around IP, and in it --- */

bool getip_encap(const struct row *row, struct value *out)
{
	const struct packet *p = row->packet;
	const char *tunnel = tunnel_name(p);

	give_list(out);
	for (unsigned n = 0; link_tag_name(n); n++)
		if (p->tags & 1u << n)
			give_element(out, link_tag_name(n));
	if (tunnel)
		give_element(out, tunnel);
	return out->list_len > 0;
}

static bool inner_address(const struct packet *p, struct value *out, bool src)
{
	struct frame frame;
	struct packet inner;

	if (!tunnel_inner(p, &frame))
		return false;
	packet_decode(&inner, &frame, NULL);
	return give_address(out, src ? &inner.src : &inner.dst);
}

bool getip_inner_sip(const struct row *row, struct value *out)
{
	return inner_address(row->packet, out, true);
}

bool getip_inner_dip(const struct row *row, struct value *out)
{
	return inner_address(row->packet, out, false);
}

bool getip_options(const struct row *row, struct value *out)
{
	struct give_told to = { .out = out };

	give_list(out);
	iptell(row->packet, &(struct tell){ give_told, &to });
	return out->list_len > 0;
}

bool getip_inner(const struct row *row, struct value *out)
{
	struct give_told to = { .out = out };

	give_list(out);
	tunnel_tell(row->packet, &(struct tell){ give_told, &to });
	return out->list_len > 0;
}
