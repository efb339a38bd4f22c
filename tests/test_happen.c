/* SPDX-License-Identifier: MIT */
#include "core/happen.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/traffic.h"

/* Steps say only what they need. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MS ((uint64_t)1000000)

static struct model m;
static struct happen *happen;
static char heard[2048];
static uint32_t thread; /* of what was heard last */

static const char *const kinds[] = {
	"begin", "end", "connect", "accept", "send",
	"recv", "disconnect", "reconnect", "retransmit",
};

/* "connect 100@2 ECONNREFUSED refused" for each, with "; " between. */
static void on_happening(void *ctx, const struct happening *h)
{
	size_t n = strlen(heard);

	assert_ptr_equal(ctx, &m);
	thread = h->tid;
	n += (size_t)snprintf(heard + n, sizeof(heard) - n, "%s%s %u@%llu",
			      n ? "; " : "", kinds[h->kind],
			      h->proc ? h->proc->key.pid : 0,
			      (unsigned long long)(h->time_ns / MS));
	if (h->sized)
		n += (size_t)snprintf(heard + n, sizeof(heard) - n, " %u",
				      h->size);
	if (h->error)
		n += (size_t)snprintf(heard + n, sizeof(heard) - n, " %s",
				      strerrorname_np((int)h->error));
	if (*h->reason)
		n += (size_t)snprintf(heard + n, sizeof(heard) - n, " %s",
				      h->reason);
	if (h->kind == HAPPEN_END)
		n += (size_t)snprintf(heard + n, sizeof(heard) - n, " %llu+%llu",
				      (unsigned long long)h->flow->tx_bytes,
				      (unsigned long long)h->flow->rx_bytes);
	assert_true(n < sizeof(heard));
}

static void begin(bool by_packet, const struct model_limits *limits)
{
	assert_int_equal(model_init(&m, true, limits, 1, NULL), 0);
	assert_int_equal(happen_new(&happen, on_happening, &m, 65536, 1), 0);
	happen_by_packet(happen, by_packet);
	m.happen = happen;
	heard[0] = 0;
}

static void end(void)
{
	model_release(&m);
	happen_free(happen);
}

/* What a socket does, in the order in which it is told. */
struct step {
	enum { END, CONNECT, STATE, CLOSE, OWNER, OPEN, SEND, RECV, AGAIN,
	       OUT, IN, WAIT, FINISH } what;
	uint64_t ms;
	uint64_t cookie; /* from 10 on: of a connection that came in */
	uint32_t pid;
	uint8_t from, to; /* STATE */
	uint32_t n; /* bytes, or the errno of STATE */
	uint8_t flags; /* OUT, IN */
};

#define PORT_OF(cookie) ((uint16_t)(40000 + (cookie)))

static void socket_step(const struct step *s, uint8_t type, uint8_t protocol)
{
	struct event_socket e = socket_event(type, s->cookie, s->ms * MS,
					     s->from, s->to);
	bool incoming = s->cookie >= 10;

	e.protocol = protocol;
	if (s->to == TCP_LISTEN)
		socket_ends(&e, "10.0.0.1", 80, "0.0.0.0", 0);
	else if (incoming)
		socket_ends(&e, "10.0.0.1", 80, "10.0.0.2", PORT_OF(s->cookie));
	else
		socket_ends(&e, "10.0.0.1",
			    type == EVENT_CONNECT || s->to == TCP_SYN_SENT ?
				    0 : PORT_OF(s->cookie), "10.0.0.2", 80);
	socket_owner(&e, type == EVENT_STATE && incoming ? EVENT_HOW_INHERITED :
		     type == EVENT_SOCKET ? EVENT_HOW_START :
		     type == EVENT_RECV || type == EVENT_OWNER ?
					    EVENT_HOW_RECEIVED :
					    EVENT_HOW_STATE, s->pid);
	if (type == EVENT_STATE)
		e.error = s->n;
	else
		e.size = s->n;
	model_event(&m, &e.head);
}

