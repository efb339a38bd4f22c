/* SPDX-License-Identifier: MIT */
/*
 * What routers add to ICMP errors (RFC 4884): labels of MPLS (RFC 4950), the
 * interfaces that a packet came by and would have left by (RFC 5837); and which
 * interface an extended echo asks for (RFC 8335).
 */
#ifndef NX_ICMPEXT_H
#define NX_ICMPEXT_H

#include "core/packet.h"
#include "core/tell.h"

/* The objects of p, ICMP or ICMPv6; nothing when it has none. */
void icmpext_tell(const struct packet *p, const struct tell *t);

#endif
