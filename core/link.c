/* SPDX-License-Identifier: MIT */
#include "core/link.h"

#include "core/rarelink.h"

enum ethertype { /* IEEE "EtherType" registry */
	ETHER_IP4 = 0x0800,
	ETHER_IP6 = 0x86dd,
	ETHER_VLAN = 0x8100, /* IEEE 802.1Q 9.6 C-TAG */
	ETHER_QINQ = 0x88a8, /* IEEE 802.1Q 9.6 S-TAG */
	ETHER_QINQ_OLD = 0x9100, /* before 802.1ad, still in use */
	ETHER_MPLS = 0x8847, /* RFC 3032 5 */
	ETHER_MPLS_MULTICAST = 0x8848, /* RFC 5332 3 */
	ETHER_MACSEC = 0x88e5, /* IEEE 802.1AE 9.8 */
	ETHER_ETAG = 0x893f, /* IEEE 802.1BR 7.5 */
	ETHER_VNTAG = 0x8926, /* Cisco's, before 802.1BR */
	ETHER_FABRICPATH = 0x8903, /* Cisco's: a tag, then an Ethernet frame */
	ETHER_METADATA = 0x8909, /* Cisco's CMD, with a security group tag */
	ETHER_NSH = 0x894f, /* RFC 8300 2 */
	ETHER_ARISTA = 0xd28b, /* Arista's timestamps of mirrored frames */
	ETHER_PPPOE = 0x8864, /* RFC 2516 4, session stage */
	ETHER_NONE = 0xffff, /* reserved: nothing that can be decoded */
	ETHER_LENGTH_MAX = 1500, /* IEEE 802.3 3.2.6: up to here, a length */
};

const char *link_tag_name(unsigned n)
{
	static const char *const names[] = { "vlan", "qinq", "mpls", "pppoe",
					     "macsec", "nsh", "tag" };

	return n < sizeof(names) / sizeof(names[0]) ? names[n] : NULL;
}

