/* SPDX-License-Identifier: MIT */
#include "core/ends.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "core/cookies.h"
#include "core/model.h"
#include "core/tally.h"

/* Uses of one 5-tuple that are looked at for a packet that came late. */
#define OLDER_MAX 8
#define ATTEMPTS_MAX 64

/* --- keys --- */

static bool same_ends(const struct flow_key *a, const struct flow_key *b)
{
	return a->local_port == b->local_port &&
	       a->remote_port == b->remote_port && a->netns == b->netns &&
	       address_equal(&a->local, &b->local) &&
	       address_equal(&a->remote, &b->remote);
}

static bool source_is_higher(const struct packet *p)
{
	int order = memcmp(&p->src, &p->dst, sizeof(p->src));

	return order > 0 || (order == 0 && p->src_port > p->dst_port);
}

/* *from_local: the packet comes from the key's local end. */
static struct flow_key key_of_packet(const struct model *m,
				     const struct packet *p, bool *from_local)
{
	*from_local = m->live ? p->frame->direction == EVENT_EGRESS :
				!source_is_higher(p);
	return (struct flow_key){
		.local = *from_local ? p->src : p->dst,
		.remote = *from_local ? p->dst : p->src,
		.local_port = *from_local ? p->src_port : p->dst_port,
		.remote_port = *from_local ? p->dst_port : p->src_port,
		.netns = frame_network(p->frame, m->live),
	};
}

static struct flow_key key_of_socket(const struct event_socket *e, bool listens)
{
	struct flow_key key = {
		.local = address_from(e->family, e->local),
		.local_port = e->local_port,
		.netns = e->head.netns,
	};

	if (!listens) {
		key.remote = address_from(e->family, e->remote);
		key.remote_port = e->remote_port;
	}
	return key;
}

/* --- a 5-tuple and its flows --- */

static struct flow *newest(const struct model *m, const struct flow_key *key)
{
	return table_find(&m->flows, key);
}

static struct flow *older(const struct model *m, const struct flow *f)
{
	struct flow_key key = f->key;

	key.generation = f->older;
	return f->older ? table_find(&m->flows, &key) : NULL;
}

/*
 * Make room at this key: what has it gets its id's low bits as generation.
 * Returns that generation, 0 when nothing had the key.
 */
static uint32_t step_aside(struct model *m, const struct flow_key *at)
{
	struct flow *f = newest(m, at);

	if (!f)
		return 0;
	struct flow_key key = *at;

	key.generation = (uint32_t)f->id ? (uint32_t)f->id : 1;
	if (!table_rekey(&m->flows, f, &key)) {
		table_remove(&m->flows, f);
		return 0;
	}
	/* A file that does not show the end of the old one leaves it open; at
	 * a socket the new one proves it. Two listeners may share an address. */
	if (m->live && !(f->seen & FLOW_SAW_LISTEN)) {
		flow_replaced(f);
		tally_flow(m, f);
	}
	return key.generation;
}

/*
 * A storm of short connections shall push out its own, not a listener or the
 * idle connection of a pool: what has ended goes first, unless just now, when
 * some of its packets may still be on their way here.
 */
static void choose_who_goes(struct model *m)
{
	struct wait *w = m->ended.first;

	if (m->flows.count == m->flows.capacity && w && w->due_ns <= m->now_ns)
		table_disuse(&m->flows, WAIT_OF(w, struct flow, wait));
}

static struct flow *make(struct model *m, struct flow_key key)
{
	uint32_t generation = step_aside(m, &key);

	choose_who_goes(m);
	struct flow *f = table_touch(&m->flows, &key, NULL);

	f->id = m->next_flow_id++;
	f->older = generation;
	f->close_reason = "";
	f->local_is_src = true;
	f->carries_us = mine_is(&m->mine, IPPROTO_TCP, 0, &key);
	return f;
}

