/* SPDX-License-Identifier: MIT */
#include "core/learnt.h"

#include <errno.h>
#include <string.h>

#include "core/dnsfind.h"
#include "core/model.h"

#define FACTS_MAX 64 /* of one address that are looked at */
#define FIRST_PACKETS 3 /* of a connection: its handshake */
#define SECOND_NS 1000000000u

static void unlink_fact(struct learnt_fact *f)
{
	struct learnt_head *h = f->head;

	if (!h)
		return;
	*(f->newer ? &f->newer->older : &h->newest) = f->older;
	*(f->older ? &f->older->newer : &h->oldest) = f->newer;
	f->head = NULL;
	f->newer = f->older = NULL;
}

static void fact_evicted(void *ctx, void *entry)
{
	struct model *m = ctx;
	struct learnt_fact *f = entry;
	struct learnt_head *h = f->head;

	unlink_fact(f);
	if (h && !h->newest)
		table_remove(&m->known, h);
	strings_drop(m->strings, f->name);
	f->id = 0; /* who remembers it sees that it is gone */
}

static void head_evicted(void *ctx, void *entry)
{
	struct learnt_head *h = entry;

	(void)ctx;
	while (h->newest)
		unlink_fact(h->newest);
}

int learnt_init(struct model *m, size_t capacity, uint64_t seed)
{
	_Static_assert(sizeof(struct learnt_key) == 72, "key has padding");
	if (table_init(&m->learnt, capacity, sizeof(struct learnt_fact),
		       sizeof(struct learnt_key), seed) ||
	    table_init(&m->known, capacity, sizeof(struct learnt_head),
		       sizeof(((struct learnt_head *)0)->key), seed + 1))
		return -ENOMEM;
	m->learnt.on_evict = fact_evicted;
	m->learnt.ctx = m;
	m->known.on_evict = head_evicted;
	return 0;
}

void learnt_release(struct model *m)
{
	table_release(&m->learnt);
	table_release(&m->known);
}

static struct learnt_head *head_of(const struct model *m,
				   const struct learnt_who *who,
				   const struct address *address)
{
	struct learnt_head key = { .key = { .address = *address,
					    .netns = who->netns } };

	return table_find(&m->known, &key.key);
}

static void link_newest(struct model *m, struct learnt_fact *f)
{
	struct learnt_head key = { .key = { .address = f->key.address,
					    .netns = f->key.who.netns } };
	struct learnt_head *h = table_touch(&m->known, &key.key, NULL);

	f->head = h;
	f->older = h->newest;
	*(h->newest ? &h->newest->newer : &h->oldest) = f;
	h->newest = f;
}

void learnt_add(struct model *m, const struct learnt_who *who,
		const struct address *address, const char *name, uint32_t ttl,
		uint64_t time_ns, const struct dns_node *query)
{
	struct learnt_key key = { .who = *who, .address = *address,
				  .name_hash = dnsfind_name_hash(m, name) };
	struct learnt_fact *f = table_touch(&m->learnt, &key, NULL);

	if (!f->name) {
		f->name = strings_put(m->strings, name, strlen(name));
		f->id = ++m->learnt_facts;
		f->first_ns = time_ns;
	}
	if (!f->name) {
		m->texts_lost++;
		table_remove(&m->learnt, f);
		return;
	}
	f->time_ns = time_ns;
	f->ttl = ttl;
	f->query = query;
	f->query_id = query ? query->id : 0;
	if (f->head && f->head->newest == f)
		return;
	unlink_fact(f);
	link_newest(m, f);
}

/* --- questions --- */

static bool is_own(const struct model *m, const struct learnt_fact *f,
		   const struct learnt_who *who)
{
	if (!m->live)
		return memcmp(&f->key.who.host, &who->host,
			      sizeof(who->host)) == 0;
	return who->proc.pid && memcmp(&f->key.who.proc, &who->proc,
				       sizeof(who->proc)) == 0;
}

/* When it was last learnt before that; 0: it was not. */
static uint64_t learnt_before(const struct learnt_fact *f, uint64_t time_ns)
{
	return f->time_ns <= time_ns ? f->time_ns :
	       f->first_ns <= time_ns ? f->first_ns : 0;
}

/*
 * Was all seen that was answered since the start, and is it kept? A file in
 * which nothing was resolved is just one without DNS.
 */
static bool is_complete(const struct model *m)
{
	return (m->live || m->learnt_facts) && !model_lost(m) &&
	       !m->learnt.evicted && !m->texts_lost;
}

struct learnt learnt_find(const struct model *m, const struct learnt_who *who,
			  const struct address *address, uint64_t time_ns)
{
	struct learnt out = { .begin_ns = time_ns };
	const struct learnt_head *h = head_of(m, who, address);
	const struct learnt_fact *f = h ? h->newest : NULL;

	for (int i = 0; f && i < FACTS_MAX; f = f->older, i++) {
		uint64_t when = learnt_before(f, time_ns);
		bool own = is_own(m, f, who);

		if (!when || (out.fact && !own))
			continue;
		out.by = own ? LEARNT_OWN : LEARNT_OTHER;
		out.fact = f;
		out.time_ns = when;
		out.ttl = f->ttl;
		if (own)
			break;
	}
	if (!out.fact && is_complete(m))
		out.by = LEARNT_NONE;
	return out;
}

