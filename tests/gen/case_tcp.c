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

void case_tcp_shapes(struct mkcap *c)
{
	static const char *const clients[] = {
		"10.0.0.5:52000", "10.0.0.5:52001", "10.0.0.5:52002",
		"10.0.0.5:52003", "10.0.0.5:52004", "10.0.0.5:52005",
		"10.0.0.5:52006", "10.0.0.5:52007",
	};
	enum { SYN_ACK = TCP_SYN | TCP_ACK };

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Both ends open at once: RFC 9293 3.5, figure 7. */
	mkcap_tcp(c, clients[0], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_wait(c, 100);
	mkcap_tcp(c, SERVER, clients[0], TCP_SYN, 5000, 0, "");
	mkcap_wait(c, 100);
	mkcap_tcp(c, clients[0], SERVER, SYN_ACK, 1000, 5001, "");
	mkcap_wait(c, 100);
	mkcap_tcp(c, SERVER, clients[0], SYN_ACK, 5000, 1001, "");
	mkcap_wait(c, 100);
	/* The capture has the SYN behind its SYN-ACK. */
	mkcap_tcp(c, SERVER, clients[1], SYN_ACK, 5000, 1001, "");
	mkcap_tcp(c, clients[1], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_wait(c, 100);
	mkcap_tcp(c, clients[1], SERVER, TCP_ACK, 1001, 5001, "");
	mkcap_wait(c, 100);
	/* Data in the SYN, taken at once: RFC 7413. */
	c->fast_open = true;
	struct mkconn quick = conn(c, clients[2], SERVER);
	mkconn_send(&quick, false, TCP_SYN, "GET / HTTP/1.1\r\n\r\n");
	mkcap_wait(c, 900);
	c->fast_open = false;
	mkconn_send(&quick, true, SYN_ACK, "");
	mkconn_send(&quick, true, TCP_ACK, "HTTP/1.1 200 OK\r\n");
	mkcap_wait(c, 100);
	mkconn_send(&quick, false, TCP_ACK, "");
	/*
	 * The server still has a connection from before the client's restart:
	 * it challenges the SYN, learns that nobody is there, and takes the
	 * next one (RFC 9293 3.5.1, RFC 5961 4).
	 */
	mkcap_tcp(c, clients[3], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_tcp(c, SERVER, clients[3], TCP_ACK, 900000, 700000, "");
	mkcap_tcp(c, clients[3], SERVER, TCP_RST, 700000, 0, "");
	mkcap_wait(c, 1000000);
	mkcap_tcp(c, clients[3], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_wait(c, 100);
	mkcap_tcp(c, SERVER, clients[3], SYN_ACK, 5000, 1001, "");
	mkcap_tcp(c, clients[3], SERVER, TCP_ACK, 1001, 5001, "");
	/* Nobody acknowledges the SYN-ACK. */
	mkcap_tcp(c, clients[4], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_wait(c, 100);
	mkcap_tcp(c, SERVER, clients[4], SYN_ACK, 5000, 1001, "");
	mkcap_wait(c, 1000000);
	mkcap_tcp(c, SERVER, clients[4], SYN_ACK, 5000, 1001, "");
	/* Who only looks whether the port is open resets. */
	mkcap_tcp(c, clients[5], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_wait(c, 100);
	mkcap_tcp(c, SERVER, clients[5], SYN_ACK, 5000, 1001, "");
	mkcap_tcp(c, clients[5], SERVER, TCP_RST, 1001, 0, "");
	/* The capture missed the SYN-ACK. */
	mkcap_tcp(c, clients[6], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_wait(c, 100);
	mkcap_tcp(c, clients[6], SERVER, TCP_ACK, 1001, 5001, "");
	/* Refused at the second try, and a reset that is not for the SYN. */
	mkcap_tcp(c, clients[7], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_tcp(c, SERVER, clients[7], TCP_RST | TCP_ACK, 0, 777, "");
	mkcap_wait(c, 1000000);
	mkcap_tcp(c, clients[7], SERVER, TCP_SYN, 1000, 0, "");
	mkcap_tcp(c, SERVER, clients[7], TCP_RST | TCP_ACK, 0, 1001, "");
}

void case_tcp_trouble(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	struct mkconn t = conn(c, CLIENT, SERVER);
	mkconn_open(&t, 1000);
	/* The second of three segments takes longer; the third comes twice. */
	uint32_t seq = t.client_seq, ack = t.server_seq;
	mkcap_tcp(c, CLIENT, SERVER, TCP_ACK, seq, ack, "aaaa");
	mkcap_tcp(c, CLIENT, SERVER, TCP_ACK, seq + 8, ack, "cccc");
	mkcap_wait(c, 10);
	mkcap_tcp(c, CLIENT, SERVER, TCP_ACK, seq + 4, ack, "bbbb");
	mkcap_wait(c, 200000);
	mkcap_tcp(c, CLIENT, SERVER, TCP_ACK, seq + 8, ack, "cccc");
	/* The server does not read: no room, twice, and the client asks. */
	for (int i = 0; i < 2; i++) {
		c->full = true;
		mkcap_tcp(c, SERVER, CLIENT, TCP_ACK, ack, seq + 12, "");
		mkcap_wait(c, 200000);
		c->full = false;
		mkcap_tcp(c, CLIENT, SERVER, TCP_ACK, seq + 11, ack, "");
		c->full = true;
		mkcap_tcp(c, SERVER, CLIENT, TCP_ACK, ack, seq + 12, "");
		c->full = false;
		mkcap_wait(c, 1000);
		mkcap_tcp(c, SERVER, CLIENT, TCP_ACK, ack, seq + 12, "");
	}
	/* Both close, and the last FIN comes twice. */
	mkcap_tcp(c, CLIENT, SERVER, TCP_FIN | TCP_ACK, seq + 12, ack, "");
	mkcap_tcp(c, SERVER, CLIENT, TCP_FIN | TCP_ACK, ack, seq + 13, "");
	mkcap_wait(c, 200000);
	mkcap_tcp(c, SERVER, CLIENT, TCP_FIN | TCP_ACK, ack, seq + 13, "");
	mkcap_tcp(c, CLIENT, SERVER, TCP_ACK, seq + 13, ack + 1, "");
}
