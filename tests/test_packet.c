/* SPDX-License-Identifier: MIT */
#include "core/packet.h"
#include "core/tcp.h"

#include "tests/wire.h"

#define IP_4 PACKET_IP4
#define IP_6 PACKET_IP6
#define FRAG PACKET_FRAGMENT

static const struct packet_claim {
	const char *label, *bytes; /* raw IP */
	size_t len;
	uint32_t more; /* bytes that the wire had besides */
	enum packet_status status;
	uint32_t has;
	uint8_t protocol;
} packets[] = {
	{ "UDP", B(IP_UDP), 0, PACKET_OK, IP_4 | PACKET_UDP, 17 },
	{ "padding behind it", B(IP_UDP "\0\0\0\0"), 0, PACKET_OK,
	  IP_4 | PACKET_UDP, 17 },
	{ "padding not captured", B(IP_UDP), 14, PACKET_OK, IP_4 | PACKET_UDP,
	  17 },
	{ "TCP", B(IP4("\0\50", WHOLE, "\6") TCP("\x50", "\2")), 0, PACKET_OK,
	  IP_4 | PACKET_TCP, 6 },
	{ "TCP over IPv6", B(IP6("\0\24", "\6") TCP("\x50", "\2")), 0,
	  PACKET_OK, IP_6 | PACKET_TCP, 6 },
	{ "TCP, options past the segment",
	  B(IP4("\0\50", WHOLE, "\6") TCP("\x60", "\2")), 0, PACKET_MALFORMED,
	  IP_4, 6 },
	{ "TCP, options not captured",
	  B(IP4("\0\54", WHOLE, "\6") TCP("\x60", "\2")), 4, PACKET_TRUNCATED,
	  IP_4, 6 },
	{ "TCP, header length below 20",
	  B(IP4("\0\50", WHOLE, "\6") TCP("\x40", "\2")), 0, PACKET_MALFORMED,
	  IP_4, 6 },
	{ "TCP, data not captured",
	  B(IP4("\1\0", WHOLE, "\6") TCP("\x50", "\20")), 216,
	  PACKET_SNAPPED, IP_4 | PACKET_TCP, 6 },
	{ "TCP, data that never was",
	  B(IP4("\1\0", WHOLE, "\6") TCP("\x50", "\20")), 0, PACKET_MALFORMED,
	  IP_4 | PACKET_TCP, 6 },
	{ "length 0: cut up by the card later",
	  B(IP4("\0\0", WHOLE, "\6") TCP("\x50", "\20") "data"), 0, PACKET_OK,
	  IP_4 | PACKET_TCP, 6 },
	{ "length 0 of another protocol",
	  B(IP4("\0\0", WHOLE, "\1") ECHO("\10")), 0, PACKET_MALFORMED, IP_4, 1 },
	{ "length below the header", B(IP4("\0\23", WHOLE, "\1") ECHO("\10")),
	  0, PACKET_MALFORMED, IP_4, 1 },
	{ "IPv4 options", B("\x46\0\0\44\0\0\0\0\100\21\0\0\12\0\0\1\12\0\0\2"
	  "\1\1\1\0" UDP("\0\1", "\0\2", "\0\14") "data"), 0, PACKET_OK,
	  IP_4 | PACKET_UDP, 17 },
	{ "IPv4 options past the packet",
	  B("\x4f\0\0\44\0\0\0\0\100\21\0\0\12\0\0\1\12\0\0\2"
	    UDP("\0\1", "\0\2", "\0\14") "data"), 0, PACKET_MALFORMED, IP_4, 17 },
	{ "IPv4 options not captured",
	  B("\x4f\0\1\0\0\0\x20\0\100\21\0\0\12\0\0\1\12\0\0\2" "1234"), 232,
	  PACKET_TRUNCATED, IP_4, 17 },
	{ "header length below 20",
	  B("\x44\0\0\40\0\0\x20\0\100\21\0\0\12\0\0\1\12\0\0\2"
	    UDP("\0\1", "\0\2", "\0\14") "data"), 0, PACKET_MALFORMED, IP_4, 17 },
	{ "neither 4 nor 6", B("\x55\0\0\40\0\0\0\0\100\21\0\0\12\0\0\1\12\0\0\2"),
	  0, PACKET_MALFORMED, 0, 0 },
	{ "nothing", B(""), 0, PACKET_MALFORMED, 0, 0 },
	{ "nothing captured", B(""), 40, PACKET_TRUNCATED, 0, 0 },
	{ "first fragment", B(IP4("\0\40", "\x20\0", "\21")
	  UDP("\0\1", "\0\2", "\5\xdc") "data"), 0, PACKET_OK,
	  IP_4 | PACKET_UDP | FRAG, 17 },
	{ "first fragment, header cut", B(IP4("\0\34", "\x20\0", "\6") "12345678"),
	  0, PACKET_OK, IP_4 | FRAG, 6 },
	{ "later fragment", B(IP4("\0\40", "\x20\1", "\21")
	  UDP("\0\1", "\0\2", "\0\14") "data"), 0, PACKET_OK, IP_4 | FRAG, 17 },
	{ "last fragment", B(IP4("\0\40", "\0\1", "\21")
	  UDP("\0\1", "\0\2", "\0\14") "data"), 0, PACKET_OK, IP_4 | FRAG, 17 },
	{ "UDP, length past the packet", B(IP4("\0\40", WHOLE, "\21")
	  UDP("\0\1", "\0\2", "\0\15") "data"), 0, PACKET_MALFORMED,
	  IP_4 | PACKET_UDP, 17 },
	{ "UDP, length below 8", B(IP4("\0\40", WHOLE, "\21")
	  UDP("\0\1", "\0\2", "\0\7") "data"), 0, PACKET_MALFORMED, IP_4, 17 },
	{ "UDP, shorter than the packet", B(IP4("\0\40", WHOLE, "\21")
	  UDP("\0\1", "\0\2", "\0\10") "data"), 0, PACKET_OK,
	  IP_4 | PACKET_UDP, 17 },
	{ "echo request", B(IP4("\0\34", WHOLE, "\1") ECHO("\10")), 0, PACKET_OK,
	  IP_4 | PACKET_ICMP | PACKET_ECHO, 1 },
	{ "ICMP of 4 octets", B(IP4("\0\30", WHOLE, "\1") "\10\0\0\0"), 0,
	  PACKET_MALFORMED, IP_4, 1 },
	{ "ICMPv6 in IPv4", B(IP4("\0\34", WHOLE, "\72") ECHO("\200")), 0,
	  PACKET_OK, IP_4, 58 },
	{ "ICMP in IPv6", B(IP6("\0\10", "\1") ECHO("\10")), 0, PACKET_OK, IP_6,
	  1 },
	{ "echo request over IPv6", B(IP6("\0\10", "\72") ECHO("\200")), 0,
	  PACKET_OK, IP_6 | PACKET_ICMP6 | PACKET_ECHO, 58 },
	{ "echo of 4 octets over IPv6", B(IP6("\0\4", "\72") "\200\0\0\0"), 0,
	  PACKET_MALFORMED, IP_6, 58 },
	{ "ICMPv6 of 4 octets", B(IP6("\0\4", "\72") "\310\0\0\0"), 0, PACKET_OK,
	  IP_6 | PACKET_ICMP6, 58 },
	{ "hop-by-hop, destination, routing", B(IP6("\0\44", "\0")
	  "\74\0\1\4\0\0\0\0" "\53\0\1\4\0\0\0\0" "\21\0\0\0\0\0\0\0"
	  UDP("\0\1", "\0\2", "\0\14") "data"), 0, PACKET_OK,
	  IP_6 | PACKET_UDP, 17 },
	{ "extension past the packet", B(IP6("\0\20", "\74")
	  "\21\2\1\4\0\0\0\0" UDP("\0\1", "\0\2", "\0\10")), 0,
	  PACKET_MALFORMED, IP_6, 60 },
	{ "extension not captured", B(IP6("\0\34", "\74") "\21\1\1\4\0\0\0\0"),
	  20, PACKET_TRUNCATED, IP_6, 60 },
	{ "authentication header", B(IP6("\0\44", "\63")
	  "\21\4\0\0\0\0\0\1\0\0\0\1" "0123456789ab" UDP("\0\1", "\0\2", "\0\14")
	  "data"), 0, PACKET_OK, IP_6 | PACKET_UDP, 17 },
	{ "authentication header, IPv4", B(IP4("\0\50", WHOLE, "\63")
	  "\21\1\0\0\0\0\0\1\0\0\0\1" UDP("\0\1", "\0\2", "\0\10")), 0,
	  PACKET_OK, IP_4 | PACKET_UDP, 17 },
	{ "no next header", B(IP6("\0\0", "\73")), 0, PACKET_OK, IP_6, 59 },
	{ "IPv6 first fragment", B(IP6("\0\24", "\54") "\21\0\0\1\0\0\0\1"
	  UDP("\0\1", "\0\2", "\5\xdc") "data"), 0, PACKET_OK,
	  IP_6 | PACKET_UDP | FRAG, 17 },
	{ "IPv6 later fragment", B(IP6("\0\24", "\54") "\21\0\0\10\0\0\0\1"
	  UDP("\0\1", "\0\2", "\5\xdc") "data"), 0, PACKET_OK, IP_6 | FRAG, 17 },
	{ "IPv6 atomic fragment", B(IP6("\0\24", "\54") "\21\0\0\0\0\0\0\1"
	  UDP("\0\1", "\0\2", "\0\14") "data"), 0, PACKET_OK,
	  IP_6 | PACKET_UDP, 17 },
	{ "IPv6 version 5 in the header", B("\x50\0\0\0\0\10\72\100"
	  "0123456789abcdef" "0123456789abcdef" ECHO("\200")), 0,
	  PACKET_MALFORMED, 0, 0 },
	{ "jumbogram", B(IP6("\0\0", "\0") "\21\0\302\4\0\1\0\0"
	  UDP("\0\1", "\0\2", "\0\0") "data"), 70000, PACKET_SNAPPED,
	  IP_6 | PACKET_UDP, 17 },
	{ "IPv6 of length 0, padded", B(IP6("\0\0", "\21") "\0\0\0\0\0\0"), 0,
	  PACKET_MALFORMED, IP_6, 17 },
	{ "IP in IP", B(IP4("\0\64", WHOLE, "\4") IP_UDP), 0, PACKET_OK, IP_4,
	  4 },
	{ "DNS", B(IP4("\0\60", WHOLE, "\21") UDP("\x30\x39", "\0\65", "\0\34")
	  QUERY), 0, PACKET_OK, IP_4 | PACKET_UDP | PACKET_DNS, 17 },
	{ "mDNS", B(IP4("\0\60", WHOLE, "\21") UDP("\x14\xe9", "\x14\xe9", "\0\34")
	  QUERY), 0, PACKET_OK, IP_4 | PACKET_UDP | PACKET_DNS, 17 },
	{ "LLMNR", B(IP6("\0\34", "\21") UDP("\x30\x39", "\x14\xeb", "\0\34")
	  QUERY), 0, PACKET_OK, IP_6 | PACKET_UDP | PACKET_DNS, 17 },
	{ "DNS, more counted than there", B(IP4("\0\60", WHOLE, "\21")
	  UDP("\x30\x39", "\0\65", "\0\34")
	  "\x12\x34\1\0\0\2\0\0\0\0\0\0\2ex\0\0\1\0\1"), 0, PACKET_MALFORMED,
	  IP_4 | PACKET_UDP | PACKET_DNS, 17 },
	{ "DNS, not all captured", B(IP4("\0\60", WHOLE, "\21")
	  UDP("\x30\x39", "\0\65", "\0\34") "\x12\x34\1\0\0\1\0\0\0\0\0\0\2ex"),
	  5, PACKET_TRUNCATED, IP_4 | PACKET_UDP | PACKET_DNS, 17 },
	{ "DNS, head cut", B(IP4("\0\40", WHOLE, "\21")
	  UDP("\x30\x39", "\0\65", "\0\14") "data"), 0, PACKET_MALFORMED,
	  IP_4 | PACKET_UDP, 17 },
	{ "DNS port without data", B(IP4("\0\34", WHOLE, "\21")
	  UDP("\x30\x39", "\0\65", "\0\10")), 0, PACKET_OK, IP_4 | PACKET_UDP,
	  17 },
	{ "DNS in a first fragment", B(IP4("\0\54", "\x20\0", "\21")
	  UDP("\x30\x39", "\0\65", "\5\xdc")
	  "\x12\x34\1\0\0\1\0\0\0\0\0\0\2ex\0"), 0, PACKET_OK,
	  IP_4 | PACKET_UDP | PACKET_DNS | FRAG, 17 },
	{ "DNS over TCP", B(IP4("\0\76", WHOLE, "\6") "\x30\x39\0\65"
	  "\0\0\0\1\0\0\0\2\x50\20\1\0\0\0\0\0" "\0\24" QUERY), 0, PACKET_OK,
	  IP_4 | PACKET_TCP | PACKET_DNS, 6 },
	{ "DNS over TCP, in part", B(IP4("\0\76", WHOLE, "\6") "\x30\x39\0\65"
	  "\0\0\0\1\0\0\0\2\x50\20\1\0\0\0\0\0" "\0\25" QUERY), 0, PACKET_OK,
	  IP_4 | PACKET_TCP, 6 },
};

