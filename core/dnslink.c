/* SPDX-License-Identifier: MIT */
#include "core/dnslink.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "core/dnsfind.h"
#include "core/model.h"

#define WALK_MAX 64 /* queries of an errand that are looked at */
#define ALIASES_MAX 8 /* names that one answer leads to */
#define DISORDER_NS 1000000u /* by which packets of two CPUs change places */

static void errand_evicted(void *ctx, void *entry)
{
	struct dns_errand *e = entry;

	(void)ctx;
	for (int role = 0; role < DNS_ROLES; role++) {
		for (struct dns_node *n = e->first[role], *next; n; n = next) {
			next = n->place[role].after;
			n->place[role] = (struct dns_place){ 0 };
		}
	}
	e->id = 0;
}

int dnslink_init(struct dnstree *t, size_t capacity, uint64_t seed)
{
	_Static_assert(sizeof(struct dns_errand_key) == 64, "padding");
	if (table_init(&t->errands, capacity, sizeof(struct dns_errand),
		       sizeof(struct dns_errand_key), seed) ||
	    table_init(&t->aliases, capacity, sizeof(struct dns_alias),
		       sizeof(struct dns_errand_key), seed + 1))
		return -ENOMEM;
	t->errands.on_evict = errand_evicted;
	return 0;
}

void dnslink_release(struct dnstree *t)
{
	table_release(&t->errands);
	table_release(&t->aliases);
}

/* --- the lists of an errand --- */

static void enter(struct dns_errand *e, enum dns_role role, struct dns_node *n)
{
	n->place[role] = (struct dns_place){ .errand = e,
					     .before = e->last[role] };
	*(e->last[role] ? &e->last[role]->place[role].after :
			  &e->first[role]) = n;
	e->last[role] = n;
}

static void leave(struct dnstree *t, enum dns_role role, struct dns_node *n)
{
	struct dns_place *p = &n->place[role];
	struct dns_errand *e = p->errand;

	if (!e)
		return;
	e->forgot |= role == DNS_ASKED;
	*(p->before ? &p->before->place[role].after : &e->first[role]) =
		p->after;
	*(p->after ? &p->after->place[role].before : &e->last[role]) =
		p->before;
	*p = (struct dns_place){ 0 };
	if (!e->first[DNS_SERVED] && !e->first[DNS_ASKED])
		table_remove(&t->errands, e);
}

void dnslink_forget(struct dnstree *t, struct dns_node *n)
{
	leave(t, DNS_SERVED, n);
	leave(t, DNS_ASKED, n);
}

/* --- who it is that was asked, and that asks --- */

static struct dns_errand_key key_of(const struct dns_node *n)
{
	return (struct dns_errand_key){ .name_hash = n->key.name_hash,
					.type = n->key.type,
					.class = n->key.class };
}

static void set_proc(struct dns_errand_key *key, const struct proc_key *proc)
{
	key->proc = *proc;
}

/* All loopback addresses are one host: the one that took the capture. */
static void set_host(struct dns_errand_key *key, const struct dns_node *n,
		     const struct address *a, bool here)
{
	key->netns = n->key.netns;
	key->host = here || address_is_loopback(a) ?
			    (struct address){ .family = UINT8_MAX } :
			    *a;
}

static bool was_open(const struct dns_node *n, uint64_t time_ns)
{
	if (n->query_ns > time_ns)
		return false;
	return n->answer_ns ? n->answer_ns >= time_ns :
			      n->state == DNS_STATE_WAITING;
}

static bool any_open(const struct dns_errand *e, enum dns_role role,
		     uint64_t time_ns)
{
	const struct dns_node *n = e->last[role];

	for (int i = 0; n && i < WALK_MAX; i++) {
		if (was_open(n, time_ns))
			return true;
		n = n->place[role].before;
	}
	return false;
}

/*
 * Does it go on at this time? A question that a resolver has asked, for
 * somebody or by itself, it does not ask again for the next who wants to know.
 */
static bool errand_open(const struct dns_errand *e, uint64_t time_ns)
{
	return any_open(e, DNS_SERVED, time_ns) ||
	       any_open(e, DNS_ASKED, time_ns);
}

static struct dns_errand *find(const struct model *m,
			       const struct dns_errand_key *key,
			       uint64_t time_ns)
{
	struct dns_errand *e = table_find(&m->dns.errands, key);
	const struct dns_alias *a;

	if (e && errand_open(e, time_ns))
		return e;
	a = table_find(&m->dns.aliases, key);
	e = a && a->errand->id == a->errand_id ? a->errand : NULL;
	return e && errand_open(e, time_ns) ? e : NULL;
}

