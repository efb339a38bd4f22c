/* SPDX-License-Identifier: MIT */
/* What became of a connection, from what was seen of it in whatever order. */
#ifndef NX_JUDGE_H
#define NX_JUDGE_H

#include "core/flow.h"

/* Derive state, close_reason and rtt_ns from `seen`, fins, counts and error. */
void judge_flow(struct flow *f);

#endif
