/* SPDX-License-Identifier: MIT */
#include "core/dnstree.h"

#include <errno.h>
#include <netinet/in.h>

#include "core/dnsanswer.h"
#include "core/dnsfind.h"
#include "core/dnslink.h"
#include "core/model.h"
#include "core/owner.h"

/* Questions of one multicast message that are followed; unicast has one. */
#define QUESTIONS_MAX 16

static const char no_name[] = ""; /* the root, or a name that found no room */

static const char *const state_texts[] = {
	[DNS_STATE_WAITING] = "unanswered",
	[DNS_STATE_ANSWERED] = "answered",
	[DNS_STATE_NODATA] = "nodata",
	[DNS_STATE_NXDOMAIN] = "nxdomain",
	[DNS_STATE_SERVFAIL] = "servfail",
	[DNS_STATE_REFUSED] = "refused",
	[DNS_STATE_ERROR] = "error",
	[DNS_STATE_TRUNCATED] = "truncated",
	[DNS_STATE_UNANSWERED] = "unanswered",
	[DNS_STATE_ORPHAN] = "orphan",
};

const char *dns_state_text(uint8_t state)
{
	return state <= DNS_STATE_ORPHAN ? state_texts[state] : "";
}

static void on_evict(void *ctx, void *entry)
{
	struct dnstree *t = ctx;
	struct dns_node *n = entry;

	wait_drop(&t->waiting, &n->wait);
	dnslink_forget(t, n);
	if (n->name != no_name)
		strings_drop(t->strings, n->name);
	strings_drop(t->strings, n->answers);
	n->id = 0;
}

int dnstree_init(struct dnstree *t, size_t capacity, struct strings *strings,
		 uint64_t seed)
{
	_Static_assert(sizeof(struct dns_key) == 34 + 14 + 8 + 16, "padding");
	*t = (struct dnstree){ .strings = strings, .next_id = 1,
			       .next_errand = 1 };
	if (table_init(&t->table, capacity, sizeof(struct dns_node),
		       sizeof(struct dns_key), seed) ||
	    dnsfind_init(t, capacity, seed + 1) ||
	    dnslink_init(t, capacity, seed + 2)) {
		dnstree_release(t);
		return -ENOMEM;
	}
	t->table.on_evict = on_evict;
	t->table.ctx = t;
	return 0;
}

void dnstree_release(struct dnstree *t)
{
	table_release(&t->table);
	table_release(&t->asked);
	dnslink_release(t);
	*t = (struct dnstree){ 0 };
}

const char *dnstree_keep(struct dnstree *t, const struct dns_node *keep,
			 const char *bytes, size_t len)
{
	const char *text = strings_put(t->strings, bytes, len);

	/* The oldest make room, as they do for entries. */
	for (int i = 0; !text && i < DNSTREE_ROOM_MAX; i++) {
		struct dns_node *n = table_lru_first(&t->table);

		if (n == keep)
			break;
		table_remove(&t->table, n);
		t->table.evicted++;
		text = strings_put(t->strings, bytes, len);
	}
	if (!text)
		t->texts_lost++;
	return text;
}

static uint8_t direction_of(const struct model *m, const struct packet *p)
{
	if (!m->live)
		return PAIR_BETWEEN;
	return (p->frame->direction == EVENT_EGRESS) == !p->dns.qr ?
		       PAIR_ASKED :
		       PAIR_SERVED;
}

static struct dns_node *node_make(struct model *m, const struct dns_key *key,
				  const struct packet *p, const char *name)
{
	struct dnstree *t = &m->dns;
	struct dns_node *n = table_find(&t->table, key);

	if (n) { /* the same numbers once more */
		struct dns_key old = *key;

		old.turn = n->id;
		if (!table_rekey(&t->table, n, &old))
			table_remove(&t->table, n);
	}
	n = table_touch(&t->table, key, NULL);
	n->id = t->next_id++;
	n->cookie = p->frame->cookie;
	n->direction = direction_of(m, p);
	n->multicast = dnsfind_is_multicast(p);
	n->name = no_name;
	if (name[0]) {
		const char *kept = dnstree_keep(t, n, name, strlen(name));
		if (kept)
			n->name = kept;
	}
	return n;
}

bool dnstree_counts(const struct dns_node *n)
{
	return n->direction != PAIR_SERVED;
}

/* --- queries --- */

/* A try from another socket: from now on the answer is expected there. */
static struct dns_node *next_try(struct model *m, const struct packet *p,
				 const struct dns_key *key,
				 const struct owner *owner)
{
	if (direction_of(m, p) != PAIR_ASKED || !owner->proc ||
	    table_find(&m->dns.table, key))
		return NULL;
	struct dns_node *n = dnsfind_first_try(m, key, &owner->proc->key,
					       p->frame->time_ns);

	if (!n || !table_rekey(&m->dns.table, n, key))
		return NULL;
	n->cookie = p->frame->cookie;
	dnsfind_remember(m, p, n);
	return n;
}