/* It forked, and runs what its parent runs. */
static const struct proc *forked_from(const struct model *m,
				      const struct proc_key *key)
{
	const struct proc *child = model_proc(m, key);
	const struct proc *parent =
		child ? proc_parent(&m->procs, child) : NULL;

	return parent && child->exe && parent->exe &&
			       strcmp(child->exe, parent->exe) == 0 ?
		       parent :
		       NULL;
}

/* --- taking queries --- */

/* The errand of this key that goes on, or a new one. */
static struct dns_errand *errand_touch(struct model *m,
				       const struct dns_errand_key *key,
				       uint64_t time_ns)
{
	struct table *t = &m->dns.errands;
	struct dns_errand *e = table_find(t, key);

	if (e && errand_open(e, time_ns))
		return e;
	if (e) {
		struct dns_errand_key old = *key;

		old.turn = e->id;
		if (!table_rekey(t, e, &old))
			table_remove(t, e);
	}
	e = table_touch(t, key, NULL);
	e->id = m->dns.next_errand++;
	return e;
}

static void take_served(struct model *m, struct dns_node *n)
{
	struct dns_errand_key key = key_of(n);
	uint64_t time_ns = n->query_ns;

	if (n->proc.pid)
		set_proc(&key, &n->proc);
	else
		set_host(&key, n, &n->key.dst, false);
	const struct dns_errand *e = table_find(&m->dns.errands, &key);
	const struct dns_node *last = e ? e->last[DNS_SERVED] : NULL;

	if (last && last->query_ns > time_ns &&
	    last->query_ns - time_ns <= DISORDER_NS)
		time_ns = last->query_ns;
	enter(errand_touch(m, &key, time_ns), DNS_SERVED, n);
}

static struct dns_errand *find_for(const struct model *m,
				   const struct dns_node *n, bool here)
{
	struct dns_errand_key key = key_of(n);
	struct dns_errand *e = NULL;

	if (n->proc.pid) {
		const struct proc *parent = forked_from(m, &n->proc);

		set_proc(&key, &n->proc);
		e = find(m, &key, n->query_ns);
		if (!e && parent) {
			set_proc(&key, &parent->key);
			e = find(m, &key, n->query_ns);
		}
		return e;
	}
	set_host(&key, n, &n->key.src, false);
	e = find(m, &key, n->query_ns);
	if (!e && here) {
		set_host(&key, n, &n->key.src, true);
		e = find(m, &key, n->query_ns);
	}
	return e;
}

static bool same_server(const struct dns_node *a, const struct dns_node *b)
{
	return a->key.dst_port == b->key.dst_port &&
	       memcmp(&a->key.dst, &b->key.dst, sizeof(a->key.dst)) == 0;
}

static void take_asked(struct model *m, struct dns_node *n, bool here)
{
	struct dns_errand *e = find_for(m, n, here);

	/* The same on its way through a router, with another source. */
	if (e && n->direction == PAIR_BETWEEN && e->last[DNS_SERVED] &&
	    same_server(n, e->last[DNS_SERVED]))
		return;
	if (!e && n->direction == PAIR_ASKED && n->proc.pid) {
		struct dns_errand_key key = key_of(n);

		set_proc(&key, &n->proc);
		e = errand_touch(m, &key, n->query_ns);
	}
	if (!e)
		return;
	table_use(&m->dns.errands, e);
	enter(e, DNS_ASKED, n);
}

static void meet(struct model *m, struct dns_node *n)
{
	struct dns_node *other = dnsfind_peer(m, n);

	if (!other)
		return;
	n->peer = other;
	n->peer_id = other->id;
	other->peer = n;
	other->peer_id = n->id;
}

void dnslink_query(struct model *m, const struct packet *p, struct dns_node *n)
{
	if (n->multicast)
		return;
	if (n->direction != PAIR_BETWEEN)
		meet(m, n);
	if (n->direction != PAIR_SERVED)
		take_asked(m, n, p->frame->direction == EVENT_EGRESS);
	if (n->direction != PAIR_ASKED)
		take_served(m, n);
}

void dnslink_answer(struct model *m, struct dns_node *n)
{
	struct dns_answer a;
	int left = ALIASES_MAX;

	/* The process may have become known since it asked. */
	if (n->direction == PAIR_ASKED && !n->multicast && n->query_ns &&
	    !n->place[DNS_ASKED].errand)
		take_asked(m, n, false);
	struct dns_errand *e = n->place[DNS_ASKED].errand;

	if (!e || n->key.type == DNS_CNAME || !errand_open(e, n->answer_ns))
		return;
	for (size_t i = 0; left && dnstree_answer(n, i, &a); i++) {
		if (a.section != DNS_ANSWER || a.type != DNS_CNAME)
			continue;
		struct dns_errand_key key = e->key;

		key.turn = 0;
		key.name_hash = dnsfind_name_hash(m, a.data);
		struct dns_alias *alias =
			table_touch(&m->dns.aliases, &key, NULL);

		alias->errand = e;
		alias->errand_id = e->id;
		left--;
	}
}

