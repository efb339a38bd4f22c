/* SPDX-License-Identifier: MIT */
#include "core/model.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/traffic.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MS ((uint64_t)1000000)

enum { CLIENT = 100, SERVER = 200, WORKER = 201, OTHER = 300 }; /* pids */

static struct model m;

static void model_begin(const struct model_limits *limits)
{
	assert_int_equal(model_init(&m, true, limits, 1, NULL), 0);
}

static struct owner put(struct made *made)
{
	struct owner owner;

	made->p.frame = &made->frame;
	model_packet(&m, &made->p, &owner);
	return owner;
}

static void say(struct event_socket *e)
{
	model_event(&m, &e->head);
}

static uint32_t pid_of(const struct owner *o)
{
	return o->proc ? o->proc->key.pid : 0;
}

static const struct flow *flow_at(size_t n)
{
	const struct flow *f = table_first(&m.flows);

	while (f && n--)
		f = table_next(&m.flows, f);
	assert_non_null(f);
	return f;
}

/* --- one connection within this host, as both rings bring it --- */

#define RING_MAX 64

struct rings {
	struct event_socket socket[RING_MAX];
	struct made packet[RING_MAX];
	size_t sockets, packets;
};

struct local {
	uint16_t port; /* of the client */
	uint64_t client, server; /* cookies */
	uint32_t isn;
	uint64_t start_ns;
	uint32_t netns[2]; /* of client, server */
	bool worker; /* another process than the listener's accepts it */
};

enum { LISTENER = 9, SERVICE = 80 };

static void local_state(struct rings *r, const struct local *c, bool server,
			uint64_t time_ns, uint8_t from, uint8_t to)
{
	struct event_socket *e = &r->socket[r->sockets++];

	*e = socket_event(EVENT_STATE, server ? c->server : c->client, time_ns,
			  from, to);
	e->head.netns = c->netns[server];
	if (server)
		socket_ends(e, "127.0.0.1", to == TCP_CLOSE ? 0 : SERVICE,
			    "127.0.0.1", c->port);
	else
		socket_ends(e, "127.0.0.1", to == TCP_ESTABLISHED ? c->port : 0,
			    "127.0.0.1", SERVICE);
	socket_owner(e, server ? EVENT_HOW_INHERITED : EVENT_HOW_STATE,
		     server ? SERVER : CLIENT);
}

/* A packet of one end is two events, out there and in here. */
static void local_packet(struct rings *r, const struct local *c, bool server,
			 uint64_t time_ns, uint16_t flags, uint32_t seq,
			 uint32_t ack, uint32_t len, bool handshake)
{
	for (int in = 0; in < 2; in++) {
		bool at_server = server != (in == 1);
		struct made *p = &r->packet[r->packets++];

		make_live(p, in ? EVENT_INGRESS : EVENT_EGRESS,
			  at_server ? c->server : c->client,
			  time_ns + (uint64_t)in);
		p->frame.netns = c->netns[at_server];
		if (!at_server) {
			make_owner(p, EVENT_HOW_CURRENT, CLIENT);
		} else if (handshake) {
			p->frame.cookie = LISTENER;
			p->frame.flags = EVENT_ON_LISTENER;
			make_owner(p, EVENT_HOW_STATE, SERVER);
		} else {
			make_owner(p, in ? EVENT_HOW_INHERITED : EVENT_HOW_CURRENT,
				   c->worker && !in ? WORKER : SERVER);
		}
		make_tcp(p, "127.0.0.1", server ? SERVICE : c->port,
			 "127.0.0.1", server ? c->port : SERVICE, flags, seq,
			 ack, len);
	}
}

static void local_connection(struct rings *r, const struct local *c)
{
	uint64_t t = c->start_ns;
	uint32_t s = c->isn + 7000, n = c->isn;
	struct event_socket *e;

	r->sockets = r->packets = 0;
	local_state(r, c, false, t, TCP_CLOSE, TCP_SYN_SENT);
	local_packet(r, c, false, t + 10, TCP_SYN, n, 0, 0, true);
	local_packet(r, c, true, t + 20, TCP_SYN | TCP_ACK, s, n + 1, 0, true);
	local_state(r, c, false, t + 22, TCP_SYN_SENT, TCP_ESTABLISHED);
	local_packet(r, c, false, t + 30, TCP_ACK, n + 1, s + 1, 0, true);
	local_state(r, c, true, t + 32, TCP_SYN_RECV, TCP_ESTABLISHED);
	local_packet(r, c, false, t + 40, TCP_ACK | TCP_PSH, n + 1, s + 1, 5, false);
	if (c->worker) {
		e = &r->socket[r->sockets++];
		*e = socket_event(EVENT_OWNER, c->server, t + 45, 0, 0);
		e->head.netns = c->netns[1];
		socket_owner(e, EVENT_HOW_RECEIVED, WORKER);
	}
	local_packet(r, c, true, t + 50, TCP_ACK | TCP_PSH, s + 1, n + 6, 7, false);
	local_packet(r, c, false, t + 60, TCP_ACK | TCP_FIN, n + 6, s + 8, 0, false);
	local_packet(r, c, true, t + 70, TCP_ACK | TCP_FIN, s + 8, n + 7, 0, false);
	local_state(r, c, false, t + 72, TCP_FIN_WAIT2, TCP_CLOSE);
	local_packet(r, c, false, t + 80, TCP_ACK, n + 7, s + 9, 0, false);
	local_state(r, c, true, t + 82, TCP_LAST_ACK, TCP_CLOSE);
	/* The last ACK leaves for no socket any more: the kernel's own. */
	make_owner(&r->packet[r->packets - 2], EVENT_HOW_KERNEL, 0);
	r->packet[r->packets - 2].frame.cookie = 5;
}

