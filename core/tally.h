/* SPDX-License-Identifier: MIT */
/* Counts each connection once, whatever becomes of it and in whatever order. */
#ifndef NX_TALLY_H
#define NX_TALLY_H

#include "core/flow.h"

struct model;

/* Something was seen of f: judge it anew, count it, let it wait or not. */
void tally_flow(struct model *m, struct flow *f);

#endif
