/* SPDX-License-Identifier: MIT */
#include "core/tracee.h"

#include <errno.h>

#include "tests/shot.h"

static struct proc sample_proc(void)
{
	return (struct proc){
		.key = { .pid = 4242, .start_ns = 1000 }, .parent_start_ns = 500,
		.cgroup_id = 99, .ppid = 4000, .ns_pid = 42, .ns_ppid = 40,
		.uid = 1000, .mnt_ns = 4026531841, .pid_ns = 4026531836,
		.comm = "curl", .exe = "/usr/bin/curl", .known = true,
	};
}

/* A whole line: keys, types and order are the reference pages'. */
static void test_line(void **state)
{
	struct shot *s = shot_of(B(SYN));
	struct proc proc = sample_proc();

	(void)state;
	s->model.wall_offset_ns = 5;
	s->owner = (struct owner){ .proc = &proc, .how = EVENT_HOW_CURRENT };
	s->frame.pid = 4242;
	s->frame.tid = 4243;
	s->frame.ns_tid = 43;
	s->frame.cookie = 77;
	s->frame.netns = 4026531840;
	s->frame.cpu = 3;
	s->frame.direction = EVENT_EGRESS;
	print(s, 1u << 2, NULL);
	assert_int_equal(s->lines.n, 1);
	struct json_object *o = parse(s->lines.text[0]);
	struct json_object *id = at(o, "processEntityId");
	char want[4096];
	assert_true(json_object_get_int64(id) > 0);
	snprintf(want, sizeof(want),
		 "{\"timestamp\":1671040290192938976,\"threadStartTime\":1005,"
		 "\"processorId\":3,\"processId\":42,\"cgroupId\":99,"
		 "\"threadId\":43,\"parentProcessId\":40,\"hostProcessId\":4242,"
		 "\"hostThreadId\":4243,\"hostParentProcessId\":4000,"
		 "\"userId\":1000,\"mountNamespace\":4026531841,"
		 "\"pidNamespace\":4026531836,\"processName\":\"curl\","
		 "\"executable\":{\"path\":\"/usr/bin/curl\"},"
		 "\"hostName\":\"host\",\"containerId\":\"\","
		 "\"containerImage\":\"\",\"containerName\":\"\",\"podName\":\"\","
		 "\"podNamespace\":\"\",\"podUID\":\"\",\"container\":{},"
		 "\"kubernetes\":{},\"eventId\":\"2009\","
		 "\"eventName\":\"net_packet_tcp\",\"matchedPolicies\":[\"\"],"
		 "\"argsNum\":5,\"returnValue\":0,\"syscall\":\"\","
		 "\"stackAddresses\":[0],\"contextFlags\":"
		 "{\"containerStarted\":false,\"isCompat\":false},"
		 "\"threadEntityId\":0,\"processEntityId\":%s,"
		 "\"parentEntityId\":%s,\"args\":["
		 "{\"name\":\"src\",\"type\":\"const char*\",\"value\":\"10.0.0.1\"},"
		 "{\"name\":\"dst\",\"type\":\"const char*\",\"value\":\"10.0.0.2\"},"
		 "{\"name\":\"src_port\",\"type\":\"u16\",\"value\":12345},"
		 "{\"name\":\"dst_port\",\"type\":\"u16\",\"value\":80},"
		 "{\"name\":\"proto_tcp\",\"type\":\"trace.ProtoTCP\",\"value\":"
		 "{\"srcPort\":12345,\"dstPort\":80,\"seq\":1,\"ack\":2,"
		 "\"dataOffset\":5,\"FIN\":0,\"SYN\":1,\"RST\":0,\"PSH\":0,"
		 "\"ACK\":0,\"URG\":0,\"ECE\":0,\"CWR\":0,\"NS\":0,"
		 "\"window\":256,\"checksum\":48879,\"urgent\":0}}],"
		 "\"netexplore\":{\"packet\":7,\"direction\":\"egress\","
		 "\"iface\":\"eth0\",\"netns\":4026531840,\"cookie\":\"77\","
		 "\"status\":\"ok\",\"attribution\":\"current\"}}",
		 json_object_get_string(id),
		 json_object_get_string(at(o, "parentEntityId")));
	assert_string_equal(s->lines.text[0], want);
	json_object_put(o);
	drop(&s->lines);
}

