/* SPDX-License-Identifier: MIT */
/*
 * Packets in packets. What a packet is (its events, its flow) is decided by
 * its outermost headers; this is for who wants to know what is inside.
 */
#ifndef NX_TUNNEL_H
#define NX_TUNNEL_H

#include "core/packet.h"
#include "core/tell.h"

/* "ip", "gre", "vxlan", "geneve" ...; NULL: it is no tunnel that is known. */
const char *tunnel_name(const struct packet *p);

/* Its network's number: of a VNI, a key or a TEID. False: it has none. */
bool tunnel_network(const struct packet *p, uint32_t *id);

/*
 * The packet inside, for packet_decode(): true. It borrows p's bytes and
 * frame. False: no tunnel, it is cut, or what is inside is no packet (a GRE
 * keep-alive, encrypted, a fragment).
 */
bool tunnel_inner(const struct packet *p, struct frame *out);

/*
 * The packets inside, one in the other, a text for each: "vxlan 42: 10.0.0.1:4000
 * > 10.0.0.2:53 UDP, A example.org". At most TUNNEL_DEPTH.
 */
#define TUNNEL_DEPTH 8
void tunnel_tell(const struct packet *p, const struct tell *t);

#endif
