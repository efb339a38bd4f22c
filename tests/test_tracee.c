/* SPDX-License-Identifier: MIT */
#include "core/tracee.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <json-c/json.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define B(bytes) bytes, sizeof(bytes) - 1

#define ALL 0x1ffu
#define IP4(len, protocol) \
	"\x45\0" len "\x12\x34\x40\0\100" protocol "\xab\xcd\12\0\0\1\12\0\0\2"
#define IP6(len, next) \
	"\x60\0\0\0" len next "\100" \
	"\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1" \
	"\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\2"
#define SYN \
	IP4("\0\50", "\6") "\x30\x39\0\120\0\0\0\1\0\0\0\2\x50\2\1\0\xbe\xef\0\0"
#define QUERY "\x12\x34\1\0\0\1\0\0\0\0\0\0\2ex\0\0\1\0\1"

struct lines {
	char *text[16];
	size_t n;
};

static void take(void *ctx, const char *text, size_t len)
{
	struct lines *l = ctx;

	assert_true(l->n < N(l->text));
	l->text[l->n++] = strndup(text, len);
	assert_null(memchr(text, '\n', len));
}

static void drop(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->text[i]);
	l->n = 0;
}

/* What is printed for raw IP bytes. */
struct shot {
	struct model model;
	struct frame frame;
	struct owner owner;
	struct packet packet;
	struct lines lines;
};

static char buf[256 * 1024];

static struct shot *shot_of(const void *bytes, size_t len)
{
	static struct shot s;

	memset(&s, 0, sizeof(s));
	s.frame = (struct frame){ .link = LINK_RAW, .data = { bytes, len },
				  .wire_len = (uint32_t)len, .number = 7,
				  .time_ns = 1671040290192938971,
				  .ifname = "eth0" };
	return &s;
}

static void print(struct shot *s, uint32_t bits, const struct filter *f)
{
	packet_decode(&s->packet, &s->frame, NULL);
	size_t n = tracee_print(&s->model, &s->packet, &s->owner, bits, f,
				"host", buf, sizeof(buf), take, &s->lines);
	assert_int_equal(n, s->lines.n);
}

static struct json_object *parse(const char *text)
{
	struct json_tokener *t = json_tokener_new();
	json_tokener_set_flags(t, JSON_TOKENER_STRICT |
					  JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(t, text,
						      (int)strlen(text));
	if (!o)
		fail_msg("not JSON: %.200s", text);
	json_tokener_free(t);
	return o;
}

/* The value at a path: members by name, elements by "#n". Fails when absent. */
static struct json_object *at(struct json_object *o, const char *path)
{
	char copy[128], *save, *end;

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		struct json_object *next = NULL;
		bool there;
		if (*w == '#') {
			size_t i = strtoul(w + 1, &end, 10);
			there = i < json_object_array_length(o);
			next = there ? json_object_array_get_idx(o, i) : NULL;
		} else {
			there = json_object_object_get_ex(o, w, &next);
		}
		if (!there)
			fail_msg("no %s of \"%s\"", w, path);
		o = next;
	}
	return o;
}

static void check_text(struct json_object *o, const char *path, const char *want)
{
	const char *got = json_object_to_json_string_ext(
		at(o, path), JSON_C_TO_STRING_PLAIN |
				     JSON_C_TO_STRING_NOSLASHESCAPE);
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s, not %s", path, got, want);
}

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
	json_object_put(o);
	drop(&s->lines);

	s->owner = (struct owner){ .proc = &proc, .how = EVENT_HOW_JOINED,
				   .copy = true };
	proc.exe = NULL;
	print(s, 1, NULL);
	o = parse(s->lines.text[0]);
	check_text(o, "hostProcessId", "4242");
	check_text(o, "hostThreadId", "0"); /* the thread is another process' */
	check_text(o, "threadId", "0");
	check_text(o, "executable path", "\"\"");
	check_text(o, "netexplore attribution", "\"joined\"");
	check_text(o, "netexplore copy", "true");
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
	  "ipv4 tcp", "truncated" },
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

#define DNS_HEAD(counts) "\x12\x34\x84\0" counts
#define OWNER "\300\14"
#define REST "\0\1\0\0\0\74" /* class, TTL */

