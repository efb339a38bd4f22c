/* SPDX-License-Identifier: MIT */
/* Record data of its own kind: SVCB, OPT, LOC, APL. For core/rdata.c. */
#ifndef NX_RDOPT_H
#define NX_RDOPT_H

#include "core/dns.h"
#include "core/line.h"

/* Each reads to the end of c, and makes c fail when the data is wrong. */
void rdopt_svc_params(struct cursor *c, struct line *l); /* RFC 9460 2.1 */
/*
 * There is no standard text: "udp=1232 flags=do Cookie=1122334455667788", the
 * options by their names (names.h), what they hold after `=`.
 */
void rdopt_edns(struct cursor *c, struct line *l, const struct dns_record *r);
void rdopt_loc(struct cursor *c, struct line *l); /* RFC 1876 3 */
void rdopt_apl(struct cursor *c, struct line *l); /* RFC 3123 5 */

#endif
