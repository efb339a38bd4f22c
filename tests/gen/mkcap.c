/* SPDX-License-Identifier: MIT */
#include "tests/gen/mkcap.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE = 1 << 20, NOTE_ROOM = 8192 };

/* Bytes in network order. */
struct bytes {
	uint8_t at[70000];
	size_t len;
};

static void put(struct bytes *b, const void *from, size_t n)
{
	assert(n <= sizeof(b->at) - b->len);
	if (n)
		memcpy(b->at + b->len, from, n);
	b->len += n;
}

static void put8(struct bytes *b, unsigned n)
{
	put(b, &(uint8_t){ (uint8_t)n }, 1);
}

static void put16(struct bytes *b, unsigned n)
{
	put8(b, n >> 8);
	put8(b, n);
}

static void put32(struct bytes *b, uint32_t n)
{
	put16(b, n >> 16);
	put16(b, n);
}

struct end {
	bool ip6;
	uint8_t ip[16];
	uint16_t port;
};

static struct end end_of(const char *text)
{
	struct end e = { .ip6 = strchr(text, '[') ||
				strchr(text, ':') != strrchr(text, ':') };
	char ip[64];
	const char *colon = strchr(text, ']') ? strrchr(text, ']') + 1 :
			    e.ip6	      ? NULL :
						strchr(text, ':');

	snprintf(ip, sizeof(ip), "%.*s",
		 colon ? (int)(colon - text) : (int)strlen(text), text);
	if (ip[0] == '[') {
		ip[strlen(ip) - 1] = 0;
		memmove(ip, ip + 1, strlen(ip));
	}
	if (colon && *colon)
		e.port = (uint16_t)strtoul(colon + 1, NULL, 10);
	int ok = inet_pton(e.ip6 ? AF_INET6 : AF_INET, ip, e.ip);
	assert(ok == 1);
	(void)ok;
	return e;
}

