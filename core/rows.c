/* SPDX-License-Identifier: MIT */
#include "core/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/dnsrows.h"

/* Records of a query that are on show without being asked for. */
#define OPEN_RECORDS 4

struct rows_fold {
	struct rows_fold_key {
		uint64_t id;
		uint32_t kind;
		uint32_t pad; /* 0 */
	} key;
};

/* What stands under a heading: a query, a ping. */
struct rows_pick {
	const void *thing;
	uint32_t group;
	uint32_t next; /* in the same group; NONE: the last */
};

/* A heading: a process, a series, or an ICMP error, which has nothing below. */
struct rows_group {
	uint64_t id;
	const void *thing; /* NULL: a process that is not known */
	enum row_kind kind;
	uint32_t first, last; /* pick */
	bool matches; /* by itself */
};

#define NONE UINT32_MAX

int rows_init(struct rows *r, enum rows_view view, size_t capacity)
{
	size_t slots = 1;

	*r = (struct rows){ .view = view, .capacity = capacity };
	while (slots < 2 * capacity)
		slots *= 2;
	r->slots_mask = slots - 1;
	r->row = calloc(capacity, sizeof(*r->row));
	r->picks = calloc(capacity, sizeof(*r->picks));
	r->groups = calloc(capacity, sizeof(*r->groups));
	r->slots = calloc(slots, sizeof(*r->slots));
	int rc = table_init(&r->folds, ROWS_FOLDS, sizeof(struct rows_fold),
			    sizeof(struct rows_fold_key), 0);
	if (!rc && r->row && r->picks && r->groups && r->slots)
		return 0;
	rows_release(r);
	return -ENOMEM;
}

void rows_release(struct rows *r)
{
	free(r->row);
	free(r->picks);
	free(r->groups);
	free(r->slots);
	table_release(&r->folds);
	*r = (struct rows){ 0 };
}

static struct rows_fold_key fold_key(enum row_kind kind, uint64_t id)
{
	return (struct rows_fold_key){ .id = id, .kind = kind };
}

void rows_toggle(struct rows *r, const struct row *row)
{
	struct rows_fold_key key = fold_key(row->kind, row->id);
	struct rows_fold *fold = table_find(&r->folds, &key);

	if (fold)
		table_remove(&r->folds, fold);
	else
		table_touch(&r->folds, &key, NULL);
}

static bool is_open(const struct rows *r, enum row_kind kind, uint64_t id,
		    bool usual)
{
	struct rows_fold_key key = fold_key(kind, id);

	if (r->folds.count == 0)
		return usual;
	return usual != (table_find(&r->folds, &key) != NULL);
}

size_t rows_position(const struct rows *r, enum row_kind kind, uint64_t id,
		     uint32_t child)
{
	size_t i = 0;

	while (i < r->count && (r->row[i].kind != kind || r->row[i].id != id ||
				r->row[i].child != child))
		i++;
	return i;
}

/* One more row; past the capacity it takes the place of the first. */
static void emit(struct rows *r, const struct row *row)
{
	r->row[r->emitted++ % r->capacity] = *row;
}

static void reverse(struct row *from, struct row *to)
{
	while (from < to) {
		struct row keep = *from;
		*from++ = *--to;
		*to = keep;
	}
}

/* Put what was written round and round in order. */
static void settle(struct rows *r)
{
	size_t at = r->emitted % r->capacity;

	r->count = r->emitted < r->capacity ? r->emitted : r->capacity;
	if (r->emitted <= r->capacity || at == 0)
		return;
	reverse(r->row, r->row + at);
	reverse(r->row + at, r->row + r->capacity);
	reverse(r->row, r->row + r->capacity);
}

static const struct proc *owner(struct rows *r, const struct model *m,
				const struct proc_key *key)
{
	size_t slot = key->pid % (sizeof(r->owners) / sizeof(r->owners[0]));

	if (key->pid == 0)
		return NULL;
	if (memcmp(&r->owners[slot].key, key, sizeof(*key)) != 0) {
		r->owners[slot].key = *key;
		r->owners[slot].proc = model_proc(m, key);
	}
	return r->owners[slot].proc;
}

/* r may be NULL: then the owner is looked up. */
static struct row row_of(struct rows *r, const struct model *m,
			 enum row_kind kind, uint64_t id,
			 const struct proc_key *key)
{
	return (struct row){ .kind = kind, .id = id, .model = m,
			     .proc = r ? owner(r, m, key) :
					 model_proc(m, key) };
}

static struct row flow_row(struct rows *r, const struct model *m,
			   const struct flow *f)
{
	struct row row = row_of(r, m, ROW_FLOW, f->id, &f->proc);

	row.flow = f;
	return row;
}

