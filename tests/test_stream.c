/* SPDX-License-Identifier: MIT */
/* DNS over TCP: any segments, in any order, in bounded memory. */
#include "core/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/hash.h"
#include "tests/traffic.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

enum { ISN = 4294967290u, MESSAGES = 40 }; /* the numbers wrap around soon */

/* A stream of messages whose ids are 1, 2, ... and whose lengths differ. */
static uint8_t bytes[40000];
static size_t ends[MESSAGES + 1]; /* of message i - 1 */

static void make_stream(void)
{
	static const uint8_t query[] = { 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1,
					 2, 'e', 'x', 0, 0, 1, 0, 1,
					 /* EDNS, filled up: RFC 7830 */
					 0, 0, 41, 4, 0, 0, 0, 0, 0 };
	size_t at = 0;

	for (size_t i = 0; i < MESSAGES; i++) {
		size_t fill = i * 37 % 600;
		size_t len = sizeof(query) + 2 + 4 + fill;
		bytes[at] = (uint8_t)(len >> 8);
		bytes[at + 1] = (uint8_t)len;
		uint8_t *m = bytes + at + 2;
		memset(m, 0, len);
		memcpy(m, query, sizeof(query));
		m[1] = (uint8_t)(i + 1);
		m[sizeof(query)] = (uint8_t)((4 + fill) >> 8);
		m[sizeof(query) + 1] = (uint8_t)(4 + fill);
		m[sizeof(query) + 3] = 12; /* padding */
		m[sizeof(query) + 4] = (uint8_t)(fill >> 8);
		m[sizeof(query) + 5] = (uint8_t)fill;
		at += 2 + len;
		assert_true(at <= sizeof(bytes));
		ends[i + 1] = at;
	}
}

static struct streams s;
static struct made made;

/* One segment of bytes from..to; kept: how many were captured. Returns the ids told. */
static size_t take(uint16_t port, unsigned flags, size_t from, size_t to,
		   size_t kept, uint64_t now_ns, char *told, size_t size)
{
	struct dns_msg msg;
	size_t n = 0;

	make_tcp(&made, "10.0.0.1", port, "10.0.0.2", 53, (uint16_t)flags,
		 ISN + 1 + (uint32_t)from, 0, (uint32_t)(to - from));
	if (flags & TCP_SYN)
		made.p.tcp.seq = ISN;
	made.frame.time_ns = now_ns;
	/* In memory of just its size, so that a sanitizer sees more. */
	uint8_t *exact = malloc(kept + 1);
	memcpy(exact, bytes + from, kept);
	made.p.payload = (struct span){ exact, kept };
	streams_take(&s, &made.p, false);
	while (streams_next(&s, &msg)) {
		size_t used = strlen(told);
		snprintf(told + used, size - used, "%u%s ", msg.id,
			 msg.status == DNS_OK ? "" :
			 msg.status == DNS_TRUNCATED ? "t" : "m");
		n++;
	}
	free(exact);
	return n;
}

/*
 * "S": a SYN; "R": a reset; "W": three seconds; "1-3": messages 1 to 3;
 * "1+5-2": from the 5th byte of message 1 on; "1-2-4": 4 bytes less; a "/" and
 * a number: so many bytes are captured.
 */
static size_t place(const char **text, bool end)
{
	char *rest;
	size_t message = strtoul(*text, &rest, 10);
	size_t at = end ? ends[message] : ends[message - 1];

	if (*rest == '+')
		at += strtoul(rest + 1, &rest, 10);
	else if (end && *rest == '-')
		at -= strtoul(rest + 1, &rest, 10);
	*text = rest;
	return at;
}

static void play(const char *script, char *told, size_t size)
{
	uint64_t now = SECOND;

	for (const char *p = script; *p; p += strspn(p, " ")) {
		if (*p == 'S' || *p == 'R') {
			take(40000, *p == 'S' ? TCP_SYN : TCP_RST, 0, 0, 0,
			     now, told, size);
			p++;
		} else if (*p == 'W') {
			now += 3 * SECOND;
			p++;
			continue;
		} else {
			size_t from = place(&p, false);
			assert_int_equal(*p++, '-');
			size_t to = place(&p, true), kept = to - from;
			if (*p == '/')
				kept = strtoul(p + 1, (char **)(uintptr_t)&p, 10);
			take(40000, TCP_ACK, from, to, kept, now, told, size);
		}
		size_t len = strlen(told);
		snprintf(told + len, size - len, "|");
	}
}

