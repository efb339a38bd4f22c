/* SPDX-License-Identifier: MIT */
#include "core/packet.h"

#include <netinet/in.h>

#include "core/chain.h"
#include "core/link.h"
#include "core/quote.h"
#include "core/tcp.h"

bool dns_port(const struct dns_ports *extra, uint16_t port)
{
	if (port == 53 || port == 5353 || port == 5355)
		return true;
	for (size_t i = 0; extra && i < extra->n; i++)
		if (extra->port[i] == port)
			return true;
	return false;
}

/*
 * What one header has for itself and what follows it: wire bytes by the
 * headers around it, of which c has those that were captured.
 */
struct layer {
	struct cursor c;
	size_t wire;
};

static void damage(struct packet *p, enum packet_status status)
{
	if (status > p->status)
		p->status = status;
}

/* A header that ends at byte `end` of its layer was not there. */
static void missing(struct packet *p, const struct layer *l, size_t end)
{
	if (end > l->wire && !(p->has & PACKET_FRAGMENT))
		damage(p, PACKET_MALFORMED);
	else if (end <= l->wire)
		damage(p, PACKET_TRUNCATED);
}

/* What follows a layer's first `skip` bytes (they are there), up to `end`. */
static struct layer inner(const struct layer *l, size_t skip, size_t end)
{
	size_t captured = l->c.len < end ? l->c.len : end;

	return (struct layer){ cursor_of(l->c.base + skip, captured - skip),
			       (l->wire < end ? l->wire : end) - skip };
}

static struct span span_of(const struct layer *l)
{
	return (struct span){ l->c.base, l->c.len };
}

void packet_judge_dns(struct packet *p)
{
	if (p->dns.status == DNS_MALFORMED)
		damage(p, PACKET_MALFORMED);
}

bool packet_is_dns_stream(const struct packet *p,
			  const struct dns_ports *extra)
{
	return p->has & PACKET_TCP &&
	       (dns_port(extra, p->src_port) || dns_port(extra, p->dst_port));
}

/* DNS is decoded to its end, so bytes that were not kept are missed. */
static void dns_cut(struct packet *p, const struct layer *l)
{
	if (l->c.len < l->wire)
		damage(p, PACKET_TRUNCATED);
}

static void dns_message(struct packet *p, const struct layer *l)
{
	if (l->wire == 0)
		return;
	if (dns_decode(&p->dns, span_of(l)))
		p->has |= PACKET_DNS;
	/* Too short, though all that there is was captured: it lies. */
	if (p->dns.status == DNS_TRUNCATED && l->c.len == l->wire &&
	    !(p->has & PACKET_FRAGMENT))
		p->dns.status = DNS_MALFORMED;
	packet_judge_dns(p);
}

/*
 * A segment that is one whole message with its length before it (RFC 1035
 * 4.2.2). One that is not cannot be told from the middle of another here.
 */
static void dns_segment(struct packet *p, const struct layer *l)
{
	struct cursor c = l->c;
	uint16_t len = cursor_u16(&c);
	struct dns_msg msg;

	if (c.failed || l->wire != 2u + len || cursor_left(&c) != len ||
	    !dns_decode(&msg, cursor_span(&c, len)) || msg.status != DNS_OK)
		return;
	p->dns = msg;
	p->has |= PACKET_DNS;
}

static void tcp_decode(struct packet *p, struct layer *l,
		       const struct dns_ports *extra)
{
	struct tcp_header *t = &p->tcp;
	struct cursor *c = &l->c;
	uint16_t src = cursor_u16(c), dst = cursor_u16(c);

	t->seq = cursor_u32(c);
	t->ack = cursor_u32(c);
	uint16_t bits = cursor_u16(c);
	t->data_offset = (uint8_t)(bits >> 12);
	t->flags = bits & 0x1ff;
	t->window = cursor_u16(c);
	t->checksum = cursor_u16(c);
	t->urgent = cursor_u16(c);
	if (c->failed) {
		missing(p, l, 20);
		return;
	}
	size_t size = 4u * t->data_offset;
	if (size < 20) {
		damage(p, PACKET_MALFORMED);
		return;
	}
	struct span options = cursor_span(c, size - 20);
	if (c->failed) {
		missing(p, l, size);
		return;
	}
	tcp_options(t, options);
	p->has |= PACKET_TCP;
	p->src_port = src;
	p->dst_port = dst;
	struct layer data = inner(l, size, SIZE_MAX);
	t->payload_len = (uint32_t)data.wire;
	p->payload = span_of(&data);
	if (dns_port(extra, src) || dns_port(extra, dst)) {
		dns_cut(p, &data);
		dns_segment(p, &data);
	}
}

