/* SPDX-License-Identifier: MIT */
/* Packets and events for tests of the model, made without bytes. */
#ifndef NX_TRAFFIC_H
#define NX_TRAFFIC_H

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "core/model.h"

#define SECOND ((uint64_t)1000000000)

struct made { /* a packet and the frame that it borrows */
	struct packet p;
	struct frame frame;
	uint8_t bytes[2048]; /* of its DNS message or payload */
	size_t len;
};

static inline struct address addr(const char *text)
{
	struct address a = { .family = strchr(text, ':') ? 6 : 4 };

	assert(inet_pton(a.family == 4 ? AF_INET : AF_INET6, text, a.bytes) == 1);
	return a;
}

/* A packet at a socket of this host. */
static inline void make_live(struct made *m, uint8_t direction, uint64_t cookie,
			     uint64_t time_ns)
{
	*m = (struct made){
		.frame = { .time_ns = time_ns,
			   .live = true,
			   .direction = direction,
			   .cookie = cookie,
			   .netns = 1,
			   .link = LINK_RAW,
			   .ifname = "any" },
	};
	m->p.frame = &m->frame;
}

static inline void make_ip(struct made *m, const char *src, const char *dst,
			   uint8_t protocol, uint32_t payload)
{
	m->p.frame = &m->frame;
	m->p.src = addr(src);
	m->p.dst = addr(dst);
	m->p.protocol = protocol;
	m->p.has = m->p.src.family == 4 ? PACKET_IP4 : PACKET_IP6;
	m->p.ip4.ihl = m->p.src.family == 4 ? 5 : 0;
	m->p.ip_len = (m->p.src.family == 4 ? 20 : 40) + payload;
	m->frame.wire_len = m->p.ip_len;
}

static inline void make_tcp(struct made *m, const char *src, uint16_t src_port,
			    const char *dst, uint16_t dst_port, uint16_t flags,
			    uint32_t seq, uint32_t ack, uint32_t len)
{
	make_ip(m, src, dst, IPPROTO_TCP, 20 + len);
	m->p.has |= PACKET_TCP;
	m->p.src_port = src_port;
	m->p.dst_port = dst_port;
	m->p.tcp = (struct tcp_header){ .flags = flags,
					.seq = seq,
					.ack = ack,
					.payload_len = len,
					.data_offset = 5 };
}

static inline void make_owner(struct made *m, uint8_t how, uint32_t pid)
{
	m->frame.how = how;
	m->frame.pid = pid;
	m->frame.start_ns = pid ? pid * 1000u : 0;
}

static inline struct event_socket socket_event(uint8_t type, uint64_t cookie,
					       uint64_t time_ns,
					       uint8_t old_state,
					       uint8_t new_state)
{
	return (struct event_socket){
		.head = { .type = type,
			  .cookie = cookie,
			  .time_ns = time_ns,
			  .netns = 1 },
		.protocol = IPPROTO_TCP,
		.old_state = old_state,
		.new_state = new_state,
	};
}

static inline void socket_ends(struct event_socket *e, const char *local,
			       uint16_t local_port, const char *remote,
			       uint16_t remote_port)
{
	struct address l = addr(local), r = addr(remote);

	e->family = l.family;
	memcpy(e->local, l.bytes, 16);
	memcpy(e->remote, r.bytes, 16);
	e->local_port = local_port;
	e->remote_port = remote_port;
}

static inline void socket_owner(struct event_socket *e, uint8_t how, uint32_t pid)
{
	e->head.how = how;
	e->head.pid = pid;
	e->head.start_ns = pid * 1000u;
}

#endif
