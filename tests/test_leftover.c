/* SPDX-License-Identifier: MIT */
/* What the model makes of packets that came to no socket. */
#include "core/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/traffic.h"

enum { CLIENT = 100 }; /* pid */

static struct model m;

static void model_begin(void)
{
	assert_int_equal(model_init(&m, true, NULL, 1, NULL), 0);
}

static struct owner put(struct made *made)
{
	struct owner owner;

	made->p.frame = &made->frame;
	model_packet(&m, &made->p, &owner);
	return owner;
}

static const struct flow *first_flow(void)
{
	const struct flow *f = table_first(&m.flows);

	assert_non_null(f);
	return f;
}

/* A segment of 10.0.0.2 to 10.0.0.1, or, when `out`, the kernel's answer. */
static struct owner put_kernels(bool out, uint64_t time_ns, uint16_t flags,
				uint32_t seq, uint32_t ack)
{
	struct made p;

	make_live(&p, out ? EVENT_EGRESS : EVENT_INGRESS, out ? 5 : 0, time_ns);
	make_owner(&p, EVENT_HOW_KERNEL, 0);
	p.frame.flags = out ? EVENT_ANSWER : EVENT_NO_SOCKET | EVENT_LATE;
	if (out)
		make_tcp(&p, "10.0.0.1", 81, "10.0.0.2", 5000, flags, seq, ack,
			 0);
	else
		make_tcp(&p, "10.0.0.2", 5000, "10.0.0.1", 81, flags, seq, ack,
			 0);
	return put(&p);
}

static void count_refused(uint64_t begun, uint64_t refused, size_t flows)
{
	assert_int_equal(m.counters.tcp_begun, begun);
	assert_int_equal(m.counters.tcp_refused, refused);
	assert_int_equal(m.counters.tcp_reset, 0);
	assert_int_equal(m.flows.count, flows);
}

static void test_closed_port(void **state)
{
	(void)state;
	struct owner o;

	model_begin();
	/* What asks for no connection makes none. */
	o = put_kernels(false, SECOND, TCP_ACK | TCP_FIN, 8, 9);
	assert_int_equal(o.how, EVENT_HOW_KERNEL);
	put_kernels(true, SECOND, TCP_RST, 9, 0);
	count_refused(0, 0, 0);

	put_kernels(false, 2 * SECOND, TCP_SYN, 1, 0);
	count_refused(1, 0, 1);
	put_kernels(true, 2 * SECOND, TCP_RST | TCP_ACK, 0, 2);
	count_refused(1, 1, 1);
	const struct flow *f = first_flow();
	assert_int_equal(f->state, FLOW_REFUSED);
	assert_int_equal(f->direction, FLOW_INCOMING);
	assert_int_equal(f->proc.pid, 0);
	assert_int_equal(f->how, EVENT_HOW_KERNEL);
	assert_string_equal(f->close_reason, "refused");
	assert_int_equal(f->syn_ns, f->end_ns);
	/* The same once more is the same; with another number it is not. */
	put_kernels(false, 3 * SECOND, TCP_SYN, 1, 0);
	put_kernels(true, 3 * SECOND, TCP_RST | TCP_ACK, 0, 2);
	count_refused(1, 1, 1);
	put_kernels(false, 4 * SECOND, TCP_SYN, 70, 0);
	put_kernels(true, 4 * SECOND, TCP_RST | TCP_ACK, 0, 71);
	count_refused(2, 2, 2);
	assert_int_equal(m.counters.kernel, 8);
	assert_int_equal(m.counters.unknown + m.counters.no_socket, 0);
	model_release(&m);
}

/* Both ends are here: each is a flow, and each is refused once. */
static void test_closed_port_here(void **state)
{
	(void)state;
	struct made p;

	model_begin();
	make_live(&p, EVENT_EGRESS, 7, SECOND);
	make_owner(&p, EVENT_HOW_CURRENT, CLIENT);
	make_tcp(&p, "10.0.0.2", 5000, "10.0.0.1", 81, TCP_SYN, 1, 0, 0);
	put(&p);
	put_kernels(false, SECOND + 1, TCP_SYN, 1, 0);
	put_kernels(true, SECOND + 1, TCP_RST | TCP_ACK, 0, 2);
	count_refused(2, 1, 2);
	make_live(&p, EVENT_INGRESS, 7, SECOND + 2);
	make_owner(&p, EVENT_HOW_STATE, CLIENT);
	make_tcp(&p, "10.0.0.1", 81, "10.0.0.2", 5000, TCP_RST | TCP_ACK, 0, 2,
		 0);
	put(&p);
	count_refused(2, 2, 2);
	model_release(&m);
}

