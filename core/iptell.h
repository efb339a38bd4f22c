/* SPDX-License-Identifier: MIT */
/*
 * What stands between an IP header and what it carries: IPv4's options (RFC
 * 791 3.1), IPv6's extension headers and theirs (RFC 8200 4).
 */
#ifndef NX_IPTELL_H
#define NX_IPTELL_H

#include "core/packet.h"
#include "core/tell.h"

/* Nothing of a packet that has none. */
void iptell(const struct packet *p, const struct tell *t);

#endif
