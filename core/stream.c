/* SPDX-License-Identifier: MIT */
#include "core/stream.h"

#include <errno.h>
#include <stdlib.h>

#define CHUNKS_MIN (STREAM_WINDOW / CHUNK_SIZE + 2)
#define HEAD 12 /* of a message, RFC 1035 4.1.1 */
#define MESSAGE_MAX (2 + UINT16_MAX) /* with its length */
/* So far behind what was read, it is no copy but another connection. */
#define BEHIND_MAX (4 * (int32_t)STREAM_WINDOW)

static bool has_waiting(const struct stream *st)
{
	return st->waiting.first != 0;
}

static void drop_waiting(struct streams *s, struct stream *st)
{
	s->incomplete += has_waiting(st);
	chunks_drop(&s->chunks, &st->waiting, UINT64_MAX);
	st->hole_ns = 0;
}

static void on_evict(void *ctx, void *entry)
{
	struct streams *s = ctx;

	if (s->now == entry)
		s->now = NULL;
	drop_waiting(s, entry);
}

int streams_init(struct streams *s, size_t capacity, uint64_t seed)
{
	size_t chunks = capacity < CHUNKS_MIN ? CHUNKS_MIN : capacity;

	_Static_assert(sizeof(struct stream_key) == 48, "padding");
	*s = (struct streams){ .message = malloc(MESSAGE_MAX) };
	if (!s->message ||
	    table_init(&s->table, capacity, sizeof(struct stream),
		       sizeof(struct stream_key), seed) ||
	    chunks_init(&s->chunks, (uint32_t)chunks)) {
		streams_release(s);
		return -ENOMEM;
	}
	s->table.on_evict = on_evict;
	s->table.ctx = s;
	return 0;
}

void streams_release(struct streams *s)
{
	s->table.on_evict = NULL;
	table_release(&s->table);
	chunks_release(&s->chunks);
	free(s->message);
	*s = (struct streams){ 0 };
}

/*
 * Could these bytes begin with a message? What is there of its head must make
 * sense; the shortest question has 5 octets, the shortest record 11.
 */
static bool plausible(struct span bytes)
{
	struct cursor c = cursor_of(bytes.data, bytes.len);
	uint16_t len = cursor_u16(&c);

	if (c.failed || len < HEAD)
		return false;
	cursor_u16(&c);
	uint16_t flags = cursor_u16(&c);
	uint32_t least = HEAD + 5u * cursor_u16(&c);
	for (int i = 0; i < 3; i++)
		least += 11u * cursor_u16(&c);
	unsigned opcode = flags >> 11 & 15;
	return c.failed || (least <= len && opcode <= 6 && opcode != 3);
}

static struct stream_key key_of(const struct packet *p, bool live)
{
	return (struct stream_key){
		.src = p->src,
		.dst = p->dst,
		.src_port = p->src_port,
		.dst_port = p->dst_port,
		.netns = frame_network(p->frame, live),
		.direction = live ? p->frame->direction : 0,
	};
}

static void start(struct streams *s, struct stream *st, uint32_t seq, bool sure)
{
	drop_waiting(s, st);
	st->base_seq = seq;
	st->sure = sure;
	st->lost = false;
}

/* A SYN that was seen before is a copy, whatever came since. */
static struct stream *on_syn(struct streams *s, const struct stream_key *key,
			     uint32_t seq)
{
	struct stream *st = table_touch(&s->table, key, NULL);

	if (!st->has_syn || st->syn_seq != seq)
		start(s, st, seq + 1, true);
	st->has_syn = true;
	st->syn_seq = seq;
	return st;
}

/* Begin anew with this segment, if it looks like a message's beginning. */
static struct stream *resume(struct streams *s, const struct stream_key *key,
			     uint32_t seq, struct span bytes)
{
	struct stream *st = table_find(&s->table, key);

	if (!plausible(bytes)) {
		if (st)
			table_remove(&s->table, st);
		return NULL;
	}
	st = table_touch(&s->table, key, NULL);
	start(s, st, seq, false);
	st->has_syn = false;
	return st;
}

