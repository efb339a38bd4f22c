/* SPDX-License-Identifier: MIT */
/* A model filled with traffic as a live capture sees it, for tests of what shows it. */
#ifndef NX_TEST_PLAY_H
#define NX_TEST_PLAY_H

#include <assert.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/model.h"

#define PLAY_MS UINT64_C(1000000)
#define PLAY_SECOND UINT64_C(1000000000)
#define PLAY_NETNS 4026531840u
#define PLAY_START UINT64_C(5000000000) /* model time of the first packet */

struct play {
	struct model m;
	uint64_t now_ns;
	uint64_t cookie; /* the last one given */
	uint16_t msg_id;
};

static inline struct address play_ip(uint8_t a, uint8_t b, uint8_t c,
					uint8_t d)
{
	return (struct address){ .family = 4, .bytes = { a, b, c, d } };
}

static inline void play_init(struct play *t, bool live,
				const struct model_limits *limits)
{
	struct errmsg err;

	memset(t, 0, sizeof(*t));
	t->now_ns = PLAY_START;
	if (model_init(&t->m, live, limits, 1, &err) != 0)
		assert(!"no memory");
	/* Only the packets of a file are at the wall's time already. */
	t->m.wall_offset_ns = live ? 1 : 0;
}

/* Time passes. */
static inline void play_wait(struct play *t, uint64_t ns)
{
	t->now_ns += ns;
	model_advance(&t->m, t->now_ns);
}

static inline uint64_t play_proc_start(uint32_t pid)
{
	return 1000000 + pid;
}

/* The kernel tells of a process. */
static inline void play_proc(struct play *t, uint32_t pid,
				const char *comm)
{
	struct event_proc e = {
		.head = { .time_ns = t->now_ns, .type = EVENT_PROC,
			  .pid = pid, .tid = pid, .ns_tid = pid,
			  .start_ns = play_proc_start(pid) },
		.ppid = 1, .ns_pid = pid, .ns_ppid = 1, .uid = 1000,
	};

	/* As in the kernel: no NUL when it is full. */
	memcpy(e.comm, comm, strnlen(comm, sizeof(e.comm)));
	t->m.counters.events++;
	model_event(&t->m, &e.head);
}

/* One packet of a process' socket; pid 0: nobody's. */
static inline void play_packet(struct play *t, struct packet *p,
				  uint32_t pid, uint64_t cookie, bool egress)
{
	struct frame frame = {
		.number = t->m.counters.packets + 1,
		.time_ns = t->now_ns,
		.wire_len = 100,
		.link = LINK_RAW,
		.direction = egress ? EVENT_EGRESS : EVENT_INGRESS,
		.how = pid ? EVENT_HOW_CURRENT : EVENT_HOW_NONE,
		.live = t->m.live,
		.pid = pid, .tid = pid, .ns_tid = pid,
		.start_ns = pid ? play_proc_start(pid) : 0,
		.cookie = cookie,
		.netns = PLAY_NETNS, .ifindex = 2, .ifname = "eth0",
	};
	struct owner owner;

	p->frame = &frame;
	p->has |= PACKET_IP4;
	p->ip_len = 100;
	t->m.counters.events++;
	model_packet(&t->m, p, &owner);
}

/* Both ends of a connection, as this host's end sees it. */
struct play_tcp {
	uint32_t pid;
	uint64_t cookie;
	struct address local, remote;
	uint16_t local_port, remote_port;
};

static inline void play_segment(struct play *t,
				   const struct play_tcp *c, bool egress,
				   uint16_t flags, uint32_t seq, uint32_t ack,
				   uint32_t len)
{
	struct packet p = {
		.has = PACKET_TCP,
		.protocol = IPPROTO_TCP,
		.src = egress ? c->local : c->remote,
		.dst = egress ? c->remote : c->local,
		.src_port = egress ? c->local_port : c->remote_port,
		.dst_port = egress ? c->remote_port : c->local_port,
		.tcp = { .seq = seq, .ack = ack, .flags = flags,
			 .data_offset = 5, .payload_len = len },
	};

	play_packet(t, &p, c->pid, c->cookie, egress);
}

/* A handshake that takes 12 ms; out: this host begins it. */
static inline struct play_tcp play_open(struct play *t, uint32_t pid,
					      bool out, uint16_t local_port,
					      struct address remote,
					      uint16_t remote_port)
{
	struct play_tcp c = {
		.pid = pid, .cookie = ++t->cookie,
		.local = play_ip(10, 0, 0, 5), .remote = remote,
		.local_port = local_port, .remote_port = remote_port,
	};

	play_segment(t, &c, out, TCP_SYN, 1000, 0, 0);
	play_wait(t, 12 * PLAY_MS);
	play_segment(t, &c, !out, TCP_SYN | TCP_ACK, 9000, 1001, 0);
	play_wait(t, PLAY_MS / 5);
	play_segment(t, &c, out, TCP_ACK, 1001, 9001, 0);
	return c;
}

