/* SPDX-License-Identifier: MIT */
#include "tests/gen/cases.h"

#define CLIENT "10.0.0.5:51594"
#define SERVER "93.184.216.34:443"

static struct mkconn conn(struct mkcap *c, const char *client,
			  const char *server)
{
	return (struct mkconn){ c, client, server, 1000, 0xfffffff0 };
}

/* Both ends close in turn. */
static void finish(struct mkconn *t)
{
	mkcap_wait(t->cap, 1000);
	mkconn_send(t, false, TCP_FIN | TCP_ACK, "");
	mkcap_wait(t->cap, 500);
	mkconn_send(t, true, TCP_FIN | TCP_ACK, "");
	mkcap_wait(t->cap, 500);
	mkconn_send(t, false, TCP_ACK, "");
}

static void talk(struct mkconn *t)
{
	mkcap_wait(t->cap, 100);
	mkconn_send(t, false, TCP_PSH | TCP_ACK, "GET / HTTP/1.1\r\n\r\n");
	mkcap_wait(t->cap, 12000);
	/* The server's sequence numbers wrap here. */
	mkconn_send(t, true, TCP_ACK, "HTTP/1.1 200 OK\r\n");
	mkconn_send(t, true, TCP_PSH | TCP_ACK, "\r\nhello");
	mkcap_wait(t->cap, 50);
	mkconn_send(t, false, TCP_ACK, "");
}

void case_tcp_open(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	struct mkconn t = conn(c, CLIENT, SERVER);
	mkconn_open(&t, 12100);
	talk(&t);
	finish(&t);
	/* Another one that is still open at the end. */
	mkcap_wait(c, 1000000);
	struct mkconn open = conn(c, "10.0.0.5:51595", "93.184.216.34:22");
	mkconn_open(&open, 800);
	/* And one that has got its SYN-ACK only. */
	struct mkconn half = conn(c, "10.0.0.5:51596", "93.184.216.34:80");
	mkconn_send(&half, false, TCP_SYN, "");
	mkcap_wait(c, 700);
	mkconn_send(&half, true, TCP_SYN | TCP_ACK, "");
}

void case_tcp_open6(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	struct mkconn t = conn(c, "[2001:db8::5]:40000", "[2001:db8:1::80]:80");
	mkconn_open(&t, 3000);
	talk(&t);
	finish(&t);
}

void case_tcp_refused(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	struct mkconn t = conn(c, CLIENT, SERVER);
	mkconn_send(&t, false, TCP_SYN, "");
	mkcap_wait(c, 90);
	mkcap_tcp(c, SERVER, CLIENT, TCP_RST | TCP_ACK, 0, 1001, "");
}

void case_tcp_unanswered(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	struct mkconn t = conn(c, CLIENT, "10.255.0.1:443");
	mkconn_send(&t, false, TCP_SYN, "");
	/* As Linux tries again: after 1, 3 and 7 seconds. */
	for (uint64_t s = 1; s <= 4; s *= 2) {
		mkcap_wait(c, s * 1000000);
		mkconn_again(&t, false, TCP_SYN, "");
	}
}

void case_tcp_reset(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	struct mkconn t = conn(c, CLIENT, SERVER);
	mkconn_open(&t, 5000);
	talk(&t);
	mkcap_wait(c, 2000);
	mkconn_send(&t, true, TCP_RST | TCP_ACK, "");
	/* The client resets the other one. */
	mkcap_wait(c, 2000);
	struct mkconn other = conn(c, "10.0.0.5:51600", SERVER);
	mkconn_open(&other, 5000);
	mkcap_wait(c, 100);
	mkconn_send(&other, false, TCP_RST, "");
}

void case_tcp_reused(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	struct mkconn first = conn(c, CLIENT, SERVER);
	mkconn_open(&first, 1000);
	finish(&first);
	mkcap_wait(c, 61000000);
	/* The same addresses and ports, another connection. */
	struct mkconn second = conn(c, CLIENT, SERVER);
	second.client_seq = 900000;
	second.server_seq = 7000;
	mkconn_open(&second, 2000);
	finish(&second);
}

void case_tcp_midstream(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	struct mkconn t = conn(c, CLIENT, SERVER);
	talk(&t);
	/* A segment comes twice, and is told apart from new data. */
	mkcap_wait(c, 200000);
	mkconn_send(&t, false, TCP_PSH | TCP_ACK, "again");
	mkcap_wait(c, 200000);
	mkconn_again(&t, false, TCP_PSH | TCP_ACK, "again");
	mkcap_wait(c, 100);
	mkconn_send(&t, true, TCP_ACK, "");
}

void case_tcp_ambiguous(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Which of the two SYNs is answered? Nobody knows: Karn's rule. */
	struct mkconn t = conn(c, CLIENT, SERVER);
	mkconn_send(&t, false, TCP_SYN, "");
	mkcap_wait(c, 1000000);
	mkconn_again(&t, false, TCP_SYN, "");
	mkcap_wait(c, 9000);
	mkconn_send(&t, true, TCP_SYN | TCP_ACK, "");
	mkcap_wait(c, 10);
	mkconn_send(&t, false, TCP_ACK, "");
	/* The same with the SYN-ACK, whose SYN came once. */
	struct mkconn other = conn(c, "10.0.0.5:51601", SERVER);
	mkconn_send(&other, false, TCP_SYN, "");
	mkcap_wait(c, 9000);
	mkconn_send(&other, true, TCP_SYN | TCP_ACK, "");
	mkcap_wait(c, 1000000);
	mkconn_again(&other, true, TCP_SYN | TCP_ACK, "");
	mkcap_wait(c, 10);
	mkconn_send(&other, false, TCP_ACK, "");
}