static void packet_step(const struct step *s)
{
	bool out = s->what == OUT, client = s->cookie < 10;
	uint16_t here = client ? PORT_OF(s->cookie) : 80;
	uint16_t there = client ? 80 : PORT_OF(s->cookie);
	struct owner owner;
	struct made made;

	make_live(&made, out ? EVENT_EGRESS : EVENT_INGRESS, s->cookie,
		  s->ms * MS);
	make_owner(&made, out ? EVENT_HOW_CURRENT : EVENT_HOW_STATE, s->pid);
	make_tcp(&made, out ? "10.0.0.1" : "10.0.0.2", out ? here : there,
		 out ? "10.0.0.2" : "10.0.0.1", out ? there : here,
		 s->flags ? s->flags : TCP_ACK, 1000, 1, s->n);
	made.p.frame = &made.frame;
	model_packet(&m, &made.p, &owner);
}

static void run(const struct step *s)
{
	static const uint8_t types[] = {
		[CONNECT] = EVENT_CONNECT, [STATE] = EVENT_STATE,
		[CLOSE] = EVENT_CLOSE,	   [OWNER] = EVENT_OWNER,
		[OPEN] = EVENT_SOCKET,	   [SEND] = EVENT_SEND,
		[RECV] = EVENT_RECV,	   [AGAIN] = EVENT_RETRANSMIT,
	};

	for (; s->what != END; s++) {
		if (s->what == WAIT)
			model_advance(&m, s->ms * MS);
		else if (s->what == FINISH)
			model_finish(&m);
		else if (s->what == OUT || s->what == IN)
			packet_step(s);
		else
			socket_step(s, types[s->what], IPPROTO_TCP);
	}
}

#define SYN(ms, cookie, pid) \
	{ CONNECT, ms, cookie, pid }, \
	{ STATE, ms, cookie, pid, TCP_CLOSE, TCP_SYN_SENT }
#define ESTABLISHED(ms, cookie, pid) \
	{ STATE, ms, cookie, pid, TCP_SYN_SENT, TCP_ESTABLISHED }
#define ACCEPTED(ms, cookie, pid) \
	{ STATE, ms, cookie, pid, TCP_SYN_RECV, TCP_ESTABLISHED }
#define FAILED(ms, cookie, pid, error) \
	{ STATE, ms, cookie, pid, TCP_SYN_SENT, TCP_CLOSE, error }
#define CLOSED(ms, cookie, pid) \
	{ STATE, ms, cookie, pid, TCP_LAST_ACK, TCP_CLOSE }

