/* SPDX-License-Identifier: MIT */
#include "core/nd.h"

#include "core/dns.h"

/* IANA "IPv6 Neighbor Discovery Option Formats". */
enum {
	OPT_SOURCE_LINK = 1, /* RFC 4861 4.6.1 */
	OPT_TARGET_LINK = 2,
	OPT_PREFIX = 3, /* 4.6.2 */
	OPT_REDIRECTED = 4, /* 4.6.3 */
	OPT_MTU = 5, /* 4.6.4 */
	OPT_INTERVAL = 7, /* RFC 6275 7.3 */
	OPT_NONCE = 14, /* RFC 3971 5.3.2 */
	OPT_ROUTE = 24, /* RFC 4191 2.3 */
	OPT_RDNSS = 25, /* RFC 8106 5.1 */
	OPT_DNSSL = 31, /* RFC 8106 5.2 */
	OPT_PORTAL = 37, /* RFC 8910 2.3 */
	OPT_PREF64 = 38, /* RFC 8781 4 */
};

static bool is_redirect_or_neighbour(const struct packet *p)
{
	return p->has & PACKET_ICMP6 && p->icmp.type >= ND_SOLICITATION &&
	       p->icmp.type <= ND_REDIRECT;
}

bool nd_target(const struct packet *p, struct address *out)
{
	*out = (struct address){ 0 };
	if (!is_redirect_or_neighbour(p) || p->payload.len < 16)
		return false;
	out->family = 6;
	memcpy(out->bytes, p->payload.data, 16);
	return true;
}

bool nd_link(const struct packet *p, uint8_t link[6])
{
	struct cursor c = cursor_of(p->payload.data, p->payload.len);

	cursor_skip(&c, 16);
	/* Each option has eight octets or more, so this ends. */
	while (p->icmp.type == ND_ADVERTISEMENT && cursor_left(&c) >= 8) {
		uint8_t type = cursor_u8(&c), units = cursor_u8(&c);
		struct span body = cursor_span(&c, 8u * units - 2u);

		if (c.failed || units == 0)
			return false;
		if (type == OPT_TARGET_LINK && body.len == 6) {
			memcpy(link, body.data, 6);
			return true;
		}
	}
	return false;
}

/* Router preferences, RFC 4191 2.1. */
static const char *preference(unsigned bits)
{
	static const char *const names[] = { "", " high", " reserved", " low" };

	return names[bits & 3];
}

/* A prefix of which the first bytes are there; the rest is zero. */
static void put_prefix(struct line *l, struct span bytes, unsigned length)
{
	uint8_t whole[16] = { 0 };

	memcpy(whole, bytes.data, bytes.len < 16 ? bytes.len : 16);
	line_address(l, 6, whole);
	line_char(l, '/');
	line_number(l, length);
}

static void tell_link(struct cursor *c, const char *whose, struct line *l)
{
	line_put(l, whose);
	line_put(l, " is at ");
	/* Ethernet has six octets, others fill the option: RFC 2464 6. */
	tell_put_mac(l, cursor_span(c, cursor_left(c)));
}

static void tell_prefix(struct cursor *c, struct line *l)
{
	unsigned length = cursor_u8(c);
	uint8_t flags = cursor_u8(c);
	uint32_t valid = cursor_u32(c), preferred = cursor_u32(c);

	cursor_skip(c, 4);
	struct span prefix = cursor_span(c, 16);
	if (c->failed)
		return;
	line_put(l, "prefix ");
	put_prefix(l, prefix, length);
	line_put(l, flags & 0x80 ? " on-link" : "");
	line_put(l, flags & 0x40 ? " autonomous" : "");
	line_put(l, flags & 0x20 ? " router-address" : "");
	line_put(l, " valid ");
	tell_put_lifetime(l, valid);
	line_put(l, " preferred ");
	tell_put_lifetime(l, preferred);
}

