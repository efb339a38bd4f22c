/* SPDX-License-Identifier: MIT */
#include "core/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define B(bytes) bytes, sizeof(bytes) - 1

static const struct name_claim {
	const char *label;
	const char *bytes;
	size_t len, start;
	enum dns_status status;
	const char *text;
	size_t end;
} names[] = {
	{ "root", "\0", 1, 0, DNS_OK, "", 1 },
	{ "one label", "\2ex\0", 4, 0, DNS_OK, "ex", 4 },
	{ "two labels", "\3www\2ex\0", 8, 0, DNS_OK, "www.ex", 8 },
	{ "pointer back", "\2ex\0\3www\300\0", 10, 4, DNS_OK, "www.ex", 10 },
	{ "pointer alone", "\2ex\0\300\0", 6, 4, DNS_OK, "ex", 6 },
	{ "pointer to pointer", "\2ex\0\300\0\300\4", 8, 6, DNS_OK, "ex", 8 },
	{ "pointer to root", "\0\300\0", 3, 1, DNS_OK, "", 3 },
	{ "control byte", "\2\033[\0", 4, 0, DNS_OK, "\\027[", 4 },
	{ "dot in label", "\3a.b\0", 5, 0, DNS_OK, "a\\.b", 5 },
	{ "backslash", "\1\\\0", 3, 0, DNS_OK, "\\\\", 3 },
	{ "space", "\3a b\0", 5, 0, DNS_OK, "a\\032b", 5 },
	{ "high bytes", "\2\303\244\0", 4, 0, DNS_OK, "\\195\\164", 4 },
	{ "NUL in label", "\1\0\0", 3, 0, DNS_OK, "\\000", 3 },
	{ "pointer to self", "\300\0", 2, 0, DNS_MALFORMED, NULL, 0 },
	{ "pointer to own label", "\1a\300\0", 4, 0, DNS_MALFORMED, NULL, 0 },
	{ "pointer into own label", "\1a\1b\300\2", 6, 0, DNS_MALFORMED, NULL, 0 },
	{ "pointer forward", "\300\2\0", 3, 0, DNS_MALFORMED, NULL, 0 },
	{ "pointers that meet", "\300\2\300\0", 4, 2, DNS_MALFORMED, NULL, 0 },
	{ "type 01", "\101a\0", 3, 0, DNS_MALFORMED, NULL, 0 },
	{ "type 10", "\201a\0", 3, 0, DNS_MALFORMED, NULL, 0 },
	{ "cut in label", "\3ww", 3, 0, DNS_TRUNCATED, NULL, 0 },
	{ "cut before end", "\3www", 4, 0, DNS_TRUNCATED, NULL, 0 },
	{ "cut in pointer", "\0\300", 2, 1, DNS_TRUNCATED, NULL, 0 },
	{ "nothing", "", 0, 0, DNS_TRUNCATED, NULL, 0 },
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		const struct name_claim *n = &names[i];
		char text[DNS_NAME_MAX];
		struct cursor c = cursor_of(n->bytes, n->len);
		c.pos = n->start;
		memset(text, 'x', sizeof(text));
		enum dns_status status = dns_name_decode(&c, text);
		if (status != n->status)
			fail_msg("%s: status %d", n->label, status);
		if (!memchr(text, '\0', sizeof(text)))
			fail_msg("%s: not terminated", n->label);
		if (n->text && strcmp(text, n->text) != 0)
			fail_msg("%s: \"%s\"", n->label, text);
		if (n->text && c.pos != n->end)
			fail_msg("%s: ends at %zu", n->label, c.pos);
	}
}

