/* SPDX-License-Identifier: MIT */
/* What multicast listeners and their routers say: RFC 2710, RFC 3810. */
#ifndef NX_MLD_H
#define NX_MLD_H

#include "core/packet.h"
#include "core/tell.h"

/* The types, IANA "ICMPv6 type Numbers". */
enum mld_type { MLD_QUERY = 130, MLD_REPORT = 131, MLD_DONE = 132, MLD_REPORT2 = 143 };

/* p, of one of these types: its groups, records and sources. */
void mld_tell(const struct packet *p, const struct tell *t);

#endif
