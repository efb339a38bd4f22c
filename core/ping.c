/* SPDX-License-Identifier: MIT */
#include "core/ping.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "core/model.h"
#include "core/owner.h"

#define LATE_NS 10000000u /* an answer is told before its request: EVENT_LATE */

static const char *const state_texts[] = {
	[PING_WAITING] = "unanswered",
	[PING_ANSWERED] = "answered",
	[PING_UNANSWERED] = "unanswered",
	[PING_ERROR] = "error",
	[PING_ORPHAN] = "orphan",
	[PING_ANSWERED_BY_US] = "answered_by_us",
};

const char *ping_state_text(uint8_t state)
{
	return state <= PING_ANSWERED_BY_US ? state_texts[state] : "";
}

const char *pair_direction_text(uint8_t direction)
{
	return direction == PAIR_ASKED	? "asked" :
	       direction == PAIR_SERVED ? "served" :
					  "";
}

static void on_evict(void *ctx, void *entry)
{
	struct pings *p = ctx;
	struct ping *ping = entry;

	wait_drop(&p->waiting, &ping->wait);
	ping->id = 0;
}

int pings_init(struct pings *p, size_t capacity, uint64_t seed)
{
	_Static_assert(sizeof(struct ping_key) == 34 + 6 + 8 + 16, "padding");
	_Static_assert(sizeof(struct series_key) == 34 + 6 + 16, "padding");
	*p = (struct pings){ .next_id = 1, .next_series_id = 1 };
	p->errors_cap = model_part(capacity, 16);
	p->errors = calloc(p->errors_cap, sizeof(*p->errors));
	if (!p->errors ||
	    table_init(&p->table, capacity, sizeof(struct ping),
		       sizeof(struct ping_key), seed) ||
	    table_init(&p->series, capacity, sizeof(struct series),
		       sizeof(struct series_key), seed + 1) ||
	    table_init(&p->asked, capacity, sizeof(struct ping_asked),
		       sizeof(struct ping_key), seed + 2)) {
		pings_release(p);
		return -ENOMEM;
	}
	p->table.on_evict = on_evict;
	p->table.ctx = p;
	return 0;
}

void pings_release(struct pings *p)
{
	table_release(&p->table);
	table_release(&p->series);
	table_release(&p->asked);
	free(p->errors);
	*p = (struct pings){ 0 };
}

/* --- finding --- */

bool ping_is_request(const struct packet *p)
{
	return p->has & PACKET_ICMP ? p->icmp.type == 8 : p->icmp.type == 128;
}

static uint8_t direction_of(const struct model *m, const struct packet *p)
{
	if (!m->live)
		return PAIR_BETWEEN;
	return (p->frame->direction == EVENT_EGRESS) == ping_is_request(p) ?
		       PAIR_ASKED :
		       PAIR_SERVED;
}

/* src asks and dst answers, in requests and in replies. */
static struct ping_key key_of(const struct model *m, const struct packet *p)
{
	bool request = ping_is_request(p);

	return (struct ping_key){
		.src = request ? p->src : p->dst,
		.dst = request ? p->dst : p->src,
		.id = p->icmp.id,
		.seq = p->icmp.seq,
		.netns = frame_network(p->frame, m->live),
		.cookie = direction_of(m, p) == PAIR_ASKED ? p->frame->cookie :
							     0,
	};
}

/* Many may answer. Which IPv4 address is a broadcast is not known for sure:
 * most end in 255. */
static bool asks_many(const struct address *dst)
{
	if (dst->family == 6)
		return dst->bytes[0] == 0xff;
	return dst->bytes[0] >> 4 == 14 || dst->bytes[3] == 255;
}

static struct ping *asked_find(const struct pings *p,
			       const struct ping_key *key)
{
	const struct ping_asked *e = table_find(&p->asked, key);

	return e && e->ping && e->ping->id == e->ping_id ? e->ping : NULL;
}

static void asked_add(struct pings *p, struct ping *ping, struct ping_key key)
{
	struct ping_asked *e = table_touch(&p->asked, &key, NULL);

	e->ping = ping;
	e->ping_id = ping->id;
}

static void asked_remember(struct pings *p, struct ping *ping)
{
	struct ping_key key = ping->key;

	key.cookie = 0;
	asked_add(p, ping, key);
	if (!asks_many(&key.dst))
		return;
	key = ping->key;
	key.dst = (struct address){ 0 };
	asked_add(p, ping, key);
}

/* The request that a reply to this very socket answers. */
static struct ping *own_request(const struct model *m, const struct packet *p)
{
	struct ping_key key = key_of(m, p);
	struct ping *ping = table_find(&m->pings.table, &key);

	if (ping || direction_of(m, p) != PAIR_ASKED)
		return ping;
	if (key.cookie == 0) /* its socket is gone: whoever asked */
		return asked_find(&m->pings, &key);
	key.dst = (struct address){ 0 };
	return asked_find(&m->pings, &key);
}

