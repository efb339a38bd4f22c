/* SPDX-License-Identifier: MIT */
/* Packets in packets, IPv4 options, what routers add to ICMP errors. */
#include "tests/gen/cases.h"

#include <string.h>

/* The packet that was made last, behind `head`. */
static size_t within(const struct mkcap *inner, uint8_t *bytes, size_t size,
		     const char *head, size_t len)
{
	memcpy(bytes, head, len);
	return len + mkcap_last_ip(inner, bytes + len, size - len);
}

/* IP straight in IP, of a protocol. */
static void ip_in_ip(struct mkcap *c, unsigned protocol, const void *bytes,
		     size_t len)
{
	uint8_t ip[512] = { 0x45, 0, 0, 0, 0, 7, 0, 0, 64, (uint8_t)protocol, 0,
			    0, 192, 0, 2, 1, 192, 0, 2, 2 };

	ip[2] = (uint8_t)((20 + len) >> 8);
	ip[3] = (uint8_t)(20 + len);
	memcpy(ip + 20, bytes, len);
	mkcap_ip(c, false, ip, 20 + len);
	mkcap_wait(c, 1000);
}

void case_tunnels(struct mkcap *c)
{
	/* An Ethernet frame with a VLAN tag. */
	static const char frame[] = "\2\0\0\0\0\2\2\0\0\0\0\1\x81\0\0\5\x08";
	struct mkcap inner = { 0 };
	uint8_t bytes[600], body[600] = "\x08\0\0\0\0\0\x2a"; /* VNI 42 */
	size_t n;

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	mkcap_start(&inner, MKCAP_PCAP, LINK_ETHERNET);
	/* VXLAN with a VLAN and a DNS question in it; */
	mkdns_ask(&inner, "10.0.0.5:4000", "10.0.0.1:53", 1, "example.com", 1);
	n = within(&inner, body + 8, sizeof(body) - 8, frame, 18);
	mkcap_udp(c, "192.0.2.1:40000", "192.0.2.2:4789", body, 8 + n);
	mkcap_wait(c, 1000);
	/* Geneve with an option, and TCP over IPv6 in it; */
	mkcap_tcp(&inner, "[2001:db8::5]:4000", "[2001:db8::9]:80", 2, 1, 0, "");
	n = within(&inner, bytes, sizeof(bytes),
		   "\1\0\x86\xdd\0\0\x2b\0\0\0\0\0", 12);
	mkcap_udp(c, "192.0.2.1:40000", "192.0.2.2:6081", bytes, n);
	mkcap_wait(c, 1000);
	/* GRE with a key, and in it IP in IP with a ping; */
	mkcap_echo(&inner, "10.0.0.5", "10.0.0.9", false, 1, 1);
	n = mkcap_last_ip(&inner, bytes, sizeof(bytes));
	ip_in_ip(&inner, 4, bytes, n);
	n = within(&inner, bytes, sizeof(bytes), "\x20\0\x08\0\0\0\0\7", 8);
	ip_in_ip(c, 47, bytes, n);
	/* a tunnel with nothing in it; */
	ip_in_ip(c, 4, bytes, 0);
	/* and more tunnels in another than are looked into. */
	n = mkcap_last_ip(&inner, bytes, sizeof(bytes));
	for (int i = 0; i < 10; i++) {
		ip_in_ip(&inner, 4, bytes, n);
		n = mkcap_last_ip(&inner, bytes, sizeof(bytes));
	}
	mkcap_ip(c, false, bytes, n);
	mkcap_release(&inner);
}

/* The packet that was made last in a VXLAN, there or back. */
static void vxlan(struct mkcap *c, const struct mkcap *inner, bool back)
{
	static const char frame[] = "\2\0\0\0\0\2\2\0\0\0\0\1\x08";
	uint8_t body[600] = "\x08\0\0\0\0\0\x2a"; /* VNI 42 */
	size_t n = within(inner, body + 8, sizeof(body) - 8, frame, 14);

	mkcap_udp(c, back ? "192.0.2.2:41000" : "192.0.2.1:40000",
		  back ? "192.0.2.1:4789" : "192.0.2.2:4789", body, 8 + n);
	mkcap_wait(c, 1000);
}

