/* SPDX-License-Identifier: MIT */
#include "tui/ladder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "tests/offscreen.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define OUT EVENT_EGRESS
#define IN EVENT_INGRESS

/* What flow.c writes for a segment; ms since the SYN. */
struct segment {
	uint8_t direction;
	uint16_t flags;
	uint32_t seq, ack, len;
	uint64_t ms;
};

static void add(struct flow *f, const struct segment *s)
{
	uint32_t n = f->steps_seen++;
	struct flow_step *step = n < FLOW_FIRST_STEPS ?
		&f->first[n] : &f->last[n % FLOW_LAST_STEPS];

	*step = (struct flow_step){
		.time_ns = 1000000000 + s->ms * 1000000, .seq = s->seq,
		.ack = s->ack, .len = s->len, .flags = s->flags,
		.direction = s->direction,
	};
}

static const struct {
	const char *label;
	struct segment s[8];
	bool no_syn, server;
	struct {
		bool from_src;
		uint32_t seq, ack;
		enum ladder_note note;
	} want[8];
} claims[] = {
	{ "handshake and data",
	  { { OUT, TCP_SYN, 4294967295u, 0, 0, 0 },
	    { IN, TCP_SYN | TCP_ACK, 500, 0, 0, 12 },
	    { OUT, TCP_ACK, 0, 501, 0, 13 },
	    { OUT, TCP_ACK | TCP_PSH, 0, 501, 74, 13 },
	    { IN, TCP_ACK, 501, 74, 0, 14 } },
	  false, false,
	  { { true, 0, 0, LADDER_PLAIN }, { false, 0, 1, LADDER_PLAIN },
	    { true, 1, 1, LADDER_PLAIN }, { true, 1, 1, LADDER_PLAIN },
	    { false, 1, 75, LADDER_PLAIN } } },
	{ "a SYN again",
	  { { OUT, TCP_SYN, 10, 0, 0, 0 }, { OUT, TCP_SYN, 10, 0, 0, 1000 } },
	  false, false,
	  { { true, 0, 0, LADDER_PLAIN }, { true, 0, 0, LADDER_RETRANSMIT } } },
	{ "data again, and a hole",
	  { { OUT, TCP_SYN, 10, 0, 0, 0 },
	    { IN, TCP_SYN | TCP_ACK, 20, 11, 0, 1 },
	    { OUT, TCP_ACK, 11, 21, 100, 2 }, { OUT, TCP_ACK, 11, 21, 100, 3 },
	    { OUT, TCP_ACK, 211, 21, 100, 4 } },
	  false, false,
	  { { true, 0, 0, LADDER_PLAIN }, { false, 0, 1, LADDER_PLAIN },
	    { true, 1, 1, LADDER_PLAIN }, { true, 1, 1, LADDER_RETRANSMIT },
	    { true, 201, 1, LADDER_GAP } } },
	{ "keep-alive",
	  { { OUT, TCP_ACK, 11, 21, 100, 2 }, { OUT, TCP_ACK, 110, 21, 0, 9 } },
	  true, false,
	  { { true, 0, 0, LADDER_PLAIN }, { true, 99, 0, LADDER_KEEPALIVE } } },
	{ "refused: no number of the other side is known",
	  { { OUT, TCP_SYN, 10, 0, 0, 0 }, { IN, TCP_RST | TCP_ACK, 0, 11, 0, 1 } },
	  false, false,
	  { { true, 0, 0, LADDER_PLAIN }, { false, 0, 1, LADDER_PLAIN } } },
	{ "a server's end: the SYN comes in",
	  { { IN, TCP_SYN, 10, 0, 0, 0 }, { OUT, TCP_SYN | TCP_ACK, 20, 11, 0, 1 } },
	  false, true,
	  { { true, 0, 0, LADDER_PLAIN }, { false, 0, 1, LADDER_PLAIN } } },
};

static struct flow make(size_t i)
{
	struct flow f = { .local_is_src = !claims[i].server };