/* Is the segment of another time than what is read next? */
static bool too_far(int32_t ahead, size_t len)
{
	return ahead < -BEHIND_MAX ||
	       ahead + (int64_t)len > (int64_t)STREAM_WINDOW;
}

/* Room for n bytes of st, whose neighbours go if need be. */
static bool make_room(struct streams *s, const struct stream *st, size_t n)
{
	while (!chunks_room(&s->chunks, n)) {
		struct stream *oldest = table_lru_first(&s->table);
		if (oldest == st)
			return false;
		table_remove(&s->table, oldest);
	}
	return true;
}

/* Keep bytes for later; without room the stream is given up. */
static void keep(struct streams *s, struct stream *st, uint64_t offset,
		 struct span bytes)
{
	if (make_room(s, st, bytes.len)) {
		chunks_put(&s->chunks, &st->waiting, offset, bytes);
		return;
	}
	s->incomplete++;
	table_remove(&s->table, st);
}

/* Payload at `ahead` of what is read next: kept, or read where it is. */
static void take_payload(struct streams *s, struct stream *st, int32_t ahead,
			 struct span bytes)
{
	s->now = st;
	s->segment_end = st->base + (uint64_t)(int64_t)ahead + bytes.len;
	if (ahead <= 0) {
		size_t old = (size_t)-ahead;
		if (old > bytes.len)
			old = bytes.len;
		bytes = (struct span){ bytes.data + old, bytes.len - old };
		ahead = 0;
		st->hole_ns = 0;
	}
	if (ahead == 0 && !has_waiting(st))
		s->segment = bytes;
	else
		keep(s, st, st->base + (uint64_t)ahead, bytes);
}

void streams_take(struct streams *s, const struct packet *p, bool live)
{
	const struct tcp_header *t = &p->tcp;
	struct stream_key key = key_of(p, live);
	struct stream *st;
	uint32_t seq = t->seq;
	size_t len = t->payload_len;

	s->now = NULL;
	s->segment = (struct span){ 0 };
	s->missing = (uint32_t)(len - p->payload.len);
	s->now_ns = p->frame->time_ns;
	if (t->flags & TCP_SYN) {
		st = on_syn(s, &key, seq++);
	} else {
		st = table_find(&s->table, &key);
		if (st)
			table_use(&s->table, st);
	}
	if (t->flags & TCP_RST) {
		if (st)
			table_remove(&s->table, st);
		return;
	}
	if (len == 0) {
		if (st && t->flags & TCP_FIN)
			table_disuse(&s->table, st);
		return;
	}
	if (st && st->lost)
		return;
	if (!st || too_far((int32_t)(seq - st->base_seq), len))
		st = resume(s, &key, seq, p->payload);
	if (!st)
		return;
	int32_t ahead = (int32_t)(seq - st->base_seq);
	if (ahead + (int64_t)len > 0)
		take_payload(s, st, ahead, p->payload);
}

/* What is read moves on by n bytes. */
static void advance(struct streams *s, struct stream *st, size_t n)
{
	st->base += n;
	st->base_seq += (uint32_t)n;
	chunks_drop(&s->chunks, &st->waiting, st->base);
}

/* Bytes at base that are there without one missing, at most a message. */
static struct span ready(struct streams *s, const struct stream *st)
{
	if (!has_waiting(st))
		return s->segment;
	size_t n = chunks_ready(&s->chunks, &st->waiting, st->base, 2);
	if (n == 2) {
		chunks_get(&s->chunks, &st->waiting, st->base, s->message, 2);
		n = chunks_ready(&s->chunks, &st->waiting, st->base,
				 2u + (unsigned)(s->message[0] << 8 |
						s->message[1]));
	}
	chunks_get(&s->chunks, &st->waiting, st->base, s->message, n);
	return (struct span){ s->message, n };
}

