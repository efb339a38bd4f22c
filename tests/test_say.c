/* SPDX-License-Identifier: MIT */
#include "tui/say.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tui/summary.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* What comes out on descriptor 2 meanwhile. */
static const char *heard(void (*speak)(const char *), const char *text)
{
	static char got[8192];
	int p[2], old = dup(2);

	assert_int_equal(pipe(p), 0);
	dup2(p[1], 2);
	speak(text);
	dup2(old, 2);
	close(old);
	close(p[1]);
	ssize_t n = read(p[0], got, sizeof(got) - 1);
	close(p[0]);
	got[n > 0 ? n : 0] = '\0';
	return got;
}

static const struct claim {
	const char *label, *locale, *text, *want;
} claims[] = {
	{ "plain", "C.UTF-8", "no such file", "netexplore: no such file\n" },
	{ "UTF-8", "C.UTF-8", "b\xc3\xbc\xe6\x97\xa5", "netexplore: b\xc3\xbc\xe6\x97\xa5\n" },
	{ "no UTF-8 where there is none", "C", "b\xc3\xbc\xe6\x97\xa5", "netexplore: b??\n" },
	{ "two lines", "C", "column 3: what\n  ^", "netexplore: column 3: what\n  ^\n" },
};

static void test_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		setlocale(LC_CTYPE, claims[i].locale);
		const char *got = heard(say_error, claims[i].text);
		if (strcmp(got, claims[i].want) != 0)
			fail_msg("%s: \"%s\"", claims[i].label, got);
	}
}

static void begin(const char *filter)
{
	struct run r = { .lines = (void *)&r };
	struct errmsg err;

	assert_int_equal(filter_parse(&r.filter, filter, &err), 0);
	say_begin(&r);
	filter_free(r.filter);
}

/* A filter on what only connections have prints nothing: not without a word. */
static void test_begin(void **state)
{
	(void)state;
	assert_string_equal(heard(begin, "tcp.rtt > 1ms"),
			    "netexplore: no packet has tcp.rtt, so none will match (filter: tcp.rtt > 1ms)\n");
	assert_string_equal(heard(begin, "port 53 and icmp.rtt > 1ms"),
			    "netexplore: no packet has icmp.rtt, so none will match (filter: port 53 and icmp.rtt > 1ms)\n");
	assert_string_equal(heard(begin, "port 53 or tcp.rtt > 1ms"), "");
	assert_string_equal(heard(begin, "evt.name = net_packet_dns"), "");
	assert_string_equal(heard(begin, ""), "");
}

static void test_long(void **state)
{
	(void)state;
	static char text[5000];

	memset(text, 'x', sizeof(text) - 1);
	const char *got = heard(say_hint, text);
	size_t len = strlen(got);
	assert_int_equal(len, 2048);
	assert_int_equal(got[len - 1], '\n');
}

static void collect(void *ctx, const char *text)
{
	char *all = ctx;
	size_t len = strlen(all);

	snprintf(all + len, 4096 - len, "%s\n", text);
}

/* Every counter of loss is in it, each with a number of its own. */
static void test_summary(void **state)
{
	(void)state;
	static struct run r;
	struct model_counters *c = &r.model.counters;
	char all[4096] = "";
	static const char *const wants[] = {
		"31 packets in 2.0s, 30 lost\n",
		"packet ring: produced 11, delivered 12, lost 13\n",
		"socket ring: produced 14, delivered 15, lost 16\n",
		"read errors 1\n",
		"owner unknown 19, kernel 20, no socket 21, copies 22\n",
		"truncated 23, malformed 24, not IP 25\n",
		"missing: bad records 18, owners without room 33, datagrams without room for their reader 39, kernel programs left out 38, texts without room 30, incomplete DNS over TCP 34, incomplete IP datagrams 38, packets in tunnels not looked into 41\n",
		"evicted: flows 26, pings 27, series 32, ICMP errors 35, DNS 28, DNS streams 36, datagrams that waited for their reader 40, names 37, processes 29\n",
	};

	r.live = r.model.live = true;
	r.begun_ns = 1000000000;
	r.model.now_ns = 3000000000;
	*c = (struct model_counters){
		.packets = 31,
		.produced = { 11, 14 }, .delivered = { 12, 15 }, .lost = { 13, 16 },
		.read_error = 1, .no_storage = 33, .no_reader = 39, .missed_runs = 38, .bad_records = 18, .unknown = 19, .kernel = 20,
		.no_socket = 21, .copies = 22, .truncated = 23, .malformed = 24,
		.not_ip = 25, .strings_full = 30,
	};
	r.model.flows.evicted = 26;
	r.model.pings.table.evicted = 27;
	r.model.pings.series.evicted = 32;
	r.model.dns.table.evicted = 28;
	r.model.procs.table.evicted = 29;
	r.model.streams.incomplete = 34;
	r.model.fragments.incomplete = 38;
	r.model.pings.errors_evicted = 35;
	r.model.streams.table.evicted = 36;
	r.model.learnt.evicted = 37;
	r.model.reads.evicted = 40;
	r.model.tunnels.full = 41;
	summary_lines(&r, collect, all);
	for (size_t i = 0; i < N(wants); i++)
		if (!strstr(all, wants[i]))
			fail_msg("no \"%s\" in:\n%s", wants[i], all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_summary),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
