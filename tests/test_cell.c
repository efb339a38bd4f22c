/* SPDX-License-Identifier: MIT */
#include "tui/cell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/text.h"
#include "tests/play.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define V6(...) { .family = 6, .bytes = { __VA_ARGS__ } }
#define V4(...) { .family = 4, .bytes = { __VA_ARGS__ } }

static const struct {
	const char *label;
	struct address address;
	const char *name;
	uint16_t port;
	int width;
	const char *want;
} endpoints[] = {
	{ "v4", V4(10, 0, 0, 5), NULL, 51594, 40, "10.0.0.5:51594" },
	{ "v6 in brackets", V6(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), "", 443, 40, "[fe80::1]:443" },
	{ "any address", V4(0), NULL, 80, 40, "*:80" },
	{ "a name in its place", V4(10, 0, 0, 5), "example.com", 443, 40, "example.com:443" },
	{ "the port stays", V4(10, 0, 0, 5), "www.example.com", 443, 12, "www.exa…:443" },
	{ "only the port", V4(10, 0, 0, 5), "example.com", 443, 4, ":443" },
	{ "a wide name is not cut in half", V4(1, 1, 1, 1), "日本語", 9, 7, "日本…:9" },
	{ "no address", { 0 }, NULL, 9, 20, "" },
};

static void test_endpoint(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(endpoints); i++) {
		char text[CELL_TEXT];

		cell_endpoint(&endpoints[i].address, endpoints[i].name,
			      endpoints[i].port, endpoints[i].width, text);
		if (strcmp(text, endpoints[i].want) != 0 ||
		    (int)text_width(text) > endpoints[i].width)
			fail_msg("%s: \"%s\"", endpoints[i].label, text);
	}
}

static const struct {
	const char *label;
	const char *comm; /* NULL: no process */
	bool live;
	uint8_t how;
	int width;
	const char *want;
} owners[] = {
	{ "name and number", "curl", true, EVENT_HOW_CURRENT, 20, "curl 31337" },
	{ "the number stays", "systemd-resolve", true, EVENT_HOW_CURRENT, 12, "syste… 31337" },
	{ "only a number is known", "", true, EVENT_HOW_CURRENT, 20, "? 31337" },
	{ "the kernel's", NULL, true, EVENT_HOW_KERNEL, 20, "kernel" },
	{ "not known", NULL, true, EVENT_HOW_NONE, 20, "unknown" },
	{ "a file does not say", NULL, false, EVENT_HOW_NONE, 20, "-" },
};

static void test_owner(void **state)
{
	static struct model m;

	(void)state;
	for (size_t i = 0; i < N(owners); i++) {
		struct proc proc = { .key = { .pid = 31337 } };
		struct flow flow = { .how = owners[i].how };
		struct row row = { .kind = ROW_FLOW, .model = &m,
				   .flow = &flow };
		char text[CELL_TEXT];

		m.live = owners[i].live;
		if (owners[i].comm) {
			snprintf(proc.comm, sizeof(proc.comm), "%s",
				 owners[i].comm);
			row.proc = &proc;
		}
		cell_owner(&row, owners[i].width, text);
		if (strcmp(text, owners[i].want) != 0)
			fail_msg("%s: \"%s\"", owners[i].label, text);
	}
}

