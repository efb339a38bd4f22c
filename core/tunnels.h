/* SPDX-License-Identifier: MIT */
/*
 * The tunnels of a file, from which what is inside is taken as well: live it
 * is seen at the sockets that it is for. Both directions are one tunnel. Each
 * is a network of its own: what was captured before it went in, too, is
 * another connection there.
 */
#ifndef NX_TUNNELS_H
#define NX_TUNNELS_H

#include "core/packet.h"

struct tell;

#define TUNNELS_MAX 256

struct tunnels {
	struct tunnel_seen *seen; /* room for TUNNELS_MAX, once there is one */
	uint32_t count;
	uint32_t last; /* asked for, counted from 1 */
	uint64_t full; /* packets in a tunnel that found no room, or in too many */
};

void tunnels_release(struct tunnels *t);
/* Of the tunnel that p is of, a number from 1; 0: no room, or no tunnel. */
uint32_t tunnels_number(struct tunnels *t, const struct packet *p);
/*
 * The tunnel of that number, outermost first: "vxlan 42 between 192.0.2.1 and
 * 192.0.2.2".
 */
void tunnels_tell(const struct tunnels *t, uint32_t number,
		  const struct tell *to);

#endif
