/* SPDX-License-Identifier: MIT */
/* DNS in pieces: over TCP (RFC 1035 4.2.2, RFC 7766), in IP fragments. */
#include "tests/gen/cases.h"

#include <assert.h>
#include <string.h>

#define HOST "10.0.0.5:40000"
#define OTHER "10.0.0.5:40001"
#define SERVER "10.0.0.1:53"

/* Messages one after another, each with its length before it. */
struct flood {
	uint8_t bytes[4096];
	size_t len;
};

static void add(struct flood *f, const struct mkdns *d)
{
	assert(d->len + 2 <= sizeof(f->bytes) - f->len);
	f->bytes[f->len++] = (uint8_t)(d->len >> 8);
	f->bytes[f->len++] = (uint8_t)d->len;
	memcpy(f->bytes + f->len, d->bytes, d->len);
	f->len += d->len;
}

static void add_query(struct flood *f, uint16_t id, const char *name)
{
	struct mkdns d;

	mkdns_start(&d, id, MKDNS_QUERY);
	mkdns_question(&d, name, DNS_A);
	add(f, &d);
}

static void add_answer(struct flood *f, uint16_t id, const char *name,
		       const char *address)
{
	struct mkdns d;

	mkdns_start(&d, id, MKDNS_ANSWER);
	mkdns_question(&d, name, DNS_A);
	mkdns_address(&d, "@12", 60, address);
	add(f, &d);
}

/* Bytes from..to of the flood, the stream's first byte having number seq. */
static void send(struct mkcap *c, const struct flood *f, const char *from,
		 const char *to, uint32_t seq, uint32_t ack, size_t begin,
		 size_t end)
{
	assert(begin <= end && end <= f->len);
	mkcap_segment(c, from, to, TCP_PSH | TCP_ACK, seq + (uint32_t)begin,
		      ack, f->bytes + begin, end - begin);
	mkcap_wait(c, 100);
}

void case_dns_tcp(struct mkcap *c)
{
	struct flood ask = { .len = 0 }, say = { .len = 0 };
	struct mkconn t = { c, HOST, SERVER, 1000, 2000 };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	mkconn_open(&t, 1000);
	/* Three queries: the first's length alone, then the rest of it, then
	 * two at once. */
	add_query(&ask, 1, "one.example.com");
	size_t first = ask.len;
	add_query(&ask, 2, "two.example.com");
	add_query(&ask, 3, "three.example.com");
	send(c, &ask, HOST, SERVER, 1001, 2001, 0, 2);
	send(c, &ask, HOST, SERVER, 1001, 2001, 2, first);
	send(c, &ask, HOST, SERVER, 1001, 2001, first, ask.len);
	/* The answers in another order, cut anywhere, the middle last, and a
	 * copy of it. */
	mkcap_wait(c, 5000);
	add_answer(&say, 2, "two.example.com", "10.1.1.2");
	add_answer(&say, 1, "one.example.com", "10.1.1.1");
	add_answer(&say, 3, "three.example.com", "10.1.1.3");
	send(c, &say, SERVER, HOST, 2001, 1001, 0, 1);
	send(c, &say, SERVER, HOST, 2001, 1001, 60, say.len);
	send(c, &say, SERVER, HOST, 2001, 1001, 1, 70);
	send(c, &say, SERVER, HOST, 2001, 1001, 1, 70);
}

void case_dns_tcp_midstream(struct mkcap *c)
{
	struct flood f = { .len = 0 };
	uint8_t rest[40];

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* The end of a message of which the beginning was not seen, and bytes
	 * that are no message: nothing is told. */
	memset(rest, 0xc0, sizeof(rest));
	mkcap_segment(c, SERVER, HOST, TCP_ACK, 500, 1, rest, sizeof(rest));
	mkcap_segment(c, SERVER, OTHER, TCP_ACK, 500, 1, "SSH-2.0-x\r\n", 11);
	/* From the next message on, it is known again. */
	add_answer(&f, 7, "seven.example.com", "10.1.1.7");
	add_answer(&f, 8, "eight.example.com", "10.1.1.8");
	add_answer(&f, 9, "nine.example.com", "10.1.1.9");
	send(c, &f, SERVER, HOST, 540, 1, 0, 100);
	send(c, &f, SERVER, HOST, 540, 1, 100, f.len);
}

