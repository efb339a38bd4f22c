/* SPDX-License-Identifier: MIT */
#include "tui/pace.h"

#include <string.h>
#include <time.h>

#define COUNTERS_NS UINT64_C(500000000)
#define LONG_NS UINT64_C(8000000) /* frames up to this need no rest */
#define REST 4 /* times its cost: a fifth of the time is drawn at most */

static struct pace_seen see(const struct model *m, uint64_t seconds)
{
	return (struct pace_seen){
		/* The carrying connection's packets must not cause a frame,
		 * which would cause more of them. */
		.events = m->counters.events - m->counters.session_packets -
			  m->counters.hidden_records,
		.lost = model_lost(m),
		.evicted = model_evicted(m),
		.unknown = m->counters.unknown,
		.seconds = seconds,
	};
}

bool pace_due(const struct pace *p, const struct model *m, bool rows_matter,
	      uint64_t seconds, uint64_t now_ns)
{
	uint64_t since = now_ns - p->drawn_ns;

	if (p->cost_ns > LONG_NS && since < REST * p->cost_ns)
		return false;
	if (rows_matter && m->generation != p->generation)
		return true;

	struct pace_seen now = see(m, seconds);
	if (m->live && now.seconds != p->seen.seconds)
		return true;
	return since >= COUNTERS_NS && memcmp(&now, &p->seen, sizeof(now)) != 0;
}

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void pace_begin(struct pace *p)
{
	p->begin_ns = cpu_ns();
}

void pace_end(struct pace *p, const struct model *m, uint64_t seconds,
	      uint64_t now_ns)
{
	p->drawn_ns = now_ns;
	p->generation = m->generation;
	p->seen = see(m, seconds);
	p->cost_ns = cpu_ns() - p->begin_ns;
}
