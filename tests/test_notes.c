/* SPDX-License-Identifier: MIT */
#include "bpf/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MS 1000000u
#define START (1000 * (uint64_t)MS)

static struct notes notes;
static uint64_t queue[1024]; /* addresses, the first is read next */
static size_t queued;
static uint64_t now;

static uint64_t address(char name)
{
	return 0x1000 + 0x100 * (uint64_t)(unsigned char)name;
}

static uint32_t cpu; /* of what was taken */

/* Datagram b is told at time b, on CPU b. */
static uint64_t time_of(char name)
{
	return (uint64_t)(unsigned char)name;
}

static bool is_queued(__u64 skb)
{
	for (size_t i = 0; i < queued; i++)
		if (queue[i] == skb)
			return true;
	return false;
}

static bool put(char name, uint64_t skb, uint32_t size, uint32_t source)
{
	const struct note note = {.skb = skb,
				  .time_ns = time_of(name),
				  .cpu = (uint32_t)time_of(name),
				  .size = size,
				  .source = source};

	return notes_put(&notes, &note);
}

static void unqueue(uint64_t skb)
{
	for (size_t i = 0; i < queued; i++)
		if (queue[i] == skb) {
			memmove(&queue[i], &queue[i + 1],
				(--queued - i) * sizeof(queue[0]));
			return;
		}
	fail_msg("not in the queue");
}

static void begin(void)
{
	memset(&notes, 0, sizeof(notes));
	queued = 0;
	now = START;
}

/* Who it was; '?' one of several, '-' none that is here, '!' notes are lost. */
static char read_one(uint32_t pid, uint32_t size, uint32_t source)
{
	struct notes_look l = { .size = size, .source = source };

	notes_begin(&l, &notes);
	notes_look(&l, &notes, queued ? queue[0] : 0, is_queued);
	if (!l.lost)
		notes_judge(&l, &notes, pid, now);
	assert_int_equal(l.cpu, l.time_ns);
	return l.lost ? '!' : l.known ? (char)l.time_ns : l.time_ns ? '?' : '-';
}

/*
 * A scene is a text of steps, each of a letter and what it is about:
 *	+a SIZE.SOURCE	a comes in and is queued
 *	~a SIZE.SOURCE	it comes in, and =a: now it is queued
 *	^ab SIZE.SOURCE	a comes in, with the memory that b had
 *	1a	process 1 (to 9) has taken a out of the queue
 *	<1=a SIZE.SOURCE	process 1 is told of, and it has read a (or ? -
 *!) xa	a is dropped, and this is told; Xa: it is not told
 *	@MS	so much later
 */
static void play(const char *label, const char *s)
{
	unsigned size, source;
	int len;
	char a, b;

	begin();
	for (; *s; s += strspn(s, " ")) {
		const char *step = s;
		bool good = true;

		len = 0;
		size = source = 0;
		if (sscanf(s, "+%c %u.%u%n", &a, &size, &source, &len) == 3) {
			good = put(a, address(a), size, source);
			queue[queued++] = address(a);
		} else if (sscanf(s, "~%c %u.%u%n", &a, &size, &source, &len) ==
			   3) {
			good = put(a, address(a), size, source);
		} else if (sscanf(s, "^%c%c %u.%u%n", &a, &b, &size, &source,
				  &len) == 4) {
			good = put(a, address(b), size, source);
			queue[queued++] = address(b);
		} else if (sscanf(s, "<%c=%c %u.%u%n", &b, &a, &size, &source,
				  &len) == 4) {
			char got = read_one((uint32_t)b, size, source);
			if (got != a)
				fail_msg("%s: %.9s: got %c", label, step, got);
		} else if (sscanf(s, "=%c%n", &a, &len) == 1) {
			queue[queued++] = address(a);
		} else if (sscanf(s, "x%c%n", &a, &len) == 1) {
			unqueue(address(a));
			good = notes_take(&notes, address(a), true, now,
					  &cpu) == time_of(a) &&
			       cpu == time_of(a);
		} else if (sscanf(s, "X%c%n", &a, &len) == 1) {
			unqueue(address(a));
		} else if (sscanf(s, "@%u%n", &size, &len) == 1) {
			now += (uint64_t)size * MS;
		} else if (sscanf(s, "%*1[1-9]%c%n", &a, &len) == 1) {
			unqueue(address(a));
		} else {
			fail_msg("%s: no step: %s", label, s);
		}
		if (!good)
			fail_msg("%s: %.9s", label, step);
		s += len;
	}
}

