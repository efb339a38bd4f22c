/* SPDX-License-Identifier: MIT */
#include "core/iptell.h"

#include <netinet/in.h>

#include "core/names.h"

/* --- IPv4 --- */

/* IANA "IP Option Numbers". */
enum { END = 0, NOP = 1, RECORD_ROUTE = 7, TIMESTAMP = 68, LOOSE_ROUTE = 131, STRICT_ROUTE = 137, ALERT = 148 };

static const char *option_name(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = {
		{ RECORD_ROUTE, "record route" }, /* RFC 791 */
		{ 10, "ZSU" }, { 11, "MTU probe" }, { 12, "MTU reply" }, /* RFC 1191 */
		{ 15, "ENCODE" }, { 25, "quick start" }, /* RFC 4782 */
		{ TIMESTAMP, "timestamps" }, { 82, "traceroute" }, /* RFC 1393 */
		{ 130, "security" }, { LOOSE_ROUTE, "loose source route" },
		{ 133, "extended security" }, /* RFC 1108 */
		{ 134, "commercial security" }, { 136, "stream" },
		{ STRICT_ROUTE, "strict source route" }, { 142, "VISA" },
		{ 144, "IMI" }, { 145, "extended internet protocol" },
		{ 147, "address extension" }, { ALERT, "router alert" }, /* RFC 2113 */
		{ 149, "selective broadcast" }, { 151, "dynamic packet state" },
		{ 152, "upstream multicast" }, { 205, "experimental flow control" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return NULL;
}

/* Routes: a pointer (from 1, with the option's own head) and addresses. */
static void put_route(struct line *l, struct cursor *c)
{
	size_t pointer = cursor_u8(c), at = 4;

	for (; cursor_left(c) >= 4; at += 4) {
		/* What the pointer is at comes next. */
		line_put(l, at == pointer ? " >" : " ");
		line_address(l, 4, cursor_take(c, 4));
	}
}

/* RFC 791 3.1: flag 0 has times alone, 1 and 3 addresses with theirs. */
static void put_times(struct line *l, struct cursor *c)
{
	size_t pointer = cursor_u8(c), at = 5;
	uint8_t bits = cursor_u8(c);
	bool addresses = (bits & 15) != 0;
	size_t size = addresses ? 8 : 4;

	for (; cursor_left(c) >= size && at < pointer; at += size) {
		line_char(l, ' ');
		if (addresses) {
			line_address(l, 4, cursor_take(c, 4));
			line_char(l, '=');
		}
		line_number(l, cursor_u32(c));
		line_put(l, "ms");
	}
	if (bits >> 4) {
		line_put(l, ", no room for ");
		line_number(l, bits >> 4);
	}
}

/* Each option has an octet or more, so this ends with the header. */
static void tell_options4(struct cursor c, const struct tell *t)
{
	while (cursor_left(&c) > 0) {
		char text[TELL_TEXT];
		struct line l = line_of(text, sizeof(text));
		uint8_t type = cursor_u8(&c);

		if (type == END)
			return;
		if (type == NOP)
			continue;
		uint8_t len = cursor_u8(&c);
		struct span body = cursor_span(&c, len < 2 ? SIZE_MAX : len - 2u);
		struct cursor inside = cursor_of(body.data, body.len);
		const char *name = option_name(type);
		if (c.failed) {
			tell(t, "option %u, bad length", type);
			return;
		}
		line_put(&l, name ? name : "option ");
		if (!name)
			line_number(&l, type);
		if (type == RECORD_ROUTE || type == LOOSE_ROUTE ||
		    type == STRICT_ROUTE)
			put_route(&l, &inside);
		else if (type == TIMESTAMP)
			put_times(&l, &inside);
		tell_line(t, &l);
	}
}

/* --- IPv6 --- */

/* IANA "Destination Options and Hop-by-Hop Options". */
static void tell_option6(uint8_t type, struct cursor *c, const struct tell *t)
{
	char text[TELL_TEXT];
	struct line l = line_of(text, sizeof(text));
	const uint8_t *address;

	switch (type) {
	case 0x04: /* RFC 2473 4.1.1 */
		tell(t, "tunnel limit %u", cursor_u8(c));
		break;
	case 0x05: /* RFC 2711 2.1 */
		tell(t, "router alert %u", cursor_u16(c));
		break;
	case 0x07: /* RFC 5570 */
		tell(t, "CALIPSO");
		break;
	case 0x0f: /* RFC 8250 */
		tell(t, "performance metrics");
		break;
	case 0x26: /* RFC 4782 */
		tell(t, "quick start");
		break;
	case 0x23: /* RFC 9008 4 */
	case 0x63: /* RFC 6553 3 */
		tell(t, "RPL");
		break;
	case 0x31: /* RFC 9486 */
	case 0x11:
		tell(t, "IOAM");
		break;
	case 0x30: /* RFC 9268 */
		tell(t, "path MTU");
		break;
	case 0x6d: /* RFC 7731 */
		tell(t, "MPL");
		break;
	case 0xc2: /* RFC 2675 2 */
		tell(t, "jumbo payload of %u bytes", cursor_u32(c));
		break;
	case 0xc9: /* RFC 6275 6.3 */
		address = cursor_take(c, 16);
		if (!address)
			break;
		line_put(&l, "home address ");
		line_address(&l, 6, address);
		tell_line(t, &l);
		break;
	default:
		tell(t, "option %u", type);
	}
}

/* Options in a header; Pad1 has one octet, all others two or more. */
static void tell_options6(struct cursor *c, const struct tell *t)
{
	while (cursor_left(c) > 0) {
		uint8_t type = cursor_u8(c);

		if (type == 0)
			continue;
		uint8_t len = cursor_u8(c);
		struct span body = cursor_span(c, len);
		struct cursor inside = cursor_of(body.data, body.len);
		if (c->failed) {
			tell(t, "option %u, bad length", type);
			return;
		}
		if (type != 1) /* PadN */
			tell_option6(type, &inside, t);
	}
}

/* RFC 8200 4.4; IANA "IPv6 Routing Types": segments in RFC 8754 2. */
static void tell_routing(struct cursor *c, const struct tell *t)
{
	char text[TELL_TEXT];
	struct line l = line_of(text, sizeof(text));
	unsigned type = cursor_u8(c), left = cursor_u8(c);

	line_put(&l, type == 0 ? "source route" :
		     type == 2 ? "to home address" :
		     type == 3 ? "RPL source route" :
		     type == 4 ? "segments" :
				 "routing ");
	if (type == 1 || type > 4)
		line_number(&l, type);
	cursor_skip(c, 4);
	/* Compressed in type 3. */
	while (type != 3 && cursor_left(c) >= 16) {
		line_char(&l, ' ');
		line_address(&l, 6, cursor_take(c, 16));
	}
	line_put(&l, ", ");
	line_number(&l, left);
	line_put(&l, " left");
	tell_line(t, &l);
}

static void tell_header(uint8_t type, struct cursor *c, const struct tell *t)
{
	char name[NAMES_TEXT];
	uint16_t where;

	switch (type) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_DSTOPTS:
		tell_options6(c, t);
		break;
	case IPPROTO_ROUTING:
		tell_routing(c, t);
		break;
	case IPPROTO_FRAGMENT:
		where = cursor_u16(c);
		tell(t, "fragment %u at %u%s", cursor_u32(c), where & 0xfff8u,
		     where & 1 ? ", more" : "");
		break;
	case IPPROTO_AH:
		cursor_skip(c, 2);
		tell(t, "AH SPI %u", cursor_u32(c));
		break;
	default:
		tell(t, "header %s", names_ip_protocol(type, name));
	}
}

/* They are whole and walked (chain_walk()): each has eight octets or more. */
static void tell_headers6(uint8_t type, struct cursor c, const struct tell *t)
{
	while (cursor_left(&c) >= 8) {
		uint8_t next = cursor_u8(&c), len = cursor_u8(&c);
		size_t size = type == IPPROTO_FRAGMENT ? 8 :
			      type == IPPROTO_AH       ? 4u * (len + 2u) :
							 8u * (len + 1u);
		struct span body = cursor_span(&c, size - 2);
		struct cursor inside = cursor_of(body.data, body.len);

		if (c.failed)
			return;
		tell_header(type, &inside, t);
		type = next;
	}
}

void iptell(const struct packet *p, const struct tell *t)
{
	struct cursor c = cursor_of(p->options.data, p->options.len);

	if (p->has & PACKET_IP4)
		tell_options4(c, t);
	else if (p->has & PACKET_IP6)
		tell_headers6(p->ip6.next_header, c, t);
}
