/* SPDX-License-Identifier: MIT */
#include "core/quote.h"

#include "tests/wire.h"

#define ERROR4(type, len) IP4(len, WHOLE, "\1") type "\3\0\0\0\0\0\0"
#define ERROR6(type, len) IP6(len, "\72") type "\4\0\0\0\0\0\0"

static const struct quote_claim {
	const char *label, *bytes;
	size_t len;
	bool quote;
	uint8_t protocol;
	uint16_t src_port, dst_port, id, seq;
} quotes[] = {
	{ "UDP", B(ERROR4("\3", "\0\70") IP4("\0\144", WHOLE, "\21")
	  UDP("\0\1", "\0\2", "\0\120")), true, 17, 1, 2, 0, 0 },
	{ "TCP, eight octets", B(ERROR4("\13", "\0\70") IP4("\0\144", WHOLE, "\6")
	  "\0\3\0\4\1\2\3\4"), true, 6, 3, 4, 0, 0 },
	{ "UDP and an id of DNS", B(ERROR4("\3", "\0\72") IP4("\0\144", WHOLE, "\21")
	  UDP("\0\1", "\0\65", "\0\120") "\x11\x22"), true, 17, 1, 53, 0x1122, 0 },
	{ "echo request", B(ERROR4("\3", "\0\70") IP4("\0\144", WHOLE, "\1")
	  ECHO("\10")), true, 1, 0, 0, 0x1122, 7 },
	{ "echo reply", B(ERROR4("\3", "\0\70") IP4("\0\144", WHOLE, "\1")
	  ECHO("\0")), true, 1, 0, 0, 0, 0 },
	{ "later fragment", B(ERROR4("\13", "\0\70") IP4("\0\144", "\0\5", "\21")
	  UDP("\0\1", "\0\2", "\0\120")), true, 17, 0, 0, 0, 0 },
	{ "options", B(ERROR4("\3", "\0\74") "\x46\0\0\144\0\0\0\0\100\21\0\0"
	  "\12\0\0\1\12\0\0\2" "\1\1\1\0" UDP("\0\1", "\0\2", "\0\120")), true,
	  17, 1, 2, 0, 0 },
	{ "header alone", B(ERROR4("\3", "\0\60") IP4("\0\144", WHOLE, "\21")),
	  true, 17, 0, 0, 0, 0 },
	{ "cut header", B(ERROR4("\3", "\0\57") "\x45\0\0\144\0\0\0\0\100\21\0\0"
	  "\12\0\0\1\12\0\0"), false, 0, 0, 0, 0, 0 },
	{ "nothing", B(ERROR4("\3", "\0\34")), false, 0, 0, 0, 0, 0 },
	{ "not an error", B(ERROR4("\15", "\0\70") IP4("\0\144", WHOLE, "\21")
	  UDP("\0\1", "\0\2", "\0\120")), false, 0, 0, 0, 0, 0 },
	{ "UDP over IPv6", B(ERROR6("\1", "\0\70") IP6("\0\144", "\21")
	  UDP("\0\1", "\0\2", "\0\120")), true, 17, 1, 2, 0, 0 },
	{ "echo over IPv6, behind options", B(ERROR6("\3", "\0\100")
	  IP6("\0\144", "\74") "\72\0\1\4\0\0\0\0" ECHO("\200")), true, 58, 0, 0,
	  0x1122, 7 },
	{ "cut in an extension", B(ERROR6("\2", "\0\64") IP6("\0\144", "\74")
	  "\72\0\1\4"), true, 60, 0, 0, 0, 0 },
	{ "IPv6 header cut", B(ERROR6("\1", "\0\11") "\x60"), false, 0, 0, 0, 0,
	  0 },
};

static void test_quotes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(quotes); i++) {
		const struct quote_claim *c = &quotes[i];
		struct frame f = frame_of(LINK_RAW, c->bytes, c->len);
		struct packet p;
		packet_decode(&p, &f, NULL);
		const struct quote *q = &p.quote;
		if (p.status != PACKET_OK ||
		    !(p.has & (PACKET_ICMP | PACKET_ICMP6)))
			fail_msg("%s: status %d, has %x", c->label, p.status,
				 p.has);
		if (!(p.has & PACKET_QUOTE) == c->quote)
			fail_msg("%s: quote", c->label);
		if (q->protocol != c->protocol || q->src_port != c->src_port ||
		    q->dst_port != c->dst_port || q->id != c->id ||
		    q->seq != c->seq)
			fail_msg("%s: %u %u %u %x %u", c->label, q->protocol,
				 q->src_port, q->dst_port, q->id, q->seq);
		if (q->has_id != (c->id != 0) ||
		    q->tcp_seq != (c->protocol == 6 ? 0x01020304 : 0))
			fail_msg("%s: id %d, seq %x", c->label, q->has_id,
				 q->tcp_seq);
		if (c->quote && q->src.family != p.src.family)
			fail_msg("%s: family", c->label);
	}
}

static void test_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(quotes); i++)
		prefixes(quotes[i].label, LINK_RAW, quotes[i].bytes,
			 quotes[i].len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_truncation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
