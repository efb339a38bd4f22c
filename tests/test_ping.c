/* SPDX-License-Identifier: MIT */
#include "core/ping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/traffic.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MS ((uint64_t)1000000)

static struct model m;

static const char us[] = "10.0.0.1", there[] = "10.0.0.2";

/* An echo packet at a socket: > leaves, < comes in. */
static struct owner echo(char way, bool request, uint64_t cookie, uint16_t id,
			 uint16_t seq, uint64_t time_ns, const char *remote,
			 uint32_t netns, uint32_t pid)
{
	struct made p;
	struct owner owner;

	make_live(&p, way == '>' ? EVENT_EGRESS : EVENT_INGRESS, cookie, time_ns);
	p.frame.netns = netns;
	make_owner(&p, pid ? EVENT_HOW_CURRENT : EVENT_HOW_KERNEL, pid);
	const char *local = strchr(remote, ':') ? "fd00::1" : us;
	bool v6 = p.p.src.family == 6 || strchr(remote, ':');
	make_ip(&p, way == '>' ? local : remote, way == '>' ? remote : local,
		v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP, 8 + 56);
	p.p.has |= PACKET_ECHO | (v6 ? PACKET_ICMP6 : PACKET_ICMP);
	p.p.icmp = (struct icmp_header){
		.type = v6 ? (request ? 128 : 129) : (request ? 8 : 0),
		.id = id,
		.seq = seq,
	};
	/* As the kernel sets it: of each packet another one. */
	p.p.ip4.id = (uint16_t)(time_ns / MS * 7 + seq);
	p.p.frame = &p.frame;
	model_packet(&m, &p.p, &owner);
	return owner;
}

/*
 * Letters in the order of time, 1 ms apart: A B ask from their own sockets
 * (cookies 1 and 2) with the same id; a b the reply at that socket; C the
 * same as A in another namespace, c its reply; k the kernel answers a
 * request of the peer; r a raw socket gets the peer's request; p its process
 * answers; w 6 s pass; s
 * the next number; z a reply at no socket.
 */
static const struct pair_claim {
	const char *label, *happens;
	const char *states; /* of all pings, by their first letter; l: late */
	unsigned copies, requests, answered, unanswered;
} pairs[] = {
	{ "answered", "Aa", "a", 0, 1, 1, 0 },
	{ "waits", "A", "w", 0, 1, 0, 0 },
	{ "unanswered", "Aw", "u", 0, 1, 0, 1 },
	{ "late", "Awa", "l", 0, 1, 1, 0 },
	{ "twice", "Aaa", "a", 0, 1, 1, 0 },
	{ "nobody asked", "a", "o", 0, 0, 0, 0 },
	{ "nobody asked, two get it", "q", "o", 1, 0, 0, 0 },
	{ "two numbers", "AasAa", "aa", 0, 2, 2, 0 },
	{ "the same number again", "AaAa", "aa", 0, 2, 2, 0 },
	{ "the same number, first lost", "AAa", "wa", 0, 2, 1, 0 },
	{ "another socket gets it, too", "Aba", "a", 1, 1, 1, 0 },
	{ "the copy comes behind", "Aab", "a", 1, 1, 1, 0 },
	{ "two ask, each has its own", "ABab", "aa", 0, 2, 2, 0 },
	{ "its socket is gone", "Az", "a", 0, 1, 1, 0 },
	{ "two namespaces", "ACca", "aa", 0, 2, 2, 0 },
	{ "reply in the other namespace", "Ac", "wo", 0, 1, 0, 0 },
	{ "the kernel answers", "k", "b", 0, 0, 0, 0 },
	{ "the kernel answers two", "kskk", "bbb", 0, 0, 0, 0 },
	{ "a raw socket sees the request", "rk", "b", 0, 0, 0, 0 },
	{ "a raw socket sees, nobody answers", "rw", "", 0, 0, 0, 0 },
	{ "a process answers", "rp", "a", 0, 0, 0, 0 },
	{ "a process answers twice", "rpp", "a", 0, 0, 0, 0 },
	{ "a process answers, asked again", "rprp", "aa", 0, 0, 0, 0 },
	{ "a process answers what nobody asked", "p", "o", 0, 0, 0, 0 },
	{ "we answer while we ask", "Aka", "ab", 0, 1, 1, 0 },
};

