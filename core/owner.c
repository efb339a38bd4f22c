/* SPDX-License-Identifier: MIT */
#include "core/owner.h"

#include "core/cookies.h"

int owner_rank(uint8_t how)
{
	switch (how) {
	case EVENT_HOW_CURRENT:
	case EVENT_HOW_RECEIVED:
	case EVENT_HOW_STATE:
	case EVENT_HOW_JOINED:
		return 3;
	case EVENT_HOW_CREATED:
	case EVENT_HOW_START:
		return 2;
	case EVENT_HOW_INHERITED:
		return 1;
	}
	return 0;
}

static bool same_proc(const struct proc_key *a, const struct proc_key *b)
{
	return a->pid == b->pid && a->start_ns == b->start_ns;
}

/* Is an owner known from `how` at time_ns better than the one there is? */
static bool is_better(uint8_t how, uint64_t time_ns, uint8_t old_how,
		      uint64_t old_ns)
{
	int rank = owner_rank(how), old = owner_rank(old_how);

	return rank > old || (rank == old && rank > 0 && time_ns >= old_ns);
}

/*
 * `closes`: all that is known is that the process takes part in the end. Of a
 * connection that another has read from or written to it is not the owner: a
 * server that forks for each connection often closes its copy last.
 */
static void flow_take(struct flow *f, const struct proc *proc, uint8_t how,
		      uint64_t time_ns, bool closes)
{
	if (!is_better(how, time_ns, f->how, f->owner_ns))
		return;
	if (closes && owner_rank(f->how) == 3)
		return;
	f->proc = proc->key;
	f->proc_id = proc->id;
	f->how = how;
	f->owner_ns = time_ns;
}

static void socket_take(struct cookie_entry *e, const struct proc *proc,
			uint8_t how, uint64_t time_ns)
{
	if (!is_better(how, time_ns, e->how, e->owner_ns))
		return;
	e->proc = proc->key;
	e->how = how;
	e->owner_ns = time_ns;
}

/* The process that uses the socket, if that is better than the packet's own. */
static struct proc *join(struct model *m, const struct proc_key *key,
			 uint8_t how, const struct proc *own, uint8_t own_how)
{
	if (key->pid == 0 || owner_rank(own_how) == 3)
		return NULL;
	if (own && (owner_rank(how) < 3 || same_proc(&own->key, key)))
		return NULL;
	return proc_touch(&m->procs, key->pid, key->start_ns);
}

static void count_packet(struct model *m, const struct packet *p,
			 struct proc *proc, const struct owner *owner)
{
	if (!proc->used && !owner->session)
		m->generation++;
	proc->used = true;
	if (p->frame->time_ns > proc->seen_ns)
		proc->seen_ns = p->frame->time_ns;
	if (owner->copy)
		return;
	if (p->frame->direction == EVENT_EGRESS) {
		proc->packets_tx++;
		proc->bytes_tx += p->frame->wire_len;
	} else {
		proc->packets_rx++;
		proc->bytes_rx += p->frame->wire_len;
	}
}

static void count_unknown(struct model *m, const struct frame *frame)
{
	if (frame->how == EVENT_HOW_KERNEL)
		m->counters.kernel++;
	else if (frame->flags & EVENT_NO_SOCKET)
		m->counters.no_socket++;
	else
		m->counters.unknown++;
}

static bool packet_closes(const struct packet *p, const struct flow *f)
{
	return f->fins & 1 || (p->has & PACKET_TCP && !p->tcp.payload_len &&
			       p->tcp.flags & (TCP_FIN | TCP_RST));
}

void owner_of_packet(struct model *m, const struct packet *p, struct flow *f,
		     struct owner *owner)
{
	const struct frame *frame = p->frame;
	struct proc *proc = proc_touch(&m->procs, frame->pid, frame->start_ns);
	/* Who uses the listener does not use its child. */
	bool listeners = frame->flags & EVENT_ON_LISTENER;
	uint8_t how = listeners && proc ? EVENT_HOW_INHERITED : frame->how;
	/* It will not turn out who it is. */
	bool nobody = frame->how == EVENT_HOW_KERNEL ||
		      frame->how == EVENT_HOW_SHARED;
	struct proc *joined = NULL;

	owner->how = proc || nobody ? frame->how : EVENT_HOW_NONE;
	if (f && proc)
		flow_take(f, proc, how, frame->time_ns, packet_closes(p, f));
	/* A closed port: no process will ever have the connection. */
	if (f && f->how == EVENT_HOW_NONE && how == EVENT_HOW_KERNEL)
		f->how = how;
	if (f) {
		joined = join(m, &f->proc, f->how, proc, how);
	} else if (owner_rank(how) < 3 && !nobody) {
		const struct cookie_entry *e = cookies_find(m, frame->cookie);

		if (e)
			joined = join(m, &e->proc, e->how, proc, how);
		/* One made the socket, another has used it: a third may. */
		if (joined && proc) {
			joined = proc = NULL;
			owner->how = EVENT_HOW_SHARED;
		}
	}
	if (joined) {
		proc = joined;
		owner->how = EVENT_HOW_JOINED;
	}
	owner->proc = proc;
	if (proc)
		count_packet(m, p, proc, owner);
	else if (m->live && !owner->copy)
		count_unknown(m, frame);
}

void owner_of_socket(struct model *m, const struct event *e, struct flow *f)
{
	struct proc *proc = proc_touch(&m->procs, e->pid, e->start_ns);

	if (!proc)
		return;
	proc->used = true;
	if (e->cookie)
		socket_take(cookies_touch(m, e->cookie), proc, e->how,
			    e->time_ns);
	if (f)
		flow_take(f, proc, e->how, e->time_ns,
			  e->how == EVENT_HOW_STATE && flow_established(f));
}

void owner_keep(const struct owner *owner, struct proc_key *proc,
		uint64_t *proc_id, uint8_t *how)
{
	if (!owner->proc || (proc->pid && owner_rank(owner->how) <=
						  owner_rank(*how)))
		return;
	*proc = owner->proc->key;
	*proc_id = owner->proc->id;
	*how = owner->how;
}
