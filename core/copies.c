/* SPDX-License-Identifier: MIT */
#include "core/copies.h"

#include "core/hash.h"

#define PAYLOAD_MAX 48 /* bytes of it that count */

void copies_init(struct copies *c, uint64_t seed)
{
	*c = (struct copies){ .seed = { hash_next(&seed), hash_next(&seed) } };
}

/* All that tells one packet from the next; equal in all copies of one. */
static uint64_t packet_hash(const struct copies *c, const struct packet *p)
{
	struct {
		struct address src, dst;
		uint16_t ip_id, src_port, dst_port, checksum, icmp[4];
		uint32_t netns, ip_len;
		uint8_t protocol, payload[PAYLOAD_MAX];
		uint8_t pad[3];
	} key = {
		.src = p->src,
		.dst = p->dst,
		.ip_id = p->ip4.id,
		.src_port = p->src_port,
		.dst_port = p->dst_port,
		.checksum = p->udp.checksum,
		.icmp = { p->icmp.type, p->icmp.code, p->icmp.id, p->icmp.seq },
		.netns = p->frame->netns,
		.ip_len = p->ip_len,
		.protocol = p->protocol,
	};
	size_t n = p->payload.len < PAYLOAD_MAX ? p->payload.len : PAYLOAD_MAX;

	_Static_assert(sizeof(key) == 34 + 16 + 2 + 8 + 1 + PAYLOAD_MAX + 3,
		       "the key has padding");
	if (n)
		memcpy(key.payload, p->payload.data, n);
	return hash_bytes(c->seed, &key, sizeof(key));
}

bool copies_check(struct copies *c, const struct packet *p)
{
	uint64_t hash = packet_hash(c, p), now = p->frame->time_ns;
	size_t i = hash % COPIES_SLOTS;
	uint64_t then = c->slot[i].time_ns;

	if (c->slot[i].hash == hash && c->slot[i].cookie != p->frame->cookie &&
	    (now > then ? now - then : then - now) <= COPIES_WINDOW_NS)
		return true;
	c->slot[i].hash = hash;
	c->slot[i].time_ns = now;
	c->slot[i].cookie = p->frame->cookie;
	return false;
}
