/* SPDX-License-Identifier: MIT */
#include "core/link.h"

#include "tests/wire.h"

#define SNAP "\xaa\xaa\3\0\0\0\x08\0"
#define WIFI(control) control "\0\0" "123456" "123456" "123456" "\x10\0"

/* The same datagram behind every link header. */
static const struct link_claim {
	const char *label;
	uint32_t link;
	const char *bytes;
	size_t len;
	uint8_t family; /* 0: not IP */
} links[] = {
	{ "Ethernet", LINK_ETHERNET, B(ETH("\x08\0") IP_UDP), 4 },
	{ "Ethernet, IPv6", LINK_ETHERNET, B(ETH("\x86\xdd") IP6_UDP), 6 },
	{ "VLAN", LINK_ETHERNET, B(ETH("\x81\0") "\0\5\x08\0" IP_UDP), 4 },
	{ "QinQ", LINK_ETHERNET,
	  B(ETH("\x88\xa8") "\0\5\x81\0" "\0\6\x86\xdd" IP6_UDP), 6 },
	{ "four tags", LINK_ETHERNET,
	  B(ETH("\x91\0") "\0\1\x91\0\0\2\x81\0\0\3\x81\0\0\4\x08\0" IP_UDP), 4 },
	{ "SNAP", LINK_ETHERNET,
	  B(ETH("\0\50") "\xaa\xaa\3\0\0\0\x08\0" IP_UDP), 4 },
	{ "SNAP of another", LINK_ETHERNET,
	  B(ETH("\0\50") "\xaa\xaa\3\0\1\2\x08\0" IP_UDP), 0 },
	{ "IPv6 under IPv4's type", LINK_ETHERNET, B(ETH("\x08\0") IP6_UDP), 6 },
	{ "VLAN, SNAP", LINK_ETHERNET,
	  B(ETH("\x81\0") "\0\5\0\50" "\xaa\xaa\3\0\0\0\x08\0" IP_UDP), 4 },
	{ "MPLS", LINK_ETHERNET,
	  B(ETH("\x88\x47") "\0\1\0\100" "\0\1\1\100" IP_UDP), 4 },
	{ "MPLS, IPv6", LINK_ETHERNET,
	  B(ETH("\x88\x47") "\0\1\1\100" IP6_UDP), 6 },
	{ "MPLS pseudowire", LINK_ETHERNET,
	  B(ETH("\x88\x47") "\0\1\1\100" "\0\0\0\0" ETH("\x08\0") IP_UDP), 4 },
	{ "PPPoE", LINK_ETHERNET,
	  B(ETH("\x88\x64") "\x11\0\0\1\0\42" "\0\x21" IP_UDP), 4 },
	{ "PPPoE, IPv6", LINK_ETHERNET,
	  B(ETH("\x88\x64") "\x11\0\0\1\0\66" "\0\x57" IP6_UDP), 6 },
	{ "PPPoE, LCP", LINK_ETHERNET,
	  B(ETH("\x88\x64") "\x11\0\0\1\0\42" "\xc0\x21" IP_UDP), 0 },
	{ "MACsec, not encrypted", LINK_ETHERNET,
	  B(ETH("\x88\xe5") "\x20\0\0\0\0\1" "12345678" "\x08\0" IP_UDP), 4 },
	{ "MACsec, encrypted", LINK_ETHERNET,
	  B(ETH("\x88\xe5") "\x2c\0\0\0\0\1" "12345678" "\x08\0" IP_UDP), 0 },
	{ "E-tag", LINK_ETHERNET,
	  B(ETH("\x89\x3f") "\0\0\0\0\0\0" "\x08\0" IP_UDP), 4 },
	{ "NSH", LINK_ETHERNET,
	  B(ETH("\x89\x4f") "\0\2\2\1" "\0\0\0\0" IP_UDP), 4 },
	{ "ARP", LINK_ETHERNET, B(ETH("\x08\6") IP_UDP), 0 },
	{ "PPP", LINK_PPP, B("\0\x21" IP_UDP), 4 },
	{ "PPP, IPv6, in HDLC", LINK_PPP, B("\xff\3\0\x57" IP6_UDP), 6 },
	{ "PPP, compressed", LINK_PPP_HDLC, B("\x21" IP_UDP), 4 },
	{ "PPP, MPLS", LINK_PPP_HDLC, B("\xff\3\2\x81" "\0\1\1\100" IP_UDP), 4 },
	{ "PPP, LCP", LINK_PPP, B("\xff\3\xc0\x21" IP_UDP), 0 },
	{ "PPP_HDLC, of Cisco", LINK_PPP_HDLC, B("\x8f\0\x08\0" IP_UDP), 4 },
	{ "PPPoE without Ethernet", LINK_PPP_ETHER, B("\x11\0\0\1\0\42" "\0\x21" IP_UDP), 4 },
	{ "Cisco HDLC", LINK_C_HDLC, B("\x0f\0\x86\xdd" IP6_UDP), 6 },
	{ "Cisco HDLC, CDP", LINK_C_HDLC, B("\x8f\0\x20\0" IP_UDP), 0 },
	{ "raw", LINK_RAW, B(IP_UDP), 4 },
	{ "raw, IPv6", LINK_RAW, B(IP6_UDP), 6 },
	{ "raw, BSD", LINK_RAW_BSD, B(IP_UDP), 4 },
	{ "raw, OpenBSD", LINK_RAW_OPENBSD, B(IP6_UDP), 6 },
	{ "IPv4", LINK_IPV4, B(IP_UDP), 4 },
	{ "IPv6", LINK_IPV6, B(IP6_UDP), 6 },
	{ "NULL, little-endian", LINK_NULL, B("\2\0\0\0" IP_UDP), 4 },
	{ "NULL, big-endian", LINK_NULL, B("\0\0\0\2" IP_UDP), 4 },
	{ "NULL, IPv6 of Linux", LINK_NULL, B("\12\0\0\0" IP6_UDP), 6 },
	{ "NULL, IPv6 of NetBSD", LINK_NULL, B("\0\0\0\30" IP6_UDP), 6 },
	{ "NULL, IPv6 of FreeBSD", LINK_NULL, B("\34\0\0\0" IP6_UDP), 6 },
	{ "LOOP, IPv6 of macOS", LINK_LOOP, B("\0\0\0\36" IP6_UDP), 6 },
	{ "LOOP, another family", LINK_LOOP, B("\0\0\0\7" IP_UDP), 0 },
	{ "SLL", LINK_SLL,
	  B("\0\4\0\1\0\6" "12345678" "\x08\0" IP_UDP), 4 },
	{ "SLL, VLAN", LINK_SLL,
	  B("\0\0\0\1\0\6" "12345678" "\x81\0\0\5\x86\xdd" IP6_UDP), 6 },
	{ "SLL, netlink", LINK_SLL,
	  B("\0\4\3\x38\0\0" "12345678" "\x08\0" IP_UDP), 0 },
	{ "SLL2", LINK_SLL2,
	  B("\x86\xdd\0\0\0\0\0\3\0\1\4\6" "12345678" IP6_UDP), 6 },
	{ "802.11", LINK_WIFI, B(WIFI("\x08\1") SNAP IP_UDP), 4 },
	{ "802.11, between access points", LINK_WIFI,
	  B(WIFI("\x08\3") "123456" SNAP IP_UDP), 4 },
	{ "802.11, QoS", LINK_WIFI, B(WIFI("\x88\2") "\0\0" SNAP IP_UDP), 4 },
	{ "802.11, QoS, HT control", LINK_WIFI,
	  B(WIFI("\x88\x82") "\0\0" "1234" SNAP IP_UDP), 4 },
	{ "802.11, several packets", LINK_WIFI,
	  B(WIFI("\x88\1") "\x80\0" "123456" "123456" "\0\50" SNAP IP_UDP), 4 },
	{ "802.11, encrypted", LINK_WIFI, B(WIFI("\x08\x41") SNAP IP_UDP), 0 },
	{ "802.11, no data", LINK_WIFI, B(WIFI("\x48\1") SNAP IP_UDP), 0 },
	{ "802.11, beacon", LINK_WIFI, B(WIFI("\x80\0") SNAP IP_UDP), 0 },
	{ "802.11, a later fragment", LINK_WIFI,
	  B("\x08\1\0\0" "123456123456123456" "\1\0" SNAP IP_UDP), 0 },
	{ "radiotap", LINK_RADIOTAP,
	  B("\0\0\10\0\0\0\0\0" WIFI("\x08\1") SNAP IP_UDP), 4 },
	{ "radiotap, padded", LINK_RADIOTAP,
	  B("\0\0\35\0\3\0\0\x80\0\0\0\0" "\0\0\0\0" "12345678"
	    "\x20" "1234" WIFI("\x88\1") "\0\0" "\0\0" SNAP IP_UDP), 4 },
	{ "token ring", LINK_TOKEN_RING,
	  B("\x10\x40" "123456" "\0" "23456" SNAP IP_UDP), 4 },
	{ "token ring, a route", LINK_TOKEN_RING,
	  B("\x10\x40" "123456" "\x80" "23456" "\6\0" "1234" SNAP IP_UDP), 4 },
	{ "token ring, its own", LINK_TOKEN_RING,
	  B("\x10\0" "123456" "\0" "23456" SNAP IP_UDP), 0 },
	{ "FDDI", LINK_FDDI, B("\x50" "123456" "123456" SNAP IP_UDP), 4 },
	{ "FDDI, its own", LINK_FDDI, B("\x41" "123456" "123456" SNAP IP_UDP), 0 },
	{ "frame relay", LINK_FRAME_RELAY, B("\x18\x41\3\xcc" IP_UDP), 4 },
	{ "frame relay, IPv6", LINK_FRAME_RELAY, B("\x18\x41\3\x8e" IP6_UDP), 6 },
	{ "frame relay, SNAP", LINK_FRAME_RELAY,
	  B("\x18\x41\3\0\x80\0\0\0\x08\0" IP_UDP), 4 },
	{ "frame relay, of Cisco", LINK_FRAME_RELAY,
	  B("\x18\x40\1\x86\xdd" IP6_UDP), 6 },
	{ "NFLOG, little-endian", LINK_NFLOG,
	  B("\2\0\0\5" "\5\0\12\0" "x\0\0\0" "\44\0\11\0" IP_UDP), 4 },
	{ "NFLOG, big-endian", LINK_NFLOG,
	  B("\12\0\0\5" "\0\10\0\1" "1234" "\0\70\0\11" IP6_UDP), 6 },
	{ "NFLOG, of a bridge", LINK_NFLOG,
	  B("\7\0\0\5" "\44\0\11\0" IP_UDP), 0 },
	{ "IPNET", LINK_IPNET, B("\1\2" "1234567890123456789012" IP_UDP), 4 },
	{ "IPNET, IPv6", LINK_IPNET, B("\1\32" "1234567890123456789012" IP6_UDP), 6 },
	{ "Classical IP over ATM", LINK_ATM_CLIP, B(IP_UDP), 4 },
	{ "PPI, 802.11", LINK_PPI,
	  B("\0\0\14\0\x69\0\0\0" "1234" WIFI("\x08\1") SNAP IP_UDP), 4 },
	{ "PPI, Ethernet", LINK_PPI,
	  B("\0\0\10\0\1\0\0\0" ETH("\x08\0") IP_UDP), 4 },
	{ "PPI in PPI", LINK_PPI,
	  B("\0\0\10\0\xc0\0\0\0" "\0\0\10\0\1\0\0\0" ETH("\x08\0") IP_UDP), 0 },
	{ "PKTAP", LINK_PKTAP,
	  B("\20\0\0\0\1\0\0\0\14\0\0\0" "1234" IP6_UDP), 6 },
	{ "unknown link type", 147, B(IP_UDP), 0 },
};

