/* SPDX-License-Identifier: MIT */
/*
 * A short session as the model sees it live, for what reads the model: three
 * processes that ask the DNS, connect (one to another within the host), ping.
 *
 *   curl 100  asks www.example (CNAME, A) and many.example (5 A), connects;
 *             one ICMP error is about that connection, one about nobody's packet
 *   wget 200  asks nope.example (no answer), connects to curl's port 8080
 *   ping 300  pings 192.0.2.1 twice (one answer), 192.0.2.2 once (none)
 */
#ifndef NX_SCENE_H
#define NX_SCENE_H

#include "tests/sample.h"
#include "tests/traffic.h"

struct scene {
	struct model model;
};

static inline void scene_proc(struct scene *s, uint32_t pid, const char *comm)
{
	struct event_proc e = {
		.head = { .type = EVENT_PROC, .pid = pid, .start_ns = pid * 1000 },
		.ppid = 1,
		.uid = 1000,
	};

	memcpy(e.comm, comm, strlen(comm));
	model_event(&s->model, &e.head);
}

static inline void scene_packet(struct scene *s, struct made *m)
{
	struct owner owner;

	model_packet(&s->model, &m->p, &owner);
}

static inline void put_u16(struct made *m, unsigned n)
{
	m->bytes[m->len++] = (uint8_t)(n >> 8);
	m->bytes[m->len++] = (uint8_t)n;
}

static inline void put_name(struct made *m, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");
		m->bytes[m->len++] = (uint8_t)n;
		memcpy(m->bytes + m->len, name, n);
		m->len += n;
		name += n + (name[n] == '.');
	}
	m->bytes[m->len++] = 0;
}

/* One record: of type A the address in data, else the name in it. */
static inline void put_record(struct made *m, const char *name, uint16_t type,
			      uint16_t ttl, const char *data)
{
	put_name(m, name);
	put_u16(m, type);
	put_u16(m, 1);
	put_u16(m, 0);
	put_u16(m, ttl);
	size_t at = m->len;
	put_u16(m, 0);
	if (type == DNS_A) {
		struct address a = addr(data);
		memcpy(m->bytes + m->len, a.bytes, 4);
		m->len += 4;
	} else {
		put_name(m, data);
	}
	m->bytes[at + 1] = (uint8_t)(m->len - at - 2);
}

/* The head and the question; records may follow. */
static inline void make_dns(struct made *m, bool answer, uint16_t port,
			    uint16_t id, const char *name, uint16_t answers)
{
	make_ip(m, answer ? "10.0.0.53" : "10.0.0.5",
		answer ? "10.0.0.5" : "10.0.0.53", IPPROTO_UDP, 0);
	m->p.has |= PACKET_UDP | PACKET_DNS;
	m->p.src_port = answer ? 53 : port;
	m->p.dst_port = answer ? port : 53;
	m->len = 0;
	put_u16(m, id);
	put_u16(m, answer ? 0x8180 : 0x0100);
	put_u16(m, 1);
	put_u16(m, answers);
	put_u16(m, 0);
	put_u16(m, 0);
	put_name(m, name);
	put_u16(m, DNS_A);
	put_u16(m, 1);
}

static inline void scene_dns_packet(struct scene *s, struct made *m)
{
	assert_true(dns_decode(&m->p.dns, (struct span){ m->bytes, m->len }));
	assert_int_equal(m->p.dns.status, DNS_OK);
	m->p.ip_len += 8 + (uint32_t)m->len;
	m->frame.wire_len = m->p.ip_len;
	scene_packet(s, m);
}

static inline void scene_query(struct scene *s, uint32_t pid, uint64_t ms,
			       uint16_t port, const char *name)
{
	struct made m;

	make_live(&m, EVENT_EGRESS, port, ms * MS);
	make_owner(&m, EVENT_HOW_CURRENT, pid);
	make_dns(&m, false, port, port, name, 0);
	scene_dns_packet(s, &m);
}

static inline void scene_names(struct scene *s)
{
	static const char *const many[] = { "192.0.2.11", "192.0.2.12",
					    "192.0.2.13", "192.0.2.14",
					    "192.0.2.15" };
	struct made m;

	scene_query(s, 100, 1000, 4000, "www.example");
	make_live(&m, EVENT_INGRESS, 4000, 1010 * MS);
	make_owner(&m, EVENT_HOW_RECEIVED, 100);
	make_dns(&m, true, 4000, 4000, "www.example", 2);
	put_record(&m, "www.example", DNS_CNAME, 43, "web.example");
	put_record(&m, "web.example", DNS_A, 60, "192.0.2.80");
	scene_dns_packet(s, &m);

	scene_query(s, 200, 1020, 4001, "nope.example");
	scene_query(s, 100, 1030, 4002, "many.example");
	make_live(&m, EVENT_INGRESS, 4002, 1040 * MS);
	make_owner(&m, EVENT_HOW_RECEIVED, 100);
	make_dns(&m, true, 4002, 4002, "many.example", 5);
	for (int i = 0; i < 5; i++)
		put_record(&m, "many.example", DNS_A, 60, many[i]);
	scene_dns_packet(s, &m);
}