static const struct scene {
	const char *label, *steps;
} scenes[] = {
	{"one after the other",
	 "+a 10.1 1a <1=a 10.1 +b 10.1 2b <2=b 10.1 +c 10.1 1c <1=c 10.1"},
	{"the rest waits",
	 "+a 10.1 +b 10.1 +c 10.1 1a <1=a 10.1 2b <2=b 10.1 3c <3=c 10.1"},
	{"two at once, told the other way round: by their sizes",
	 "+z 99.9 1z <1=z 99.9 +y 99.9 2y <2=y 99.9 "
	 "+a 10.1 +b 20.1 1a 2b <2=b 20.1 <1=a 10.1"},
	{ "by who sent them", "+a 10.1 +b 10.2 1a 2b <2=b 10.2 <1=a 10.1" },
	{"the same of both: nobody knows, and after that they do",
	 "+a 10.1 +b 10.1 1a 2b <2=? 10.1 <1=- 10.1 +c 10.1 1c <1=c 10.1"},
	{"who sent it is not known to the reader (recv())",
	 "+a 10.1 +b 10.2 1a 2b <2=? 10.0 <1=- 10.0 +c 10.1 1c <1=c 10.0"},
	{"a third while one is to come: it may be that one",
	 "+a 10.1 +b 10.1 1a 2b <2=? 10.1 +c 10.1 3c <3=? 10.1 <1=- 10.1"},
	{"a third from another is not",
	 "+a 10.1 +b 10.1 1a 2b <2=? 10.1 +c 10.3 3c <3=c 10.3 <1=- 10.1"},
	{"who never comes is given up",
	 "+a 10.1 +b 10.1 1a 2b <2=? 10.1 @2001 +c 10.1 3c <3=c 10.1"},
	{ "cut by a small buffer, alone", "+a 99.1 1a <1=a 24.1" },
	{"cut, or another of that size: nobody knows",
	 "+a 99.1 +b 24.1 1a 2b <1=? 24.1 <2=- 24.1"},
	{"who has read more cuts nothing",
	 "+z 100.1 1z <1=z 100.1 +a 99.1 +b 24.1 1b 2a <1=b 24.1 <2=a 99.1"},
	{"a buffer of none may cut everything",
	 "+z 100.1 1z <1=z 100.1 +a 99.1 +b 0.1 2b 1a <1=? 0.1 <2=- 0.1"},
	{ "of no length", "+a 0.1 1a <1=a 0.1 +b 0.1 2b <2=b 0.1" },
	{"a full queue drops",
	 "+a 10.1 +b 10.1 xb +c 10.1 xc 1a <1=a 10.1 +d 10.1 2d <2=d 10.1"},
	{"drops between those that wait",
	 "+a 10.1 +b 10.1 xb +c 10.1 1a <1=a 10.1 1c <1=c 10.1"},
	{"a drop that is not told: unknown, not wrong",
	 "+a 10.1 +b 10.1 Xb +c 10.1 1a <1=? 10.1 2c <2=? 10.1 @2001 "
	 "+d 10.1 1d <1=d 10.1"},
	{"one that is read and never told: unknown, not wrong",
	 "+a 10.1 1a +b 10.1 2b <2=? 10.1 +c 10.1 2c <2=? 10.1"},
	{"one overtakes another on its way in",
	 "~a 10.1 ~b 10.1 =b =a 1b <1=b 10.1 2a <2=a 10.1"},
	{"and it is told when the other is read, too",
	 "~a 10.1 ~b 10.2 =b =a 1b 2a <1=b 10.2 <2=a 10.1"},
	{"on its way in, with another in flight",
	 "~a 10.1 +b 10.2 1b <1=b 10.2 =a 2a <2=a 10.1"},
	{"its memory has another datagram when it is told",
	 "+a 10.1 +b 10.2 1a ^ca 10.3 <1=a 10.1 2b <2=b 10.2"},
	{ "and that is the first in the queue", "+a 10.1 1a ^ca 10.1 <1=a 10.1" },
	{ "what was read is not here: lost", "+a 10.1 <1=! 10.1" },
	{ "a size that nothing has: lost", "+a 10.1 1a <1=! 11.1" },
	{ "the first in the queue is not here: lost", "+a 10.1 1a =q <1=! 10.1" },
	{"more that nobody knows than can be followed: lost",
	 "+a 5.1 +b 5.1 +c 5.1 +d 5.1 +e 5.1 +f 5.1 "
	 "1a 2b 3c 4d 5e 6f <1=! 5.1"},
};

static void test_scenes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(scenes); i++)
		play(scenes[i].label, scenes[i].steps);
}

