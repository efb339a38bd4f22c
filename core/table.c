/* SPDX-License-Identifier: MIT */
#include "core/table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"

#define NONE UINT32_MAX
#define CAPACITY_MAX ((size_t)1 << 24)

/* The links of the entry with the same index. */
struct table_node {
	uint32_t hash;
	uint32_t chain; /* next in its bucket, or in the list of free nodes */
	uint32_t lru_before, lru_after;
	uint32_t age_before, age_after;
};

static unsigned char *entry_at(const struct table *t, uint32_t i)
{
	return t->entries + (size_t)i * t->entry_size;
}

static void *entry_or_null(const struct table *t, uint32_t i)
{
	return i == NONE ? NULL : entry_at(t, i);
}

static uint32_t index_of(const struct table *t, const void *entry)
{
	size_t offset = (size_t)((const unsigned char *)entry - t->entries);

	assert(offset < t->capacity * t->entry_size &&
	       offset % t->entry_size == 0);
	return (uint32_t)(offset / t->entry_size);
}

int table_init(struct table *t, size_t capacity, size_t entry_size,
	       size_t key_size, uint64_t seed)
{
	size_t buckets = 1;

	assert(capacity >= 1 && capacity <= CAPACITY_MAX);
	assert(key_size >= 1 && key_size <= entry_size);
	while (buckets < capacity)
		buckets *= 2;
	*t = (struct table){
		.capacity = capacity,
		.entry_size = entry_size,
		.key_size = key_size,
		.bucket_mask = (uint32_t)(buckets - 1),
		.free_head = NONE,
		.lru_first = NONE,
		.lru_last = NONE,
		.age_first = NONE,
		.age_last = NONE,
	};
	t->seed[0] = hash_next(&seed);
	t->seed[1] = hash_next(&seed);
	/* Zeroed pages cost nothing until an entry is made in them. */
	t->entries = calloc(capacity, entry_size);
	t->nodes = calloc(capacity, sizeof(*t->nodes));
	t->buckets = malloc(buckets * sizeof(*t->buckets));
	if (!t->entries || !t->nodes || !t->buckets) {
		table_release(t);
		return -ENOMEM;
	}
	memset(t->buckets, 0xff, buckets * sizeof(*t->buckets));
	return 0;
}

void table_release(struct table *t)
{
	if (t->on_evict) {
		for (void *e = table_first(t); e; e = table_next(t, e))
			t->on_evict(t->ctx, e);
	}
	free(t->entries);
	free(t->nodes);
	free(t->buckets);
	*t = (struct table){ 0 };
}

static uint32_t key_hash(const struct table *t, const void *key)
{
	return (uint32_t)hash_bytes(t->seed, key, t->key_size);
}

static uint32_t lookup(const struct table *t, const void *key, uint32_t hash)
{
	uint32_t i = t->buckets[hash & t->bucket_mask];

	while (i != NONE && (t->nodes[i].hash != hash ||
			     memcmp(entry_at(t, i), key, t->key_size) != 0))
		i = t->nodes[i].chain;
	return i;
}

static void chain_add(struct table *t, uint32_t i, uint32_t hash)
{
	uint32_t *bucket = &t->buckets[hash & t->bucket_mask];

	t->nodes[i].hash = hash;
	t->nodes[i].chain = *bucket;
	*bucket = i;
}

static void chain_take(struct table *t, uint32_t i)
{
	uint32_t *at = &t->buckets[t->nodes[i].hash & t->bucket_mask];

	while (*at != i)
		at = &t->nodes[*at].chain;
	*at = t->nodes[i].chain;
}

static void lru_take(struct table *t, uint32_t i)
{
	struct table_node *n = &t->nodes[i];

	*(n->lru_before == NONE ? &t->lru_first
				: &t->nodes[n->lru_before].lru_after) =
		n->lru_after;
	*(n->lru_after == NONE ? &t->lru_last
			       : &t->nodes[n->lru_after].lru_before) =
		n->lru_before;
}