static void test_packets(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(packets); i++) {
		const struct packet_claim *c = &packets[i];
		struct frame f = frame_of(LINK_RAW, c->bytes, c->len);
		struct packet p;
		f.wire_len += c->more;
		packet_decode(&p, &f, NULL);
		if (p.status != c->status)
			fail_msg("%s: status %d", c->label, p.status);
		if (p.has != c->has)
			fail_msg("%s: has %x", c->label, p.has);
		if (p.protocol != c->protocol)
			fail_msg("%s: protocol %u", c->label, p.protocol);
	}
}

static void test_fields(void **state)
{
	static const uint8_t ip4[] =
		"\x45\x10\0\50\xbe\xef\x40\0\77\6\x12\x34\12\0\0\1\12\0\0\2"
		"\x30\x39\0\120\x89\xab\xcd\xef\1\2\3\4\x51\xff\7\0\xaa\xbb\xcc\xdd";
	static const uint8_t ip6[] =
		"\x6a\xb1\x23\x45\0\10\72\77" "0123456789abcdef"
		"ABCDEFGHIJKLMNOP" "\201\0\x55\x66\x11\x22\x33\x44";
	struct frame f = frame_of(LINK_RAW, ip4, sizeof(ip4) - 1);
	struct packet p;
	char text[ADDRESS_TEXT], flags[40];

	(void)state;
	packet_decode(&p, &f, NULL);
	assert_ptr_equal(p.frame, &f);
	assert_int_equal(p.ip_len, 40);
	assert_int_equal(p.ip4.version, 4);
	assert_int_equal(p.ip4.ihl, 5);
	assert_int_equal(p.ip4.tos, 0x10);
	assert_int_equal(p.ip4.id, 0xbeef);
	assert_int_equal(p.ip4.flags, 2); /* DF */
	assert_int_equal(p.ip4.frag_offset, 0);
	assert_int_equal(p.ip4.ttl, 63);
	assert_int_equal(p.ip4.checksum, 0x1234);
	assert_int_equal(p.tcp.seq, 0x89abcdef);
	assert_int_equal(p.tcp.ack, 0x01020304);
	assert_int_equal(p.tcp.data_offset, 5);
	assert_int_equal(p.tcp.flags, 0x1ff);
	assert_int_equal(p.tcp.window, 0x700);
	assert_int_equal(p.tcp.checksum, 0xaabb);
	assert_int_equal(p.tcp.urgent, 0xccdd);
	address_text(&p.src, text);
	assert_string_equal(text, "10.0.0.1");
	tcp_flags_text(p.tcp.flags, flags);
	assert_string_equal(flags, "FIN,SYN,RST,PSH,ACK,URG,ECE,CWR,NS");
	tcp_flags_text(0, flags);
	assert_string_equal(flags, "");
	tcp_flags_text(TCP_SYN | TCP_ACK, flags);
	assert_string_equal(flags, "SYN,ACK");

	f = frame_of(LINK_RAW, ip6, sizeof(ip6) - 1);
	packet_decode(&p, &f, NULL);
	assert_int_equal(p.ip_len, 48);
	assert_int_equal(p.ip6.version, 6);
	assert_int_equal(p.ip6.traffic_class, 0xab);
	assert_int_equal(p.ip6.flow_label, 0x12345);
	assert_int_equal(p.ip6.next_header, 58);
	assert_int_equal(p.ip6.hop_limit, 63);
	assert_memory_equal(p.dst.bytes, "ABCDEFGHIJKLMNOP", 16);
	assert_int_equal(p.icmp.type, 129);
	assert_int_equal(p.icmp.checksum, 0x5566);
	assert_int_equal(p.icmp.id, 0x1122);
	assert_int_equal(p.icmp.seq, 0x3344);
}

