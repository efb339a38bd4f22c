/* SPDX-License-Identifier: MIT */
#include "core/dnstree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/dnspack.h"
#include "tests/asked.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

enum { ASKER = 100, RESOLVER = 200 };

static const struct path ask = { '>', 1, "10.0.0.1", 4000, "10.0.0.53", 53, 1, ASKER };
static const struct path reply = { '<', 1, "10.0.0.53", 53, "10.0.0.1", 4000, 1, ASKER };

static void begin(void)
{
	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
}

static const struct dns_node *node_at(size_t n)
{
	const struct dns_node *d = table_first(&m.dns.table);

	while (d && n--)
		d = table_next(&m.dns.table, d);
	assert_non_null(d);
	return d;
}

/* --- what an answer means --- */

/* Asked: A of www.example.org. The answer, in letters: A an A record of the
 * name, a one of "x", C CNAME to "x", 6 an AAAA record, ? one more announced
 * than there is. */
static const struct state_claim {
	const char *label;
	unsigned flags;
	const char *records;
	uint8_t state;
	const char *counted;
} states[] = {
	{ "answered", QR, "A", DNS_STATE_ANSWERED, "a" },
	{ "through a CNAME", QR, "Ca", DNS_STATE_ANSWERED, "a" },
	{ "CNAME to nothing", QR, "C", DNS_STATE_NODATA, "a" },
	{ "another type", QR, "6", DNS_STATE_NODATA, "a" },
	{ "nothing", QR, "", DNS_STATE_NODATA, "a" },
	{ "no such name", QR | 3, "", DNS_STATE_NXDOMAIN, "f" },
	{ "no such name behind a CNAME", QR | 3, "C", DNS_STATE_NXDOMAIN, "f" },
	{ "server failed", QR | 2, "", DNS_STATE_SERVFAIL, "f" },
	{ "refused", QR | 5, "", DNS_STATE_REFUSED, "f" },
	{ "format error", QR | 1, "", DNS_STATE_ERROR, "f" },
	{ "truncated", QR | TC, "", DNS_STATE_TRUNCATED, "a" },
	{ "truncated, with a part", QR | TC, "A", DNS_STATE_TRUNCATED, "a" },
	{ "failed and truncated", QR | TC | 2, "", DNS_STATE_SERVFAIL, "f" },
	{ "damaged: it may be there", QR, "?", DNS_STATE_ANSWERED, "a" },
};

static void test_states(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(states); i++) {
		const struct state_claim *c = &states[i];
		struct made p;

		begin();
		query(&ask, 7, "www.example.org", DNS_A, SECOND);
		dns_head(&p, 7, c->flags, 1, (unsigned)strlen(c->records));
		dns_question(&p, "www.example.org", DNS_A);
		for (const char *r = c->records; *r; r++) {
			if (*r == 'A' || *r == 'a')
				dns_a(&p, *r == 'A' ? "www.example.org" : "x",
				      "192.0.2.1");
			else if (*r == '6')
				dns_a(&p, "www.example.org", "2001:db8::1");
			else if (*r == 'C')
				dns_cname(&p, "www.example.org", "x");
		}
		send_path(&p, &reply, SECOND + 12 * MS);
		const struct dns_node *n = node_at(0);
		char counted = m.counters.dns_answered ? 'a' :
			       m.counters.dns_failed   ? 'f' :
							 '-';
		if (n->state != c->state || counted != c->counted[0] ||
		    m.dns.table.count != 1)
			fail_msg("%s: %s, counted %c", c->label,
				 dns_state_text(n->state), counted);
		if (n->latency_ns != 12 * MS || n->rcode != (c->flags & 15) ||
		    n->truncated != !!(c->flags & TC) || n->late)
			fail_msg("%s: latency, rcode", c->label);
		if (n->answers_missing != (c->records[0] == '?'))
			fail_msg("%s: %u missing", c->label, n->answers_missing);
		model_release(&m);
	}
}

/* --- pairs --- */

