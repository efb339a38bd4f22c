/* SPDX-License-Identifier: MIT */
#include "tui/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MS UINT64_C(1000000)

/* One frame was drawn at 1000 ms; then something moves. */
static const struct {
	const char *label;
	bool row; /* the generation moved */
	bool rows_matter;
	uint64_t events, session_packets, lost; /* so many more */
	uint64_t seconds; /* later */
	uint64_t cost_ms; /* of the frame */
	uint64_t ms; /* since it */
	bool want;
} claims[] = {
	{ "nothing moved", false, true, 0, 0, 0, 0, 1, 900, false },
	{ "a row: at once", true, true, 5, 0, 0, 0, 1, 1, true },
	{ "a row that is not on show", true, false, 0, 0, 0, 0, 1, 900, false },
	{ "counters: not at once", false, true, 5, 0, 0, 0, 1, 400, false },
	{ "counters: twice a second", false, true, 5, 0, 0, 0, 1, 500, true },
	{ "loss counts, too", false, true, 0, 0, 1, 0, 1, 500, true },
	{ "what carries this terminal does not", false, true, 9, 9, 0, 0, 1, 900, false },
	{ "beside other packets it does", false, true, 10, 9, 0, 0, 1, 900, true },
	{ "the clock", false, false, 0, 0, 0, 1, 1, 20, true },
	{ "rest after a long frame", true, true, 5, 0, 1, 0, 40, 159, false },
	{ "but no longer than that", true, true, 5, 0, 1, 0, 40, 160, true },
	{ "a short frame needs no rest", true, true, 5, 0, 0, 0, 8, 1, true },
};

static void test_due(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		static struct model m;
		struct pace p = { 0 };

		m = (struct model){ .live = true, .generation = 1 };
		pace_begin(&p);
		pace_end(&p, &m, 1, 1000 * MS);
		p.cost_ns = claims[i].cost_ms * MS;
		m.generation += claims[i].row;
		m.counters.events += claims[i].events;
		m.counters.session_packets += claims[i].session_packets;
		m.counters.lost[EVENT_RING_SOCKET] += claims[i].lost;
		if (pace_due(&p, &m, claims[i].rows_matter,
			     1 + claims[i].seconds,
			     (1000 + claims[i].ms) * MS) != claims[i].want)
			fail_msg("%s", claims[i].label);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