static void test_addresses(void **state)
{
	static const struct address_claim {
		uint8_t family;
		const char *bytes, *want;
	} addresses[] = {
		{ 4, "\0\0\0\0", "0.0.0.0" },
		{ 4, "\377\377\377\377", "255.255.255.255" },
		{ 4, "\12\144\1\11", "10.100.1.9" },
		{ 6, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "::" },
		{ 6, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", "::1" },
		{ 6, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1", "fe80::1" },
		{ 6, "\x20\1\r\xb8\0\0\0\1\0\1\0\1\0\1\0\1",
		  "2001:db8:0:1:1:1:1:1" },
		{ 6, "\x20\1\r\xb8\0\0\0\0\0\1\0\0\0\0\0\1",
		  "2001:db8::1:0:0:1" },
		{ 6, "\0\0\0\0\0\0\0\0\0\0\377\377\1\2\3\4", "::ffff:1.2.3.4" },
		{ 0, "\1\2\3\4", "" },
	};

	(void)state;
	for (size_t i = 0; i < N(addresses); i++) {
		struct address a = { .family = addresses[i].family };
		char text[ADDRESS_TEXT];
		memcpy(a.bytes, addresses[i].bytes, a.family == 6 ? 16 : 4);
		address_text(&a, text);
		assert_string_equal(text, addresses[i].want);
	}
}

static void decode_options(struct packet *p, const char *options, size_t len)
{
	static uint8_t bytes[80];
	static struct frame f;

	memcpy(bytes, IP4("\0\120", WHOLE, "\6") TCP("\xf0", "\2"), 40);
	memset(bytes + 40, 0, 40);
	memcpy(bytes + 40, options, len);
	f = frame_of(LINK_RAW, bytes, sizeof(bytes));
	packet_decode(p, &f, NULL);
	assert_int_equal(p->status, PACKET_OK);
	assert_true(p->has & PACKET_TCP);
}

static const struct options_claim {
	const char *bytes;
	size_t len;
	const char *text;
} option_texts[] = {
	{ B("\2\4\5\264\4\2\10\12\0\0\0\1\0\0\0\2\1\3\3\7\42\2"),
	  "mss 1460,sackOK,TS val 1 ecr 2,wscale 7,tfo" },
	{ B("\1\1\5\22\0\0\0\1\0\0\0\2\377\377\377\377\0\0\0\3"),
	  "sack {1:2}{4294967295:3}" },
	{ B("\376\4\xf9\x89\376\4\1\2\36\4\0\0\23\3\0\35\3\0\107\2"),
	  "tfo,option 254,mptcp,md5,ao,option 71" },
	{ B("\2\3\5\3\4\7\7"), "option 2,option 3" }, /* wrong lengths */
	{ B("\3\3\7\376\1\2\4\5\264"), "wscale 7" }, /* the rest is lost */
	{ B("\3\3\7\0\2\4\5\264"), "wscale 7" }, /* behind the end */
	{ B("\1\1\1"), "" },
	{ B(""), "" },
};

static void test_tcp_options_text(void **state)
{
	char text[512];

	(void)state;
	for (size_t i = 0; i < N(option_texts); i++) {
		const struct options_claim *o = &option_texts[i];
		struct span s = { (const uint8_t *)o->bytes, o->len };
		tcp_options_text(s, text, sizeof(text));
		assert_string_equal(text, o->text);
	}
}

static void test_tcp_options(void **state)
{
	struct packet p;

	(void)state;
	decode_options(&p, B("\2\4\5\264\4\2\10\12\0\0\0\1\0\0\0\2\1\3\3\7\42\2"));
	assert_int_equal(p.tcp.mss, 1460);
	assert_true(p.tcp.sack_permitted && p.tcp.has_timestamps);
	assert_int_equal(p.tcp.ts_value, 1);
	assert_int_equal(p.tcp.ts_echo, 2);
	assert_true(p.tcp.has_scale && p.tcp.fast_open);
	assert_int_equal(p.tcp.window_scale, 7);
	decode_options(&p, B("\376\4\xf9\x89\3\3\0"));
	assert_true(p.tcp.fast_open && p.tcp.has_scale);
	assert_int_equal(p.tcp.window_scale, 0);
	decode_options(&p, B("\0\2\4\5\264")); /* behind the end */
	assert_int_equal(p.tcp.mss, 0);
	decode_options(&p, B("\2\3\5\3\3\7")); /* a length that is not MSS' */
	assert_int_equal(p.tcp.mss, 0);
	assert_true(p.tcp.has_scale);
	decode_options(&p, B("\376\1\2\4\5\264")); /* no length: the rest is lost */
	assert_int_equal(p.tcp.mss, 0);
	decode_options(&p, B("\376\0\2\4\5\264"));
	assert_int_equal(p.tcp.mss, 0);
	decode_options(&p, B("\376\377\2\4\5\264"));
	assert_int_equal(p.tcp.mss, 0);
}

/* Bytes of the segment on the wire, whatever was captured. */
static void test_payload_len(void **state)
{
	static const uint8_t bytes[] =
		IP4("\5\xdc", WHOLE, "\6") TCP("\x50", "\20") "data";
	struct frame f = frame_of(LINK_RAW, bytes, sizeof(bytes) - 1);
	struct packet p;

	(void)state;
	f.wire_len = 1500;
	packet_decode(&p, &f, NULL);
	assert_int_equal(p.tcp.payload_len, 1460);
	assert_int_equal(p.payload.len, 4);
	assert_int_equal(p.ip_len, 1500);

	uint8_t big[sizeof(bytes)];
	memcpy(big, bytes, sizeof(big));
	big[2] = big[3] = 0;
	f = frame_of(LINK_RAW, big, sizeof(big) - 1);
	f.wire_len = 100040;
	packet_decode(&p, &f, NULL);
	assert_int_equal(p.tcp.payload_len, 100000);
	assert_int_equal(p.ip_len, 100040);
}

static void test_dns_port(void **state)
{
	struct dns_ports extra = { .port = { 1053, 5300 }, .n = 2 };
	static const uint8_t bytes[] = IP4("\0\60", WHOLE, "\21")
		UDP("\x30\x39", "\x14\xb4", "\0\34") QUERY;
	struct frame f = frame_of(LINK_RAW, bytes, sizeof(bytes) - 1);
	struct packet p;

	(void)state;
	assert_true(dns_port(NULL, 53) && dns_port(&extra, 5353));
	assert_true(dns_port(&extra, 1053) && dns_port(&extra, 5300));
	assert_false(dns_port(NULL, 1053) || dns_port(&extra, 0));
	packet_decode(&p, &f, &extra);
	assert_true(p.has & PACKET_DNS);
	assert_int_equal(p.dns.id, 0x1234);
	packet_decode(&p, &f, NULL);
	assert_false(p.has & PACKET_DNS);
}

static void test_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(packets); i++)
		if (packets[i].status == PACKET_OK && !packets[i].more)
			prefixes(packets[i].label, LINK_RAW, packets[i].bytes,
				 packets[i].len,
				 strcmp(packets[i].label,
					"padding behind it") == 0 ? 4 : 0);
}

