/* SPDX-License-Identifier: MIT */
#include "bpf/sites.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct claim {
	const char *label, *text;
	size_t count;
	uint64_t from, to; /* of the first range */
	const char *kinds; /* of t u i */
} claims[] = {
	{ "nothing", "", 0, 0, 0, "" },
	{ "hidden addresses",
	  "0000000000000000 T tcp_v4_rcv\n0000000000000000 T icmp_rcv\n", 0, 0,
	  0, "" },
	{ "up to the next symbol",
	  "ff10 T tcp_v4_rcv\nff90 T __pfx_other\nffa0 T other\n", 1, 0xff10,
	  0xff90, "t" },
	{ "two names of one address",
	  "ff10 T tcp_v4_rcv\nff10 T alias\nff90 t other\n", 1, 0xff10, 0xff90,
	  "t" },
	{ "data between does not end it",
	  "ff10 T icmp_rcv\nff20 d data\nff90 t other\n", 1, 0xff10, 0xff90,
	  "i" },
	{ "a module, in no order",
	  "e000 T z\nff90 t b\t[ipv6]\nff10 t tcp_v6_rcv\t[ipv6]\nff50 t a\t[ipv6]\n",
	  1, 0xff10, 0xff50, "t" },
	{ "cold part and clone",
	  "a000 t tcp_v4_rcv.cold\na100 t x\nff10 t tcp_v4_rcv.constprop.0\nff90 t y\n",
	  2, 0xa000, 0xa100, "t" },
	{ "names that only begin so",
	  "ff10 t tcp_v4_rcv_hook\nff20 T xtcp_v4_rcv\nff30 t tcp_v4_rc\n", 0, 0,
	  0, "" },
	{ "the last symbol of all", "ff10 T __udp4_lib_rcv\n", 1, 0xff10,
	  UINT64_MAX, "u" },
	{ "no newline at the end", "ff10 T icmpv6_rcv\nff20 t z", 1, 0xff10,
	  0xff20, "i" },
	{ "broken lines", "ff10\n\nT tcp_v4_rcv\nff10 T\nff10 T \n", 0, 0, 0,
	  "" },
};

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct claim *c = &claims[i];
		struct sites s;
		char kinds[4];

		sites_parse(&s, c->text);
		snprintf(kinds, sizeof(kinds), "%s%s%s", s.tcp ? "t" : "",
			 s.udp ? "u" : "", s.icmp ? "i" : "");
		if (s.count != c->count || s.range[0][0] != c->from ||
		    s.range[0][1] != c->to || strcmp(kinds, c->kinds))
			fail_msg("%s: %zu, %llx to %llx, %s", c->label, s.count,
				 (unsigned long long)s.range[0][0],
				 (unsigned long long)s.range[0][1], kinds);
	}
}

/* More parts than there is room for: the first ones stay. */
static void test_full(void **state)
{
	char text[4096];
	size_t used = 0;
	struct sites s;

	(void)state;
	for (unsigned i = 0; i < SITES_MAX + 4; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
				"%x t tcp_v4_rcv.part.%u\n",
				0x1000 + i * 16, i);
	}
	sites_parse(&s, text);
	assert_int_equal(s.count, SITES_MAX);
	assert_int_equal(s.range[0][0], 0x1000);
	assert_int_equal(s.range[SITES_MAX - 1][1], 0x1000 + SITES_MAX * 16);
}

static void test_drop_icmp(void **state)
{
	struct sites s;

	(void)state;
	sites_parse(&s, "ff10 t icmp_rcv\nff20 t tcp_v4_rcv\nff30 t icmpv6_rcv\nff40 t tcp_v6_rcv\nff50 t x\n");
	assert_int_equal(s.count, 4);
	sites_drop_icmp(&s);
	assert_int_equal(s.count, 2);
	assert_int_equal(s.range[0][0], 0xff20);
	assert_int_equal(s.range[0][1], 0xff30);
	assert_int_equal(s.range[1][0], 0xff40);
	assert_int_equal(s.range[1][1], 0xff50);
	assert_true(s.tcp && !s.icmp);
}

static void test_edemux(void **state)
{
	struct sites s;

	(void)state;
	sites_parse(&s, "ff00 T __pfx_sock_edemux\nff10 T sock_edemux\n");
	assert_int_equal(s.edemux, 0xff10);
	sites_read(&s); /* what is there depends on who asks */
	assert_true(s.count <= SITES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_drop_icmp),
		cmocka_unit_test(test_edemux),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