static void test_links(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(links); i++) {
		const struct link_claim *l = &links[i];
		struct frame f = frame_of(l->link, l->bytes, l->len);
		struct packet p;
		packet_decode(&p, &f, NULL);
		uint32_t want = l->family == 4 ? PACKET_IP4 | PACKET_UDP :
				l->family == 6 ? PACKET_IP6 | PACKET_UDP :
						 0;
		if (p.has != want || p.status != PACKET_OK)
			fail_msg("%s: has %x, status %d", l->label, p.has,
				 p.status);
		if (l->family && (p.src_port != 12345 || p.dst_port != 9999))
			fail_msg("%s: ports", l->label);
		if (l->family && (p.payload.len != 4 ||
				  memcmp(p.payload.data, "data", 4) != 0))
			fail_msg("%s: payload", l->label);
		if (link_type_known(l->link) == (l->link == 147))
			fail_msg("%s: known", l->label);
	}
}

/* What comes under a type of IP and is not of its version: seen, but no more. */
static void test_versions(void **state)
{
	static const struct {
		uint32_t link;
		const char *type;
		uint8_t first;
		uint32_t has, ip_len;
	} wrong[] = {
		{ LINK_ETHERNET, "\x08\0", 0x55, PACKET_IP4, 60 },
		{ LINK_ETHERNET, "\x86\xdd", 0x50, PACKET_IP6, 60 },
		{ LINK_ETHERNET, "\x86\xdd", 0x45, PACKET_IP6, 60 },
		{ LINK_IPV4, "", 0x65, PACKET_IP4, 60 },
		{ LINK_IPV6, "", 0x45, PACKET_IP6, 60 },
		{ LINK_RAW, "", 0x55, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(wrong); i++) {
		size_t at = wrong[i].link == LINK_ETHERNET ? 14 : 0;
		uint8_t bytes[14 + 60] = { 0 };
		struct packet p;
		if (at)
			memcpy(bytes + 12, wrong[i].type, 2);
		bytes[at] = wrong[i].first;
		bytes[at + 9] = 17; /* UDP */
		struct frame f = frame_of(wrong[i].link, bytes, at + 60);
		packet_decode(&p, &f, NULL);
		if (p.has != wrong[i].has || p.status != PACKET_MALFORMED ||
		    p.ip_len != wrong[i].ip_len)
			fail_msg("%zu: has %x, status %d, %u bytes", i, p.has,
				 p.status, p.ip_len);
	}
}

/* A length that lies is no way to read anything twice. */
static const struct link_claim liars[] = {
	{ "PPI, length below its own", LINK_PPI,
	  B("\0\0\4\0\1\0\0\0" ETH("\x08\0") IP_UDP), 0 },
	{ "PKTAP, length past the frame", LINK_PKTAP,
	  B("\xff\xff\xff\xff\1\0\0\0\14\0\0\0" IP_UDP), 0 },
	{ "radiotap, length below its fields", LINK_RADIOTAP,
	  B("\0\0\11\0\1\0\0\0" "12345678" WIFI("\x08\1") SNAP IP_UDP), 0 },
	{ "radiotap, words without end", LINK_RADIOTAP,
	  B("\0\0\10\0\0\0\0\x80\0\0\0\x80\0\0\0\x80"), 0 },
	{ "NFLOG, an attribute without length", LINK_NFLOG,
	  B("\2\0\0\5" "\0\0\11\0" IP_UDP), 0 },
	{ "token ring, a route of one octet", LINK_TOKEN_RING,
	  B("\x10\x40" "123456" "\x80" "23456" "\0\0" SNAP IP_UDP), 0 },
	{ "frame relay, an address without end", LINK_FRAME_RELAY, B("\2\2\2\2"), 0 },
};

static void test_liars(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(liars); i++) {
		const struct link_claim *l = &liars[i];
		struct frame f = frame_of(l->link, l->bytes, l->len);
		struct packet p;
		packet_decode(&p, &f, NULL);
		if (p.has || p.status != PACKET_MALFORMED)
			fail_msg("%s: has %x, status %d", l->label, p.has,
				 p.status);
	}
}

static void test_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(links); i++)
		if (links[i].family)
			prefixes(links[i].label, links[i].link, links[i].bytes,
				 links[i].len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_liars),
		cmocka_unit_test(test_truncation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