static struct row series_row(struct rows *r, const struct model *m,
			     const struct series *s)
{
	struct row row = row_of(r, m, ROW_SERIES, s->id, &s->proc);

	row.series = s;
	return row;
}

static struct row ping_row(struct rows *r, const struct model *m,
			   const struct ping *p)
{
	struct row row = row_of(r, m, ROW_PING, p->id, &p->proc);

	row.ping = p;
	return row;
}

static struct row dns_row(struct rows *r, const struct model *m,
			  const struct dns_node *n)
{
	struct row row = row_of(r, m, ROW_DNS, n->id, &n->proc);

	row.dns = n;
	return row;
}

struct row rows_of_flow(const struct model *m, const struct flow *f)
{
	return flow_row(NULL, m, f);
}

struct row rows_of_ping(const struct model *m, const struct ping *p)
{
	return ping_row(NULL, m, p);
}

struct row rows_of_dns(const struct model *m, const struct dns_node *n)
{
	return dns_row(NULL, m, n);
}

struct row rows_of_error(const struct model *m, const struct icmp_error *e)
{
	struct row row = row_of(NULL, m, ROW_ICMP_ERROR, e->id, &e->proc);

	row.icmp_error = e;
	return row;
}

struct row rows_of_proc(const struct model *m, const struct proc *p)
{
	return (struct row){ .kind = ROW_PROC, .id = p ? p->id : 0, .model = m,
			     .proc = p };
}

/* The group of an id, made when there is none; NULL: no room. */
static struct rows_group *group_touch(struct rows *r, enum row_kind kind,
				      uint64_t id)
{
	/* Ids count up, so a multiplication spreads them; nothing hostile. */
	size_t slot = (size_t)((id * 0x9e3779b97f4a7c15u) >> 20);

	for (;; slot++) {
		uint32_t *at = &r->slots[slot & r->slots_mask];
		if (*at && r->groups[*at - 1].id == id)
			return &r->groups[*at - 1];
		if (*at)
			continue;
		if (r->groups_count == r->capacity)
			return NULL;
		*at = (uint32_t)++r->groups_count;
		struct rows_group *g = &r->groups[*at - 1];
		*g = (struct rows_group){ .id = id, .kind = kind, .first = NONE,
					  .last = NONE };
		return g;
	}
}

static void pick(struct rows *r, struct rows_group *g, const void *thing)
{
	uint32_t at = (uint32_t)r->picks_count;

	if (!g || r->picks_count == r->capacity)
		return;
	r->picks[r->picks_count++] = (struct rows_pick){
		thing, (uint32_t)(g - r->groups), NONE
	};
	if (g->first == NONE)
		g->first = at;
	else
		r->picks[g->last].next = at;
	g->last = at;
}

static void build_flows(struct rows *r, const struct model *m,
			const struct filter *f)
{
	for (const struct flow *flow = table_first(&m->flows); flow;
	     flow = table_next(&m->flows, flow)) {
		struct row row = flow_row(r, m, flow);
		if (!filter_match(f, &row))
			continue;
		emit(r, &row);
		r->total++;
	}
}

static void build_procs(struct rows *r, const struct model *m,
			const struct filter *f)
{
	for (const struct proc *p = table_first(&m->procs.table); p;
	     p = table_next(&m->procs.table, p)) {
		struct row row = rows_of_proc(m, p);
		if (!p->used || !filter_match(f, &row))
			continue;
		emit(r, &row);
		r->total++;
	}
}

static void add_errors_before(struct rows *r, const struct model *m,
			      const struct filter *f, uint64_t *next,
			      uint64_t time_ns)
{
	const struct pings *p = &m->pings;

	for (; *next <= p->errors_seen; ++*next) {
		const struct icmp_error *e =
			&p->errors[(*next - 1) % p->errors_cap];
		if (e->time_ns >= time_ns)
			return;
		struct row row = rows_of_error(m, e);
		if (e->id != *next || !filter_match(f, &row))
			continue;
		emit(r, &row);
		r->total++;
	}
}

static void emit_series(struct rows *r, const struct model *m,
			const struct rows_group *g)
{
	struct row row = series_row(r, m, g->thing);

	row.has_children = g->first != NONE;
	row.open = row.has_children && is_open(r, ROW_SERIES, g->id, false);
	emit(r, &row);
	for (uint32_t i = g->first; row.open && i != NONE;
	     i = r->picks[i].next) {
		struct row ping = ping_row(r, m, r->picks[i].thing);
		ping.depth = 1;
		emit(r, &ping);
	}
	r->total++;
}

