/* SPDX-License-Identifier: MIT */
#include "core/tunnel.h"

#include <netinet/in.h>

enum { /* IEEE "EtherType" registry */
	TYPE_IP4 = 0x0800,
	TYPE_BRIDGED = 0x6558, /* an Ethernet frame, RFC 1701 */
	TYPE_IP6 = 0x86dd,
	TYPE_ERSPAN2 = 0x88be, /* draft-foschiano-erspan 4 */
};

/*
 * Each steps over the header of its tunnel. Returns the EtherType of what is
 * inside, or 0.
 */
typedef uint16_t tunnel_head(struct cursor *c);

static uint16_t head_ip4(struct cursor *c)
{
	(void)c;
	return TYPE_IP4;
}

static uint16_t head_ip6(struct cursor *c)
{
	(void)c;
	return TYPE_IP6;
}

/* RFC 2784 2, with the key and sequence number of RFC 2890 2. */
static uint16_t head_gre(struct cursor *c)
{
	enum { CHECKSUM = 0x8000, ROUTING = 0x4000, KEY = 0x2000, SEQ = 0x1000 };
	uint16_t flags = cursor_u16(c), type = cursor_u16(c);

	if (flags & ROUTING || flags & 7)
		return 0;
	if (flags & CHECKSUM)
		cursor_skip(c, 4);
	if (flags & KEY)
		cursor_skip(c, 4);
	if (flags & SEQ)
		cursor_skip(c, 4);
	if (type != TYPE_ERSPAN2)
		return type;
	/* Its type I has no sequence number and no head of its own. */
	if (flags & SEQ)
		cursor_skip(c, 8);
	return TYPE_BRIDGED;
}

/* RFC 3378 3. */
static uint16_t head_etherip(struct cursor *c)
{
	return cursor_u16(c) == 0x3000 ? TYPE_BRIDGED : 0;
}

/* RFC 7348 5. */
static uint16_t head_vxlan(struct cursor *c)
{
	uint8_t flags = cursor_u8(c);

	cursor_skip(c, 7);
	return flags & 8 ? TYPE_BRIDGED : 0;
}

/* RFC 8926 3.4. */
static uint16_t head_geneve(struct cursor *c)
{
	uint8_t first = cursor_u8(c);

	cursor_skip(c, 1);
	uint16_t type = cursor_u16(c);
	cursor_skip(c, 4 + 4u * (first & 0x3f));
	return first >> 6 == 0 ? type : 0;
}

/* 3GPP TS 29.281 5.1: user data, with its options but no extension header. */
static uint16_t head_gtp(struct cursor *c)
{
	uint8_t flags = cursor_u8(c), type = cursor_u8(c);

	cursor_skip(c, 6);
	if (flags >> 4 != 3 || type != 255 || flags & 4)
		return 0;
	if (flags & 3)
		cursor_skip(c, 4);
	/* The packet's first bits say which IP it is. */
	struct cursor ahead = *c;
	return cursor_u8(&ahead) >> 4 == 6 ? TYPE_IP6 : TYPE_IP4;
}

/* RFC 4380 5.1.1: an indication of origin or of authentication may be first. */
static uint16_t head_teredo(struct cursor *c)
{
	struct cursor ahead = *c;

	if (cursor_u16(&ahead) == 0)
		cursor_skip(c, 8);
	ahead = *c;
	return cursor_u8(&ahead) >> 4 == 6 ? TYPE_IP6 : 0;
}

static const struct tunnel {
	const char *name;
	uint8_t protocol; /* IPPROTO_* */
	uint16_t port; /* of UDP, the destination's; 0: of none */
	tunnel_head *head;
} tunnels[] = {
	{ "ip", IPPROTO_IPIP, 0, head_ip4 }, /* RFC 2003 */
	{ "ip", IPPROTO_IPV6, 0, head_ip6 }, /* RFC 4213 3, RFC 2473 3 */
	{ "gre", IPPROTO_GRE, 0, head_gre },
	{ "etherip", 97, 0, head_etherip },
	{ "vxlan", IPPROTO_UDP, 4789, head_vxlan },
	{ "vxlan", IPPROTO_UDP, 8472, head_vxlan }, /* Linux' own, before it had a number */
	{ "geneve", IPPROTO_UDP, 6081, head_geneve },
	{ "gtp", IPPROTO_UDP, 2152, head_gtp },
	{ "teredo", IPPROTO_UDP, 3544, head_teredo },
};

static const struct tunnel *tunnel_of(const struct packet *p)
{
	bool later = (p->has & PACKET_IP4 && p->ip4.frag_offset > 0);

	if (!(p->has & (PACKET_IP4 | PACKET_IP6)) || later)
		return NULL;
	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
		const struct tunnel *t = &tunnels[i];
		if (t->protocol == p->protocol &&
		    (t->port == 0 ||
		     (p->has & PACKET_UDP && p->dst_port == t->port)))
			return t;
	}
	return NULL;
}

const char *tunnel_name(const struct packet *p)
{
	const struct tunnel *t = tunnel_of(p);

	return t ? t->name : NULL;
}

bool tunnel_inner(const struct packet *p, struct frame *out)
{
	const struct tunnel *t = tunnel_of(p);
	struct cursor c = cursor_of(p->payload.data, p->payload.len);

	if (!t || p->payload.len == 0)
		return false;
	uint16_t type = t->head(&c);
	if (c.failed || cursor_left(&c) == 0)
		return false;
	*out = *p->frame;
	switch (type) {
	case TYPE_IP4:
		out->link = LINK_IPV4;
		break;
	case TYPE_IP6:
		out->link = LINK_IPV6;
		break;
	case TYPE_BRIDGED:
		out->link = LINK_ETHERNET;
		break;
	default:
		return false;
	}
	/* What was cut of the outer packet was cut of this one. */
	size_t cut = p->frame->wire_len > p->frame->data.len ?
			     p->frame->wire_len - p->frame->data.len :
			     0;
	out->data = cursor_span(&c, cursor_left(&c));
	out->wire_len = (uint32_t)(out->data.len + cut);
	return true;
}
