/* SPDX-License-Identifier: MIT */
#include "core/model.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "core/cookies.h"
#include "core/ends.h"
#include "core/happen.h"
#include "core/hash.h"
#include "core/icmperror.h"
#include "core/learnt.h"
#include "core/loss.h"
#include "core/neighbor.h"
#include "core/owner.h"
#include "core/peers.h"
#include "core/tally.h"

/* Entries whose time is up that one call may change, for each kind. */
#define ADVANCE_BUDGET 4096

static const struct model_limits defaults = {
	.flows = 65536,
	.dns = 65536,
	.pings = 16384,
	.processes = 16384,
	.strings = (size_t)32 << 20,
};

/* --- beginning and end --- */

static void flow_evicted(void *ctx, void *entry)
{
	struct model *m = ctx;
	struct flow *f = entry;

	tally_forget(m, f);
	f->id = 0; /* who remembers it by its id sees that it is gone */
}

static int flows_init(struct model *m, size_t flows, uint64_t *seed)
{
	_Static_assert(sizeof(struct flow_key) == 48, "key has padding");
	_Static_assert(sizeof(struct peers_key) == 44, "key has padding");
	if (table_init(&m->flows, flows, sizeof(struct flow),
		       sizeof(struct flow_key), hash_next(seed)) ||
	    table_init(&m->cookies, flows * 2, sizeof(struct cookie_entry),
		       sizeof(uint64_t), hash_next(seed)) ||
	    table_init(&m->peers, flows, sizeof(struct peers_entry),
		       sizeof(struct peers_key), hash_next(seed)))
		return -ENOMEM;
	m->flows.on_evict = flow_evicted;
	m->flows.ctx = m;
	return 0;
}

static size_t limit(size_t given, size_t fallback)
{
	return given ? given : fallback;
}

int model_init(struct model *m, bool live, const struct model_limits *limits,
	       uint64_t seed, struct errmsg *err)
{
	const struct model_limits *l = limits ? limits : &defaults;
	size_t flows = limit(l->flows, defaults.flows);
	size_t dns = limit(l->dns, defaults.dns);

	*m = (struct model){ .live = live, .next_flow_id = 1 };
	copies_init(&m->copies, hash_next(&seed));
	m->strings = strings_new(limit(l->strings, defaults.strings));
	if (!m->strings ||
	    procs_init(&m->procs, limit(l->processes, defaults.processes),
		       m->strings, hash_next(&seed)) ||
	    flows_init(m, flows, &seed) ||
	    pings_init(&m->pings, limit(l->pings, defaults.pings),
		       hash_next(&seed)) ||
	    dnstree_init(&m->dns, dns, m->strings, hash_next(&seed)) ||
	    fragments_init(&m->fragments, model_part(dns, 64),
			   hash_next(&seed)) ||
	    streams_init(&m->streams, model_part(dns, 8), hash_next(&seed)) ||
	    sent_init(m, model_part(flows, 8), hash_next(&seed)) ||
	    learnt_init(m, dns, hash_next(&seed)) ||
	    reads_init(&m->reads, model_part(dns, 2), hash_next(&seed))) {
		model_release(m);
		return errmsg_set(err, -ENOMEM,
				  "not enough memory for the tables");
	}
	return 0;
}

void model_release(struct model *m)
{
	m->happen = NULL;
	table_release(&m->flows);
	table_release(&m->cookies);
	table_release(&m->peers);
	learnt_release(m);
	table_release(&m->sent);
	pings_release(&m->pings);
	dnstree_release(&m->dns);
	fragments_release(&m->fragments);
	streams_release(&m->streams);
	tunnels_release(&m->tunnels);
	reads_release(&m->reads);
	procs_release(&m->procs);
	strings_free(m->strings);
	*m = (struct model){ 0 };
}

/* --- packets --- */

static void count_texts(struct model *m)
{
	m->counters.strings_full = m->texts_lost + m->procs.texts_lost +
				   m->procs.containers.texts_lost +
				   m->dns.texts_lost;
}

static void time_passes(struct model *m, uint64_t time_ns)
{
	if (time_ns > m->now_ns)
		m->now_ns = time_ns;
}

static void count_packet(struct model *m, const struct packet *p,
			 const struct owner *owner)
{
	struct model_counters *c = &m->counters;

	c->truncated += p->status == PACKET_TRUNCATED;
	c->malformed += p->status == PACKET_MALFORMED;
	c->not_ip += !(p->has & (PACKET_IP4 | PACKET_IP6));
	c->packets++;
	if (p->frame->direction == EVENT_EGRESS)
		c->bytes_out += p->ip_len;
	else
		c->bytes_in += p->ip_len;
	if (owner->session) {
		c->session_packets++;
		c->session_bytes += p->ip_len;
		if (p->frame->direction == EVENT_EGRESS)
			c->session_bytes_out += p->ip_len;
	}
}

