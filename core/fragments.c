/* SPDX-License-Identifier: MIT */
#include "core/fragments.h"

#include <errno.h>
#include <stdlib.h>

#define LENGTH_MAX 65535
#define CHUNKS_MIN (LENGTH_MAX / CHUNK_SIZE + 2)

static void on_evict(void *ctx, void *entry)
{
	struct fragments *f = ctx;
	struct datagram *d = entry;

	f->incomplete += d->bytes.first != 0;
	chunks_drop(&f->chunks, &d->bytes, UINT64_MAX);
}

int fragments_init(struct fragments *f, size_t capacity, uint64_t seed)
{
	size_t chunks = capacity * 2 < CHUNKS_MIN ? CHUNKS_MIN : capacity * 2;

	_Static_assert(sizeof(struct datagram_key) == 44, "padding");
	*f = (struct fragments){ .whole = malloc(LENGTH_MAX) };
	if (!f->whole ||
	    table_init(&f->table, capacity, sizeof(struct datagram),
		       sizeof(struct datagram_key), seed) ||
	    chunks_init(&f->chunks, (uint32_t)chunks)) {
		fragments_release(f);
		return -ENOMEM;
	}
	f->table.on_evict = on_evict;
	f->table.ctx = f;
	return 0;
}

void fragments_release(struct fragments *f)
{
	f->table.on_evict = NULL;
	table_release(&f->table);
	chunks_release(&f->chunks);
	free(f->whole);
	*f = (struct fragments){ 0 };
}

static struct datagram *datagram_of(struct fragments *f,
				    const struct packet *p, bool live)
{
	const struct datagram_key key = {
		.src = p->src,
		.dst = p->dst,
		.protocol = p->has & PACKET_IP4 ? p->ip4.protocol : 0,
		.id = p->fragment.id,
		.netns = frame_network(p->frame, live),
	};
	uint64_t now = p->frame->time_ns;
	struct datagram *d = table_touch(&f->table, &key, NULL);

	if (d->first_ns && now > d->first_ns + FRAGMENTS_LIMIT_NS) {
		table_remove(&f->table, d);
		d = table_touch(&f->table, &key, NULL);
	}
	if (!d->first_ns)
		d->first_ns = now ? now : 1;
	return d;
}

/* Room for n bytes of d, whose elders go if need be. */
static bool make_room(struct fragments *f, const struct datagram *d, size_t n)
{
	while (!chunks_room(&f->chunks, n)) {
		struct datagram *oldest = table_lru_first(&f->table);
		if (oldest == d)
			return false;
		table_remove(&f->table, oldest);
	}
	return true;
}

/* Keep the fragment's bytes. False: they fit to nothing. */
static bool put(struct fragments *f, struct datagram *d,
		const struct fragment *part, uint64_t now_ns)
{
	size_t len = part->data.len;
	uint64_t begin = part->offset, end = begin + len;

	if (end > LENGTH_MAX || (d->length && end > d->length))
		return false;
	if (!part->more) {
		if ((d->length && d->length != end) ||
		    chunks_first(&f->chunks, &d->bytes, end) != UINT64_MAX)
			return false;
		d->length = (uint32_t)end;
	}
	if (begin == 0) {
		d->next = part->next;
		d->head_ns = now_ns;
	}
	if (chunks_first(&f->chunks, &d->bytes, begin) < end)
		/* A copy does no harm, an overlap may be meant to. */
		return chunks_ready(&f->chunks, &d->bytes, begin, len) == len;
	if (!make_room(f, d, len))
		return false;
	chunks_put(&f->chunks, &d->bytes, begin, part->data);
	return true;
}

bool fragments_take(struct fragments *f, const struct packet *p, bool live,
		    const struct dns_ports *extra, struct packet *out)
{
	/* What was not captured whole cannot make a whole. */
	if (p->status != PACKET_OK || p->fragment.data.len == 0)
		return false;
	struct datagram *d = datagram_of(f, p, live);

	if (!put(f, d, &p->fragment, p->frame->time_ns)) {
		table_remove(&f->table, d);
		return false;
	}
	if (d->length == 0 ||
	    chunks_ready(&f->chunks, &d->bytes, 0, d->length) < d->length)
		return false;
	struct span whole = { f->whole, d->length };
	uint8_t next = d->next;

	f->frame = *p->frame;
	f->frame.time_ns = d->head_ns;
	chunks_get(&f->chunks, &d->bytes, 0, f->whole, d->length);
	chunks_drop(&f->chunks, &d->bytes, UINT64_MAX);
	table_remove(&f->table, d);
	packet_join(out, p, next, whole, extra);
	/* Round trips are from the first byte to the first. */
	if (out->has & (PACKET_ICMP | PACKET_ICMP6))
		out->frame = &f->frame;
	return true;
}
