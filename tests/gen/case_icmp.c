/* SPDX-License-Identifier: MIT */
#include "tests/gen/cases.h"

#define HOST "10.0.0.5"
#define PEER "8.8.8.8"

void case_icmp_echo(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	for (uint16_t seq = 1; seq <= 4; seq++) {
		mkcap_echo(c, HOST, PEER, false, 27646, seq);
		/* The third is lost, the fourth comes twice. */
		mkcap_wait(c, 11000u + 100u * seq);
		if (seq != 3)
			mkcap_echo(c, PEER, HOST, true, 27646, seq);
		if (seq == 4)
			mkcap_echo(c, PEER, HOST, true, 27646, seq);
		mkcap_wait(c, 1000000);
	}
	/* Another program asks the same host at the same time. */
	mkcap_echo(c, HOST, PEER, false, 5, 1);
	mkcap_echo(c, HOST, PEER, false, 27646, 5);
	mkcap_wait(c, 9000);
	mkcap_echo(c, PEER, HOST, true, 27646, 5);
	mkcap_echo(c, PEER, HOST, true, 5, 1);
	/* A reply to a request that nobody saw. */
	mkcap_echo(c, "9.9.9.9", HOST, true, 1, 1);
	/* An answer after its time is up still is one. */
	mkcap_echo(c, HOST, PEER, false, 27646, 6);
	mkcap_wait(c, 7000000);
	mkcap_echo(c, PEER, HOST, true, 27646, 6);
}

void case_icmp6_echo(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	for (uint16_t seq = 1; seq <= 2; seq++) {
		mkcap_echo(c, "fe80::1", "fe80::2", false, 77, seq);
		mkcap_wait(c, 250);
		if (seq == 1)
			mkcap_echo(c, "fe80::2", "fe80::1", true, 77, seq);
		mkcap_wait(c, 1000000);
	}
	/* Neighbour solicitation and advertisement are no echo pairs, and
	 * these are from farther than a neighbour is. */
	uint8_t target[16] = { 0xfe, 0x80, [15] = 2 };
	mkcap_icmp(c, "fe80::1", "ff02::1:ff00:2", 135, 0, 0, target, 16);
	mkcap_icmp(c, "fe80::2", "fe80::1", 136, 0, 0x60000000, target, 16);
}

void case_icmp_errors(struct mkcap *c)
{
	uint8_t quoted[64];
	size_t n;

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* A closed UDP port, */
	mkcap_udp(c, "10.0.0.5:4000", "10.0.0.9:9", "hello", 5);
	n = mkcap_last_ip(c, quoted, 28);
	mkcap_wait(c, 300);
	mkcap_icmp(c, "10.0.0.9", HOST, 3, 3, 0, quoted, n);
	/* an echo request whose hops ran out, */
	mkcap_wait(c, 1000);
	mkcap_echo(c, HOST, PEER, false, 1, 1);
	n = mkcap_last_ip(c, quoted, 28);
	mkcap_wait(c, 300);
	mkcap_icmp(c, "10.0.0.1", HOST, 11, 0, 0, quoted, n);
	/* a SYN to a host that is not there, */
	mkcap_wait(c, 1000);
	mkcap_tcp(c, "10.0.0.5:40000", "10.9.9.9:443", TCP_SYN, 1, 0, "");
	n = mkcap_last_ip(c, quoted, 28);
	mkcap_wait(c, 300);
	mkcap_icmp(c, "10.0.0.1", HOST, 3, 1, 0, quoted, n);
	/* a query that nobody takes, */
	mkcap_wait(c, 1000);
	mkdns_ask(c, "10.0.0.5:4001", "10.0.0.9:53", 77, "www.example.org", 1);
	n = mkcap_last_ip(c, quoted, sizeof(quoted));
	mkcap_wait(c, 300);
	mkcap_icmp(c, "10.0.0.9", HOST, 3, 3, 0, quoted, n);
	/* a segment that was too big, */
	mkcap_wait(c, 1000);
	mkcap_tcp(c, "10.0.0.5:40001", "10.9.9.9:80", TCP_ACK, 1, 2, "long");
	n = mkcap_last_ip(c, quoted, 28);
	mkcap_wait(c, 300);
	mkcap_icmp(c, "10.0.0.1", HOST, 3, 4, 1400, quoted, n);
	/* and over IPv6 a packet that was too big. */
	mkcap_wait(c, 1000);
	mkcap_udp(c, "[2001:db8::5]:4000", "[2001:db8:2::9]:9", "hello", 5);
	n = mkcap_last_ip(c, quoted, sizeof(quoted));
	mkcap_icmp(c, "2001:db8::1", "2001:db8::5", 2, 0, 1280, quoted, n);
}