/* Has another socket this packet, too, and is it that one's? Not for TCP. */
static bool is_copy(struct model *m, const struct packet *p)
{
	if (!m->live || p->frame->direction != EVENT_INGRESS)
		return false;
	/* The kernel takes ICMP for itself, after raw sockets got it. */
	if (p->frame->cookie == 0)
		return p->has & (PACKET_ICMP | PACKET_ICMP6) &&
		       copies_check(&m->copies, p);
	if (p->has & PACKET_ECHO && !ping_is_request(p))
		return ping_is_copy(m, p);
	if (p->has & PACKET_UDP && p->frame->flags & EVENT_RAW)
		return true;
	return copies_check(&m->copies, p);
}

static void take_segment(struct model *m, struct flow *f,
			 const struct packet *p, const struct owner *owner,
			 bool tx)
{
	bool had_syn = f->seen & FLOW_SAW_SYN;
	uint32_t retransmits = f->retransmits;

	flow_segment(f, p, tx);
	if (m->live && !had_syn && f->seen & FLOW_SAW_SYN)
		peers_meet(m, f);
	learnt_bind(m, f);
	table_use(&m->flows, f);
	tally_flow(m, f);
	happen_packet(m, p, owner, f, tx, f->retransmits != retransmits);
}

/*
 * What ICMP says counts when it is whole: can the rest be waited for? Not if
 * the capture cut it. Who asks, and what an error is about, is known before.
 */
static bool is_awaited(const struct packet *p)
{
	return p->has & PACKET_FRAGMENT && p->status == PACKET_OK &&
	       p->has & (PACKET_ICMP | PACKET_ICMP6) &&
	       !(p->has & PACKET_QUOTE) &&
	       !(p->has & PACKET_ECHO && ping_is_request(p));
}

static void take_rest(struct model *m, const struct packet *p,
		      const struct owner *owner)
{
	if (is_awaited(p))
		return;
	if (p->has & PACKET_ECHO)
		ping_packet(m, p, owner);
	else if (p->has & PACKET_QUOTE)
		icmperror_take(m, p);
	else if (!(p->has & (PACKET_ICMP | PACKET_ICMP6)))
		sent_packet(m, p, owner);
	else if (!neighbor_packet(m, p, owner))
		icmperror_message(m, p);
}

void model_whole(struct model *m, const struct packet *p,
		 const struct owner *owner)
{
	if (p->has & PACKET_UDP && p->has & PACKET_DNS && p->dns.qr)
		model_message(m, p, owner);
	else if (p->has & PACKET_ECHO && ping_is_request(p))
		ping_whole(m, p);
	else if (p->has & (PACKET_ICMP | PACKET_ICMP6) &&
		 !(p->has & PACKET_QUOTE))
		take_rest(m, p, owner);
}

void model_message(struct model *m, const struct packet *p,
		   const struct owner *owner)
{
	/* By multicast the socket that asked is not always the first. */
	if (p->has & PACKET_DNS && !(p->frame->flags & EVENT_RAW))
		dnstree_packet(m, p, owner);
}

static bool packet_is_mine(const struct model *m, const struct packet *p)
{
	bool out = p->frame->direction == EVENT_EGRESS;
	const struct flow_key key = {
		.local = out ? p->src : p->dst,
		.remote = out ? p->dst : p->src,
		.local_port = out ? p->src_port : p->dst_port,
		.remote_port = out ? p->dst_port : p->src_port,
		.netns = p->frame->netns,
	};

	return m->mine.ends_count &&
	       mine_is(&m->mine, p->protocol, p->frame->cookie, &key);
}

bool model_hides(struct model *m, const struct packet *p)
{
	if (!m->mine.hides || !packet_is_mine(m, p))
		return false;
	model_advance(m, p->frame->time_ns);
	m->counters.hidden++;
	m->counters.hidden_bytes += p->ip_len;
	m->counters.hidden_records++;
	return true;
}

