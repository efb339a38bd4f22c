/* SPDX-License-Identifier: MIT */
#include "core/reads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define SECOND 1000000000u
#define CAPACITY 16

static struct reads r;
static char got[256]; /* what went on: name, process, and 'd' if dropped */

static void went_on(const struct event_packet *e, const uint8_t *data)
{
	size_t at = strlen(got);

	assert_false(e->head.flags & EVENT_UNREAD);
	assert_int_equal(data[0], (uint8_t)e->head.time_ns);
	snprintf(got + at, sizeof(got) - at, "%c%c%s ", data[0],
		 e->head.pid ? (int)e->head.pid : '-',
		 e->drop_reason ? "d" : "");
	if (e->head.pid)
		assert_int_equal(e->head.how, EVENT_HOW_RECEIVED);
	assert_int_equal(e->head.start_ns, e->head.pid * 10);
}

static void flow(bool (*ask)(struct reads *, struct reads_packet *))
{
	struct reads_packet p;

	while (ask(&r, &p))
		went_on(&p.e, p.data);
}

/* Packet `name` comes at time name, in socket 7 or another. */
static void take(char name, uint64_t cookie, uint32_t cpu, size_t len)
{
	static uint8_t record[sizeof(struct event_packet) + EVENT_SNAP_MAX];
	struct event_packet e = {
		.head = {.time_ns = (unsigned char)name,
			 .cookie = cookie,
			 .cpu = cpu,
			 .how = EVENT_HOW_SHARED,
			 .flags = EVENT_UNREAD},
		.data_len = (uint32_t)len,
		.wire_len = (uint32_t)len,
	};

	flow(reads_room);
	memcpy(record, &e, sizeof(e));
	record[sizeof(e)] = (uint8_t)name;
	if (!reads_take(&r, &e, record))
		went_on(&e, record + sizeof(e));
}

/* pid: 0: nobody. */
static void read_it(char name, uint64_t cookie, uint32_t cpu, char pid,
		    uint16_t drop, bool all)
{
	const struct event_read read = {
		.head = {.time_ns = (unsigned char)name + 1,
			 .cookie = cookie,
			 .pid = (unsigned char)pid,
			 .start_ns = (unsigned char)pid * 10u},
		.packet_ns = (unsigned char)name,
		.packet_cpu = cpu,
		.drop_reason = drop,
		.all = all,
	};
	struct reads_packet p;

	if (reads_read(&r, &read, &p))
		went_on(&p.e, p.data);
	while (all && reads_all(&r, &read, &p))
		went_on(&p.e, p.data);
}

static void time_is(uint64_t now_ns)
{
	struct reads_packet p;

	while (reads_due(&r, now_ns, &p))
		went_on(&p.e, p.data);
}

/*
 * Each step is a packet's name and what happens: '+' it comes, '*' it comes in
 * another socket, '&' it comes on another CPU and '!' process 9 reads that,
 * '1'-'9' that process reads it, '0' nobody will know, 'x' it is dropped, 'a'
 * nobody will know of it and those before it, 't' (name 0: now) the time of
 * those is up.
 */
static const struct claim {
	const char *label, *steps, *want;
} claims[] = {
	{ "a packet and its reader", "a+ a1", "a1 " },
	{ "a reader and its packet", "a1 a+", "a1 " },
	{ "in the order in which they are read", "a+ b+ b2 a1", "b2 a1 " },
	{ "nobody knows", "a+ a0", "a- " },
	{ "dropped", "a+ b+ bx a1", "b-d a1 " },
	{ "dropped, said first", "ax a+", "a-d " },
	{ "another socket's reader is not its", "a* a1 a+", "a1 " },
	{ "all until then", "a+ b+ c+ ba c3", "a- b- c3 " },
	{ "said before they come", "ba a+ c+ b+ c3", "a- b- c3 " },
	{"said later, but not again of the first", "ba da a+ c+ d+",
	 "a- c- d- "},
	{ "time is up", "a+ b1 .t b+ a1", "a- " },
	{ "two at the same time: whose reader is it?", "a+ a+ a1", "a- a- " },
	{ "on two CPUs at the same time", "a+ a! a& a1", "a9 a1 " },
	{ "on two CPUs, said first", "a1 a! a& a+", "a9 a1 " },
	{ "a reader twice", "a+ a1 a2", "a1 " },
};

static void test_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct claim *c = &claims[i];

		assert_int_equal(reads_init(&r, CAPACITY, 1), 0);
		got[0] = '\0';
		for (const char *s = c->steps; *s; s += strspn(s + 2, " ") + 2)
			switch (s[1]) {
			case '+':
				take(s[0], 7, 0, 100);
				break;
			case '&':
				take(s[0], 7, 1, 100);
				break;
			case '!':
				read_it(s[0], 7, 1, '9', 0, false);
				break;
			case '*':
				take(s[0], 8, 0, 100);
				break;
			case '0':
				read_it(s[0], 7, 0, 0, 0, false);
				break;
			case 'x':
				read_it(s[0], 7, 0, 0, 5, false);
				break;
			case 'a':
				read_it(s[0], 7, 0, 0, 0, true);
				break;
			case 't':
				time_is(SECOND + 200);
				break;
			default:
				read_it(s[0], 7, 0, s[1], 0, false);
			}
		if (strcmp(got, c->want) != 0)
			fail_msg("%s: %s", c->label, got);
		reads_release(&r);
	}
}

/* What has no room goes on without its reader, the oldest first, and counts. */
static void test_room(void **state)
{
	(void)state;
	assert_int_equal(reads_init(&r, CAPACITY, 1), 0);
	got[0] = '\0';
	for (char name = 'a'; name < 'a' + CAPACITY + 2; name++)
		take(name, 7, 0, 100);
	assert_string_equal(got, "a- b- ");
	assert_int_equal(r.evicted, 2);
	read_it('c', 7, 0, '1', 0, false);
	assert_string_equal(got, "a- b- c1 ");
	/* One reader whose packet was lost; for the next there is no room. */
	read_it('A', 9, 0, '1', 0, false);
	read_it('B', 9, 0, '1', 0, false);
	assert_int_equal(r.evicted, 3);
	/* It makes room in its turn, and is no packet. */
	for (char name = 'd'; name < 'd' + CAPACITY - 1; name++)
		read_it(name, 7, 0, '1', 0, false);
	assert_int_equal(r.table.count, 1);
	for (int i = 0; i < CAPACITY; i++)
		take((char)('a' + i), 8, 0, 100);
	assert_int_equal(r.evicted, 3);
	assert_int_equal(r.table.count, CAPACITY);
	reads_release(&r);
}

static void test_large(void **state)
{
	(void)state;
	assert_int_equal(reads_init(&r, CAPACITY, 1), 0);
	got[0] = '\0';
	/* The store takes no more than 64 KiB at once. */
	take('a', 7, 0, 65535);
	assert_string_equal(got, "a- ");
	take('b', 7, 0, 65000);
	read_it('b', 7, 0, '1', 0, false);
	assert_string_equal(got, "a- b1 ");
	assert_int_equal(r.evicted, 1);
	/* In all it has 128 KiB. */
	for (char name = 'c'; name < 'c' + CAPACITY; name++)
		take(name, 7, 0, 60000);
	assert_true(r.evicted > 1);
	time_is(UINT64_MAX);
	assert_int_equal(r.table.count, 0);
	reads_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
