/* SPDX-License-Identifier: MIT */
/*
 * IP datagrams put together from their fragments (RFC 791 3.2, RFC 8200 4.5),
 * which come in any order. Memory is fixed; the least recently used make room.
 * A datagram whose fragments overlap is dropped, as hosts do (RFC 5722 4).
 */
#ifndef NX_FRAGMENTS_H
#define NX_FRAGMENTS_H

#include "core/chunks.h"
#include "core/packet.h"
#include "core/table.h"

/* What has not come by then, in packet time, belongs to another (RFC 8200 4.5). */
#define FRAGMENTS_LIMIT_NS 60000000000u

struct datagram_key {
	struct address src, dst;
	uint8_t protocol; /* IPPROTO_*; 0 for IPv6, RFC 8200 4.5 */
	uint8_t pad; /* 0 */
	uint32_t id;
	uint32_t netns; /* frame_network() */
};

struct datagram {
	struct datagram_key key;
	struct chunk_list bytes;
	uint64_t first_ns;
	uint64_t head_ns; /* of the fragment that it begins with */
	uint32_t length; /* by the last fragment; 0: it has not come */
	uint8_t next; /* what the first one says it carries */
};

struct fragments {
	struct table table; /* of struct datagram */
	struct chunks chunks;
	uint64_t incomplete; /* datagrams that were given up */
	uint8_t *whole; /* the one that was put together last */
	struct frame frame; /* and its frame */
};

/*
 * 0 or -ENOMEM. capacity: datagrams, of which each can have 2 * CHUNK_SIZE
 * bytes waiting, or fewer of them more; there is room for one at least.
 */
int fragments_init(struct fragments *f, size_t capacity, uint64_t seed);
void fragments_release(struct fragments *f); /* takes a zeroed one */

/*
 * Take a packet with PACKET_FRAGMENT. True: with it its datagram is whole, and
 * *out is what packet_decode() would have made of it in one piece, but for the
 * IP header, which is this fragment's; the time of ICMP is that of the fragment
 * that it begins with. Valid until the next call. live as in
 * struct model; extra as for packet_decode().
 */
bool fragments_take(struct fragments *f, const struct packet *p, bool live,
		    const struct dns_ports *extra, struct packet *out);

#endif
