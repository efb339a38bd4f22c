/* SPDX-License-Identifier: MIT */
#include "core/rdopt.h"

#include "core/names.h"

/* RFC 9460 14.3.2, RFC 9461 5, RFC 9540 4.1. */
static const char *const svc_keys[] = { "mandatory", "alpn", "no-default-alpn",
					"port",	     "ipv4hint", "ech",
					"ipv6hint",  "dohpath", "ohttp" };

enum svc_key { SVC_MANDATORY, SVC_ALPN, SVC_NO_DEFAULT_ALPN, SVC_PORT,
	       SVC_IPV4HINT, SVC_ECH, SVC_IPV6HINT, SVC_DOHPATH, SVC_OHTTP };

static void svc_key_text(struct line *l, uint16_t key)
{
	if (key < sizeof(svc_keys) / sizeof(svc_keys[0])) {
		line_put(l, svc_keys[key]);
	} else {
		line_put(l, "key");
		line_number(l, key);
	}
}

/* Items of a fixed size, separated by commas; one at least. */
static void hints(struct cursor *v, struct line *l, uint8_t family)
{
	do {
		line_address(l, family, cursor_take(v, family == 6 ? 16 : 4));
		if (cursor_left(v) > 0)
			line_char(l, ',');
	} while (cursor_left(v) > 0);
}

/*
 * An item of a list within a character-string: a comma or a backslash of its
 * own has a backslash before it, which the string doubles (RFC 9460 A.1).
 */
static void svc_item(struct line *l, struct span item)
{
	for (size_t i = 0, n; i < item.len && !l->full; i += n) {
		for (n = 0; i + n < item.len; n++)
			if (memchr(",\\\"", item.data[i + n], 3))
				break;
		line_clean(l, (struct span){ item.data + i, n });
		if (i + n == item.len)
			break;
		switch (item.data[i + n++]) {
		case ',':
			line_put(l, "\\\\,");
			break;
		case '\\':
			line_put(l, "\\\\\\\\");
			break;
		default:
			line_put(l, "\\\"");
			break;
		}
	}
}

static void svc_value(uint16_t key, struct cursor *v, struct line *l)
{
	switch (key) {
	case SVC_MANDATORY:
		do {
			svc_key_text(l, cursor_u16(v));
			if (cursor_left(v) > 0)
				line_char(l, ',');
		} while (cursor_left(v) > 0);
		break;
	case SVC_ALPN: /* RFC 9460 7.1.1 */
		line_char(l, '"');
		do {
			svc_item(l, cursor_span(v, cursor_u8(v)));
			if (cursor_left(v) > 0)
				line_char(l, ',');
		} while (cursor_left(v) > 0);
		line_char(l, '"');
		break;
	case SVC_PORT:
		line_number(l, cursor_u16(v));
		break;
	case SVC_IPV4HINT:
		hints(v, l, 4);
		break;
	case SVC_IPV6HINT:
		hints(v, l, 6);
		break;
	case SVC_ECH:
		line_base64(l, cursor_span(v, cursor_left(v)));
		break;
	default:
		line_quoted(l, cursor_span(v, cursor_left(v)));
		break;
	}
}

void rdopt_svc_params(struct cursor *c, struct line *l)
{
	int last = -1;

	while (cursor_left(c) > 0) {
		uint16_t key = cursor_u16(c), len = cursor_u16(c);
		struct span s = cursor_span(c, len);
		struct cursor v = cursor_of(s.data, s.len);
		/* Strictly ascending: RFC 9460 2.2. */
		if (c->failed || key <= last) {
			c->failed = true;
			return;
		}
		if (last >= 0)
			line_char(l, ' ');
		last = key;
		svc_key_text(l, key);
		if (key == SVC_NO_DEFAULT_ALPN || key == SVC_OHTTP) {
			c->failed = len > 0;
			continue;
		}
		line_char(l, '=');
		svc_value(key, &v, l);
		if (v.failed || cursor_left(&v) > 0)
			c->failed = true;
	}
}

enum edns_option { /* IANA "DNS EDNS0 Option Codes (OPT)" */
	EDNS_NSID = 3, /* RFC 5001 2.3 */
	EDNS_SUBNET = 8, /* RFC 7871 6 */
	EDNS_EXPIRE = 9, /* RFC 7314 2 */
	EDNS_KEEPALIVE = 11, /* RFC 7828 3.1 */
	EDNS_PADDING = 12, /* RFC 7830 3 */
	EDNS_ERROR = 15, /* RFC 8914 2 */
};

/* "192.0.2.0/24/0": RFC 7871 6; the address is cut to its prefix's octets. */
static void subnet(struct cursor *v, struct line *l)
{
	uint8_t bytes[16] = { 0 };
	uint16_t family = cursor_u16(v);
	uint8_t source = cursor_u8(v), scope = cursor_u8(v);
	struct span s = cursor_span(v, cursor_left(v));
	size_t size = family == 1 ? 4 : family == 2 ? 16 : 0;

	if (s.len > size || source > size * 8) {
		v->failed = true;
		return;
	}
	if (s.len > 0)
		memcpy(bytes, s.data, s.len);
	line_address(l, family == 2 ? 6 : 4, bytes);
	line_char(l, '/');
	line_number(l, source);
	line_char(l, '/');
	line_number(l, scope);
}

