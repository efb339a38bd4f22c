/* SPDX-License-Identifier: MIT */
#include "core/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/hash.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct thing {
	uint64_t key;
	uint64_t value;
};

static unsigned dropped;
static uint64_t last_dropped;

static void on_drop(void *ctx, void *entry)
{
	const struct thing *t = entry;

	assert_ptr_equal(ctx, &dropped);
	dropped++;
	last_dropped = t->key;
}

static struct table table_of(size_t capacity)
{
	struct table t;

	assert_int_equal(table_init(&t, capacity, sizeof(struct thing),
				    sizeof(uint64_t), 42), 0);
	t.on_evict = on_drop;
	t.ctx = &dropped;
	dropped = 0;
	return t;
}

/* SipHash-1-3 of 0, 1, 2 ... with key 00 .. 0f, from a second implementation
 * that also gives the paper's vector for SipHash-2-4. Little-endian hosts. */
static void test_hash(void **state)
{
	(void)state;
	static const struct {
		size_t len;
		uint64_t want;
	} vectors[] = {
		{ 0, 0xabac0158050fc4dc },  { 1, 0xc9f49bf37d57ca93 },
		{ 7, 0xd3927d989bb11140 },  { 8, 0x369095118d299a8e },
		{ 15, 0xd320d86d2a519956 }, { 16, 0xcc4fdd1a7d908b66 },
		{ 48, 0x9f3143f8df074c46 }, { 63, 0x9d199062b7bbb3a8 },
	};
	const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	unsigned char bytes[64];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	for (size_t i = 0; i < N(vectors); i++)
		assert_int_equal(hash_bytes(key, bytes, vectors[i].len),
				 vectors[i].want);
	/* Every bit of a key of 13 bytes counts. */
	uint64_t whole = hash_bytes(key, bytes, 13);
	for (size_t bit = 0; bit < 13 * 8; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		if (hash_bytes(key, bytes, 13) == whole)
			fail_msg("bit %zu does not count", bit);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

/* What a row does to a table of three entries, and what order comes out. */
static const struct order_claim {
	const char *label;
	const char *does; /* t touch, u use, d disuse, r remove; then the key */
	const char *age, *lru;
	unsigned evicted, drops;
} orders[] = {
	{ "nothing", "", "", "", 0, 0 },
	{ "one", "t1", "1", "1", 0, 0 },
	{ "made in order", "t1t2t3", "123", "123", 0, 0 },
	{ "a touch is a use", "t1t2t3t1", "123", "231", 0, 0 },
	{ "a use", "t1t2t3u2", "123", "132", 0, 0 },
	{ "use of the last one", "t1t2t3u3", "123", "123", 0, 0 },
	{ "disuse", "t1t2t3d3", "123", "312", 0, 0 },
	{ "disuse of the first", "t1t2t3d1", "123", "123", 0, 0 },
	{ "disuse of the only one", "t1d1", "1", "1", 0, 0 },
	{ "the oldest goes", "t1t2t3t4", "234", "234", 1, 1 },
	{ "the least recently used goes", "t1t2t3u1t4", "134", "314", 1, 1 },
	{ "disused goes first", "t1t2t3d3t4", "124", "124", 1, 1 },
	{ "each goes", "t1t2t3t4t5t6", "456", "456", 3, 3 },
	{ "come back", "t1t2t3t4t1", "341", "341", 2, 2 },
	{ "remove first", "t1t2t3r1", "23", "23", 0, 1 },
	{ "remove middle", "t1t2t3r2", "13", "13", 0, 1 },
	{ "remove last", "t1t2t3r3", "12", "12", 0, 1 },
	{ "remove all", "t1t2t3r2r1r3", "", "", 0, 3 },
	{ "room of a removed one", "t1t2t3r2t4", "134", "134", 0, 1 },
	{ "empty and full again", "t1t2t3r1r2r3t4t5t6t7", "567", "567", 1, 4 },
};

static void list_keys(const struct table *t, bool lru, bool backwards, char *out)
{
	const struct thing *e = lru	  ? table_lru_first(t) :
				backwards ? table_last(t) :
					    table_first(t);

	while (e) {
		*out++ = (char)('0' + e->key);
		e = lru	      ? table_lru_next(t, e) :
		    backwards ? table_previous(t, e) :
				table_next(t, e);
	}
	*out = '\0';
}

static void test_orders(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(orders); i++) {
		const struct order_claim *c = &orders[i];
		struct table t = table_of(3);

		for (const char *p = c->does; *p; p += 2) {
			uint64_t key = (uint64_t)(p[1] - '0');
			struct thing *e = table_find(&t, &key);
			bool made = false;

			if (*p == 't') {
				struct thing *got = table_touch(&t, &key, &made);
				if (made == (e != NULL) || (e && e != got))
					fail_msg("%s: touch %c", c->label, p[1]);
				if (made && got->value)
					fail_msg("%s: not zeroed", c->label);
				got->value = key * 100;
			} else if (*p == 'u') {
				table_use(&t, e);
			} else if (*p == 'd') {
				table_disuse(&t, e);
			} else {
				table_remove(&t, e);
				if (table_find(&t, &key))
					fail_msg("%s: still there", c->label);
			}
		}
		char age[8], lru[8], back[8];
		list_keys(&t, false, false, age);
		list_keys(&t, true, false, lru);
		list_keys(&t, false, true, back);
		if (strcmp(age, c->age) != 0 || strcmp(lru, c->lru) != 0)
			fail_msg("%s: age %s, lru %s", c->label, age, lru);
		for (size_t k = 0, n = strlen(age); k < n; k++) {
			if (age[k] != back[n - 1 - k])
				fail_msg("%s: backwards %s", c->label, back);
		}
		if (t.evicted != c->evicted || dropped != c->drops ||
		    t.count != strlen(c->age))
			fail_msg("%s: evicted %u, dropped %u, count %zu",
				 c->label, (unsigned)t.evicted, dropped, t.count);
		table_release(&t);
		if (dropped != c->drops + strlen(c->age))
			fail_msg("%s: release dropped %u", c->label, dropped);
	}
}

static void test_rekey(void **state)
{
	(void)state;
	struct table t = table_of(4);
	uint64_t one = 1, two = 2, three = 3;
	struct thing *a = table_touch(&t, &one, NULL);

	a->value = 7;
	table_touch(&t, &two, NULL);
	assert_false(table_rekey(&t, a, &two));
	assert_ptr_equal(table_find(&t, &one), a);
	assert_true(table_rekey(&t, a, &one));
	assert_ptr_equal(table_find(&t, &one), a);
	assert_true(table_rekey(&t, a, &three));
	assert_null(table_find(&t, &one));
	assert_ptr_equal(table_find(&t, &three), a);
	assert_int_equal(a->value, 7);
	assert_ptr_equal(table_first(&t), a);
	assert_ptr_equal(table_lru_first(&t), a);
	/* The key may lie in the entry itself, already changed. */
	a->key = 9;
	assert_true(table_rekey(&t, a, &a->key));
	uint64_t nine = 9;
	assert_ptr_equal(table_find(&t, &nine), a);
	assert_null(table_find(&t, &three));
	assert_int_equal(dropped, 0);
	table_release(&t);
}

/* Random work on a table and on a plain array that says what must be there. */
static void test_random(void **state)
{
	(void)state;
	enum { KEYS = 300, CAPACITY = 200, TURNS = 200000 };
	static uint64_t value[KEYS]; /* 0: not there */
	struct table t = table_of(CAPACITY);
	uint64_t rng = 1, made_count = 0, removed = 0;

	for (unsigned turn = 1; turn <= TURNS; turn++) {
		uint64_t r = hash_next(&rng), key = r % KEYS;
		struct thing *e = table_find(&t, &key);

		if ((e != NULL) != (value[key] != 0) ||
		    (e && e->value != value[key]))
			fail_msg("turn %u: key %u", turn, (unsigned)key);
		if (r >> 60 == 0 && e) {
			table_remove(&t, e);
			value[key] = 0;
			removed++;
			continue;
		}
		bool made, full = t.count == CAPACITY;
		const struct thing *next = table_lru_first(&t);
		uint64_t out = next ? next->key : 0;
		e = table_touch(&t, &key, &made);
		if (made && full) {
			if (last_dropped != out)
				fail_msg("turn %u: not the LRU", turn);
			value[out] = 0;
		}
		made_count += made;
		e->value = value[key] = turn;
	}
	assert_int_equal(made_count, t.count + t.evicted + removed);
	assert_int_equal(dropped, t.evicted + removed);
	table_release(&t);
}

/* Keys that all meet in one bucket under one seed do not under another. */
static void test_seed(void **state)
{
	(void)state;
	struct table a, b;
	unsigned same = 0;

	assert_int_equal(table_init(&a, 1024, 16, 8, 1), 0);
	assert_int_equal(table_init(&b, 1024, 16, 8, 2), 0);
	for (uint64_t key = 0; key < 1000; key++)
		same += (hash_bytes(a.seed, &key, 8) & 1023) ==
			(hash_bytes(b.seed, &key, 8) & 1023);
	assert_true(same < 20);
	table_release(&a);
	table_release(&b);
	struct table none = { 0 };
	table_release(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),   cmocka_unit_test(test_orders),
		cmocka_unit_test(test_rekey),  cmocka_unit_test(test_random),
		cmocka_unit_test(test_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