static void tell_route(struct cursor *c, struct line *l)
{
	unsigned length = cursor_u8(c);
	uint8_t flags = cursor_u8(c);
	uint32_t lifetime = cursor_u32(c);

	if (c->failed)
		return;
	line_put(l, "route ");
	put_prefix(l, cursor_span(c, cursor_left(c)), length);
	line_put(l, preference(flags >> 3));
	line_char(l, ' ');
	tell_put_lifetime(l, lifetime);
}

static void tell_servers(struct cursor *c, struct line *l)
{
	cursor_skip(c, 2);
	uint32_t lifetime = cursor_u32(c);

	if (c->failed)
		return;
	line_put(l, "DNS server");
	while (cursor_left(c) >= 16) {
		line_char(l, ' ');
		line_address(l, 6, cursor_take(c, 16));
	}
	line_char(l, ' ');
	tell_put_lifetime(l, lifetime);
}

/* Names without compression, padded with zeros: each takes a byte or more. */
static void tell_search(struct cursor *c, struct line *l)
{
	char name[DNS_NAME_MAX];

	cursor_skip(c, 2);
	uint32_t lifetime = cursor_u32(c);
	struct cursor names = cursor_of(c->failed ? NULL : c->base + c->pos,
					cursor_left(c));

	if (c->failed)
		return;
	line_put(l, "DNS search");
	while (cursor_left(&names) > 0 && names.base[names.pos] != 0 &&
	       dns_name_decode(&names, name) == DNS_OK) {
		line_char(l, ' ');
		line_put(l, name);
	}
	line_char(l, ' ');
	tell_put_lifetime(l, lifetime);
}

static void tell_pref64(struct cursor *c, struct line *l)
{
	static const uint8_t lengths[] = { 96, 64, 56, 48, 40, 32, 0, 0 };
	uint16_t scaled = cursor_u16(c);
	struct span prefix = cursor_span(c, 12);

	if (c->failed)
		return;
	line_put(l, "NAT64 prefix ");
	put_prefix(l, prefix, lengths[scaled & 7]);
	line_char(l, ' ');
	tell_put_lifetime(l, scaled & 0xfff8u);
}

/* Padded with zeros, RFC 8910 2.3. */
static void tell_portal(struct cursor *c, struct line *l)
{
	struct span uri = cursor_span(c, cursor_left(c));

	while (uri.len && uri.data[uri.len - 1] == 0)
		uri.len--;
	line_put(l, "captive portal ");
	line_clean(l, uri);
}

static void tell_redirected(struct cursor *c, struct line *l)
{
	cursor_skip(c, 6 + 8); /* reserved; the IPv6 header up to src */
	const uint8_t *src = cursor_take(c, 16), *dst = cursor_take(c, 16);

	if (c->failed)
		return;
	line_put(l, "for a packet from ");
	line_address(l, 6, src);
	line_put(l, " to ");
	line_address(l, 6, dst);
}

static void tell_u32(struct cursor *c, struct line *l, const char *what,
		     const char *unit)
{
	cursor_skip(c, 2);
	uint32_t n = cursor_u32(c);

	if (c->failed)
		return;
	line_put(l, what);
	line_number(l, n);
	line_put(l, unit);
}

/* One option; c has what is behind its type and length. */
static void tell_option(uint8_t type, struct cursor *c, struct line *l)
{
	switch (type) {
	case OPT_SOURCE_LINK:
		tell_link(c, "source", l);
		break;
	case OPT_TARGET_LINK:
		tell_link(c, "target", l);
		break;
	case OPT_PREFIX:
		tell_prefix(c, l);
		break;
	case OPT_REDIRECTED:
		tell_redirected(c, l);
		break;
	case OPT_MTU:
		tell_u32(c, l, "MTU ", "");
		break;
	case OPT_INTERVAL:
		tell_u32(c, l, "advertised every ", "ms");
		break;
	case OPT_NONCE:
		line_put(l, "nonce ");
		line_hex(l, cursor_span(c, cursor_left(c)));
		break;
	case OPT_ROUTE:
		tell_route(c, l);
		break;
	case OPT_RDNSS:
		tell_servers(c, l);
		break;
	case OPT_DNSSL:
		tell_search(c, l);
		break;
	case OPT_PORTAL:
		tell_portal(c, l);
		break;
	case OPT_PREF64:
		tell_pref64(c, l);
		break;
	default:
		line_put(l, "option ");
		line_number(l, type);
		break;
	}
	if (c->failed) {
		line_put(l, "option ");
		line_number(l, type);
		line_put(l, ", too short");
	}
}

