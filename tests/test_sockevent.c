/* SPDX-License-Identifier: MIT */
#include "core/sockevent.h"

#include <errno.h>

#include "core/learnt.h"
#include "core/tracee.h"
#include "tests/shot.h"
#include "tests/traffic.h"

static struct model m;
static struct proc proc;
static struct flow flow;
static struct happening what;

static void begin(uint8_t kind)
{
	memset(&flow, 0, sizeof(flow));
	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
	m.wall_offset_ns = 1000;
	proc = (struct proc){ .key = { .pid = 42, .start_ns = 7 },
			      .comm = "curl", .known = true };
	flow.key.local = addr("10.0.0.1");
	flow.key.remote = addr("10.0.0.2");
	flow.key.local_port = 40000;
	flow.key.remote_port = 443;
	flow.local_is_src = true;
	flow.close_reason = "";
	what = (struct happening){
		.kind = kind, .protocol = IPPROTO_TCP, .how = EVENT_HOW_STATE,
		.time_ns = 5, .cookie = 77, .netns = 3, .cpu = 1, .tid = 43,
		.reason = "", .local = flow.key.local,
		.remote = flow.key.remote, .local_port = 40000,
		.remote_port = 443, .proc = &proc, .flow = &flow,
	};
}

static struct json_object *printed(void)
{
	size_t n = sockevent_print(&m, &what, UINT32_MAX, NULL, "host", buf);

	assert_true(n > 0);
	buf[n] = 0;
	assert_null(strchr(buf, '\n'));
	return parse(buf);
}

/* From the arguments on, the whole text. */
static void check_rest(const char *want)
{
	struct json_object *o = printed();
	const char *rest = strstr(buf, "\"args\":");

	assert_non_null(rest);
	if (strcmp(rest, want) != 0)
		fail_msg("want %s\ngot  %s", want, rest);
	assert_int_equal(json_object_get_int(at(o, "argsNum")),
			 json_object_array_length(at(o, "args")));
	json_object_put(o);
}

#define TEXT(name, value) \
	"{\"name\":\"" name "\",\"type\":\"const char*\",\"value\":\"" value "\"}"
#define NUMBER(name, type, value) \
	"{\"name\":\"" name "\",\"type\":\"" type "\",\"value\":" value "}"
#define NAMES(name, value) \
	"{\"name\":\"" name "\",\"type\":\"[]string\",\"value\":[" value "]}"
#define SEVEN \
	TEXT("dip", "10.0.0.2") "," TEXT("sip", "10.0.0.1") "," \
	NUMBER("dport", "u16", "443") "," NUMBER("sport", "u16", "40000") "," \
	TEXT("l4_proto", "tcp") "," TEXT("dport_name", "https") "," \
	TEXT("sport_name", "safetynetp")

static void test_socket(void **state)
{
	(void)state;
	begin(HAPPEN_CONNECT);
	struct json_object *o = printed();
	check_text(o, "timestamp", "1005");
	check_text(o, "processName", "\"curl\"");
	check_text(o, "hostProcessId", "42");
	check_text(o, "hostThreadId", "43");
	check_text(o, "processorId", "1");
	check_text(o, "eventId", "\"2101\"");
	check_text(o, "eventName", "\"Connect\"");
	json_object_put(o);
	check_rest("\"args\":[" SEVEN "],\"netexplore\":{\"direction\":\"egress\","
		   "\"iface\":\"any\",\"netns\":3,\"cookie\":\"77\","
		   "\"status\":\"ok\",\"attribution\":\"state\"}}");
	what.error = ECONNREFUSED;
	what.reason = "refused";
	what.proc = NULL; /* then nothing is known of how, either */
	check_rest("\"args\":[" SEVEN "],\"netexplore\":{\"direction\":\"egress\","
		   "\"iface\":\"any\",\"netns\":3,\"cookie\":\"77\","
		   "\"status\":\"ok\",\"attribution\":\"none\","
		   "\"error\":\"ECONNREFUSED\",\"close_reason\":\"refused\"}}");
	what.error = 4000; /* no errno of this libc */
	what.reason = "";
	o = printed();
	check_text(o, "netexplore error", "\"4000\"");
	json_object_put(o);
	model_release(&m);
}

static void learn(const struct address *a, const char *name)
{
	const struct learnt_who who = { .proc = proc.key, .netns = what.netns };

	learnt_add(&m, &who, a, name, 60, 1, NULL);
}

/* What was found in a packet says so; names are those the process asked for. */
static void test_data(void **state)
{
	struct shot *s = shot_of(B(SYN));

	(void)state;
	begin(HAPPEN_RECV);
	packet_decode(&s->packet, &s->frame, NULL);
	what.packet = &s->packet;
	what.sized = true;
	what.size = 0;
	learn(&what.remote, "example.com");
	check_rest("\"args\":[" SEVEN "," NUMBER("size", "u32", "0") ","
		   NAMES("dip_names", "\"example.com\"") "],"
		   "\"netexplore\":{\"packet\":7,\"direction\":\"ingress\","
		   "\"iface\":\"eth0\",\"netns\":3,\"cookie\":\"77\","
		   "\"status\":\"ok\",\"attribution\":\"state\","
		   "\"per\":\"packet\"}}");
	model_release(&m);
}

#define FLOW(direction) \
	TEXT("conn_direction", direction) "," TEXT("src", "10.0.0.1") "," \
	TEXT("dst", "10.0.0.2") "," NUMBER("src_port", "u16", "40000") "," \
	NUMBER("dst_port", "u16", "443") "," NAMES("src_dns", "") "," \
	NAMES("dst_dns", "")
