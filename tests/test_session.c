/* SPDX-License-Identifier: MIT */
#include "core/session.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>

#include "tests/scene.h"
#include "tests/strict.h"

struct sink {
	char *text;
	size_t len, size;
	size_t calls, fail_at; /* fail_at: the call that fails; 0: none */
};

static int sink_write(void *ctx, const char *text, size_t n)
{
	struct sink *k = ctx;

	if (++k->calls == k->fail_at)
		return -ENOSPC;
	assert_true(n < k->size - k->len);
	memcpy(k->text + k->len, text, n);
	k->len += n;
	k->text[k->len] = '\0';
	return 0;
}

static void sink_init(struct sink *k)
{
	*k = (struct sink){ .size = 1 << 20 };
	k->text = malloc(k->size);
	assert_non_null(k->text);
	k->text[0] = '\0';
}

static const struct session_head head = {
	.host = "fujitsu", .kernel = "6.1.0", .version = "0.1.0",
	.source = "live", .started_ns = BOOT_NS, .ended_ns = BOOT_NS + 5,
};

/* The document, parsed strictly. `between` is called once, in the middle. */
static struct json_object *export(struct scene *s, const char *filter_text,
				  size_t budget, void (*between)(struct scene *),
				  size_t between_at)
{
	struct filter *f;
	struct sink k;
	int rc = 1;

	sink_init(&k);
	assert_int_equal(filter_parse(&f, filter_text, NULL), 0);
	struct session *x = session_begin(&s->model, f, &head, sink_write, &k);
	assert_non_null(x);
	for (size_t i = 0; rc == 1; i++) {
		if (between && i == between_at)
			between(s);
		assert_true(i < 1000);
		rc = session_step(x, budget);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(session_step(x, budget), 0);
	session_free(x);
	filter_free(f);

	struct json_tokener *t = json_tokener_new();
	json_tokener_set_flags(t, strict_flags());
	struct json_object *o = json_tokener_parse_ex(t, k.text, (int)k.len);
	if (!o || strspn(k.text + json_tokener_get_parse_end(t), "\n") !=
			  k.len - json_tokener_get_parse_end(t))
		fail_msg("%s\nin: %s",
			 json_tokener_error_desc(json_tokener_get_error(t)),
			 k.text);
	json_tokener_free(t);
	free(k.text);
	return o;
}

/* "flows.0.steps.1.flags" as text; "-": there is none; "[3]": an array of 3. */
static void find(struct json_object *o, const char *path, char *text,
		 size_t size)
{
	while (o && *path) {
		char name[64];
		size_t n = strcspn(path, ".");
		snprintf(name, sizeof(name), "%.*s", (int)n, path);
		if (json_object_is_type(o, json_type_array))
			o = json_object_array_get_idx(o, strtoul(name, NULL, 10));
		else
			o = json_object_object_get(o, name);
		path += n + (path[n] == '.');
	}
	if (!o)
		snprintf(text, size, "-");
	else if (json_object_is_type(o, json_type_array))
		snprintf(text, size, "[%zu]", json_object_array_length(o));
	else
		snprintf(text, size, "%s",
			 json_object_to_json_string_ext(
				 o, JSON_C_TO_STRING_PLAIN |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
}

struct member_claim {
	const char *path, *want;
};

static void check(struct json_object *o, const struct member_claim *claims,
		  size_t n)
{
	int failed = 0;

	for (size_t i = 0; i < n; i++) {
		char text[512];
		find(o, claims[i].path, text, sizeof(text));
		if (strcmp(text, claims[i].want)) {
			print_error("%s: %s, wanted %s\n", claims[i].path, text,
				    claims[i].want);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

#define T "1714557" /* 2024-05-01 10:00:00 UTC is 1714557600 */

static const struct member_claim whole[] = {
	{ "schema", "\"netexplore.session/1\"" },
	{ "host", "\"fujitsu\"" },
	{ "kernel", "\"6.1.0\"" },
	{ "version", "\"0.1.0\"" },
	{ "source", "\"live\"" },
	{ "started_ns", T "600000000000" },
	{ "ended_ns", T "600000000005" },
	{ "filter", "-" },

	{ "processes", "[3]" },
	{ "processes.0.id", "1" },
	{ "processes.0.pid", "100" },
	{ "processes.0.ppid", "1" },
	{ "processes.0.uid", "1000" },
	{ "processes.0.name", "\"curl\"" },
	{ "processes.0.exe", "-" },
	{ "processes.0.container", "-" },
	{ "processes.0.start_ns", T "600000100000" },
	{ "processes.2.name", "\"ping\"" },

	{ "flows", "[3]" },
	{ "flows.0.process", "1" },
	{ "flows.0.direction", "\"outgoing\"" },
	{ "flows.0.src", "\"10.0.0.5\"" },
	{ "flows.0.src_port", "5001" },
	{ "flows.0.dst", "\"192.0.2.80\"" },
	{ "flows.0.dst_port", "443" },
	{ "flows.0.service", "\"https\"" },
	{ "flows.0.name", "\"www.example\"" },
	{ "flows.0.state", "\"open\"" },
	{ "flows.0.close_reason", "-" },
	{ "flows.0.syn_ns", T "601100000000" },
	{ "flows.0.syn_ack_ns", T "601112000000" },
	{ "flows.0.ack_ns", T "601112050000" },
	{ "flows.0.rtt_ns", "12000000" },
	{ "flows.0.syn_count", "1" },
	{ "flows.0.retransmits", "0" },
	{ "flows.0.tx_packets", "2" },
	{ "flows.0.tx_bytes", "0" },
	{ "flows.0.rx_packets", "1" },
	{ "flows.0.rx_bytes", "0" },
	{ "flows.0.end_ns", "-" },
	{ "flows.0.peer", "-" },
	{ "flows.0.steps", "[3]" },
	{ "flows.0.steps.0.time_ns", T "601100000000" },
	{ "flows.0.steps.0.direction", "\"egress\"" },
	{ "flows.0.steps.0.flags", "\"SYN\"" },
	{ "flows.0.steps.0.seq", "10" },
	{ "flows.0.steps.0.ack", "0" },
	{ "flows.0.steps.0.len", "0" },
	{ "flows.0.steps.1.direction", "\"ingress\"" },
	{ "flows.0.steps.1.flags", "\"SYN,ACK\"" },
	{ "flows.0.steps_seen", "-" },
	/* Two ends of one connection, each with its process. */
	{ "flows.1.process", "2" },
	{ "flows.1.direction", "\"outgoing\"" },
	{ "flows.1.src_port", "5002" },
	{ "flows.1.peer", "2" },
	{ "flows.1.rtt_ns", "30000" },
	{ "flows.2.process", "1" },
	{ "flows.2.direction", "\"incoming\"" },
	{ "flows.2.src_port", "5002" },
	{ "flows.2.dst_port", "8080" },
	{ "flows.2.peer", "1" },
	{ "flows.2.rtt_ns", "30000" },

	{ "icmp", "[3]" },
	{ "icmp.0.process", "3" },
	{ "icmp.0.direction", "\"asked\"" },
	{ "icmp.0.src", "\"10.0.0.5\"" },
	{ "icmp.0.dst", "\"192.0.2.1\"" },
	{ "icmp.0.family", "4" },
	{ "icmp.0.id", "7" },
	{ "icmp.0.seq", "1" },
	{ "icmp.0.request_ns", T "602000000000" },
	{ "icmp.0.reply_ns", T "602011000000" },
	{ "icmp.0.rtt_ns", "11000000" },
	{ "icmp.0.state", "\"answered\"" },
	{ "icmp.0.late", "-" },
	{ "icmp.1.reply_ns", "-" },
	{ "icmp.1.rtt_ns", "-" },
	{ "icmp.1.state", "\"unanswered\"" },
	{ "icmp.2.dst", "\"192.0.2.2\"" },

	{ "icmp_errors", "[2]" },
	{ "icmp_errors.0.process", "-" },
	{ "icmp_errors.0.src", "\"10.0.0.9\"" },
	{ "icmp_errors.0.dst", "\"10.0.0.5\"" },
	{ "icmp_errors.0.typeCode", "\"DestinationUnreachable(Port)\"" },
	{ "icmp_errors.0.time_ns", T "603500000000" },
	{ "icmp_errors.0.flow.proto", "\"udp\"" },
	{ "icmp_errors.0.flow.src", "\"10.0.0.5\"" },
	{ "icmp_errors.0.flow.src_port", "4003" },
	{ "icmp_errors.0.flow.dst", "\"10.0.0.9\"" },
	{ "icmp_errors.0.flow.dst_port", "9" },
	{ "icmp_errors.1.process", "1" },
	{ "icmp_errors.1.flow.proto", "\"tcp\"" },

	{ "dns", "[3]" },
	{ "dns.0.process", "1" },
	{ "dns.0.direction", "\"asked\"" },
	{ "dns.0.src", "\"10.0.0.5\"" },
	{ "dns.0.src_port", "4000" },
	{ "dns.0.dst", "\"10.0.0.53\"" },
	{ "dns.0.dst_port", "53" },
	{ "dns.0.transport", "\"udp\"" },
	{ "dns.0.id", "4000" },
	{ "dns.0.query", "\"www.example\"" },
	{ "dns.0.type", "\"A\"" },
	{ "dns.0.class", "\"IN\"" },
	{ "dns.0.query_ns", T "601000000000" },
	{ "dns.0.answer_ns", T "601010000000" },
	{ "dns.0.latency_ns", "10000000" },
	{ "dns.0.retries", "0" },
	{ "dns.0.state", "\"answered\"" },
	{ "dns.0.rcode", "\"NOERROR\"" },
	{ "dns.0.answers", "[2]" },
	{ "dns.0.answers.0",
	  "{\"name\":\"www.example\",\"type\":\"CNAME\",\"ttl\":43,\"data\":\"web.example\"}" },
	{ "dns.0.answers.1",
	  "{\"name\":\"web.example\",\"type\":\"A\",\"ttl\":60,\"data\":\"192.0.2.80\"}" },
	{ "dns.1.process", "2" },
	{ "dns.1.state", "\"unanswered\"" },
	{ "dns.1.answer_ns", "-" },
	{ "dns.1.rcode", "-" },
	{ "dns.1.answers", "-" },
	{ "dns.2.answers", "[5]" },

	{ "counters.packets", "20" },
	{ "counters.lost.packet_ring", "0" },
	{ "counters.lost.socket_ring", "0" },
	{ "counters.lost.read_error", "0" },
	{ "counters.lost.evicted_flows", "0" },
	{ "counters.lost.evicted_pings", "0" },
	{ "counters.lost.evicted_dns", "0" },
	{ "counters.lost.evicted_processes", "0" },
	{ "counters.lost.evicted_names", "0" },
	{ "counters.lost.no_storage", "0" },
	{ "counters.lost.missed_runs", "0" },
	{ "counters.unattributed.no_socket", "0" },
	{ "counters.unattributed.kernel", "0" },
	{ "counters.unattributed.unknown", "0" },
	{ "counters.truncated", "0" },
	{ "counters.malformed", "0" },
	{ "counters.tcp.begun", "3" },
	{ "counters.tcp.handshakes", "3" },
	{ "counters.tcp.refused", "0" },
	{ "counters.tcp.reset", "0" },
	{ "counters.tcp.unanswered", "0" },
	{ "counters.tcp.ended", "0" },
	{ "counters.icmp.requests", "3" },
	{ "counters.icmp.answered", "1" },
	{ "counters.icmp.unanswered", "0" },
	{ "counters.dns.queries", "3" },
	{ "counters.dns.answered", "2" },
	{ "counters.dns.failed", "0" },
	{ "counters.dns.unanswered", "0" },
};

static void test_members(void **state)
{
	/* However many rows a step writes, the document is the same. */
	static const size_t budgets[] = { 0, 1, 2, 7, 1000 };
	struct scene s;

	(void)state;
	scene_init(&s);
	for (size_t i = 0; i < N(budgets); i++) {
		struct json_object *o =
			export(&s, "", budgets[i], NULL, 0);
		check(o, whole, N(whole));
		json_object_put(o);
	}
	scene_release(&s);
}

static const struct member_claim filtered[] = {
	{ "filter", "\"port 8080 or \\\"192.0.2.2\\\" or wget\"" },
	{ "processes", "[3]" },
	{ "flows", "[2]" },
	{ "flows.0.process", "2" },
	{ "flows.0.peer", "1" },
	{ "flows.1.process", "1" },
	{ "flows.1.peer", "0" },
	{ "icmp", "[1]" },
	{ "icmp.0.process", "3" },
	{ "icmp_errors", "[0]" },
	{ "dns", "[1]" },
	{ "dns.0.query", "\"nope.example\"" },
	{ "counters.tcp.begun", "3" }, /* counters count everything */
};

static const struct member_claim one_end[] = {
	{ "flows", "[1]" },
	{ "flows.0.direction", "\"incoming\"" },
	{ "flows.0.peer", "-" }, /* it is not in the document */
	{ "processes", "[1]" },
	{ "processes.0.id", "1" },
	{ "processes.0.name", "\"curl\"" },
};

static const struct member_claim nothing[] = {
	{ "processes", "[0]" }, { "flows", "[0]" },    { "icmp", "[0]" },
	{ "icmp_errors", "[0]" }, { "dns", "[0]" },
	{ "counters.packets", "20" },
};

static void test_filter(void **state)
{
	struct json_object *o;
	struct scene s;

	(void)state;
	scene_init(&s);
	o = export(&s, "port 8080 or \"192.0.2.2\" or wget", 2, NULL, 0);
	check(o, filtered, N(filtered));
	json_object_put(o);
	o = export(&s, "port 8080 net.direction = incoming", 2, NULL, 0);
	check(o, one_end, N(one_end));
	json_object_put(o);
	o = export(&s, "xylophone", 1, NULL, 0);
	check(o, nothing, N(nothing));
	json_object_put(o);
	scene_release(&s);
}

/* So many new connections and queries that all old ones make room. */
static void flood(struct scene *s)
{
	for (uint16_t i = 0; i < 40; i++) {
		scene_segment(s, 200, 4000000u + i, EVENT_EGRESS, "10.0.0.5",
			      (uint16_t)(6000 + i), "192.0.2.90", 80, TCP_SYN, i,
			      0);
		scene_query(s, 200, 4000u + i, (uint16_t)(7000 + i), "b.example");
		scene_echo(s, 4000u + i, false, "192.0.2.3", 9, i);
		scene_proc(s, 1000u + i, "new");
	}
}

static const struct member_claim flooded[] = {
	/* Processes and the first flow were written before. */
	{ "processes", "[3]" },
	{ "flows", "[3]" },
	{ "flows.0.state", "\"open\"" },
	{ "flows.0.evicted", "-" },
	/* These keep their places, so that peers stay right. */
	{ "flows.1.evicted", "true" },
	{ "flows.1.process", "2" },
	{ "flows.1.direction", "\"outgoing\"" },
	{ "flows.1.src", "\"127.0.0.1\"" },
	{ "flows.1.src_port", "5002" },
	{ "flows.1.dst_port", "8080" },
	{ "flows.1.state", "-" },
	{ "flows.1.peer", "2" },
	{ "flows.2.evicted", "true" },
	{ "flows.2.direction", "\"incoming\"" },
	{ "flows.2.src_port", "5002" },
	{ "flows.2.peer", "1" },
	{ "icmp", "[0]" },
	{ "icmp_errors", "[2]" },
	{ "dns", "[3]" },
	{ "dns.0.evicted", "true" },
	{ "dns.0.query", "-" },
	/* The counters are those of the end. */
	{ "counters.tcp.begun", "43" },
	{ "counters.lost.evicted_flows", "27" },
};

static void test_evicted_meanwhile(void **state)
{
	struct json_object *o;
	struct scene s;

	(void)state;
	scene_init(&s);
	/* Steps of one row: 3 processes, then a flow. */
	o = export(&s, "", 1, flood, 4);
	check(o, flooded, N(flooded));
	json_object_put(o);

	/* At every other moment it is a document too. */
	for (size_t at = 0; at < 15; at++) {
		scene_release(&s);
		scene_init(&s);
		o = export(&s, "", 1, flood, at);
		json_object_put(o);
	}
	scene_release(&s);
}

static void test_processes_gone(void **state)
{
	static const struct member_claim gone[] = {
		{ "processes", "[3]" },
		{ "processes.0", "{\"id\":1,\"pid\":100}" },
		{ "flows.1.process", "2" },
	};
	struct json_object *o;
	struct scene s;

	(void)state;
	scene_init(&s);
	o = export(&s, "", 1, flood, 0);
	check(o, gone, N(gone));
	json_object_put(o);
	scene_release(&s);
}

static void test_write_fails(void **state)
{
	struct scene s;
	struct sink k;

	(void)state;
	scene_init(&s);
	for (size_t at = 1; at < 40; at++) {
		sink_init(&k);
		k.fail_at = at;
		struct session *x = session_begin(&s.model, NULL, &head,
						  sink_write, &k);
		int rc = 1;
		while (rc == 1)
			rc = session_step(x, 3);
		assert_int_equal(rc, -ENOSPC);
		assert_int_equal(session_step(x, 3), -ENOSPC);
		assert_int_equal(k.calls, at); /* not one more */
		session_free(x);
		free(k.text);
	}
	scene_release(&s);
	session_free(NULL);
}

/* File names are any bytes; the document is UTF-8 all the same. */
static void test_hostile_source(void **state)
{
	const struct session_head hostile = { .source = "a\xff\033[2J\"\\b" };
	struct scene s;
	struct sink k;

	(void)state;
	scene_init(&s);
	sink_init(&k);
	struct session *x = session_begin(&s.model, NULL, &hostile, sink_write,
					  &k);
	while (session_step(x, 100) == 1)
		;
	session_free(x);
	assert_non_null(strstr(k.text,
			       "\"source\": \"a\\\\255\\\\027[2J\\\"\\\\b\","));
	assert_null(strstr(k.text, "\"host\""));
	assert_null(strstr(k.text, "started_ns"));
	free(k.text);
	scene_release(&s);
}

/* One element a line: that is what makes two documents comparable. */
static void test_lines(void **state)
{
	struct scene s;
	struct sink k;
	size_t lines = 0;

	(void)state;
	scene_init(&s);
	sink_init(&k);
	struct session *x = session_begin(&s.model, NULL, &head, sink_write, &k);
	while (session_step(x, 100) == 1)
		;
	session_free(x);
	for (const char *c = k.text; *c; c++)
		lines += *c == '\n';
	/* Head 7, five arrays with 14 elements and 5 closing lines, counters. */
	assert_int_equal(lines, 7 + 5 + 14 + 5 + 1);
	assert_int_equal(k.text[k.len - 1], '\n');
	free(k.text);
	scene_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_evicted_meanwhile),
		cmocka_unit_test(test_processes_gone),
		cmocka_unit_test(test_write_fails),
		cmocka_unit_test(test_hostile_source),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
