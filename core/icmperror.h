/* SPDX-License-Identifier: MIT */
/* ICMP errors: kept in order, tied to what they quote. */
#ifndef NX_ICMPERROR_H
#define NX_ICMPERROR_H

#include "core/packet.h"

struct model;

/* Take an ICMP error (PACKET_QUOTE) that is no copy. */
void icmperror_take(struct model *m, const struct packet *p);

#endif