static void test_scripts(void **state)
{
	(void)state;
	static const struct {
		const char *label, *script, *want;
		uint64_t incomplete;
	} claims[] = {
		{ "one each", "S 1-1 2-2 3-3", "|1 |2 |3 |", 0 },
		{ "three in one", "S 1-3", "|1 2 3 |", 0 },
		{ "length alone", "S 1-1-33 1+2-1", "||1 |", 0 },
		{ "a byte of the length", "S 1-1-34 1+1-1", "||1 |", 0 },
		{ "ends in the next", "S 1-2-5 2+60-3", "|1 |2 3 |", 0 },
		{ "copy", "S 1-1 1-1 2-2 1-2", "|1 ||2 ||", 0 },
		{ "overlap", "S 1-2-3 1+9-3", "|1 |2 3 |", 0 },
		{ "second first", "S 2-2 1-1", "||1 2 |", 0 },
		{ "backwards", "S 4-4 3-3 2-2 1-1", "||||1 2 3 4 |", 0 },
		{ "two holes", "S 5-5 3-3 1-2 4-4", "|||1 2 3 |4 5 |", 0 },
		{ "hole that stays", "S 1-1 3-3 W 4-4 5-5", "|1 ||3 4 |5 |", 1 },
		{ "filled late, but in time", "S 2-2 1-1 W 3-3", "||1 2 |3 |", 0 },
		{ "slow, without a hole", "S 1-2-5 W 2+67-2", "|1 |2 |", 0 },
		{ "mid-stream, split", "3-4-9 5-5 4+100-4", "3 ||4 5 |", 0 },
		{ "mid-stream", "3-3 4-5", "3 |4 5 |", 0 },
		{ "mid-stream, not at a beginning", "3+7-3 4-4", "|4 |", 0 },
		{ "SYN again", "S 1-1 S 2-2", "|1 ||2 |", 0 },
		{ "reset, then more", "S 1-1-3 R 2-2", "|||2 |", 1 },
		{ "cut in a message", "S 1-1/20 2-2", "|1t |2 |", 0 },
		{ "cut in its head", "S 1-1/9 2-2", "||2 |", 0 },
		{ "cut, next begins in what is missing", "S 1-2/20 3-3", "|1t |3 |", 0 },
		{ "whole, then cut", "S 1-2/60 3-3", "|1 2t |3 |", 0 },
		{ "cut, goes on in the next", "S 1-2-9/20 3-3", "|1t |3 |", 0 },
	};

	make_stream();
	for (size_t i = 0; i < N(claims); i++) {
		char told[256] = "";

		assert_int_equal(streams_init(&s, 8192, 1), 0);
		play(claims[i].script, told, sizeof(told) - 2);
		if (strcmp(told, claims[i].want) != 0 ||
		    s.incomplete != claims[i].incomplete)
			fail_msg("%s: \"%s\" instead of \"%s\", %u incomplete",
				 claims[i].label, told, claims[i].want,
				 (unsigned)s.incomplete);
		streams_release(&s);
	}
}

/* Any segments in any order within the window, some twice: each message once. */
static void test_random(void **state)
{
	(void)state;
	uint64_t random = 7;

	make_stream();
	for (unsigned round = 0; round < 300; round++) {
		struct { size_t from, to; } part[2000];
		size_t parts = 0, want = 1;
		size_t longest = 1 + hash_next(&random) % 900;
		char told[2048] = "";

		for (size_t at = 0; at < ends[MESSAGES]; parts++) {
			size_t n = 1 + hash_next(&random) % longest;
			if (n > ends[MESSAGES] - at)
				n = ends[MESSAGES] - at;
			if (parts == N(part) - 1)
				n = ends[MESSAGES] - at;
			part[parts].from = at;
			part[parts].to = at += n;
		}
		for (size_t i = parts - 1; i > 0; i--) { /* shuffle nearby ones */
			size_t k = i - hash_next(&random) % (i < 20 ? i + 1 : 20);
			size_t from = part[i].from, to = part[i].to;
			part[i] = part[k];
			part[k].from = from;
			part[k].to = to;
		}
		assert_int_equal(streams_init(&s, 8192, round), 0);
		take(40000, TCP_SYN, 0, 0, 0, SECOND, told, sizeof(told));
		for (size_t i = 0; i < parts; i++) {
			size_t old = hash_next(&random) % (i + 1);
			take(40000, TCP_ACK, part[i].from, part[i].to,
			     part[i].to - part[i].from, SECOND, told,
			     sizeof(told));
			take(40000, TCP_ACK, part[old].from, part[old].to,
			     part[old].to - part[old].from, SECOND, told,
			     sizeof(told));
		}
		for (const char *p = told; *p; p += strcspn(p, " ") + 1)
			assert_int_equal(strtoul(p, NULL, 10), want++);
		assert_int_equal(want, MESSAGES + 1);
		assert_int_equal(s.incomplete, 0);
		/* Nothing is kept of what was told. */
		assert_int_equal(s.chunks.used, 0);
		streams_release(&s);
	}
}