static void drain(struct rings *r)
{
	for (size_t i = 0; i < r->sockets; i++)
		say(&r->socket[i]);
	for (size_t i = 0; i < r->packets; i++)
		put(&r->packet[i]);
}

static const struct local one = {
	.port = 40000, .client = 11, .server = 12, .isn = 1000,
	.start_ns = SECOND, .netns = { 1, 1 }, .worker = true,
};

static void test_local(void **state)
{
	(void)state;
	struct rings r;

	model_begin(NULL);
	local_connection(&r, &one);
	drain(&r);
	assert_int_equal(m.flows.count, 2);
	const struct flow *client = flow_at(0), *server = flow_at(1);

	assert_int_equal(client->direction, FLOW_OUTGOING);
	assert_int_equal(server->direction, FLOW_INCOMING);
	assert_int_equal(client->proc.pid, CLIENT);
	assert_int_equal(server->proc.pid, WORKER);
	for (size_t i = 0; i < 2; i++) {
		const struct flow *f = flow_at(i);

		assert_int_equal(f->state, FLOW_CLOSED);
		assert_string_equal(f->close_reason, "fin");
		assert_int_equal(f->tx_packets + f->rx_packets, 8);
		assert_int_equal(f->retransmits, 0);
		assert_int_equal(f->key.local_port, i ? SERVICE : 40000);
		assert_ptr_equal(model_peer(&m, f), flow_at(1 - i));
	}
	assert_int_equal(client->tx_bytes, 5);
	assert_int_equal(client->rx_bytes, 7);
	assert_int_equal(server->tx_bytes, 7);
	assert_int_equal(client->rtt_ns, 11); /* out at 10, in at 21 */
	assert_int_equal(server->rtt_ns, 11); /* out at 20, in at 31 */
	assert_int_equal(m.counters.tcp_begun, 2);
	assert_int_equal(m.counters.tcp_handshakes, 2);
	assert_int_equal(m.counters.tcp_ended, 2);
	assert_int_equal(m.counters.packets, 16);
	assert_int_equal(m.counters.unknown + m.counters.kernel, 0);
	model_release(&m);
}

/* Every packet of the server's end joins the worker that accepted. */
static void test_join(void **state)
{
	(void)state;
	struct rings r;

	model_begin(NULL);
	local_connection(&r, &one);
	for (size_t i = 0; i < r.sockets; i++)
		say(&r.socket[i]);
	for (size_t i = 0; i < r.packets; i++) {
		struct owner o = put(&r.packet[i]);
		bool client = r.packet[i].frame.cookie == one.client;
		bool kernels = r.packet[i].frame.how == EVENT_HOW_KERNEL;

		if (pid_of(&o) != (client || kernels ? CLIENT : WORKER))
			fail_msg("packet %zu: pid %u", i, pid_of(&o));
		if (r.packet[i].frame.how == EVENT_HOW_CURRENT ?
			    o.how != EVENT_HOW_CURRENT :
			    o.how != EVENT_HOW_JOINED)
			fail_msg("packet %zu: how %u", i, o.how);
	}
	model_release(&m);

	/* When the owner comes late, what came before was the listener's. */
	model_begin(NULL);
	local_connection(&r, &one);
	for (size_t i = 0; i < 6; i++) {
		struct owner o = put(&r.packet[i]);
		assert_int_equal(pid_of(&o),
				 r.packet[i].frame.cookie == one.client ?
					 CLIENT : SERVER);
	}
	drain(&(struct rings){ .socket = { r.socket[2], r.socket[3] },
			       .sockets = 2 });
	assert_int_equal(flow_at(1)->proc.pid, WORKER);
	model_release(&m);
}

/* The same 5-tuple twice, both connections over before the first packet. */
static void test_reuse(void **state)
{
	(void)state;
	struct rings a, b;
	struct local two = one;

	two.client = 21;
	two.server = 22;
	two.isn = 900000;
	two.start_ns += 1000;
	model_begin(NULL);
	local_connection(&a, &one);
	local_connection(&b, &two);
	for (size_t i = 0; i < a.sockets; i++)
		say(&a.socket[i]);
	for (size_t i = 0; i < b.sockets; i++)
		say(&b.socket[i]);
	for (size_t i = 0; i < a.packets; i++)
		put(&a.packet[i]);
	for (size_t i = 0; i < b.packets; i++)
		put(&b.packet[i]);
	assert_int_equal(m.flows.count, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct flow *f = flow_at(i), *peer = model_peer(&m, f);

		if (f->state != FLOW_CLOSED || f->syn_count != 1 ||
		    f->tx_packets + f->rx_packets != 8 || !f->rtt_ns ||
		    strcmp(f->close_reason, "fin") != 0)
			fail_msg("flow %zu: %s, %u SYNs, %u packets", i,
				 flow_state_text(f->state), f->syn_count,
				 f->tx_packets + f->rx_packets);
		if (!peer || peer->syn_seq != f->syn_seq || peer == f)
			fail_msg("flow %zu: peer", i);
	}
	assert_int_equal(m.counters.tcp_handshakes, 4);
	assert_int_equal(m.counters.tcp_ended, 4);
	model_release(&m);
}

