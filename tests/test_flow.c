/* SPDX-License-Identifier: MIT */
#include "core/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/judge.h"
#include "tests/traffic.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* One segment: > from the opener, < from the other end. */
struct segment {
	char way;
	uint16_t flags;
	uint32_t seq, ack, len;
};

static void feed(struct flow *f, const struct segment *s, uint64_t time_ns)
{
	struct made m;

	make_live(&m, s->way == '>' ? EVENT_EGRESS : EVENT_INGRESS, 1, time_ns);
	make_tcp(&m, s->way == '>' ? "10.0.0.1" : "10.0.0.2", 1,
		 s->way == '>' ? "10.0.0.2" : "10.0.0.1", 2, s->flags, s->seq,
		 s->ack, s->len);
	flow_segment(f, &m.p, s->way == '>');
}

static struct flow opener(void)
{
	return (struct flow){ .direction = FLOW_OUTGOING, .local_is_src = true,
			      .close_reason = "" };
}

enum { S = TCP_SYN, A = TCP_ACK, F = TCP_FIN, R = TCP_RST };

/* What follows on a complete handshake: our next number is 1001, the peer's 5001. */
static const struct track_claim {
	const char *label;
	struct segment segments[6];
	uint32_t retransmits, reordered;
	uint64_t tx_bytes, rx_bytes;
} tracks[] = {
	{ "in order", { { '>', A, 1001, 5001, 100 }, { '>', A, 1101, 5001, 100 } }, 0, 0, 200, 0 },
	{ "sent again", { { '>', A, 1001, 5001, 100 }, { '>', A, 1001, 5001, 100 } }, 1, 0, 200, 0 },
	{ "the peer sends again", { { '<', A, 5001, 1001, 10 }, { '<', A, 5001, 1001, 10 } }, 1, 0, 0, 20 },
	{ "bare ACKs are not", { { '>', A, 1001, 5001, 0 }, { '>', A, 1001, 5001, 0 } }, 0, 0, 0, 0 },
	{ "again with more behind", { { '>', A, 1001, 5001, 100 }, { '>', A, 1001, 5001, 150 } }, 1, 0, 250, 0 },
	{ "late, not again", { { '<', A, 5101, 1001, 100 }, { '<', A, 5001, 1001, 100 } }, 0, 1, 0, 200 },
	{ "late, then again", { { '<', A, 5101, 1001, 100 }, { '<', A, 5001, 1001, 100 }, { '<', A, 5001, 1001, 100 } }, 1, 1, 0, 300 },
	{ "hole filled from its end", { { '<', A, 5201, 1001, 100 }, { '<', A, 5101, 1001, 100 }, { '<', A, 5001, 1001, 100 } }, 0, 2, 0, 300 },
	{ "partly in the hole", { { '<', A, 5101, 1001, 100 }, { '<', A, 5050, 1001, 100 } }, 1, 0, 0, 200 },
	{ "keep-alive", { { '>', A, 1001, 5001, 10 }, { '>', A, 1010, 5001, 0 }, { '>', A, 1010, 5001, 1 } }, 0, 0, 11, 0 },
	{ "FIN twice", { { '>', A | F, 1001, 5001, 0 }, { '>', A | F, 1001, 5001, 0 } }, 1, 0, 0, 0 },
	{ "a reset is not", { { '>', A, 1001, 5001, 10 }, { '>', R, 1001, 0, 0 } }, 0, 0, 10, 0 },
	{ "numbers wrap", { { '<', A, 0xfffffff0, 1001, 0 }, { '<', A, 5001, 1001, 1 } }, 0, 0, 0, 1 },
};

static void test_retransmits(void **state)
{
	(void)state;
	static const struct segment handshake[] = {
		{ '>', S, 1000, 0, 0 },
		{ '<', S | A, 5000, 1001, 0 },
		{ '>', A, 1001, 5001, 0 },
	};

	for (size_t i = 0; i < N(tracks); i++) {
		const struct track_claim *c = &tracks[i];
		struct flow f = opener();

		for (size_t k = 0; k < N(handshake); k++)
			feed(&f, &handshake[k], 10 + k);
		for (size_t k = 0; k < N(c->segments) && c->segments[k].way; k++)
			feed(&f, &c->segments[k], 100 + k);
		if (f.retransmits != c->retransmits ||
		    f.reordered != c->reordered ||
		    f.tx_bytes != c->tx_bytes || f.rx_bytes != c->rx_bytes)
			fail_msg("%s: %u retransmits, %u reordered, %u out, %u in",
				 c->label, f.retransmits, f.reordered,
				 (unsigned)f.tx_bytes, (unsigned)f.rx_bytes);
	}
}