/*
 * In the order of time, 1 ms apart: Q the query, q with another case, R the
 * answer, r with another question, O from another address, P from another
 * port, H without its question, N in another namespace, S the query of
 * another socket with the same port, T the query with another type, w 11 s.
 */
static const struct pair_claim {
	const char *label, *happens;
	const char *states; /* by first letter; l late; digit after it: retries */
	unsigned queries, unanswered;
} pair_claims[] = {
	{ "waits", "Q", "w", 1, 0 },
	{ "answered", "QR", "a", 1, 0 },
	{ "tried again", "QQQR", "a2", 1, 0 },
	{ "unanswered", "Qw", "u", 1, 1 },
	{ "tried again, unanswered", "QQw", "u1", 1, 1 },
	{ "late", "QwR", "l", 1, 0 },
	{ "asked anew after its time", "QwQR", "ua", 2, 1 },
	{ "the same numbers later", "QRQR", "aa", 2, 0 },
	{ "two answers", "QRR", "a", 1, 0 },
	{ "nobody asked", "R", "o", 0, 0 },
	{ "nobody asked, twice", "RR", "oo", 0, 0 },
	{ "asked after an answer", "RQR", "oa", 1, 0 },
	{ "another question", "Qr", "wo", 1, 0 },
	{ "the case of letters is free", "qR", "a", 1, 0 },
	{ "from another address", "QO", "a", 1, 0 },
	{ "from another port", "QP", "wo", 1, 0 },
	{ "an error without the question", "QH", "e", 1, 0 },
	{ "in another namespace", "QN", "wo", 1, 0 },
	{ "another socket, same port", "QSR", "wa", 2, 0 },
	{ "two types at once", "QTR", "aw", 2, 0 },
};

static void play(const char *happens)
{
	static const struct path elsewhere = { '<', 1, "10.0.0.99", 53, "10.0.0.1", 4000, 1, ASKER };
	static const struct path other_port = { '<', 1, "10.0.0.53", 99, "10.0.0.1", 4000, 1, ASKER };
	static const struct path other_ns = { '<', 9, "10.0.0.53", 53, "10.0.0.1", 4000, 2, ASKER };
	static const struct path other_socket = { '>', 2, "10.0.0.1", 4000, "10.0.0.53", 53, 1, 300 };
	uint64_t t = SECOND;
	struct made p;

	for (; *happens; happens++, t += MS) {
		switch (*happens) {
		case 'Q':
			query(&ask, 7, "example.org", DNS_A, t);
			break;
		case 'q':
			query(&ask, 7, "eXaMpLe.oRg", DNS_A, t);
			break;
		case 'T':
			query(&ask, 7, "example.org", DNS_AAAA, t);
			break;
		case 'S':
			query(&other_socket, 7, "example.org", DNS_A, t);
			break;
		case 'R':
			answer_a(&reply, 7, "example.org", "192.0.2.1", t);
			break;
		case 'r':
			answer_a(&reply, 7, "evil.org", "192.0.2.1", t);
			break;
		case 'O':
			answer_a(&elsewhere, 7, "example.org", "192.0.2.1", t);
			break;
		case 'P':
			answer_a(&other_port, 7, "example.org", "192.0.2.1", t);
			break;
		case 'N':
			answer_a(&other_ns, 7, "example.org", "192.0.2.1", t);
			break;
		case 'H':
			dns_head(&p, 7, QR | 1, 0, 0);
			send_path(&p, &reply, t);
			break;
		case 'w':
			t += 11 * SECOND;
			model_advance(&m, t);
			break;
		}
	}
}