static const struct claim {
	const char *label;
	struct step steps[20];
	const char *want;
} claims[] = {
	{ "a connection of ours",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), CLOSED(9, 1, 100),
	    { WAIT, 508 }, { WAIT, 509 } },
	  "connect 100@2; begin 100@2; disconnect 100@9; end 100@9 0+0" },
	{ "once, though more is heard of it",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), { IN, 3, 1, 100 },
	    { OWNER, 4, 1, 100 }, { OUT, 5, 1, 100 } },
	  "connect 100@2; begin 100@2" },
	{ "the last packets come after the kernel's word, and count",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), CLOSED(9, 1, 100),
	    { OUT, 5, 1, 100, .n = 7 }, { WAIT, 600 } },
	  "connect 100@2; begin 100@2; disconnect 100@9; end 100@9 7+0" },
	{ "accepted by another process than the listener's",
	  { ACCEPTED(1, 10, 200), { WAIT, 900 }, { OWNER, 901, 10, 201 } },
	  "accept 201@1; begin 201@1" },
	{ "accepted by the listener's own",
	  { ACCEPTED(1, 10, 200), { RECV, 3, 10, 200, .n = 5 } },
	  "accept 200@1; begin 200@1; recv 200@3 5" },
	{ "accepted and not used: the listener's",
	  { ACCEPTED(1, 10, 200), { WAIT, 1000 }, { WAIT, 1001 } },
	  "accept 200@1; begin 200@1" },
	{ "ended before its use was told",
	  { ACCEPTED(1, 10, 200), CLOSED(9, 10, 200), { OUT, 5, 10, 201 },
	    { WAIT, 600 } },
	  "accept 201@1; begin 201@1; disconnect 201@9; end 201@9 0+0" },
	{ "ended and never used",
	  { ACCEPTED(1, 10, 200), CLOSED(9, 10, 200), { WAIT, 600 } },
	  "accept 200@1; begin 200@1; disconnect 200@9; end 200@9 0+0" },
	{ "refused",
	  { SYN(1, 1, 100), FAILED(2, 1, 100, ECONNREFUSED), { WAIT, 600 } },
	  "connect 100@2 ECONNREFUSED refused" },
	{ "no such host",
	  { SYN(1, 1, 100), FAILED(3000, 1, 100, EHOSTUNREACH),
	    { WAIT, 4000 } },
	  "connect 100@3000 EHOSTUNREACH host unreachable" },
	{ "given up, by the process",
	  { SYN(1, 1, 100), FAILED(50, 1, 100, 0), { WAIT, 600 } },
	  "connect 100@50 given up" },
	{ "the kernel is more patient than we",
	  { SYN(1, 1, 100), { WAIT, 80000 }, FAILED(127000, 1, 100, ETIMEDOUT),
	    { WAIT, 128000 } },
	  "connect 100@127000 ETIMEDOUT no answer" },
	{ "still waiting at the end",
	  { SYN(1, 1, 100), { WAIT, 80000 }, { FINISH } },
	  "connect 100@1 no answer" },
	{ "no route",
	  { { CONNECT, 1, 1, 100 }, { CLOSE, 2, 1, 100 }, { WAIT, 3000 } },
	  "connect 100@2 no route, or not permitted" },
	{ "no route, then there was",
	  { { CONNECT, 1, 1, 100 }, SYN(5, 1, 100), ESTABLISHED(6, 1, 100),
	    { WAIT, 3000 } },
	  "connect 100@6; reconnect 100@6; begin 100@6; "
	  "connect 100@1 no route, or not permitted" },
	{ "no route until the end", { { CONNECT, 1, 1, 100 }, { FINISH } },
	  "connect 100@1 no route, or not permitted" },
	{ "again after a refusal",
	  { SYN(1, 1, 100), FAILED(2, 1, 100, ECONNREFUSED), { WAIT, 600 },
	    SYN(60000, 2, 100), ESTABLISHED(60001, 2, 100) },
	  "connect 100@2 ECONNREFUSED refused; connect 100@60001; "
	  "reconnect 100@60001; begin 100@60001" },
	{ "again, and refused again",
	  { SYN(1, 1, 100), FAILED(2, 1, 100, ECONNREFUSED),
	    SYN(3, 2, 100), FAILED(4, 2, 100, ECONNREFUSED), { WAIT, 600 } },
	  "connect 100@2 ECONNREFUSED refused; connect 100@4 ECONNREFUSED "
	  "refused; reconnect 100@4 ECONNREFUSED refused" },
	{ "again when a minute has passed: new",
	  { SYN(1, 1, 100), FAILED(2, 1, 100, ECONNREFUSED), { WAIT, 600 },
	    SYN(60003, 2, 100), ESTABLISHED(60004, 2, 100) },
	  "connect 100@2 ECONNREFUSED refused; connect 100@60004; "
	  "begin 100@60004" },
	{ "another process to the same place",
	  { SYN(1, 1, 100), FAILED(2, 1, 100, ECONNREFUSED), { WAIT, 600 },
	    SYN(700, 2, 101), ESTABLISHED(701, 2, 101) },
	  "connect 100@2 ECONNREFUSED refused; connect 101@701; begin 101@701" },
	{ "beside one that is open: no reconnect",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), SYN(3, 2, 100),
	    ESTABLISHED(4, 2, 100) },
	  "connect 100@2; begin 100@2; connect 100@4; begin 100@4" },
	{ "again, whatever else ends meanwhile",
	  { SYN(1, 3, 100), ESTABLISHED(2, 3, 100), SYN(3, 1, 100),
	    FAILED(4, 1, 100, ECONNREFUSED), SYN(5, 2, 100),
	    CLOSED(6, 3, 100), ESTABLISHED(7, 2, 100) },
	  "connect 100@2; begin 100@2; connect 100@7; reconnect 100@7; "
	  "begin 100@7" },
	{ "again after its own FIN, whatever the other end still says",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100),
	    { OUT, 3, 1, 100, .flags = TCP_FIN | TCP_ACK }, SYN(5, 2, 100),
	    ESTABLISHED(6, 2, 100) },
	  "connect 100@2; begin 100@2; connect 100@6; reconnect 100@6; "
	  "begin 100@6" },
	{ "nobody is known who could come again",
	  { SYN(1, 1, 0), FAILED(2, 1, 0, ECONNREFUSED), SYN(3, 2, 0),
	    ESTABLISHED(4, 2, 0) },
	  "connect 0@4; begin 0@4" },
	{ "who knocks and goes is not told of",
	  { { IN, 1, 10, 0, .flags = TCP_SYN }, { WAIT, 76000 },
	    { WAIT, 77000 } }, "" },
	{ "no answer, where only packets tell",
	  { { OUT, 1, 1, 100, .flags = TCP_SYN }, { WAIT, 76000 },
	    { WAIT, 77000 } }, "connect 100@1 no answer" },
	{ "late packets do not keep its end waiting",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), CLOSED(9, 1, 100),
	    { OUT, 300, 1, 100, .n = 3 }, { WAIT, 509 } },
	  "connect 100@2; begin 100@2; disconnect 100@9; end 100@9 3+0" },
	{ "open before we looked: its end alone",
	  { { OPEN, 1, 1, 100, TCP_ESTABLISHED, TCP_ESTABLISHED },
	    CLOSED(9, 1, 100), { WAIT, 600 } },
	  "disconnect 100@9; end 100@9 0+0" },
	{ "a listener is no connection",
	  { { STATE, 1, 10, 200, TCP_CLOSE, TCP_LISTEN },
	    { STATE, 2, 10, 200, TCP_LISTEN, TCP_CLOSE }, { WAIT, 5000 },
	    { FINISH } }, "" },
	{ "what is open stays open at the end",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), { FINISH } },
	  "connect 100@2; begin 100@2" },
	{ "what waits is told at the end",
	  { ACCEPTED(1, 10, 200), ACCEPTED(2, 11, 200), CLOSED(3, 11, 200),
	    { FINISH } },
	  "accept 200@1; begin 200@1; accept 200@2; begin 200@2; "
	  "disconnect 200@3; end 200@3 0+0" },
	{ "data",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), { SEND, 3, 1, 101, .n = 9 },
	    { RECV, 4, 1, 100, .n = 8 }, { AGAIN, 5, 1, 100, .n = 9 },
	    { AGAIN, 6, 1, 100 } },
	  "connect 100@2; begin 100@2; send 101@3 9; recv 100@4 8; "
	  "retransmit 100@5 9; retransmit 100@6" },
	{ "packets do not count where the kernel tells",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), { OUT, 3, 1, 100, .n = 7 },
	    { OUT, 4, 1, 100, .n = 7 } },
	  "connect 100@2; begin 100@2" },
};