/* An IPv4 packet with a DNS response of these records in it. */
static size_t response(uint8_t *out, const char *message, size_t len)
{
	memcpy(out, IP4("\0\0", "\21") "\0\65\x30\x39\0\0\0\0", 28);
	memcpy(out + 28, message, len);
	out[2] = (uint8_t)((28 + len) >> 8);
	out[3] = (uint8_t)(28 + len);
	out[24] = (uint8_t)((8 + len) >> 8);
	out[25] = (uint8_t)(8 + len);
	return 28 + len;
}

#define UNUSED_AFTER_IP \
	"\"NS\":\"\",\"CNAME\":\"\",\"PTR\":\"\",\"TXTs\":null," \
	"\"SOA\":{\"MName\":\"\",\"RName\":\"\",\"serial\":0,\"refresh\":0," \
	"\"retry\":0,\"expire\":0,\"minimum\":0},\"SRV\":{\"priority\":0," \
	"\"weight\":0,\"port\":0,\"name\":\"\"},\"MX\":{\"preference\":0," \
	"\"name\":\"\"},\"OPT\":[],\"URI\":{\"priority\":0,\"weight\":0," \
	"\"target\":\"\"},\"TXT\":\"\"}"

static const struct record_claim {
	const char *type, *record; /* behind its owner */
	size_t len;
	const char *path, *want;
	const char *answer;
} records[] = {
	{ "A", B("\0\1" REST "\0\4\1\2\3\4"), "",
	  "{\"name\":\"ex\",\"type\":\"A\",\"class\":\"IN\",\"TTL\":60,"
	  "\"IP\":\"1.2.3.4\"," UNUSED_AFTER_IP, "\"1.2.3.4\"" },
	{ "AAAA", B("\0\34" REST "\0\20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"), "IP",
	  "\"::1\"", "\"::1\"" },
	{ "NS", B("\0\2" REST "\0\4\2ns\0"), "NS", "\"ns\"", "\"ns\"" },
	{ "CNAME", B("\0\5" REST "\0\4\1c\300\14"), "CNAME", "\"c.ex\"",
	  "\"c.ex\"" },
	{ "PTR", B("\0\14" REST "\0\3\1p\0"), "PTR", "\"p\"", "\"p\"" },
	{ "TXT", B("\0\20" REST "\0\6\2a\"\2b\\"), "TXTs",
	  "[\"a\\\"\",\"b\\\\\\\\\"]", "\"a\\\"b\\\\\\\\\"" },
	{ "TXT", B("\0\20" REST "\0\6\2a\"\2b\\"), "TXT", "\"a\\\"b\\\\\\\\\"",
	  "\"a\\\"b\\\\\\\\\"" },
	{ "SOA", B("\0\6" REST "\0\32\1m\0\1r\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4"
		   "\0\0\0\5"),
	  "SOA", "{\"MName\":\"m\",\"RName\":\"r\",\"serial\":1,\"refresh\":2,"
	  "\"retry\":3,\"expire\":4,\"minimum\":5}", "\"m. r. 1 2 3 4 5\"" },
	{ "SRV", B("\0\41" REST "\0\11\0\1\0\2\0\3\1s\0"), "SRV",
	  "{\"priority\":1,\"weight\":2,\"port\":3,\"name\":\"s\"}",
	  "\"1 2 3 s.\"" },
	{ "MX", B("\0\17" REST "\0\5\0\12\1x\0"), "MX",
	  "{\"preference\":10,\"name\":\"x\"}", "\"x\"" },
	{ "URI", B("\1\0" REST "\0\7\0\1\0\2a:b"), "URI",
	  "{\"priority\":1,\"weight\":2,\"target\":\"a:b\"}", "\"1 2 \\\"a:b\\\"\"" },
	{ "OPT", B("\0\51\4\320\0\0\0\0\0\6\0\12\0\2\1a"), "OPT",
	  "[{\"code\":\"Cookie\",\"data\":\"\\\\001a\"}]",
	  "\"udp=1232 Cookie=0161\"" },
	{ "CAA", B("\1\1" REST "\0\10\0\5issuex"), "IP", "\"\"",
	  "\"0 issue \\\"x\\\"\"" },
	{ "TYPE65280", B("\xff\0" REST "\0\1\7"), "TXT", "\"\"", "\"\\\\# 1 07\"" },
};