/* RFC 1035 3.1: 255 octets, so 127 labels of one and none more. */
static void test_name_limits(void **state)
{
	uint8_t bytes[1024] = { 0 };
	char text[DNS_NAME_MAX];

	(void)state;
	for (int i = 0; i < 128; i++) {
		bytes[2 * i] = 1;
		bytes[2 * i + 1] = 255;
	}
	struct cursor c = cursor_of(bytes, sizeof(bytes));
	assert_int_equal(dns_name_decode(&c, text), DNS_MALFORMED);
	c = cursor_of(bytes, sizeof(bytes));
	c.pos = 2;
	assert_int_equal(dns_name_decode(&c, text), DNS_OK);
	assert_int_equal(strlen(text), 127 * 4 + 126);

	memset(bytes, 0x80, sizeof(bytes)); /* the longest text there can be */
	bytes[0] = bytes[64] = bytes[128] = 63;
	bytes[192] = 61;
	bytes[254] = 0;
	c = cursor_of(bytes, sizeof(bytes));
	assert_int_equal(dns_name_decode(&c, text), DNS_OK);
	assert_int_equal(strlen(text), 250 * 4 + 3);
	bytes[192] = 62;
	bytes[255] = 0;
	c = cursor_of(bytes, sizeof(bytes));
	assert_int_equal(dns_name_decode(&c, text), DNS_MALFORMED);
}

/* A chain of pointers, each to the one before: ends, however long. */
static void test_pointer_chain(void **state)
{
	static uint8_t bytes[16384];
	char text[DNS_NAME_MAX];

	(void)state;
	bytes[0] = 0;
	bytes[1] = 0xc0;
	for (size_t at = 3; at + 1 < sizeof(bytes); at += 2) {
		bytes[at] = (uint8_t)(0xc0 | (at - 2) >> 8);
		bytes[at + 1] = (uint8_t)(at - 2);
	}
	struct cursor c = cursor_of(bytes, sizeof(bytes));
	c.pos = 101;
	assert_int_equal(dns_name_decode(&c, text), DNS_OK);
	c.pos = 16001;
	assert_int_equal(dns_name_decode(&c, text), DNS_MALFORMED);
}

#define HEAD(flags, q, a, n, r) "\x12\x34" flags "\0" q "\0" a "\0" n "\0" r
#define QUESTION "\2ex\0\0\1\0\1"