static void udp_decode(struct packet *p, struct layer *l,
		       const struct dns_ports *extra)
{
	struct cursor *c = &l->c;
	uint16_t src = cursor_u16(c), dst = cursor_u16(c);
	size_t len = p->udp.length = cursor_u16(c);

	p->udp.checksum = cursor_u16(c);
	if (c->failed) {
		missing(p, l, 8);
		return;
	}
	if (len == 0 && l->wire > UINT16_MAX)
		len = l->wire; /* RFC 2675 4 */
	if (len < 8) {
		damage(p, PACKET_MALFORMED);
		return;
	}
	if (len > l->wire && !(p->has & PACKET_FRAGMENT))
		damage(p, PACKET_MALFORMED);
	p->has |= PACKET_UDP;
	p->src_port = src;
	p->dst_port = dst;
	struct layer data = inner(l, 8, len);
	p->payload = span_of(&data);
	if (dns_port(extra, src) || dns_port(extra, dst)) {
		dns_cut(p, &data);
		dns_message(p, &data);
	}
}

/* Type, code, checksum; then id and seq, or what the type puts there. */
static bool icmp_head(struct packet *p, struct layer *l, size_t size)
{
	struct cursor *c = &l->c;

	p->icmp.type = cursor_u8(c);
	p->icmp.code = cursor_u8(c);
	p->icmp.checksum = cursor_u16(c);
	if (size > 4 || cursor_left(c) >= 4) {
		p->icmp.id = cursor_u16(c);
		p->icmp.seq = cursor_u16(c);
	}
	if (c->failed) {
		missing(p, l, size);
		return false;
	}
	struct layer data = inner(l, c->pos, SIZE_MAX);
	p->payload = span_of(&data);
	return true;
}

/* An error may quote too little itself; what the capture cut is another thing. */
static void quoted(struct packet *p, const struct layer *l, bool whole)
{
	if (whole)
		p->has |= PACKET_QUOTE;
	else if (l->c.len < l->wire)
		damage(p, PACKET_TRUNCATED);
}

/* RFC 792: every message has eight octets at least. */
static void icmp4_decode(struct packet *p, struct layer *l)
{
	if (!icmp_head(p, l, 8))
		return;
	p->has |= PACKET_ICMP;
	switch (p->icmp.type) {
	case 0:
	case 8:
		p->has |= PACKET_ECHO;
		break;
	case 3:
	case 4:
	case 5:
	case 11:
	case 12:
		quoted(p, l, quote_ip4(&p->quote, p->payload));
		break;
	}
}

/* RFC 4443 2.1: four octets; its errors (3) and echoes (4) have eight. */
static void icmp6_decode(struct packet *p, struct layer *l)
{
	uint8_t type = l->c.len > 0 ? l->c.base[0] : 0;
	bool error = type >= 1 && type <= 4, echo = type == 128 || type == 129;

	if (!icmp_head(p, l, error || echo ? 8 : 4))
		return;
	p->has |= PACKET_ICMP6;
	if (echo)
		p->has |= PACKET_ECHO;
	if (error)
		quoted(p, l, quote_ip6(&p->quote, p->payload));
}

static void transport(struct packet *p, struct layer *l,
		      const struct dns_ports *extra)
{
	switch (p->protocol) {
	case IPPROTO_TCP:
		tcp_decode(p, l, extra);
		break;
	case IPPROTO_UDP:
		udp_decode(p, l, extra);
		break;
	case IPPROTO_ICMP:
		if (p->has & PACKET_IP4)
			icmp4_decode(p, l);
		break;
	case IPPROTO_ICMPV6:
		if (p->has & PACKET_IP6)
			icmp6_decode(p, l);
		break;
	default:
		p->payload = span_of(l);
	}
}