static uint32_t sum16(uint32_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

/* RFC 1071. */
static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Write the checksum of a transport header and its data at `at`. */
static void set_checksum(struct bytes *b, size_t at, const struct end *from,
			 const struct end *to, unsigned protocol)
{
	size_t n = from->ip6 ? 16 : 4;
	uint32_t sum = sum16(0, b->at, b->len);

	if (protocol != IPPROTO_ICMP) { /* has no pseudo header */
		sum = sum16(sum, from->ip, n);
		sum = sum16(sum, to->ip, n);
		sum += protocol + (uint32_t)b->len;
	}
	uint16_t checksum = fold(sum);
	if (protocol == IPPROTO_UDP && checksum == 0)
		checksum = 0xffff;
	b->at[at] = (uint8_t)(checksum >> 8);
	b->at[at + 1] = (uint8_t)checksum;
}

void mkcap_start(struct mkcap *c, enum mkcap_format format, uint32_t link)
{
	*c = (struct mkcap){
		.format = format,
		.link = link,
		.now_ns = 1700000000000000000,
		.ip_id = 1,
	};
	c->bytes = calloc(1, FILE_SIZE);
	assert(c->bytes);
	if (format == MKCAP_PCAPNG) {
		c->len = capfile_write_head(c->bytes, FILE_SIZE, "", "",
					    "netexplore tests");
		c->writer.started = true; /* all times are those of the file */
		return;
	}
	struct bytes b = { 0 };
	put32(&b, 0xa1b23c4d);
	put16(&b, 2);
	put16(&b, 4);
	put32(&b, 0);
	put32(&b, 0);
	put32(&b, 262144);
	put32(&b, link);
	memcpy(c->bytes, b.at, b.len);
	c->len = b.len;
}

void mkcap_release(struct mkcap *c)
{
	free(c->bytes);
	c->bytes = NULL;
}

void mkcap_wait(struct mkcap *c, uint64_t us)
{
	c->now_ns += us * 1000;
}

void mkcap_raw(struct mkcap *c, const void *bytes, size_t len, size_t wire_len)
{
	size_t kept = c->snap && c->snap < len ? c->snap : len;

	if (c->sink) {
		c->sink(c, bytes, len);
		return;
	}
	if (wire_len == 0)
		wire_len = len;
	assert(c->len + kept + NOTE_ROOM < FILE_SIZE);
	if (c->format == MKCAP_PCAPNG) {
		struct frame f = c->owner;
		f.time_ns = c->now_ns;
		f.data = (struct span){ bytes, kept };
		f.wire_len = (uint32_t)wire_len;
		f.link = c->link;
		c->len += capfile_write_packet(&c->writer, c->bytes + c->len,
					       FILE_SIZE - c->len, &f, c->proc,
					       NULL, 0);
		return;
	}
	struct bytes b = { 0 };
	put32(&b, (uint32_t)(c->now_ns / 1000000000));
	put32(&b, (uint32_t)(c->now_ns % 1000000000));
	put32(&b, (uint32_t)kept);
	put32(&b, (uint32_t)wire_len);
	put(&b, bytes, kept);
	memcpy(c->bytes + c->len, b.at, b.len);
	c->len += b.len;
}

static void put_ethernet(struct bytes *b, const struct mkcap *c, unsigned type)
{
	put(b, "\2\0\0\0\0\2\2\0\0\0\0\1", 12);
	for (int i = 0; i < 2; i++) {
		if (!c->vlan[i])
			continue;
		/* The outer of two tags is a service tag: IEEE 802.1ad. */
		put16(b, i == 0 && c->vlan[1] ? 0x88a8 : 0x8100);
		put16(b, c->vlan[i]);
	}
	put16(b, type);
}

void mkcap_ip(struct mkcap *c, bool ip6, const void *bytes, size_t len)
{
	struct bytes b = { 0 };
	unsigned type = ip6 ? 0x86dd : 0x0800;

	switch (c->link) {
	case LINK_ETHERNET:
		put_ethernet(&b, c, type);
		break;
	case LINK_SLL:
		put(&b, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0", 14);
		put16(&b, type);
		break;
	case LINK_SLL2:
		put16(&b, type);
		put(&b, "\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0", 18);
		break;
	case LINK_NULL: /* in the byte order of who wrote it */
		put8(&b, ip6 ? 30 : 2); /* as macOS writes it */
		put(&b, "\0\0", 3);
		break;
	case LINK_LOOP: /* in network order */
		put32(&b, ip6 ? 24 : 2);
		break;
	default:
		break;
	}
	put(&b, bytes, len);
	mkcap_raw(c, b.at, b.len, 0);
}

static void put_ip4(struct mkcap *c, struct bytes *b, const struct end *from,
		    const struct end *to, unsigned protocol, size_t at,
		    size_t len, bool more)
{
	size_t head = 20 + c->options_len;

	put8(b, 0x40 + (unsigned)head / 4);
	put8(b, 0);
	put16(b, (unsigned)(head + len));
	put16(b, c->ip_id);
	put16(b, c->piece ? (unsigned)(at / 8) | (more ? 0x2000 : 0) : 0x4000);
	put8(b, c->hops ? c->hops : 64);
	put8(b, protocol);
	put16(b, 0);
	put(b, from->ip, 4);
	put(b, to->ip, 4);
	put(b, c->options, c->options_len);
	uint16_t checksum = fold(sum16(0, b->at, head));
	b->at[10] = (uint8_t)(checksum >> 8);
	b->at[11] = (uint8_t)checksum;
}

static void put_ip6(struct mkcap *c, struct bytes *b, const struct end *from,
		    const struct end *to, unsigned protocol, size_t at,
		    size_t len, bool more)
{
	size_t fragment = c->piece ? 8 : 0;
	unsigned next = c->piece ? 44 : protocol;

	put32(b, 6u << 28);
	put16(b, (unsigned)(c->extension_len + fragment + len));
	put8(b, c->extension_len ? c->extension_first : next);
	put8(b, c->hops ? c->hops : 64);
	put(b, from->ip, 16);
	put(b, to->ip, 16);
	put(b, c->extension, c->extension_len);
	if (!c->piece)
		return;
	put8(b, protocol);
	put8(b, 0);
	put16(b, (unsigned)at | more);
	put32(b, c->ip_id);
}

/* An IP header before a transport header and its data, or a part of them. */
static void send_part(struct mkcap *c, const struct end *from,
		      const struct end *to, unsigned protocol,
		      const struct bytes *body, size_t at, size_t len)
{
	struct bytes b = { 0 };

	(from->ip6 ? put_ip6 : put_ip4)(c, &b, from, to, protocol, at, len,
					at + len < body->len);
	put(&b, body->at + at, len);
	mkcap_ip(c, from->ip6, b.at, b.len);
}

static void send_ip(struct mkcap *c, const struct end *from,
		    const struct end *to, unsigned protocol,
		    const struct bytes *body)
{
	size_t piece = c->piece ? c->piece : body->len ? body->len : 1;
	size_t n = body->len ? (body->len + piece - 1) / piece : 1;

	for (size_t i = 0; i < n; i++) {
		size_t at = piece * (c->backwards ? n - 1 - i : i);
		size_t len = body->len - at < piece ? body->len - at : piece;

		send_part(c, from, to, protocol, body, at, len);
		if (n > 1)
			mkcap_wait(c, 100);
	}
	if (!from->ip6 || c->piece)
		c->ip_id++;
}

void mkcap_segment(struct mkcap *c, const char *from_text, const char *to_text,
		   unsigned flags, uint32_t seq, uint32_t ack,
		   const void *payload, size_t len)
{
	struct end from = end_of(from_text), to = end_of(to_text);
	struct bytes b = { 0 };
	bool syn = flags & TCP_SYN, cookie = syn && c->fast_open;

	put16(&b, from.port);
	put16(&b, to.port);
	put32(&b, seq);
	put32(&b, ack);
	put8(&b, (cookie ? 11u : syn ? 8u : 5u) << 4 | flags >> 8);
	put8(&b, flags);
	put16(&b, c->full ? 0 : 64240);
	put32(&b, 0);
	if (syn) /* MSS 1460, SACK permitted, window scale 7 */
		put(&b, "\2\4\5\264\1\1\4\2\1\3\3\7", 12);
	if (cookie)
		put(&b, "\42\12" "cookie!!" "\1\1", 12);
	put(&b, payload, len);
	set_checksum(&b, 16, &from, &to, IPPROTO_TCP);
	send_ip(c, &from, &to, IPPROTO_TCP, &b);
}

void mkcap_tcp(struct mkcap *c, const char *from, const char *to,
	       unsigned flags, uint32_t seq, uint32_t ack, const char *payload)
{
	mkcap_segment(c, from, to, flags, seq, ack, payload, strlen(payload));
}

void mkcap_udp(struct mkcap *c, const char *from_text, const char *to_text,
	       const void *payload, size_t len)
{
	struct end from = end_of(from_text), to = end_of(to_text);
	struct bytes b = { 0 };

	put16(&b, from.port);
	put16(&b, to.port);
	put16(&b, (unsigned)(8 + len));
	put16(&b, 0);
	put(&b, payload, len);
	set_checksum(&b, 6, &from, &to, IPPROTO_UDP);
	send_ip(c, &from, &to, IPPROTO_UDP, &b);
}

void mkcap_icmp(struct mkcap *c, const char *from_text, const char *to_text,
		unsigned type, unsigned code, uint32_t rest,
		const void *payload, size_t len)
{
	struct end from = end_of(from_text), to = end_of(to_text);
	unsigned protocol = from.ip6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	struct bytes b = { 0 };

	put8(&b, type);
	put8(&b, code);
	put16(&b, 0);
	put32(&b, rest);
	put(&b, payload, len);
	set_checksum(&b, 2, &from, &to, protocol);
	send_ip(c, &from, &to, protocol, &b);
}

void mkcap_echo(struct mkcap *c, const char *from, const char *to, bool reply,
		uint16_t id, uint16_t seq)
{
	bool ip6 = strchr(from, ':');
	unsigned type = ip6 ? (reply ? 129 : 128) : (reply ? 0 : 8);
	uint8_t data[56];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	mkcap_icmp(c, from, to, type, 0, (uint32_t)id << 16 | seq, data,
		   sizeof(data));
}

size_t mkcap_last_ip(const struct mkcap *c, uint8_t *bytes, size_t size)
{
	/* The tests that quote use plain Ethernet in a pcap file. */
	assert(c->format == MKCAP_PCAP && c->link == LINK_ETHERNET);

	size_t at = 24, last = 24;
	while (at < c->len) {
		const uint8_t *kept = c->bytes + at + 8;
		last = at;
		at += 16 + ((size_t)kept[2] << 8 | kept[3]);
	}
	size_t n = at - last - 16 - 14;
	if (n > size)
		n = size;
	memcpy(bytes, c->bytes + last + 16 + 14, n);
	return n;
}

void mkconn_again(struct mkconn *t, bool from_server, unsigned flags,
		  const char *payload)
{
	uint32_t n = (uint32_t)strlen(payload) + !!(flags & TCP_SYN) +
		     !!(flags & TCP_FIN);

	if (from_server)
		mkcap_tcp(t->cap, t->server, t->client, flags,
			  t->server_seq - n,
			  flags & TCP_ACK ? t->client_seq : 0, payload);
	else
		mkcap_tcp(t->cap, t->client, t->server, flags,
			  t->client_seq - n,
			  flags & TCP_ACK ? t->server_seq : 0, payload);
}

void mkconn_send(struct mkconn *t, bool from_server, unsigned flags,
		 const char *payload)
{
	uint32_t n = (uint32_t)strlen(payload) + !!(flags & TCP_SYN) +
		     !!(flags & TCP_FIN);

	*(from_server ? &t->server_seq : &t->client_seq) += n;
	mkconn_again(t, from_server, flags, payload);
}

void mkconn_open(struct mkconn *t, uint64_t us)
{
	mkconn_send(t, false, TCP_SYN, "");
	mkcap_wait(t->cap, us);
	mkconn_send(t, true, TCP_SYN | TCP_ACK, "");
	mkcap_wait(t->cap, us);
	mkconn_send(t, false, TCP_ACK, "");
}