static const struct message_claim {
	const char *label, *bytes;
	size_t len;
	bool head;
	enum dns_status status;
	unsigned questions, answers, additionals, rcode;
} messages[] = {
	{ "query", HEAD("\1\0", "\1", "\0", "\0", "\0") QUESTION, 20, true,
	  DNS_OK, 1, 0, 0, 0 },
	{ "answer", HEAD("\x81\x80", "\1", "\1", "\0", "\0") QUESTION
	  "\300\14\0\1\0\1\0\0\0\74\0\4\1\2\3\4", 36, true, DNS_OK, 1, 1, 0, 0 },
	{ "nxdomain", HEAD("\x81\x83", "\1", "\0", "\0", "\0") QUESTION, 20,
	  true, DNS_OK, 1, 0, 0, 3 },
	{ "extended rcode", HEAD("\x80\0", "\0", "\0", "\0", "\1")
	  "\0\0\51\4\320\1\0\0\0\0\0", 23, true, DNS_OK, 0, 0, 1, 16 },
	{ "cut head", "\x12\x34\1\0\0\1\0\0\0\0\0", 11, false, DNS_TRUNCATED,
	  0, 0, 0, 0 },
	{ "head alone", HEAD("\1\0", "\0", "\0", "\0", "\0"), 12, true, DNS_OK,
	  0, 0, 0, 0 },
	{ "question missing", HEAD("\1\0", "\1", "\0", "\0", "\0"), 12, true,
	  DNS_TRUNCATED, 0, 0, 0, 0 },
	{ "second answer cut", HEAD("\x81\x80", "\0", "\2", "\0", "\0")
	  "\0\0\1\0\1\0\0\0\0\0\4\1\2\3\4" "\0\0\1\0\1\0\0\0\0\0\4\1\2\3", 41,
	  true, DNS_TRUNCATED, 0, 1, 0, 0 },
	{ "data length too big", HEAD("\x81\x80", "\0", "\1", "\0", "\0")
	  "\0\0\1\0\1\0\0\0\0\0\5\1\2\3\4", 27, true, DNS_TRUNCATED, 0, 0, 0, 0 },
	{ "A of five octets, then another", HEAD("\x81\x80", "\0", "\2", "\0", "\0")
	  "\0\0\1\0\1\0\0\0\0\0\5\1\2\3\4\5" "\0\0\1\0\1\0\0\0\0\0\4\1\2\3\4", 43,
	  true, DNS_MALFORMED, 0, 2, 0, 0 },
	{ "name past its data", HEAD("\x81\x80", "\0", "\1", "\0", "\0")
	  "\0\0\2\0\1\0\0\0\0\0\2\2e" "x\0", 27, true, DNS_MALFORMED, 0, 1, 0, 0 },
	{ "name shorter than its data", HEAD("\x81\x80", "\0", "\1", "\0", "\0")
	  "\0\0\2\0\1\0\0\0\0\0\4\1e\0x", 27, true, DNS_MALFORMED, 0, 1, 0, 0 },
	{ "owner points to itself", HEAD("\x81\x80", "\0", "\1", "\0", "\0")
	  "\300\14\0\1\0\1\0\0\0\0\0\4\1\2\3\4", 28, true, DNS_MALFORMED,
	  0, 0, 0, 0 },
	{ "update deletes with empty data", HEAD("\x28\0", "\0", "\1", "\0", "\0")
	  "\0\0\1\0\377\0\0\0\0\0\0", 23, true, DNS_OK, 0, 1, 0, 0 },
	{ "empty A otherwise", HEAD("\x80\0", "\0", "\1", "\0", "\0")
	  "\0\0\1\0\1\0\0\0\0\0\0", 23, true, DNS_MALFORMED, 0, 1, 0, 0 },
	{ "bytes behind", HEAD("\1\0", "\1", "\0", "\0", "\0") QUESTION "zz", 22,
	  true, DNS_OK, 1, 0, 0, 0 },
};

static void test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(messages); i++) {
		const struct message_claim *m = &messages[i];
		struct dns_msg out;
		struct span s = { (const uint8_t *)m->bytes, m->len };
		if (dns_decode(&out, s) != m->head)
			fail_msg("%s: head", m->label);
		if (out.status != m->status)
			fail_msg("%s: status %d", m->label, out.status);
		if (out.whole[DNS_QUESTION] != m->questions ||
		    out.whole[DNS_ANSWER] != m->answers ||
		    out.whole[DNS_ADDITIONAL] != m->additionals)
			fail_msg("%s: %u %u %u", m->label, out.whole[0],
				 out.whole[1], out.whole[3]);
		if (out.rcode != m->rcode)
			fail_msg("%s: rcode %u", m->label, out.rcode);
	}
}

static void test_head(void **state)
{
	struct dns_msg m;
	struct span s = { (const uint8_t *)"\xab\xcd\xaf\xf5\0\0\0\0\0\0\0\0",
			  12 };

	(void)state;
	assert_true(dns_decode(&m, s));
	assert_int_equal(m.id, 0xabcd);
	assert_true(m.qr && m.aa && m.tc && m.rd && m.ra);
	assert_int_equal(m.opcode, 5);
	assert_int_equal(m.z, 7);
	assert_int_equal(m.rcode, 5);
	s.data = (const uint8_t *)"\0\0\x50\0\0\0\0\0\0\0\0\0";
	assert_true(dns_decode(&m, s));
	assert_false(m.qr || m.aa || m.tc || m.rd || m.ra);
	assert_int_equal(m.opcode, 10);
}

