/* SPDX-License-Identifier: MIT */
#include "core/users.h"
#include "tests/sample.h"

#include "core/field.h"

static const struct text_claim {
	enum sample_row row;
	const char *field, *want; /* "-": the row does not have it */
} texts[] = {
	{ FLOW, "net.sip", "10.0.0.5" },
	{ FLOW, "net.dip", "93.184.216.34" },
	{ FLOW, "net.sport", "51594" },
	{ FLOW, "net.dport", "443" },
	{ FLOW, "net.dport.name", "https" },
	{ FLOW, "net.l4.proto", "TCP" },
	{ FLOW, "net.dip.names", "Example.com" },
	{ FLOW, "net.sip.names", "-" },
	{ FLOW, "dns.name", "Example.com" },
	{ FLOW, "net.direction", "outgoing" },
	{ FLOW, "net.netns", "4026531840" },
	{ FLOW, "ip.version", "4" },
	{ FLOW, "tcp.state", "open" },
	{ FLOW, "tcp.rtt", "12.0ms" },
	{ FLOW, "tcp.duration", "500ms" },
	{ FLOW, "tcp.bytes", "3.9KiB" },
	{ FLOW, "tcp.syn.count", "1" },
	{ FLOW, "tcp.close", "-" },
	{ FLOW, "tcp.error", "-" },
	{ FLOW, "tcp.syn", "-" },
	{ FLOW, "tcp", "yes" },
	{ FLOW, "udp", "-" },
	{ FLOW, "dns", "-" },
	{ FLOW, "ps.name", "curl" },
	{ FLOW, "ps.pid", "31337" },
	{ FLOW, "ps.ppid", "812" },
	{ FLOW, "ps.uid", "1000" },
	{ FLOW, "ps.user", "anna" },
	{ FLOW, "ps.container", "-" },
	{ LISTENER, "ps.user", "-" },
	{ FLOW, "ps.gid", "1001" },
	{ FLOW, "ps.exe", "/usr/bin/curl" },
	{ FLOW, "ps.cmdline", "curl example.com" },
	{ FLOW, "ps.parent.name", "bash" },
	{ FLOW, "ps.ancestor", "bash" },
	{ FLOW, "ps.how", "state" },
	{ LISTENER, "net.sport", "8080" },
	{ LISTENER, "net.dip", "-" },
	{ LISTENER, "net.dport", "-" },
	{ LISTENER, "tcp.bytes", "-" },
	{ LISTENER, "ps.name", "-" },
	{ LISTENER, "ip6", "yes" },
	{ SERIES, "net.dip", "8.8.8.8" },
	{ SERIES, "icmp.id", "27646" },
	{ SERIES, "icmp.seq", "-" },
	{ SERIES, "icmp.rtt", "12.0ms" },
	{ SERIES, "icmp.loss", "33" },
	{ SERIES, "icmp", "yes" },
	{ SERIES, "icmp6", "-" },
	{ PING, "icmp.seq", "2" },
	{ PING, "icmp.rtt", "13.0ms" },
	{ PING, "icmp.state", "answered" },
	{ PING, "icmp.typecode", "EchoRequest" },
	{ PING, "icmp.error", "-" },
	{ PING, "icmp.late", "no" },
	{ PING, "net.dport", "-" },
	{ ICMP_ERROR, "icmp.typecode", "DestinationUnreachable(Port)" },
	{ ICMP_ERROR, "icmp.quote.proto", "UDP" },
	{ ICMP_ERROR, "icmp.quote.sport", "4000" },
	{ ICMP_ERROR, "icmp.quote.dip", "10.0.0.9" },
	{ ICMP_ERROR, "net.sport", "-" },
	{ DNS, "dns.name", "Example.com" },
	{ DNS, "dns.rr", "A" },
	{ DNS, "dns.class", "IN" },
	{ DNS, "dns.rcode", "NOERROR" },
	{ DNS, "dns.latency", "21.0ms" },
	{ DNS, "dns.state", "answered" },
	{ DNS, "net.dport.name", "domain" },
	{ DNS, "net.l4.proto", "UDP" },
	{ DNS, "udp", "yes" },
	{ DNS_TCP, "udp", "-" },
	{ DNS_TCP, "tcp", "yes" },
	{ DNS_TCP, "dns", "yes" },
	{ DNS_TCP, "dns.name", "." },
	{ DNS_TCP, "dns.rcode", "-" },
	{ DNS_TCP, "net.sip", "2001:db8::5" },
	{ PROC, "ps.name", "curl" },
	{ PROC, "net.sip", "-" },
	{ SYN, "tcp.syn", "yes" },
	{ SYN, "tcp.ack", "no" },
	{ SYN, "tcp.flags", "SYN" },
	{ SYN, "tcp.seq", "1000" },
	{ SYN, "tcp.ack.seq", "-" },
	{ SYN, "tcp.window", "64240" },
	{ SYN, "tcp.len", "0B" },
	{ SYN, "ip.ttl", "64" },
	{ SYN, "ip.id", "4660" },
	{ SYN, "ip.flags", "2" },
	{ SYN, "net.size", "40B" },
	{ SYN, "net.iface", "eth0" },
	{ SYN, "net.drop", "-" },
	{ FLOW, "net.drop", "-" },
	{ RESPONSE, "net.drop", "NO_SOCKET" },
	{ SYN, "net.direction", "egress" },
	{ SYN, "evt.seq", "7" },
	{ SYN, "evt.name", "-" },
	{ SYN, "ps.name", "curl" },
	{ SYN, "ps.tid", "31338" },
	{ SYN, "dns.name", "-" },
	{ RESPONSE, "tcp.syn", "-" },
	{ RESPONSE, "dns.name", "example.com" },
	{ RESPONSE, "dns.rr", "A" },
	{ RESPONSE, "dns.id", "52902" },
	{ RESPONSE, "dns.rcode", "NOERROR" },
	{ RESPONSE, "dns.answers", "x.cdn.net, 93.184.216.34" },
	{ RESPONSE, "dns.answers.ip", "93.184.216.34" },
	{ RESPONSE, "dns.answers.cname", "x.cdn.net" },
	{ RESPONSE, "dns.answers.mx", "-" },
	{ RESPONSE, "dns.ttl", "43" },
	{ RESPONSE, "dns.options", "STANDARD" },
	{ RESPONSE, "net.sport.name", "domain" },
};

