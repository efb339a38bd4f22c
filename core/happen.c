/* SPDX-License-Identifier: MIT */
#include "core/happen.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/model.h"
#include "core/owner.h"

/* flow.told */
enum {
	TOLD_BEGIN = 1, /* Connect or Accept, too */
	TOLD_END = 2, /* or that its connect failed */
	TOLD_LOOKED = 4, /* whether it is a reconnect: */
	TOLD_AGAIN = 8,
	TOLD_OVER = 16, /* it is remembered for those that come */
	TOLD_WAITS_END = 32, /* flow.tell is in `ends` */
};

/* When a process was last connected to a place, or failed to be. */
struct over_key {
	struct proc_key proc;
	uint32_t netns;
	uint16_t port;
	struct address local; /* of a file: there it stands for the process */
	struct address remote;
};

struct over {
	struct over_key key;
	uint64_t time_ns;
};

struct happen {
	happen_fn *fn;
	void *ctx;
	bool by_packet;
	struct wait_list accepts, ends; /* of flows */
	struct table over;
};

int happen_new(struct happen **out, happen_fn *fn, void *ctx, size_t flows,
	       uint64_t seed)
{
	struct happen *h = calloc(1, sizeof(*h));

	_Static_assert(sizeof(struct over_key) == 56, "key has padding");
	*out = h;
	if (!h)
		return -ENOMEM;
	h->fn = fn;
	h->ctx = ctx;
	if (table_init(&h->over, model_part(flows, 4), sizeof(struct over),
		       sizeof(struct over_key), hash_next(&seed))) {
		happen_free(h);
		*out = NULL;
		return -ENOMEM;
	}
	return 0;
}

void happen_free(struct happen *h)
{
	if (!h)
		return;
	table_release(&h->over);
	free(h);
}

void happen_by_packet(struct happen *h, bool by_packet)
{
	h->by_packet = by_packet;
}

/* --- connections --- */

static void tell_flow(const struct model *m, const struct flow *f,
		      enum happen_kind kind, uint64_t time_ns, uint32_t error,
		      const char *reason)
{
	bool between = f->direction == FLOW_BETWEEN;
	struct happening h = {
		.kind = (uint8_t)kind,
		.protocol = IPPROTO_TCP,
		.how = f->how,
		.time_ns = time_ns,
		.cookie = f->cookie,
		.netns = m->live ? f->key.netns : 0,
		.error = error,
		.reason = reason,
		.local = f->key.local,
		.remote = f->key.remote,
		.local_port = f->key.local_port,
		.remote_port = f->key.remote_port,
		.proc = model_proc(m, &f->proc),
		.flow = f,
	};

	if (between) {
		h.local = *flow_src(f, &h.local_port);
		h.remote = *flow_dst(f, &h.remote_port);
	}
	m->happen->fn(m->happen->ctx, &h);
}

/* false: nobody is known who could come again. */
static bool over_key_of(const struct model *m, const struct flow *f,
			struct over_key *key)
{
	*key = (struct over_key){
		.proc = f->proc,
		.netns = f->key.netns,
		.remote = *flow_dst(f, NULL),
	};
	flow_dst(f, &key->port);
	if (!m->live)
		key->local = *flow_src(f, NULL);
	return f->direction != FLOW_INCOMING && (f->proc.pid || !m->live);
}

/* Once, when f begins: what ends later than that does not matter. */
static void look_back(struct model *m, struct flow *f)
{
	struct over_key key;

	if (f->told & TOLD_LOOKED)
		return;
	f->told |= TOLD_LOOKED;
	if (!over_key_of(m, f, &key))
		return;
	const struct over *o = table_find(&m->happen->over, &key);

	if (o && o->time_ns <= f->first_ns &&
	    f->first_ns - o->time_ns <= HAPPEN_AGAIN_NS)
		f->told |= TOLD_AGAIN;
}

static void remember(struct model *m, struct flow *f)
{
	struct over_key key;

	if (f->told & TOLD_OVER || !over_key_of(m, f, &key))
		return;
	f->told |= TOLD_OVER;
	struct over *o = table_touch(&m->happen->over, &key, NULL);

	o->time_ns = f->end_ns ? f->end_ns : f->last_ns;
}

static void tell_connect(const struct model *m, const struct flow *f,
			 uint64_t time_ns, uint32_t error, const char *reason)
{
	tell_flow(m, f, HAPPEN_CONNECT, time_ns, error, reason);
	if (f->told & TOLD_AGAIN)
		tell_flow(m, f, HAPPEN_RECONNECT, time_ns, error, reason);
}

