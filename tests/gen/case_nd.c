/* SPDX-License-Identifier: MIT */
/* Neighbour discovery (RFC 4861, 4862) and multicast listeners (RFC 3810). */
#include "tests/gen/cases.h"

#include <arpa/inet.h>
#include <string.h>

#define HOST "fe80::5"
#define ROUTER "fe80::1"
#define NODES "ff02::1"

/* A message about an address, with options behind it. */
static void about(struct mkcap *c, const char *from, const char *to,
		  unsigned type, uint32_t flags, const char *target,
		  const void *options, size_t len)
{
	uint8_t body[128];

	inet_pton(AF_INET6, target, body);
	memcpy(body + 16, options, len);
	mkcap_icmp(c, from, to, type, 0, flags, body, 16 + len);
}

static void solicit(struct mkcap *c, const char *from, const char *target)
{
	static const char link[] = "\1\1\2\0\0\0\0\5";

	about(c, from, "ff02::1:ff00:2", 135, 0, target, link, 8);
	mkcap_wait(c, 500);
}

/* flags: 0x80000000 router, 0x40000000 solicited, 0x20000000 override. */
static void advertise(struct mkcap *c, const char *from, const char *to,
		      uint32_t flags)
{
	static const char link[] = "\2\1\2\0\0\0\0\2";

	about(c, from, to, 136, flags, from, link, 8);
	mkcap_wait(c, 500);
}

void case_icmp6_neighbors(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	c->hops = 255;
	/* Found, and found to be there still; */
	solicit(c, HOST, "fe80::2");
	advertise(c, "fe80::2", HOST, 0x60000000);
	mkcap_wait(c, 1000000);
	solicit(c, HOST, "fe80::2");
	advertise(c, "fe80::2", HOST, 0x40000000);
	/* not there; */
	for (int i = 0; i < 3; i++) {
		solicit(c, HOST, "2001:db8::99");
		mkcap_wait(c, 1000000);
	}
	/* lost once; */
	solicit(c, HOST, "fe80::3");
	mkcap_wait(c, 1000000);
	solicit(c, HOST, "fe80::3");
	advertise(c, "fe80::3", HOST, 0xe0000000);
	/* two have it: a proxy answers, too; */
	solicit(c, HOST, "fe80::4");
	advertise(c, "fe80::4", HOST, 0x60000000);
	advertise(c, "fe80::4", HOST, 0x40000000);
	/* an address that is free, and one that is not; */
	solicit(c, "::", "fe80::6");
	solicit(c, "::", "fe80::7");
	advertise(c, "fe80::7", NODES, 0x20000000);
	/* one that says by itself where it is; */
	advertise(c, "fe80::8", NODES, 0x20000000);
	/* and what a router passed on is not believed. */
	c->hops = 254;
	solicit(c, HOST, "fe80::9");
	advertise(c, "fe80::9", HOST, 0x60000000);
	mkcap_wait(c, 6000000);
	mkcap_echo(c, HOST, "fe80::2", false, 1, 1);
}

/* Options of a router advertisement, one of each kind that is decoded. */
static const char options[] =
	"\1\1\2\0\0\0\0\1" /* source link address */
	"\5\1\0\0\0\0\5\xdc" /* MTU 1500 */
	"\3\4\x40\xc0\0\0\x0e\x10\0\0\x07\x08\0\0\0\0" /* prefix */
	"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0"
	"\x18\2\x30\x08\0\0\7\x08\x20\1\x0d\xb8\0\7\0\0" /* route */
	"\x19\3\0\0\0\0\x0e\x10" /* DNS server */
	"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x53"
	"\x1f\3\0\0\0\0\x0e\x10" /* DNS search */
	"\7example\3org\0\0\0\0"
	"\x26\2\7\x08\0\x64\xff\x9b\0\0\0\0\0\0\0\0" /* NAT64 */
	"\x25\3https://example.org/\0\0" /* captive portal */
	"\7\1\0\0\0\0\x27\x10" /* every 10 s */
	"\x63\1\0\0\0\0\0\0"; /* one that is not known */