/* A scan of the same 5-tuple came before: its flow never had a socket. */
static void test_after_scan(void **state)
{
	(void)state;
	static const uint16_t flags[] = { TCP_SYN, TCP_SYN | TCP_ACK, TCP_RST };
	struct rings r;
	struct made p;

	model_begin(NULL);
	for (size_t i = 0; i < N(flags); i++) {
		bool out = i == 1;

		make_live(&p, out ? EVENT_EGRESS : EVENT_INGRESS, LISTENER,
			  SECOND / 2 + i);
		p.frame.flags = EVENT_ON_LISTENER;
		make_tcp(&p, "127.0.0.1", out ? SERVICE : one.port, "127.0.0.1",
			 out ? one.port : SERVICE, flags[i],
			 out ? 70 : 50 + (i == 2), out ? 51 : 0, 0);
		put(&p);
	}
	local_connection(&r, &one);
	drain(&r);
	assert_int_equal(m.flows.count, 3);
	assert_int_equal(flow_at(0)->state, FLOW_RESET);
	assert_int_equal(flow_at(0)->tx_packets + flow_at(0)->rx_packets, 3);
	for (size_t i = 1; i < 3; i++) {
		assert_int_equal(flow_at(i)->state, FLOW_CLOSED);
		assert_int_equal(flow_at(i)->tx_packets + flow_at(i)->rx_packets, 8);
	}
	model_release(&m);
}

/* Equal addresses and ports in two namespaces, and one connection between two. */
static void test_namespaces(void **state)
{
	(void)state;
	struct rings r;
	struct local c = one;

	model_begin(NULL);
	local_connection(&r, &c);
	drain(&r);
	c.netns[0] = c.netns[1] = 2;
	c.client = 31;
	c.server = 32;
	local_connection(&r, &c);
	drain(&r);
	c.netns[0] = 3;
	c.netns[1] = 4;
	c.client = 41;
	c.server = 42;
	c.isn = 5;
	local_connection(&r, &c);
	drain(&r);
	assert_int_equal(m.flows.count, 6);
	assert_int_equal(m.counters.tcp_handshakes, 6);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(flow_at(i)->tx_packets + flow_at(i)->rx_packets, 8);
	assert_ptr_equal(model_peer(&m, flow_at(4)), flow_at(5));
	assert_ptr_equal(model_peer(&m, flow_at(5)), flow_at(4));
	model_release(&m);
}

static struct event_socket found(uint64_t cookie, uint8_t tcp_state,
				 const char *local, uint16_t local_port,
				 const char *remote, uint16_t remote_port,
				 uint32_t pid)
{
	struct event_socket e = socket_event(EVENT_SOCKET, cookie, SECOND,
					     tcp_state, tcp_state);

	socket_ends(&e, local, local_port, remote, remote_port);
	socket_owner(&e, EVENT_HOW_START, pid);
	return e;
}

/* More than the table holds, in batches as a drain brings them. */
static void test_storm(void **state)
{
	(void)state;
	enum { CONNECTIONS = 1000, BATCH = 20 };
	static const struct model_limits limits = {
		.flows = 64, .dns = 1, .pings = 1, .processes = 8, .strings = 1 << 20,
	};
	static struct rings r[BATCH];
	struct local c = one;

	model_begin(&limits);
	struct event_socket e = found(3, TCP_LISTEN, "::", 22, "::", 0, SERVER);
	say(&e);
	e = found(4, TCP_ESTABLISHED, "10.0.0.1", 6000, "10.0.0.9", 443, CLIENT);
	say(&e);
	for (unsigned n = 0; n < CONNECTIONS; n += BATCH) {
		for (unsigned i = 0; i < BATCH; i++) {
			c.port = (uint16_t)(20000 + n + i);
			c.client = 1000 + 2 * (n + i);
			c.server = c.client + 1;
			c.isn += 12345;
			c.start_ns += 20 * MS;
			c.worker = i % 2;
			local_connection(&r[i], &c);
		}
		for (unsigned i = 0; i < BATCH; i++) {
			for (size_t k = 0; k < r[i].sockets; k++)
				say(&r[i].socket[k]);
		}
		for (unsigned i = 0; i < BATCH; i++) {
			for (size_t k = 0; k < r[i].packets; k++)
				put(&r[i].packet[k]);
		}
	}
	assert_int_equal(m.counters.tcp_begun, 2 * CONNECTIONS);
	assert_int_equal(m.counters.tcp_handshakes, 2 * CONNECTIONS);
	assert_int_equal(m.counters.tcp_ended, 2 * CONNECTIONS);
	assert_int_equal(m.counters.tcp_reset + m.counters.tcp_refused +
				 m.counters.tcp_unanswered, 0);
	assert_int_equal(m.counters.packets, 16 * CONNECTIONS);
	assert_int_equal(m.flows.count, 64);
	assert_int_equal(m.flows.evicted, 2 * CONNECTIONS + 2 - 64);
	assert_int_equal(model_evicted(&m), 2 * CONNECTIONS + 2 - 64);
	/* What went on all the time is still there. */
	assert_int_equal(flow_at(0)->state, FLOW_LISTENING);
	assert_int_equal(flow_at(1)->state, FLOW_EXISTING);
	for (size_t i = 2; i < 64; i++)
		assert_int_equal(flow_at(i)->state, FLOW_CLOSED);
	assert_null(m.syns.first);
	model_release(&m);
}

/* --- sockets that were there, listeners --- */