static const struct {
	const char *label;
	struct flow flow;
	int width; /* of `from` */
	const char *from, *arrow, *to, *state, *rtt;
} flows[] = {
	{ "outgoing",
	  { .state = FLOW_OPEN, .direction = FLOW_OUTGOING, .rtt_ns = 12100000 },
	  20, "10.0.0.5:4000", ">", "10.0.0.9:80", "open", "12.1ms" },
	{ "incoming",
	  { .state = FLOW_CLOSED, .direction = FLOW_INCOMING, .rtt_ns = 200000 },
	  20, "10.0.0.5:4000", "<", "10.0.0.9:80", "closed", "200us" },
	{ "no room for the address: the port alone",
	  { .state = FLOW_OPEN, .direction = FLOW_INCOMING },
	  8, ":4000", "<", "10.0.0.9:80", "open", "" },
	{ "SYN three times",
	  { .state = FLOW_UNANSWERED, .direction = FLOW_OUTGOING, .syn_count = 3 },
	  20, "10.0.0.5:4000", ">", "10.0.0.9:80", "unanswered", "SYN x3" },
	{ "SYN-ACK twice",
	  { .state = FLOW_SYN_RECEIVED, .direction = FLOW_INCOMING, .syn_count = 1, .syn_ack_count = 2 },
	  20, "10.0.0.5:4000", "<", "10.0.0.9:80", "syn_received", "SA x2" },
	{ "its SYN was never sent",
	  { .state = FLOW_FAILED, .direction = FLOW_OUTGOING },
	  20, "10.0.0.5:4000", ">", "10.0.0.9:80", "failed", "not sent" },
	{ "listening", { .state = FLOW_LISTENING, .direction = FLOW_INCOMING },
	  20, "10.0.0.5:4000", " ", "", "listening", "" },
	{ "in a file: src first",
	  { .state = FLOW_OPEN, .direction = FLOW_BETWEEN, .local_is_src = false },
	  20, "10.0.0.9:80", ">", "10.0.0.5:4000", "open", "" },
	{ "of this terminal",
	  { .state = FLOW_OPEN, .direction = FLOW_INCOMING, .carries_us = true },
	  20, "10.0.0.5:4000", "<", "10.0.0.9:80", "this session", "" },
};

static void test_flow(void **state)
{
	static struct play t;

	(void)state;
	play_init(&t, true, NULL);
	for (size_t i = 0; i < N(flows); i++) {
		struct flow flow = flows[i].flow;
		struct row row = { .kind = ROW_FLOW, .model = &t.m,
				   .flow = &flow };
		char from[CELL_TEXT], arrow[CELL_TEXT], to[CELL_TEXT];
		char status[CELL_TEXT], rtt[CELL_TEXT];

		flow.key.local = play_ip(10, 0, 0, 5);
		flow.key.local_port = 4000;
		flow.key.remote = play_ip(10, 0, 0, 9);
		flow.key.remote_port = 80;
		cell_from(&row, flows[i].width, from);
		cell_arrow(&row, 1, arrow);
		cell_to(&row, 20, to);
		cell_state(&row, 12, status);
		cell_rtt(&row, 8, rtt);
		if (strcmp(from, flows[i].from) || strcmp(to, flows[i].to) ||
		    strcmp(arrow, flows[i].arrow) ||
		    strcmp(status, flows[i].state) || strcmp(rtt, flows[i].rtt))
			fail_msg("%s: \"%s\" \"%s\" \"%s\" \"%s\" \"%s\"",
				 flows[i].label, from, arrow, to, status, rtt);
	}
	model_release(&t.m);
}

static const struct {
	const char *label;
	struct series series;
	const char *seq, *result, *rtt;
	int spark;
} series[] = {
	{ "all answered",
	  { .sent = 4, .answered = 4, .first_seq = 1, .last_seq = 4, .sum_ns = 40000000, .recent = 4 },
	  "1-4", "0% lost", "10.0ms", 4 },
	{ "one lost",
	  { .sent = 4, .answered = 3, .unanswered = 1, .first_seq = 1, .last_seq = 4, .sum_ns = 30000000, .recent = 4 },
	  "1-4", "25% lost", "10.0ms", 4 },
	{ "errors are lost, too",
	  { .sent = 2, .errors = 2, .first_seq = 1, .last_seq = 2 },
	  "1-2", "100% lost", "", 0 },
	{ "one that waits", { .sent = 1, .first_seq = 7, .last_seq = 7 },
	  "7", "0% lost", "", 0 },
	{ "answered by the kernel",
	  { .kernel_answers = true, .first_seq = 1, .last_seq = 3 },
	  "1-3", "by us", "", 0 },
	{ "more than the ring holds",
	  { .sent = 100, .answered = 100, .first_seq = 1, .last_seq = 100, .sum_ns = 100000000, .recent = 100 },
	  "1-100", "0% lost", "1.0ms", SERIES_RECENT },
};

