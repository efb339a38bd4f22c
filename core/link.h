/* SPDX-License-Identifier: MIT */
/* Link layers: from the bytes of a frame to its outermost IP header. */
#ifndef NX_LINK_H
#define NX_LINK_H

#include "core/packet.h"

/*
 * Step over the link headers at c (enum link_type says which), with all that
 * stands before IP: VLAN tags (IEEE 802.1Q 9.6, stacked too), MPLS labels (RFC
 * 3032 2.1), a PPPoE session header (RFC 2516 4) and other tags. Returns true
 * when c stands on what says it is an IP header, with *family 4 or 6, or 0:
 * its first bits tell. False: something else, or cut (c->failed).
 */
bool link_skip(struct cursor *c, uint32_t link, uint8_t *family);

#endif