void model_packet(struct model *m, const struct packet *p, struct owner *owner)
{
	struct flow *f = NULL;
	bool tx = false;

	*owner = (struct owner){ 0 };
	m->live |= p->frame->live;
	model_advance(m, p->frame->time_ns);
	if (m->first_ns == 0)
		m->first_ns = p->frame->time_ns;
	if (p->has & PACKET_TCP)
		f = ends_of_packet(m, p, &tx, &owner->copy);
	else
		owner->copy = is_copy(m, p);
	owner->session = f ? f->carries_us : packet_is_mine(m, p);
	owner_of_packet(m, p, f, owner);
	if (owner->copy)
		m->counters.copies++;
	else if (!p->frame->tunnel)
		count_packet(m, p, owner);
	if (f)
		take_segment(m, f, p, owner, tx);
	else
		happen_packet(m, p, owner, NULL, false, false);
	if (!owner->copy)
		take_rest(m, p, owner);
	model_message(m, p, owner);
	count_texts(m);
}

/* --- what else the kernel says --- */

static void take_proc(struct model *m, const struct proc *proc)
{
	if (proc && proc->used)
		m->generation++;
	count_texts(m);
}

static bool hides_socket(const struct model *m, const struct event_socket *e)
{
	struct flow_key key = {
		.local = { .family = e->family },
		.remote = { .family = e->family },
		.local_port = e->local_port,
		.remote_port = e->remote_port,
		.netns = e->head.netns,
	};
	size_t len = e->family == 4 ? 4 : 16;

	if (!m->mine.hides)
		return false;
	memcpy(key.local.bytes, e->local, len);
	memcpy(key.remote.bytes, e->remote, len);
	return mine_is(&m->mine, e->protocol, e->head.cookie, &key);
}

static void take_socket(struct model *m, const struct event_socket *e)
{
	struct flow *f = NULL;

	if (hides_socket(m, e)) {
		m->counters.hidden_records++;
		return;
	}
	if (e->head.type == EVENT_OWNER || e->head.type > EVENT_CONNECT)
		f = cookies_flow(cookies_find(m, e->head.cookie));
	else if (e->protocol == IPPROTO_TCP)
		f = ends_of_socket(m, e);
	owner_of_socket(m, &e->head, f);
	if (f) {
		flow_socket(f, e);
		learnt_bind(m, f);
		table_use(&m->flows, f);
		tally_flow(m, f);
	}
	happen_socket(m, e, f);
}

void model_event(struct model *m, const struct event *e)
{
	time_passes(m, e->time_ns);
	switch (e->type) {
	case EVENT_PROC:
		take_proc(m, proc_event(&m->procs,
					(const struct event_proc *)e));
		break;
	case EVENT_EXIT:
		take_proc(m, proc_exit(&m->procs, e->pid, e->start_ns,
				       e->time_ns));
		break;
	case EVENT_OWNER:
	case EVENT_STATE:
	case EVENT_SOCKET:
	case EVENT_CLOSE:
	case EVENT_CONNECT:
	case EVENT_SEND:
	case EVENT_RECV:
	case EVENT_RETRANSMIT:
		take_socket(m, (const struct event_socket *)e);
		break;
	}
}

/* --- time --- */

static void syns_advance(struct model *m, uint64_t now_ns, size_t budget)
{
	struct wait *w;

	for (; budget && (w = wait_take(&m->syns, now_ns)); budget--) {
		struct flow *f = WAIT_OF(w, struct flow, wait);

		f->seen |= FLOW_SAW_TIMEOUT;
		tally_flow(m, f);
	}
}

void model_advance(struct model *m, uint64_t now_ns)
{
	time_passes(m, now_ns);
	syns_advance(m, m->now_ns, ADVANCE_BUDGET);
	happen_advance(m, ADVANCE_BUDGET);
	ping_advance(m, m->now_ns, ADVANCE_BUDGET);
	dnstree_advance(m, m->now_ns, ADVANCE_BUDGET);
}

void model_finish(struct model *m)
{
	syns_advance(m, UINT64_MAX, SIZE_MAX);
	happen_finish(m);
	ping_advance(m, UINT64_MAX, SIZE_MAX);
	dnstree_advance(m, UINT64_MAX, SIZE_MAX);
}

/* --- questions --- */

const struct proc *model_proc(const struct model *m, const struct proc_key *key)
{
	return proc_find(&m->procs, key->pid, key->start_ns);
}

const struct flow *model_peer(const struct model *m, const struct flow *f)
{
	return m->live ? peers_find(m, f) : NULL;
}

uint64_t model_evicted(const struct model *m)
{
	return loss_sum(m, LOSS_ENTRY);
}

uint64_t model_lost(const struct model *m)
{
	return loss_sum(m, LOSS_RECORD);
}