static void play(const char *happens)
{
	uint64_t t = SECOND;
	uint16_t seq = 1;

	for (; *happens; happens++, t += MS) {
		char c = *happens;

		switch (c) {
		case 'A':
		case 'B':
			echo('>', true, c == 'A' ? 1 : 2, 7, seq, t, there, 1,
			     c == 'A' ? 100 : 200);
			break;
		case 'C':
			echo('>', true, 3, 7, seq, t, there, 2, 300);
			break;
		case 'a':
		case 'b':
			echo('<', false, c == 'a' ? 1 : 2, 7, seq, t, there, 1,
			     c == 'a' ? 100 : 200);
			break;
		case 'c':
			echo('<', false, 3, 7, seq, t, there, 2, 300);
			break;
		case 'q':
			echo('<', false, 1, 7, seq, t, there, 1, 100);
			echo('<', false, 2, 7, seq, t, there, 1, 200);
			break;
		case 'k':
			echo('>', false, 50, 7, seq, t, there, 1, 0);
			break;
		case 'p':
			echo('>', false, 1, 7, seq, t, there, 1, 100);
			break;
		case 'r':
			echo('<', true, 1, 7, seq, t, there, 1, 100);
			break;
		case 'z':
			echo('<', false, 0, 7, seq, t, there, 1, 0);
			break;
		case 's':
			seq++;
			break;
		case 'w':
			t += 6 * SECOND;
			model_advance(&m, t);
			break;
		}
	}
}

static char letter(const struct ping *p)
{
	return p->late			      ? 'l' :
	       p->state == PING_WAITING	      ? 'w' :
	       p->state == PING_ANSWERED_BY_US ? 'b' :
						ping_state_text(p->state)[0];
}

static void test_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(pairs); i++) {
		const struct pair_claim *c = &pairs[i];
		char states[16], *out = states;

		assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
		play(c->happens);
		for (const struct ping *p = table_first(&m.pings.table); p;
		     p = table_next(&m.pings.table, p))
			*out++ = letter(p);
		*out = '\0';
		if (strcmp(states, c->states) != 0 ||
		    m.counters.copies != c->copies)
			fail_msg("%s: %s, %u copies", c->label, states,
				 (unsigned)m.counters.copies);
		if (m.counters.icmp_requests != c->requests ||
		    m.counters.icmp_answered != c->answered ||
		    m.counters.icmp_unanswered != c->unanswered)
			fail_msg("%s: counted %u, %u, %u", c->label,
				 (unsigned)m.counters.icmp_requests,
				 (unsigned)m.counters.icmp_answered,
				 (unsigned)m.counters.icmp_unanswered);
		model_release(&m);
	}
}

static void test_series(void **state)
{
	(void)state;
	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
	play("AasAasAwsAasAaa");
	const struct series *s = table_first(&m.pings.series);

	assert_int_equal(m.pings.series.count, 1);
	assert_int_equal(s->sent, 5);
	assert_int_equal(s->answered, 4);
	assert_int_equal(s->unanswered, 1);
	assert_int_equal(s->duplicates, 1);
	assert_int_equal(s->first_seq, 1);
	assert_int_equal(s->last_seq, 5);
	assert_int_equal(s->min_ns, MS);
	assert_int_equal(s->max_ns, MS);
	assert_int_equal(s->sum_ns, 4 * MS);
	assert_int_equal(s->recent, 5);
	assert_int_equal(s->recent_ns[1], MS);
	assert_int_equal(s->recent_ns[2], 0);
	assert_int_equal(s->proc.pid, 100);
	assert_int_equal(s->direction, PAIR_ASKED);
	const struct ping *p = table_first(&m.pings.table);
	assert_int_equal(p->rtt_ns, MS);
	assert_int_equal(p->size, 56);
	assert_int_equal(p->series_id, s->id);
	model_release(&m);

	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
	play("kk");
	s = table_first(&m.pings.series);
	assert_true(s->kernel_answers);
	assert_int_equal(s->direction, PAIR_SERVED);
	assert_int_equal(s->sent, 2);
	assert_int_equal(s->answered, 2);
	p = table_first(&m.pings.table);
	assert_int_equal(p->rtt_ns, 0);
	assert_int_equal(p->key.src.bytes[3], 2); /* who asked */
	model_release(&m);
}