static void test_start(void **state)
{
	(void)state;
	struct event_socket e;
	struct made p;

	model_begin(NULL);
	e = found(1, TCP_ESTABLISHED, "10.0.0.1", 22, "10.0.0.9", 5000, SERVER);
	say(&e);
	e = found(2, TCP_ESTABLISHED, "10.0.0.1", 6000, "10.0.0.9", 443, CLIENT);
	say(&e);
	e = found(3, TCP_LISTEN, "::", 22, "::", 0, SERVER);
	say(&e);
	say(&e); /* once for each holder */
	e = found(4, TCP_CLOSE, "0.0.0.0", 0, "0.0.0.0", 0, CLIENT);
	say(&e);
	e = found(5, TCP_CLOSE_WAIT, "10.0.0.1", 22, "10.0.0.8", 5000, SERVER);
	say(&e);
	assert_int_equal(m.flows.count, 4);
	assert_int_equal(flow_at(0)->state, FLOW_EXISTING);
	assert_int_equal(flow_at(0)->direction, FLOW_INCOMING);
	assert_false(flow_at(0)->local_is_src);
	assert_int_equal(flow_at(1)->direction, FLOW_OUTGOING);
	assert_int_equal(flow_at(2)->state, FLOW_LISTENING);
	assert_int_equal(flow_at(2)->key.remote.family, 0);
	assert_int_equal(flow_at(2)->proc.pid, SERVER);
	assert_int_equal(flow_at(3)->direction, FLOW_INCOMING);
	assert_int_equal(m.counters.tcp_begun, 0);

	/* Their packets, their end, none of it counted as begun here. */
	make_live(&p, EVENT_INGRESS, 1, 2 * SECOND);
	make_owner(&p, EVENT_HOW_START, SERVER);
	make_tcp(&p, "10.0.0.9", 5000, "10.0.0.1", 22, TCP_ACK, 1, 1, 48);
	put(&p);
	assert_int_equal(flow_at(0)->rx_bytes, 48);
	assert_int_equal(flow_at(0)->state, FLOW_EXISTING);
	e = socket_event(EVENT_STATE, 1, 3 * SECOND, TCP_ESTABLISHED, TCP_CLOSE);
	e.error = ECONNRESET;
	say(&e);
	assert_int_equal(flow_at(0)->state, FLOW_RESET);
	e = socket_event(EVENT_STATE, 3, 3 * SECOND, TCP_LISTEN, TCP_CLOSE);
	say(&e);
	assert_int_equal(flow_at(2)->state, FLOW_CLOSED);
	assert_int_equal(flow_at(2)->end_ns, 3 * SECOND);
	assert_int_equal(m.counters.tcp_ended + m.counters.tcp_reset, 0);

	/* The same socket listens again, another one at the same address. */
	e = socket_event(EVENT_STATE, 3, 4 * SECOND, TCP_CLOSE, TCP_LISTEN);
	socket_ends(&e, "::", 22, "::", 0);
	say(&e);
	e.head.cookie = 8;
	say(&e);
	assert_int_equal(m.flows.count, 6);
	assert_int_equal(flow_at(2)->state, FLOW_CLOSED);
	assert_int_equal(flow_at(4)->state, FLOW_LISTENING);
	assert_int_equal(flow_at(5)->state, FLOW_LISTENING);
	model_release(&m);
}

/* connect() again and again on one socket, all before the first packet. */
static void test_attempts(void **state)
{
	(void)state;
	enum { ATTEMPTS = 5 };
	struct event_socket e;
	struct made p;

	model_begin(NULL);
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		uint64_t t = SECOND + i * MS;

		e = socket_event(EVENT_STATE, 7, t, TCP_CLOSE, TCP_SYN_SENT);
		socket_ends(&e, "10.0.0.1", 0, "10.0.0.2", 80);
		say(&e);
		e = socket_event(EVENT_STATE, 7, t + 300, TCP_SYN_SENT, TCP_CLOSE);
		e.error = ECONNREFUSED;
		say(&e);
	}
	assert_int_equal(m.flows.count, ATTEMPTS);
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		uint64_t t = SECOND + i * MS;
		uint16_t port = (uint16_t)(40000 + i);

		make_live(&p, EVENT_EGRESS, 7, t + 100);
		make_tcp(&p, "10.0.0.1", port, "10.0.0.2", 80, TCP_SYN, i, 0, 0);
		put(&p);
		make_live(&p, EVENT_INGRESS, 7, t + 200);
		make_tcp(&p, "10.0.0.2", 80, "10.0.0.1", port, TCP_RST | TCP_ACK,
			 0, i + 1, 0);
		put(&p);
	}
	assert_int_equal(m.flows.count, ATTEMPTS);
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		const struct flow *f = flow_at(i);

		if (f->state != FLOW_REFUSED || f->key.local_port != 40000 + i ||
		    f->tx_packets != 1 || f->rx_packets != 1)
			fail_msg("attempt %u: %s, port %u", i,
				 flow_state_text(f->state), f->key.local_port);
	}
	assert_int_equal(m.counters.tcp_refused, ATTEMPTS);
	assert_int_equal(m.counters.tcp_begun, ATTEMPTS);
	model_release(&m);
}

/* --- limits of time --- */

