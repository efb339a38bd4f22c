/* SPDX-License-Identifier: MIT */
#include "core/judge.h"

#include <errno.h>

/* SYNs without an answer after which there is none: session.md, 3 retries. */
#define SYNS_MAX 4

/* What errno says of a connect that failed; "" for one that says nothing. */
static const char *error_reason(uint32_t error)
{
	switch (error) {
	case 0:
		return "given up";
	case ETIMEDOUT:
		return "no answer";
	case EHOSTUNREACH:
		return "host unreachable";
	case ENETUNREACH:
		return "network unreachable";
	case EACCES:
	case EPERM:
		return "not permitted";
	}
	return "failed";
}

static const char *reset_reason(const struct flow *f)
{
	bool rx = f->seen & FLOW_SAW_RX_RST ||
		  (!(f->seen & FLOW_SAW_TX_RST) && f->error != ECONNABORTED);

	if (f->direction == FLOW_BETWEEN)
		return rx ? "reset by destination" : "reset by source";
	return rx ? "reset by peer" : "reset by this end";
}

/*
 * Did connect() fail before there was a SYN? It asks for a route, then becomes
 * SYN_SENT, then looks for a local port: who has none at its end never had one.
 */
static bool judge_call(struct flow *f)
{
	if (!(f->seen & FLOW_SAW_CALL) || f->syn_count ||
	    (f->error && f->error != EADDRNOTAVAIL))
		return false;
	if (!(f->seen & FLOW_SAW_CONNECT)) {
		f->close_reason = "no route, or not permitted";
		return true;
	}
	if (!(f->seen & FLOW_SAW_CLOSE) || f->key.local_port)
		return false;
	f->close_reason = "no local port is free";
	f->error = EADDRNOTAVAIL;
	return true;
}

/* The state of a connection whose handshake is not complete. */
static uint8_t judge_handshake(struct flow *f)
{
	if (f->seen & FLOW_SAW_REFUSAL || f->error == ECONNREFUSED) {
		f->close_reason = "refused";
		return FLOW_REFUSED;
	}
	if (f->seen & FLOW_SAW_RST || f->error == ECONNRESET) {
		f->close_reason = reset_reason(f);
		return FLOW_RESET;
	}
	if (f->fins == 3) {
		f->close_reason = "fin";
		return FLOW_CLOSED;
	}
	if (f->seen & (FLOW_SAW_CLOSE | FLOW_SAW_RELEASE)) {
		if (f->seen & FLOW_SAW_SYN_ACK) {
			f->close_reason = "closed";
			return FLOW_CLOSED;
		}
		if (judge_call(f))
			return FLOW_FAILED;
		f->close_reason = error_reason(f->error);
		return FLOW_UNANSWERED;
	}
	if (f->seen & FLOW_SAW_SYN_ACK)
		return FLOW_SYN_RECEIVED;
	if (f->seen & (FLOW_SAW_TIMEOUT | FLOW_SAW_SUCCESSOR) ||
	    f->syn_count >= SYNS_MAX) {
		if (judge_call(f))
			return FLOW_FAILED;
		f->close_reason = "no answer";
		return FLOW_UNANSWERED;
	}
	return FLOW_SYN_SENT;
}

static uint8_t judge_life(struct flow *f)
{
	if (f->seen & FLOW_SAW_RST || f->error == ECONNRESET || f->error == EPIPE ||
	    f->error == ECONNABORTED) {
		f->close_reason = reset_reason(f);
		return FLOW_RESET;
	}
	if (f->error == ETIMEDOUT) {
		f->close_reason = "timed out";
		return FLOW_CLOSED;
	}
	if (f->fins == 3) {
		f->close_reason = "fin";
		return FLOW_CLOSED;
	}
	if (f->seen & (FLOW_SAW_CLOSE | FLOW_SAW_RELEASE)) {
		f->close_reason = "closed";
		return FLOW_CLOSED;
	}
	if (f->seen & FLOW_SAW_SUCCESSOR) {
		f->close_reason = "replaced";
		return FLOW_CLOSED;
	}
	if (f->seen & FLOW_SAW_BEGINNING)
		return FLOW_OPEN;
	return f->seen & FLOW_SAW_START ? FLOW_EXISTING : FLOW_MIDSTREAM;
}

static void judge_rtt(struct flow *f)
{
	bool incoming = f->direction == FLOW_INCOMING;
	uint64_t from = incoming ? f->syn_ack_ns : f->syn_ns;
	uint64_t to = incoming ? f->ack_ns : f->syn_ack_ns;

	f->rtt_ns = 0;
	/* Karn's rule: after a second one nobody knows which was answered. */
	if (f->syn_count == 1 && f->syn_ack_count == 1 && from && to)
		f->rtt_ns = wait_span(from, to);
}

void judge_flow(struct flow *f)
{
	f->close_reason = "";
	judge_rtt(f);
	if (f->seen & FLOW_SAW_LISTEN) {
		bool closed = f->seen & (FLOW_SAW_CLOSE | FLOW_SAW_RELEASE);

		f->close_reason = closed ? "closed" : "";
		f->state = closed ? FLOW_CLOSED : FLOW_LISTENING;
		return;
	}
	f->state = flow_established(f) ? judge_life(f) : judge_handshake(f);
}