/* What is behind an IP header of `size` bytes; the packet says it has `total`. */
static struct layer ip_payload(struct packet *p, const struct layer *l,
			       size_t size, size_t total)
{
	if (total > l->wire)
		damage(p, PACKET_MALFORMED);
	else if (total > l->c.len)
		damage(p, PACKET_SNAPPED);
	return inner(l, size, total);
}

/* Extension headers (of IPv4: AH alone), then what they carry. */
static void upper(struct packet *p, const struct layer *l, uint8_t next,
		  const struct dns_ports *extra)
{
	struct chain chain = { .next = next };
	struct layer inside = *l;

	bool whole = chain_walk(&chain, &inside.c,
				p->has & PACKET_IP4 ? 4 : 6);
	p->protocol = chain.next;
	if (whole && p->has & PACKET_IP6)
		p->options = (struct span){ l->c.base, inside.c.pos };
	if (chain.fragment) {
		struct layer data = inner(l, chain.data_at, SIZE_MAX);
		p->has |= PACKET_FRAGMENT;
		p->fragment = (struct fragment){ .id = chain.id,
						 .offset = 8u * chain.offset,
						 .more = chain.more,
						 .next = chain.first,
						 .data = span_of(&data) };
	}
	if (!whole) {
		missing(p, l, chain.end);
	} else if (chain.offset == 0) {
		inside = inner(&inside, inside.c.pos, SIZE_MAX);
		transport(p, &inside, extra);
	}
}

/*
 * Bytes from the IPv4 header on. Zero in the header: a packet that the network
 * card was still to cut up (TSO, BIG TCP); cards do that to these two alone.
 */
static size_t ip4_total(const struct packet *p, const struct layer *l)
{
	const struct ip4_header *h = &p->ip4;
	bool cut_up = h->protocol == IPPROTO_TCP || h->protocol == IPPROTO_UDP;

	return h->length == 0 && cut_up ? l->wire : h->length;
}

static void ip4_inside(struct packet *p, const struct layer *l, size_t size,
		       size_t total, const struct dns_ports *extra)
{
	const struct ip4_header *h = &p->ip4;

	p->options = (struct span){ l->c.base + 20, size - 20 };
	if (h->frag_offset > 0 || h->flags & 1)
		p->has |= PACKET_FRAGMENT;
	struct layer inside = ip_payload(p, l, size, total);
	p->fragment = (struct fragment){ .id = h->id,
					 .offset = 8u * h->frag_offset,
					 .more = h->flags & 1,
					 .next = h->protocol,
					 .data = span_of(&inside) };
	if (h->frag_offset == 0)
		upper(p, &inside, h->protocol, extra);
}

static void ip4_decode(struct packet *p, struct layer *l,
		       const struct dns_ports *extra)
{
	struct ip4_header *h = &p->ip4;
	struct cursor *c = &l->c;
	uint8_t first = cursor_u8(c);

	h->version = first >> 4;
	h->ihl = first & 15;
	h->tos = cursor_u8(c);
	h->length = cursor_u16(c);
	h->id = cursor_u16(c);
	uint16_t fragment = cursor_u16(c);
	h->flags = (uint8_t)(fragment >> 13);
	h->frag_offset = fragment & 0x1fff;
	h->ttl = cursor_u8(c);
	h->protocol = cursor_u8(c);
	h->checksum = cursor_u16(c);
	struct span src = cursor_span(c, 4), dst = cursor_span(c, 4);
	if (c->failed) {
		missing(p, l, 20);
		return;
	}
	p->has |= PACKET_IP4;
	p->src.family = p->dst.family = 4;
	memcpy(p->src.bytes, src.data, 4);
	memcpy(p->dst.bytes, dst.data, 4);
	p->protocol = h->protocol;
	size_t size = 4u * h->ihl, total = ip4_total(p, l);
	p->ip_len = (uint32_t)total;
	/* What its header says can be seen, what it carries cannot. */
	if (h->version != 4 || size < 20 || total < size)
		damage(p, PACKET_MALFORMED);
	else if (size > c->len)
		missing(p, l, size);
	else
		ip4_inside(p, l, size, total, extra);
}