static const uint8_t sections[] =
	HEAD("\x81\x80", "\2", "\1", "\1", "\1") QUESTION
	"\300\14\0\34\0\1" /* 20: AAAA */
	"\300\14\0\1\0\1\0\0\0\74\0\4\1\2\3\4" /* 26 */
	"\0\0\2\0\1\0\0\0\1\0\3\1n\0" /* 42 */
	"\1h\0\0\34\0\1\0\0\0\2\0\20" "\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1";

static void test_reader(void **state)
{
	struct dns_msg m;
	struct dns_question q;
	struct dns_record r;

	(void)state;
	assert_true(dns_decode(&m, (struct span){ sections, sizeof(sections) - 1 }));
	assert_int_equal(m.status, DNS_OK);
	struct dns_reader reader = dns_reader_of(&m);
	assert_true(dns_next_question(&reader, &q));
	assert_string_equal(q.name, "ex");
	assert_int_equal(q.type, DNS_A);
	assert_int_equal(q.class, 1);
	for (int skip = 0; skip < 2; skip++) {
		if (skip) /* the second question is not read */
			assert_true(dns_next_record(&reader, &r));
		else
			assert_true(dns_next_question(&reader, &q));
		if (!skip)
			reader = dns_reader_of(&m);
	}
	assert_int_equal(r.section, DNS_ANSWER);
	assert_string_equal(r.name, "ex");
	assert_int_equal(r.ttl, 60);
	assert_int_equal(r.data_at, 38);
	assert_int_equal(r.data_len, 4);
	assert_true(dns_next_record(&reader, &r));
	assert_int_equal(r.section, DNS_AUTHORITY);
	assert_int_equal(r.type, DNS_NS);
	assert_true(dns_next_record(&reader, &r));
	assert_int_equal(r.section, DNS_ADDITIONAL);
	assert_string_equal(r.name, "h");
	assert_false(dns_next_record(&reader, &r));
	assert_false(dns_next_question(&reader, &q));
}