/* The flow was made before its port was known: now it is. */
static void adopt_ends(struct model *m, struct flow *f,
		       const struct flow_key *key)
{
	if (f->key.local_port || key->local_port == 0)
		return;
	uint32_t generation = step_aside(m, key);

	if (table_rekey(&m->flows, f, key))
		f->older = generation;
	f->carries_us = mine_is(&m->mine, IPPROTO_TCP, 0, key);
}

/*
 * The attempt of a socket that this packet is of, when its connect() was
 * called several times before the packets came here.
 */
static struct flow *attempt_at(const struct model *m, struct flow *f,
			       uint64_t time_ns)
{
	for (int i = 0; i < ATTEMPTS_MAX && f && f->key.local_port == 0 &&
			time_ns < f->first_ns;
	     i++)
		f = older(m, f);
	return f;
}

/* Can f, found by its cookie, be the flow of this key? */
static bool fits(const struct flow *f, const struct flow_key *key)
{
	struct flow_key own = f->key;

	if (own.local_port == 0) { /* nor was the address, perhaps */
		own.local_port = key->local_port;
		own.local = key->local;
	}
	return same_ends(&own, key);
}

static struct flow *listener_at(const struct model *m, struct flow_key key,
				struct address local)
{
	key.local = local;
	struct flow *f = newest(m, &key);

	return f && f->state == FLOW_LISTENING ? f : NULL;
}

/* Does a socket of this host listen where this flow's local end is? */
static bool is_listened(const struct model *m, const struct flow_key *of)
{
	struct flow_key key = { .local_port = of->local_port,
				.netns = of->netns };

	return listener_at(m, key, of->local) ||
	       listener_at(m, key, (struct address){ .family = 4 }) ||
	       listener_at(m, key, (struct address){ .family = 6 });
}

static void set_direction(struct flow *f, uint8_t direction)
{
	f->direction = direction;
	f->local_is_src = direction != FLOW_INCOMING;
}

/* Who began it was not seen; a listener at this end's port tells. */
static void guess_direction(const struct model *m, struct flow *f)
{
	set_direction(f, is_listened(m, &f->key) ? FLOW_INCOMING :
						   FLOW_OUTGOING);
}

/* --- packets --- */

