/* SPDX-License-Identifier: MIT */
#include "core/icmpext.h"

#define OLD_QUOTE 128 /* octets that who had no length for them took: RFC 4884 5.5 */
#define OBJECTS_MAX 16

/* IANA "ICMP Extension Object Classes and Class Sub-types". */
enum { CLASS_MPLS = 1, CLASS_INTERFACE = 2, CLASS_IDENTIFICATION = 3 };

static bool is_extended_echo(const struct packet *p)
{
	return p->icmp.type == (p->has & PACKET_ICMP6 ? 160 : 42);
}

/*
 * Where the extensions begin in the payload; false: there are none. *told: the
 * message says so itself.
 */
static bool begin_of(const struct packet *p, size_t *at, bool *told)
{
	uint8_t type = p->icmp.type;
	size_t quoted;

	*at = 0;
	*told = true;
	if (is_extended_echo(p))
		return true;
	if (p->has & PACKET_ICMP6) {
		if (type != 1 && type != 3)
			return false;
		quoted = 8u * (p->icmp.id >> 8);
	} else {
		if (type != 3 && type != 11 && type != 12)
			return false;
		quoted = 4u * (p->icmp.id & 0xff);
	}
	*told = quoted > 0;
	*at = quoted ? quoted : OLD_QUOTE;
	return p->payload.len >= *at + 8;
}

/* RFC 1071; also when its last octet is odd. */
static bool sum_is_right(struct span bytes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < bytes.len; i++)
		sum += i & 1 ? bytes.data[i] : (uint32_t)bytes.data[i] << 8;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* RFC 4950 3: the stack as it came in, the outermost label first. */
static void tell_labels(struct cursor *c, const struct tell *t)
{
	while (cursor_left(c) >= 4) {
		uint32_t entry = cursor_u32(c);

		tell(t, "MPLS label %u class %u TTL %u", entry >> 12,
		     entry >> 9 & 7, entry & 0xff);
	}
}

/* An address behind its family, of IANA's "Address Family Numbers". */
static void put_afi_address(struct line *l, struct cursor *c, uint16_t afi)
{
	const uint8_t *bytes = cursor_take(c, afi == 1 ? 4 : 16);

	if (!bytes || afi < 1 || afi > 2)
		return;
	line_char(l, ' ');
	line_address(l, afi == 1 ? 4 : 6, bytes);
}

/* RFC 5837 4.3: a length, itself among them, and the name. */
static void put_name(struct line *l, struct cursor *c)
{
	size_t len = cursor_u8(c);

	if (len < 1) {
		c->failed = true;
		return;
	}
	struct span name = cursor_span(c, len - 1);

	while (name.len && name.data[name.len - 1] == 0)
		name.len--;
	line_char(l, ' ');
	line_clean(l, name);
}

/* RFC 5837 4.1: which interface, and what of it follows. */
static void tell_interface(uint8_t bits, struct cursor *c, const struct tell *t)
{
	static const char *const roles[] = { "came by", "came by part of",
					     "would leave by", "next hop" };
	char text[TELL_TEXT];
	struct line l = line_of(text, sizeof(text));

	line_put(&l, roles[bits >> 6]);
	if (bits & 8) {
		line_put(&l, " interface ");
		line_number(&l, cursor_u32(c));
	}
	if (bits & 4) {
		uint16_t afi = cursor_u16(c);

		cursor_skip(c, 2);
		put_afi_address(&l, c, afi);
	}
	if (bits & 2)
		put_name(&l, c);
	if (bits & 1) {
		line_put(&l, " MTU ");
		line_number(&l, cursor_u32(c));
	}
	if (!c->failed)
		tell_line(t, &l);
}

/* RFC 8335 2.1. */
static void tell_identification(uint8_t kind, struct cursor *c,
				const struct tell *t)
{
	char text[TELL_TEXT];
	struct line l = line_of(text, sizeof(text));

	line_put(&l, "interface");
	if (kind == 1) {
		struct span name = cursor_span(c, cursor_left(c));

		while (name.len && name.data[name.len - 1] == 0)
			name.len--;
		line_char(&l, ' ');
		line_clean(&l, name);
	} else if (kind == 2) {
		line_char(&l, ' ');
		line_number(&l, cursor_u32(c));
	} else {
		uint16_t afi = cursor_u16(c);

		cursor_skip(c, 2);
		put_afi_address(&l, c, afi);
	}
	if (!c->failed)
		tell_line(t, &l);
}

static void tell_object(uint8_t class, uint8_t kind, struct cursor *c,
			const struct tell *t)
{
	switch (class) {
	case CLASS_MPLS:
		tell_labels(c, t);
		break;
	case CLASS_INTERFACE:
		tell_interface(kind, c, t);
		break;
	case CLASS_IDENTIFICATION:
		tell_identification(kind, c, t);
		break;
	default:
		tell(t, "extension %u.%u", class, kind);
	}
}

void icmpext_tell(const struct packet *p, const struct tell *t)
{
	size_t at;
	bool told;

	if (!begin_of(p, &at, &told))
		return;
	struct span all = { p->payload.data + at, p->payload.len - at };
	struct cursor c = cursor_of(all.data, all.len);
	uint8_t version = cursor_u8(&c) >> 4;

	cursor_skip(&c, 1);
	bool summed = cursor_u16(&c) != 0;
	/* Without a length only the sum tells them from more of the quote. */
	if (c.failed || version != 2 ||
	    !(told || (summed && sum_is_right(all))))
		return;
	for (int n = 0; n < OBJECTS_MAX && cursor_left(&c) > 0; n++) {
		uint16_t len = cursor_u16(&c);
		uint8_t class = cursor_u8(&c), kind = cursor_u8(&c);

		if (c.failed || len < 4)
			return;
		struct span body = cursor_span(&c, len - 4u);
		struct cursor inside = cursor_of(body.data, body.len);
		if (!c.failed)
			tell_object(class, kind, &inside, t);
	}
}
