/* SPDX-License-Identifier: MIT */
/* Tunnels: their names, and what is inside. */
#include "core/tunnel.h"

#include "core/link.h"
#include "core/tell.h"
#include "core/tunnels.h"
#include "tests/wire.h"

#define OUTER4(len, protocol) IP4("\0" len, WHOLE, protocol)
#define INNER \
	"\x45\0\0\34\0\1\0\0\100\1\0\0\300\250\1\1\300\250\1\2" ECHO("\10")
#define INNER6 \
	"\x60\0\0\0\0\10\x3a\100" "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1" \
	"\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\2" ECHO("\x80")

/* The lengths of the outer headers are zero where they are not the matter. */
static const struct tunnel_claim {
	const char *label;
	const char *bytes; /* from the IP header on */
	size_t len;
	const char *name; /* NULL: no tunnel */
	const char *src; /* of what is inside; NULL: no packet */
} claims[] = {
	{ "IP in IP", B(OUTER4("\60", "\4") INNER), "ip", "192.168.1.1" },
	{ "IPv6 in IPv4", B(OUTER4("\104", "\51") INNER6), "ip", "fe80::1" },
	{ "IPv4 in IPv6", B(IP6("\0\34", "\4") INNER), "ip", "192.168.1.1" },
	{ "IPv6 in IPv6", B(IP6("\0\60", "\51") INNER6), "ip", "fe80::1" },
	{ "GRE", B(OUTER4("\64", "\57") "\0\0\10\0" INNER), "gre", "192.168.1.1" },
	{ "GRE, IPv6", B(OUTER4("\110", "\57") "\0\0\x86\xdd" INNER6), "gre", "fe80::1" },
	{ "GRE, all options", B(OUTER4("\100", "\57") "\xb0\0\10\0" "cccckkkkssss" INNER), "gre", "192.168.1.1" },
	{ "GRE, bridged", B(OUTER4("\102", "\57") "\0\0\x65\x58" ETH("\10\0") INNER), "gre", "192.168.1.1" },
	{ "GRE, ERSPAN", B(OUTER4("\116", "\57") "\x10\0\x88\xbe" "ssss" "hhhhhhhh" ETH("\10\0") INNER), "gre", "192.168.1.1" },
	{ "GRE, keep-alive", B(OUTER4("\30", "\57") "\0\0\0\0"), "gre", NULL },
	{ "GRE of PPTP", B(OUTER4("\44", "\57") "\x30\1\x88\x0b" "\0\0\0\0\0\0\0\0\0\0\0\0"), "gre", NULL },
	{ "GRE, cut", B(OUTER4("\30", "\57") "\x20\0\10\0"), "gre", NULL },
	{ "EtherIP", B(OUTER4("\100", "\141") "\x30\0" ETH("\10\0") INNER), "etherip", "192.168.1.1" },
	{ "VXLAN", B(OUTER4("\116", "\21") UDP("\x30\x39", "\x12\xb5", "\0\72") "\10\0\0\0\0\0\5\0" ETH("\10\0") INNER), "vxlan", "192.168.1.1" },
	{ "VXLAN, VLAN inside", B(OUTER4("\122", "\21") UDP("\x30\x39", "\x21\x18", "\0\76") "\10\0\0\0\0\0\5\0" ETH("\x81\0") "\0\7\10\0" INNER), "vxlan", "192.168.1.1" },
	{ "VXLAN without its flag", B(OUTER4("\116", "\21") UDP("\x30\x39", "\x12\xb5", "\0\72") "\0\0\0\0\0\0\5\0" ETH("\10\0") INNER), "vxlan", NULL },
	{ "Geneve", B(OUTER4("\122", "\21") UDP("\x30\x39", "\x17\xc1", "\0\76") "\1\0\x65\x58\0\0\1\0" "oooo" ETH("\10\0") INNER), "geneve", "192.168.1.1" },
	{ "Geneve, IPv4", B(OUTER4("\100", "\21") UDP("\x30\x39", "\x17\xc1", "\0\54") "\0\0\10\0\0\0\1\0" INNER), "geneve", "192.168.1.1" },
	{ "GTP", B(OUTER4("\100", "\21") UDP("\x30\x39", "\x08\x68", "\0\54") "\x30\xff\0\34\0\0\0\1" INNER), "gtp", "192.168.1.1" },
	{ "Teredo, with its origin", B(OUTER4("\124", "\21") UDP("\x30\x39", "\x0d\xd8", "\0\100") "\0\0oooooo" INNER6), "teredo", "fe80::1" },
	{ "UDP of another port", B(OUTER4("\100", "\21") UDP("\x30\x39", "\x27\x0f", "\0\54") "\0\0\10\0\0\0\1\0" INNER), NULL, NULL },
	{ "a later fragment", B(IP4("\0\60", "\0\1", "\4") INNER), NULL, NULL },
	{ "ICMP", B(OUTER4("\34", "\1") ECHO("\10")), NULL, NULL },
};

