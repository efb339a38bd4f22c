/* SPDX-License-Identifier: MIT */
/*
 * The only container: a bounded hash table with LRU eviction. All memory is
 * taken by table_init(). The hash is seeded for each run. Entries lie in one
 * array and keep their address until they are removed or evicted.
 *
 * An entry is a caller's struct whose first member is its key, key_size bytes
 * that are compared as bytes: padding in a key must be zero.
 */
#ifndef NX_TABLE_H
#define NX_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table {
	size_t capacity, count;
	size_t entry_size, key_size;
	uint64_t evicted; /* entries that made room for others */
	void (*on_evict)(void *ctx, void *entry); /* before an entry is evicted or removed; may be NULL */
	void *ctx;
	struct table_node *nodes; /* table.c's own, like the rest */
	uint32_t *buckets;
	unsigned char *entries;
	uint32_t bucket_mask, free_head, fresh;
	uint32_t lru_first, lru_last, age_first, age_last;
	uint64_t seed[2];
};

/* 0 or -ENOMEM. capacity: 1 to 2^24 entries. */
int table_init(struct table *t, size_t capacity, size_t entry_size,
	       size_t key_size, uint64_t seed);
void table_release(struct table *t); /* calls on_evict for each entry; takes a zeroed table */

/* NULL if it is not there. Does not count as a use. */
void *table_find(const struct table *t, const void *key);
/* Make the entry the most recently used. */
void table_use(struct table *t, void *entry);
/* Make the entry the first to go when room is needed. */
void table_disuse(struct table *t, void *entry);
/*
 * Find the entry or make one: zeroed but for its key, the least recently used
 * entry making room. *made (may be NULL) says which. Counts as a use.
 */
void *table_touch(struct table *t, const void *key, bool *made);
/*
 * Give the entry another key; it keeps its address, its age and its use. The
 * key may lie in the entry. False, and nothing done: another entry has it.
 */
bool table_rekey(struct table *t, void *entry, const void *key);
void table_remove(struct table *t, void *entry);

/* Oldest entry first, in the order in which they were made; NULL at the end. */
void *table_first(const struct table *t);
void *table_next(const struct table *t, const void *entry);
/* Newest entry first. */
void *table_last(const struct table *t);
void *table_previous(const struct table *t, const void *entry);
/* The least recently used entry, and the one used next after it. */
void *table_lru_first(const struct table *t);
void *table_lru_next(const struct table *t, const void *entry);

#endif