static void test_container(void **state)
{
	static const struct contname_facts facts = {
		.text = { "web", "nginx:1.25", "shop-1", "default", "7c1d" },
	};
	static const char *const members[][2] = {
		{ "containerId", "c1" }, { "containerName", "web" },
		{ "containerImage", "nginx:1.25" }, { "podName", "shop-1" },
		{ "podNamespace", "default" }, { "podUID", "7c1d" },
	};
	struct shot *s = shot_of(B(SYN));
	struct proc proc = sample_proc();

	(void)state;
	struct strings *strings = strings_new(1 << 20);
	struct contnames *names = &s->model.procs.containers;
	assert_int_equal(contname_init(names, 64, strings, 7), 0);
	proc.container = "c1";
	contname_tell(names, "c1", &facts);
	s->owner = (struct owner){ .proc = &proc, .how = EVENT_HOW_CURRENT };
	print(s, 1u << 2, NULL);
	struct json_object *o = parse(s->lines.text[0]);
	for (size_t i = 0; i < N(members); i++)
		assert_string_equal(json_object_get_string(at(o, members[i][0])),
				    members[i][1]);
	assert_string_equal(json_object_get_string(at(o, "container")),
			    "{ \"id\": \"c1\", \"image\": \"nginx:1.25\", "
			    "\"name\": \"web\" }");
	assert_string_equal(json_object_get_string(at(o, "kubernetes")),
			    "{ \"podName\": \"shop-1\", \"podNamespace\": "
			    "\"default\", \"podUID\": \"7c1d\" }");
	json_object_put(o);
	drop(&s->lines);
	contname_release(names);
	strings_free(strings);
}

/* Never a guess: what is not known of the process is 0 or "". */
static void test_owners(void **state)
{
	static const char *const zeros[] = {
		"threadStartTime", "processId", "cgroupId", "threadId",
		"parentProcessId", "hostProcessId", "hostThreadId",
		"hostParentProcessId", "userId", "mountNamespace",
		"pidNamespace", "threadEntityId", "processEntityId",
		"parentEntityId",
	};
	struct shot *s = shot_of(B(SYN));
	struct proc proc = sample_proc();

	(void)state;
	s->frame.ifname = NULL;
	s->frame.pid = s->frame.tid = 9; /* the frame's own is not the owner */
	print(s, 1, NULL);
	struct json_object *o = parse(s->lines.text[0]);
	for (size_t i = 0; i < N(zeros); i++)
		check_text(o, zeros[i], "0");
	check_text(o, "processName", "\"\"");
	check_text(o, "executable path", "\"\"");
	check_text(o, "netexplore attribution", "\"none\"");
	check_text(o, "netexplore iface", "\"any\"");
	assert_false(json_object_object_get_ex(at(o, "netexplore"), "copy",
					       NULL));
	assert_false(json_object_object_get_ex(at(o, "netexplore"), "drop",
					       NULL));
	json_object_put(o);
	drop(&s->lines);

	s->owner = (struct owner){ .proc = &proc, .how = EVENT_HOW_JOINED,
				   .copy = true };
	proc.exe = NULL;
	s->frame.drop = "NO_SOCKET";
	print(s, 1, NULL);
	o = parse(s->lines.text[0]);
	check_text(o, "hostProcessId", "4242");
	check_text(o, "hostThreadId", "0"); /* the thread is another process' */
	check_text(o, "threadId", "0");
	check_text(o, "executable path", "\"\"");
	check_text(o, "netexplore attribution", "\"joined\"");
	check_text(o, "netexplore copy", "true");
	check_text(o, "netexplore drop", "\"NO_SOCKET\"");
	json_object_put(o);
	drop(&s->lines);
}

