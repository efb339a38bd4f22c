/* SPDX-License-Identifier: MIT */
/*
 * What IPv6's neighbour discovery says: solicitations, advertisements and
 * redirects with their options (RFC 4861, 4191, 6275, 8106, 8781, 8910, 3971).
 */
#ifndef NX_ND_H
#define NX_ND_H

#include "core/packet.h"
#include "core/tell.h"

/* The types, IANA "ICMPv6 type Numbers". */
enum nd_type { ND_ROUTER_SOLICITATION = 133, ND_ROUTER_ADVERTISEMENT, ND_SOLICITATION, ND_ADVERTISEMENT, ND_REDIRECT };

/* Whom a neighbour's message or a redirect is about: false: another, or cut. */
bool nd_target(const struct packet *p, struct address *out);
/* The Ethernet address that an advertisement gives; false: none. */
bool nd_link(const struct packet *p, uint8_t link[6]);
/* p, of one of these types: its flags, lifetimes, target and options. */
void nd_tell(const struct packet *p, const struct tell *t);

#endif
