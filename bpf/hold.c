/* SPDX-License-Identifier: MIT */
#include "bpf/hold.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/event.h"

/* Of an answer, or of what it answers; longer ones are given as they come. */
#define RECORD_MAX (sizeof(struct event_packet) + 2048)

struct held {
	size_t size; /* 0: none */
	uint64_t time_ns;
	uint8_t record[RECORD_MAX];
};

struct hold {
	hold_fn *fn;
	void *ctx;
	size_t count; /* held now */
	size_t cpus;
	struct held cpu[];
};

struct hold *hold_new(size_t cpus, hold_fn *fn, void *ctx)
{
	struct hold *h = calloc(1, sizeof(*h) + cpus * sizeof(h->cpu[0]));

	if (!h)
		return NULL;
	h->fn = fn;
	h->ctx = ctx;
	h->cpus = cpus;
	return h;
}

void hold_free(struct hold *h)
{
	free(h);
}

static void release(struct hold *h, struct held *held)
{
	size_t size = held->size;

	if (!size)
		return;
	held->size = 0;
	h->count--;
	h->fn(h->ctx, held->record, size);
}

void hold_flush(struct hold *h, uint64_t before_ns)
{
	for (size_t i = 0; h->count && i < h->cpus; i++)
		if (h->cpu[i].size && h->cpu[i].time_ns < before_ns)
			release(h, &h->cpu[i]);
}

/* The address at v4 (IPv4) or v6 of a packet's header; NULL: cut before it. */
static const uint8_t *address(const uint8_t *record, size_t v4, size_t v6,
			      size_t *len)
{
	const uint8_t *ip = record + sizeof(struct event_packet);
	struct event_packet e;

	memcpy(&e, record, sizeof(e));
	bool is_v4 = e.data_len >= 20 && ip[0] >> 4 == 4;
	bool is_v6 = e.data_len >= 40 && ip[0] >> 4 == 6;

	*len = is_v4 ? 4 : 16;
	return is_v4 ? ip + v4 : is_v6 ? ip + v6 : NULL;
}

/* Does the held packet go to where the other came from? */
static bool answers(const struct held *held, const uint8_t *record)
{
	size_t to_len, from_len;
	const uint8_t *to = address(held->record, 16, 24, &to_len);
	const uint8_t *from = address(record, 12, 8, &from_len);

	return to && from && to_len == from_len && !memcmp(to, from, to_len);
}

/* The late packet before its answer, and no later than that. */
static void give_late(struct hold *h, uint64_t time_ns, const uint8_t *record,
		      size_t size)
{
	uint8_t early[RECORD_MAX];
	struct event_packet e;

	memcpy(&e, record, sizeof(e));
	if (e.head.time_ns > time_ns && size <= sizeof(early)) {
		e.head.time_ns = time_ns;
		memcpy(early, record, size);
		memcpy(early, &e, sizeof(e));
		record = early;
	}
	h->fn(h->ctx, record, size);
}

void hold_take(struct hold *h, const void *record, size_t size)
{
	struct event_packet e = { 0 };

	if (size >= sizeof(e))
		memcpy(&e, record, sizeof(e));
	if (h->count && e.head.time_ns > HOLD_NS)
		hold_flush(h, e.head.time_ns - HOLD_NS);
	struct held *held = e.head.cpu < h->cpus ? &h->cpu[e.head.cpu] : NULL;

	if (held && held->size && e.head.flags & EVENT_LATE &&
	    answers(held, record)) {
		give_late(h, held->time_ns, record, size);
		release(h, held);
		return;
	}
	if (held)
		release(h, held);
	if (!held || !(e.head.flags & EVENT_ANSWER) || size > RECORD_MAX) {
		h->fn(h->ctx, record, size);
		return;
	}
	memcpy(held->record, record, size);
	held->size = size;
	held->time_ns = e.head.time_ns;
	h->count++;
}