static const struct event_claim {
	const char *label, *bytes;
	size_t len;
	uint32_t more;
	const char *events; /* without net_packet_ */
	const char *status;
} claims[] = {
	{ "TCP", B(SYN), 0, "ipv4 tcp", "ok" },
	{ "TCP over IPv6", B(IP6("\0\24", "\6")
	  "\x30\x39\0\120\0\0\0\1\0\0\0\2\x50\2\1\0\xbe\xef\0\0"), 0,
	  "ipv6 tcp", "ok" },
	{ "echo", B(IP4("\0\34", "\1") "\10\0\0\0\0\1\0\1"), 0, "ipv4 icmp",
	  "ok" },
	{ "echo over IPv6", B(IP6("\0\10", "\72") "\200\0\0\0\0\1\0\1"), 0,
	  "ipv6 icmpv6", "ok" },
	{ "query", B(IP4("\0\60", "\21") "\x30\x39\0\65\0\34\0\0" QUERY), 0,
	  "ipv4 udp dns dns_request", "ok" },
	{ "response over IPv6", B(IP6("\0\34", "\21") "\0\65\x30\x39\0\34\0\0"
	  "\x12\x34\x81\x80\0\1\0\0\0\0\0\0\2ex\0\0\1\0\1"), 0,
	  "ipv6 udp dns dns_response", "ok" },
	{ "query over TCP", B(IP4("\0\76", "\6")
	  "\x30\x39\0\65\0\0\0\1\0\0\0\2\x50\20\1\0\0\0\0\0\0\24" QUERY), 0,
	  "ipv4 tcp dns dns_request", "ok" },
	{ "another protocol", B(IP4("\0\24", "\2")), 0, "ipv4", "ok" },
	{ "ARP or so", B("\1\2\3\4"), 0, "", "" },
	{ "TCP header damaged", B(IP4("\0\50", "\6")
	  "\x30\x39\0\120\0\0\0\1\0\0\0\2\x40\2\1\0\xbe\xef\0\0"), 0, "ipv4",
	  "malformed" },
	{ "TCP header not captured", B(IP4("\0\50", "\6") "\x30\x39"), 18, "ipv4",
	  "truncated" },
	{ "data not captured", B(IP4("\0\60", "\6")
	  "\x30\x39\0\120\0\0\0\1\0\0\0\2\x50\2\1\0\xbe\xef\0\0"), 8,
	  "ipv4 tcp", "ok" },
	{ "DNS damaged", B(IP4("\0\60", "\21") "\x30\x39\0\65\0\34\0\0"
	  "\x12\x34\1\0\0\1\0\0\0\0\0\0\377ex\0\0\1\0\1"), 0,
	  "ipv4 udp dns dns_request", "malformed" },
	{ "DNS head damaged", B(IP4("\0\40", "\21") "\x30\x39\0\65\0\14\0\0"
	  "\x12\x34\1\0"), 0, "ipv4 udp", "malformed" },
};

static void test_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct event_claim *c = &claims[i];
		struct shot *s = shot_of(c->bytes, c->len);
		char got[256] = "";
		s->frame.wire_len += c->more;
		print(s, ALL, NULL);
		for (size_t n = 0; n < s->lines.n; n++) {
			struct json_object *o = parse(s->lines.text[n]);
			const char *name = json_object_get_string(
				at(o, "eventName"));
			size_t len = strlen(got);
			assert_int_equal(strncmp(name, "net_packet_", 11), 0);
			snprintf(got + len, sizeof(got) - len, "%s%s",
				 len ? " " : "", name + 11);
			const char *status = json_object_get_string(
				at(o, "netexplore status"));
			if (strcmp(status, c->status) != 0)
				fail_msg("%s: %s", c->label, status);
			assert_int_equal(
				json_object_get_int(at(o, "argsNum")),
				json_object_array_length(at(o, "args")));
			json_object_put(o);
		}
		if (strcmp(got, c->events) != 0)
			fail_msg("%s: %s", c->label, got);
		drop(&s->lines);
	}
}

/* The event set and the filter each choose. */
static void test_choice(void **state)
{
	struct shot *s = shot_of(B(IP4("\0\60", "\21") "\x30\x39\0\65\0\34\0\0"
				   QUERY));
	struct filter *f;

	(void)state;
	print(s, 1u << 3 | 1u << 7, NULL);
	assert_int_equal(s->lines.n, 2);
	assert_non_null(strstr(s->lines.text[0], "\"net_packet_udp\""));
	assert_non_null(strstr(s->lines.text[1], "\"net_packet_dns_request\""));
	drop(&s->lines);
	print(s, 0, NULL);
	assert_int_equal(s->lines.n, 0);
	assert_int_equal(filter_parse(&f, "evt.name = 'net_packet_dns'", NULL), 0);
	print(s, ALL, f);
	assert_int_equal(s->lines.n, 1);
	assert_non_null(strstr(s->lines.text[0], "\"net_packet_dns\""));
	drop(&s->lines);
	filter_free(f);
}

#define FLOWS (TRACEE_BIT(HAPPEN_BEGIN) | TRACEE_BIT(HAPPEN_END))