/* A ping to all is answered by whoever wants. */
static void test_multicast(void **state)
{
	(void)state;
	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
	echo('>', true, 1, 7, 1, SECOND, "ff02::1", 1, 100);
	echo('<', false, 1, 7, 1, SECOND + MS, "fe80::2", 1, 100);
	echo('<', false, 1, 7, 1, SECOND + 2 * MS, "fe80::3", 1, 100);
	const struct ping *p = table_first(&m.pings.table);

	assert_int_equal(m.pings.table.count, 1);
	assert_int_equal(p->state, PING_ANSWERED);
	assert_int_equal(p->duplicates, 1);
	model_release(&m);
}

/* Both ends are this host: one asks, the kernel answers. */
static void test_loopback(void **state)
{
	(void)state;
	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
	echo('>', true, 1, 7, 1, SECOND, us, 1, 100);
	echo('>', false, 50, 7, 1, SECOND + 1, us, 1, 0);
	struct owner o = echo('<', false, 1, 7, 1, SECOND + 2, us, 1, 100);
	const struct ping *p = table_first(&m.pings.table);

	assert_false(o.copy);
	assert_int_equal(m.pings.table.count, 2);
	assert_int_equal(p->state, PING_ANSWERED);
	assert_int_equal(p->rtt_ns, 2);
	p = table_next(&m.pings.table, p);
	assert_int_equal(p->state, PING_ANSWERED_BY_US);
	assert_int_equal(m.counters.kernel, 1);
	model_release(&m);

	/* A process answers: its own socket, its own pair. */
	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
	echo('>', true, 1, 7, 1, SECOND, us, 1, 100);
	echo('<', true, 2, 7, 1, SECOND + 1, us, 1, 200);
	echo('>', false, 2, 7, 1, SECOND + 5, us, 1, 200);
	echo('<', false, 1, 7, 1, SECOND + 6, us, 1, 100);
	p = table_first(&m.pings.table);
	assert_int_equal(p->rtt_ns, 6);
	assert_int_equal(p->proc.pid, 100);
	assert_int_equal(p->direction, PAIR_ASKED);
	p = table_next(&m.pings.table, p);
	assert_int_equal(p->state, PING_ANSWERED);
	assert_int_equal(p->rtt_ns, 4);
	assert_int_equal(p->proc.pid, 200);
	assert_int_equal(p->direction, PAIR_SERVED);
	assert_int_equal(m.counters.icmp_requests, 1);
	model_release(&m);
}

static void icmp_error(uint64_t cookie, uint64_t time_ns, uint8_t type,
		       struct quote quote)
{
	struct made p;
	struct owner owner;

	make_live(&p, EVENT_INGRESS, cookie, time_ns);
	make_ip(&p, "10.0.0.254", us, IPPROTO_ICMP, 36);
	p.p.has |= PACKET_ICMP | PACKET_QUOTE;
	p.p.icmp = (struct icmp_header){ .type = type, .code = 1 };
	p.p.quote = quote;
	model_packet(&m, &p.p, &owner);
}

static void test_errors(void **state)
{
	(void)state;
	struct made p;
	struct owner owner;
	struct quote q = { .src = addr(us), .dst = addr(there),
			   .protocol = IPPROTO_ICMP, .id = 7, .seq = 1 };

	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
	echo('>', true, 1, 7, 1, SECOND, there, 1, 100);
	icmp_error(1, SECOND + MS, 3, q);
	icmp_error(2, SECOND + MS, 3, q); /* a copy */
	const struct ping *ping = table_first(&m.pings.table);
	const struct series *s = table_first(&m.pings.series);

	assert_int_equal(ping->state, PING_ERROR);
	assert_int_equal(ping->error_type, 3);
	assert_int_equal(ping->error_code, 1);
	assert_int_equal(s->errors, 1);
	assert_int_equal(m.pings.errors_seen, 1);
	assert_int_equal(m.pings.errors[0].proc_id, ping->proc_id);
	assert_int_equal(m.pings.errors[0].id, 1);
	model_advance(&m, 60 * SECOND);
	assert_int_equal(ping->state, PING_ERROR);
	assert_int_equal(m.counters.icmp_unanswered, 0);

	/* Of a TCP segment: its flow's process. */
	make_live(&p, EVENT_EGRESS, 9, 61 * SECOND);
	make_owner(&p, EVENT_HOW_CURRENT, 300);
	make_tcp(&p, us, 40000, there, 80, TCP_SYN, 1, 0, 0);
	model_packet(&m, &p.p, &owner);
	q.protocol = IPPROTO_TCP;
	q.src_port = 40000;
	q.dst_port = 80;
	icmp_error(0, 61 * SECOND + 1, 3, q);
	const struct flow *f = table_first(&m.flows);
	assert_int_equal(m.pings.errors[1].proc_id, f->proc_id);
	assert_true(f->proc_id != 0);

	/* The ring keeps the last ones. */
	for (uint64_t i = 0; i < m.pings.errors_cap + 5; i++)
		icmp_error(0, 62 * SECOND + i * 20 * MS, 11, q);
	assert_int_equal(m.pings.errors_seen, m.pings.errors_cap + 7);
	assert_int_equal(m.pings.errors_evicted, 7);
	assert_int_equal(m.pings.errors[6].id, m.pings.errors_cap + 7);
	assert_int_equal(m.pings.errors[7].id, 8);
	model_release(&m);
}