static void test_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(pair_claims); i++) {
		const struct pair_claim *c = &pair_claims[i];
		char got[16], *out = got;

		begin();
		play(c->happens);
		for (const struct dns_node *n = table_first(&m.dns.table); n;
		     n = table_next(&m.dns.table, n)) {
			*out++ = n->late		       ? 'l' :
				 n->state == DNS_STATE_WAITING ? 'w' :
							       dns_state_text(n->state)[0];
			if (n->retries)
				*out++ = (char)('0' + n->retries);
		}
		*out = '\0';
		if (strcmp(got, c->states) != 0)
			fail_msg("%s: %s", c->label, got);
		if (m.counters.dns_queries != c->queries ||
		    m.counters.dns_unanswered != c->unanswered)
			fail_msg("%s: counted %u, %u", c->label,
				 (unsigned)m.counters.dns_queries,
				 (unsigned)m.counters.dns_unanswered);
		model_release(&m);
	}
}

/* A program that takes another socket for its second try. */
static const struct retry_claim {
	const char *label;
	uint64_t after_ms;
	uint32_t pid;
	const char *server;
	uint16_t id;
	size_t rows;
} retries[] = {
	{ "the next try", 1000, ASKER, "10.0.0.53", 7, 1 },
	{ "too soon to be one", 100, ASKER, "10.0.0.53", 7, 2 },
	{ "another process", 1000, 300, "10.0.0.53", 7, 2 },
	{ "another server", 1000, ASKER, "10.0.0.54", 7, 2 },
	{ "another id", 1000, ASKER, "10.0.0.53", 8, 2 },
	{ "its time was up", 11000, ASKER, "10.0.0.53", 7, 2 },
};

static void test_retry_sockets(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(retries); i++) {
		const struct retry_claim *c = &retries[i];
		struct path again = { '>', 2, "10.0.0.1", 4001, c->server, 53, 1, c->pid };
		struct path back = { '<', 2, c->server, 53, "10.0.0.1", 4001, 1, c->pid };
		uint64_t t = SECOND + c->after_ms * MS;

		begin();
		query(&ask, 7, "example.org", DNS_A, SECOND);
		query(&again, c->id, "example.org", DNS_A, t);
		answer_a(&back, c->id, "example.org", "192.0.2.1", t + MS);
		const struct dns_node *n = node_at(c->rows - 1);
		if (m.dns.table.count != c->rows ||
		    m.counters.dns_queries != c->rows)
			fail_msg("%s: %zu rows", c->label, m.dns.table.count);
		if (n->state != DNS_STATE_ANSWERED || n->key.src_port != 4001 ||
		    n->retries != 2 - c->rows)
			fail_msg("%s: %s", c->label, dns_state_text(n->state));
		if (c->rows == 1 && n->latency_ns != t + MS - SECOND)
			fail_msg("%s: latency", c->label);
		model_release(&m);
	}
}

/* A resolver of this host is asked and asks on: three pairs. */
static void test_served(void **state)
{
	(void)state;
	static const struct path out = { '>', 1, "127.0.0.1", 4000, "127.0.0.53", 53, 1, ASKER };
	static const struct path in = { '<', 2, "127.0.0.1", 4000, "127.0.0.53", 53, 1, 0 };
	static const struct path back = { '>', 2, "127.0.0.53", 53, "127.0.0.1", 4000, 1, RESOLVER };
	static const struct path home = { '<', 1, "127.0.0.53", 53, "127.0.0.1", 4000, 1, ASKER };

	begin();
	query(&out, 7, "example.org", DNS_A, SECOND);
	query(&in, 7, "example.org", DNS_A, SECOND + 1);
	answer_a(&back, 7, "example.org", "192.0.2.1", SECOND + 5 * MS);
	answer_a(&home, 7, "example.org", "192.0.2.1", SECOND + 6 * MS);
	assert_int_equal(m.dns.table.count, 2);
	assert_int_equal(node_at(0)->direction, PAIR_ASKED);
	assert_int_equal(node_at(0)->proc.pid, ASKER);
	assert_int_equal(node_at(0)->latency_ns, 6 * MS);
	assert_int_equal(node_at(1)->direction, PAIR_SERVED);
	assert_int_equal(node_at(1)->proc.pid, RESOLVER);
	assert_int_equal(node_at(1)->latency_ns, 5 * MS - 1);
	assert_int_equal(node_at(1)->retries, 0);
	assert_int_equal(m.counters.dns_queries, 1);
	assert_int_equal(m.counters.dns_answered, 1);
	model_release(&m);
}

