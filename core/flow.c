/* SPDX-License-Identifier: MIT */
#include "core/flow.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "bpf/event.h"

/* How well end_ns is known: a better fact replaces it. */
enum end_rank { END_NONE, END_REPLACED, END_RELEASED, END_CLOSED, END_FINS, END_RST };

static const char *const state_texts[] = {
	[FLOW_SYN_SENT] = "syn_sent",	  [FLOW_SYN_RECEIVED] = "syn_received",
	[FLOW_OPEN] = "open",		  [FLOW_CLOSED] = "closed",
	[FLOW_RESET] = "reset",		  [FLOW_REFUSED] = "refused",
	[FLOW_UNANSWERED] = "unanswered", [FLOW_MIDSTREAM] = "midstream",
	[FLOW_EXISTING] = "existing",	  [FLOW_LISTENING] = "listening",
	[FLOW_FAILED] = "failed",
};

const char *flow_state_text(uint8_t state)
{
	return state <= FLOW_FAILED ? state_texts[state] : "";
}

const char *flow_direction_text(uint8_t direction)
{
	return direction == FLOW_OUTGOING ? "outgoing" :
	       direction == FLOW_INCOMING ? "incoming" :
					    "";
}

static const struct address *flow_end(const struct flow *f, bool local,
				      uint16_t *port)
{
	if (port)
		*port = local ? f->key.local_port : f->key.remote_port;
	return local ? &f->key.local : &f->key.remote;
}

const struct address *flow_src(const struct flow *f, uint16_t *port)
{
	return flow_end(f, f->local_is_src, port);
}

const struct address *flow_dst(const struct flow *f, uint16_t *port)
{
	return flow_end(f, !f->local_is_src, port);
}

bool flow_step(const struct flow *f, size_t i, struct flow_step *out)
{
	if (i >= f->steps_seen)
		return false;
	if (i < FLOW_FIRST_STEPS) {
		*out = f->first[i];
		return true;
	}
	size_t kept = f->steps_seen - FLOW_FIRST_STEPS;

	if (kept > FLOW_LAST_STEPS)
		kept = FLOW_LAST_STEPS;
	i -= FLOW_FIRST_STEPS;
	if (i >= kept)
		return false;
	*out = f->last[(f->steps_seen - kept + i) % FLOW_LAST_STEPS];
	return true;
}