static const struct data_claim {
	uint16_t type;
	const char *data;
	size_t len;
	enum dns_status status;
	const char *brief; /* NULL: the same */
	const char *text;
} data[] = {
	{ 1, B("\1\2\3\4"), DNS_OK, NULL, "1.2.3.4" },
	{ 1, B("\1\2\3"), DNS_MALFORMED, NULL, "\\# 3 010203" },
	{ 2, B("\2ns\2ex\0"), DNS_OK, NULL, "ns.ex" },
	{ 2, B("\0"), DNS_OK, NULL, "" },
	{ 2, B("\300\40"), DNS_MALFORMED, NULL, "\\# 2 c020" },
	{ 6, B("\1m\0\1r\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5"), DNS_OK,
	  NULL, "m. r. 1 2 3 4 5" },
	{ 12, B("\1p\0"), DNS_OK, NULL, "p" },
	{ 13, B("\3x86\5Linux"), DNS_OK, NULL, "\"x86\" \"Linux\"" },
	{ 15, B("\0\12\2mx\0"), DNS_OK, "mx", "10 mx." },
	{ 15, B("\0\12"), DNS_MALFORMED, NULL, "\\# 2 000a" },
	{ 16, B("\3a\"b\2c\\"), DNS_OK, "a\"bc\\\\", "\"a\\\"b\" \"c\\\\\"" },
	{ 16, B("\1\033"), DNS_OK, "\\027", "\"\\027\"" },
	{ 16, B("\3ab"), DNS_MALFORMED, NULL, "\\# 3 036162" },
	{ 16, B(""), DNS_OK, NULL, "" },
	{ 28, B("\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1"), DNS_OK, NULL,
	  "2001:db8::1" },
	{ 29, B("\0\22\26\23\x89\x17\x2d\xd0\x70\xbe\x15\xf0\0\x98\x8d\x20"),
	  DNS_OK, NULL,
	  "42 21 54.000 N 71 6 18.000 W -24.00m 1.00m 10000.00m 10.00m" },
	{ 33, B("\0\0\0\5\23\304\3sip\0"), DNS_OK, NULL, "0 5 5060 sip." },
	{ 35, B("\0\144\0\12\1u\3E2U\4!.*!\0"), DNS_OK, NULL,
	  "100 10 \"u\" \"E2U\" \"!.*!\" ." },
	{ 39, B("\1d\0"), DNS_OK, NULL, "d" },
	{ 42, B("\0\1\30\3\300\0\2" "\0\1\40\204\12\0\0\1"), DNS_OK, NULL,
	  "1:192.0.2.0/24 !1:10.0.0.1/32" },
	{ 42, B("\0\1\41\0"), DNS_MALFORMED, NULL, "\\# 4 00012100" },
	{ 43, B("\xea\x60\x08\2\xab\xcd"), DNS_OK, NULL, "60000 8 2 abcd" },
	{ 44, B("\4\2\xff"), DNS_OK, NULL, "4 2 ff" },
	{ 46, B("\0\1\10\2\0\0\16\20\137\356\146\0\137\306\331\0\0\1\1e\0abc"),
	  DNS_OK, NULL,
	  "A 8 2 3600 20210101000000 20201202000000 1 e. YWJj" },
	{ 47, B("\1b\0\0\6\100\1\0\0\0\3"), DNS_OK, NULL, "b. A MX RRSIG NSEC" },
	{ 47, B("\1b\0\0\0"), DNS_MALFORMED, NULL, "\\# 5 0162000000" },
	{ 48, B("\1\1\3\10abcd"), DNS_OK, NULL, "257 3 8 YWJjZA==" },
	{ 50, B("\1\0\0\12\2\xaa\xbb\2ab\0\1\100"), DNS_OK, NULL,
	  "1 0 10 aabb C5H0 A" },
	{ 51, B("\1\0\0\12\0"), DNS_OK, NULL, "1 0 10 -" },
	{ 52, B("\3\1\1\x12"), DNS_OK, NULL, "3 1 1 12" },
	{ 64, B("\0\1\0\0\1\0\6\2h2\2h3\0\3\0\2\1\273\0\4\0\4\1\2\3\4"), DNS_OK,
	  NULL, "1 . alpn=\"h2,h3\" port=443 ipv4hint=1.2.3.4" },
	{ 64, B("\0\1\0\0\1\0\16\10f\\oo,bar\4h\"\0012"), DNS_OK, NULL,
	  "1 . alpn=\"f\\\\\\\\oo\\\\,bar,h\\\"\\0012\"" }, /* RFC 9460 A.1 */
	{ 65, B("\0\0\1a\0"), DNS_OK, NULL, "0 a." },
	{ 65, B("\0\1\0\0\3\0\2\0\1\0\1\0\3\2h2"), DNS_MALFORMED, NULL, NULL },
	{ 65, B("\0\1\0\0\3\0\1\1"), DNS_MALFORMED, NULL, "\\# 8 0001000003000101" },
	{ 108, B("\0\1\2\3\4\xff"), DNS_OK, NULL, "00-01-02-03-04-ff" },
	{ 256, B("\0\1\0\2http://x"), DNS_OK, NULL, "1 2 \"http://x\"" },
	{ 257, B("\0\5issuele.org"), DNS_OK, NULL, "0 issue \"le.org\"" },
	{ 3, B("\1a\0"), DNS_OK, NULL, "a" },
	{ 4, B("\1a\0"), DNS_OK, NULL, "a" },
	{ 7, B("\1a\0"), DNS_OK, NULL, "a" },
	{ 8, B("\1a\0"), DNS_OK, NULL, "a" },
	{ 9, B("\1a\0"), DNS_OK, NULL, "a" },
	{ 14, B("\1a\0\1b\0"), DNS_OK, NULL, "a. b." },
	{ 17, B("\1a\0\0"), DNS_OK, NULL, "a. ." },
	{ 18, B("\0\1\1a\0"), DNS_OK, NULL, "1 a." },
	{ 19, B("\003123"), DNS_OK, NULL, "\"123\"" },
	{ 20, B("\0011\0012"), DNS_OK, "12", "\"1\" \"2\"" },
	{ 21, B("\0\2\1a\0"), DNS_OK, NULL, "2 a." },
	{ 23, B("\1a\0"), DNS_OK, NULL, "a" },
	{ 24, B("\0\1\10\2\0\0\16\20\137\356\146\0\137\306\331\0\0\1\1e\0abc"),
	  DNS_OK, NULL,
	  "A 8 2 3600 20210101000000 20201202000000 1 e. YWJj" },
	{ 25, B("\2\0\377\1abc"), DNS_OK, NULL, "512 255 1 YWJj" },
	{ 25, B("\300\0\3\0"), DNS_OK, NULL, "49152 3 0" }, /* no key */
	{ 26, B("\0\1\1a\0\1b\0"), DNS_OK, NULL, "1 a. b." },
	{ 27, B("\0011\0012\0013"), DNS_OK, NULL, "\"1\" \"2\" \"3\"" },
	{ 36, B("\0\1\1k\0"), DNS_OK, NULL, "1 k." },
	{ 37, B("\0\1\0\2\3abc"), DNS_OK, NULL, "1 2 3 YWJj" },
	{ 45, B("\12\1\2\1\2\3\4abc"), DNS_OK, NULL, "10 1 2 1.2.3.4 YWJj" },
	{ 45, B("\12\0\0"), DNS_OK, NULL, "10 0 0 ." },
	{ 45, B("\12\2\2\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1a"), DNS_OK, NULL,
	  "10 2 2 2001:db8::1 YQ==" },
	{ 45, B("\12\3\2\1g\0a"), DNS_OK, NULL, "10 3 2 g. YQ==" },
	{ 45, B("\12\4\2\1g\0a"), DNS_MALFORMED, NULL, "\\# 7 0a040201670061" },
	{ 49, B("abc"), DNS_OK, NULL, "YWJj" },
	{ 53, B("\3\1\1\x12"), DNS_OK, NULL, "3 1 1 12" },
	{ 56, B("\1a\1b"), DNS_OK, "ab", "\"a\" \"b\"" },
	{ 57, B("\0\0\3\5abc"), DNS_OK, NULL, "0 3 5 YWJj" },
	{ 58, B("\1a\0\1b\0"), DNS_OK, NULL, "a. b." },
	{ 59, B("\0\0\0\0\0"), DNS_OK, NULL, "0 0 0 00" }, /* RFC 8078 4 */
	{ 60, B("\0\0\3\0\0"), DNS_OK, NULL, "0 3 0 AA==" },
	{ 61, B("ab"), DNS_OK, NULL, "YWI=" },
	{ 62, B("\0\0\0\102\0\3\0\1\100"), DNS_OK, NULL, "66 3 A" },
	{ 63, B("\0\0\0\1\1\1\xab"), DNS_OK, NULL, "1 1 1 ab" },
	{ 66, B("\0\73\1\24\357\1a\0"), DNS_OK, NULL, "CDS 1 5359 a." },
	{ 99, B("\2v="), DNS_OK, "v=", "\"v=\"" },
	{ 105, B("\0\12\1\2\3\4"), DNS_OK, NULL, "10 1.2.3.4" },
	{ 104, B("\0\12\0\x14\x4f\xff\xff\x20\xee\x64"), DNS_OK, NULL,
	  "10 0014:4fff:ff20:ee64" },
	{ 106, B("\0\12\x20\1\r\xb8\x11\x40\x10\0"), DNS_OK, NULL,
	  "10 2001:0db8:1140:1000" },
	{ 106, B("\0\12\x20\1"), DNS_MALFORMED, NULL, "\\# 4 000a2001" },
	{ 107, B("\0\12\1a\0"), DNS_OK, NULL, "10 a." },
	{ 109, B("\0\1\2\3\4\5\6\7"), DNS_OK, NULL, "00-01-02-03-04-05-06-07" },
	{ 249, B("\1t\0\0\0\0\1\0\0\0\2\0\3\0\21\0\1a\0\0"), DNS_OK, NULL,
	  "t. 1 2 3 17 1 YQ== 0" },
	{ 250, B("\1h\0\0\1\0\0\0\0\1\54\0\3abc\60\71\0\22\0\0"), DNS_OK,
	  NULL, "h. 4294967296 300 3 YWJj 12345 18 0" },
	{ 250, B("\1h\0\0\0\0\0\0\1\1\54\0\4abc"), DNS_MALFORMED, NULL, NULL },
	{ 260, B("\12\x81\1\2\3\4"), DNS_OK, NULL, "10 1 1 1.2.3.4" },
	{ 260, B("\12\3\1r\0"), DNS_OK, NULL, "10 0 3 r." },
	{ 258, B("\1a"), DNS_OK, "a", "\"a\"" },
	{ 261, B("\1a"), DNS_OK, "a", "\"a\"" },
	{ 262, B("\1a"), DNS_OK, "a", "\"a\"" },
	{ 32768, B("\0\1\2\3\4"), DNS_OK, NULL, "1 2 3 04" },
	{ 32769, B("\0\1\2\3\4"), DNS_OK, NULL, "1 2 3 04" },
	{ 41, B(""), DNS_OK, NULL, "udp=1" },
	{ 41, B("\0\12\0\4\1\2\3\4\0\17\0\4\0\22no\0\14\0\3\0\0\0"), DNS_OK,
	  NULL, "udp=1 Cookie=01020304 ExtendedDNSError=18:\"no\" CodePadding=3" },
	{ 41, B("\0\10\0\7\0\1\30\0\300\0\2"), DNS_OK, NULL,
	  "udp=1 EDNSClientSubnet=192.0.2.0/24/0" },
	{ 41, B("\0\10\0\1\7\376\0\0\1\1"), DNS_OK, NULL,
	  "udp=1 EDNSClientSubnet=07 Unknown65024=01" },
	{ 41, B("\0\10\0\7\0"), DNS_MALFORMED, NULL, "\\# 5 0008000700" },
	{ 65280, B("\1\2"), DNS_OK, NULL, "\\# 2 0102" },
	{ 65280, B(""), DNS_OK, NULL, "\\# 0" },
};

