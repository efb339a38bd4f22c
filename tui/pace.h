/* SPDX-License-Identifier: MIT */
/*
 * When a frame is due. Rows that changed are drawn at once, counters alone
 * twice a second, the clock each second; and after a frame that took long
 * there is a rest, so that drawing never eats the time that draining needs.
 */
#ifndef NX_PACE_H
#define NX_PACE_H

#include <stdbool.h>

#include "core/model.h"

struct pace_seen { /* what the top line counts */
	uint64_t events, lost, evicted, unknown, seconds;
};

struct pace {
	uint64_t drawn_ns; /* model time of the last frame */
	uint64_t generation; /* of the model then */
	uint64_t begin_ns, cost_ns; /* CPU time that it took */
	struct pace_seen seen;
};

/* rows_matter: a row that changed is on show. seconds: what the clock would say. */
bool pace_due(const struct pace *p, const struct model *m, bool rows_matter,
	      uint64_t seconds, uint64_t now_ns);
/* Around a frame. */
void pace_begin(struct pace *p);
void pace_end(struct pace *p, const struct model *m, uint64_t seconds,
	      uint64_t now_ns);

#endif