static void test_unanswered(void **state)
{
	(void)state;
	struct made p;

	model_begin(NULL);
	make_live(&p, EVENT_EGRESS, 7, SECOND);
	make_tcp(&p, "10.0.0.1", 40000, "10.0.0.2", 80, TCP_SYN, 1, 0, 0);
	put(&p);
	model_advance(&m, 75 * SECOND);
	assert_int_equal(flow_at(0)->state, FLOW_SYN_SENT);
	model_advance(&m, 76 * SECOND);
	assert_int_equal(flow_at(0)->state, FLOW_UNANSWERED);
	assert_int_equal(m.counters.tcp_unanswered, 1);
	/* Late, but answered. */
	make_live(&p, EVENT_INGRESS, 7, 77 * SECOND);
	make_tcp(&p, "10.0.0.2", 80, "10.0.0.1", 40000, TCP_SYN | TCP_ACK, 5, 2, 0);
	put(&p);
	assert_int_equal(flow_at(0)->state, FLOW_SYN_RECEIVED);
	assert_int_equal(m.counters.tcp_unanswered, 0);

	/* At the end of the session what still waits has no answer. */
	make_live(&p, EVENT_EGRESS, 8, 77 * SECOND);
	make_tcp(&p, "10.0.0.1", 40001, "10.0.0.2", 80, TCP_SYN, 1, 0, 0);
	put(&p);
	model_finish(&m);
	assert_int_equal(flow_at(1)->state, FLOW_UNANSWERED);
	assert_int_equal(flow_at(0)->state, FLOW_SYN_RECEIVED);
	model_release(&m);
}

/* --- owners --- */

static const struct udp_claim {
	const char *label;
	uint8_t how; /* of the packet */
	uint32_t pid;
	uint8_t socket_how; /* what an event said of its socket */
	uint32_t socket_pid;
	uint8_t want_how;
	uint32_t want_pid;
	const char *counted;
} udps[] = {
	{ "sender itself", EVENT_HOW_CURRENT, CLIENT, 0, 0, EVENT_HOW_CURRENT, CLIENT, "" },
	{ "sender, although another reads", EVENT_HOW_CURRENT, CLIENT, EVENT_HOW_RECEIVED, WORKER, EVENT_HOW_CURRENT, CLIENT, "" },
	{ "who made it", EVENT_HOW_CREATED, SERVER, 0, 0, EVENT_HOW_CREATED, SERVER, "" },
	{ "another reads later, and a third may", EVENT_HOW_CREATED, SERVER, EVENT_HOW_RECEIVED, WORKER, EVENT_HOW_SHARED, 0, "unknown" },
	{ "several read", EVENT_HOW_SHARED, 0, EVENT_HOW_RECEIVED, WORKER, EVENT_HOW_SHARED, 0, "unknown" },
	{ "the same reads later", EVENT_HOW_CREATED, SERVER, EVENT_HOW_RECEIVED, SERVER, EVENT_HOW_CREATED, SERVER, "" },
	{ "last reader stays", EVENT_HOW_RECEIVED, SERVER, EVENT_HOW_RECEIVED, WORKER, EVENT_HOW_RECEIVED, SERVER, "" },
	{ "not known, then known", EVENT_HOW_NONE, 0, EVENT_HOW_STATE, CLIENT, EVENT_HOW_JOINED, CLIENT, "" },
	{ "a holder is no reason", EVENT_HOW_CREATED, SERVER, EVENT_HOW_START, WORKER, EVENT_HOW_CREATED, SERVER, "" },
	{ "nobody knows", EVENT_HOW_NONE, 0, 0, 0, EVENT_HOW_NONE, 0, "unknown" },
	{ "the kernel's", EVENT_HOW_KERNEL, 0, 0, 0, EVENT_HOW_KERNEL, 0, "kernel" },
	{ "no socket", EVENT_HOW_NONE, 0, 0, 0, EVENT_HOW_NONE, 0, "no socket" },
};

static void test_owners(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(udps); i++) {
		const struct udp_claim *c = &udps[i];
		struct made p;

		model_begin(NULL);
		if (c->socket_pid) {
			struct event_socket e =
				socket_event(EVENT_OWNER, 7, SECOND, 0, 0);
			e.protocol = IPPROTO_UDP;
			socket_owner(&e, c->socket_how, c->socket_pid);
			say(&e);
		}
		make_live(&p, EVENT_INGRESS, 7, SECOND - 5);
		make_owner(&p, c->how, c->pid);
		if (strcmp(c->counted, "no socket") == 0) {
			p.frame.flags = EVENT_NO_SOCKET;
			p.frame.cookie = 0;
		}
		make_ip(&p, "10.0.0.2", "10.0.0.1", IPPROTO_UDP, 100);
		p.p.has |= PACKET_UDP;
		struct owner o = put(&p);
		if (pid_of(&o) != c->want_pid || o.how != c->want_how)
			fail_msg("%s: pid %u, how %u", c->label, pid_of(&o), o.how);
		const char *counted = m.counters.unknown   ? "unknown" :
				      m.counters.kernel	   ? "kernel" :
				      m.counters.no_socket ? "no socket" :
							     "";
		if (strcmp(counted, c->counted) != 0)
			fail_msg("%s: counted %s", c->label, counted);
		if (o.proc && (!o.proc->used || o.proc->bytes_rx != 120 ||
			       o.proc->packets_rx != 1))
			fail_msg("%s: process", c->label);
		model_release(&m);
	}
}