static void lru_add_last(struct table *t, uint32_t i)
{
	struct table_node *n = &t->nodes[i];

	n->lru_before = t->lru_last;
	n->lru_after = NONE;
	*(t->lru_last == NONE ? &t->lru_first
			      : &t->nodes[t->lru_last].lru_after) = i;
	t->lru_last = i;
}

static void lru_add_first(struct table *t, uint32_t i)
{
	struct table_node *n = &t->nodes[i];

	n->lru_before = NONE;
	n->lru_after = t->lru_first;
	*(t->lru_first == NONE ? &t->lru_last
			       : &t->nodes[t->lru_first].lru_before) = i;
	t->lru_first = i;
}

static void age_take(struct table *t, uint32_t i)
{
	struct table_node *n = &t->nodes[i];

	*(n->age_before == NONE ? &t->age_first
				: &t->nodes[n->age_before].age_after) =
		n->age_after;
	*(n->age_after == NONE ? &t->age_last
			       : &t->nodes[n->age_after].age_before) =
		n->age_before;
}

static void age_add_last(struct table *t, uint32_t i)
{
	struct table_node *n = &t->nodes[i];

	n->age_before = t->age_last;
	n->age_after = NONE;
	*(t->age_last == NONE ? &t->age_first
			      : &t->nodes[t->age_last].age_after) = i;
	t->age_last = i;
}

void *table_find(const struct table *t, const void *key)
{
	return entry_or_null(t, lookup(t, key, key_hash(t, key)));
}

void table_use(struct table *t, void *entry)
{
	uint32_t i = index_of(t, entry);

	if (i == t->lru_last)
		return;
	lru_take(t, i);
	lru_add_last(t, i);
}

void table_disuse(struct table *t, void *entry)
{
	uint32_t i = index_of(t, entry);

	lru_take(t, i);
	lru_add_first(t, i);
}

static uint32_t node_take(struct table *t)
{
	if (t->count == t->capacity) {
		t->evicted++;
		table_remove(t, entry_at(t, t->lru_first));
	}
	if (t->free_head != NONE) {
		uint32_t i = t->free_head;

		t->free_head = t->nodes[i].chain;
		return i;
	}
	return t->fresh++;
}

void *table_touch(struct table *t, const void *key, bool *made)
{
	uint32_t hash = key_hash(t, key);
	uint32_t i = lookup(t, key, hash);

	if (made)
		*made = i == NONE;
	if (i != NONE) {
		table_use(t, entry_at(t, i));
		return entry_at(t, i);
	}
	i = node_take(t);
	memset(entry_at(t, i), 0, t->entry_size);
	memcpy(entry_at(t, i), key, t->key_size);
	chain_add(t, i, hash);
	lru_add_last(t, i);
	age_add_last(t, i);
	t->count++;
	return entry_at(t, i);
}

bool table_rekey(struct table *t, void *entry, const void *key)
{
	uint32_t i = index_of(t, entry), hash = key_hash(t, key);
	uint32_t other = lookup(t, key, hash);

	if (other != NONE && other != i)
		return false;
	chain_take(t, i);
	memmove(entry, key, t->key_size);
	chain_add(t, i, hash);
	return true;
}

void table_remove(struct table *t, void *entry)
{
	uint32_t i = index_of(t, entry);

	if (t->on_evict)
		t->on_evict(t->ctx, entry);
	chain_take(t, i);
	lru_take(t, i);
	age_take(t, i);
	t->nodes[i].chain = t->free_head;
	t->free_head = i;
	t->count--;
}

void *table_first(const struct table *t)
{
	return t->count ? entry_at(t, t->age_first) : NULL;
}

void *table_next(const struct table *t, const void *entry)
{
	return entry_or_null(t, t->nodes[index_of(t, entry)].age_after);
}

void *table_last(const struct table *t)
{
	return t->count ? entry_at(t, t->age_last) : NULL;
}

void *table_previous(const struct table *t, const void *entry)
{
	return entry_or_null(t, t->nodes[index_of(t, entry)].age_before);
}

void *table_lru_first(const struct table *t)
{
	return t->count ? entry_at(t, t->lru_first) : NULL;
}

void *table_lru_next(const struct table *t, const void *entry)
{
	return entry_or_null(t, t->nodes[index_of(t, entry)].lru_after);
}
