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
	/* Neighbour solicitation and advertisement are no echo pairs. */
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