static size_t take_names(const struct model *m, const struct learnt_who *who,
			 const struct learnt_head *h, bool own, size_t n,
			 const char *out[LEARNT_NAMES])
{
	const struct learnt_fact *f = h->newest;

	for (int i = 0; f && i < FACTS_MAX && n < LEARNT_NAMES; i++) {
		size_t k = n;

		while (k && strcmp(out[k - 1], f->name) != 0)
			k--;
		if (!k && is_own(m, f, who) == own)
			out[n++] = f->name;
		f = f->older;
	}
	return n;
}

size_t learnt_names(const struct model *m, const struct learnt_who *who,
		    const struct address *address,
		    const char *out[LEARNT_NAMES])
{
	const struct learnt_head *h = head_of(m, who, address);

	return h ? take_names(m, who, h, false,
			      take_names(m, who, h, true, 0, out), out) :
		   0;
}

/* --- what began --- */

static struct learnt_who who_of_flow(const struct model *m,
				     const struct flow *f)
{
	return (struct learnt_who){
		.proc = f->proc,
		.host = m->live ? (struct address){ 0 } : *flow_src(f, NULL),
		.netns = f->key.netns,
	};
}

static bool has_beginning(const struct flow *f)
{
	return f->seen & FLOW_SAW_BEGINNING && !(f->seen & FLOW_SAW_START);
}

/* Where a name is known. That nobody learnt it is worth a word elsewhere only. */
static struct learnt tell(struct learnt l, const struct address *a)
{
	if (!l.fact && (!a->family || address_is_loopback(a)))
		l.by = LEARNT_UNKNOWN;
	return l;
}

void learnt_bind(const struct model *m, struct flow *f)
{
	struct learnt_ref *r = &f->name;

	/* What the kernel says of a connection may overtake the answer that
	 * led to it: so also with its first packets. */
	if (f->direction == FLOW_INCOMING || !has_beginning(f) ||
	    (r->proc_id == f->proc_id &&
	     (r->by == LEARNT_OWN ||
	      f->tx_packets + f->rx_packets > FIRST_PACKETS)))
		return;
	const struct learnt_who who = who_of_flow(m, f);
	const struct learnt l =
		learnt_find(m, &who, flow_dst(f, NULL), f->first_ns);

	*r = (struct learnt_ref){
		.fact = (struct learnt_fact *)l.fact,
		.fact_id = l.fact ? l.fact->id : 0,
		.time_ns = l.time_ns,
		.proc_id = f->proc_id,
		.ttl = l.ttl,
		.by = l.by,
	};
}

/* It was in use already: what was learnt of it since then. */
static struct learnt find_later(const struct model *m,
				const struct learnt_who *who,
				const struct address *address,
				uint64_t begin_ns)
{
	struct learnt l = learnt_find(m, who, address, UINT64_MAX);

	l.by = l.fact ? LEARNT_LATER : LEARNT_UNKNOWN;
	l.begin_ns = begin_ns;
	return l;
}

struct learnt learnt_of_flow(const struct model *m, const struct flow *f)
{
	const struct learnt_ref *r = &f->name;
	const struct address *dst = flow_dst(f, NULL);

	if (f->direction == FLOW_INCOMING)
		return (struct learnt){ 0 };
	if (!has_beginning(f)) {
		const struct learnt_who who = who_of_flow(m, f);

		return find_later(m, &who, dst, f->first_ns);
	}
	const struct learnt_fact *fact =
		r->fact_id && r->fact->id == r->fact_id ? r->fact : NULL;

	const struct learnt l = {
		.by = fact || r->by == LEARNT_NONE ? r->by : LEARNT_UNKNOWN,
		.begin_ns = f->first_ns,
		.time_ns = r->time_ns,
		.ttl = r->ttl,
		.fact = fact,
	};

	return tell(l, dst);
}

struct learnt learnt_of_series(const struct model *m, const struct series *s)
{
	const struct learnt_who who = {
		.proc = s->proc,
		.host = m->live ? (struct address){ 0 } : s->key.src,
		.netns = s->key.netns,
	};

	/* Neighbours are asked for by address. */
	if (s->direction == PAIR_SERVED || s->key.kind != PAIR_ECHO)
		return (struct learnt){ 0 };
	return tell(learnt_find(m, &who, &s->key.dst, s->first_ns),
		    &s->key.dst);
}

uint64_t learnt_age(const struct learnt *l)
{
	return l->fact && l->by != LEARNT_LATER ?
		       wait_span(l->time_ns, l->begin_ns) :
		       0;
}

/*
 * In whole seconds, as it counts: a TTL of 0 is good for what comes of the
 * answer at once, RFC 1035 3.2.1.
 */
bool learnt_expired(const struct learnt *l)
{
	return learnt_age(l) / SECOND_NS > l->ttl;
}

const struct dns_node *learnt_query(const struct learnt *l)
{
	const struct learnt_fact *f = l->fact;

	return f && f->query && f->query->id == f->query_id ? f->query : NULL;
}

const char *learnt_by_text(uint8_t by)
{
	static const char *const texts[] = {
		[LEARNT_UNKNOWN] = "",	   [LEARNT_OWN] = "own",
		[LEARNT_OTHER] = "other", [LEARNT_LATER] = "later",
		[LEARNT_NONE] = "none",
	};

	return by <= LEARNT_NONE ? texts[by] : "";
}