/* Sequence numbers are compared modulo 2^32, RFC 9293 3.4. */
static int32_t seq_diff(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

bool flow_goes_on(const struct flow *f)
{
	switch (f->state) {
	case FLOW_CLOSED:
	case FLOW_RESET:
	case FLOW_REFUSED:
	case FLOW_UNANSWERED:
	case FLOW_FAILED:
		return false;
	}
	return true;
}

bool flow_established(const struct flow *f)
{
	if (f->seen & (FLOW_SAW_ACK | FLOW_SAW_ESTABLISHED | FLOW_SAW_START))
		return true;
	return f->seen & FLOW_SAW_MIDDLE && !(f->seen & FLOW_SAW_BEGINNING);
}

static void flow_end_at(struct flow *f, uint8_t rank, uint64_t time_ns)
{
	if (rank <= f->end_rank)
		return;
	f->end_rank = rank;
	f->end_ns = time_ns;
}

static void flow_seen_at(struct flow *f, uint64_t time_ns)
{
	if (f->first_ns == 0 || time_ns < f->first_ns)
		f->first_ns = time_ns;
	if (time_ns > f->last_ns)
		f->last_ns = time_ns;
}

static void add_step(struct flow *f, const struct packet *p, bool tx)
{
	uint32_t n = f->steps_seen++;
	struct flow_step *step = n < FLOW_FIRST_STEPS ?
					 &f->first[n] :
					 &f->last[n % FLOW_LAST_STEPS];

	*step = (struct flow_step){
		.time_ns = p->frame->time_ns,
		.seq = p->tcp.seq,
		.ack = p->tcp.ack,
		.len = p->tcp.payload_len,
		.flags = p->tcp.flags,
		.direction = tx ? EVENT_EGRESS : EVENT_INGRESS,
	};
}

/* Numbers from seq to end lie in the hole: what came late fills it. */
static bool fill_hole(uint32_t hole[2], uint32_t seq, uint32_t end)
{
	if (hole[0] == hole[1] || seq_diff(seq, hole[0]) < 0 ||
	    seq_diff(end, hole[1]) > 0)
		return false;
	if (seq == hole[0])
		hole[0] = end;
	else
		hole[1] = seq;
	return true;
}

/* Does this acknowledge the SYN, and of its data no more than there is? */
static bool acks_syn(const struct flow *f, const struct tcp_header *t)
{
	return t->flags & TCP_ACK && t->ack - f->syn_seq - 1 <= f->syn_len;
}

/*
 * The other end answers the SYN by an ACK of the connection that it had with
 * these ports before (RFC 5961 4): its numbers are not of this one.
 */
static bool is_challenge(const struct flow *f, const struct tcp_header *t,
			 bool from_src)
{
	return !from_src && !(t->flags & TCP_SYN) && f->seen & FLOW_SAW_SYN &&
	       !(f->seen & (FLOW_SAW_SYN_ACK | FLOW_SAW_ACK)) &&
	       !acks_syn(f, t);
}

/*
 * The SYN-ACK of an end that sent a SYN before, as both opened at once (RFC
 * 9293 3.5): the same number, but not the same again.
 */
static bool is_second_half(const struct flow *f, const struct tcp_header *t,
			   bool from_src)
{
	const uint16_t both = TCP_SYN | TCP_ACK;

	return (t->flags & both) == both &&
	       (from_src ? !(f->seen & FLOW_SAW_ACK) : f->syn_ack_count == 0);
}

/*
 * A segment whose numbers were seen before is a retransmission. Not so when it
 * comes late or its first copy was missed (fill_hole()), and not a keep-alive:
 * one octet before the next number, RFC 9293 3.8.4.
 */
static void track(struct flow *f, const struct tcp_header *t, bool tx,
		  bool from_src)
{
	uint32_t len = t->payload_len + !!(t->flags & TCP_SYN) +
		       !!(t->flags & TCP_FIN);
	uint32_t end = t->seq + len;
	uint32_t *next = tx ? &f->tx_next : &f->rx_next;
	uint32_t *hole = tx ? f->tx_hole : f->rx_hole;
	uint32_t known = tx ? FLOW_SAW_TX : FLOW_SAW_RX;

	if (t->flags & TCP_RST || is_challenge(f, t, from_src))
		return;
	if (!(f->seen & known)) {
		f->seen |= known;
		*next = end;
		return;
	}
	if (len == 0)
		return;
	if (seq_diff(t->seq, *next) > 0) {
		if (hole[0] == hole[1]) {
			hole[0] = *next;
			hole[1] = t->seq;
		}
		*next = end;
	} else if (seq_diff(end, *next) > 0) {
		f->retransmits += t->seq != *next;
		*next = end;
	} else if (fill_hole(hole, t->seq, end)) {
		f->reordered++;
	} else {
		bool keep_alive = len <= 1 && t->seq == *next - 1 &&
				  !(t->flags & (TCP_SYN | TCP_FIN));
		f->retransmits += !keep_alive &&
				  !is_second_half(f, t, from_src);
	}
}

/* Who says 0 has not read what it has got: RFC 9293 3.8.6. */
static void track_window(struct flow *f, const struct tcp_header *t, bool tx)
{
	uint8_t full = tx ? 1 : 2;

	if (!(t->flags & TCP_ACK) || t->flags & (TCP_SYN | TCP_FIN | TCP_RST))
		return;
	if (t->window > 0) {
		f->full &= (uint8_t)~full;
	} else if (!(f->full & full)) {
		f->full |= full;
		++*(tx ? &f->tx_zero : &f->rx_zero);
	}
}

/* Only a SYN has them, and one that is sent again may have fewer. */
static void take_options(struct flow *f, const struct tcp_header *t, bool tx)
{
	struct flow_options *o = tx ? &f->tx_options : &f->rx_options;

	if (!(t->flags & TCP_SYN) || o->has)
		return;
	*o = (struct flow_options){
		.mss = t->mss,
		.scale = t->window_scale,
		.has = (uint8_t)(FLOW_OPTION_KNOWN |
				 (t->has_scale ? FLOW_OPTION_SCALE : 0) |
				 (t->sack_permitted ? FLOW_OPTION_SACK : 0) |
				 (t->has_timestamps ? FLOW_OPTION_TIMES : 0) |
				 (t->fast_open ? FLOW_OPTION_FAST_OPEN : 0)),
	};
}

static void take_syn(struct flow *f, const struct packet *p, bool from_src)
{
	const struct tcp_header *t = &p->tcp;

	if (!from_src) {
		/* Both ends open at once, RFC 9293 3.5: its number is known now. */
		if (!(f->seen & FLOW_SAW_SYN_ACK))
			f->syn_ack_seq = t->seq;
		return;
	}
	f->syn_count++;
	if (f->seen & FLOW_SAW_SYN)
		return;
	f->seen |= FLOW_SAW_SYN;
	f->syn_ns = p->frame->time_ns;
	f->syn_seq = t->seq;
	f->syn_len = t->payload_len;
}

static void take_syn_ack(struct flow *f, const struct packet *p, bool from_src)
{
	const struct tcp_header *t = &p->tcp;

	if (from_src) { /* both ends open at once: it stands for the ACK */
		if (f->seen & FLOW_SAW_SYN && t->ack == f->syn_ack_seq + 1)
			f->seen |= FLOW_SAW_ACK;
		return;
	}
	if (!(f->seen & FLOW_SAW_SYN))
		f->syn_seq = t->ack - 1;
	else if (!acks_syn(f, t))
		return;
	f->syn_ack_count++;
	if (f->seen & FLOW_SAW_SYN_ACK)
		return;
	if (f->seen & FLOW_SAW_REFUSAL) { /* the next try is answered */
		f->seen &= ~(uint32_t)FLOW_SAW_REFUSAL;
		f->end_rank = END_NONE;
		f->end_ns = 0;
	}
	f->seen |= FLOW_SAW_SYN_ACK;
	f->syn_ack_ns = p->frame->time_ns;
	f->syn_ack_seq = t->seq;
}

/* A segment with ACK and neither SYN nor RST. */
static void take_ack(struct flow *f, const struct packet *p, bool from_src)
{
	const struct tcp_header *t = &p->tcp;

	if (f->seen & FLOW_SAW_SYN_ACK) {
		if (!from_src || seq_diff(t->ack, f->syn_ack_seq + 1) < 0)
			return;
		f->seen |= FLOW_SAW_ACK;
		if (f->ack_ns == 0)
			f->ack_ns = p->frame->time_ns;
		return;
	}
	if (!(f->seen & FLOW_SAW_SYN)) {
		if (!(f->seen & FLOW_SAW_BEGINNING))
			f->seen |= FLOW_SAW_MIDDLE;
		return;
	}
	/* The SYN-ACK was missed. Not so with the ACK by which an end that
	 * still has an older connection challenges the SYN, RFC 5961 4. */
	if (from_src ? t->seq - f->syn_seq - 1 <= f->syn_len :
		       acks_syn(f, t))
		f->seen |= FLOW_SAW_ACK;
}

static void take_rst(struct flow *f, const struct packet *p, bool tx,
		     bool from_src)
{
	const struct tcp_header *t = &p->tcp;
	bool counts = true;

	if (f->fins == 3)
		return; /* closed already; this only says that nobody is there */
	if (!flow_established(f) && f->seen & FLOW_SAW_SYN) {
		/* RFC 9293 3.10.7.3: a reset must acknowledge the SYN. One
		 * from the opener itself may answer a stray segment. */
		if (from_src)
			counts = t->seq - f->syn_seq <= f->syn_len + 1;
		else
			counts = acks_syn(f, t) || f->seen & FLOW_SAW_SYN_ACK;
		if (counts && !from_src && !(f->seen & FLOW_SAW_SYN_ACK)) {
			f->seen |= FLOW_SAW_REFUSAL;
			flow_end_at(f, END_RST, p->frame->time_ns);
			return;
		}
	}
	if (!counts)
		return;
	f->seen |= tx ? FLOW_SAW_TX_RST : FLOW_SAW_RX_RST;
	flow_end_at(f, END_RST, p->frame->time_ns);
}

static void take_fin(struct flow *f, uint64_t time_ns, bool tx)
{
	uint8_t before = f->fins;

	f->fins |= tx ? 1 : 2;
	if (before != 3 && f->fins == 3)
		flow_end_at(f, END_FINS, time_ns);
}

void flow_segment(struct flow *f, const struct packet *p, bool tx)
{
	const struct tcp_header *t = &p->tcp;
	bool from_src = f->direction == FLOW_BETWEEN ? tx :
						       tx == f->local_is_src;

	flow_seen_at(f, p->frame->time_ns);
	add_step(f, p, tx);
	track(f, t, tx, from_src);
	track_window(f, t, tx);
	take_options(f, t, tx);
	if (tx) {
		f->tx_packets++;
		f->tx_bytes += t->payload_len;
	} else {
		f->rx_packets++;
		f->rx_bytes += t->payload_len;
	}
	if (t->flags & TCP_RST)
		take_rst(f, p, tx, from_src);
	else if (t->flags & TCP_SYN && t->flags & TCP_ACK)
		take_syn_ack(f, p, from_src);
	else if (t->flags & TCP_SYN)
		take_syn(f, p, from_src);
	else if (t->flags & TCP_ACK)
		take_ack(f, p, from_src);
	else if (!(f->seen & FLOW_SAW_BEGINNING))
		f->seen |= FLOW_SAW_MIDDLE;
	if (t->flags & TCP_FIN && !(t->flags & TCP_RST))
		take_fin(f, p->frame->time_ns, tx);
}

bool flow_begins_anew(const struct flow *f, const struct packet *p, bool tx)
{
	bool from_src = f->direction == FLOW_BETWEEN ? tx :
						       tx == f->local_is_src;
	bool over = f->fins || f->seen & FLOW_SAW_RST;

	if (from_src && f->seen & (FLOW_SAW_SYN | FLOW_SAW_SYN_ACK))
		/* The same SYN again, unless that connection is over (some
		 * systems try it again after a refusal); or its own SYN,
		 * which the capture holds too late. */
		return p->tcp.seq != f->syn_seq ||
		       (f->seen & FLOW_SAW_SYN && over);
	if (!from_src && f->seen & FLOW_SAW_SYN_ACK)
		return p->tcp.seq != f->syn_ack_seq || over;
	if (f->seen & (tx ? FLOW_SAW_TX : FLOW_SAW_RX))
		/* It sent before: what began then was another connection, but
		 * a second SYN of an end that opens while its peer does. */
		return from_src || p->tcp.seq != f->syn_ack_seq;
	if (f->end_ns && p->frame->time_ns > f->end_ns)
		return true;
	/* Only the other end was seen, or only what the kernel said. */
	return f->seen & (FLOW_SAW_TX | FLOW_SAW_RX) &&
	       !(f->seen & FLOW_SAW_BEGINNING);
}

static void take_start(struct flow *f, const struct event_socket *e)
{
	switch (e->new_state) {
	case TCP_LISTEN:
		f->seen |= FLOW_SAW_LISTEN;
		break;
	case TCP_SYN_SENT:
		f->seen |= FLOW_SAW_CONNECT;
		break;
	case TCP_CLOSE:
		break;
	default:
		f->seen |= FLOW_SAW_START;
	}
}

static void take_state(struct flow *f, const struct event_socket *e)
{
	switch (e->new_state) {
	case TCP_LISTEN:
		f->seen |= FLOW_SAW_LISTEN;
		break;
	case TCP_SYN_SENT:
		f->seen |= FLOW_SAW_CONNECT;
		break;
	case TCP_ESTABLISHED:
		f->seen |= FLOW_SAW_ESTABLISHED;
		break;
	case TCP_CLOSE:
		f->seen |= FLOW_SAW_CLOSE;
		f->kernel_closed = true;
		if (e->error)
			f->error = e->error;
		flow_end_at(f, END_CLOSED, e->head.time_ns);
		break;
	}
}

void flow_socket(struct flow *f, const struct event_socket *e)
{
	flow_seen_at(f, e->head.time_ns);
	if (e->head.type == EVENT_SOCKET) {
		take_start(f, e);
	} else if (e->head.type == EVENT_STATE) {
		take_state(f, e);
	} else if (e->head.type == EVENT_CONNECT) {
		f->seen |= FLOW_SAW_CALL;
	} else if (e->head.type == EVENT_CLOSE) {
		f->seen |= FLOW_SAW_RELEASE;
		flow_end_at(f, END_RELEASED, e->head.time_ns);
	}
}

void flow_replaced(struct flow *f)
{
	f->seen |= FLOW_SAW_SUCCESSOR;
	if (f->end_ns == 0)
		flow_end_at(f, END_REPLACED, f->last_ns);
}
