/* SPDX-License-Identifier: MIT */
#include "core/cookies.h"

#include "core/model.h"

/* Entries of flows that go on, passed over for one that may go. */
#define SPARED_MAX 8

struct cookie_entry *cookies_find(const struct model *m, uint64_t cookie)
{
	return cookie ? table_find(&m->cookies, &cookie) : NULL;
}

struct cookie_entry *cookies_touch(struct model *m, uint64_t cookie)
{
	struct table *t = &m->cookies;

	/* A connection that is silent for long must still be found when its
	 * socket closes. The table is larger than that of the flows, so some
	 * entry has none. */
	for (int i = 0; i < SPARED_MAX && t->count == t->capacity; i++) {
		struct cookie_entry *e = table_lru_first(t);
		const struct flow *f = cookies_flow(e);

		if (!f || !flow_goes_on(f))
			break;
		table_use(t, e);
	}
	return table_touch(t, &cookie, NULL);
}

struct flow *cookies_flow(const struct cookie_entry *e)
{
	return e && e->flow && e->flow->id == e->flow_id ? e->flow : NULL;
}

void cookies_bind(struct model *m, struct flow *f, uint64_t cookie)
{
	if (cookie == 0 || f->cookie)
		return;
	struct cookie_entry *e = cookies_touch(m, cookie);

	e->flow = f;
	e->flow_id = f->id;
	f->cookie = cookie;
}