/* --- records --- */

static void test_records(void **state)
{
	(void)state;
	struct made p;
	struct dns_answer a;

	begin();
	query(&ask, 7, "www.example.org", DNS_A, SECOND);
	dns_head(&p, 7, QR, 1, 2);
	dns_question(&p, "www.example.org", DNS_A);
	dns_cname(&p, "www.example.org", "cdn.example.net");
	dns_a(&p, "cdn.example.net", "192.0.2.1");
	p.bytes[9] = 1; /* one more, in the authority section */
	dns_cname(&p, "other", "cdn.example.net");
	send_path(&p, &reply, SECOND + MS);
	const struct dns_node *n = node_at(0);

	assert_int_equal(n->answer_count, 3);
	assert_string_equal(n->name, "www.example.org");
	assert_true(dnstree_answer(n, 0, &a));
	assert_int_equal(a.type, DNS_CNAME);
	assert_int_equal(a.section, DNS_ANSWER);
	assert_int_equal(a.ttl, 60);
	assert_string_equal(a.name, "www.example.org");
	assert_string_equal(a.data, "cdn.example.net");
	assert_true(dnstree_answer(n, 1, &a));
	assert_string_equal(a.name, "cdn.example.net");
	assert_string_equal(a.data, "192.0.2.1");
	assert_true(dnstree_answer(n, 2, &a));
	assert_int_equal(a.section, DNS_AUTHORITY);
	assert_string_equal(a.name, "other");
	assert_false(dnstree_answer(n, 3, &a));
	assert_false(dnstree_answer(&(struct dns_node){ .name = "" }, 0, &a));
	model_release(&m);
}

/* Long answers are cut at the store's measure, and it is said by how much. */
static void test_pack(void **state)
{
	(void)state;
	static struct dnspack d;
	static char data[4000];
	struct dns_answer a = { .type = 16, .ttl = 5, .name = "q", .data = data };
	struct dns_answer b;

	memset(data, 'd', sizeof(data) - 1);
	dnspack_begin(&d, 60000);
	for (unsigned i = 0; i < 40; i++)
		dnspack_add(&d, "q", &a);
	dnspack_end(&d);
	assert_true(d.len <= DNSPACK_MAX);
	assert_int_equal(d.count, 16);
	assert_int_equal(d.missing, 24);
	struct dns_node n = { .name = "q", .answers = d.bytes,
			      .answers_len = (uint32_t)d.len,
			      .answer_count = d.count };
	for (size_t i = 0; i < d.count; i++) {
		assert_true(dnstree_answer(&n, i, &b));
		assert_string_equal(b.name, "q");
		assert_string_equal(b.data, data);
	}

	/* A small message does not become a large text. */
	dnspack_begin(&d, 100);
	for (unsigned i = 0; i < 10; i++)
		dnspack_add(&d, "q", &a);
	dnspack_end(&d);
	assert_int_equal(d.count, 0);
	assert_int_equal(d.missing, 10);

	/* As many of the smallest records as there may be. */
	a.name = "";
	a.data = "";
	dnspack_begin(&d, 65535);
	for (unsigned i = 0; i < 20000; i++)
		dnspack_add(&d, "q", &a);
	dnspack_end(&d);
	assert_true(d.len <= DNSPACK_MAX && d.count > 5000);
	assert_int_equal(d.count + d.missing, 20000);
}

/* --- multicast --- */

static const char group[] = "224.0.0.251";
static const struct path mdns_ask = { '>', 1, "10.0.0.1", 5353, group, 5353, 1, ASKER };
static const struct path mdns_reply = { '<', 1, "10.0.0.8", 5353, group, 5353, 1, ASKER };