static inline size_t play_put_name(uint8_t *to, const char *name)
{
	size_t len = 0;

	while (*name) {
		size_t n = strcspn(name, ".");

		to[len++] = (uint8_t)n;
		memcpy(to + len, name, n);
		len += n;
		name += n + (name[n] == '.');
	}
	to[len++] = 0;
	return len;
}

/*
 * A question for an A record, and 8 ms later its answer: `answers` addresses
 * from 93.184.216.1 on; 0 and rcode 3 is NXDOMAIN; -1: it stays open.
 */
static inline void play_dns(struct play *t, uint32_t pid,
			       const char *name, int answers, uint8_t rcode)
{
	uint8_t b[512] = { (uint8_t)(++t->msg_id >> 8), (uint8_t)t->msg_id,
			   1, 0, 0, 1 };
	size_t len = 12 + play_put_name(b + 12, name);
	uint64_t cookie = ++t->cookie;
	struct packet p = {
		.has = PACKET_UDP | PACKET_DNS, .protocol = IPPROTO_UDP,
		.src = play_ip(10, 0, 0, 5), .src_port = 40000,
		.dst = play_ip(10, 0, 0, 1), .dst_port = 53,
	};
	struct packet r = {
		.has = PACKET_UDP | PACKET_DNS, .protocol = IPPROTO_UDP,
		.src = p.dst, .src_port = 53, .dst = p.src, .dst_port = 40000,
	};

	memcpy(b + len, "\0\1\0\1", 4);
	len += 4;
	if (!dns_decode(&p.dns, (struct span){ b, len }))
		assert(!"bad question");
	play_packet(t, &p, pid, cookie, true);
	if (answers < 0)
		return;

	play_wait(t, 8 * PLAY_MS);
	b[2] = 0x81;
	b[3] = 0x80 | rcode;
	b[7] = (uint8_t)answers;
	for (int i = 0; i < answers; i++) {
		const uint8_t record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60,
					   0, 4, 93, 184, 216,
					   (uint8_t)(i + 1) };

		memcpy(b + len, record, sizeof(record));
		len += sizeof(record);
	}
	if (!dns_decode(&r.dns, (struct span){ b, len }))
		assert(!"bad answer");
	play_packet(t, &r, pid, cookie, false);
}

/* An echo request, and if `answered` its reply 5 ms later. */
static inline void play_echo(struct play *t, uint32_t pid, uint16_t id,
				uint16_t seq, bool answered)
{
	struct packet p = {
		.has = PACKET_ICMP | PACKET_ECHO, .protocol = IPPROTO_ICMP,
		.src = play_ip(10, 0, 0, 5), .dst = play_ip(8, 8, 8, 8),
		.icmp = { .type = 8, .id = id, .seq = seq },
		.payload = { NULL, 0 },
	};

	play_packet(t, &p, pid, 5000 + id, true);
	if (!answered)
		return;
	play_wait(t, 5 * PLAY_MS);
	p.src = play_ip(8, 8, 8, 8);
	p.dst = play_ip(10, 0, 0, 5);
	p.icmp.type = 0;
	play_packet(t, &p, pid, 5000 + id, false);
}

/* Some of everything. */
static inline void play_mixed(struct play *t)
{
	play_proc(t, 31337, "curl");
	play_proc(t, 812, "nginx");
	play_proc(t, 4411, "ping");
	play_proc(t, 991, "ssh");
	play_dns(t, 31337, "example.com", 1, 0);
	play_dns(t, 31337, "nowhere.example", 0, 3);
	play_open(t, 31337, true, 51594, play_ip(93, 184, 216, 1), 443);
	play_open(t, 812, false, 80, play_ip(10, 0, 0, 9), 40112);

	struct play_tcp c = {
		.pid = 991, .cookie = ++t->cookie,
		.local = play_ip(10, 0, 0, 5), .local_port = 4222,
		.remote = play_ip(10, 1, 2, 3), .remote_port = 22,
	};
	for (int i = 0; i < 3; i++) {
		play_segment(t, &c, true, TCP_SYN, 77, 0, 0);
		play_wait(t, PLAY_SECOND << i);
	}
	for (uint16_t i = 1; i <= 4; i++)
		play_echo(t, 4411, 27646, i, i != 3);
	play_wait(t, 90 * PLAY_SECOND); /* none of it waits any longer */
}

#endif