static void edns_value(uint16_t code, struct cursor *v, struct line *l)
{
	switch (code) {
	case EDNS_NSID:
		line_quoted(l, cursor_span(v, cursor_left(v)));
		break;
	case EDNS_SUBNET:
		subnet(v, l);
		break;
	case EDNS_EXPIRE:
		if (cursor_left(v) > 0)
			line_number(l, cursor_u32(v));
		break;
	case EDNS_KEEPALIVE: /* units of 100 ms */
		if (cursor_left(v) > 0) {
			line_number(l, 100u * cursor_u16(v));
			line_put(l, "ms");
		}
		break;
	case EDNS_PADDING:
		line_number(l, cursor_left(v));
		cursor_skip(v, cursor_left(v));
		break;
	case EDNS_ERROR:
		line_number(l, cursor_u16(v));
		if (cursor_left(v) > 0) {
			line_char(l, ':');
			line_quoted(l, cursor_span(v, cursor_left(v)));
		}
		break;
	default:
		line_hex(l, cursor_span(v, cursor_left(v)));
		break;
	}
}

void rdopt_edns(struct cursor *c, struct line *l, const struct dns_record *r)
{
	line_put(l, "udp=");
	line_number(l, r->class);
	if (r->ttl >> 16 & 0xff) {
		line_put(l, " version=");
		line_number(l, r->ttl >> 16 & 0xff);
	}
	if (r->ttl & 0x8000) /* RFC 3225 3 */
		line_put(l, " flags=do");
	while (cursor_left(c) > 0) {
		uint16_t code = cursor_u16(c), len = cursor_u16(c);
		struct span s = cursor_span(c, len);
		if (c->failed)
			return;
		struct cursor v = cursor_of(s.data, s.len);
		const char *name = names_dns_option(code);
		line_char(l, ' ');
		line_put(l, name);
		if (strcmp(name, "Unknown") == 0)
			line_number(l, code);
		line_char(l, '=');
		struct line before = *l;
		edns_value(code, &v, l);
		/* A bad value is only its option's: the record is whole. */
		if (v.failed || cursor_left(&v) > 0) {
			line_back(l, &before);
			line_hex(l, s);
		}
	}
}

/* One coordinate: thousandths of a second from 2^31; RFC 1876 2. */
static void angle(struct line *l, uint32_t wire, const char *sides)
{
	bool positive = wire >= 1u << 31;
	uint32_t ms = positive ? wire - (1u << 31) : (1u << 31) - wire;

	line_number(l, ms / 3600000);
	line_char(l, ' ');
	line_number(l, ms / 60000 % 60);
	line_char(l, ' ');
	line_number(l, ms / 1000 % 60);
	line_char(l, '.');
	for (uint32_t digit = 100; digit > 0; digit /= 10)
		line_char(l, (char)('0' + ms / digit % 10));
	line_char(l, ' ');
	line_char(l, sides[!positive]);
}

static void metres(struct line *l, uint64_t cm)
{
	line_number(l, cm / 100);
	line_char(l, '.');
	line_char(l, (char)('0' + cm / 10 % 10));
	line_char(l, (char)('0' + cm % 10));
	line_char(l, 'm');
}

/* Mantissa and power of ten, in centimetres; each up to 9. */
static void precision(struct line *l, uint8_t b, bool *bad)
{
	uint64_t cm = b >> 4;

	*bad = *bad || b >> 4 > 9 || (b & 15) > 9;
	for (int i = 0; i < (b & 15); i++)
		cm *= 10;
	line_char(l, ' ');
	metres(l, cm);
}

void rdopt_loc(struct cursor *c, struct line *l)
{
	bool bad = cursor_u8(c) != 0; /* version */
	uint8_t size[3];

	for (int i = 0; i < 3; i++)
		size[i] = cursor_u8(c);
	angle(l, cursor_u32(c), "NS");
	line_char(l, ' ');
	angle(l, cursor_u32(c), "EW");
	int64_t cm = (int64_t)cursor_u32(c) - 10000000;
	line_char(l, ' ');
	if (cm < 0)
		line_char(l, '-');
	metres(l, (uint64_t)(cm < 0 ? -cm : cm));
	for (int i = 0; i < 3; i++)
		precision(l, size[i], &bad);
	if (bad)
		c->failed = true;
}

void rdopt_apl(struct cursor *c, struct line *l)
{
	bool first = true;

	while (cursor_left(c) > 0) {
		uint8_t bytes[16] = { 0 };
		uint16_t family = cursor_u16(c);
		uint8_t prefix = cursor_u8(c), n = cursor_u8(c);
		struct span s = cursor_span(c, n & 0x7f);
		size_t size = family == 1 ? 4 : family == 2 ? 16 : 0;
		if (c->failed || s.len > size || prefix > size * 8) {
			c->failed = true;
			return;
		}
		if (s.len > 0)
			memcpy(bytes, s.data, s.len);
		line_put(l, first ? "" : " ");
		first = false;
		line_put(l, n & 0x80 ? "!" : "");
		line_number(l, family);
		line_char(l, ':');
		line_address(l, size == 16 ? 6 : 4, bytes);
		line_char(l, '/');
		line_number(l, prefix);
	}
}