/* The peer's FIN comes when the kernel has no more than the addresses. */
static void test_time_wait(void **state)
{
	(void)state;
	struct made p;
	struct event_socket e;

	model_begin();
	for (int i = 0; i < 3; i++) {
		static const uint16_t flags[] = { TCP_SYN, TCP_SYN | TCP_ACK,
						  TCP_ACK | TCP_FIN };
		bool in = i == 1;

		make_live(&p, in ? EVENT_INGRESS : EVENT_EGRESS, 7,
			  SECOND + (uint64_t)i);
		make_owner(&p, EVENT_HOW_CURRENT, CLIENT);
		if (in)
			make_tcp(&p, "10.0.0.2", 80, "10.0.0.1", 5000, flags[i],
				 50, 2, 0);
		else
			make_tcp(&p, "10.0.0.1", 5000, "10.0.0.2", 80, flags[i],
				 1 + (i > 0), 51, 0);
		put(&p);
	}
	e = socket_event(EVENT_STATE, 7, 2 * SECOND, TCP_FIN_WAIT1, TCP_CLOSE);
	model_event(&m, &e.head);
	assert_string_equal(first_flow()->close_reason, "closed");
	make_live(&p, EVENT_INGRESS, 7, 4 * SECOND);
	make_owner(&p, EVENT_HOW_STATE, CLIENT);
	p.frame.flags = EVENT_LATE;
	make_tcp(&p, "10.0.0.2", 80, "10.0.0.1", 5000, TCP_ACK | TCP_FIN, 51, 3,
		 0);
	struct owner o = put(&p);
	assert_int_equal(o.proc->key.pid, CLIENT);
	assert_int_equal(m.flows.count, 1);
	assert_int_equal(first_flow()->rx_packets, 2);
	assert_string_equal(first_flow()->close_reason, "fin");
	assert_int_equal(m.counters.tcp_begun, 1);
	assert_int_equal(m.counters.tcp_ended, 1);
	/* Of one that was here before us nothing is known: no process. */
	make_live(&p, EVENT_INGRESS, 0, 5 * SECOND);
	make_owner(&p, EVENT_HOW_NONE, 0);
	make_tcp(&p, "10.0.0.2", 80, "10.0.0.1", 5001, TCP_ACK | TCP_FIN, 51, 3,
		 0);
	put(&p);
	assert_int_equal(m.counters.unknown, 1);
	model_release(&m);
}

/* A raw socket gets what the kernel takes for itself, just before. */
static void test_kernels_copy(void **state)
{
	(void)state;
	struct made p;

	model_begin();
	for (int i = 0; i < 4; i++) {
		bool raw = i == 1;

		make_live(&p, EVENT_INGRESS, raw ? 99 : 0, SECOND + (uint64_t)i);
		make_owner(&p, EVENT_HOW_KERNEL, 0);
		p.frame.flags = raw ? EVENT_RAW : EVENT_NO_SOCKET | EVENT_LATE;
		make_ip(&p, "10.0.0.2", "10.0.0.1", IPPROTO_ICMP, 8 + 56);
		p.p.has |= PACKET_ICMP | PACKET_ECHO;
		p.p.icmp = (struct icmp_header){ .type = 8, .id = 7, .seq = 1 };
		p.p.ip4.id = (uint16_t)((i + 1) / 2);
		assert_int_equal(put(&p).copy, i == 2);
	}
	assert_int_equal(m.counters.copies, 1);
	model_release(&m);
}

/* The request is told after its answer when nothing put them in order. */
static void test_late_request(void **state)
{
	(void)state;
	struct made p;

	model_begin();
	for (int i = 0; i < 4; i++) {
		bool request = i % 2;

		make_live(&p, request ? EVENT_INGRESS : EVENT_EGRESS,
			  request ? 0 : 5, (uint64_t)(i + 1) * 1000);
		make_owner(&p, EVENT_HOW_KERNEL, 0);
		p.frame.flags = request ? EVENT_NO_SOCKET | EVENT_LATE :
					  EVENT_ANSWER;
		make_ip(&p, request ? "10.0.0.2" : "10.0.0.1",
			request ? "10.0.0.1" : "10.0.0.2", IPPROTO_ICMP, 8 + 56);
		p.p.has |= PACKET_ICMP | PACKET_ECHO;
		p.p.ip4.id = (uint16_t)i;
		p.p.icmp = (struct icmp_header){ .type = request ? 8 : 0,
						 .id = 7,
						 .seq = (uint16_t)(i / 2) };
		assert_false(put(&p).copy);
	}
	assert_int_equal(m.pings.table.count, 2);
	for (const struct ping *ping = table_first(&m.pings.table); ping;
	     ping = table_next(&m.pings.table, ping)) {
		assert_int_equal(ping->state, PING_ANSWERED_BY_US);
		assert_int_equal(ping->request_ns, ping->reply_ns);
		assert_int_equal(ping->rtt_ns, 0);
		assert_int_equal(ping->size, 56);
	}
	assert_int_equal(m.counters.icmp_requests, 0);
	model_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed_port),
		cmocka_unit_test(test_closed_port_here),
		cmocka_unit_test(test_time_wait),
		cmocka_unit_test(test_kernels_copy),
		cmocka_unit_test(test_late_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