static void test_tunnels(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct tunnel_claim *t = &claims[i];
		struct frame f = frame_of(LINK_RAW, t->bytes, t->len), g;
		struct packet p, inner = { 0 };
		char src[ADDRESS_TEXT] = "";

		packet_decode(&p, &f, NULL);
		assert_int_equal(p.status, PACKET_OK);
		const char *name = tunnel_name(&p);
		if (!name != !t->name || (name && strcmp(name, t->name) != 0))
			fail_msg("%s: is %s", t->label, name ? name : "none");
		bool is = tunnel_inner(&p, &g);
		if (is) {
			packet_decode(&inner, &g, NULL);
			address_text(&inner.src, src);
		}
		if (is != !!t->src || (is && strcmp(src, t->src) != 0))
			fail_msg("%s: inside is \"%s\"", t->label, src);
		if (is && inner.status != PACKET_OK)
			fail_msg("%s: status %d", t->label, inner.status);
	}
}

/* Cut anywhere: what is inside is never taken for whole. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++)
		for (size_t n = 0; n < claims[i].len; n++) {
			uint8_t *exact = malloc(n + 1);
			struct frame f, g;
			struct packet p, inner;

			memcpy(exact, claims[i].bytes, n);
			f = frame_of(LINK_RAW, exact, n);
			f.wire_len = (uint32_t)claims[i].len;
			packet_decode(&p, &f, NULL);
			if (tunnel_inner(&p, &g)) {
				packet_decode(&inner, &g, NULL);
				in_frame(&f, g.data);
				if (inner.status == PACKET_OK)
					fail_msg("%s cut at %zu",
						 claims[i].label, n);
			}
			free(exact);
		}
}

static void join(void *ctx, const char *text)
{
	char *all = ctx;

	snprintf(all + strlen(all), 256 - strlen(all), "%s%s",
		 all[0] ? "; " : "", text);
}

/* A tunnel has one number in both directions, and a text. */
static void test_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *label, *bytes;
		size_t len;
		uint32_t inside, number;
		const char *text;
	} seen[] = {
		{ "no tunnel", B(OUTER4("\34", "\1") ECHO("\10")), 0, 0, "" },
		{ "GRE", B(OUTER4("\64", "\57") "\0\0\10\0" INNER), 0, 1, "gre between 10.0.0.1 and 10.0.0.2" },
		{ "GRE with a key", B(OUTER4("\70", "\57") "\x20\0\10\0" "\0\0\0\7" INNER), 0, 2, "gre 7 between 10.0.0.1 and 10.0.0.2" },
		{ "IP in IP", B(OUTER4("\60", "\4") INNER), 0, 3, "ip between 10.0.0.1 and 10.0.0.2" },
		{ "IP in IP in GRE", B(OUTER4("\60", "\4") INNER), 2, 4, "gre 7 between 10.0.0.1 and 10.0.0.2; ip between 10.0.0.1 and 10.0.0.2" },
		{ "GTP", B(OUTER4("\100", "\21") UDP("\x30\x39", "\x08\x68", "\0\54") "\x30\xff\0\34\0\0\0\1" INNER), 0, 5, "gtp between 10.0.0.1 and 10.0.0.2" },
		{ "GTP, another TEID", B(OUTER4("\100", "\21") UDP("\x30\x39", "\x08\x68", "\0\54") "\x30\xff\0\34\0\0\0\2" INNER), 0, 5, "gtp between 10.0.0.1 and 10.0.0.2" },
	};
	struct tunnels t = { 0 };

	for (size_t i = 0; i < 2 * N(seen); i++) {
		size_t n = i % N(seen);
		struct frame f = frame_of(LINK_RAW, seen[n].bytes, seen[n].len);
		char text[256] = "";
		struct packet p;

		f.tunnel = seen[n].inside;
		packet_decode(&p, &f, NULL);
		if (i >= N(seen)) { /* and back */
			struct address src = p.src;
			p.src = p.dst;
			p.dst = src;
		}
		uint32_t number = tunnels_number(&t, &p);
		tunnels_tell(&t, number, &(struct tell){ join, text });
		if (number != seen[n].number || strcmp(text, seen[n].text) != 0)
			fail_msg("%s: %u, \"%s\"", seen[n].label, number, text);
	}
	assert_int_equal(t.count, 5);
	assert_int_equal(t.full, 0);
	tunnels_release(&t);
}