/* --- questions --- */

const struct dns_node *dnslink_peer(const struct dns_node *n)
{
	return n->peer && n->peer->id == n->peer_id ? n->peer : NULL;
}

const struct dns_node *dnslink_served(const struct dns_node *n)
{
	return n->direction == PAIR_ASKED ? dnslink_peer(n) : n;
}

static uint64_t end_of(const struct dns_node *n)
{
	return n->answer_ns ? n->answer_ns : n->last_query_ns + DNS_LIMIT_NS;
}

static bool has_failed(const struct dns_node *n)
{
	return n->state != DNS_STATE_ANSWERED && n->state != DNS_STATE_NODATA &&
	       n->state != DNS_STATE_NXDOMAIN;
}

/*
 * Was `asked` sent on for `served`? When it was sent before, only if it came to
 * something: else who was asked had the answer.
 */
static bool meets(const struct dns_node *served, const struct dns_node *asked)
{
	if (asked->query_ns >= served->query_ns)
		return asked->query_ns <= end_of(served);
	if (end_of(asked) < served->query_ns)
		return false;
	return has_failed(served) ||
	       (asked->answer_ns && asked->answer_ns <= served->answer_ns);
}

/*
 * The same for n, which may have come in several times: some programs take a
 * new socket for each try, and to who is asked each of them is a query.
 */
static bool sent_on_for(const struct dns_node *n, const struct dns_errand *e,
			const struct dns_node *asked)
{
	const struct dns_node *s = e->first[DNS_SERVED];

	if (n->direction != PAIR_ASKED)
		return meets(n, asked);
	for (int i = 0; s && i < WALK_MAX; i++) {
		if (dnslink_peer(s) == n && meets(s, asked))
			return true;
		s = s->place[DNS_SERVED].after;
	}
	return false;
}

size_t dnslink_via(const struct dns_node *n,
		   const struct dns_node *out[DNSLINK_MAX])
{
	const struct dns_node *served = dnslink_served(n);
	const struct dns_errand *e =
		served ? served->place[DNS_SERVED].errand : NULL;
	const struct dns_node *a = e ? e->first[DNS_ASKED] : NULL;
	size_t count = 0;

	for (int i = 0; a && i < WALK_MAX && count < DNSLINK_MAX; i++) {
		if (sent_on_for(n, e, a))
			out[count++] = a;
		a = a->place[DNS_ASKED].after;
	}
	return count;
}

/* Where the query was asked, if that was seen. */
static const struct dns_node *asked_end(const struct dns_node *served)
{
	const struct dns_node *peer = dnslink_peer(served);

	return peer ? peer : served;
}

static bool has(const struct dns_node *out[], size_t n,
		const struct dns_node *what)
{
	while (n && out[n - 1] != what)
		n--;
	return n;
}

size_t dnslink_for(const struct dns_node *n,
		   const struct dns_node *out[DNSLINK_MAX])
{
	const struct dns_errand *e = n->place[DNS_ASKED].errand;
	const struct dns_node *s = e ? e->first[DNS_SERVED] : NULL;
	size_t count = 0;

	for (int i = 0; s && i < WALK_MAX && count < DNSLINK_MAX; i++) {
		const struct dns_node *end = asked_end(s);

		if (meets(s, n) && !has(out, count, end))
			out[count++] = end;
		s = s->place[DNS_SERVED].after;
	}
	return count;
}

size_t dnslink_origins(const struct dns_node *n,
		       const struct dns_node *out[DNSLINK_MAX])
{
	size_t count = dnslink_for(n, out), left = DNSLINK_MAX;

	/* Each that was sent on itself gives way to what it was sent for. */
	for (size_t i = 0; i < count && left; left--) {
		const struct dns_node *behind[DNSLINK_MAX];
		size_t more = dnslink_for(out[i], behind);

		if (!more) {
			i++;
			continue;
		}
		out[i] = out[--count];
		for (size_t k = 0; k < more && count < DNSLINK_MAX; k++)
			if (!has(out, count, behind[k]))
				out[count++] = behind[k];
	}
	return count;
}

bool dnslink_alone(const struct model *m, const struct dns_node *n)
{
	const struct dns_node *served = dnslink_served(n);
	const struct dns_node *via[DNSLINK_MAX];
	const struct dns_errand *e =
		served ? served->place[DNS_SERVED].errand : NULL;

	/* A child may ask for a stream's query, before we know whose it is;
	 * and what was asked before the start was not seen. */
	return m->live && e && e->key.proc.pid && !e->forgot &&
	       served->key.protocol == IPPROTO_UDP &&
	       served->query_ns > m->first_ns + DNS_LIMIT_NS &&
	       !model_lost(m) && !dnslink_via(n, via);
}