static void check_data(const struct data_claim *d, bool brief)
{
	uint8_t bytes[256] = "\0\0\x80\0\0\0\0\1\0\0\0\0\0";
	char text[DNS_DATA_MAX];
	struct dns_msg m;
	struct dns_record r;

	bytes[13] = (uint8_t)(d->type >> 8);
	bytes[14] = (uint8_t)d->type;
	bytes[16] = 1;
	bytes[22] = (uint8_t)d->len;
	memcpy(bytes + 23, d->data, d->len);
	assert_true(dns_decode(&m, (struct span){ bytes, 23 + d->len }));
	if (m.status != d->status)
		fail_msg("type %u \"%s\": message %d", d->type, d->text, m.status);
	struct dns_reader reader = dns_reader_of(&m);
	assert_true(dns_next_record(&reader, &r));
	enum dns_status status = dns_data_text(&m, &r, brief, text);
	const char *want = brief && d->brief ? d->brief : d->text;
	if (status != d->status || (want && strcmp(text, want) != 0))
		fail_msg("type %u: %d \"%s\"", d->type, status, text);
	size_t len = strlen(text);
	for (size_t cut = 0; cut < d->len; cut++) { /* never past the data */
		uint8_t *exact = malloc(23 + cut);
		memcpy(exact, bytes, 23 + cut);
		exact[22] = (uint8_t)cut;
		assert_true(dns_decode(&m, (struct span){ exact, 23 + cut }));
		reader = dns_reader_of(&m);
		assert_true(dns_next_record(&reader, &r));
		dns_data_text(&m, &r, brief, text);
		assert_true(strlen(text) < len * 2 + 32);
		free(exact);
	}
}