static bool is_syn(const struct packet *p)
{
	return (p->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static struct flow *make_for_packet(struct model *m, const struct flow_key *key,
				    const struct packet *p, bool from_local)
{
	bool syn_ack = p->tcp.flags & TCP_SYN && p->tcp.flags & TCP_ACK;

	/* At a socket, a lone reset answers what no socket of ours began; and
	 * what comes to none is of no connection, unless it asks for one. */
	if (m->live && (p->tcp.flags & TCP_RST ||
			(p->frame->flags & EVENT_NO_SOCKET && !is_syn(p))))
		return NULL;
	struct flow *f = make(m, *key);

	if (!m->live) {
		f->direction = FLOW_BETWEEN;
		f->local_is_src = from_local != syn_ack;
	} else if (p->tcp.flags & TCP_SYN) {
		set_direction(f, from_local != syn_ack ? FLOW_OUTGOING :
							 FLOW_INCOMING);
	} else {
		guess_direction(m, f);
	}
	return f;
}

/*
 * The flow of this 5-tuple at the time of a packet that does not say which
 * socket it is for. What the kernel says of the next connection may be here
 * before the last packets of this one: they are from before its beginning.
 * Its own SYN is so, too, until it is here; but that one ended before.
 */
static struct flow *at_that_time(const struct model *m, struct flow *f,
				 const struct packet *p)
{
	uint64_t time_ns = p->frame->time_ns;

	for (int i = 0; i < OLDER_MAX && f && time_ns < f->first_ns; i++) {
		struct flow *o = older(m, f);

		if (!o || (is_syn(p) && o->end_ns && o->end_ns < time_ns))
			break;
		f = o;
	}
	return f;
}

/* The cookie that says which flow it is; 0: the packet's does not. */
static uint64_t own_cookie(const struct frame *frame)
{
	if (frame->flags & (EVENT_ON_LISTENER | EVENT_NO_SOCKET | EVENT_RAW) ||
	    frame->how == EVENT_HOW_KERNEL)
		return 0;
	return frame->cookie;
}

/*
 * The flow that the packet's cookie or 5-tuple gives, before looking at what
 * it says; NULL: none yet.
 */
static struct flow *find_for_packet(struct model *m, const struct flow_key *key,
				    const struct packet *p, uint64_t cookie,
				    bool *copy)
{
	struct flow *f = newest(m, key);

	if (!m->live || (f && cookie && f->cookie == cookie))
		return f;
	if (cookie == 0)
		return at_that_time(m, f, p);
	const struct cookie_entry *e = cookies_find(m, cookie);
	struct flow *own = attempt_at(m, cookies_flow(e), p->frame->time_ns);

	if (own && fits(own, key)) {
		adopt_ends(m, own, key);
		return own;
	}
	if (!f || f->cookie == 0 || is_syn(p) || e)
		return f && f->cookie ? NULL : f;
	/* Nothing is known of the socket, and another one is at this end: a
	 * raw socket, which gets copies. */
	*copy = p->frame->direction == EVENT_INGRESS;
	return f;
}

struct flow *ends_of_packet(struct model *m, const struct packet *p, bool *tx,
			    bool *copy)
{
	bool from_local;
	struct flow_key key = key_of_packet(m, p, &from_local);
	uint64_t cookie = m->live ? own_cookie(p->frame) : 0;

	*copy = m->live && p->frame->flags & EVENT_RAW &&
		p->frame->direction == EVENT_INGRESS;
	if (*copy)
		return NULL;
	struct flow *f = find_for_packet(m, &key, p, cookie, copy);

	if (*copy)
		return NULL;
	if (f && is_syn(p)) {
		*tx = m->live ? from_local : from_local == f->local_is_src;
		if (flow_begins_anew(f, p, *tx))
			f = NULL;
	}
	if (!f)
		f = make_for_packet(m, &key, p, from_local);
	if (!f)
		return NULL;
	*tx = m->live ? from_local : from_local == f->local_is_src;
	cookies_bind(m, f, cookie);
	return f;
}

struct flow *ends_of_quote(const struct model *m, const struct packet *p)
{
	const struct quote *q = &p->quote;
	const struct flow_key sent = {
		.local = q->src,
		.remote = q->dst,
		.local_port = q->src_port,
		.remote_port = q->dst_port,
		.netns = frame_network(p->frame, m->live),
	};
	const struct flow_key other = {
		.local = q->dst,
		.remote = q->src,
		.local_port = q->dst_port,
		.remote_port = q->src_port,
	};
	struct flow *f = newest(m, &sent);

	/* In a file either end may be the local one. */
	return f || m->live ? f : newest(m, &other);
}

/* --- what the kernel says of sockets --- */

static struct flow *flow_of_cookie(const struct model *m, uint64_t cookie)
{
	return cookies_flow(cookies_find(m, cookie));
}

static bool ended_before(const struct flow *f, uint64_t time_ns)
{
	return f->end_ns && f->end_ns < time_ns;
}

static struct flow *listening(struct model *m, const struct event_socket *e)
{
	struct flow *f = flow_of_cookie(m, e->head.cookie);

	if (f && f->seen & FLOW_SAW_LISTEN && !f->end_ns)
		return f;
	f = make(m, key_of_socket(e, true));
	set_direction(f, FLOW_INCOMING);
	cookies_bind(m, f, e->head.cookie);
	return f;
}

/*
 * connect() and the state that it changes: a new attempt, unless the call or
 * the SYN was here first.
 */
static struct flow *connecting(struct model *m, const struct event_socket *e)
{
	const uint32_t known = FLOW_SAW_CALL | FLOW_SAW_CONNECT;
	struct flow *f = flow_of_cookie(m, e->head.cookie);
	bool call = e->head.type == EVENT_CONNECT;

	if (f && f->syn_count && !(f->seen & known) &&
	    f->first_ns >= e->head.time_ns)
		return f;
	if (f && (f->seen & known) == FLOW_SAW_CALL) {
		if (!call)
			return f;
		flow_replaced(f);
		tally_flow(m, f);
	}
	struct flow_key key = key_of_socket(e, false);
	uint32_t before = f && fits(f, &key) ? f->key.generation : 0;

	/* Where the port is not chosen yet many look alike. What it is bound
	 * to may change when it gets a route. */
	if (call)
		key.local_port = 0;
	if (key.local_port == 0)
		key.generation = (uint32_t)m->next_flow_id;
	f = make(m, key);
	if (key.local_port == 0)
		f->older = before;
	set_direction(f, FLOW_OUTGOING);
	cookies_bind(m, f, e->head.cookie);
	return f;
}

/* Open, at one end that may be known from its packets or its connect(). */
static struct flow *open_end(struct model *m, const struct event_socket *e)
{
	struct flow_key key = key_of_socket(e, false);
	struct flow *f = flow_of_cookie(m, e->head.cookie);

	if (f && fits(f, &key) && !ended_before(f, e->head.time_ns)) {
		adopt_ends(m, f, &key);
		return f;
	}
	f = newest(m, &key);
	if (!f || (f->cookie && f->cookie != e->head.cookie) ||
	    ended_before(f, e->head.time_ns)) {
		f = make(m, key);
		if (e->old_state == TCP_SYN_RECV)
			set_direction(f, FLOW_INCOMING);
		else if (e->head.type == EVENT_STATE)
			set_direction(f, FLOW_OUTGOING);
		else
			guess_direction(m, f);
	}
	cookies_bind(m, f, e->head.cookie);
	return f;
}

/* A socket at its end has often lost its port already; its cookie stays. */
static struct flow *closing(struct model *m, const struct event_socket *e)
{
	struct flow *f = flow_of_cookie(m, e->head.cookie);

	if (e->local_port == 0 || e->old_state == TCP_LISTEN)
		return f;
	struct flow_key key = key_of_socket(e, false);

	if (f) {
		if (fits(f, &key))
			adopt_ends(m, f, &key);
		return f;
	}
	f = newest(m, &key);
	return f && f->cookie == 0 && !ended_before(f, e->head.time_ns) ? f :
									  NULL;
}

/* A listener was found after connections to it: they are incoming. */
static void turn_existing(struct model *m, const struct flow *listener)
{
	struct flow *f = table_first(&m->flows);

	for (; f; f = table_next(&m->flows, f)) {
		if (f->key.local_port == listener->key.local_port &&
		    f->key.netns == listener->key.netns &&
		    f->seen & FLOW_SAW_START &&
		    !(f->seen & FLOW_SAW_BEGINNING))
			set_direction(f, FLOW_INCOMING);
	}
}

struct flow *ends_of_socket(struct model *m, const struct event_socket *e)
{
	struct flow *f;

	if (e->head.type == EVENT_CLOSE)
		return flow_of_cookie(m, e->head.cookie);
	if (e->head.type == EVENT_CONNECT)
		return connecting(m, e);
	switch (e->new_state) {
	case TCP_CLOSE:
		return e->head.type == EVENT_STATE ? closing(m, e) : NULL;
	case TCP_LISTEN:
		f = listening(m, e);
		/* Told once for each of its holders; once is enough. */
		if (e->head.type == EVENT_SOCKET && f->state != FLOW_LISTENING)
			turn_existing(m, f);
		return f;
	case TCP_SYN_SENT:
		return connecting(m, e);
	default:
		return open_end(m, e);
	}
}
