/* SPDX-License-Identifier: MIT */
/* What an ICMP or ICMPv6 message says beside its type and code. */
#ifndef NX_ICMPTELL_H
#define NX_ICMPTELL_H

#include "core/packet.h"
#include "core/tell.h"

/* Nothing of a packet that is neither. */
void icmptell(const struct packet *p, const struct tell *t);

#endif