bool link_type_known(uint32_t link)
{
	switch (link) {
	case LINK_NULL:
	case LINK_ETHERNET:
	case LINK_TOKEN_RING:
	case LINK_PPP:
	case LINK_FDDI:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_PPP_HDLC:
	case LINK_PPP_ETHER:
	case LINK_RAW:
	case LINK_C_HDLC:
	case LINK_WIFI:
	case LINK_ATM_CLIP:
	case LINK_FRAME_RELAY:
	case LINK_LOOP:
	case LINK_SLL:
	case LINK_RADIOTAP:
	case LINK_PPI:
	case LINK_IPNET:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_NFLOG:
	case LINK_PKTAP:
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

/*
 * What follows SNAP (RFC 1042). 00-00-f8: IEEE 802.1H, for types that bridges
 * must not touch.
 */
static uint16_t snap(struct cursor *c)
{
	uint32_t oui = (uint32_t)cursor_u8(c) << 16 | cursor_u16(c);
	uint16_t type = cursor_u16(c);

	return oui == 0 || oui == 0x0000f8 ? type : ETHER_NONE;
}

/* IEEE 802.2 3.2, with SNAP: the EtherType of what follows. */
static uint16_t llc(struct cursor *c)
{
	uint8_t dsap = cursor_u8(c), ssap = cursor_u8(c);
	uint8_t control = cursor_u8(c);

	if (dsap == 0x06 && ssap == 0x06 && control == 0x03)
		return ETHER_IP4; /* IEEE's SAP of IP */
	if (dsap != 0xaa || ssap != 0xaa || control != 0x03)
		return ETHER_NONE;
	return snap(c);
}

/*
 * The next are headers behind an EtherType of their own. Each steps over its
 * own and returns the EtherType of what follows.
 */

static uint16_t tag(struct cursor *c, size_t size)
{
	cursor_skip(c, size);
	return cursor_u16(c);
}

/*
 * RFC 3032 2.1: the label with the S bit is the last; what follows has no
 * type. Zeros are the control word of an Ethernet pseudowire (RFC 4448 4.6).
 */
static uint16_t mpls(struct cursor *c)
{
	uint32_t label;

	do
		label = cursor_u32(c);
	while (!c->failed && !(label & 0x100));
	struct cursor ahead = *c;
	uint8_t version = cursor_u8(&ahead) >> 4;
	if (version == 4)
		return ETHER_IP4;
	if (version == 6)
		return ETHER_IP6;
	if (cursor_u16(c) != 0)
		return ETHER_NONE;
	return tag(c, 2 + 12);
}

/* IEEE 802.1AE 9.3 to 9.9. */
static uint16_t macsec(struct cursor *c)
{
	enum { SC = 0x20, ENCRYPTED = 0x08, CHANGED = 0x04 };
	uint8_t tci = cursor_u8(c);

	cursor_skip(c, tci & SC ? 5 + 8 : 5);
	return tci & (ENCRYPTED | CHANGED) ? ETHER_NONE : cursor_u16(c);
}

/* RFC 8300 2.2: length in words of four octets, with these. */
static uint16_t nsh(struct cursor *c)
{
	uint32_t base = cursor_u32(c);
	size_t size = 4 * (base >> 16 & 0x3f);

	if (base >> 30 != 0 || size < 4)
		return ETHER_NONE;
	cursor_skip(c, size - 4);
	switch (base & 0xff) {
	case 1:
		return ETHER_IP4;
	case 2:
		return ETHER_IP6;
	case 3:
		return tag(c, 12);
	case 5:
		return ETHER_MPLS;
	}
	return ETHER_NONE;
}

/* Subtype 1: a time of 64 or 48 bits. */
static uint16_t arista(struct cursor *c)
{
	uint16_t subtype = cursor_u16(c), version = cursor_u16(c);

	switch (subtype == 1 ? version & 0xff : 0) {
	case 0x10:
		return tag(c, 8);
	case 0x20:
		return tag(c, 6);
	}
	return ETHER_NONE;
}

/* PPP's protocol, RFC 1661 2; an odd first octet is all of it (6.5). */
static uint16_t ppp_protocol(struct cursor *c)
{
	uint16_t protocol = cursor_u8(c);

	if (!(protocol & 1))
		protocol = (uint16_t)(protocol << 8 | cursor_u8(c));
	switch (protocol) {
	case 0x0021: /* RFC 1332 2 */
		return ETHER_IP4;
	case 0x0057: /* RFC 5072 2 */
		return ETHER_IP6;
	case 0x0281: /* RFC 3032 4.3 */
		return ETHER_MPLS;
	}
	return ETHER_NONE;
}

static uint16_t pppoe(struct cursor *c)
{
	uint8_t version = cursor_u8(c), code = cursor_u8(c);

	cursor_skip(c, 4); /* session, length */
	uint16_t type = ppp_protocol(c);
	return version == 0x11 && code == 0 ? type : ETHER_NONE;
}

/* Cisco's HDLC: an address (0x0f to one, 0x8f to all), a zero, an EtherType. */
static uint16_t cisco(struct cursor *c)
{
	return tag(c, 2);
}

/*
 * An address whose last octet is odd (ITU-T Q.922 3.2), then RFC 2427 4's
 * control, perhaps a zero, and protocol; or an EtherType, as Cisco does.
 */
static uint16_t frame_relay(struct cursor *c)
{
	while (!(cursor_u8(c) & 1) && !c->failed)
		;
	uint8_t control = cursor_u8(c), protocol = cursor_u8(c);
	if (control != 0x03)
		return (uint16_t)(control << 8 | protocol);
	if (protocol == 0)
		protocol = cursor_u8(c);
	switch (protocol) {
	case 0xcc: /* ISO/IEC TR 9577 */
		return ETHER_IP4;
	case 0x8e:
		return ETHER_IP6;
	case 0x80:
		return snap(c);
	}
	return ETHER_NONE;
}

/* PPP with or without HDLC's address and control (RFC 1662 3.1), or Cisco's. */
static uint16_t ppp(struct cursor *c)
{
	struct cursor ahead = *c;
	uint16_t first = cursor_u16(&ahead);

	if (ahead.failed) { /* too short for either */
		*c = ahead;
		return ETHER_NONE;
	}
	if (first == 0x0f00 || first == 0x8f00)
		return cisco(c);
	if (first == 0xff03)
		cursor_skip(c, 2);
	return ppp_protocol(c);
}

/* Each turn takes two bytes or more. */
static bool ethertype(struct cursor *c, uint16_t type, uint8_t *family,
		      uint32_t *tags)
{
	while (!c->failed) {
		if (type <= ETHER_LENGTH_MAX)
			type = llc(c);
		switch (type) {
		case ETHER_IP4:
			return !c->failed && is_ip(4, family);
		case ETHER_IP6:
			return !c->failed && is_ip(6, family);
		case ETHER_MPLS:
		case ETHER_MPLS_MULTICAST:
			*tags |= LINK_TAG_MPLS;
			type = mpls(c);
			break;
		case ETHER_MACSEC:
			*tags |= LINK_TAG_MACSEC;
			type = macsec(c);
			break;
		case ETHER_PPPOE:
			*tags |= LINK_TAG_PPPOE;
			type = pppoe(c);
			break;
		case ETHER_NSH:
			*tags |= LINK_TAG_NSH;
			type = nsh(c);
			break;
		case ETHER_ARISTA:
			*tags |= LINK_TAG_OTHER;
			type = arista(c);
			break;
		case ETHER_VLAN:
			*tags |= LINK_TAG_VLAN;
			type = tag(c, 2);
			break;
		case ETHER_QINQ:
		case ETHER_QINQ_OLD:
			*tags |= LINK_TAG_QINQ;
			type = tag(c, 2);
			break;
		case ETHER_FABRICPATH:
			*tags |= LINK_TAG_OTHER;
			type = tag(c, 2 + 12);
			break;
		case ETHER_VNTAG:
			*tags |= LINK_TAG_OTHER;
			type = tag(c, 4);
			break;
		case ETHER_ETAG:
		case ETHER_METADATA:
			*tags |= LINK_TAG_OTHER;
			type = tag(c, 6);
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
	case 10: /* AF_INET6 of Linux, */
	case 24: /* NetBSD and OpenBSD, */
	case 28: /* FreeBSD, */
	case 30: /* macOS */
		return is_ip(6, family);
	}
	return false;
}

/* Linux cooked, version 1 and 2 (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2). */
static bool cooked(struct cursor *c, uint32_t link, uint8_t *family,
		   uint32_t *tags)
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
	/* Netlink and frame relay (Linux' if_arp.h) have other types. */
	if (hardware == 824 || hardware == 770)
		return false;
	if (type == 4) /* ETH_P_802_2 of Linux' if_ether.h */
		type = llc(c);
	return type > ETHER_LENGTH_MAX && ethertype(c, type, family, tags);
}

/* An EtherType that says: 802.2 follows. */
#define LLC_FOLLOWS 0

static bool rare(struct cursor *c, uint32_t link, uint8_t *family,
		 uint32_t *tags)
{
	switch (link) {
	case LINK_WIFI:
	case LINK_RADIOTAP:
	case LINK_TOKEN_RING:
	case LINK_FDDI:
		return rarelink_llc(c, link) &&
		       ethertype(c, LLC_FOLLOWS, family, tags);
	case LINK_NFLOG:
	case LINK_IPNET:
		*family = rarelink_family(c, link);
		return *family != 0;
	case LINK_FRAME_RELAY:
		return ethertype(c, frame_relay(c), family, tags);
	}
	return false;
}

bool link_skip(struct cursor *c, uint32_t link, uint8_t *family,
	       uint32_t *tags)
{
	/* Such a head is there once at most. */
	if (link == LINK_PPI || link == LINK_PKTAP)
		link = rarelink_behind(c, link);
	switch (link) {
	case LINK_ETHERNET:
		cursor_skip(c, 12);
		return ethertype(c, cursor_u16(c), family, tags);
	case LINK_SLL:
	case LINK_SLL2:
		return cooked(c, link, family, tags);
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return ethertype(c, ppp(c), family, tags);
	case LINK_PPP_ETHER:
		*tags |= LINK_TAG_PPPOE;
		return ethertype(c, pppoe(c), family, tags);
	case LINK_C_HDLC:
		return ethertype(c, cisco(c), family, tags);
	case LINK_NULL:
	case LINK_LOOP:
		return loopback(c, family);
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
		return is_ip(0, family);
	case LINK_ATM_CLIP: /* IPv6 too, as under an EtherType */
		return is_ip(4, family);
	case LINK_IPV4:
		return is_ip(4, family);
	case LINK_IPV6:
		return is_ip(6, family);
	}
	return rare(c, link, family, tags);
}