	for (size_t k = 0; k < N(claims[i].s) && claims[i].s[k].direction; k++)
		add(&f, &claims[i].s[k]);
	if (!claims[i].no_syn) {
		f.syn_ns = 1000000000;
		f.syn_seq = claims[i].s[0].seq;
		if (claims[i].s[1].flags == (TCP_SYN | TCP_ACK)) {
			f.syn_ack_ns = 1000000000;
			f.syn_ack_seq = claims[i].s[1].seq;
		}
	}
	return f;
}

static void test_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		struct ladder_step steps[LADDER_STEPS];
		struct flow f = make(i);
		int n = ladder_steps(&f, true, steps);

		if (n != (int)f.steps_seen)
			fail_msg("%s: %d steps", claims[i].label, n);
		for (int k = 0; k < n; k++) {
			if (steps[k].from_src != claims[i].want[k].from_src ||
			    (steps[k].has_seq &&
			     steps[k].seq != claims[i].want[k].seq) ||
			    (steps[k].has_ack &&
			     steps[k].ack != claims[i].want[k].ack) ||
			    steps[k].note != claims[i].want[k].note)
				fail_msg("%s: step %d: src %d seq %u ack %u "
					 "note %d", claims[i].label, k,
					 steps[k].from_src, steps[k].seq,
					 steps[k].ack, steps[k].note);
		}
	}
}

/* Of a long connection the begin and the end are kept, and it says so. */
static void test_long(void **state)
{
	struct flow f = { .local_is_src = true };
	struct ladder_step steps[LADDER_STEPS];

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		add(&f, &(struct segment){ OUT, TCP_ACK, i * 10, 1, 10, i });
	assert_int_equal(ladder_steps(&f, true, steps), LADDER_STEPS);
	for (int i = 0; i < LADDER_STEPS; i++) {
		if (steps[i].note != LADDER_PLAIN)
			fail_msg("step %d: note %d", i, steps[i].note);
		assert_int_equal(steps[i].missing,
				 i == FLOW_FIRST_STEPS ? 88 : 0);
	}
	assert_int_equal(steps[LADDER_STEPS - 1].seq, 990);
}

static void draw(struct page *p, const struct flow *f, int cols)
{
	erase();
	page_begin(p, cols - 2);
	ladder_write(p, f, true, "10.0.0.5:51594", "93.184.216.34:443");
	page_draw(p, stdscr, 0, 0, 20, cols, "t");
}

static void check_line(const char *label, int y, const char *want)
{
	if (!strstr(offscreen_line(y), want))
		fail_msg("%s, line %d: \"%s\"", label, y, offscreen_line(y));
}

static void test_draw(void **state)
{
	struct page *p = page_new();
	struct flow f = make(0), again = make(1);

	(void)state;
	assert_true(offscreen_open("C.UTF-8", 20, 80));
	draw(p, &f, 80);
	check_line("names", 1, "          10.0.0.5:51594 ");
	check_line("names", 1, " 93.184.216.34:443 ");
	check_line("SYN", 2, "          │─ SYN seq 0 ─");
	check_line("SYN", 2, "─▶│");
	check_line("SYN-ACK", 3, "+12.0ms │◀─");
	check_line("SYN-ACK", 3, "─ SYN,ACK seq 0 ack 1 ─│");
	check_line("data", 5, " PSH,ACK seq 1 ack 1 len 74 ─");
	draw(p, &again, 80);
	check_line("retransmit", 3, "▶│ again");

	/* Small: nothing outside of the frame. */
	resizeterm(20, 40);
	draw(p, &again, 40);
	for (int y = 1; y < 19; y++) {
		const char *last = strrchr(offscreen_line(y), '\0') - 3;

		if (strcmp(last, "│") != 0)
			fail_msg("line %d: \"%s\"", y, offscreen_line(y));
	}
	check_line("small", 3, "│─ SYN seq 0 ─");
	offscreen_close();

	assert_true(offscreen_open("C", 20, 80));
	draw(p, &f, 80);
	check_line("ASCII", 2, "          |- SYN seq 0 -");
	check_line("ASCII", 3, "|<-");
	offscreen_close();
	page_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_draw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