/* More pings than the table holds. */
static void test_eviction(void **state)
{
	(void)state;
	static const struct model_limits limits = {
		.flows = 1, .dns = 1, .pings = 16, .processes = 4, .strings = 1 << 20,
	};

	assert_int_equal(model_init(&m, true, &limits, 1, NULL), 0);
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t t = SECOND + i * MS;

		echo('>', true, 1, (uint16_t)i, 1, t, there, 1, 100);
		if (i % 2)
			echo('<', false, 1, (uint16_t)i, 1, t + 1, there, 1, 100);
	}
	model_finish(&m);
	assert_int_equal(m.pings.table.count, 16);
	assert_int_equal(m.pings.table.evicted, 1000 - 16);
	assert_int_equal(m.counters.icmp_requests, 1000);
	assert_int_equal(m.counters.icmp_answered, 500);
	/* Those that went while they waited are in no other counter. */
	assert_int_equal(m.counters.icmp_unanswered, 8);
	assert_null(m.pings.waiting.first);
	model_release(&m);
}

/* From a file: by addresses and numbers alone. */
static void test_file(void **state)
{
	(void)state;
	struct made p;
	struct owner owner;
	static const struct {
		uint8_t type;
		uint16_t seq;
		uint64_t time_ns;
	} packets[] = { { 8, 1, 10 }, { 8, 2, 11 }, { 0, 2, 12 }, { 0, 1, 12 },
			{ 0, 9, 13 }, { 8, 3, 14 }, { 0, 3, 14 },
			{ 8, 4, 20 }, { 0, 4, 19 } };

	assert_int_equal(model_init(&m, false, NULL, 1, NULL), 0);
	for (size_t i = 0; i < N(packets); i++) {
		make_live(&p, EVENT_UNKNOWN, 0, packets[i].time_ns);
		p.frame.live = false;
		make_ip(&p, packets[i].type ? us : there,
			packets[i].type ? there : us, IPPROTO_ICMP, 64);
		p.p.has |= PACKET_ICMP | PACKET_ECHO;
		p.p.icmp = (struct icmp_header){ .type = packets[i].type,
						 .id = 7,
						 .seq = packets[i].seq };
		model_packet(&m, &p.p, &owner);
	}
	static const struct {
		uint8_t state;
		uint64_t rtt_ns;
	} want[] = {
		{ PING_ANSWERED, 2 }, { PING_ANSWERED, 1 }, { PING_ORPHAN, 0 },
		{ PING_ANSWERED, 1 }, /* the same time stamp */
		{ PING_ANSWERED, 0 }, /* the clock went backwards */
	};
	const struct ping *ping = table_first(&m.pings.table);
	for (size_t i = 0; i < N(want); i++) {
		assert_int_equal(ping->state, want[i].state);
		assert_int_equal(ping->rtt_ns, want[i].rtt_ns);
		assert_int_equal(ping->direction, PAIR_BETWEEN);
		ping = table_next(&m.pings.table, ping);
	}
	assert_null(ping);
	model_release(&m);
}

static void test_texts(void **state)
{
	(void)state;
	assert_string_equal(ping_state_text(PING_WAITING), "unanswered");
	assert_string_equal(ping_state_text(PING_ANSWERED_BY_US), "answered_by_us");
	assert_string_equal(ping_state_text(99), "");
	assert_string_equal(pair_direction_text(PAIR_SERVED), "served");
	assert_string_equal(pair_direction_text(PAIR_BETWEEN), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),	  cmocka_unit_test(test_series),
		cmocka_unit_test(test_multicast), cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_errors),	  cmocka_unit_test(test_eviction),
		cmocka_unit_test(test_file),	  cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