void case_icmp6_routers(struct mkcap *c)
{
	uint8_t body[8 + sizeof(options)] = { 0, 0, 0x75, 0x30 };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	c->hops = 255;
	mkcap_icmp(c, HOST, "ff02::2", 133, 0, 0, "\1\1\2\0\0\0\0\5", 8);
	mkcap_wait(c, 3000);
	memcpy(body + 8, options, sizeof(options) - 1);
	for (int i = 0; i < 3; i++) { /* said again, it is one message */
		mkcap_icmp(c, ROUTER, NODES, 134, 0, 64u << 24 | 0x48 << 16 | 1800,
			   body, sizeof(body) - 1);
		mkcap_wait(c, 1000000);
	}
	/* It goes; an option without a length; one that is cut. */
	mkcap_icmp(c, ROUTER, NODES, 134, 0, 64u << 24, body, 8);
	mkcap_wait(c, 1000);
	mkcap_icmp(c, ROUTER, NODES, 134, 0, 1800, "\0\0\0\0\0\0\0\0\1\0",
		   10);
	mkcap_wait(c, 1000);
	mkcap_icmp(c, ROUTER, NODES, 134, 0, 1800,
		   "\0\0\0\0\0\0\0\0\3\4\x40\xc0", 12);
	mkcap_wait(c, 1000);
	/* Another way to a host. */
	uint8_t two[32] = { 0xfe, 0x80, [15] = 2, [16] = 0x20, 1, 0x0d, 0xb8,
			    [31] = 9 };
	mkcap_icmp(c, ROUTER, HOST, 137, 0, 0, two, sizeof(two));
	mkcap_wait(c, 1000);
	/* The one of IPv4, with a packet that it is about. */
	uint8_t quoted[64];
	mkcap_udp(c, "10.0.0.5:4000", "10.9.9.9:9", "hello", 5);
	size_t n = mkcap_last_ip(c, quoted, 28);
	mkcap_wait(c, 300);
	mkcap_icmp(c, "10.0.0.1", "10.0.0.5", 5, 1, 0x0a0000fe, quoted, n);
}

void case_icmp6_listeners(struct mkcap *c)
{
	/* Records of one report: joins, leaves, from one source, but from two. */
	static const char records[] =
		"\4\0\0\0\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\xfb"
		"\3\0\0\0\xff\2\0\0\0\0\0\0\0\0\0\0\0\1\0\3"
		"\1\0\0\1\xff\x3e\0\0\0\0\0\0\0\0\0\0\0\0\0\4"
		"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
		"\2\0\0\2\xff\x3e\0\0\0\0\0\0\0\0\0\0\0\0\0\5"
		"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
		"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2";
	uint8_t group[36] = { 0xff, 2, [15] = 0xfb, [16] = 2, 125 };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	c->hops = 1;
	/* All have a router alert before them, RFC 2710 3. */
	c->extension_first = 0;
	memcpy(c->extension, "\72\0\5\2\0\0\1\0", 8);
	c->extension_len = 8;
	mkcap_icmp(c, ROUTER, NODES, 130, 0, 10000u << 16, (uint8_t[16]){ 0 }, 16);
	mkcap_wait(c, 1000);
	mkcap_icmp(c, ROUTER, "ff02::fb", 130, 0, 1000u << 16, group, 20);
	mkcap_wait(c, 1000);
	mkcap_icmp(c, HOST, "ff02::fb", 131, 0, 0, group, 16);
	mkcap_wait(c, 1000);
	mkcap_icmp(c, HOST, "ff02::2", 132, 0, 0, group, 16);
	mkcap_wait(c, 1000);
	mkcap_icmp(c, HOST, "ff02::16", 143, 0, 4, records, sizeof(records) - 1);
	mkcap_wait(c, 1000);
	/* More records than there are. */
	mkcap_icmp(c, HOST, "ff02::16", 143, 0, 2, records, 20);
}