/* Where it goes on behind a segment of which the end was not captured. */
static void skip_missing(struct streams *s, struct stream *st, size_t message)
{
	uint64_t end = s->segment_end + s->missing;

	s->missing = 0;
	if (message && st->base + message >= end) {
		advance(s, st, message);
		return;
	}
	/* A message begins somewhere in what is missing: the next segment must
	 * show that it begins with one. */
	s->now = NULL;
	table_remove(&s->table, st);
}

/* Of what began anywhere, only a good message tells that it is one. */
static bool decode(struct stream *st, struct dns_msg *out, struct span bytes,
		   bool whole)
{
	bool head = dns_decode(out, bytes);

	if (whole && out->status == DNS_TRUNCATED)
		out->status = DNS_MALFORMED; /* it lies */
	if (!st->sure && out->status == DNS_MALFORMED)
		return false;
	st->sure |= whole && out->status == DNS_OK;
	return head;
}

/* The beginning of a message, which is all that there will be. */
static bool cut_message(struct streams *s, struct stream *st,
			struct span bytes, struct dns_msg *out)
{
	size_t message = 0;
	bool told = false;

	if (bytes.len >= 2)
		message = 2u + (unsigned)(bytes.data[0] << 8 | bytes.data[1]);
	if (bytes.len >= 2 + HEAD)
		told = decode(st, out,
			      (struct span){ bytes.data + 2, bytes.len - 2 },
			      false);
	s->segment = (struct span){ 0 };
	skip_missing(s, st, message);
	return told;
}

/*
 * No whole message is at base. What is there waits; is later data waiting for
 * data that is missing? Then the time is noted, and when it was long ago, it
 * goes on behind the hole: true.
 */
static bool wait_for_more(struct streams *s, struct stream *st, size_t ready)
{
	if (s->segment.len) {
		struct span rest = s->segment;
		s->segment = (struct span){ 0 };
		keep(s, st, st->base, rest);
		return false;
	}
	uint64_t later = chunks_first(&s->chunks, &st->waiting,
				      st->base + ready);
	if (later == UINT64_MAX) {
		st->hole_ns = 0;
		return false;
	}
	if (!st->hole_ns)
		st->hole_ns = s->now_ns ? s->now_ns : 1;
	if (s->now_ns <= st->hole_ns + STREAM_HOLE_NS)
		return false;
	s->incomplete++;
	advance(s, st, later - st->base);
	st->hole_ns = 0;
	st->sure = false;
	return true;
}

/* Its framing is lost. From a SYN on, so it stays. */
static void give_up(struct streams *s, struct stream *st)
{
	s->segment = (struct span){ 0 };
	if (st->has_syn && st->sure) {
		chunks_drop(&s->chunks, &st->waiting, UINT64_MAX);
		st->lost = true;
	} else {
		table_remove(&s->table, st);
	}
	s->now = NULL;
}

bool streams_next(struct streams *s, struct dns_msg *out)
{
	/* Each turn takes two bytes or more, or a hole, or is the last. */
	for (struct stream *st = s->now; st; st = s->now) {
		struct span bytes = ready(s, st);
		size_t len = bytes.len < 2 ? 0 :
					     (size_t)(bytes.data[0] << 8 |
						      bytes.data[1]);
		if (!st->sure && bytes.len >= 2 && !plausible(bytes)) {
			give_up(s, st);
			return false;
		}
		if (bytes.len < 2 || bytes.len < 2 + len) {
			if (s->missing &&
			    st->base + bytes.len == s->segment_end)
				return cut_message(s, st, bytes, out);
			if (wait_for_more(s, st, bytes.len))
				continue;
			s->now = NULL;
			return false;
		}
		bool told = len >= HEAD &&
			    decode(st, out, (struct span){ bytes.data + 2, len },
				   true);
		if (!told) {
			give_up(s, st);
			return false;
		}
		if (s->segment.len)
			s->segment = (struct span){ bytes.data + 2 + len,
						    s->segment.len - 2 - len };
		advance(s, st, 2 + len);
		return true;
	}
	return false;
}