void case_dns_truncated(struct mkcap *c)
{
	static const char *const names[] = { "big.example.com",
					     "none.example.com" };
	struct flood ask = { .len = 0 }, say = { .len = 0 };
	struct mkconn t = { c, OTHER, SERVER, 1000, 2000 };
	struct mkdns d;

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* "Too long for UDP": two are asked again by TCP, one is not. */
	for (uint16_t i = 0; i < 3; i++) {
		const char *name = i < 2 ? names[i] : "left.example.com";
		mkdns_ask(c, HOST, SERVER, i, name, DNS_A);
		mkcap_wait(c, 2000);
		mkdns_start(&d, i, MKDNS_ANSWER | 0x0200);
		mkdns_question(&d, name, DNS_A);
		mkdns_send(c, &d, SERVER, HOST);
		mkcap_wait(c, 1000);
	}
	mkconn_open(&t, 1000);
	add_query(&ask, 100, names[0]);
	add_query(&ask, 101, names[1]);
	send(c, &ask, OTHER, SERVER, 1001, 2001, 0, ask.len);
	mkcap_wait(c, 3000);
	add_answer(&say, 100, names[0], "10.1.1.1");
	mkdns_start(&d, 101, MKDNS_ANSWER | 3);
	mkdns_question(&d, names[1], DNS_A);
	add(&say, &d);
	send(c, &say, SERVER, OTHER, 2001, 1001, 0, say.len);
}

/* UDP from 10.0.0.1:53 to 10.0.0.5:40000, from one byte of it to another. */
static void send_fragment(struct mkcap *c, const struct mkdns *d, uint8_t id,
			  size_t from, size_t to)
{
	uint8_t ip[20 + 8 + sizeof(d->bytes)] = {
		0x45, 0, 0, 0, 0, id, 0, 0, 64, 17, 0, 0,
		10, 0, 0, 1, 10, 0, 0, 5,
	};
	uint8_t udp[8 + sizeof(d->bytes)] = { 0, 53, 0x9c, 0x40 };
	size_t all = 8 + d->len;

	udp[4] = (uint8_t)(all >> 8);
	udp[5] = (uint8_t)all;
	memcpy(udp + 8, d->bytes, d->len);
	if (to > all)
		to = all;
	assert(from % 8 == 0 && from < to);
	memcpy(ip + 20, udp + from, to - from);
	ip[2] = (uint8_t)((20 + to - from) >> 8);
	ip[3] = (uint8_t)(20 + to - from);
	ip[6] = to < all ? 0x20 : 0;
	ip[7] = (uint8_t)(from / 8);
	mkcap_ip(c, false, ip, 20 + to - from);
	mkcap_wait(c, 100);
}

void case_dns_fragments(struct mkcap *c)
{
	static const char *const names[] = { "in-order.example",
					     "backwards.example",
					     "half.example" };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	for (uint8_t i = 0; i < 3; i++) {
		struct mkdns d;

		mkdns_ask(c, HOST, SERVER, i, names[i], DNS_A);
		mkcap_wait(c, 2000);
		mkdns_start(&d, i, MKDNS_ANSWER);
		mkdns_question(&d, names[i], DNS_A);
		for (uint8_t k = 0; k < 3; k++) {
			char address[] = "10.1.1.0";
			address[7] = (char)('1' + k);
			mkdns_address(&d, "@12", 60, address);
		}
		/* The last one's second half never comes. */
		if (i != 1)
			send_fragment(c, &d, i, 0, 64);
		if (i != 2)
			send_fragment(c, &d, i, 64, 1000);
		if (i == 1)
			send_fragment(c, &d, i, 0, 64);
	}
}