bool ping_is_copy(struct model *m, const struct packet *p)
{
	struct ping_key key = key_of(m, p);

	if (own_request(m, p))
		return false;
	key.cookie = 0;
	return asked_find(&m->pings, &key) || copies_check(&m->copies, p);
}

/* --- pairs --- */

static struct ping *ping_make(struct model *m, const struct ping_key *key,
			      uint8_t direction)
{
	struct ping *ping = table_find(&m->pings.table, key);

	if (ping) { /* the numbers are used again */
		struct ping_key old = *key;

		old.turn = ping->id;
		if (!table_rekey(&m->pings.table, ping, &old))
			table_remove(&m->pings.table, ping);
	}
	ping = table_touch(&m->pings.table, key, NULL);
	ping->id = m->pings.next_id++;
	ping->direction = direction;
	return ping;
}

/* Does it wait still, or was it given up? */
static bool is_unanswered(const struct ping *ping)
{
	return ping->state == PING_WAITING || ping->state == PING_UNANSWERED ||
	       ping->state == PING_ERROR;
}

/* Only echoes that a process of ours or somebody in the file asked for. */
static bool counts(const struct ping *ping)
{
	return ping->direction != PAIR_SERVED && ping->key.kind == PAIR_ECHO;
}

/* Bytes of the echo's data, also of those that were not captured. */
static uint32_t echo_size(const struct packet *p)
{
	uint32_t head = p->has & PACKET_IP4 ? p->ip4.ihl * 4u + 8 : 40 + 8;

	return p->ip_len > head ? p->ip_len - head : 0;
}

/*
 * A request to this host, or a raw socket's copy of one. The kernel answers it,
 * or some process, or nobody: only an answer makes it a pair. The kernel may
 * tell of it just after its answer.
 */
static void take_request_to_us(struct model *m, const struct packet *p)
{
	struct ping_key key = key_of(m, p);
	struct ping *ping = table_find(&m->pings.table, &key);

	if (p->frame->flags & EVENT_LATE && ping && !ping->request_ns &&
	    p->frame->time_ns - ping->reply_ns < LATE_NS) {
		ping->request_ns = ping->reply_ns;
		ping->size = echo_size(p);
		return;
	}
	key.turn = PING_SERVED;
	struct ping_asked *e = table_touch(&m->pings.asked, &key, NULL);

	e->request_ns = p->frame->time_ns;
	e->size = echo_size(p);
}

struct ping *ping_ask(struct model *m, const struct ping_key *key,
		      uint8_t direction, const struct packet *p,
		      const struct owner *owner)
{
	struct ping *ping = ping_make(m, key, direction);
	struct series *s = series_of(m, ping);

	ping->series_id = s->id;
	ping->number = ++s->sent;
	ping->request_ns = p->frame->time_ns;
	ping->ttl = p->has & PACKET_IP4 ? p->ip4.ttl : p->ip6.hop_limit;
	owner_keep(owner, &ping->proc, &ping->proc_id, &ping->how);
	series_seen(s, ping->request_ns, owner);
	s->last_seq = key->seq;
	wait_until(&m->pings.waiting, &ping->wait,
		   ping->request_ns + PING_LIMIT_NS);
	if (counts(ping))
		m->counters.icmp_requests++;
	return ping;
}

static void take_request(struct model *m, const struct packet *p,
			 const struct owner *owner)
{
	struct ping_key key = key_of(m, p);
	struct ping *ping = ping_ask(m, &key, direction_of(m, p), p, owner);

	ping->size = echo_size(p);
	if (ping->direction == PAIR_ASKED)
		asked_remember(&m->pings, ping);
}

static struct ping *served_make(struct model *m, const struct ping_key *key)
{
	struct ping *ping = ping_make(m, key, PAIR_SERVED);
	struct series *s = series_of(m, ping);

	ping->series_id = s->id;
	s->sent++;
	s->last_seq = key->seq;
	return ping;
}

/* The pair of an answer that leaves this host, with its request if it was seen. */
static struct ping *served_pair(struct model *m, const struct packet *p)
{
	struct ping_key key = key_of(m, p), asked = key;
	struct ping *ping = table_find(&m->pings.table, &key);

	asked.turn = PING_SERVED;
	struct ping_asked *e = table_find(&m->pings.asked, &asked);
	if (ping && !(e && e->request_ns))
		return ping; /* once more */
	ping = served_make(m, &key);
	if (e) {
		ping->request_ns = e->request_ns;
		ping->size = e->size;
		e->request_ns = 0; /* taken */
	}
	return ping;
}

/* A request that was given up is answered after all. */
static void not_unanswered(struct model *m, const struct ping *ping,
			   struct series *s)
{
	if (ping->state == PING_ERROR)
		s->errors--;
	if (ping->state != PING_UNANSWERED)
		return;
	s->unanswered--;
	if (counts(ping))
		m->counters.icmp_unanswered--;
}