static void test_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		begin(false, NULL);
		run(claims[i].steps);
		if (strcmp(heard, claims[i].want) != 0)
			fail_msg("%s:\nwant %s\ngot  %s", claims[i].label,
				 claims[i].want, heard);
		end();
	}
}

static const struct claim by_packet[] = {
	{ "each segment with data",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), { OUT, 3, 1, 100, .n = 7 },
	    { IN, 4, 1, 100, .n = 5 }, { IN, 5, 1, 100 } },
	  "connect 100@2; begin 100@2; send 100@3 7; recv 100@4 5" },
	{ "sent again: by this end; received again is nothing new",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), { OUT, 3, 1, 100, .n = 7 },
	    { OUT, 4, 1, 100, .n = 7 }, { IN, 5, 1, 100, .n = 5 },
	    { IN, 6, 1, 100, .n = 5 } },
	  "connect 100@2; begin 100@2; send 100@3 7; retransmit 100@4 7; "
	  "recv 100@5 5" },
	{ "records of data do not count",
	  { SYN(1, 1, 100), ESTABLISHED(2, 1, 100), { SEND, 3, 1, 100, .n = 7 },
	    { AGAIN, 3, 1, 100, .n = 7 } },
	  "connect 100@2; begin 100@2" },
};

static void test_by_packet(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(by_packet); i++) {
		begin(true, NULL);
		run(by_packet[i].steps);
		if (strcmp(heard, by_packet[i].want) != 0)
			fail_msg("%s:\nwant %s\ngot  %s", by_packet[i].label,
				 by_packet[i].want, heard);
		end();
	}
}

/* A table that is too small makes nothing untold: it is told as it goes. */
static void test_evicted(void **state)
{
	const struct model_limits small = { .flows = 2 };
	const struct step steps[] = {
		ACCEPTED(1, 10, 200), CLOSED(2, 10, 200), ACCEPTED(3, 11, 200),
		ACCEPTED(4, 12, 200), ACCEPTED(5, 13, 200), { FINISH },
		{ END },
	};

	(void)state;
	begin(false, &small);
	run(steps);
	assert_string_equal(heard,
			    "accept 200@1; begin 200@1; disconnect 200@2; "
			    "end 200@2 0+0; accept 200@3; begin 200@3; "
			    "accept 200@4; begin 200@4; accept 200@5; "
			    "begin 200@5");
	end();
}