/* Ethernet, tags and all extension headers, to have all code in reach. */
static const char rich[] = ETH("\x81\0") "\0\5\x88\x47" "\0\1\1\100"
	IP6("\0\64", "\0") "\74\0\1\4\0\0\0\0" "\54\0\1\4\0\0\0\0"
	"\21\0\0\0\0\0\0\1" UDP("\x30\x39", "\0\65", "\0\34") QUERY;

/* Bytes changed at random: no report, and every span within its frame. */
static void test_mutation(void **state)
{
	unsigned seed = 5;
	size_t ip_len;

	(void)state;
	assert_int_equal(decode_cut(LINK_ETHERNET, rich, sizeof(rich) - 1,
				    sizeof(rich) - 1, &ip_len),
			 PACKET_OK);
	for (int round = 0; round < 200000; round++) {
		char bytes[256];
		unsigned pick = (unsigned)rand_r(&seed);
		bool ether = pick & 1;
		size_t i = pick / 2 % N(packets);
		size_t len = ether ? sizeof(rich) - 1 : packets[i].len;
		memcpy(bytes, ether ? rich : packets[i].bytes, len);
		for (int n = rand_r(&seed) % 4; n >= 0 && len > 0; n--)
			bytes[(size_t)rand_r(&seed) % len] =
				(char)(rand_r(&seed) >> 5);
		decode_cut(ether ? LINK_ETHERNET : LINK_RAW, bytes, len,
			   len + (size_t)rand_r(&seed) % 3 * 20, &ip_len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_tcp_options),
		cmocka_unit_test(test_tcp_options_text),
		cmocka_unit_test(test_payload_len),
		cmocka_unit_test(test_dns_port),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_mutation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
