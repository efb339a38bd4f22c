/* SPDX-License-Identifier: MIT */
/* What an answer says: the state of its query, its records, names learnt. */
#ifndef NX_DNSANSWER_H
#define NX_DNSANSWER_H

#include "core/model.h"

/* p answers n. A second answer changes nothing, but by multicast many may answer. */
void dnsanswer_take(struct model *m, const struct packet *p,
		    struct dns_node *n, const struct owner *owner);

#endif