#define OWN \
	"],\"netexplore\":{\"direction\":\"unknown\",\"iface\":\"any\"," \
	"\"netns\":3,\"cookie\":\"77\",\"status\":\"ok\"," \
	"\"attribution\":\"state\"}}"

static void test_flow(void **state)
{
	(void)state;
	begin(HAPPEN_BEGIN);
	check_rest("\"args\":[" FLOW("outgoing") OWN);
	/* Who was connected to: the other end is the source. */
	flow.direction = FLOW_INCOMING;
	flow.local_is_src = false;
	struct json_object *o = printed();
	check_text(o, "args #0 value", "\"incoming\"");
	check_text(o, "args #1 value", "\"10.0.0.2\"");
	check_text(o, "args #4 value", "40000");
	json_object_put(o);
	model_release(&m);

	begin(HAPPEN_END);
	flow.seen = FLOW_SAW_SYN;
	flow.direction = FLOW_BETWEEN;
	flow.first_ns = 10;
	flow.end_ns = 110;
	flow.rtt_ns = 9;
	flow.tx_bytes = 5000000000;
	flow.rx_bytes = 2;
	flow.tx_packets = 3;
	flow.rx_packets = 4;
	flow.retransmits = 1;
	flow.close_reason = "fin";
	check_rest("\"args\":[" FLOW("unknown") ","
		   NUMBER("duration_ns", "u64", "100") ","
		   NUMBER("rtt_ns", "u64", "9") ","
		   NUMBER("tx_bytes", "u64", "5000000000") ","
		   NUMBER("rx_bytes", "u64", "2") ","
		   NUMBER("tx_packets", "u32", "3") ","
		   NUMBER("rx_packets", "u32", "4") ","
		   NUMBER("retransmits", "u32", "1") ","
		   TEXT("close_reason", "fin") OWN);
	flow.seen = FLOW_SAW_START; /* nobody knows since when */
	flow.rtt_ns = 0;
	check_rest("\"args\":[" FLOW("unknown") ","
		   NUMBER("tx_bytes", "u64", "5000000000") ","
		   NUMBER("rx_bytes", "u64", "2") ","
		   NUMBER("tx_packets", "u32", "3") ","
		   NUMBER("rx_packets", "u32", "4") ","
		   NUMBER("retransmits", "u32", "1") ","
		   TEXT("close_reason", "fin") OWN);
	model_release(&m);
}

static const struct choice {
	const char *filter;
	uint32_t bits;
	bool want;
} choices[] = {
	{ "", UINT32_MAX, true },
	{ "", ~TRACEE_BIT(HAPPEN_SEND), false },
	{ "evt.name = Send", UINT32_MAX, true },
	{ "evt.name = send", UINT32_MAX, true },
	{ "evt.name = Recv", UINT32_MAX, false },
	{ "ps.name = curl", UINT32_MAX, true },
	{ "ps.pid = 43", UINT32_MAX, false },
	{ "ps.tid = 43", UINT32_MAX, true },
	{ "curl", UINT32_MAX, true },
	{ "net.sip = 10.0.0.1 and net.dip = 10.0.0.2", UINT32_MAX, true },
	{ "dst port https", UINT32_MAX, true },
	{ "net.dport = 40000", UINT32_MAX, false },
	{ "net.size >= 9", UINT32_MAX, true },
	{ "net.size > 9", UINT32_MAX, false },
	{ "net.netns = 3", UINT32_MAX, true },
	{ "tcp", UINT32_MAX, true },
	{ "udp", UINT32_MAX, false },
	{ "tcp.state = open", UINT32_MAX, true }, /* of its connection */
	{ "tcp.rtt > 1ms", UINT32_MAX, false },
	{ "net.direction = outgoing", UINT32_MAX, true },
	{ "tcp.psh", UINT32_MAX, false }, /* of a packet; there is none */
	{ "dns.rr = A", UINT32_MAX, false },
	{ "icmp", UINT32_MAX, false },
};

static void test_choice(void **state)
{
	(void)state;
	begin(HAPPEN_SEND);
	what.sized = true;
	what.size = 9;
	flow.state = FLOW_OPEN;
	for (size_t i = 0; i < N(choices); i++) {
		const struct choice *c = &choices[i];
		struct filter *f;

		assert_int_equal(filter_parse(&f, c->filter, NULL), 0);
		if (c->want != (sockevent_print(&m, &what, c->bits, f, "host",
						buf) > 0))
			fail_msg("\"%s\", %x: %s", c->filter, c->bits,
				 c->want ? "not printed" : "printed");
		filter_free(f);
	}
	model_release(&m);
}

/* The longest texts there are still make a whole line. */
static void test_long(void **state)
{
	static char exe[1025], name[1024];

	(void)state;
	begin(HAPPEN_SEND);
	memset(exe, '\\', sizeof(exe) - 1);
	memset(name, '\\', sizeof(name) - 1);
	proc.exe = exe;
	what.sized = true;
	/* Of many names the first are told. */
	for (char c = 'a'; c <= 'd'; c++) {
		name[0] = c;
		learn(&what.remote, name);
		learn(&what.local, name);
	}
	struct json_object *o = printed();
	assert_int_equal(json_object_get_int(at(o, "argsNum")), 10);
	json_object_put(o);
	model_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_socket), cmocka_unit_test(test_data),
		cmocka_unit_test(test_flow),   cmocka_unit_test(test_choice),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