/* UDP connects at once; sockets of other protocols are not told of. */
static void test_datagrams(void **state)
{
	const struct step connect = { CONNECT, 1, 1, 100 };
	const struct step send = { SEND, 2, 1, 100, .n = 0 };

	(void)state;
	begin(false, NULL);
	socket_step(&connect, EVENT_CONNECT, IPPROTO_UDP);
	socket_step(&send, EVENT_SEND, IPPROTO_UDP);
	socket_step(&connect, EVENT_CONNECT, IPPROTO_ICMP);
	socket_step(&connect, EVENT_CLOSE, IPPROTO_ICMP);
	assert_string_equal(heard, "connect 100@1; send 100@2 0");
	end();
}

static void datagram(uint8_t direction, uint8_t flags, uint32_t pid,
		     uint32_t tid)
{
	struct made made;
	struct owner owner;

	make_live(&made, direction, pid, 1 * MS);
	make_owner(&made, EVENT_HOW_CURRENT, pid);
	made.frame.flags = flags;
	made.frame.tid = tid;
	make_ip(&made, "10.0.0.1", "10.0.0.2", IPPROTO_UDP, 12);
	made.p.has |= PACKET_UDP;
	made.p.udp.length = 12;
	made.p.src_port = 1;
	made.p.dst_port = 2;
	model_packet(&m, &made.p, &owner);
}

/*
 * A raw socket gets copies of what others get, and a closed port gets what
 * nobody does: nothing that happened.
 */
static void test_datagram_packets(void **state)
{
	(void)state;
	begin(true, NULL);
	datagram(EVENT_EGRESS, 0, 100, 101);
	assert_int_equal(thread, 101);
	datagram(EVENT_INGRESS, 0, 200, 0);
	datagram(EVENT_INGRESS, EVENT_RAW, 300, 0);
	datagram(EVENT_INGRESS, EVENT_NO_SOCKET, 0, 0); /* a closed port */
	datagram(EVENT_EGRESS, 0, 0, 77); /* not known: nor is its thread */
	assert_int_equal(thread, 0);
	assert_string_equal(heard, "send 100@1 4; recv 200@1 4; send 0@1 4");
	end();
}

static void from_file(const char *src, uint16_t port, uint64_t ms,
		      uint16_t flags, uint32_t seq, uint32_t ack)
{
	struct made made = { .frame = { .time_ns = ms * MS, .ifname = "any" } };
	struct owner owner;
	bool back = flags & TCP_RST;

	make_tcp(&made, back ? "10.0.0.9" : src, back ? 80 : port,
		 back ? src : "10.0.0.9", back ? port : 80, flags, seq, ack, 0);
	model_packet(&m, &made.p, &owner);
}

/* From a file, the host stands for the process that is not known. */
static void test_file(void **state)
{
	(void)state;
	assert_int_equal(model_init(&m, false, NULL, 1, NULL), 0);
	assert_int_equal(happen_new(&happen, on_happening, &m, 65536, 1), 0);
	happen_by_packet(happen, true);
	m.happen = happen;
	heard[0] = 0;
	from_file("10.0.0.1", 1000, 1, TCP_SYN, 7, 0);
	from_file("10.0.0.1", 1000, 2, TCP_RST | TCP_ACK, 0, 8);
	from_file("10.0.0.3", 1000, 3, TCP_SYN, 7, 0);
	from_file("10.0.0.3", 1000, 4, TCP_RST | TCP_ACK, 0, 8);
	from_file("10.0.0.1", 1001, 5, TCP_SYN, 7, 0);
	from_file("10.0.0.1", 1001, 6, TCP_RST | TCP_ACK, 0, 8);
	model_finish(&m);
	assert_string_equal(heard,
			    "connect 0@2 ECONNREFUSED refused; "
			    "connect 0@4 ECONNREFUSED refused; "
			    "connect 0@6 ECONNREFUSED refused; "
			    "reconnect 0@6 ECONNREFUSED refused");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_by_packet),
		cmocka_unit_test(test_evicted),
		cmocka_unit_test(test_datagrams),
		cmocka_unit_test(test_datagram_packets),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
