/* SPDX-License-Identifier: MIT */
#include "core/link.h"

enum ethertype { /* IEEE "EtherType" registry */
	ETHER_IP4 = 0x0800,
	ETHER_IP6 = 0x86dd,
	ETHER_VLAN = 0x8100, /* IEEE 802.1Q 9.6 C-TAG */
	ETHER_QINQ = 0x88a8, /* IEEE 802.1Q 9.6 S-TAG */
	ETHER_QINQ_OLD = 0x9100, /* before 802.1ad, still in use */
	ETHER_MPLS = 0x8847, /* RFC 3032 5 */
	ETHER_MPLS_MULTICAST = 0x8848, /* RFC 5332 3 */
	ETHER_PPPOE = 0x8864, /* RFC 2516 4, session stage */
	ETHER_LENGTH_MAX = 1500, /* IEEE 802.3 3.2.6: up to here, a length */
};

bool link_type_known(uint32_t link)
{
	switch (link) {
	case LINK_NULL:
	case LINK_ETHERNET:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_RAW:
	case LINK_LOOP:
	case LINK_SLL:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_SLL2:
		return true;
	}
	return false;
}

static bool is_ip(uint8_t as, uint8_t *family)
{
	*family = as;
	return true;
}

/* IEEE 802.2 3.2, with SNAP (RFC 1042): the EtherType, or 0. */
static uint16_t llc(struct cursor *c)
{
	uint8_t dsap = cursor_u8(c), ssap = cursor_u8(c);
	uint8_t control = cursor_u8(c);

	if (dsap == 0x06 && ssap == 0x06 && control == 0x03)
		return ETHER_IP4; /* IEEE's SAP of IP */
	if (dsap != 0xaa || ssap != 0xaa || control != 0x03)
		return 0;
	uint32_t oui = (uint32_t)cursor_u8(c) << 16 | cursor_u16(c);
	uint16_t type = cursor_u16(c);
	/* 00-00-f8: IEEE 802.1H, for types that must not be bridged as they are. */
	return oui == 0 || oui == 0x0000f8 ? type : 0;
}

/* RFC 3032 2.1: the label with the S bit is the last; what follows has no type. */
static bool mpls(struct cursor *c, uint8_t *family)
{
	uint32_t label;

	do
		label = cursor_u32(c);
	while (!c->failed && !(label & 0x100));
	if (c->failed || cursor_left(c) == 0)
		return false;
	uint8_t first = c->base[c->pos] >> 4;
	return (first == 4 || first == 6) && is_ip(first, family);
}

static bool pppoe(struct cursor *c, uint8_t *family)
{
	uint8_t version = cursor_u8(c), code = cursor_u8(c);

	cursor_skip(c, 4); /* session, length */
	uint16_t protocol = cursor_u16(c);
	if (c->failed || version != 0x11 || code != 0)
		return false;
	switch (protocol) {
	case 0x0021: /* RFC 1332 2 */
		return is_ip(4, family);
	case 0x0057: /* RFC 5072 2 */
		return is_ip(6, family);
	}
	return false;
}

/* Each turn takes four bytes or more. */
static bool ethertype(struct cursor *c, uint16_t type, uint8_t *family)
{
	while (!c->failed) {
		if (type <= ETHER_LENGTH_MAX)
			type = llc(c);
		switch (type) {
		case ETHER_IP4:
			/* Some senders put IPv6 under this type too. */
			return !c->failed && is_ip(0, family);
		case ETHER_IP6:
			return !c->failed && is_ip(6, family);
		case ETHER_MPLS:
		case ETHER_MPLS_MULTICAST:
			return mpls(c, family);
		case ETHER_PPPOE:
			return pppoe(c, family);
		case ETHER_VLAN:
		case ETHER_QINQ:
		case ETHER_QINQ_OLD:
			cursor_skip(c, 2);
			type = cursor_u16(c);
			break;
		default:
			return false;
		}
	}
	return false;
}

/*
 * LINKTYPE_NULL and _LOOP: an address family in the order of the machine that
 * wrote it, so either; only small numbers are families.
 */
static bool loopback(struct cursor *c, uint8_t *family)
{
	uint32_t af = cursor_u32(c);

	if (af & 0xffff0000)
		af = __builtin_bswap32(af);
	switch (c->failed ? 0 : af) {
	case 2:
		return is_ip(4, family);
	case 10: /* AF_INET6 of Linux; then of NetBSD and OpenBSD, FreeBSD, macOS */
	case 24:
	case 28:
	case 30:
		return is_ip(6, family);
	}
	return false;
}

/* Linux cooked, version 1 and 2 (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2). */
static bool cooked(struct cursor *c, uint32_t link, uint8_t *family)
{
	uint16_t type, hardware;

	if (link == LINK_SLL) {
		cursor_skip(c, 2);
		hardware = cursor_u16(c);
		cursor_skip(c, 10);
		type = cursor_u16(c);
	} else {
		type = cursor_u16(c);
		cursor_skip(c, 6);
		hardware = cursor_u16(c);
		cursor_skip(c, 10);
	}
	if (hardware == 824 || hardware == 770) /* netlink, frame relay: other types */
		return false;
	if (type == 4) /* ETH_P_802_2 of Linux' if_ether.h */
		type = llc(c);
	return type > ETHER_LENGTH_MAX && ethertype(c, type, family);
}

bool link_skip(struct cursor *c, uint32_t link, uint8_t *family)
{
	switch (link) {
	case LINK_ETHERNET:
		cursor_skip(c, 12);
		return ethertype(c, cursor_u16(c), family);
	case LINK_SLL:
	case LINK_SLL2:
		return cooked(c, link, family);
	case LINK_NULL:
	case LINK_LOOP:
		return loopback(c, family);
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
		return is_ip(0, family);
	case LINK_IPV4:
		return is_ip(4, family);
	case LINK_IPV6:
		return is_ip(6, family);
	}
	return false;
}