/* A window of 0 counts once until there is room again, and not in a reset. */
static void test_windows(void **state)
{
	(void)state;
	static const struct {
		bool tx;
		uint16_t flags, window;
		uint32_t tx_zero, rx_zero; /* behind it */
	} all[] = {
		{ true, S, 0, 0, 0 },	   { false, S | A, 0, 0, 0 },
		{ true, A, 0, 1, 0 },	   { true, A, 0, 1, 0 },
		{ false, A, 500, 1, 0 },   { true, A, 1, 1, 0 },
		{ true, A, 0, 2, 0 },	   { false, A, 0, 2, 1 },
		{ true, R | A, 0, 2, 1 },  { false, A | F, 0, 2, 1 },
		{ false, R, 0, 2, 1 },
	};
	struct flow f = opener();

	for (size_t i = 0; i < N(all); i++) {
		struct made m;

		make_live(&m, EVENT_EGRESS, 1, i + 1);
		make_tcp(&m, "10.0.0.1", 1, "10.0.0.2", 2, all[i].flags, 0, 0,
			 0);
		m.p.tcp.window = all[i].window;
		flow_segment(&f, &m.p, all[i].tx);
		if (f.tx_zero != all[i].tx_zero || f.rx_zero != all[i].rx_zero)
			fail_msg("segment %zu: %u, %u", i, f.tx_zero,
				 f.rx_zero);
	}
}

/* Numbers that pass 2^32 in the middle of a transfer. */
static void test_wrap(void **state)
{
	(void)state;
	static const struct segment all[] = {
		{ '>', S, 0xffffffff, 0, 0 },
		{ '<', S | A, 0xfffffffe, 0, 0 },
		{ '>', A, 0, 0xffffffff, 0 },
		{ '>', A, 0, 0xffffffff, 100 },
		{ '<', A, 0xffffffff, 100, 200 },
		{ '<', A, 0xffffffff, 100, 200 },
		{ '<', A, 199, 100, 1 },
	};
	struct flow f = opener();

	for (size_t i = 0; i < N(all); i++)
		feed(&f, &all[i], i + 1);
	judge_flow(&f);
	assert_int_equal(f.state, FLOW_OPEN);
	assert_int_equal(f.retransmits, 1);
	assert_int_equal(f.rtt_ns, 1);
	assert_int_equal(f.ack_ns, 3);
}

