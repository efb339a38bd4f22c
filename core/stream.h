/* SPDX-License-Identifier: MIT */
/*
 * DNS over TCP: messages with their length before them (RFC 1035 4.2.2, RFC
 * 7766 8), put together from segments that split them anywhere, come in any
 * order and more than once. Each direction of a connection is a stream; live,
 * each end of the connection has its own two. Memory is fixed; the least
 * recently used makes room.
 */
#ifndef NX_STREAM_H
#define NX_STREAM_H

#include "core/chunks.h"
#include "core/packet.h"
#include "core/table.h"

/* How far ahead of what is missing a segment may be: two of the longest messages. */
#define STREAM_WINDOW (2u * (2 + UINT16_MAX))
/* What is missing so long, in packet time, will not come. */
#define STREAM_HOLE_NS 2000000000u

struct stream_key {
	struct address src, dst;
	uint16_t src_port, dst_port;
	uint16_t pad; /* 0 */
	uint32_t netns; /* frame_network() */
	uint8_t direction; /* enum event_direction; 0 from a file */
	uint8_t pad2[3]; /* 0 */
};

struct stream {
	struct stream_key key;
	struct chunk_list waiting; /* bytes from `base` on that are no whole message yet */
	uint64_t base; /* offset, in the stream, of the next message */
	uint64_t hole_ns; /* since when later bytes wait for missing ones; 0: none do */
	uint32_t base_seq; /* its sequence number */
	uint32_t syn_seq; /* of the SYN, if has_syn */
	bool has_syn;
	bool sure; /* it began with a SYN, or a message proved that it is DNS */
	bool lost; /* its lengths are none: nothing is looked for until the next SYN */
};

struct streams {
	struct table table; /* of struct stream */
	struct chunks chunks;
	uint64_t incomplete; /* messages that were given up: a part did not come, or had no room */
	uint8_t *message; /* the message that was put together last */
	struct stream *now; /* of the segment taken last; NULL: it gives nothing */
	uint64_t now_ns;
	struct span segment; /* what of it is still to be read, at now->base */
	uint64_t segment_end; /* of its captured bytes in the stream */
	uint32_t missing; /* bytes behind these that were not captured */
};

/*
 * 0 or -ENOMEM. capacity: streams, of which each can have CHUNK_SIZE bytes
 * waiting, or fewer of them more; there is room for one's window at least.
 */
int streams_init(struct streams *s, size_t capacity, uint64_t seed);
void streams_release(struct streams *s); /* takes a zeroed one */

/* Take a TCP segment (PACKET_TCP) of a port that carries DNS. live as in struct model. */
void streams_take(struct streams *s, const struct packet *p, bool live);
/*
 * The next message of those that end in the segment taken last, or that were
 * cut because it was: true. Its bytes are valid until the next call of either.
 */
bool streams_next(struct streams *s, struct dns_msg *out);

#endif
