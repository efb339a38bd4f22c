/* SPDX-License-Identifier: MIT */
#include "core/icmperror.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/traffic.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MS ((uint64_t)1000000)

static struct model m;

static const char us[] = "10.0.0.1", there[] = "10.0.0.2", way[] = "10.0.0.9";

static void start(void)
{
	const struct model_limits limits = { .flows = 8, .dns = 8, .pings = 8,
					     .processes = 8,
					     .strings = 1 << 16 };
	struct errmsg err;

	assert_int_equal(model_init(&m, true, &limits, 1, &err), 0);
}

static void give(struct made *p)
{
	struct owner owner;

	p->p.frame = &p->frame;
	model_packet(&m, &p->p, &owner);
}

/* A datagram from our port 4000, or one that comes to it. */
static void udp(bool out, uint32_t netns, uint32_t pid, uint64_t time_ns)
{
	struct made p;

	make_live(&p, out ? EVENT_EGRESS : EVENT_INGRESS, 7, time_ns);
	p.frame.netns = netns;
	make_owner(&p, pid ? EVENT_HOW_CURRENT : EVENT_HOW_NONE, pid);
	make_ip(&p, out ? us : there, out ? there : us, IPPROTO_UDP, 8);
	p.p.has |= PACKET_UDP;
	p.p.src_port = out ? 4000 : 9;
	p.p.dst_port = out ? 9 : 4000;
	p.p.ip4.ttl = 3;
	give(&p);
}

static void syn(uint64_t time_ns)
{
	struct made p;

	make_live(&p, EVENT_EGRESS, 8, time_ns);
	make_owner(&p, EVENT_HOW_CURRENT, 100);
	make_tcp(&p, us, 4000, there, 9, TCP_SYN, 77, 0, 0);
	give(&p);
}

static void error(bool out, uint8_t type, uint8_t code, uint8_t protocol,
		  uint64_t time_ns)
{
	struct made p;

	make_live(&p, out ? EVENT_EGRESS : EVENT_INGRESS, 0, time_ns);
	make_owner(&p, EVENT_HOW_KERNEL, 0);
	make_ip(&p, out ? us : way, out ? way : us, IPPROTO_ICMP, 36);
	p.p.has |= PACKET_ICMP | PACKET_QUOTE;
	p.p.ip4.id = (uint16_t)(time_ns / MS);
	p.p.icmp = (struct icmp_header){ .type = type, .code = code,
					 .seq = 1280 };
	p.p.quote = (struct quote){ .src = addr(us), .dst = addr(there),
				    .protocol = protocol, .src_port = 4000,
				    .dst_port = 9, .tcp_seq = 77 };
	give(&p);
}

static void owner_comes(uint64_t time_ns)
{
	struct event_socket e = socket_event(EVENT_OWNER, 7, time_ns, 0, 0);

	e.protocol = IPPROTO_UDP;
	socket_owner(&e, EVENT_HOW_RECEIVED, 300);
	model_event(&m, &e.head);
}

/*
 * Letters 1 ms apart: u we send a datagram, U the same in another namespace,
 * v nobody knows whose, i one comes in, o its socket's owner is told; s a SYN;
 * e an error about the datagram, t its hops ended, b it was too big, E we send
 * that error ourselves, c an error about the SYN.
 */
static const struct error_claim {
	const char *label, *happens;
	uint32_t pid;
	unsigned after_ms, hop, mtu;
	bool ours;
	uint16_t tcp_flags;
	int how;
} errors[] = {
	{ "its sender", "ue", 100, 1, 0, 0, false, 0, EVENT_HOW_CURRENT },
	{ "the last of two sets the time", "uvue", 100, 1, 0, 0, false, 0, EVENT_HOW_CURRENT },
	{ "nobody sent it", "e", 0, 0, 0, 0, false, 0, 0 },
	{ "another namespace sent it", "Ue", 0, 0, 0, 0, false, 0, 0 },
	{ "what came in was not sent", "ie", 0, 0, 0, 0, false, 0, 0 },
	{ "its sender becomes known", "voe", 300, 2, 0, 0, false, 0, EVENT_HOW_JOINED },
	{ "its sender stays unknown", "ve", 0, 1, 0, 0, false, 0, EVENT_HOW_NONE },
	{ "hops", "ut", 100, 1, 3, 0, false, 0, EVENT_HOW_CURRENT },
	{ "too big", "ub", 100, 1, 0, 1280, false, 0, EVENT_HOW_CURRENT },
	{ "ours is the kernel's", "uE", 0, 0, 0, 0, true, 0, EVENT_HOW_KERNEL },
	{ "about a SYN", "sc", 100, 1, 0, 0, false, TCP_SYN, EVENT_HOW_CURRENT },
	{ "about no connection", "uc", 0, 0, 0, 0, false, 0, 0 },
};

static void play(const char *happens)
{
	uint64_t t = SECOND;

	for (; *happens; happens++, t += MS) {
		switch (*happens) {
		case 'u': udp(true, 1, 100, t); break;
		case 'U': udp(true, 2, 200, t); break;
		case 'v': udp(true, 1, 0, t); break;
		case 'i': udp(false, 1, 100, t); break;
		case 'o': owner_comes(t); break;
		case 's': syn(t); break;
		case 'e': error(false, 3, 3, IPPROTO_UDP, t); break;
		case 't': error(false, 11, 0, IPPROTO_UDP, t); break;
		case 'b': error(false, 3, 4, IPPROTO_UDP, t); break;
		case 'E': error(true, 3, 3, IPPROTO_UDP, t); break;
		case 'c': error(false, 3, 1, IPPROTO_TCP, t); break;
		}
	}
}

static void test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(errors); i++) {
		const struct error_claim *c = &errors[i];

		start();
		play(c->happens);
		const struct icmp_error *e = icmperror_find(&m, 1);
		if (!e)
			fail_msg("%s: no error", c->label);
		if (e->proc.pid != c->pid || !e->proc_id != !c->pid ||
		    e->how != c->how)
			fail_msg("%s: pid %u, how %u", c->label, e->proc.pid,
				 e->how);
		if (e->after_ns != c->after_ms * MS || e->hop != c->hop ||
		    e->mtu != c->mtu || e->ours != c->ours ||
		    e->tcp_flags != c->tcp_flags)
			fail_msg("%s: %llu %u %u %d %u", c->label,
				 (unsigned long long)e->after_ns, e->hop,
				 e->mtu, e->ours, e->tcp_flags);
		model_release(&m);
	}
}

/* A flow remembers the last error about it, until that makes room. */
static void test_flow(void **state)
{
	(void)state;
	start();
	play("sc");
	const struct flow *f = table_first(&m.flows);
	const struct icmp_error *e = icmperror_find(&m, f->icmp_error);

	assert_non_null(e);
	assert_ptr_equal(icmperror_flow(e), f);
	assert_null(icmperror_query(e));
	for (size_t i = 0; i < m.pings.errors_cap; i++)
		error(false, 3, 3, IPPROTO_UDP, (2 + i) * SECOND);
	assert_null(icmperror_find(&m, f->icmp_error));
	assert_null(icmperror_find(&m, 0));
	assert_int_equal(m.pings.errors_evicted, 1);
	model_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_flow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