/* Ways of a pair that are none of icmp-echo's. */
void case_icmp_pairs(struct mkcap *c)
{
	uint8_t quoted[64];

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Replies in another order than their requests, */
	mkcap_echo(c, HOST, PEER, false, 1, 1);
	mkcap_echo(c, HOST, PEER, false, 1, 2);
	mkcap_wait(c, 1000);
	mkcap_echo(c, PEER, HOST, true, 1, 2);
	mkcap_wait(c, 1000);
	mkcap_echo(c, PEER, HOST, true, 1, 1);
	/* a number used again when all have been, the first one lost, */
	mkcap_wait(c, 1000);
	mkcap_echo(c, HOST, PEER, false, 2, 65535);
	mkcap_echo(c, HOST, PEER, false, 2, 0);
	mkcap_echo(c, HOST, PEER, false, 2, 0);
	mkcap_wait(c, 1000);
	mkcap_echo(c, PEER, HOST, true, 2, 0);
	/* two hosts with the same id and number, */
	mkcap_wait(c, 1000);
	mkcap_echo(c, HOST, PEER, false, 3, 1);
	mkcap_echo(c, "10.0.0.6", PEER, false, 3, 1);
	mkcap_wait(c, 1000);
	mkcap_echo(c, PEER, "10.0.0.6", true, 3, 1);
	mkcap_wait(c, 1000);
	mkcap_echo(c, PEER, HOST, true, 3, 1);
	/* each end asking the other, */
	mkcap_wait(c, 1000);
	mkcap_echo(c, HOST, PEER, false, 4, 1);
	mkcap_echo(c, PEER, HOST, false, 4, 1);
	mkcap_wait(c, 1000);
	mkcap_echo(c, HOST, PEER, true, 4, 1);
	mkcap_echo(c, PEER, HOST, true, 4, 1);
	/* an error, and then the reply after all, */
	mkcap_wait(c, 1000);
	mkcap_echo(c, HOST, PEER, false, 5, 1);
	size_t n = mkcap_last_ip(c, quoted, 28);
	mkcap_wait(c, 1000);
	mkcap_icmp(c, "10.0.0.1", HOST, 3, 1, 0, quoted, n);
	mkcap_wait(c, 1000);
	mkcap_echo(c, PEER, HOST, true, 5, 1);
	/* three of the same, the last when its time is up, */
	mkcap_echo(c, HOST, PEER, false, 6, 1);
	mkcap_wait(c, 1000);
	mkcap_echo(c, PEER, HOST, true, 6, 1);
	mkcap_echo(c, PEER, HOST, true, 6, 1);
	mkcap_wait(c, 6000000);
	mkcap_echo(c, PEER, HOST, true, 6, 1);
	/* and a reply before its request: nobody asked for it then. */
	mkcap_echo(c, PEER, HOST, true, 7, 1);
	mkcap_wait(c, 1000);
	mkcap_echo(c, HOST, PEER, false, 7, 1);
}

void case_icmp_fragments(struct mkcap *c)
{
	uint8_t data[4000] = { 0 };
	const size_t all = sizeof(data);

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	c->piece = 1480;
	/* In order, and the answer backwards; */
	mkcap_icmp(c, HOST, PEER, 8, 0, 1 << 16 | 1, data, all);
	mkcap_wait(c, 2000);
	c->backwards = true;
	mkcap_icmp(c, PEER, HOST, 0, 0, 1 << 16 | 1, data, all);
	/* over IPv6; */
	mkcap_wait(c, 2000);
	c->backwards = false;
	c->piece = 1448;
	mkcap_icmp(c, "2001:db8::5", "2001:db8::9", 128, 0, 1 << 16 | 1, data,
		   all);
	mkcap_wait(c, 2000);
	mkcap_icmp(c, "2001:db8::9", "2001:db8::5", 129, 0, 1 << 16 | 1, data,
		   all);
	/* an answer that lacks its end is none, */
	mkcap_wait(c, 2000);
	c->piece = 0;
	mkcap_icmp(c, HOST, PEER, 8, 0, 2 << 16 | 1, data, 1472);
	mkcap_wait(c, 2000);
	uint8_t first[28] = { 0x45, 0, 0, 28, 9, 9, 0x20, 0, 64, 1, 0, 0,
			      8, 8, 8, 8, 10, 0, 0, 5, 0, 0, 0, 0, 0, 2, 0, 1 };
	mkcap_ip(c, false, first, sizeof(first));
	/* but one of which the capture lacks it may be one. */
	mkcap_wait(c, 2000);
	mkcap_icmp(c, HOST, PEER, 8, 0, 3 << 16 | 1, data, 1472);
	mkcap_wait(c, 2000);
	c->piece = 1000;
	c->snap = 96;
	mkcap_icmp(c, PEER, HOST, 0, 0, 3 << 16 | 1, data, 1472);
	/* An error tells whose it is before it is whole. */
	c->snap = 0;
	c->piece = 0;
	mkcap_wait(c, 2000);
	mkcap_udp(c, "10.0.0.5:4000", "10.0.0.9:9", data, 600);
	size_t n = mkcap_last_ip(c, data, 560);
	mkcap_wait(c, 300);
	c->piece = 512;
	mkcap_icmp(c, "10.0.0.9", HOST, 3, 3, 0, data, n);
}