static void tell_begin(struct model *m, struct flow *f)
{
	if (f->told & TOLD_BEGIN || f->open_ns == 0)
		return;
	f->told |= TOLD_BEGIN;
	if (f->direction == FLOW_INCOMING)
		tell_flow(m, f, HAPPEN_ACCEPT, f->open_ns, 0, "");
	else
		tell_connect(m, f, f->open_ns, 0, "");
	tell_flow(m, f, HAPPEN_BEGIN, f->open_ns, 0, "");
}

static void tell_end(struct model *m, struct flow *f)
{
	uint64_t time_ns = f->end_ns ? f->end_ns : f->last_ns;

	if (f->told & TOLD_END)
		return;
	tell_begin(m, f);
	f->told |= TOLD_END;
	if (flow_established(f)) {
		tell_flow(m, f, HAPPEN_DISCONNECT, time_ns, 0, "");
		tell_flow(m, f, HAPPEN_END, time_ns, 0, "");
	} else if (f->direction != FLOW_INCOMING) {
		uint32_t error = f->error;

		/* In a file or before the kernel's word: what it will be. */
		if (!error && f->state == FLOW_REFUSED)
			error = ECONNREFUSED;
		tell_connect(m, f, time_ns, error, f->close_reason);
	}
}

/*
 * Has it ended for good? Our patience with a SYN is shorter than the kernel's,
 * which will say how it ended.
 */
static bool is_over(const struct model *m, const struct flow *f)
{
	if (flow_goes_on(f))
		return false;
	return !(m->live && f->state == FLOW_UNANSWERED &&
		 f->seen & FLOW_SAW_CONNECT &&
		 !(f->seen & (FLOW_SAW_CLOSE | FLOW_SAW_RELEASE |
			      FLOW_SAW_SUCCESSOR)));
}

static void stop_waiting(struct happen *h, struct flow *f)
{
	wait_drop(f->told & TOLD_WAITS_END ? &h->ends : &h->accepts, &f->tell);
	f->told &= (uint8_t)~TOLD_WAITS_END;
}

static void wait_for_end(struct model *m, struct flow *f)
{
	if (f->told & TOLD_WAITS_END)
		return;
	stop_waiting(m->happen, f);
	f->told |= TOLD_WAITS_END;
	wait_until(&m->happen->ends, &f->tell, m->now_ns + HAPPEN_LINGER_NS);
}

/*
 * Who accepted a connection is known when he uses it; until then it belongs to
 * who made the listener.
 */
static void begin_or_wait(struct model *m, struct flow *f, bool over)
{
	if (f->open_ns == 0 || f->told & TOLD_BEGIN)
		return;
	if (f->direction != FLOW_INCOMING || owner_rank(f->how) == 3) {
		if (!over)
			stop_waiting(m->happen, f);
		tell_begin(m, f);
	} else if (!over && f->tell.due_ns == 0) {
		wait_until(&m->happen->accepts, &f->tell,
			   m->now_ns + HAPPEN_ACCEPT_NS);
	}
}

void happen_flow(struct model *m, struct flow *f)
{
	if (!m->happen || f->told & TOLD_END)
		return;
	bool over = is_over(m, f);

	look_back(m, f);
	if (f->open_ns == 0 && f->seen & FLOW_SAW_BEGINNING &&
	    flow_established(f))
		f->open_ns = f->last_ns;
	/* Its own FIN: the process has done with it. */
	if (over || f->fins & 1)
		remember(m, f);
	if (over)
		wait_for_end(m, f);
	else if (f->told & TOLD_WAITS_END)
		stop_waiting(m->happen, f);
	begin_or_wait(m, f, over);
}

void happen_forget(struct model *m, struct flow *f)
{
	if (!m->happen)
		return;
	stop_waiting(m->happen, f);
	tell_begin(m, f);
	if (is_over(m, f))
		tell_end(m, f);
}

void happen_advance(struct model *m, size_t budget)
{
	struct happen *h = m->happen;
	struct wait *w;

	if (!h)
		return;
	for (; budget && (w = wait_take(&h->accepts, m->now_ns)); budget--)
		tell_begin(m, WAIT_OF(w, struct flow, tell));
	for (; budget && (w = wait_take(&h->ends, m->now_ns)); budget--) {
		struct flow *f = WAIT_OF(w, struct flow, tell);

		f->told &= (uint8_t)~TOLD_WAITS_END;
		tell_end(m, f);
	}
}