static void test_series(void **state)
{
	static const struct model m;

	(void)state;
	for (size_t i = 0; i < N(series); i++) {
		struct series s = series[i].series;
		struct row row = { .kind = ROW_SERIES, .model = &m,
				   .series = &s };
		char seq[CELL_TEXT], result[CELL_TEXT], rtt[CELL_TEXT];
		uint64_t values[SERIES_RECENT];

		for (uint32_t k = 0; k < s.recent; k++)
			s.recent_ns[k % SERIES_RECENT] = k;
		cell_icmp_seq(&row, 10, seq);
		cell_icmp_result(&row, 10, result);
		cell_icmp_rtt(&row, 10, rtt);
		int n = cell_icmp_spark(&row, values);
		if (strcmp(seq, series[i].seq) ||
		    strcmp(result, series[i].result) ||
		    strcmp(rtt, series[i].rtt) || n != series[i].spark)
			fail_msg("%s: \"%s\" \"%s\" \"%s\" %d", series[i].label,
				 seq, result, rtt, n);
		/* Oldest first, the newest last. */
		if (n && values[n - 1] != s.recent - 1)
			fail_msg("%s: the newest is not last", series[i].label);
	}
}

static const struct {
	const char *label;
	struct quote quote;
	const char *from, *to;
} errors[] = {
	{ "about a datagram: its ends, not the router's",
	  { .src = V4(10, 0, 0, 5), .dst = V4(10, 9, 9, 9), .protocol = IPPROTO_UDP, .src_port = 4000, .dst_port = 9 },
	  "10.0.0.5:4000", "10.9.9.9:9" },
	{ "about a ping: no ports",
	  { .src = V4(10, 0, 0, 5), .dst = V4(10, 9, 9, 9), .protocol = IPPROTO_ICMP, .id = 7 },
	  "10.0.0.5", "10.9.9.9" },
	{ .label = "nothing quoted", .from = "10.0.0.1", .to = "10.0.0.5" },
};

static const struct {
	const char *label;
	struct icmp_error error;
	const char *result;
} results[] = {
	{ "a closed port", { .src = V4(10, 0, 0, 1), .type = 3, .code = 3 }, "port unreach" },
	{ "over IPv6", { .src = V6(0xfe, 0x80), .type = 1, .code = 4 }, "port unreach" },
	{ "the MTU is not cut", { .src = V4(10, 0, 0, 1), .type = 3, .code = 4, .mtu = 1280 }, "MTU 1280, too big" },
	{ "nor the hop", { .src = V6(0xfe, 0x80), .type = 3, .hop = 3 }, "hop 3, out of hops" },
	{ "a code without a word", { .src = V4(10, 0, 0, 1), .type = 3, .code = 99 }, "DestinationUnreachable(Code: 99)" },
};

static void test_result(void **state)
{
	static const struct model m;

	(void)state;
	for (size_t i = 0; i < N(results); i++) {
		struct row row = { .kind = ROW_ICMP_ERROR, .model = &m,
				   .icmp_error = &results[i].error };
		char result[CELL_TEXT];

		cell_icmp_result(&row, 40, result);
		if (strcmp(result, results[i].result))
			fail_msg("%s: \"%s\"", results[i].label, result);
	}
}

static void test_error(void **state)
{
	static const struct model m;

	(void)state;
	for (size_t i = 0; i < N(errors); i++) {
		struct icmp_error e = { .id = 1, .src = V4(10, 0, 0, 1),
					.dst = V4(10, 0, 0, 5), .type = 3,
					.code = 3, .quote = errors[i].quote };
		struct row row = { .kind = ROW_ICMP_ERROR, .model = &m,
				   .icmp_error = &e };
		char from[CELL_TEXT], to[CELL_TEXT], result[CELL_TEXT];

		cell_icmp_from(&row, 40, from);
		cell_icmp_to(&row, 40, to);
		cell_icmp_result(&row, 40, result);
		if (strcmp(from, errors[i].from) || strcmp(to, errors[i].to) ||
		    strcmp(result, "port unreach"))
			fail_msg("%s: \"%s\" \"%s\" \"%s\"",
				 errors[i].label, from, to, result);
	}
}

static int setup(void **state)
{
	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endpoint),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_flow),
		cmocka_unit_test(test_series),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_result),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