/* More than there is room for: the oldest go, are counted, and all goes on. */
static void test_room(void **state)
{
	(void)state;
	char told[64] = "";

	make_stream();
	assert_int_equal(streams_init(&s, 8192, 1), 0);
	for (uint16_t port = 1; port <= 2000; port++) {
		take(port, TCP_SYN, 0, 0, 0, SECOND, told, sizeof(told));
		/* All but the first byte: the whole waits. */
		take(port, TCP_ACK, 1, 9001, 9000, SECOND, told, sizeof(told));
		assert_true(s.chunks.used <= s.chunks.capacity);
	}
	assert_string_equal(told, "");
	size_t kept = s.chunks.capacity / (9000 / CHUNK_SIZE + 1);
	assert_in_range(s.incomplete, 2000 - kept, 2000 - kept + 20);
	/* The youngest is whole, the oldest is gone. */
	take(2000, TCP_ACK, 0, 1, 1, SECOND, told, sizeof(told));
	assert_true(strncmp(told, "1 2 3 ", 6) == 0);
	told[0] = '\0';
	take(1, TCP_ACK, 0, 1, 1, SECOND, told, sizeof(told));
	assert_string_equal(told, "");
	streams_release(&s);
}

/* Bytes that are no messages: it ends, keeps its bounds, and tells no good one. */
static void test_rubbish(void **state)
{
	(void)state;
	static uint8_t saved[sizeof(bytes)];
	uint64_t random = 3;
	char told[4096];

	make_stream();
	memcpy(saved, bytes, sizeof(saved));
	assert_int_equal(streams_init(&s, 8192, 1), 0);
	for (unsigned round = 0; round < 2000; round++) {
		uint16_t port = (uint16_t)(1 + hash_next(&random) % 50);
		size_t from = hash_next(&random) % (sizeof(bytes) - 1500);
		size_t len = hash_next(&random) % 1500;
		size_t kept = hash_next(&random) % 4 ? len : len / 2;
		unsigned flags = hash_next(&random) % 10 ? TCP_ACK : TCP_SYN;

		told[0] = '\0';
		for (size_t i = 0; i < 40; i++)
			bytes[hash_next(&random) % sizeof(bytes)] =
				(uint8_t)hash_next(&random);
		take(port, flags, from, from + len, kept,
		     round * (SECOND / 10), told, sizeof(told));
		assert_true(s.chunks.used <= s.chunks.capacity);
	}
	memcpy(bytes, saved, sizeof(saved));
	streams_release(&s);
}

/* Live, a connection within this host has four streams: each end's two. */
static void test_live_ends(void **state)
{
	(void)state;
	struct dns_msg msg;

	make_stream();
	assert_int_equal(streams_init(&s, 8192, 1), 0);
	for (uint32_t netns = 1; netns <= 2; netns++)
		for (int i = 0; i < 2; i++) {
			make_tcp(&made, "10.0.0.1", 40000, "10.0.0.2", 53,
				 TCP_ACK, 1, 0, (uint32_t)ends[1]);
			made.frame.direction = i ? EVENT_EGRESS : EVENT_INGRESS;
			made.frame.netns = netns;
			made.p.payload = (struct span){ bytes, ends[1] };
			streams_take(&s, &made.p, true);
			assert_true(streams_next(&s, &msg));
			assert_false(streams_next(&s, &msg));
		}
	assert_int_equal(s.table.count, 4);
	streams_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_rubbish),
		cmocka_unit_test(test_live_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