/* More tunnels than have room, and one in another too often. */
static void test_full(void **state)
{
	(void)state;
	struct frame f = frame_of(LINK_RAW, B(OUTER4("\60", "\4") INNER));
	struct tunnels t = { 0 };
	struct packet p;

	packet_decode(&p, &f, NULL);
	for (uint32_t depth = 1; depth <= TUNNEL_DEPTH; depth++) {
		f.tunnel = depth - 1;
		assert_int_equal(tunnels_number(&t, &p), depth);
	}
	f.tunnel = TUNNEL_DEPTH;
	assert_int_equal(tunnels_number(&t, &p), 0);
	assert_int_equal(t.full, 1);
	f.tunnel = 0;
	for (uint32_t i = t.count; i < TUNNELS_MAX; i++) {
		p.src.bytes[2] = (uint8_t)(1 + i % 2);
		p.src.bytes[3] = (uint8_t)(i / 2);
		assert_int_equal(tunnels_number(&t, &p), i + 1);
	}
	p.src.bytes[2] = 3;
	assert_int_equal(tunnels_number(&t, &p), 0);
	assert_int_equal(t.full, 2);
	p.src.bytes[2] = 1;
	assert_int_not_equal(tunnels_number(&t, &p), 0);
	tunnels_release(&t);
}

static void test_tags(void **state)
{
	(void)state;
	static const struct {
		const char *label, *bytes;
		size_t len;
		uint32_t tags;
	} tagged[] = {
		{ "none", B(ETH("\x08\0") IP_UDP), 0 },
		{ "VLAN", B(ETH("\x81\0") "\0\5\x08\0" IP_UDP), LINK_TAG_VLAN },
		{ "QinQ", B(ETH("\x88\xa8") "\0\5\x81\0" "\0\6\x08\0" IP_UDP), LINK_TAG_VLAN | LINK_TAG_QINQ },
		{ "MPLS in a VLAN", B(ETH("\x81\0") "\0\5\x88\x47" "\0\1\1\100" IP_UDP), LINK_TAG_VLAN | LINK_TAG_MPLS },
		{ "PPPoE", B(ETH("\x88\x64") "\x11\0\0\1\0\42" "\0\x21" IP_UDP), LINK_TAG_PPPOE },
		{ "E-tag", B(ETH("\x89\x3f") "\0\0\0\0\0\0" "\x08\0" IP_UDP), LINK_TAG_OTHER },
	};

	for (size_t i = 0; i < N(tagged); i++) {
		struct frame f = frame_of(LINK_ETHERNET, tagged[i].bytes,
					  tagged[i].len);
		struct packet p;

		packet_decode(&p, &f, NULL);
		if (p.tags != tagged[i].tags)
			fail_msg("%s: %x", tagged[i].label, p.tags);
	}
	assert_string_equal(link_tag_name(2), "mpls");
	assert_null(link_tag_name(7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tunnels),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
