/* SPDX-License-Identifier: MIT */
#include "bpf/hold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/event.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MS 1000000u
#define START (1000 * (uint64_t)MS)

/* A packet from and to the last byte of an address; A answers, L is late. */
struct step {
	char kind; /* 'A', 'L', or '.' for any other */
	uint8_t cpu, version, from, to;
	uint64_t time_ns;
	size_t len; /* of its data; 0: 60 */
};

static char got[256];
static size_t got_len;
static uint64_t times[8];
static size_t count;

static void on_record(void *ctx, const void *record, size_t size)
{
	const struct event_packet *e = record;

	(void)ctx;
	assert_true(size == sizeof(*e) + e->data_len);
	times[count++ % N(times)] = e->head.time_ns - START;
	got_len += (size_t)snprintf(got + got_len, sizeof(got) - got_len, "%c",
				    (char)e->head.pid);
}

/* Steps are called a, b, c ... */
static void take(struct hold *h, const struct step *s, char name)
{
	static union {
		struct event_packet e;
		uint8_t bytes[sizeof(struct event_packet) + 4096];
	} r;
	uint8_t *ip = r.bytes + sizeof(r.e);
	size_t len = s->len ? s->len : 60;

	memset(&r, 0, sizeof(r));
	r.e.head.time_ns = START + s->time_ns;
	r.e.head.cpu = s->cpu;
	r.e.head.pid = (uint32_t)name;
	r.e.head.flags = s->kind == 'A' ? EVENT_ANSWER :
			 s->kind == 'L' ? EVENT_LATE :
					  0;
	r.e.data_len = (uint32_t)len;
	ip[0] = (uint8_t)(s->version << 4);
	ip[s->version == 4 ? 15 : 23] = s->from;
	ip[s->version == 4 ? 19 : 39] = s->to;
	hold_take(h, &r, sizeof(r.e) + len);
}

static const struct claim {
	const char *label;
	struct step steps[4];
	const char *want; /* the names in the order in which they come out */
	const char *flushed; /* after a flush of all */
	uint64_t time_ns; /* of the first */
} claims[] = {
	{ "what is no answer goes on",
	  { { '.', 0, 4, 1, 2, 5, 0 }, { 'L', 0, 4, 1, 2, 6, 0 } }, "ab", "ab",
	  5 },
	{ "an answer waits",
	  { { 'A', 0, 4, 2, 1, 5, 0 } }, "", "a", 5 },
	{ "the late one comes first, at its answer's time",
	  { { 'A', 0, 4, 2, 1, 5, 0 }, { 'L', 0, 4, 1, 2, 9, 0 } }, "ba", "ba",
	  5 },
	{ "over IPv6",
	  { { 'A', 0, 6, 2, 1, 5, 0 }, { 'L', 0, 6, 1, 2, 9, 0 } }, "ba", "ba",
	  5 },
	{ "a late one of another is not moved",
	  { { 'A', 0, 4, 2, 1, 5, 0 }, { 'L', 0, 4, 7, 2, 9, 0 } }, "ab", "ab",
	  5 },
	{ "versions do not mix",
	  { { 'A', 0, 4, 0, 0, 5, 0 }, { 'L', 0, 6, 0, 0, 9, 0 } }, "ab", "ab",
	  5 },
	{ "another CPU's packets pass",
	  { { 'A', 0, 4, 2, 1, 5, 0 }, { '.', 1, 4, 1, 2, 7, 0 },
	    { 'L', 0, 4, 1, 2, 9, 0 } }, "bca", "bca", 7 },
	{ "another CPU's late packet is not its",
	  { { 'A', 0, 4, 2, 1, 5, 0 }, { 'L', 1, 4, 1, 2, 7, 0 } }, "b", "ba",
	  7 },
	{ "a second answer releases the first",
	  { { 'A', 0, 4, 2, 1, 5, 0 }, { 'A', 0, 4, 2, 1, 7, 0 },
	    { 'L', 0, 4, 1, 2, 9, 0 } }, "acb", "acb", 5 },
	{ "any packet of its CPU releases it",
	  { { 'A', 0, 4, 2, 1, 5, 0 }, { '.', 0, 4, 1, 2, 7, 0 } }, "ab", "ab",
	  5 },
	{ "time releases it",
	  { { 'A', 0, 4, 2, 1, 5, 0 }, { '.', 1, 4, 1, 2, 20 * MS, 0 } }, "ab",
	  "ab", 5 },
	{ "a CPU that is not known does not wait",
	  { { 'A', 2, 4, 2, 1, 5, 0 }, { 'L', 2, 4, 1, 2, 9, 0 } }, "ab", "ab",
	  5 },
	{ "cut before its addresses",
	  { { 'A', 0, 4, 2, 1, 5, 19 }, { 'L', 0, 4, 1, 2, 9, 0 } }, "ab",
	  "ab", 5 },
	{ "too long to wait",
	  { { 'A', 0, 4, 2, 1, 5, 2049 }, { 'L', 0, 4, 1, 2, 9, 0 } }, "ab",
	  "ab", 5 },
	{ "too long to change its time",
	  { { 'A', 0, 4, 2, 1, 5, 0 }, { 'L', 0, 4, 1, 2, 9, 2049 } }, "ba",
	  "ba", 9 },
};

static void test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct claim *c = &claims[i];
		struct hold *h = hold_new(2, on_record, NULL);

		assert_non_null(h);
		memset(got, 0, sizeof(got));
		got_len = count = 0;
		for (size_t k = 0; k < N(c->steps) && c->steps[k].kind; k++)
			take(h, &c->steps[k], (char)('a' + k));
		if (strcmp(got, c->want))
			fail_msg("%s: %s", c->label, got);
		hold_flush(h, START); /* nothing is that old */
		if (strcmp(got, c->want))
			fail_msg("%s: flushed too early: %s", c->label, got);
		hold_flush(h, UINT64_MAX);
		if (strcmp(got, c->flushed) || times[0] != c->time_ns)
			fail_msg("%s: then %s, first at %llu", c->label, got,
				 (unsigned long long)times[0]);
		hold_free(h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