/* Each option has eight octets or more, so this ends with the message. */
static void tell_options(struct cursor *c, const struct tell *t)
{
	while (cursor_left(c) > 0) {
		char text[TELL_TEXT];
		struct line l = line_of(text, sizeof(text));
		uint8_t type = cursor_u8(c), units = cursor_u8(c);

		if (!c->failed && units == 0) {
			tell(t, "option %u without a length", type);
			return;
		}
		struct span body = cursor_span(c, 8u * units - 2);
		if (c->failed) {
			tell(t, "cut");
			return;
		}
		struct cursor inside = cursor_of(body.data, body.len);
		tell_option(type, &inside, &l);
		tell_line(t, &l);
	}
}

/* Octets 4 to 7 are in icmp.id and icmp.seq. RFC 4861 4.2, RFC 4389 4.1.3.3. */
static void tell_router(const struct packet *p, struct cursor *c,
			const struct tell *t)
{
	unsigned flags = p->icmp.id & 0xff;
	uint32_t reachable = cursor_u32(c), retransmit = cursor_u32(c);

	if (p->icmp.seq)
		tell(t, "default router%s for %us", preference(flags >> 3),
		     p->icmp.seq);
	else
		tell(t, "no default router");
	if (flags & 0xc0)
		tell(t, "%s by DHCPv6", flags & 0x80 ? "addresses" : "settings");
	if (flags & 0x20)
		tell(t, "home agent");
	if (flags & 4)
		tell(t, "neighbour proxy");
	if (p->icmp.id >> 8)
		tell(t, "hop limit %u", p->icmp.id >> 8);
	if (reachable)
		tell(t, "reachable for %ums", reachable);
	if (retransmit)
		tell(t, "solicit every %ums", retransmit);
}

static void tell_target(struct cursor *c, const char *what,
			const struct tell *t)
{
	char text[TELL_TEXT];
	struct line l = line_of(text, sizeof(text));
	const uint8_t *target = cursor_take(c, 16);

	if (!target)
		return;
	line_put(&l, what);
	line_address(&l, 6, target);
	tell_line(t, &l);
}

void nd_tell(const struct packet *p, const struct tell *t)
{
	struct cursor c = cursor_of(p->payload.data, p->payload.len);
	unsigned flags = p->icmp.id >> 13;

	switch (p->icmp.type) {
	case ND_ROUTER_SOLICITATION:
		tell(t, "who is a router");
		break;
	case ND_ROUTER_ADVERTISEMENT:
		tell_router(p, &c, t);
		break;
	case ND_SOLICITATION:
		/* Nobody asks from this address but who wants to have the
		 * target, RFC 4862 5.4.2. */
		tell_target(&c, memcmp(p->src.bytes, (uint8_t[16]){ 0 }, 16) ?
				"who has " : "is anybody else ", t);
		break;
	case ND_ADVERTISEMENT:
		tell_target(&c, "here is ", t);
		tell(t, "flags%s%s%s%s", flags & 4 ? " router" : "",
		     flags & 2 ? " solicited" : "",
		     flags & 1 ? " override" : "", flags ? "" : " none");
		break;
	case ND_REDIRECT:
		tell_target(&c, "use ", t);
		tell_target(&c, "to reach ", t);
		break;
	}
	if (c.failed)
		tell(t, "cut");
	else
		tell_options(&c, t);
}
