/* SPDX-License-Identifier: MIT */
/* Link layers: from the bytes of a frame to its outermost IP header. */
#ifndef NX_LINK_H
#define NX_LINK_H

#include "core/packet.h"

enum link_tag {
	LINK_TAG_VLAN = 1 << 0, /* IEEE 802.1Q's customer tag */
	LINK_TAG_QINQ = 1 << 1, /* its service tag, or the one before it was standard */
	LINK_TAG_MPLS = 1 << 2,
	LINK_TAG_PPPOE = 1 << 3,
	LINK_TAG_MACSEC = 1 << 4,
	LINK_TAG_NSH = 1 << 5,
	LINK_TAG_OTHER = 1 << 6,
};

/* Name of bit n: "vlan"; NULL: there is none. */
const char *link_tag_name(unsigned n);

/*
 * Step over the link headers at c (enum link_type says which), with all that
 * stands before IP: VLAN tags (IEEE 802.1Q 9.6, stacked too), MPLS labels (RFC
 * 3032 2.1), a PPPoE session header (RFC 2516 4) and other tags. Returns true
 * when c stands on what says it is an IP header, with *family 6, 4 (but some
 * senders put IPv6 under an EtherType of IPv4: its first bits tell), or 0
 * (they tell). False: something else, or cut (c->failed). *tags gets
 * a bit of enum link_tag for each kind of what was stepped over.
 */
bool link_skip(struct cursor *c, uint32_t link, uint8_t *family,
	       uint32_t *tags);

#endif
