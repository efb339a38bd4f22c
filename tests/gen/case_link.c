/* SPDX-License-Identifier: MIT */
/* Link layers, IPv6 extension headers, fragments, damage, recordings. */
#include <string.h>

#include "tests/gen/cases.h"

/* The same few packets over each link layer. */
static void some(struct mkcap *c)
{
	struct mkconn t = { c, "10.0.0.5:51594", "10.0.0.9:22", 1, 1 };

	mkconn_open(&t, 200);
	mkcap_echo(c, "fe80::1", "fe80::2", false, 1, 1);
	mkcap_wait(c, 100);
	mkcap_echo(c, "fe80::2", "fe80::1", true, 1, 1);
	mkdns_ask(c, "10.0.0.5:4000", "10.0.0.1:53", 1, "example.com", DNS_A);
}

void case_vlan(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	c->vlan[0] = 42;
	some(c);
	c->vlan[1] = 7;
	mkcap_echo(c, "10.0.0.5", "10.0.0.9", false, 1, 1);
	c->vlan[0] = c->vlan[1] = 0;
	mkcap_echo(c, "10.0.0.9", "10.0.0.5", true, 1, 1);
	/* ARP is a packet, and not IP. */
	mkcap_raw(c, "\377\377\377\377\377\377\2\0\0\0\0\1\10\6\0\1\10\0\6\4\0\1"
		     "\2\0\0\0\0\1\12\0\0\5\0\0\0\0\0\0\12\0\0\11", 42, 0);
}

void case_sll(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_SLL);
	some(c);
}

void case_sll2(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_SLL2);
	some(c);
}

void case_null(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_NULL);
	some(c);
}

void case_loop(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_LOOP);
	some(c);
}

void case_raw(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_RAW);
	some(c);
}

static void extension(struct mkcap *c, uint8_t first, const char *bytes,
		      size_t len)
{
	c->extension_first = first;
	memcpy(c->extension, bytes, len);
	c->extension_len = len;
}

void case_ip6_extensions(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Hop-by-hop options (router alert), then TCP. RFC 8200 4.3. */
	extension(c, 0, "\6\0\5\2\0\0\1\0", 8);
	mkcap_tcp(c, "[2001:db8::5]:4000", "[2001:db8::9]:80", TCP_SYN, 1, 0,
		  "");
	/* Destination options, routing, destination options, then UDP. */
	extension(c, 60, "\53\0\1\4\0\0\0\0" "\74\0\0\0\0\0\0\0"
			 "\21\0\1\4\0\0\0\0", 24);
	mkdns_ask(c, "[2001:db8::5]:4000", "[2001:db8::9]:53", 1,
		  "example.com", DNS_AAAA);
	/* A fragment that is the whole packet. RFC 6946. */
	extension(c, 44, "\72\0\0\0\0\0\0\1", 8);
	mkcap_echo(c, "2001:db8::5", "2001:db8::9", false, 9, 1);
	/* Nothing follows. */
	c->extension_len = 0;
	uint8_t none[40] = { 0x60, [6] = 59, [7] = 64, [8] = 0x20, [24] = 0x20 };
	mkcap_ip(c, true, none, sizeof(none));
	/* Authentication, whose length counts otherwise. RFC 4302 2.2. */
	extension(c, 51, "\72\4\0\0\0\0\0\1\0\0\0\1abcdefghijkl", 24);
	mkcap_echo(c, "2001:db8::5", "2001:db8::9", false, 9, 2);
}

void case_fragments(struct mkcap *c)
{
	/* UDP from 10.0.0.5:4000 to 10.0.0.9:53 in two pieces of 16 bytes. */
	uint8_t ip[36] = { 0x45, 0, 0, 36, 0, 9, 0x20, 0, 64, 17, 0, 0,
			   10, 0, 0, 5, 10, 0, 0, 9,
			   0x0f, 0xa0, 0, 53, 0, 32, 0, 0 };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	mkcap_ip(c, false, ip, sizeof(ip));
	ip[6] = 0;
	ip[7] = 2;
	memset(ip + 20, 'x', 16);
	mkcap_ip(c, false, ip, sizeof(ip));
}

void case_truncated(struct mkcap *c)
{
	/* Cut within the link header, the IP header, TCP, and its options. */
	static const size_t kept[] = { 10, 14, 20, 33, 34, 40, 53, 54, 60, 65 };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		c->snap = kept[i];
		mkcap_tcp(c, "10.0.0.5:4000", "10.0.0.9:80", TCP_SYN, 1, 0, "");
		mkcap_wait(c, 1000);
	}
	c->snap = 60;
	mkdns_ask(c, "10.0.0.5:4000", "10.0.0.1:53", 1, "example.com", DNS_A);
	mkcap_echo(c, "10.0.0.5", "10.0.0.9", false, 1, 1);
	mkcap_echo(c, "2001:db8::5", "2001:db8::9", false, 1, 1);
}