/* An owner that was seen earlier does not replace one that was seen later. */
static void test_latest_owner(void **state)
{
	(void)state;
	struct made p;

	model_begin(NULL);
	make_live(&p, EVENT_EGRESS, 7, SECOND);
	make_owner(&p, EVENT_HOW_CURRENT, CLIENT);
	make_tcp(&p, "10.0.0.1", 40000, "10.0.0.2", 80, TCP_SYN, 1, 0, 0);
	put(&p);
	struct event_socket e = socket_event(EVENT_OWNER, 7, 3 * SECOND, 0, 0);
	socket_owner(&e, EVENT_HOW_RECEIVED, WORKER);
	say(&e);
	assert_int_equal(flow_at(0)->proc.pid, WORKER);
	p.frame.time_ns = 2 * SECOND;
	struct owner o = put(&p);
	assert_int_equal(pid_of(&o), CLIENT);
	assert_int_equal(flow_at(0)->proc.pid, WORKER);
	p.frame.time_ns = 4 * SECOND;
	put(&p);
	assert_int_equal(flow_at(0)->proc.pid, CLIENT);
	model_release(&m);
}

/* A segment from the server's end, sent by pid. */
static void serve(uint32_t pid, uint16_t flags, uint32_t seq, uint32_t len,
		  uint64_t time_ns)
{
	struct made p;

	make_live(&p, EVENT_EGRESS, 7, time_ns);
	make_owner(&p, EVENT_HOW_CURRENT, pid);
	make_tcp(&p, "10.0.0.2", 80, "10.0.0.1", 40000, flags, seq, 1, len);
	struct owner o = put(&p);
	assert_int_equal(pid_of(&o), pid);
}

/* The child of a server speaks; the server closes its own copy last. */
static void test_who_only_closes(void **state)
{
	(void)state;
	struct made p;

	model_begin(NULL);
	make_live(&p, EVENT_INGRESS, 6, SECOND);
	p.frame.flags = EVENT_ON_LISTENER;
	make_owner(&p, EVENT_HOW_CREATED, SERVER);
	make_tcp(&p, "10.0.0.1", 40000, "10.0.0.2", 80, TCP_SYN, 0, 0, 0);
	put(&p);
	struct event_socket e = socket_event(EVENT_STATE, 7, SECOND + 1,
					     TCP_SYN_RECV, TCP_ESTABLISHED);
	socket_ends(&e, "10.0.0.2", 80, "10.0.0.1", 40000);
	socket_owner(&e, EVENT_HOW_INHERITED, SERVER);
	say(&e);
	serve(WORKER, TCP_ACK | TCP_PSH, 1, 5, SECOND + 2);
	assert_int_equal(flow_at(0)->proc.pid, WORKER);
	e = socket_event(EVENT_OWNER, 7, SECOND + 3, 0, 0);
	socket_owner(&e, EVENT_HOW_STATE, SERVER);
	say(&e);
	assert_int_equal(flow_at(0)->proc.pid, WORKER);
	serve(SERVER, TCP_ACK | TCP_FIN, 6, 0, SECOND + 4);
	assert_int_equal(flow_at(0)->proc.pid, WORKER);
	make_live(&p, EVENT_INGRESS, 7, SECOND + 5);
	make_owner(&p, EVENT_HOW_CURRENT, SERVER);
	make_tcp(&p, "10.0.0.1", 40000, "10.0.0.2", 80, TCP_ACK, 1, 7, 0);
	put(&p);
	assert_int_equal(flow_at(0)->proc.pid, WORKER);
	model_release(&m);
}

/* --- copies --- */

static void make_udp(struct made *p, uint64_t cookie, uint64_t time_ns,
		     const char *dst, uint16_t ip_id)
{
	make_live(p, EVENT_INGRESS, cookie, time_ns);
	make_ip(p, "10.0.0.2", dst, IPPROTO_UDP, 100);
	p->p.has |= PACKET_UDP;
	p->p.ip4.id = ip_id;
	p->p.src_port = 7;
	p->p.dst_port = 7;
}

static void test_copies(void **state)
{
	(void)state;
	struct made p;

	model_begin(NULL);
	for (uint64_t cookie = 1; cookie <= 3; cookie++) {
		make_udp(&p, cookie, SECOND + cookie, "239.1.1.1", 77);
		assert_int_equal(put(&p).copy, cookie != 1);
	}
	assert_int_equal(m.counters.packets, 1);
	assert_int_equal(m.counters.copies, 2);
	assert_int_equal(m.counters.bytes_in, 120);
	/* The next packet, the same in another namespace, and much later. */
	make_udp(&p, 1, SECOND + 10, "239.1.1.1", 78);
	assert_false(put(&p).copy);
	make_udp(&p, 2, SECOND + 11, "239.1.1.1", 77);
	p.frame.netns = 2;
	assert_false(put(&p).copy);
	make_udp(&p, 2, 2 * SECOND, "239.1.1.1", 77);
	assert_false(put(&p).copy);
	/* The same bytes to the same socket are another packet. */
	make_udp(&p, 2, 2 * SECOND + 1, "239.1.1.1", 77);
	assert_false(put(&p).copy);

	/* A raw socket gets what the TCP socket gets, before it. */
	make_live(&p, EVENT_EGRESS, 7, 3 * SECOND);
	make_tcp(&p, "10.0.0.1", 40000, "10.0.0.2", 80, TCP_SYN, 1, 0, 0);
	put(&p);
	for (int flagged = 0; flagged < 2; flagged++) {
		make_live(&p, EVENT_INGRESS, 99, 3 * SECOND + 1);
		p.frame.flags = flagged ? EVENT_RAW : 0;
		make_tcp(&p, "10.0.0.2", 80, "10.0.0.1", 40000,
			 TCP_SYN | TCP_ACK, 5, 2, 0);
		assert_int_equal(put(&p).copy, flagged || true);
		assert_int_equal(flow_at(0)->state, FLOW_SYN_SENT);
	}
	p.frame.cookie = 7;
	p.frame.flags = 0;
	assert_false(put(&p).copy);
	assert_int_equal(flow_at(0)->state, FLOW_SYN_RECEIVED);
	assert_int_equal(flow_at(0)->rx_packets, 1);
	assert_int_equal(m.flows.count, 1);
	model_release(&m);
}

