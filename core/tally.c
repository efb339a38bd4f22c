/* SPDX-License-Identifier: MIT */
#include "core/tally.h"

#include "core/happen.h"
#include "core/judge.h"
#include "core/model.h"

/* flow.counted: what the counters hold of it. */
enum { COUNTED_BEGUN = 1, COUNTED_HANDSHAKE = 2, COUNTED_END = 4 };

/* The counter of flows that ended in this state; NULL: they have not ended. */
static uint64_t *end_counter(struct model_counters *c, uint8_t state)
{
	switch (state) {
	case FLOW_CLOSED:
		return &c->tcp_ended;
	case FLOW_RESET:
		return &c->tcp_reset;
	case FLOW_REFUSED:
		return &c->tcp_refused;
	case FLOW_UNANSWERED:
		return &c->tcp_unanswered;
	case FLOW_FAILED:
		return &c->tcp_failed;
	}
	return NULL;
}

static void count(struct model *m, struct flow *f, uint8_t old_state)
{
	struct model_counters *c = &m->counters;

	if (!(f->seen & FLOW_SAW_BEGINNING))
		return; /* begun before we looked */
	if (!(f->counted & COUNTED_BEGUN))
		c->tcp_begun++;
	if (!(f->counted & COUNTED_HANDSHAKE) && flow_established(f)) {
		c->tcp_handshakes++;
		f->counted |= COUNTED_HANDSHAKE;
	}
	if (f->counted & COUNTED_END)
		(*end_counter(c, old_state))--;
	f->counted = (uint8_t)((f->counted & ~COUNTED_END) | COUNTED_BEGUN);
	uint64_t *end = end_counter(c, f->state);
	if (end) {
		(*end)++;
		f->counted |= COUNTED_END;
	}
}

/*
 * A SYN waits for its answer; what has ended waits to make room for others,
 * first the one that ended first.
 */
static void wait_or_not(struct model *m, struct flow *f, uint8_t old_state)
{
	bool was_syn = old_state == FLOW_SYN_SENT;
	bool ended = !flow_goes_on(f);

	if (f->wait.due_ns && (was_syn ? f->state == FLOW_SYN_SENT : ended))
		return;
	wait_drop(was_syn ? &m->syns : &m->ended, &f->wait);
	if (f->state == FLOW_SYN_SENT)
		wait_until(&m->syns, &f->wait, f->first_ns + FLOW_LIMIT_NS);
	else if (ended)
		wait_until(&m->ended, &f->wait, f->last_ns + TALLY_LINGER_NS);
}

void tally_flow(struct model *m, struct flow *f)
{
	uint8_t old_state = f->state;

	judge_flow(f);
	count(m, f, old_state);
	wait_or_not(m, f, old_state);
	if (!f->carries_us)
		m->generation++;
	happen_flow(m, f);
}

void tally_forget(struct model *m, struct flow *f)
{
	happen_forget(m, f);
	wait_drop(f->state == FLOW_SYN_SENT ? &m->syns : &m->ended, &f->wait);
}