static void mdns_answer(const struct path *path, const char *name,
			const char *address, uint64_t time_ns)
{
	struct made p;
	struct address a = addr(address);

	dns_head(&p, 0, QR, 0, 1);
	dns_data(&p, name, DNS_A, 0x8001, a.bytes, 4); /* cache flush */
	send_path(&p, path, time_ns);
}

/* The name by which a process knows an address. */
static const char *name_of(uint32_t pid, const char *dst)
{
	const struct learnt_who who = { .proc = { .pid = pid,
						  .start_ns = pid * 1000u },
					.netns = m.live };
	const struct address a = addr(dst);
	const char *names[LEARNT_NAMES];

	return learnt_names(&m, &who, &a, names) ? names[0] : "";
}

static void test_multicast(void **state)
{
	(void)state;
	struct path other = mdns_reply;
	struct made p;

	begin();
	/* Two questions of one message are two queries. */
	dns_head(&p, 0, 0, 2, 0);
	dns_question(&p, "printer.local", DNS_A);
	dns_question(&p, "nas.local", DNS_A);
	send_path(&p, &mdns_ask, SECOND);
	assert_int_equal(m.dns.table.count, 2);
	/* Another socket gets the answer first; the asker's is a copy of it. */
	other.cookie = 4;
	mdns_answer(&other, "printer.local", "10.0.0.8", SECOND + MS);
	assert_int_equal(node_at(0)->state, DNS_STATE_WAITING);
	mdns_answer(&mdns_reply, "Printer.local", "10.0.0.8", SECOND + MS);
	assert_int_equal(node_at(0)->state, DNS_STATE_ANSWERED);
	assert_int_equal(node_at(0)->latency_ns, MS);
	assert_int_equal(node_at(1)->state, DNS_STATE_WAITING);
	assert_string_equal(name_of(ASKER, "10.0.0.8"), "printer.local");
	/* A second one answers, too; what comes much later is not for it. */
	mdns_answer(&mdns_reply, "printer.local", "10.0.0.9", SECOND + 20 * MS);
	assert_int_equal(node_at(0)->answer_count, 2);
	mdns_answer(&mdns_reply, "printer.local", "10.0.0.10", 30 * SECOND);
	assert_int_equal(node_at(0)->answer_count, 2);
	/* Announcements and other people's questions are no rows. */
	mdns_answer(&mdns_reply, "tv.local", "10.0.0.11", 31 * SECOND);
	struct path theirs = { '<', 1, "10.0.0.8", 5353, group, 5353, 1, ASKER };
	query(&theirs, 0, "us.local", DNS_A, 31 * SECOND);
	assert_int_equal(m.dns.table.count, 2);
	assert_int_equal(m.counters.dns_failed, 0);
	model_release(&m);
}

/* LLMNR: asked of all, answered to the asker's own address. */
static void test_llmnr(void **state)
{
	(void)state;
	static const struct path out = { '>', 1, "10.0.0.1", 6000, "224.0.0.252", 5355, 1, ASKER };
	static const struct path home = { '<', 1, "10.0.0.8", 5355, "10.0.0.1", 6000, 1, ASKER };
	static const struct path ours = { '>', 3, "10.0.0.1", 5355, "10.0.0.7", 6000, 1, RESOLVER };

	begin();
	query(&out, 7, "host", DNS_A, SECOND);
	answer_a(&home, 7, "host", "10.0.0.8", SECOND + MS);
	assert_int_equal(m.dns.table.count, 1);
	assert_int_equal(node_at(0)->state, DNS_STATE_ANSWERED);
	/* Our answer to a question that was not for us alone is no orphan. */
	answer_a(&ours, 9, "us", "10.0.0.1", SECOND + 5 * MS);
	assert_int_equal(node_at(1)->state, DNS_STATE_ANSWERED);
	assert_int_equal(node_at(1)->direction, PAIR_SERVED);
	assert_int_equal(m.counters.dns_answered, 1);
	model_release(&m);

	/* In a file both come from others. */
	assert_int_equal(model_init(&m, false, NULL, 1, NULL), 0);
	query(&out, 7, "host", DNS_A, SECOND);
	answer_a(&home, 7, "host", "10.0.0.8", SECOND + MS);
	query(&mdns_ask, 0, "printer.local", DNS_A, SECOND);
	mdns_answer(&mdns_reply, "printer.local", "10.0.0.8", SECOND + MS);
	assert_int_equal(m.dns.table.count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(node_at(i)->state, DNS_STATE_ANSWERED);
		assert_int_equal(node_at(i)->direction, PAIR_BETWEEN);
	}
	/* In a file there is no process, but the name is known. */
	assert_string_equal(name_of(0, "10.0.0.8"), "printer.local");
	model_release(&m);
}