static void build_pings(struct rows *r, const struct model *m,
			const struct filter *f)
{
	const struct pings *p = &m->pings;
	bool below = filter_asks(f, ROW_PING, ROW_SERIES);

	for (const struct series *s = table_first(&p->series); s;
	     s = table_next(&p->series, s)) {
		struct rows_group *g = group_touch(r, ROW_SERIES, s->id);
		struct row row = series_row(r, m, s);
		if (!g)
			break;
		g->thing = s;
		g->matches = filter_match(f, &row);
	}
	size_t known = r->groups_count;
	for (const struct ping *ping = table_first(&p->table); ping;
	     ping = table_next(&p->table, ping)) {
		struct rows_group *g =
			group_touch(r, ROW_SERIES, ping->series_id);
		struct row row = ping_row(r, m, ping);
		if (g && below)
			g->matches = false; /* its pings decide */
		if (g && (g->matches || filter_match(f, &row)))
			pick(r, g, ping);
	}
	uint64_t next = p->errors_seen > p->errors_cap ?
				p->errors_seen - p->errors_cap + 1 :
				1;
	for (size_t i = 0; i < known; i++) {
		const struct rows_group *g = &r->groups[i];
		const struct series *s = g->thing;
		if (!g->matches && g->first == NONE)
			continue;
		add_errors_before(r, m, f, &next, s->first_ns);
		emit_series(r, m, g);
	}
	add_errors_before(r, m, f, &next, UINT64_MAX);
}

bool rows_takes_dns(const struct row *query, const struct filter *f)
{
	const struct filter *below = dnsrows_filter(f);

	return below && query->dns->answer_count ? dnsrows_any(query, below) :
						   filter_match(f, query);
}

bool rows_takes_ping(const struct row *ping, const struct filter *f)
{
	const struct ping_key *k = &ping->ping->key;
	const struct series_key key = { .src = k->src, .dst = k->dst,
					.id = k->id, .kind = k->kind,
					.netns = k->netns,
					.cookie = k->cookie };

	if (filter_match(f, ping))
		return true;
	if (filter_asks(f, ROW_PING, ROW_SERIES))
		return false;
	const struct series *s = table_find(&ping->model->pings.series, &key);
	if (!s || s->id != ping->ping->series_id)
		return false;
	const struct row row = series_row(NULL, ping->model, s);
	return filter_match(f, &row);
}

static void emit_query(struct rows *r, struct row *query,
		       const struct filter *below)
{
	struct dnsrows list;
	struct row row;

	query->depth = 1;
	query->has_children = dnsrows_any(query, below);
	query->open = query->has_children &&
		      is_open(r, ROW_DNS, query->id,
			      query->dns->answer_count <= OPEN_RECORDS);
	emit(r, query);
	if (!query->open)
		return;
	dnsrows_begin(&list, query, below);
	while (dnsrows_next(&list, &row))
		emit(r, &row);
}

static void build_dns(struct rows *r, const struct model *m,
		      const struct filter *f)
{
	const struct filter *below = dnsrows_filter(f);

	for (const struct dns_node *n = table_first(&m->dns.table); n;
	     n = table_next(&m->dns.table, n)) {
		struct row row = dns_row(r, m, n);
		if (!rows_takes_dns(&row, f))
			continue;
		r->total++;
		struct rows_group *g = group_touch(r, ROW_PROC, n->proc_id);
		if (g && row.proc)
			g->thing = row.proc;
		pick(r, g, n);
	}
	for (size_t i = 0; i < r->groups_count; i++) {
		const struct rows_group *g = &r->groups[i];
		struct row head = rows_of_proc(m, g->thing);
		head.id = g->id;
		head.has_children = true;
		head.open = is_open(r, ROW_PROC, g->id, true);
		emit(r, &head);
		for (uint32_t k = g->first; head.open && k != NONE;
		     k = r->picks[k].next) {
			struct row query = dns_row(r, m, r->picks[k].thing);
			emit_query(r, &query, below);
		}
	}
}

void rows_build(struct rows *r, const struct model *m, const struct filter *f)
{
	r->count = r->total = r->emitted = 0;
	r->picks_count = r->groups_count = 0;
	memset(r->owners, 0, sizeof(r->owners));
	if (r->view == ROWS_PINGS || r->view == ROWS_DNS)
		memset(r->slots, 0, (r->slots_mask + 1) * sizeof(*r->slots));
	switch (r->view) {
	case ROWS_FLOWS:
		build_flows(r, m, f);
		break;
	case ROWS_PINGS:
		build_pings(r, m, f);
		break;
	case ROWS_DNS:
		build_dns(r, m, f);
		break;
	case ROWS_PROCS:
		build_procs(r, m, f);
		break;
	}
	settle(r);
}