void case_tunnel_flows(struct mkcap *c)
{
	static const char *const a = "10.0.0.5:4000", *const b = "10.0.0.9:80";
	struct mkcap inner = { 0 };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	mkcap_start(&inner, MKCAP_PCAP, LINK_ETHERNET);
	/* A connection, captured before it goes into a tunnel and in it; */
	mkcap_tcp(c, a, b, 2, 1000, 0, "");
	mkcap_tcp(&inner, a, b, 2, 1000, 0, "");
	vxlan(c, &inner, false);
	mkcap_tcp(&inner, b, a, 0x12, 5000, 1001, "");
	vxlan(c, &inner, true);
	mkcap_tcp(c, b, a, 0x12, 5000, 1001, "");
	mkcap_tcp(c, a, b, 0x10, 1001, 5001, "");
	mkcap_tcp(&inner, a, b, 0x10, 1001, 5001, "");
	vxlan(c, &inner, false);
	/* and in the tunnel only: a ping and a question. */
	mkcap_echo(&inner, "10.0.0.5", "10.0.0.9", false, 1, 1);
	vxlan(c, &inner, false);
	mkcap_echo(&inner, "10.0.0.9", "10.0.0.5", true, 1, 1);
	vxlan(c, &inner, true);
	mkdns_ask(&inner, "10.0.0.5:4001", "10.0.0.1:53", 1, "example.com", 1);
	vxlan(c, &inner, false);
	mkcap_release(&inner);
}

static void options(struct mkcap *c, const char *bytes, size_t len)
{
	memcpy(c->options, bytes, len);
	c->options_len = len;
	mkcap_udp(c, "10.0.0.5:4000", "10.0.0.9:9", "hello", 5);
	mkcap_wait(c, 1000);
}

void case_ip4_options(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Two of four routers said who they are; */
	options(c, "\7\x13\x0c\x0a\0\0\1\x0a\0\1\1\0\0\0\0\0\0\0\0\0", 20);
	/* the last of two stops comes next; */
	options(c, "\x83\x0b\x08\x0a\0\0\1\x0a\0\1\1\0", 12);
	options(c, "\x89\7\4\x0a\0\0\1\0", 8);
	/* a time, with who said it, and two that found no room; */
	options(c, "\x44\x0c\x0d\x21\x0a\0\0\1\0\0\3\xe8", 12);
	/* router alert; one that is not known; one whose length is wrong. */
	options(c, "\x94\4\0\0\1\x63\2\0", 8);
	options(c, "\x94\x40\0\0", 4);
}

void case_icmp_extensions(struct mkcap *c)
{
	/* RFC 4884 7: 2, checksum; labels of MPLS; the interface by which it
	 * came, with index, address, name and MTU. */
	static const char objects[] =
		"\x20\0\0\0"
		"\0\x0c\1\1\x05\xdc\x10\xfe\0\x01\x81\x01"
		"\0\x1c\2\x0f\0\0\0\3\0\1\0\0\x0a\0\0\1"
		"\x08" "eth0\0\0\0" "\0\0\5\xdc";
	uint8_t body[128 + sizeof(objects)] = { 0 };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* The quote is padded to 128 octets, 32 words, and says so; */
	c->hops = 5;
	mkcap_udp(c, "10.0.0.5:4000", "10.9.9.9:33434", "hello", 5);
	mkcap_last_ip(c, body, 33);
	memcpy(body + 128, objects, sizeof(objects) - 1);
	c->hops = 0;
	mkcap_wait(c, 300);
	mkcap_icmp(c, "10.0.0.1", "10.0.0.5", 11, 0, 32u << 16, body,
		   sizeof(body) - 1);
	mkcap_wait(c, 1000);
	/* does not say so, and has no checksum: no extensions; */
	mkcap_icmp(c, "10.0.0.2", "10.0.0.5", 11, 0, 0, body, sizeof(body) - 1);
	mkcap_wait(c, 1000);
	/* over IPv6, in words of 64 bits; */
	c->hops = 6;
	mkcap_udp(c, "[2001:db8::5]:4000", "[2001:db8::9]:33434", "hello", 5);
	memset(body, 0, 128);
	mkcap_last_ip(c, body, 53);
	c->hops = 0;
	mkcap_wait(c, 300);
	mkcap_icmp(c, "2001:db8::1", "2001:db8::5", 3, 0, 16u << 24, body,
		   sizeof(body) - 1);
	mkcap_wait(c, 1000);
	/* and who asks a router for one of its interfaces, and is told. */
	mkcap_icmp(c, "10.0.0.5", "10.0.0.1", 42, 0, 1 << 16 | 0x101,
		   "\x20\0\0\0\0\x08\3\1eth0", 12);
	mkcap_wait(c, 300);
	mkcap_icmp(c, "10.0.0.1", "10.0.0.5", 43, 0, 1 << 16 | 0x146, NULL, 0);
}