/* --- room --- */

static void test_eviction(void **state)
{
	(void)state;
	static const struct model_limits limits = {
		.flows = 1, .dns = 32, .pings = 1, .processes = 4, .strings = 1 << 20,
	};
	char name[40];

	assert_int_equal(model_init(&m, true, &limits, 1, NULL), 0);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "host-%u.example.org", i);
		query(&ask, (uint16_t)i, name, DNS_A, SECOND + i * MS);
		answer_a(&reply, (uint16_t)i, name, "192.0.2.1",
			 SECOND + i * MS + 10);
	}
	assert_int_equal(m.dns.table.count, 32);
	assert_int_equal(m.dns.table.evicted, 1000 - 32);
	assert_int_equal(m.counters.dns_queries, 1000);
	assert_int_equal(m.counters.dns_answered, 1000);
	assert_int_equal(m.counters.strings_full, 0);
	assert_true(strings_used(m.strings) < 64 * 1024);
	model_release(&m);
}

/* When texts find no room the oldest queries go, and it is counted. */
static void test_texts_full(void **state)
{
	(void)state;
	static const struct model_limits limits = {
		.flows = 1, .dns = 4096, .pings = 1, .processes = 4, .strings = 1 << 20,
	};
	char name[300], label[64];

	assert_int_equal(model_init(&m, true, &limits, 1, NULL), 0);
	memset(label, 'a', 50);
	label[50] = '\0';
	for (unsigned i = 0; i < 4096; i++) {
		snprintf(name, sizeof(name), "%u.%s.%s.%s.%s", i, label, label,
			 label, label);
		query(&ask, (uint16_t)i, name, DNS_A, SECOND + i * MS);
		answer_a(&reply, (uint16_t)i, name, "192.0.2.1",
			 SECOND + i * MS + 10);
		const struct dns_node *n = table_last(&m.dns.table);
		if (strcmp(n->name, name) != 0 || n->answer_count != 1)
			fail_msg("query %u lost its texts", i);
	}
	assert_true(m.dns.table.evicted > 500);
	assert_true(m.dns.table.count + m.dns.table.evicted == 4096);
	model_release(&m);
}

static void test_copy(void **state)
{
	(void)state;
	struct made p;

	/* A raw socket gets the query of somebody else: it is not asked. */
	begin();
	dns_head(&p, 7, 0x0100, 1, 0);
	dns_question(&p, "example.org", DNS_A);
	struct path in = { '<', 5, "10.0.0.9", 4000, "10.0.0.1", 53, 1, RESOLVER };
	send_path(&p, &in, SECOND);
	assert_int_equal(m.dns.table.count, 1);
	p.frame.flags = EVENT_RAW;
	p.frame.cookie = 6;
	struct owner o;
	model_packet(&m, &p.p, &o);
	assert_true(o.copy);
	assert_int_equal(m.dns.table.count, 1);
	assert_int_equal(m.counters.copies, 1);
	model_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),	   cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_retry_sockets),
		cmocka_unit_test(test_served),	   cmocka_unit_test(test_records),
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_multicast),  cmocka_unit_test(test_llmnr),
		cmocka_unit_test(test_eviction),   cmocka_unit_test(test_texts_full),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
