/* SPDX-License-Identifier: MIT */
#include "core/series.h"

#include "core/model.h"
#include "core/owner.h"

struct series *series_of(struct model *m, const struct ping *ping)
{
	struct series_key key = {
		.src = ping->key.src,
		.dst = ping->key.dst,
		.id = ping->key.id,
		.kind = ping->key.kind,
		.netns = ping->key.netns,
		.cookie = ping->key.cookie,
	};
	bool made;
	struct series *s = table_touch(&m->pings.series, &key, &made);

	if (made) {
		s->id = m->pings.next_series_id++;
		s->first_seq = s->last_seq = ping->key.seq;
		s->direction = ping->direction;
	}
	return s;
}

void series_seen(struct series *s, uint64_t time_ns,
			const struct owner *owner)
{
	if (s->first_ns == 0)
		s->first_ns = time_ns;
	if (time_ns > s->last_ns)
		s->last_ns = time_ns;
	owner_keep(owner, &s->proc, &s->proc_id, &s->how);
}

void series_rtt(struct series *s, uint64_t rtt_ns)
{
	s->recent_ns[s->recent++ % SERIES_RECENT] = rtt_ns;
	if (rtt_ns == 0)
		return;
	if (s->min_ns == 0 || rtt_ns < s->min_ns)
		s->min_ns = rtt_ns;
	if (rtt_ns > s->max_ns)
		s->max_ns = rtt_ns;
	s->sum_ns += rtt_ns;
}