static void test_data(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(data); i++) {
		check_data(&data[i], false);
		check_data(&data[i], true);
	}
}

/* More than DNS_DATA_MAX: cut, and says so. */
static void test_data_long(void **state)
{
	static uint8_t bytes[65000] = "\0\0\x80\0\0\0\0\1\0\0\0\0\0\377\0\0\1\0\0\0\0\xf0";
	char text[DNS_DATA_MAX];
	struct dns_msg m;
	struct dns_record r;

	(void)state;
	assert_true(dns_decode(&m, (struct span){ bytes, sizeof(bytes) }));
	struct dns_reader reader = dns_reader_of(&m);
	assert_true(dns_next_record(&reader, &r));
	assert_int_equal(dns_data_text(&m, &r, false, text), DNS_OK);
	assert_int_equal(strlen(text), DNS_DATA_MAX - 1);
	assert_string_equal(text + DNS_DATA_MAX - 4, "...");
}

/*
 * A message of 64 KiB whose every name is 255 octets by way of a pointer: it
 * must not cost more than its length times a constant.
 */
static void test_work(void **state)
{
	static uint8_t bytes[65535];
	size_t at = 12, n = 0;
	struct dns_msg m;

	(void)state;
	bytes[2] = 0x80;
	for (int i = 0; i < 127; i++, at += 2)
		bytes[at] = 1;
	at++;
	at += 4; /* the question's type and class */
	for (; at + 14 <= sizeof(bytes); at += 14, n++)
		memcpy(bytes + at, "\300\14\0\2\0\1\0\0\0\0\0\2\300\14", 14);
	bytes[5] = 1;
	bytes[6] = (uint8_t)(n >> 8);
	bytes[7] = (uint8_t)n;
	assert_true(dns_decode(&m, (struct span){ bytes, sizeof(bytes) }));
	assert_int_equal(m.status, DNS_MALFORMED);
	assert_in_range(m.whole[DNS_ANSWER], 1000, n - 1);
	/* Each owner and each target is 256 steps. */
	assert_true(m.whole[DNS_ANSWER] * 512 <
		    65536 + 16 * sizeof(bytes) + 1024);
}