/* What came before the notes were begun may still be told of. */
static void test_settle(void **state)
{
	(void)state;
	begin();
	notes.sure_ns = START + NOTES_SETTLE_NS;
	assert_int_equal(read_one(1, 10, 1), '-');
	assert_true(put('a', address('a'), 10, 1));
	assert_int_equal(read_one(1, 10, 1), '?');
	now += NOTES_SETTLE_NS + NOTES_GHOSTS_NS;
	assert_true(put('b', address('b'), 10, 1));
	assert_int_equal(read_one(1, 10, 1), 'b');
}

/* A reader that stands still does not stop the others. */
static void test_slow(void **state)
{
	(void)state;
	begin();
	assert_true(put('s', address('s'), 10, 1));
	for (unsigned i = 0; i < 2000; i++) {
		assert_true(put('f', address('f'), 10, 2));
		assert_int_equal(read_one(2, 10, 2), 'f');
	}
	assert_int_equal(read_one(1, 10, 1), 's');
	/* The same by the datagram itself. */
	assert_true(put('t', address('t'), 10, 1));
	for (unsigned i = 0; i < 2000; i++) {
		assert_true(put('f', address('f'), 10, 2));
		assert_int_equal(notes_take(&notes, address('f'), false, now, &cpu),
				 time_of('f'));
	}
	assert_int_equal(notes_take(&notes, address('t'), false, now, &cpu),
			 time_of('t'));
	assert_int_equal(notes_take(&notes, address('t'), false, now, &cpu), 0);
}

static void test_full(void **state)
{
	(void)state;
	begin();
	for (unsigned i = 0; i < NOTES_MAX; i++) {
		assert_true(put('a', 0x10000 + 16 * i, 10, 1));
		queue[queued++] = 0x10000 + 16 * i;
	}
	assert_false(put('b', address('b'), 10, 1));
	/* All of one size: read in their order, each is known. */
	for (unsigned i = 0; i < NOTES_MAX; i++) {
		unqueue(queue[0]);
		assert_int_equal(read_one(1, 10, 1), 'a');
	}
	assert_true(notes.first == notes.next);
}

/*
 * Readers that take, are delayed and are told of in any order, with drops:
 * what is said to be known is what the reader has read.
 */
static unsigned storm(unsigned seed)
{
	struct flight {
		bool busy;
		char name;
		uint32_t size, source;
	} flight[8] = { 0 };
	struct flight in[64];
	unsigned known = 0;

	srand(seed);
	begin();
	for (unsigned step = 0, next = 0; step < 20000; step++) {
		unsigned r = (unsigned)rand() % 8, what = (unsigned)rand() % 16;
		char name = (char)('0' + next % 64);

		now += 1000;
		if (what < 8 && queued < 16) {
			struct flight d = {true, name, (uint32_t)rand() % 8,
					   (uint32_t)rand() % 4 + 1};

			/* Another still has this name, or its memory. */
			bool used = is_queued(address(name));
			for (unsigned i = 0; i < 8; i++)
				used |= flight[i].busy &&
					flight[i].name == name;
			if (!used &&
			    put(name, address(name), d.size, d.source)) {
				in[next++ % 64] = d;
				if (rand() % 8)
					queue[queued++] = address(name);
				else
					assert_int_equal(
						notes_take(&notes,
							   address(name), true,
							   now, &cpu),
						time_of(name));
			}
		} else if (!flight[r].busy && queued) {
			size_t i = (size_t)(queue[0] - 0x1000) / 0x100 - '0';

			flight[r] = in[i];
			unqueue(queue[0]);
		} else if (flight[r].busy) {
			char got = read_one(r, flight[r].size,
					    rand() % 4 ? flight[r].source : 0);

			flight[r].busy = false;
			if (got == '!') {
				/* As the kernel does: begin anew when empty. */
				memset(&notes, 0, sizeof(notes));
				memset(flight, 0, sizeof(flight));
				queued = 0;
			} else if (got != '?' && got != '-') {
				if (got != flight[r].name)
					fail_msg("seed %u: %c is not %c", seed,
						 got, flight[r].name);
				known++;
			}
		}
	}
	return known;
}

static void test_storm(void **state)
{
	(void)state;
	unsigned known = 0;

	for (unsigned seed = 1; seed <= 40; seed++)
		known += storm(seed);
	assert_true(known > 40000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenes), cmocka_unit_test(test_settle),
		cmocka_unit_test(test_slow),   cmocka_unit_test(test_full),
		cmocka_unit_test(test_storm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
