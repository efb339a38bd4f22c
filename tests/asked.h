/* SPDX-License-Identifier: MIT */
/* DNS messages between sockets, into the model `m` of the test that includes it. */
#ifndef NX_ASKED_H
#define NX_ASKED_H

#include "tests/traffic.h"

#define MS ((uint64_t)1000000)

static struct model m;

/* --- messages --- */

static inline void put16(struct made *p, unsigned n)
{
	p->bytes[p->len++] = (uint8_t)(n >> 8);
	p->bytes[p->len++] = (uint8_t)n;
}

static inline void put_name(struct made *p, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");

		p->bytes[p->len++] = (uint8_t)n;
		memcpy(p->bytes + p->len, name, n);
		p->len += n;
		name += n + (name[n] == '.');
	}
	p->bytes[p->len++] = 0;
}

enum { QR = 0x8000, TC = 0x0200 };

static inline void dns_head(struct made *p, uint16_t id, unsigned flags,
		     unsigned questions, unsigned answers)
{
	p->len = 0;
	put16(p, id);
	put16(p, flags);
	put16(p, questions);
	put16(p, answers);
	put16(p, 0);
	put16(p, 0);
}

static inline void dns_question(struct made *p, const char *name, unsigned type)
{
	put_name(p, name);
	put16(p, type);
	put16(p, 1);
}

static inline void dns_data(struct made *p, const char *name, unsigned type,
		     unsigned class, const void *data, size_t len)
{
	put_name(p, name);
	put16(p, type);
	put16(p, class);
	put16(p, 0);
	put16(p, 60);
	put16(p, (unsigned)len);
	memcpy(p->bytes + p->len, data, len);
	p->len += len;
}

static inline void dns_a(struct made *p, const char *name, const char *address)
{
	struct address a = addr(address);

	dns_data(p, name, a.family == 4 ? DNS_A : DNS_AAAA, 1, a.bytes,
		 a.family == 4 ? 4 : 16);
}

static inline void dns_cname(struct made *p, const char *name, const char *target)
{
	struct made t = { .len = 0 };

	put_name(&t, target);
	dns_data(p, name, DNS_CNAME, 1, t.bytes, t.len);
}

/* --- packets --- */

struct path {
	char way; /* > leaves, < comes in; 0: a file that does not say */
	uint64_t cookie;
	const char *src;
	uint16_t src_port;
	const char *dst;
	uint16_t dst_port;
	uint32_t netns, pid;
};

static inline struct owner send_path(struct made *p, const struct path *path,
			      uint64_t time_ns)
{
	struct owner owner;
	uint8_t bytes[sizeof(p->bytes)];
	size_t len = p->len;

	memcpy(bytes, p->bytes, len);
	make_live(p, path->way == '>' ? EVENT_EGRESS :
		     path->way == '<' ? EVENT_INGRESS : EVENT_UNKNOWN,
		  path->cookie, time_ns);
	p->frame.netns = path->netns;
	p->frame.live = m.live;
	if (m.live && path->pid)
		make_owner(p, EVENT_HOW_CURRENT, path->pid);
	make_ip(p, path->src, path->dst, IPPROTO_UDP, (uint32_t)(8 + len));
	memcpy(p->bytes, bytes, len);
	p->p.has |= PACKET_UDP;
	p->p.src_port = path->src_port;
	p->p.dst_port = path->dst_port;
	p->p.payload = (struct span){ p->bytes, len };
	p->p.frame = &p->frame;
	if (dns_decode(&p->p.dns, p->p.payload))
		p->p.has |= PACKET_DNS;
	model_packet(&m, &p->p, &owner);
	return owner;
}

static inline struct owner query(const struct path *path, uint16_t id, const char *name,
			  unsigned type, uint64_t time_ns)
{
	struct made p;

	dns_head(&p, id, 0x0100, 1, 0);
	dns_question(&p, name, type);
	return send_path(&p, path, time_ns);
}

static inline struct owner answer_a(const struct path *path, uint16_t id,
			     const char *name, const char *address,
			     uint64_t time_ns)
{
	struct made p;

	dns_head(&p, id, QR, 1, 1);
	dns_question(&p, name, DNS_A);
	dns_a(&p, name, address);
	return send_path(&p, path, time_ns);
}

#endif