void case_malformed(struct mkcap *c)
{
	static const uint8_t good[40] = {
		0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 5,
		10, 0, 0, 9, 0x0f, 0xa0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0,
		0x50, 2, 1, 0, 0, 0, 0, 0,
	};
	static const struct {
		size_t at;
		uint8_t byte;
	} wrong[] = {
		{ 0, 0x55 }, /* version 5 */
		{ 0, 0x44 }, /* a head of 16 bytes */
		{ 0, 0x4f }, /* a head longer than the packet */
		{ 3, 19 },   /* a packet shorter than its head */
		{ 3, 41 },   /* a packet longer than what there is */
		{ 3, 30 },   /* a packet that ends within TCP's head */
		{ 32, 0x40 }, /* a TCP head of 16 bytes */
		{ 32, 0xf0 }, /* a TCP head longer than the segment */
	};

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint8_t bad[40];
		memcpy(bad, good, sizeof(bad));
		bad[wrong[i].at] = wrong[i].byte;
		mkcap_ip(c, false, bad, sizeof(bad));
		mkcap_wait(c, 1000);
	}
	/* A UDP length below its own head, and one beyond the packet. */
	uint8_t udp[28] = { 0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0,
			    10, 0, 0, 5, 10, 0, 0, 9, 0, 7, 0, 9, 0, 7 };
	mkcap_ip(c, false, udp, sizeof(udp));
	udp[25] = 9;
	mkcap_ip(c, false, udp, sizeof(udp));
}

static const struct proc curl = {
	.key = { .pid = 31337, .start_ns = 1699999999000000000 },
	.known = true,
	.ppid = 1000,
	.ns_pid = 31337,
	.ns_ppid = 1000,
	.uid = 1001,
	.gid = 1001,
	.cgroup_id = 4096,
	.mnt_ns = 4026531841,
	.pid_ns = 4026531836,
	.net_ns = 4026531840,
	.comm = "curl",
	.exe = "/usr/bin/curl",
	.cmdline = "curl http://[::1]:8000/ \\\"quoted\\\"",
};

static const struct proc server = {
	.key = { .pid = 812, .start_ns = 1690000000000000000 },
	.known = true,
	.ppid = 1,
	.ns_pid = 7,
	.ns_ppid = 1,
	.mnt_ns = 4026532000,
	.pid_ns = 4026532001,
	.net_ns = 4026531840,
	.comm = "python3",
	.exe = "/usr/bin/python3.11",
	.cmdline = "python3 -m http.server",
};

/* The next packet is seen at this end's socket. */
static void at_end(struct mkcap *c, bool client, uint8_t direction)
{
	const struct proc *p = client ? &curl : &server;

	c->proc = p;
	c->owner = (struct frame){
		.live = true,
		.direction = direction,
		.how = EVENT_HOW_CURRENT,
		.pid = p->key.pid,
		.tid = p->key.pid,
		.ns_tid = p->ns_pid,
		.start_ns = p->key.start_ns,
		.cookie = client ? 4099 : 4100,
		.netns = 4026531840,
		.ifindex = 1,
		.cpu = client ? 0 : 1,
		.ifname = "lo",
	};
}

/* One segment, seen at both ends as it leaves and as it arrives. */
static void both(struct mkconn *t, bool from_server, unsigned flags,
		 const char *payload)
{
	at_end(t->cap, !from_server, EVENT_EGRESS);
	mkconn_send(t, from_server, flags, payload);
	mkcap_wait(t->cap, 5);
	at_end(t->cap, from_server, EVENT_INGRESS);
	mkconn_again(t, from_server, flags, payload);
	mkcap_wait(t->cap, 20);
}

void case_recording(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAPNG, LINK_RAW);
	struct mkconn t = { c, "[::1]:50000", "[::1]:8000", 100, 200 };

	both(&t, false, TCP_SYN, "");
	both(&t, true, TCP_SYN | TCP_ACK, "");
	both(&t, false, TCP_ACK, "");
	both(&t, false, TCP_PSH | TCP_ACK, "GET / HTTP/1.0\r\n\r\n");
	both(&t, true, TCP_FIN | TCP_PSH | TCP_ACK, "HTTP/1.0 200 OK\r\n\r\n");
	both(&t, false, TCP_FIN | TCP_ACK, "");
	both(&t, true, TCP_ACK, "");
	/* A request for this host that its kernel answers alone. */
	c->proc = NULL;
	c->owner = (struct frame){ .live = true, .direction = EVENT_EGRESS,
				   .how = EVENT_HOW_KERNEL,
				   .flags = EVENT_NO_SOCKET, .ifname = "eth0",
				   .ifindex = 2, .netns = 4026531840 };
	mkcap_echo(c, "10.0.0.5", "10.0.0.9", true, 5, 1);
}