/*
 * Bytes from the IPv6 header on. Zero in the header is a jumbogram (RFC 2675
 * 3), also one that the network card was still to cut up: then the frame knows.
 */
static size_t ip6_total(const struct packet *p, const struct layer *l)
{
	const struct ip6_header *h = &p->ip6;

	if (h->length == 0 && l->wire > 40 &&
	    (h->next_header == IPPROTO_HOPOPTS || p->frame->live ||
	     l->wire > 40 + UINT16_MAX))
		return l->wire;
	return 40u + h->length;
}

static void ip6_decode(struct packet *p, struct layer *l,
		       const struct dns_ports *extra)
{
	struct ip6_header *h = &p->ip6;
	struct cursor *c = &l->c;
	uint32_t first = cursor_u32(c);

	h->version = (uint8_t)(first >> 28);
	h->traffic_class = (uint8_t)(first >> 20);
	h->flow_label = first & 0xfffff;
	h->length = cursor_u16(c);
	h->next_header = cursor_u8(c);
	h->hop_limit = cursor_u8(c);
	struct span src = cursor_span(c, 16), dst = cursor_span(c, 16);
	if (c->failed) {
		missing(p, l, 40);
		return;
	}
	p->has |= PACKET_IP6;
	p->src.family = p->dst.family = 6;
	memcpy(p->src.bytes, src.data, 16);
	memcpy(p->dst.bytes, dst.data, 16);
	p->protocol = h->next_header;
	p->ip_len = (uint32_t)ip6_total(p, l);
	if (h->version != 6) {
		damage(p, PACKET_MALFORMED);
		return;
	}
	struct layer inside = ip_payload(p, l, 40, p->ip_len);
	upper(p, &inside, h->next_header, extra);
}

void packet_join(struct packet *out, const struct packet *last, uint8_t next,
		 struct span bytes, const struct dns_ports *extra)
{
	struct layer l = { cursor_of(bytes.data, bytes.len), bytes.len };

	*out = (struct packet){
		.frame = last->frame,
		.has = last->has & (PACKET_IP4 | PACKET_IP6),
		.src = last->src,
		.dst = last->dst,
		.ip_len = (uint32_t)((last->has & PACKET_IP4 ?
					      4u * last->ip4.ihl :
					      40u) +
				     bytes.len),
		.ip4 = last->ip4,
		.ip6 = last->ip6,
		.tags = last->tags,
	};
	upper(out, &l, next, extra);
}

void packet_decode(struct packet *out, const struct frame *frame,
		   const struct dns_ports *extra)
{
	size_t captured = frame->data.len;
	struct layer l = { cursor_of(frame->data.data, captured),
			   frame->wire_len > captured ? frame->wire_len :
							captured };
	uint8_t family = 0;

	*out = (struct packet){ .frame = frame };
	bool ip = link_skip(&l.c, frame->link, &family, &out->tags);
	if (l.c.failed) {
		/* No length of theirs could be wrong: the frame is short. */
		damage(out, captured < l.wire ? PACKET_TRUNCATED :
						PACKET_MALFORMED);
		return;
	}
	if (!ip) {
		if (captured < l.wire)
			damage(out, PACKET_TRUNCATED);
		return;
	}
	l = inner(&l, l.c.pos, SIZE_MAX);
	if (l.c.len == 0) {
		missing(out, &l, 1);
		return;
	}
	uint8_t version = l.c.base[0] >> 4;
	bool either = family == 4 && frame->link != LINK_IPV4;
	if (family == 0 || (either && version == 6))
		family = version;
	if (family == 4)
		ip4_decode(out, &l, extra);
	else if (family == 6)
		ip6_decode(out, &l, extra);
	else
		damage(out, PACKET_MALFORMED);
}