/* A segment at one end; egress from a to b, ingress from b to a. */
static inline void scene_segment(struct scene *s, uint32_t pid, uint64_t us,
				 uint8_t direction, const char *a,
				 uint16_t a_port, const char *b, uint16_t b_port,
				 uint16_t flags, uint32_t seq, uint32_t ack)
{
	bool out = direction == EVENT_EGRESS;
	struct made m;

	make_live(&m, direction, a_port * 10u, us * 1000);
	make_owner(&m, EVENT_HOW_CURRENT, pid);
	make_tcp(&m, out ? a : b, out ? a_port : b_port, out ? b : a,
		 out ? b_port : a_port, flags, seq, ack, 0);
	scene_packet(s, &m);
}

static inline void scene_connections(struct scene *s)
{
	static const char me[] = "10.0.0.5", web[] = "192.0.2.80",
			  lo[] = "127.0.0.1";
	const uint8_t in = EVENT_INGRESS, out = EVENT_EGRESS;

	scene_segment(s, 100, 1100000, out, me, 5001, web, 443, TCP_SYN, 10, 0);
	scene_segment(s, 100, 1112000, in, me, 5001, web, 443,
		      TCP_SYN | TCP_ACK, 90, 11);
	scene_segment(s, 100, 1112050, out, me, 5001, web, 443, TCP_ACK, 11, 91);

	scene_segment(s, 200, 1200000, out, lo, 5002, lo, 8080, TCP_SYN, 20, 0);
	scene_segment(s, 100, 1200010, in, lo, 8080, lo, 5002, TCP_SYN, 20, 0);
	scene_segment(s, 100, 1200020, out, lo, 8080, lo, 5002,
		      TCP_SYN | TCP_ACK, 70, 21);
	scene_segment(s, 200, 1200030, in, lo, 5002, lo, 8080,
		      TCP_SYN | TCP_ACK, 70, 21);
	scene_segment(s, 200, 1200040, out, lo, 5002, lo, 8080, TCP_ACK, 21, 71);
	scene_segment(s, 100, 1200050, in, lo, 8080, lo, 5002, TCP_ACK, 21, 71);
}

static inline void scene_echo(struct scene *s, uint64_t ms, bool reply,
			      const char *dst, uint16_t id, uint16_t seq)
{
	struct made m;

	make_live(&m, reply ? EVENT_INGRESS : EVENT_EGRESS, 900 + id, ms * MS);
	make_owner(&m, EVENT_HOW_CURRENT, 300);
	make_ip(&m, reply ? dst : "10.0.0.5", reply ? "10.0.0.5" : dst,
		IPPROTO_ICMP, 64);
	m.p.has |= PACKET_ICMP | PACKET_ECHO;
	m.p.icmp = (struct icmp_header){ .type = reply ? 0 : 8, .id = id,
					 .seq = seq };
	scene_packet(s, &m);
}

static inline void scene_pings(struct scene *s)
{
	struct made m;

	scene_echo(s, 2000, false, "192.0.2.1", 7, 1);
	scene_echo(s, 2011, true, "192.0.2.1", 7, 1);
	scene_echo(s, 3000, false, "192.0.2.1", 7, 2);

	make_live(&m, EVENT_INGRESS, 4003, 3500 * MS);
	make_owner(&m, EVENT_HOW_CURRENT, 100);
	make_ip(&m, "10.0.0.9", "10.0.0.5", IPPROTO_ICMP, 36);
	m.p.has |= PACKET_ICMP | PACKET_QUOTE;
	m.p.icmp = (struct icmp_header){ .type = 3, .code = 3 };
	m.p.quote = (struct quote){ addr("10.0.0.5"), addr("10.0.0.9"),
				    IPPROTO_UDP, 4003, 9, 0, 0, false, 0 };
	scene_packet(s, &m);
	m.p.quote = (struct quote){ addr("10.0.0.5"), addr("192.0.2.80"),
				    IPPROTO_TCP, 5001, 443, 0, 0, false, 0 };
	scene_packet(s, &m);

	scene_echo(s, 3600, false, "192.0.2.2", 8, 1);
}

static inline void scene_init(struct scene *s)
{
	assert_int_equal(model_init(&s->model, true,
				    &(struct model_limits){ 16, 16, 16, 16, 0 },
				    7, NULL),
			 0);
	s->model.wall_offset_ns = (int64_t)BOOT_NS;
	scene_proc(s, 100, "curl");
	scene_proc(s, 200, "wget");
	scene_proc(s, 300, "ping");
	scene_names(s);
	scene_connections(s);
	scene_pings(s);
}

static inline void scene_release(struct scene *s)
{
	model_release(&s->model);
}

#endif