static void test_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(records); i++) {
		const struct record_claim *r = &records[i];
		uint8_t message[256], bytes[512];
		char path[64];
		memcpy(message, DNS_HEAD("\0\1\0\1\0\0\0\0") "\2ex\0\0\377\0\1"
		       OWNER, 22);
		memcpy(message + 22, r->record, r->len);
		size_t len = response(bytes, (char *)message, 22 + r->len);
		struct shot *s = shot_of(bytes, len);
		print(s, 1u << 6 | 1u << 8, NULL);
		assert_int_equal(s->lines.n, 2);
		struct json_object *o = parse(s->lines.text[0]);
		check_text(o, "netexplore status", "\"ok\"");
		struct json_object *p = at(o, "args #4 value");
		check_text(p, "questions #0",
			   "{\"name\":\"ex\",\"type\":\"ANY\",\"class\":\"IN\"}");
		snprintf(path, sizeof(path), "answers #0 %s", r->path);
		check_text(p, path, r->want);
		snprintf(path, sizeof(path), "\"%s\"", r->type);
		check_text(p, "answers #0 type", path);
		json_object_put(o);
		o = parse(s->lines.text[1]);
		p = at(o, "args #1 value #0");
		check_text(p, "query_data query_type", "\"ANY\"");
		check_text(p, "dns_answer #0 answer_type", path);
		check_text(p, "dns_answer #0 answer", r->answer);
		check_text(o, "args #0 value protocol", "17");
		json_object_put(o);
		drop(&s->lines);
	}
}

static void test_dns_head(void **state)
{
	uint8_t bytes[512];
	size_t len = response(bytes, B("\xab\xcd\xaf\xf3\0\0\0\0\0\0\0\1"
				       "\0\0\51\4\320\1\0\0\0\0\0"));
	struct shot *s = shot_of(bytes, len);

	(void)state;
	print(s, 1u << 6, NULL);
	struct json_object *o = parse(s->lines.text[0]);
	struct json_object *p = at(o, "args #4 value");
	json_object_object_del(p, "additionals");
	assert_string_equal(
		json_object_to_json_string_ext(p, JSON_C_TO_STRING_PLAIN),
		"{\"ID\":43981,\"QR\":1,\"opCode\":\"update\",\"AA\":1,\"TC\":1,"
		"\"RD\":1,\"RA\":1,\"Z\":7,\"responseCode\":\"bad tkey "
		"mode\",\"QDCount\":0,\"ANCount\":0,\"NSCount\":0,"
		"\"ARCount\":1,\"questions\":[],\"answers\":[],"
		"\"authorities\":[]}");
	json_object_put(o);
	drop(&s->lines);
}

/* mDNS: the top bit of a class is not the class; no question is needed. */
static void test_mdns(void **state)
{
	uint8_t bytes[512];
	size_t len = response(bytes, B("\0\0\x84\0\0\0\0\1\0\0\0\0"
				       "\2ex\0\0\1\x80\1\0\0\0\170\0\4\1\2\3\4"));
	struct shot *s = shot_of(bytes, len);

	(void)state;
	print(s, 1u << 8, NULL);
	struct json_object *o = parse(s->lines.text[0]);
	check_text(o, "args #1 value",
		   "[{\"query_data\":{\"query\":\"\",\"query_type\":\"\","
		   "\"query_class\":\"\"},\"dns_answer\":[{\"answer_type\":\"A\","
		   "\"ttl\":120,\"answer\":\"1.2.3.4\"}]}]");
	json_object_put(o);
	drop(&s->lines);
	print(s, 1u << 6, NULL);
	o = parse(s->lines.text[0]);
	check_text(o, "args #4 value answers #0 class", "\"Unknown\"");
	json_object_put(o);
	drop(&s->lines);
	bytes[20] = bytes[22] = 0x14; /* 5353 */
	bytes[21] = bytes[23] = 0xe9;
	print(s, 1u << 6, NULL);
	o = parse(s->lines.text[0]);
	check_text(o, "args #4 value answers #0 class", "\"IN\"");
	json_object_put(o);
	drop(&s->lines);
}