/* Handshakes that are not from the book. */
static const struct shape_claim {
	const char *label;
	struct segment segments[6];
	uint8_t state;
	const char *reason;
	uint64_t syn_ack_ns, ack_ns; /* which segment, from 1 */
	uint64_t rtt_ns;
	uint32_t retransmits;
} shapes[] = {
	{ "fast open, data taken", { { '>', S, 1000, 0, 50 }, { '<', S | A, 5000, 1051, 0 }, { '>', A, 1051, 5001, 0 } }, FLOW_OPEN, "", 2, 3, 1, 0 },
	{ "fast open, data refused", { { '>', S, 1000, 0, 50 }, { '<', S | A, 5000, 1001, 0 }, { '>', A, 1001, 5001, 50 } }, FLOW_OPEN, "", 2, 3, 1, 1 },
	{ "SYN-ACK of another SYN", { { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 777, 0 } }, FLOW_SYN_SENT, "", 0, 0, 0, 0 },
	{ "ACK of another SYN-ACK", { { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 }, { '>', A, 1001, 42, 0 } }, FLOW_SYN_RECEIVED, "", 2, 0, 1, 0 },
	{ "SYN-ACK missed", { { '>', S, 1000, 0, 0 }, { '>', A, 1001, 5001, 0 } }, FLOW_OPEN, "", 0, 0, 0, 0 },
	{ "SYN missed", { { '<', S | A, 5000, 1001, 0 }, { '>', A, 1001, 5001, 0 } }, FLOW_OPEN, "", 1, 2, 0, 0 },
	{ "only data seen", { { '>', A, 1001, 5001, 10 } }, FLOW_MIDSTREAM, "", 0, 0, 0, 0 },
	{ "only data and a reset", { { '>', A, 1001, 5001, 10 }, { '<', R, 5001, 0, 0 } }, FLOW_RESET, "reset by peer", 0, 0, 0, 0 },
	{ "only the end seen", { { '>', A | F, 1001, 5001, 0 }, { '<', A | F, 5001, 1002, 0 } }, FLOW_CLOSED, "fin", 0, 0, 0, 0 },
	{ "both open at once", { { '>', S, 1000, 0, 0 }, { '<', S, 5000, 0, 0 }, { '>', S | A, 1000, 5001, 0 }, { '<', S | A, 5000, 1001, 0 } }, FLOW_OPEN, "", 4, 0, 3, 0 },
	{ "both open at once, SYN-ACK again", { { '>', S, 1000, 0, 0 }, { '<', S, 5000, 0, 0 }, { '>', S | A, 1000, 5001, 0 }, { '<', S | A, 5000, 1001, 0 }, { '<', S | A, 5000, 1001, 0 } }, FLOW_OPEN, "", 4, 0, 0, 1 },
	{ "challenged, then reset by us", { { '>', S, 1000, 0, 0 }, { '<', A, 9000, 777, 0 }, { '>', R, 777, 0, 0 } }, FLOW_SYN_SENT, "", 0, 0, 0, 0 },
	{ "challenged, reset, taken", { { '>', S, 1000, 0, 0 }, { '<', A, 900000, 777, 0 }, { '>', R, 777, 0, 0 }, { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 }, { '>', A, 1001, 5001, 0 } }, FLOW_OPEN, "", 5, 6, 0, 1 },
	{ "reset that is not for our SYN", { { '>', S, 1000, 0, 0 }, { '<', R | A, 0, 777, 0 } }, FLOW_SYN_SENT, "", 0, 0, 0, 0 },
	{ "blind reset without ACK", { { '>', S, 1000, 0, 0 }, { '<', R, 5000, 0, 0 } }, FLOW_SYN_SENT, "", 0, 0, 0, 0 },
	{ "refused", { { '>', S, 1000, 0, 0 }, { '<', R | A, 0, 1001, 0 } }, FLOW_REFUSED, "refused", 0, 0, 0, 0 },
	{ "refused with fast open", { { '>', S, 1000, 0, 50 }, { '<', R | A, 0, 1051, 0 } }, FLOW_REFUSED, "refused", 0, 0, 0, 0 },
	{ "refused twice", { { '>', S, 1000, 0, 0 }, { '<', R | A, 0, 1001, 0 }, { '>', S, 1000, 0, 0 }, { '<', R | A, 0, 1001, 0 } }, FLOW_REFUSED, "refused", 0, 0, 0, 1 },
	{ "refused, then taken", { { '>', S, 1000, 0, 0 }, { '<', R | A, 0, 1001, 0 }, { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 }, { '>', A, 1001, 5001, 0 } }, FLOW_OPEN, "", 4, 5, 0, 1 },
	{ "scanner", { { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 }, { '>', R, 1001, 0, 0 } }, FLOW_RESET, "reset by this end", 2, 0, 1, 0 },
	{ "second SYN: no RTT", { { '>', S, 1000, 0, 0 }, { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 }, { '>', A, 1001, 5001, 0 } }, FLOW_OPEN, "", 3, 4, 0, 1 },
	{ "no flags at all", { { '>', 0, 1, 0, 0 } }, FLOW_MIDSTREAM, "", 0, 0, 0, 0 },
	{ "half closed", { { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 }, { '>', A | F, 1001, 5001, 0 } }, FLOW_OPEN, "", 2, 3, 1, 0 },
};

static void test_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(shapes); i++) {
		const struct shape_claim *c = &shapes[i];
		struct flow f = opener();

		for (size_t k = 0; k < N(c->segments) && c->segments[k].way; k++)
			feed(&f, &c->segments[k], k + 1);
		judge_flow(&f);
		if (f.state != c->state || strcmp(f.close_reason, c->reason) != 0)
			fail_msg("%s: %s, %s", c->label,
				 flow_state_text(f.state), f.close_reason);
		if (f.syn_ack_ns != c->syn_ack_ns || f.ack_ns != c->ack_ns ||
		    f.rtt_ns != c->rtt_ns || f.retransmits != c->retransmits)
			fail_msg("%s: SYN-ACK %u, ACK %u, RTT %u, %u again",
				 c->label, (unsigned)f.syn_ack_ns,
				 (unsigned)f.ack_ns, (unsigned)f.rtt_ns,
				 f.retransmits);
	}
}

