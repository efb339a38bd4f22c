/* SPDX-License-Identifier: MIT */
#include "core/chunks.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct chunk {
	uint32_t next; /* 0: the last */
	uint64_t number; /* of CHUNK_SIZE bytes each, in the sequence */
	uint64_t have[CHUNK_SIZE / 64]; /* bit n % 64 of have[n / 64]: byte n is there */
	uint8_t bytes[CHUNK_SIZE];
};

int chunks_init(struct chunks *c, uint32_t capacity)
{
	*c = (struct chunks){ .capacity = capacity };
	c->pool = malloc(capacity * sizeof(*c->pool));
	return c->pool ? 0 : -ENOMEM;
}

void chunks_release(struct chunks *c)
{
	free(c->pool);
	*c = (struct chunks){ 0 };
}

static struct chunk *chunk_at(const struct chunks *c, uint32_t n)
{
	return n ? &c->pool[n - 1] : NULL;
}

bool chunks_room(const struct chunks *c, size_t n)
{
	/* They may begin and end within one. */
	return n / CHUNK_SIZE + 2 <= c->capacity - c->used;
}

static uint32_t take(struct chunks *c, uint64_t number, uint32_t next)
{
	uint32_t n = c->free;

	assert(c->used < c->capacity);
	if (n)
		c->free = chunk_at(c, n)->next;
	else
		n = ++c->fresh;
	c->used++;
	struct chunk *k = &c->pool[n - 1];
	memset(k->have, 0, sizeof(k->have));
	k->number = number;
	k->next = next;
	return n;
}

/* The list's chunk of this number, made if it is not there. */
static struct chunk *touch(struct chunks *c, struct chunk_list *l,
			   uint64_t number)
{
	uint32_t *link = &l->first;

	while (*link && chunk_at(c, *link)->number < number)
		link = &chunk_at(c, *link)->next;
	if (!*link || chunk_at(c, *link)->number != number)
		*link = take(c, number, *link);
	return chunk_at(c, *link);
}

void chunks_put(struct chunks *c, struct chunk_list *l, uint64_t offset,
		struct span bytes)
{
	size_t done = 0;

	while (done < bytes.len) {
		struct chunk *k = touch(c, l, (offset + done) / CHUNK_SIZE);
		size_t at = (offset + done) % CHUNK_SIZE;
		for (; at < CHUNK_SIZE && done < bytes.len; at++, done++) {
			uint64_t bit = UINT64_C(1) << at % 64;
			if (!(k->have[at / 64] & bit))
				k->bytes[at] = bytes.data[done];
			k->have[at / 64] |= bit;
		}
	}
}

size_t chunks_ready(const struct chunks *c, const struct chunk_list *l,
		    uint64_t offset, size_t max)
{
	const struct chunk *k = chunk_at(c, l->first);
	size_t ready = 0;

	while (k && k->number < offset / CHUNK_SIZE)
		k = chunk_at(c, k->next);
	while (ready < max && k && k->number == (offset + ready) / CHUNK_SIZE) {
		size_t at = (offset + ready) % CHUNK_SIZE;
		for (; at < CHUNK_SIZE && ready < max; at++, ready++)
			if (!(k->have[at / 64] >> at % 64 & 1))
				return ready;
		k = chunk_at(c, k->next);
	}
	return ready;
}

/* The first byte of a chunk from `at` on; CHUNK_SIZE: there is none. */
static size_t first_in(const struct chunk *k, size_t at)
{
	while (at < CHUNK_SIZE && !(k->have[at / 64] >> at % 64 & 1))
		at++;
	return at;
}

uint64_t chunks_first(const struct chunks *c, const struct chunk_list *l,
		      uint64_t offset)
{
	const struct chunk *k = chunk_at(c, l->first);

	for (; k; k = chunk_at(c, k->next)) {
		if (k->number < offset / CHUNK_SIZE)
			continue;
		size_t at = first_in(k, k->number == offset / CHUNK_SIZE ?
						offset % CHUNK_SIZE :
						0);
		if (at < CHUNK_SIZE)
			return k->number * CHUNK_SIZE + at;
	}
	return UINT64_MAX;
}

void chunks_get(const struct chunks *c, const struct chunk_list *l,
		uint64_t offset, uint8_t *buf, size_t n)
{
	const struct chunk *k = chunk_at(c, l->first);

	while (k && k->number < offset / CHUNK_SIZE)
		k = chunk_at(c, k->next);
	while (n > 0) {
		size_t at = offset % CHUNK_SIZE;
		size_t part = n < CHUNK_SIZE - at ? n : CHUNK_SIZE - at;
		assert(k && k->number == offset / CHUNK_SIZE);
		memcpy(buf, k->bytes + at, part);
		buf += part;
		offset += part;
		n -= part;
		k = chunk_at(c, k->next);
	}
}

void chunks_drop(struct chunks *c, struct chunk_list *l, uint64_t offset)
{
	while (l->first) {
		struct chunk *k = chunk_at(c, l->first);
		uint32_t n = l->first;
		if (k->number > offset / CHUNK_SIZE ||
		    (k->number == offset / CHUNK_SIZE &&
		     first_in(k, offset % CHUNK_SIZE) < CHUNK_SIZE))
			return;
		l->first = k->next;
		k->next = c->free;
		c->free = n;
		c->used--;
	}
}