/* One bad record drops neither those before it nor the message. */
static void test_damaged_dns(void **state)
{
	uint8_t bytes[512];
	size_t len = response(bytes, B(DNS_HEAD("\0\0\0\3\0\0\0\0")
		"\1a\0\0\1\0\1\0\0\0\1\0\4\1\2\3\4"
		"\1b\0\0\1\0\1\0\0\0\1\0\3\1\2\3"
		"\1c\0\0\1\0\1\0\0\0\1\0\7\1\2\3\4"));
	struct shot *s = shot_of(bytes, len);

	(void)state;
	print(s, 1u << 6 | 1u << 8, NULL);
	struct json_object *o = parse(s->lines.text[0]);
	struct json_object *p = at(o, "args #4 value");
	assert_int_equal(json_object_array_length(at(p, "answers")), 2);
	check_text(p, "ANCount", "3");
	check_text(p, "answers #0 IP", "\"1.2.3.4\"");
	check_text(p, "answers #1 IP", "\"\"");
	check_text(o, "netexplore status", "\"malformed\"");
	json_object_put(o);
	o = parse(s->lines.text[1]);
	check_text(o, "args #1 value #0 dns_answer #1 answer",
		   "\"\\\\# 3 010203\"");
	json_object_put(o);
	drop(&s->lines);
}

/* A message whose line would be too long: fewer records, and it says so. */
static void test_too_long(void **state)
{
	static uint8_t message[65000], bytes[65535];
	size_t at_ = 12, n = 0;

	(void)state;
	memcpy(message, DNS_HEAD("\0\0\0\0\0\0\0\0"), 12);
	for (; at_ + 13 <= sizeof(message); at_ += 13, n++)
		memcpy(message + at_, "\0\0\30" REST "\0\2\1\2", 13);
	message[6] = (uint8_t)(n >> 8);
	message[7] = (uint8_t)n;
	struct shot *s = shot_of(bytes, response(bytes, (char *)message, at_));
	print(s, 1u << 6 | 1u << 8, NULL);
	assert_int_equal(s->lines.n, 2);
	for (size_t i = 0; i < 2; i++) {
		struct json_object *o = parse(s->lines.text[i]);
		assert_in_range(strlen(s->lines.text[i]), sizeof(buf) - 4096,
				sizeof(buf));
		check_text(o, "netexplore truncated", "true");
		check_text(o, "netexplore status", "\"ok\"");
		if (i == 0) {
			struct json_object *p = at(o, "args #4 value");
			size_t got = json_object_array_length(at(p, "answers"));
			assert_in_range(got, 100, n - 1);
			check_text(p, "authorities", "[]");
			check_text(p, "additionals", "[]");
		}
		json_object_put(o);
	}
	drop(&s->lines);
}

static const struct list_claim {
	const char *list;
	int want;
	uint32_t bits;
	const char *message; /* part of it */
} lists[] = {
	{ NULL, 0, ALL, NULL },
	{ "network_events", 0, ALL, NULL },
	{ "all", 0, ALL, NULL },
	{ "net_packet_tcp", 0, 4, NULL },
	{ "NET_PACKET_TCP", 0, 4, NULL },
	{ "net_packet_tcp,net_packet_dns", 0, 4 | 64, NULL },
	{ "network_events,-net_packet_tcp", 0, ALL & ~4u, NULL },
	{ "-net_packet_tcp", 0, ALL & ~4u, NULL },
	{ "all,-sockets,-net_packet_ipv4", 0, ALL & ~1u, NULL },
	{ "net_packet_tpc", -EINVAL, 0, "did you mean net_packet_tcp?" },
	{ "network_event", -EINVAL, 0, "did you mean network_events?" },
	{ "xyzzy", -EINVAL, 0, "--list-events" },
	{ "net_packet_tc", -EINVAL, 0, "net_packet_tcp" },
	{ "", -EINVAL, 0, "missing" },
	{ "net_packet_tcp,", -EINVAL, 0, "missing" },
	{ "-", -EINVAL, 0, "missing" },
	{ "net_packet_tcp,-net_packet_tcp", -EINVAL, 0, "nothing is left" },
	{ "flows", -EINVAL, 0, "does not print it yet" },
	{ "Connect", -EINVAL, 0, "does not print it yet" },
	{ "connect", -EINVAL, 0, "does not print it yet" },
};

static void test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(lists); i++) {
		const struct list_claim *c = &lists[i];
		struct errmsg err = { 0 };
		uint32_t bits = 0x8000;
		int rc = tracee_parse_events(c->list, &bits, &err);
		if (rc != c->want || bits != (rc ? 0x8000 : c->bits))
			fail_msg("\"%s\": %d, %x", c->list, rc, bits);
		if (c->message && !strstr(err.text, c->message))
			fail_msg("\"%s\": %s", c->list, err.text);
	}
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
		cmocka_unit_test(test_owners),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_dns_head),
		cmocka_unit_test(test_mdns),
		cmocka_unit_test(test_damaged_dns),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