/* Any bytes: ends, stays in range, and every text is printable. */
static void test_random(void **state)
{
	unsigned seed = 11;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[96];
		size_t len = (size_t)(rand_r(&seed) % 96);
		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)(rand_r(&seed) % 3 ?
						     rand_r(&seed) % 70 :
						     rand_r(&seed) >> 4);
		if (len > 12) {
			bytes[4] = bytes[6] = bytes[8] = bytes[10] = 0;
			bytes[12] = (uint8_t)(bytes[12] & 3);
		}
		struct dns_msg m;
		if (!dns_decode(&m, (struct span){ bytes, len }))
			continue;
		struct dns_reader reader = dns_reader_of(&m);
		struct dns_question q;
		struct dns_record r;
		char text[DNS_DATA_MAX];
		unsigned read = 0;
		while (dns_next_question(&reader, &q))
			for (const char *s = q.name; *s; s++)
				assert_true(*s > ' ' && *s <= '~');
		while (dns_next_record(&reader, &r)) {
			read++;
			assert_true(r.data_at + r.data_len <= len);
			dns_data_text(&m, &r, false, text);
			for (const char *s = text; *s; s++)
				assert_true((unsigned char)*s >= ' ' && *s != 127);
		}
		assert_int_equal(read, m.whole[1] + m.whole[2] + m.whole[3]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_name_limits),
		cmocka_unit_test(test_pointer_chain),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_data_long),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
