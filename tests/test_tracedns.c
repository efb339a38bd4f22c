/* SPDX-License-Identifier: MIT */
#include "core/tracedns.h"

#include "tests/shot.h"

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

/* Who asks for OPT asks in a class; its record has a size there. */
static void test_opt(void **state)
{
	uint8_t bytes[512];
	size_t len = response(bytes, B("\0\0\x80\0\0\1\0\0\0\0\0\1"
				       "\2ex\0\0\51\0\1" "\0\0\51\0\1\0\0\0\0\0\0"));
	struct shot *s = shot_of(bytes, len);

	(void)state;
	print(s, 1u << 6, NULL);
	struct json_object *o = parse(s->lines.text[0]);
	check_text(o, "args #4 value questions #0 class", "\"IN\"");
	check_text(o, "args #4 value additionals #0 class", "\"Unknown\"");
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
static const struct fibratus_claim {
	const char *label, *message;
	size_t len;
	uint8_t direction;
	const char *want; /* the event and its arguments; "": none */
} fibratus[] = {
	{ "query", B("\x12\x34\1\0\0\1\0\0\0\0\0\0\2ex\0\0\20\0\1"),
	  EVENT_EGRESS, "QueryDns \"ex\" \"TEXT\" [\"STANDARD\"]" },
	{ "not at the server", B("\x12\x34\1\0\0\1\0\0\0\0\0\0\2ex\0\0\20\0\1"),
	  EVENT_INGRESS, "" },
	{ "on a wire, without recursion",
	  B("\x12\x34\0\0\0\1\0\0\0\0\0\0\2ex\0\0\34\0\1"),
	  EVENT_UNKNOWN,
	  "QueryDns \"ex\" \"AAAA\" [\"STANDARD\",\"NO_RECURSION\"]" },
	{ "no question", B("\x12\x34\1\0\0\0\0\0\0\0\0\0"), EVENT_EGRESS,
	  "QueryDns \"\" \"\" [\"STANDARD\"]" },
	{ "reply", B("\x12\x34\x81\x80\0\1\0\2\0\1\0\0\2ex\0\0\1\0\1"
		     OWNER "\0\5" REST "\0\4\1c\300\14"
		     OWNER "\0\1" REST "\0\4\1\2\3\4"
		     OWNER "\0\2" REST "\0\4\2ns\0"),
	  EVENT_INGRESS,
	  "ReplyDns \"ex\" [\"c.ex\",\"1.2.3.4\"] \"A\" [\"STANDARD\"] \"NOERROR\"" },
	{ "no such name", B("\x12\x34\x81\x83\0\1\0\0\0\0\0\0\2ex\0\xff\1\0\1"),
	  EVENT_UNKNOWN,
	  "ReplyDns \"ex\" [] \"WINS\" [\"STANDARD\"] \"NXDOMAIN\"" },
	{ "not at the server, either",
	  B("\x12\x34\x81\x83\0\1\0\0\0\0\0\0\2ex\0\0\1\0\1"),
	  EVENT_EGRESS, "" },
};

static void test_fibratus(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(fibratus); i++) {
		const struct fibratus_claim *c = &fibratus[i];
		uint8_t bytes[512];
		char got[512] = "";
		struct shot *s = shot_of(bytes, response(bytes, c->message,
							 c->len));

		s->frame.direction = c->direction;
		print(s, 1u << TRACEE_QUERY | 1u << TRACEE_REPLY, NULL);
		for (size_t n = 0; n < s->lines.n; n++) {
			struct json_object *o = parse(s->lines.text[n]);
			struct json_object *args = at(o, "args");
			size_t used = (size_t)snprintf(
				got, sizeof(got), "%s",
				json_object_get_string(at(o, "eventName")));

			assert_int_equal(json_object_get_int(at(o, "argsNum")),
					 json_object_array_length(args));
			for (size_t k = 0; k < json_object_array_length(args); k++)
				used += (size_t)snprintf(
					got + used, sizeof(got) - used, " %s",
					json_object_to_json_string_ext(
						at(json_object_array_get_idx(args, k),
						   "value"),
						JSON_C_TO_STRING_PLAIN));
			json_object_put(o);
		}
		if (strcmp(got, c->want) != 0)
			fail_msg("%s:\nwant %s\ngot  %s", c->label, c->want, got);
		drop(&s->lines);
	}
}

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
		memcpy(message + at_, "\0\0\12" REST "\0\2\1\2", 13);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_dns_head),
		cmocka_unit_test(test_opt),
		cmocka_unit_test(test_mdns),
		cmocka_unit_test(test_fibratus),
		cmocka_unit_test(test_damaged_dns),
		cmocka_unit_test(test_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
