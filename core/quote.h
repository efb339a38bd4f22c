/* SPDX-License-Identifier: MIT */
/* What an ICMP error quotes of the packet that caused it. */
#ifndef NX_QUOTE_H
#define NX_QUOTE_H

#include "core/packet.h"

/*
 * The packet quoted in an ICMP error's payload (RFC 792, RFC 4443 2.4(c)): as
 * much of it as there is. True when its IP header is whole.
 */
bool quote_ip4(struct quote *out, struct span bytes);
bool quote_ip6(struct quote *out, struct span bytes);

#endif