static const struct anew_claim {
	const char *label;
	struct segment before[5], syn;
	bool anew;
} anews[] = {
	{ "the same SYN", { { '>', S, 1000, 0, 0 } }, { '>', S, 1000, 0, 0 }, false },
	{ "another number", { { '>', S, 1000, 0, 0 } }, { '>', S, 1001, 0, 0 }, true },
	{ "the same after a refusal", { { '>', S, 1000, 0, 0 }, { '<', R | A, 0, 1001, 0 } }, { '>', S, 1000, 0, 0 }, false },
	{ "the same after a reset", { { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 }, { '<', R, 5001, 0, 0 } }, { '>', S, 1000, 0, 0 }, true },
	{ "the same after a FIN", { { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 }, { '>', A | F, 1001, 5001, 0 } }, { '>', S, 1000, 0, 0 }, true },
	{ "from the other end, at once", { { '>', S, 1000, 0, 0 } }, { '<', S, 5000, 0, 0 }, false },
	{ "from the other end, again", { { '>', S, 1000, 0, 0 }, { '<', S, 5000, 0, 0 } }, { '<', S, 5000, 0, 0 }, false },
	{ "from the other end, once open", { { '>', S, 1000, 0, 0 }, { '<', S | A, 5000, 1001, 0 } }, { '<', S, 8000, 0, 0 }, true },
	{ "behind its SYN-ACK", { { '<', S | A, 5000, 1001, 0 } }, { '>', S, 1000, 0, 0 }, false },
	{ "behind all of it", { { '<', S | A, 5000, 1001, 0 }, { '>', A, 1001, 5001, 0 }, { '>', A | F, 1001, 5001, 0 } }, { '>', S, 1000, 0, 0 }, false },
	{ "another behind a SYN-ACK", { { '<', S | A, 5000, 1001, 0 } }, { '>', S, 1007, 0, 0 }, true },
	{ "in the middle", { { '>', A, 1001, 5001, 10 } }, { '>', S, 1000, 0, 0 }, true },
	{ "in the middle, other end", { { '<', A, 5001, 1001, 10 } }, { '>', S, 1000, 0, 0 }, true },
};

static void test_anew(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(anews); i++) {
		const struct anew_claim *c = &anews[i];
		struct flow f = opener();
		struct made m;

		for (size_t k = 0; k < N(c->before) && c->before[k].way; k++)
			feed(&f, &c->before[k], k + 1);
		make_live(&m, EVENT_EGRESS, 1, 50);
		make_tcp(&m, "10.0.0.1", 1, "10.0.0.2", 2, c->syn.flags,
			 c->syn.seq, 0, 0);
		if (flow_begins_anew(&f, &m.p, c->syn.way == '>') != c->anew)
			fail_msg("%s", c->label);
	}
}

static void test_steps(void **state)
{
	(void)state;
	for (uint32_t n = 0; n <= 40; n++) {
		struct flow f = opener();
		struct flow_step step;
		uint32_t kept = n < 12 ? n : 12;

		for (uint32_t i = 0; i < n; i++) {
			struct segment s = { '>', A, i, 0, 1 };
			feed(&f, &s, i + 1);
		}
		for (uint32_t i = 0; i < kept; i++) {
			uint32_t want = i < 8 ? i : n - kept + i;
			if (!flow_step(&f, i, &step) || step.seq != want ||
			    step.time_ns != want + 1 || step.len != 1)
				fail_msg("step %u of %u: %u", i, n, step.seq);
		}
		if (flow_step(&f, kept, &step))
			fail_msg("one step too many of %u", n);
	}
}

static void test_ends(void **state)
{
	(void)state;
	struct flow f = opener();
	uint16_t port;

	f.key = (struct flow_key){ .local = addr("10.0.0.1"),
				   .remote = addr("10.0.0.2"),
				   .local_port = 1,
				   .remote_port = 2 };
	assert_int_equal(flow_src(&f, &port)->bytes[3], 1);
	assert_int_equal(port, 1);
	assert_int_equal(flow_dst(&f, &port)->bytes[3], 2);
	assert_int_equal(port, 2);
	f.local_is_src = false;
	assert_int_equal(flow_src(&f, &port)->bytes[3], 2);
	assert_int_equal(flow_dst(&f, NULL)->bytes[3], 1);
	for (uint8_t s = 0; s <= FLOW_LISTENING; s++)
		assert_true(strlen(flow_state_text(s)) > 3);
	assert_string_equal(flow_state_text(200), "");
	assert_string_equal(flow_direction_text(FLOW_BETWEEN), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_retransmits), cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_shapes),	    cmocka_unit_test(test_anew),
		cmocka_unit_test(test_steps),	    cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
