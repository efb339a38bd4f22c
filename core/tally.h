/* SPDX-License-Identifier: MIT */
/* Counts each connection once, whatever becomes of it and in whatever order. */
#ifndef NX_TALLY_H
#define NX_TALLY_H

#include "core/flow.h"

struct model;

/* How long after its last packet what has ended is the first to make room. */
#define TALLY_LINGER_NS 200000000u

/* Something was seen of f: judge it anew, count it, let it wait or not. */
void tally_flow(struct model *m, struct flow *f);
/* Its entry goes. The counters keep what they hold. */
void tally_forget(struct model *m, struct flow *f);

#endif
