/* SPDX-License-Identifier: MIT */
/* The segments of a connection as arrows between its two ends. */
#ifndef NX_LADDER_H
#define NX_LADDER_H

#include "core/model.h"
#include "tui/page.h"

/* What is worth a word about a segment, compared with those before it. */
enum ladder_note { LADDER_PLAIN, LADDER_RETRANSMIT, LADDER_GAP, LADDER_KEEPALIVE };

struct ladder_step {
	struct flow_step step;
	bool from_src; /* who sent the SYN sent this one */
	bool has_seq, has_ack; /* relative numbers can be told */
	uint32_t seq, ack; /* relative to each end's first number */
	uint64_t since_ns; /* since the segment before it; 0: the first */
	uint32_t missing; /* segments between this one and the last, not kept */
	enum ladder_note note;
};

#define LADDER_STEPS (FLOW_FIRST_STEPS + FLOW_LAST_STEPS)

/* The steps that the flow kept. Returns how many. live: see struct flow_step. */
int ladder_steps(const struct flow *f, bool live,
		 struct ladder_step out[LADDER_STEPS]);
/* Write them into the page; src and dst: what stands above the two columns. */
void ladder_write(struct page *p, const struct flow *f, bool live,
		  const char *src, const char *dst);

#endif