static void take_question(struct model *m, const struct packet *p,
			  const struct dns_question *q,
			  const struct owner *owner)
{
	struct dns_key key = dnsfind_key(m, p, q);
	struct dns_node *n = next_try(m, p, &key, owner);
	uint64_t now = p->frame->time_ns;

	if (!n)
		n = table_find(&m->dns.table, &key);
	if (n && n->state == DNS_STATE_WAITING &&
	    n->cookie == p->frame->cookie) {
		if (n->retries < UINT16_MAX)
			n->retries++;
		table_use(&m->dns.table, n);
		owner_keep(owner, &n->proc, &n->proc_id, &n->how);
	} else {
		n = node_make(m, &key, p, q->name);
		n->query_ns = now;
		owner_keep(owner, &n->proc, &n->proc_id, &n->how);
		n->last_query_ns = now;
		dnsfind_remember(m, p, n);
		dnslink_query(m, p, n);
		if (dnstree_counts(n))
			m->counters.dns_queries++;
	}
	n->last_query_ns = now;
	wait_until(&m->dns.waiting, &n->wait, now + DNS_LIMIT_NS);
	m->generation++;
}

static void take_query(struct model *m, const struct packet *p,
		       const struct owner *owner)
{
	struct dns_reader r = dns_reader_of(&p->dns);
	struct dns_question q = { .name = "" };
	bool multicast = dnsfind_is_multicast(p);

	/* Everybody hears it; only who has the answer will say something. And
	 * behind a closed port nobody has heard it. */
	if (direction_of(m, p) == PAIR_SERVED &&
	    (multicast || p->frame->how == EVENT_HOW_KERNEL))
		return;
	if (p->dns.count[DNS_QUESTION] == 0) {
		take_question(m, p, &q, owner);
		return;
	}
	for (int i = 0; i < (multicast ? QUESTIONS_MAX : 1); i++) {
		if (!dns_next_question(&r, &q))
			break;
		take_question(m, p, &q, owner);
	}
}

/* --- answers --- */

/* An answer to no query that was seen. */
static void take_orphan(struct model *m, const struct packet *p,
			const struct dns_question *q,
			const struct owner *owner)
{
	struct dns_key key = dnsfind_key(m, p, q);
	struct dns_node *n = node_make(m, &key, p, q->name);

	owner_keep(owner, &n->proc, &n->proc_id, &n->how);
	dnsanswer_take(m, p, n, owner);
	/* What we answer to a multicast question is none: we did not list it. */
	if (!(n->direction == PAIR_SERVED && dnsfind_is_mdns(p)))
		n->state = DNS_STATE_ORPHAN;
}

/*
 * An answer by multicast has no question: what it answers is seen from its
 * records. Most answer nobody, they are announcements.
 */
static void take_multicast(struct model *m, const struct packet *p,
			   const struct owner *owner)
{
	struct dns_reader r = dns_reader_of(&p->dns);
	struct dns_record record;
	struct dns_question q;

	for (int i = 0; i < QUESTIONS_MAX; i++) {
		if (!dns_next_record(&r, &record) ||
		    record.section != DNS_ANSWER)
			break;
		memcpy(q.name, record.name, sizeof(q.name));
		q.type = record.type;
		q.class = record.class;
		struct dns_node *n = dnsfind_multicast(m, p, &q);

		if (n)
			dnsanswer_take(m, p, n, owner);
	}
}

static void take_answer(struct model *m, const struct packet *p,
			const struct owner *owner)
{
	struct dns_reader r = dns_reader_of(&p->dns);
	struct dns_question q = { .name = "" };

	if (p->dns.count[DNS_QUESTION] == 0 && dnsfind_is_mdns(p)) {
		take_multicast(m, p, owner);
		return;
	}
	if (p->dns.count[DNS_QUESTION] && !dns_next_question(&r, &q))
		return; /* damaged: nothing to pair it by */
	struct dns_node *n = dnsfind_query(m, p, &q);

	if (n)
		dnsanswer_take(m, p, n, owner);
	else if (!owner->copy)
		take_orphan(m, p, &q, owner);
}

void dnstree_packet(struct model *m, const struct packet *p,
		    const struct owner *owner)
{
	if (p->dns.qr)
		take_answer(m, p, owner);
	else if (!owner->copy)
		take_query(m, p, owner);
}

void dnstree_advance(struct model *m, uint64_t now_ns, size_t budget)
{
	struct wait *w;

	for (; budget && (w = wait_take(&m->dns.waiting, now_ns)); budget--) {
		struct dns_node *n = WAIT_OF(w, struct dns_node, wait);

		n->state = DNS_STATE_UNANSWERED;
		if (dnstree_counts(n))
			m->counters.dns_unanswered++;
		m->generation++;
	}
}