/* --- the connection that carries this terminal --- */

static void carried(struct mine *mine)
{
	struct flow_key key = { .local = addr("10.0.0.1"),
				.remote = addr("10.0.0.9"),
				.local_port = 22,
				.remote_port = 5000 };

	mine_add(mine, IPPROTO_TCP, &key);
}

/* --not-me: nothing of it is there, but its count. */
static void test_hidden(void **state)
{
	(void)state;
	struct made p;

	model_begin(NULL);
	carried(&m.mine);
	m.mine.cookies[1] = 7;
	m.mine.hides = true;
	struct event_socket e = found(1, TCP_ESTABLISHED, "10.0.0.1", 22,
				      "10.0.0.9", 5000, SERVER);
	say(&e);
	make_live(&p, EVENT_EGRESS, 1, SECOND);
	make_owner(&p, EVENT_HOW_CURRENT, SERVER);
	make_tcp(&p, "10.0.0.1", 22, "10.0.0.9", 5000, TCP_ACK, 1, 1, 60);
	assert_true(model_hides(&m, &p.p));
	assert_int_equal(m.flows.count, 0);
	assert_int_equal(m.counters.packets, 0);
	assert_int_equal(m.counters.bytes_out, 0);
	assert_int_equal(m.counters.hidden, 1);
	assert_int_equal(m.counters.hidden_bytes, 100);
	assert_int_equal(m.counters.hidden_records, 2);
	assert_int_equal(m.generation, 0);
	/* Its other end, here in another namespace. */
	make_live(&p, EVENT_INGRESS, 2, SECOND);
	p.frame.netns = 99;
	make_tcp(&p, "10.0.0.1", 22, "10.0.0.9", 5000, TCP_ACK, 1, 1, 60);
	assert_true(model_hides(&m, &p.p));
	/* Our own socket, whatever it sends. */
	make_live(&p, EVENT_EGRESS, 7, SECOND);
	make_tcp(&p, "10.0.0.1", 1, "10.0.0.2", 2, TCP_ACK, 1, 1, 60);
	assert_true(model_hides(&m, &p.p));
	p.frame.cookie = 8;
	assert_false(model_hides(&m, &p.p));
	/* Without the option it is only told apart. */
	p.frame.cookie = 7;
	m.mine.hides = false;
	assert_false(model_hides(&m, &p.p));
	assert_int_equal(m.counters.hidden, 3);
	model_release(&m);
}

static void test_session(void **state)
{
	(void)state;
	struct made p;

	model_begin(NULL);
	carried(&m.mine);
	struct event_socket e = found(1, TCP_ESTABLISHED, "10.0.0.1", 22,
				      "10.0.0.9", 5000, SERVER);
	say(&e);
	assert_true(flow_at(0)->carries_us);
	make_live(&p, EVENT_EGRESS, 1, SECOND);
	make_owner(&p, EVENT_HOW_CURRENT, SERVER);
	make_tcp(&p, "10.0.0.1", 22, "10.0.0.9", 5000, TCP_ACK, 1, 1, 60);
	put(&p);
	uint64_t generation = m.generation;
	for (int i = 0; i < 10; i++)
		assert_true(put(&p).session);
	assert_int_equal(m.generation, generation);
	assert_int_equal(m.counters.session_packets, 11);
	assert_int_equal(m.counters.session_bytes, 11 * 100);
	assert_int_equal(m.counters.session_bytes_out, 11 * 100);

	/* Another client of the same server is not it. */
	make_tcp(&p, "10.0.0.1", 22, "10.0.0.9", 5001, TCP_ACK, 1, 1, 60);
	p.frame.cookie = 2;
	assert_false(put(&p).session);
	assert_true(m.generation > generation);
	model_release(&m);
}

/* --- lone resets, files --- */

static void test_lone_reset(void **state)
{
	(void)state;
	struct made p;

	model_begin(NULL);
	make_live(&p, EVENT_EGRESS, 5, SECOND);
	make_owner(&p, EVENT_HOW_KERNEL, 0);
	make_tcp(&p, "10.0.0.1", 81, "10.0.0.2", 5000, TCP_RST | TCP_ACK, 0, 2, 0);
	struct owner o = put(&p);
	assert_int_equal(o.how, EVENT_HOW_KERNEL);
	assert_int_equal(m.flows.count, 0);
	assert_int_equal(m.counters.kernel, 1);
	model_release(&m);
}

