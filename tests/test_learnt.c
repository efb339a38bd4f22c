/* SPDX-License-Identifier: MIT */
#include "core/learnt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/asked.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

enum { CURL = 100, OTHER = 300 };

static uint16_t next_id;
static uint64_t now;

static void begin(bool live)
{
	assert_int_equal(model_init(&m, live, NULL, 1, NULL), 0);
	now = SECOND;
	next_id = 1;
}

/* pid asks for a name and gets an address of it, behind a CNAME if there is one. */
static void resolve(uint32_t pid, const char *name, const char *cname,
		    const char *address)
{
	const struct path out = { '>', pid, "10.0.0.5", 4000, "10.0.0.53", 53, 1, pid };
	const struct path in = { '<', pid, "10.0.0.53", 53, "10.0.0.5", 4000, 1, pid };
	struct made p;

	query(&out, next_id, name, DNS_A, now);
	dns_head(&p, next_id++, QR, 1, cname ? 2 : 1);
	dns_question(&p, name, DNS_A);
	if (cname)
		dns_cname(&p, name, cname);
	dns_a(&p, cname ? cname : name, address);
	send_path(&p, &in, now);
}

/* A connection's first packet. */
static const struct flow *open_to(uint32_t pid, const char *address,
				  uint16_t port)
{
	struct owner owner;
	struct made p;

	make_live(&p, EVENT_EGRESS, 1000u + port, now);
	p.frame.live = m.live;
	if (m.live)
		make_owner(&p, EVENT_HOW_CURRENT, pid);
	make_tcp(&p, "10.0.0.5", port, address, 443, TCP_SYN, 1, 0, 0);
	model_packet(&m, &p.p, &owner);
	return table_last(&m.flows);
}

static void check_name(const struct flow *f, uint8_t by, const char *name,
		       uint64_t age_ns)
{
	const struct learnt l = learnt_of_flow(&m, f);

	assert_string_equal(learnt_by_text(l.by), learnt_by_text(by));
	assert_string_equal(l.fact ? l.fact->name : "", name);
	assert_int_equal(learnt_age(&l), age_ns);
}

static void test_whose(void **state)
{
	(void)state;
	begin(true);
	resolve(CURL, "www.example.org", NULL, "192.0.2.1");
	resolve(OTHER, "other.example.org", NULL, "192.0.2.2");
	now += 3 * SECOND;
	check_name(open_to(CURL, "192.0.2.1", 1), LEARNT_OWN,
		   "www.example.org", 3 * SECOND);
	/* What another process asked is told apart. */
	check_name(open_to(CURL, "192.0.2.2", 2), LEARNT_OTHER,
		   "other.example.org", 3 * SECOND);
	check_name(open_to(CURL, "192.0.2.3", 3), LEARNT_NONE, "", 0);
	/* Its own name comes first, however old it is. */
	resolve(OTHER, "alias.example.org", NULL, "192.0.2.1");
	check_name(open_to(CURL, "192.0.2.1", 4), LEARNT_OWN,
		   "www.example.org", 3 * SECOND);
	/* The latest of its own. */
	now += SECOND;
	resolve(CURL, "new.example.org", NULL, "192.0.2.1");
	check_name(open_to(CURL, "192.0.2.1", 5), LEARNT_OWN,
		   "new.example.org", 1);
	/* A process that is not known asked nothing. */
	check_name(open_to(0, "192.0.2.1", 6), LEARNT_OTHER,
		   "new.example.org", 1);
	model_release(&m);
}

/* The name is that of the beginning, whatever is learnt later. */
static void test_kept(void **state)
{
	(void)state;
	begin(true);
	resolve(CURL, "first.example.org", NULL, "192.0.2.1");
	now += SECOND;
	const struct flow *f = open_to(CURL, "192.0.2.1", 1);
	const struct flow *none = open_to(CURL, "192.0.2.9", 2);
	now += SECOND;
	resolve(CURL, "second.example.org", NULL, "192.0.2.1");
	resolve(CURL, "first.example.org", NULL, "192.0.2.1");
	resolve(CURL, "late.example.org", NULL, "192.0.2.9");
	check_name(f, LEARNT_OWN, "first.example.org", SECOND);
	check_name(none, LEARNT_NONE, "", 0);
	model_release(&m);
}

/* A connection without a beginning: names that are learnt say what it is. */
static void test_in_use(void **state)
{
	struct owner owner;
	struct made p;

	(void)state;
	begin(true);
	make_live(&p, EVENT_EGRESS, 77, now);
	make_owner(&p, EVENT_HOW_CURRENT, CURL);
	make_tcp(&p, "10.0.0.5", 1, "192.0.2.1", 443, TCP_ACK, 1, 1, 10);
	model_packet(&m, &p.p, &owner);
	const struct flow *f = table_last(&m.flows);

	check_name(f, LEARNT_UNKNOWN, "", 0);
	now += SECOND;
	resolve(CURL, "www.example.org", NULL, "192.0.2.1");
	check_name(f, LEARNT_LATER, "www.example.org", 0);
	model_release(&m);
}

/* The kernel tells of a connect() before the packets that led to it. */
static void test_overtaken(void **state)
{
	struct event_socket e = socket_event(EVENT_CONNECT, 1001,
					     SECOND + 5 * MS, 0, 0);

	(void)state;
	begin(true);
	socket_ends(&e, "10.0.0.5", 1, "192.0.2.1", 443);
	socket_owner(&e, EVENT_HOW_STATE, CURL);
	model_event(&m, &e.head);
	resolve(CURL, "www.example.org", NULL, "192.0.2.1");
	now += 6 * MS;
	check_name(open_to(CURL, "192.0.2.1", 1), LEARNT_OWN,
		   "www.example.org", 5 * MS);
	model_release(&m);
}

