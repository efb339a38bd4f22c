/* SPDX-License-Identifier: MIT */
#include "core/rarelink.h"

static uint16_t little16(struct cursor *c)
{
	return __builtin_bswap16(cursor_u16(c));
}

static uint32_t little32(struct cursor *c)
{
	return __builtin_bswap32(cursor_u32(c));
}

/* Step to byte `size` of what began at `at`; not back. */
static void step_to(struct cursor *c, size_t at, size_t size)
{
	if (size < c->pos - at)
		c->failed = true;
	else
		cursor_skip(c, at + size - c->pos);
}

uint32_t rarelink_behind(struct cursor *c, uint32_t link)
{
	size_t at = c->pos, size;
	uint32_t behind;

	switch (link) {
	case LINK_PPI: /* version, flags, length, type */
		cursor_skip(c, 2);
		size = little16(c);
		behind = little32(c);
		break;
	case LINK_PKTAP: /* length, kind of record, type */
		size = little32(c);
		cursor_skip(c, 4);
		behind = little32(c);
		break;
	default:
		return RARELINK_NONE;
	}
	step_to(c, at, size);
	return c->failed ? RARELINK_NONE : behind;
}

/*
 * IEEE 802.11 9.2.4 and 9.3.2. `padded`: to words of four octets. Of several
 * packets in one (A-MSDU, 9.3.2.2) the first.
 */
static bool wifi(struct cursor *c, bool padded)
{
	enum { TYPE = 0x0f, DATA = 0x08, NO_DATA = 0x40, QOS = 0x80 };
	enum { TO_AND_FROM = 3, PROTECTED = 0x40, ORDER = 0x80, AMSDU = 0x80 };
	size_t at = c->pos;
	uint8_t first = cursor_u8(c), flags = cursor_u8(c), qos = 0;

	cursor_skip(c, 20);
	uint16_t sequence = little16(c);
	if ((first & TYPE) != DATA || first & NO_DATA || flags & PROTECTED ||
	    (sequence & 15) > 0)
		return false;
	if ((flags & TO_AND_FROM) == TO_AND_FROM)
		cursor_skip(c, 6);
	if (first & QOS) {
		qos = cursor_u8(c);
		cursor_skip(c, flags & ORDER ? 1 + 4 : 1);
	}
	if (padded)
		cursor_skip(c, -(c->pos - at) & 3);
	if (qos & AMSDU)
		cursor_skip(c, 6 + 6 + 2);
	return !c->failed;
}

/* www.radiotap.org: a head, words of bits that say which fields there are. */
static bool radiotap(struct cursor *c)
{
	enum { TIME = 1, FLAGS = 2, MORE = 31, PADDED = 0x20 };
	size_t at = c->pos;
	uint8_t flags = 0;

	cursor_skip(c, 2);
	uint16_t size = little16(c);
	uint32_t fields = little32(c), more = fields;
	while (more >> MORE)
		more = little32(c);
	if (fields & TIME)
		cursor_skip(c, (-(c->pos - at) & 7) + 8);
	if (fields & FLAGS)
		flags = cursor_u8(c);
	step_to(c, at, size);
	return wifi(c, flags & PADDED);
}

/* IEEE 802.5 3.2: the source's first bit says that a route follows. */
static bool token_ring(struct cursor *c)
{
	enum { KIND = 0xc0, LLC = 0x40, ROUTED = 0x80 };

	cursor_skip(c, 1);
	uint8_t control = cursor_u8(c);
	cursor_skip(c, 6);
	uint8_t source = cursor_u8(c);
	cursor_skip(c, 5);
	if (source & ROUTED) {
		size_t at = c->pos;
		step_to(c, at, cursor_u8(c) & 0x1f);
	}
	return !c->failed && (control & KIND) == LLC;
}

/* ISO 9314-2 7.3.3. */
static bool fddi(struct cursor *c)
{
	uint8_t control = cursor_u8(c);

	cursor_skip(c, 6 + 6);
	return !c->failed && (control & 0xf0) == 0x50;
}

bool rarelink_llc(struct cursor *c, uint32_t link)
{
	switch (link) {
	case LINK_WIFI:
		return wifi(c, false);
	case LINK_RADIOTAP:
		return radiotap(c);
	case LINK_TOKEN_RING:
		return token_ring(c);
	case LINK_FDDI:
		return fddi(c);
	}
	return false;
}

/*
 * Attributes of Linux' nfnetlink_log.h, in the byte order of who wrote them:
 * their types are below 256.
 */
static bool nflog(struct cursor *c)
{
	enum { PAYLOAD = 9 };

	while (!c->failed) {
		size_t at = c->pos;
		uint16_t size = cursor_u16(c), type = cursor_u16(c);
		if (type > 0xff) {
			size = __builtin_bswap16(size);
			type = __builtin_bswap16(type);
		}
		if (size < 4)
			c->failed = true;
		else if (type == PAYLOAD)
			return !c->failed;
		else
			step_to(c, at, (size + 3u) & ~3u);
	}
	return false;
}

uint8_t rarelink_family(struct cursor *c, uint32_t link)
{
	uint8_t family;

	switch (link) {
	case LINK_NFLOG: /* family, version, number of the group */
		family = cursor_u8(c);
		cursor_skip(c, 3);
		return !nflog(c) ? 0 : family == 2 ? 4 : family == 10 ? 6 : 0;
	case LINK_IPNET: /* of Solaris: version, family, six numbers */
		cursor_skip(c, 1);
		family = cursor_u8(c);
		cursor_skip(c, 22);
		return c->failed ? 0 : family == 2 ? 4 : family == 26 ? 6 : 0;
	}
	return 0;
}