/* From a file: one flow for both directions, no process, no namespace. */
static void test_file(void **state)
{
	(void)state;
	static const struct {
		char way; /* > from 10.0.0.9, the higher address */
		uint16_t flags;
		uint32_t seq, ack;
	} segments[] = {
		{ '>', TCP_SYN, 10, 0 },
		{ '<', TCP_SYN | TCP_ACK, 20, 11 },
		{ '>', TCP_ACK, 11, 21 },
		{ '>', TCP_SYN, 900, 0 }, /* another connection */
		{ '<', TCP_RST | TCP_ACK, 0, 901 },
	};
	struct owner o;

	assert_int_equal(model_init(&m, false, NULL, 1, NULL), 0);
	for (size_t i = 0; i < N(segments); i++) {
		struct made p;

		make_live(&p, EVENT_UNKNOWN, 0, SECOND + i);
		p.frame.live = false;
		p.frame.netns = 0;
		if (segments[i].way == '>')
			make_tcp(&p, "10.0.0.9", 5000, "10.0.0.1", 80,
				 segments[i].flags, segments[i].seq,
				 segments[i].ack, 0);
		else
			make_tcp(&p, "10.0.0.1", 80, "10.0.0.9", 5000,
				 segments[i].flags, segments[i].seq,
				 segments[i].ack, 0);
		model_packet(&m, &p.p, &o);
		assert_null(o.proc);
	}
	assert_int_equal(m.flows.count, 2);
	const struct flow *f = flow_at(0);
	uint16_t port;

	assert_int_equal(f->key.local.bytes[3], 1); /* the lower */
	assert_int_equal(flow_src(f, &port)->bytes[3], 9);
	assert_int_equal(port, 5000);
	assert_int_equal(f->tx_packets, 2);
	assert_int_equal(f->rx_packets, 1);
	/* The file does not show its end. */
	assert_int_equal(f->state, FLOW_OPEN);
	assert_int_equal(f->direction, FLOW_BETWEEN);
	assert_int_equal(flow_at(1)->state, FLOW_REFUSED);
	assert_int_equal(m.counters.unknown + m.counters.no_socket, 0);
	assert_null(model_peer(&m, f));
	model_release(&m);
}

/* A process that no event told of is filled in when its event comes. */
static void test_processes(void **state)
{
	(void)state;
	struct made p;
	struct event_proc e = {
		.head = { .type = EVENT_PROC, .pid = CLIENT,
			  .start_ns = CLIENT * 1000u, .time_ns = SECOND },
		.comm = "curl",
	};

	model_begin(NULL);
	make_live(&p, EVENT_EGRESS, 7, SECOND);
	make_owner(&p, EVENT_HOW_CURRENT, CLIENT);
	make_tcp(&p, "10.0.0.1", 40000, "10.0.0.2", 80, TCP_SYN, 1, 0, 0);
	struct owner o = put(&p);
	assert_false(o.proc->known);
	uint64_t generation = m.generation;
	model_event(&m, &e.head);
	assert_true(o.proc->known);
	assert_true(m.generation > generation);
	assert_string_equal(model_proc(&m, &flow_at(0)->proc)->comm, "curl");

	/* The pid again with another start is another process. */
	struct proc_key other = flow_at(0)->proc;
	other.start_ns++;
	assert_null(model_proc(&m, &other));
	struct event_proc_exit x = {
		.head = { .type = EVENT_EXIT, .pid = CLIENT,
			  .start_ns = CLIENT * 1000u, .time_ns = 2 * SECOND },
	};
	model_event(&m, &x.head);
	assert_int_equal(model_proc(&m, &flow_at(0)->proc)->exit_ns, 2 * SECOND);
	model_release(&m);
}

static void test_lost(void **state)
{
	(void)state;
	model_begin(NULL);
	m.counters.lost[EVENT_RING_PACKET] = 1;
	m.counters.lost[EVENT_RING_SOCKET] = 20;
	m.counters.read_error = 300;
	assert_int_equal(model_lost(&m), 321);
	m.wall_offset_ns = -5;
	assert_int_equal(model_wall(&m, 105), 100);
	model_release(&m);
	struct model none = { 0 };
	model_release(&none);
}

/* What the lesser pools get of the limits: room for one of the longest at least. */
static void test_pools(void **state)
{
	(void)state;
	static const struct pools_claim {
		const char *label;
		struct model_limits limits;
		size_t streams, stream_chunks, datagrams, chunks, errors, sent;
	} claims[] = {
		{ "by default", { 0 }, 8192, 8192, 1024, 2048, 1024, 8192 },
		{ "smallest", { 1, 1, 1, 1, 1 << 16 }, 16, 258, 16, 129, 16, 16 },
		{ "large", { 1, 1 << 20, 1 << 18, 1, 1 << 16 },
		  131072, 131072, 16384, 32768, 16384, 16 },
	};

	for (size_t i = 0; i < N(claims); i++) {
		const struct pools_claim *c = &claims[i];
		model_begin(&c->limits);
		if (m.streams.table.capacity != c->streams ||
		    m.streams.chunks.capacity != c->stream_chunks ||
		    m.fragments.table.capacity != c->datagrams ||
		    m.fragments.chunks.capacity != c->chunks ||
		    m.pings.errors_cap != c->errors ||
		    m.sent.capacity != c->sent)
			fail_msg("%s: %zu %u %zu %u %zu %zu", c->label,
				 m.streams.table.capacity,
				 m.streams.chunks.capacity,
				 m.fragments.table.capacity,
				 m.fragments.chunks.capacity,
				 m.pings.errors_cap, m.sent.capacity);
		/* The longest message, and the longest datagram. */
		assert_true(chunks_room(&m.streams.chunks, 2 + 65535));
		assert_true(chunks_room(&m.fragments.chunks, 65535));
		model_release(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_after_scan),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_attempts),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_owners),
		cmocka_unit_test(test_latest_owner),
		cmocka_unit_test(test_who_only_closes),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_lone_reset),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_pools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