static void test_ttl(void **state)
{
	static const struct {
		const char *label;
		uint64_t after_ns;
		bool expired;
	} claims[] = {
		{ "within", 60 * SECOND, false },
		{ "in its last second", 61 * SECOND - 1, false },
		{ "over", 61 * SECOND, true },
	};

	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		begin(true);
		resolve(CURL, "www.example.org", "x.cdn.net", "192.0.2.1");
		now += claims[i].after_ns;
		const struct flow *f = open_to(CURL, "192.0.2.1", 1);
		const struct learnt l = learnt_of_flow(&m, f);

		if (learnt_expired(&l) != claims[i].expired)
			fail_msg("%s", claims[i].label);
		model_release(&m);
	}
}

/* The way to the address: the name asked for and the CNAMEs. */
static void test_chain(void **state)
{
	const char *chain[DNS_CHAIN_MAX];

	(void)state;
	begin(true);
	resolve(CURL, "www.example.org", "x.cdn.net", "192.0.2.1");
	const struct learnt l =
		learnt_of_flow(&m, open_to(CURL, "192.0.2.1", 1));
	const struct dns_node *n = learnt_query(&l);

	assert_non_null(n);
	assert_int_equal(dnstree_chain(n, chain), 2);
	assert_string_equal(chain[0], "www.example.org");
	assert_string_equal(chain[1], "x.cdn.net");
	assert_int_equal(dnstree_step(chain, 2, "X.CDN.net"), 1);
	assert_int_equal(dnstree_step(chain, 2, "elsewhere"), 0);
	model_release(&m);

	/* A circle ends. */
	struct made p;
	const struct path out = { '>', 1, "10.0.0.5", 4000, "10.0.0.53", 53, 1, CURL };
	const struct path in = { '<', 1, "10.0.0.53", 53, "10.0.0.5", 4000, 1, CURL };

	begin(true);
	query(&out, 7, "a", DNS_A, now);
	dns_head(&p, 7, QR, 1, 3);
	dns_question(&p, "a", DNS_A);
	dns_cname(&p, "a", "b");
	dns_cname(&p, "b", "c");
	dns_cname(&p, "c", "b");
	send_path(&p, &in, now);
	assert_int_equal(dnstree_chain(table_first(&m.dns.table), chain), 3);
	model_release(&m);
}

/* Nobody resolved it, or we do not know: what was lost makes the difference. */
static void test_certain(void **state)
{
	(void)state;
	begin(true);
	m.counters.lost[EVENT_RING_PACKET] = 1;
	check_name(open_to(CURL, "192.0.2.1", 1), LEARNT_UNKNOWN, "", 0);
	m.counters.lost[EVENT_RING_PACKET] = 0;
	check_name(open_to(CURL, "192.0.2.1", 2), LEARNT_NONE, "", 0);
	/* Nobody resolves what is on this host. */
	check_name(open_to(CURL, "127.0.0.1", 3), LEARNT_UNKNOWN, "", 0);
	model_release(&m);

	/* A file without DNS says nothing of names. */
	begin(false);
	check_name(open_to(0, "192.0.2.1", 1), LEARNT_UNKNOWN, "", 0);
	resolve(0, "www.example.org", NULL, "192.0.2.1");
	check_name(open_to(0, "192.0.2.1", 2), LEARNT_OWN, "www.example.org", 1);
	check_name(open_to(0, "192.0.2.2", 3), LEARNT_NONE, "", 0);
	model_release(&m);
}

static void test_made_room(void **state)
{
	static const struct model_limits few = { .dns = 4 };
	const char *names[LEARNT_NAMES];
	const struct learnt_who who = { .proc = { .pid = CURL,
						  .start_ns = CURL * 1000u },
					.netns = 1 };
	const struct address a = addr("192.0.2.1");

	(void)state;
	assert_int_equal(model_init(&m, true, &few, 1, NULL), 0);
	now = SECOND;
	resolve(CURL, "www.example.org", NULL, "192.0.2.1");
	const struct flow *f = open_to(CURL, "192.0.2.1", 1);
	check_name(f, LEARNT_OWN, "www.example.org", 1);
	for (int i = 0; i < 4; i++) {
		char name[32];

		snprintf(name, sizeof(name), "n%d.example.org", i);
		assert_int_equal(learnt_names(&m, &who, &a, names),
				 i < 4 ? i + 1 : 4);
		resolve(CURL, name, NULL, "192.0.2.1");
	}
	assert_int_equal(learnt_names(&m, &who, &a, names), 4);
	assert_string_equal(names[0], "n3.example.org");
	check_name(f, LEARNT_UNKNOWN, "", 0);
	/* Who asked may have gone. */
	check_name(open_to(CURL, "192.0.2.7", 2), LEARNT_UNKNOWN, "", 0);
	for (int i = 0; i < 4; i++)
		resolve(CURL, "www.example.org", NULL,
			i % 2 ? "192.0.2.8" : "192.0.2.9");
	assert_true(m.known.count <= 4);
	model_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose),	  cmocka_unit_test(test_kept),
		cmocka_unit_test(test_in_use),	  cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_ttl),	  cmocka_unit_test(test_chain),
		cmocka_unit_test(test_certain),	  cmocka_unit_test(test_made_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