/* --- what is told of sockets --- */

static struct happening of_socket(const struct model *m,
				  const struct event_socket *e,
				  enum happen_kind kind)
{
	const struct event *head = &e->head;

	return (struct happening){
		.kind = (uint8_t)kind,
		.protocol = e->protocol,
		.how = head->how,
		.time_ns = head->time_ns,
		.cookie = head->cookie,
		.netns = head->netns,
		.cpu = head->cpu,
		.tid = head->tid,
		.ns_tid = head->ns_tid,
		.reason = "",
		.local = address_from(e->family, e->local),
		.remote = address_from(e->family, e->remote),
		.local_port = e->local_port,
		.remote_port = e->remote_port,
		.proc = proc_find(&m->procs, head->pid, head->start_ns),
	};
}

static void tell_connected(const struct model *m, const struct event_socket *e)
{
	struct happening what = of_socket(m, e, HAPPEN_CONNECT);

	m->happen->fn(m->happen->ctx, &what);
}

static void moves_data(struct model *m, const struct event_socket *e,
		       const struct flow *f, enum happen_kind kind)
{
	struct happening what = of_socket(m, e, kind);

	if (m->happen->by_packet)
		return;
	what.flow = f;
	what.size = e->size;
	what.sized = kind != HAPPEN_RETRANSMIT || e->size;
	m->happen->fn(m->happen->ctx, &what);
}

void happen_socket(struct model *m, const struct event_socket *e,
		   const struct flow *f)
{
	if (!m->happen)
		return;
	switch (e->head.type) {
	case EVENT_CONNECT: /* TCP's is told when it is known how it went */
		if (e->protocol == IPPROTO_UDP)
			tell_connected(m, e);
		break;
	case EVENT_SEND:
		moves_data(m, e, f, HAPPEN_SEND);
		break;
	case EVENT_RECV:
		moves_data(m, e, f, HAPPEN_RECV);
		break;
	case EVENT_RETRANSMIT:
		moves_data(m, e, f, HAPPEN_RETRANSMIT);
		break;
	}
}

/* --- what only packets tell --- */

void happen_packet(struct model *m, const struct packet *p,
		   const struct owner *owner, const struct flow *f, bool tx,
		   bool again)
{
	const struct frame *frame = p->frame;
	bool in = m->live && f ? !tx : frame->direction == EVENT_INGRESS;
	bool tcp = p->has & PACKET_TCP;
	uint32_t size = tcp ? p->tcp.payload_len :
			p->udp.length >= 8 ? p->udp.length - 8u : 0;

	/* What went to a raw socket as well, or to nobody, was not received. */
	if (!m->happen || !m->happen->by_packet ||
	    frame->flags & (EVENT_RAW | EVENT_NO_SOCKET) ||
	    (tcp ? !f || (size == 0 && !again) : !(p->has & PACKET_UDP)) ||
	    (again && in))
		return;
	struct happening h = {
		.kind = again ? HAPPEN_RETRANSMIT :
			in    ? HAPPEN_RECV :
				HAPPEN_SEND,
		.protocol = tcp ? IPPROTO_TCP : IPPROTO_UDP,
		.how = owner->how,
		.sized = !again || size,
		.time_ns = frame->time_ns,
		.cookie = frame->cookie,
		.netns = frame->netns,
		.cpu = frame->cpu,
		.tid = frame->tid,
		.ns_tid = frame->ns_tid,
		.size = size,
		.reason = "",
		.local = in ? p->dst : p->src,
		.remote = in ? p->src : p->dst,
		.local_port = in ? p->dst_port : p->src_port,
		.remote_port = in ? p->src_port : p->dst_port,
		.proc = owner->proc,
		.flow = f,
		.packet = p,
	};

	if (!owner->proc || frame->pid != owner->proc->key.pid)
		h.tid = h.ns_tid = 0;
	m->happen->fn(m->happen->ctx, &h);
}

void happen_finish(struct model *m)
{
	if (!m->happen)
		return;
	for (struct flow *f = table_first(&m->flows); f;
	     f = table_next(&m->flows, f)) {
		stop_waiting(m->happen, f);
		tell_begin(m, f);
		/* Whoever waits for an answer still does: no error is known. */
		if (!flow_goes_on(f))
			tell_end(m, f);
	}
}
