/* SPDX-License-Identifier: MIT */
/*
 * Packets in packets. What a packet is (its events, its flow) is decided by
 * its outermost headers; this is for who wants to know what is inside.
 */
#ifndef NX_TUNNEL_H
#define NX_TUNNEL_H

#include "core/packet.h"

/* "ip", "gre", "vxlan", "geneve" ...; NULL: it is no tunnel that is known. */
const char *tunnel_name(const struct packet *p);

/*
 * The packet inside, for packet_decode(): true. It borrows p's bytes and
 * frame. False: no tunnel, it is cut, or what is inside is no packet (a GRE
 * keep-alive, encrypted, a fragment).
 */
bool tunnel_inner(const struct packet *p, struct frame *out);

#endif
