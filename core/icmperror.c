/* SPDX-License-Identifier: MIT */
#include "core/icmperror.h"

#include <netinet/in.h>

#include "core/cookies.h"
#include "core/dnsfind.h"
#include "core/ends.h"
#include "core/icmptell.h"
#include "core/model.h"
#include "core/wait.h"

#define SAME_MAX 64 /* messages looked at for one that says the same */

uint32_t icmperror_mtu(const struct packet *p)
{
	const struct icmp_header *h = &p->icmp;

	if (p->has & PACKET_ICMP)
		return h->type == 3 && h->code == 4 ? h->seq : 0;
	return p->has & PACKET_ICMP6 && h->type == 2 ?
		       (uint32_t)h->id << 16 | h->seq :
		       0;
}

const struct icmp_error *icmperror_find(const struct model *m, uint64_t id)
{
	const struct pings *p = &m->pings;
	const struct icmp_error *e = &p->errors[(id - 1) % p->errors_cap];

	return id && e->id == id ? e : NULL;
}

const struct flow *icmperror_flow(const struct icmp_error *e)
{
	return e->flow && e->flow->id == e->about_id ? e->flow : NULL;
}

const struct dns_node *icmperror_query(const struct icmp_error *e)
{
	return e->query && e->query->id == e->about_id ? e->query : NULL;
}

/* Was its TTL, or the time for its fragments, used up? */
static bool is_time_exceeded(const struct packet *p)
{
	return p->icmp.code == 0 &&
	       p->icmp.type == (p->has & PACKET_ICMP6 ? 3 : 11);
}

static void about_ping(struct model *m, struct icmp_error *e,
		       struct ping *ping, const struct packet *p)
{
	e->proc = ping->proc;
	e->proc_id = ping->proc_id;
	e->how = ping->how;
	e->after_ns = wait_span(ping->request_ns, e->time_ns);
	if (is_time_exceeded(p))
		e->hop = ping->ttl;
	ping_fail(m, ping, p);
}

/* When the quoted segment was sent, the last time before the error. */
static void about_step(struct icmp_error *e, const struct flow *f)
{
	struct flow_step step;
	uint64_t sent_ns = 0;

	for (size_t i = 0; flow_step(f, i, &step); i++) {
		if (step.time_ns > e->time_ns)
			break;
		if (step.seq == e->quote.tcp_seq) {
			e->tcp_flags = step.flags;
			sent_ns = step.time_ns;
		}
	}
	if (sent_ns)
		e->after_ns = wait_span(sent_ns, e->time_ns);
}

static void about_flow(struct icmp_error *e, struct flow *f)
{
	e->flow = f;
	e->about_id = f->id;
	e->proc = f->proc;
	e->proc_id = f->proc_id;
	e->how = f->how;
	about_step(e, f);
	f->icmp_error = e->id;
}

/* The query is known even when its packet is not: `sent` keeps fewer. */
static void about_query(struct icmp_error *e, struct dns_node *n)
{
	e->query = n;
	e->about_id = n->id;
	e->proc = n->proc;
	e->proc_id = n->proc_id;
	e->how = n->how;
	e->after_ns = wait_span(n->last_query_ns, e->time_ns);
	n->icmp_error = e->id;
}

static void about_datagram(struct model *m, struct icmp_error *e,
			   const struct sent *s, const struct packet *p)
{
	e->after_ns = wait_span(s->time_ns, e->time_ns);
	if (is_time_exceeded(p))
		e->hop = s->ttl;
	if (e->proc.pid)
		return;
	e->proc = s->proc;
	e->proc_id = s->proc_id;
	e->how = s->how;
	/* It may have become known whose the socket is. */
	const struct cookie_entry *c = cookies_find(m, s->cookie);
	if (!e->proc.pid && c && c->proc.pid) {
		const struct proc *proc = model_proc(m, &c->proc);

		e->proc = c->proc;
		e->proc_id = proc ? proc->id : 0;
		e->how = EVENT_HOW_JOINED;
	}
}

/* What it quotes was sent from here, or (a file) we saw it pass. */
static void tie(struct model *m, struct icmp_error *e, const struct packet *p)
{
	struct ping *ping = ping_quoted(m, p);

	if (ping) {
		about_ping(m, e, ping, p);
		return;
	}
	if (e->quote.protocol == IPPROTO_TCP) {
		struct flow *f = ends_of_quote(m, p);

		if (f)
			about_flow(e, f);
		return;
	}
	struct dns_node *n = dnsfind_quoted(m, p);
	const struct sent *s = sent_quoted(m, p);

	if (n)
		about_query(e, n);
	if (s)
		about_datagram(m, e, s, p);
}

static void keep_text(void *ctx, const char *text)
{
	struct icmp_error *e = ctx;
	size_t len = strlen(text) + 1;

	if (len > sizeof(e->says) - e->says_len)
		return;
	memcpy(e->says + e->says_len, text, len);
	e->says_len = (uint16_t)(e->says_len + len);
}

static struct icmp_error error_of(const struct model *m, const struct packet *p)
{
	struct icmp_error e = {
		.time_ns = p->frame->time_ns,
		.last_ns = p->frame->time_ns,
		.count = 1,
		.src = p->src,
		.dst = p->dst,
		.type = p->icmp.type,
		.code = p->icmp.code,
		.mtu = icmperror_mtu(p),
		.ours = m->live && p->frame->direction == EVENT_EGRESS,
		.netns = frame_network(p->frame, m->live),
	};

	if (e.ours)
		e.how = EVENT_HOW_KERNEL;
	icmptell(p, &(struct tell){ keep_text, &e });
	return e;
}

static struct icmp_error *keep(struct model *m, const struct icmp_error *e)
{
	struct pings *p = &m->pings;
	struct icmp_error *kept = &p->errors[p->errors_seen++ % p->errors_cap];

	p->errors_evicted += kept->id != 0;
	*kept = *e;
	kept->id = p->errors_seen;
	m->generation++;
	return kept;
}

void icmperror_take(struct model *m, const struct packet *p)
{
	struct icmp_error e = error_of(m, p);

	e.quote = p->quote;
	struct icmp_error *kept = keep(m, &e);
	/* What we send is about a packet from elsewhere: nobody's here. */
	if (!kept->ours)
		tie(m, kept, p);
}

/* The same but for when. */
static bool says_the_same(const struct icmp_error *a, const struct icmp_error *b)
{
	return a->message && a->type == b->type && a->code == b->code &&
	       a->netns == b->netns && a->says_len == b->says_len &&
	       memcmp(&a->src, &b->src, sizeof(a->src)) == 0 &&
	       memcmp(&a->dst, &b->dst, sizeof(a->dst)) == 0 &&
	       memcmp(a->says, b->says, a->says_len) == 0;
}

void icmperror_message(struct model *m, const struct packet *p)
{
	struct icmp_error e = error_of(m, p);
	const struct pings *k = &m->pings;

	e.message = true;
	for (uint64_t n = k->errors_seen; n > 0 && k->errors_seen - n < SAME_MAX;
	     n--) {
		struct icmp_error *old = &k->errors[(n - 1) % k->errors_cap];

		if (!says_the_same(old, &e))
			continue;
		old->count++;
		old->last_ns = e.time_ns;
		m->generation++;
		return;
	}
	keep(m, &e);
}