void ping_answer(struct model *m, struct ping *ping, const struct packet *p,
		 const struct owner *owner, uint8_t state)
{
	struct series *s = series_of(m, ping);
	uint64_t now = p->frame->time_ns;

	series_seen(s, now, owner);
	if (!is_unanswered(ping)) {
		if (ping->duplicates < UINT16_MAX)
			ping->duplicates++;
		s->duplicates++;
		return;
	}
	not_unanswered(m, ping, s);
	wait_drop(&m->pings.waiting, &ping->wait);
	ping->reply_ns = now;
	ping->state = state;
	s->answered++;
	if (ping->direction == PAIR_SERVED)
		owner_keep(owner, &ping->proc, &ping->proc_id, &ping->how);
	if (counts(ping))
		m->counters.icmp_answered++;
	if (state != PING_ANSWERED)
		return;
	ping->rtt_ns = wait_span(ping->request_ns, now);
	ping->late = ping->rtt_ns > PING_LIMIT_NS;
	series_rtt(s, ping->rtt_ns);
}

static void take_orphan(struct model *m, const struct packet *p,
			const struct owner *owner)
{
	struct ping_key key = key_of(m, p);
	struct ping *ping = ping_make(m, &key, direction_of(m, p));
	struct series *s = series_of(m, ping);

	ping->series_id = s->id;
	ping->state = PING_ORPHAN;
	ping->reply_ns = p->frame->time_ns;
	owner_keep(owner, &ping->proc, &ping->proc_id, &ping->how);
	series_seen(s, ping->reply_ns, owner);
	s->orphans++;
	s->last_seq = key.seq;
}

/* An echo reply that this host's kernel sent: it is none of a process. */
static void take_kernels_answer(struct model *m, const struct packet *p,
				const struct owner *owner)
{
	struct ping *ping = served_pair(m, p);

	/* The kernel sends no second one: the same numbers were asked again. */
	if (!is_unanswered(ping)) {
		struct ping_key key = ping->key;

		ping = served_make(m, &key);
	}
	series_of(m, ping)->kernel_answers = true;
	ping_answer(m, ping, p, owner, PING_ANSWERED_BY_US);
}

/* A process answers in the kernel's place. */
static void take_process_answer(struct model *m, const struct packet *p,
				const struct owner *owner)
{
	struct ping_key key = key_of(m, p), asked = key;

	asked.turn = PING_SERVED;
	if (!table_find(&m->pings.asked, &asked))
		take_orphan(m, p, owner); /* nobody asked for it */
	else
		ping_answer(m, served_pair(m, p), p, owner, PING_ANSWERED);
}

void ping_packet(struct model *m, const struct packet *p,
		 const struct owner *owner)
{
	bool served = direction_of(m, p) == PAIR_SERVED;
	bool kernels = p->frame->how == EVENT_HOW_KERNEL ||
		       p->frame->flags & EVENT_NO_SOCKET;

	m->generation++;
	if (ping_is_request(p)) {
		if (served)
			take_request_to_us(m, p);
		else
			take_request(m, p, owner);
		return;
	}
	if (served) {
		if (kernels)
			take_kernels_answer(m, p, owner);
		else
			take_process_answer(m, p, owner);
		return;
	}
	struct ping *ping = own_request(m, p);

	if (ping && ping->state != PING_ORPHAN)
		ping_answer(m, ping, p, owner, PING_ANSWERED);
	else
		take_orphan(m, p, owner);
}

void ping_whole(struct model *m, const struct packet *p)
{
	struct ping_key key = key_of(m, p);
	struct ping *ping = table_find(&m->pings.table, &key);

	if (!ping)
		return;
	ping->size = echo_size(p);
	m->generation++;
}

struct ping *ping_quoted(const struct model *m, const struct packet *p)
{
	const struct quote *q = &p->quote;
	struct ping_key key = {
		.src = q->src,
		.dst = q->dst,
		.id = q->id,
		.seq = q->seq,
		.netns = frame_network(p->frame, m->live),
	};

	if (q->protocol != IPPROTO_ICMP && q->protocol != IPPROTO_ICMPV6)
		return NULL;
	return m->live ? asked_find(&m->pings, &key) :
			 table_find(&m->pings.table, &key);
}

void ping_fail(struct model *m, struct ping *ping, const struct packet *p)
{
	if (ping->state != PING_WAITING && ping->state != PING_UNANSWERED)
		return;
	struct series *s = series_of(m, ping);

	if (ping->state == PING_WAITING)
		series_rtt(s, 0);
	not_unanswered(m, ping, s);
	wait_drop(&m->pings.waiting, &ping->wait);
	ping->state = PING_ERROR;
	ping->error_type = p->icmp.type;
	ping->error_code = p->icmp.code;
	s->errors++;
}

void ping_advance(struct model *m, uint64_t now_ns, size_t budget)
{
	struct wait *w;

	for (; budget && (w = wait_take(&m->pings.waiting, now_ns)); budget--) {
		struct ping *ping = WAIT_OF(w, struct ping, wait);
		struct series *s = series_of(m, ping);

		ping->state = PING_UNANSWERED;
		s->unanswered++;
		series_rtt(s, 0);
		if (counts(ping))
			m->counters.icmp_unanswered++;
		m->generation++;
	}
}