static void test_text(void **state)
{
	struct sample s;
	int failed = 0;

	(void)state;
	sample_init(&s);
	static const char passwd[] = "anna:x:1000:1000::/:/bin/sh\n";
	struct users *users = users_new(passwd, sizeof(passwd) - 1);
	assert_non_null(users);
	s.model.users = users;
	for (size_t i = 0; i < N(texts); i++) {
		const struct text_claim *c = &texts[i];
		const struct field *f = field_find(c->field);
		char text[256] = "no such field";
		if (f)
			field_text(f, &s.row[c->row], text, sizeof(text));
		if (strcmp(text, c->want)) {
			print_error("row %d %s: \"%s\", wanted \"%s\"\n",
				    c->row, c->field, text, c->want);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
	s.model.users = NULL;
	users_free(users);
	sample_release(&s);
}

static const struct find_claim {
	const char *label, *name, *want; /* NULL: none */
} finds[] = {
	{ "canonical", "net.dport", "net.dport" },
	{ "any case", "NET.DPort", "net.dport" },
	{ "alias", "src.port", "net.sport" },
	{ "second alias", "dst_port", "net.dport" },
	{ "alias, any case", "SRC", "net.sip" },
	{ "part of an alias", "src.por", NULL },
	{ "two aliases", "dst.port dst_port", NULL },
	{ "Tracee's argument", "net_packet_tcp.args.src_port", "net.sport" },
	{ "Tracee's data", "net_packet_ipv6.data.dst", "net.dip" },
	{ "Tracee's other argument", "net_packet_tcp.args.proto_tcp", NULL },
	{ "no argument behind it", "net_packet_tcp", NULL },
	{ "ends in the middle", "net_packet_tcp.a", NULL },
	{ "empty", "", NULL },
};

static const struct find_claim nears[] = {
	{ "one letter missing", "net.dprt", "net.dport" },
	{ "one letter wrong", "tcp.rty", "tcp.rtt" },
	{ "two letters turned", "dns.naem", "dns.name" },
	{ "near an alias", "comn", "ps.name" },
	{ "far from all", "xylophone", NULL },
	{ "one letter", "q", NULL },
	{ "empty", "", NULL },
};

static void test_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(finds); i++) {
		const struct field *f = field_find(finds[i].name);
		const char *name = f ? f->name : "none";
		const char *want = finds[i].want ? finds[i].want : "none";
		if (strcmp(name, want))
			fail_msg("%s: %s, wanted %s", finds[i].label, name,
				 want);
	}
	for (size_t i = 0; i < N(nears); i++) {
		const char *name = field_nearest(nears[i].name);
		const char *want = nears[i].want ? nears[i].want : "none";
		if (strcmp(name ? name : "none", want))
			fail_msg("%s: %s, wanted %s", nears[i].label,
				 name ? name : "none", want);
	}
}

static const struct value_claim {
	const char *label;
	struct value value;
	size_t size;
	const char *want;
} values[] = {
	{ "yes", { .kind = VALUE_BOOL, .number = 1 }, 16, "yes" },
	{ "size", { .kind = VALUE_SIZE, .number = 2048 }, 16, "2.0KiB" },
	{ "text, cut", { .kind = VALUE_TEXT, .text = "abcdef" }, 4, "abc" },
	{ "cut at a character's end",
	  { .kind = VALUE_TEXT, .text = "ab\u20accd" }, 5, "ab" },
	{ "list", { .kind = VALUE_LIST, .list = { "a", "b" }, .list_len = 2 },
	  16, "a, b" },
	{ "list that was cut",
	  { .kind = VALUE_LIST, .list = { "a" }, .list_len = 1, .list_cut = true },
	  16, "a, ..." },
	{ "list, no room",
	  { .kind = VALUE_LIST, .list = { "aaaa", "bbbb" }, .list_len = 2 }, 8,
	  "aaaa, b" },
	{ "nothing", { .kind = VALUE_NONE }, 8, "" },
};

static void test_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(values); i++) {
		char text[32];
		memset(text, 'x', sizeof(text));
		value_text(&values[i].value, NULL, text, values[i].size);
		if (strcmp(text, values[i].want))
			fail_msg("%s: \"%s\", wanted \"%s\"", values[i].label,
				 text, values[i].want);
	}
}

static void count_line(void *ctx, const char *text)
{
	assert_int_equal(strcspn(text, "\n"), strlen(text));
	++*(size_t *)ctx;
}

static void test_list(void **state)
{
	size_t lines = 0;

	(void)state;
	field_list(count_line, &lines);
	assert_int_equal(lines, fields_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_value),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
