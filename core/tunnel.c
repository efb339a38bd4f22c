/* SPDX-License-Identifier: MIT */
#include "core/tunnel.h"

#include <netinet/in.h>

#include "core/link.h"
#include "core/names.h"
#include "core/tcp.h"

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

bool tunnel_network(const struct packet *p, uint32_t *id)
{
	const struct tunnel *t = tunnel_of(p);
	struct cursor c = cursor_of(p->payload.data, p->payload.len);
	uint32_t head = cursor_u32(&c);

	if (!t)
		return false;
	if (t->head == head_gre) {
		if (!(head >> 16 & 0x2000))
			return false;
		if (head >> 16 & 0x8000)
			cursor_skip(&c, 4);
		*id = cursor_u32(&c);
	} else if (t->head == head_vxlan || t->head == head_geneve) {
		*id = cursor_u32(&c) >> 8;
	} else if (t->head == head_gtp) {
		*id = cursor_u32(&c);
	} else {
		return false;
	}
	return !c.failed;
}

static void put_end(struct line *l, const struct packet *p, bool src)
{
	const struct address *a = src ? &p->src : &p->dst;
	bool ports = p->has & (PACKET_TCP | PACKET_UDP);

	if (ports && a->family == 6)
		line_char(l, '[');
	line_address(l, a->family, a->bytes);
	if (!ports)
		return;
	if (a->family == 6)
		line_char(l, ']');
	line_char(l, ':');
	line_number(l, src ? p->src_port : p->dst_port);
}

/* The first question, and whether it is the answer. */
static void put_dns(struct line *l, const struct packet *p)
{
	struct dns_reader r = dns_reader_of(&p->dns);
	char type[NAMES_TEXT];
	struct dns_question q;

	line_put(l, p->dns.qr ? ", answer to" : ",");
	if (!dns_next_question(&r, &q)) {
		line_put(l, " DNS");
		return;
	}
	line_char(l, ' ');
	line_put(l, names_dns_type(q.type, type));
	line_char(l, ' ');
	line_put(l, q.name[0] ? q.name : ".");
}

/* What a packet is, in a line. */
static void put_packet(struct line *l, const struct packet *p)
{
	char text[NAMES_TEXT];

	for (unsigned n = 0; link_tag_name(n); n++) {
		if (p->tags & 1u << n) {
			line_put(l, link_tag_name(n));
			line_put(l, ", ");
		}
	}
	if (!(p->has & (PACKET_IP4 | PACKET_IP6))) {
		line_put(l, p->status == PACKET_TRUNCATED ? "cut" : "not IP");
		return;
	}
	put_end(l, p, true);
	line_put(l, " > ");
	put_end(l, p, false);
	line_char(l, ' ');
	if (p->has & (PACKET_ICMP | PACKET_ICMP6)) {
		line_put(l, p->has & PACKET_ICMP ? "ICMP " : "ICMPv6 ");
		line_put(l, names_icmp(p->has & PACKET_ICMP ? 4 : 6,
				       p->icmp.type, p->icmp.code, text));
	} else {
		line_put(l, names_ip_protocol(p->protocol, text));
	}
	if (p->has & PACKET_TCP) {
		tcp_flags_text(p->tcp.flags, text);
		line_char(l, ' ');
		line_put(l, text);
	}
	if (p->has & PACKET_DNS)
		put_dns(l, p);
}

void tunnel_tell(const struct packet *p, const struct tell *t)
{
	struct packet level[2];
	struct frame frame[2];

	for (unsigned i = 0; i < TUNNEL_DEPTH; i++) {
		const struct tunnel *kind = tunnel_of(p);
		char text[TELL_TEXT];
		struct line l = line_of(text, sizeof(text));
		uint32_t id;

		if (!kind || !tunnel_inner(p, &frame[i & 1]))
			return;
		line_put(&l, kind->name);
		if (tunnel_network(p, &id)) {
			line_char(&l, ' ');
			line_number(&l, id);
		}
		line_put(&l, ": ");
		packet_decode(&level[i & 1], &frame[i & 1], NULL);
		p = &level[i & 1];
		put_packet(&l, p);
		tell_line(t, &l);
	}
}