static const struct list_claim {
	const char *list;
	int want;
	uint32_t bits;
	const char *message; /* part of it */
} lists[] = {
	{ NULL, 0, ALL, NULL },
	{ "network_events", 0, ALL, NULL },
	{ "all", 0, 0xfffff, NULL },
	{ "net_packet_tcp", 0, 4, NULL },
	{ "NET_PACKET_TCP", 0, 4, NULL },
	{ "net_packet_tcp,net_packet_dns", 0, 4 | 64, NULL },
	{ "network_events,-net_packet_tcp", 0, ALL & ~4u, NULL },
	{ "-net_packet_tcp", 0, ALL & ~4u, NULL },
	{ "all,-sockets,-net_packet_ipv4", 0, (ALL | FLOWS) & ~1u, NULL },
	{ "net_packet_tpc", -EINVAL, 0, "did you mean net_packet_tcp?" },
	{ "network_event", -EINVAL, 0, "did you mean network_events?" },
	{ "xyzzy", -EINVAL, 0, "--list-events" },
	{ "net_packet_tc", -EINVAL, 0, "net_packet_tcp" },
	{ "", -EINVAL, 0, "missing" },
	{ "net_packet_tcp,", -EINVAL, 0, "missing" },
	{ "-", -EINVAL, 0, "missing" },
	{ "net_packet_tcp,-net_packet_tcp", -EINVAL, 0, "nothing is left" },
	{ "flows", 0, FLOWS, NULL },
	{ "sockets", 0, 0xff800, NULL },
	{ "Connect", 0, TRACEE_BIT(HAPPEN_CONNECT), NULL },
	{ "connect,accept", 0,
	  TRACEE_BIT(HAPPEN_CONNECT) | TRACEE_BIT(HAPPEN_ACCEPT), NULL },
	{ "retransmit,QUERYDNS,replydns", 0,
	  TRACEE_BIT(HAPPEN_RETRANSMIT) | 1u << TRACEE_QUERY | 1u << TRACEE_REPLY,
	  NULL },
	{ "conect", -EINVAL, 0, "did you mean Connect?" },
};

static void test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(lists); i++) {
		const struct list_claim *c = &lists[i];
		struct errmsg err = { 0 };
		uint32_t bits = 0x80000000;
		int rc = tracee_parse_events(c->list, &bits, &err);
		if (rc != c->want || bits != (rc ? 0x80000000 : c->bits))
			fail_msg("\"%s\": %d, %x", c->list, rc, bits);
		if (c->message && !strstr(err.text, c->message))
			fail_msg("\"%s\": %s", c->list, err.text);
	}
}

/* The rows that code calls by number are where it thinks they are. */
static const struct place_claim {
	unsigned row;
	const char *name;
} places[] = {
	{ TRACEE_BEGIN + HAPPEN_BEGIN, "net_flow_tcp_begin" },
	{ TRACEE_BEGIN + HAPPEN_END, "net_flow_tcp_end" },
	{ TRACEE_BEGIN + HAPPEN_CONNECT, "Connect" },
	{ TRACEE_BEGIN + HAPPEN_ACCEPT, "Accept" },
	{ TRACEE_BEGIN + HAPPEN_SEND, "Send" },
	{ TRACEE_BEGIN + HAPPEN_RECV, "Recv" },
	{ TRACEE_BEGIN + HAPPEN_DISCONNECT, "Disconnect" },
	{ TRACEE_BEGIN + HAPPEN_RECONNECT, "Reconnect" },
	{ TRACEE_BEGIN + HAPPEN_RETRANSMIT, "Retransmit" },
	{ TRACEE_QUERY, "QueryDns" },
	{ TRACEE_REPLY, "ReplyDns" },
};

static void test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(places); i++)
		assert_string_equal(tracee_events[places[i].row].name,
				    places[i].name);
	assert_int_equal(tracee_events_count, TRACEE_REPLY + 1);
}

static void count(void *ctx, const char *text)
{
	assert_true(strlen(text) > 20);
	++*(size_t *)ctx;
}

static void test_table(void **state)
{
	size_t listed = 0;

	(void)state;
	for (size_t i = 0; i < tracee_events_count; i++) {
		const struct tracee_event *e = &tracee_events[i];
		assert_true(e->help && strlen(e->help) > 10);
		assert_non_null(strstr(e->sets, "all"));
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(e->id, tracee_events[j].id);
			assert_string_not_equal(e->name, tracee_events[j].name);
		}
	}
	assert_true(tracee_events_count <= 32);
	tracee_list(count, &listed);
	assert_int_equal(listed, tracee_events_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_owners),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
