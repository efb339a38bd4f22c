/* SPDX-License-Identifier: MIT */
/*
 * Link layers that core/link.c meets seldom: radio, rings, and the heads that
 * some capture programs put before what they caught.
 */
#ifndef NX_RARELINK_H
#define NX_RARELINK_H

#include "core/packet.h"

#define RARELINK_NONE UINT32_MAX

/*
 * PPI, PKTAP: step over the head and return the link type of what is behind
 * it. RARELINK_NONE: it is cut, or another link type.
 */
uint32_t rarelink_behind(struct cursor *c, uint32_t link);

/*
 * IEEE 802.11 (also behind radiotap), token ring, FDDI: step to the 802.2
 * header. False: it is cut, or there is none (no data, encrypted, a later
 * part).
 */
bool rarelink_llc(struct cursor *c, uint32_t link);

/* NFLOG, IPNET: step to the packet and return 4 or 6, or 0: none of IP. */
uint8_t rarelink_family(struct cursor *c, uint32_t link);

#endif
