/* SPDX-License-Identifier: MIT */
#include "core/strings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/hash.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MIB ((size_t)1 << 20)

static char big[65536];

static const struct size_claim {
	const char *label;
	size_t len, used;
	size_t fit; /* how many go into 1 MiB */
} sizes[] = {
	{ "empty", 0, 16, MIB / 16 },
	{ "smallest block, full", 15, 16, MIB / 16 },
	{ "one more", 16, 32, MIB / 32 },
	{ "a name", 100, 128, MIB / 128 },
	{ "an answer", 4000, 4096, MIB / 4096 },
	{ "half a page, full", 32767, 32768, 32 },
	{ "more than half a page", 32768, 65536, 16 },
	{ "longest", 65535, 65536, 16 },
};

static void test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(sizes); i++) {
		const struct size_claim *c = &sizes[i];
		struct strings *s = strings_new(MIB);
		const char *text = strings_put(s, big, c->len), *first = text;
		size_t fit = 0;

		assert_non_null(s);
		if (strings_used(s) != c->used)
			fail_msg("%s: used %zu", c->label, strings_used(s));
		for (; text; text = strings_put(s, big, c->len)) {
			if (strlen(text) != c->len)
				fail_msg("%s: text", c->label);
			fit++;
		}
		if (fit != c->fit)
			fail_msg("%s: %zu fit", c->label, fit);
		/* Full: what is dropped makes room for just one. */
		strings_drop(s, first);
		if (strings_put(s, big, c->len) != first ||
		    strings_put(s, big, c->len))
			fail_msg("%s: room of a dropped text", c->label);
		strings_free(s);
	}
}

/* Pages of one size serve any other once they are empty. */
static void test_reuse(void **state)
{
	(void)state;
	static const char *kept[MIB / 16 + 1];
	struct strings *s = strings_new(MIB);
	size_t n = 0, large = 0;

	while ((kept[n] = strings_put(s, "x", 1)))
		n++;
	assert_int_equal(n, MIB / 16);
	assert_null(strings_put(s, big, 65535));
	for (size_t i = 0; i < n; i++)
		strings_drop(s, kept[i]);
	assert_int_equal(strings_used(s), 0);
	while (strings_put(s, big, 65535))
		large++;
	assert_int_equal(large, 16);
	strings_free(s);
}

/* With no page left, a small text takes a larger block that is free. */
static void test_larger_block(void **state)
{
	(void)state;
	struct strings *s = strings_new(MIB);
	const char *text[1024 + 1];
	size_t n = 0;

	while ((text[n] = strings_put(s, big, 1000)))
		n++;
	strings_drop(s, text[7]);
	assert_ptr_equal(strings_put(s, "abc", 3), text[7]);
	assert_null(strings_put(s, "abc", 3));
	strings_drop(s, text[7]);
	assert_ptr_equal(strings_put(s, big, 1000), text[7]);
	strings_free(s);
}

/* Random texts: none is ever changed by another one. */
static void test_random(void **state)
{
	(void)state;
	enum { SLOTS = 1500, TURNS = 100000 };
	static struct {
		const char *text;
		size_t len;
		unsigned char fill;
	} slot[SLOTS];
	static char buf[65536];
	struct strings *s = strings_new(2 * MIB);
	uint64_t rng = 3;
	unsigned refused = 0;

	for (unsigned turn = 0; turn < TURNS; turn++) {
		uint64_t r = hash_next(&rng);
		size_t i = r % SLOTS, len = r >> 52;

		if (r >> 20 & 31)
			len %= 128;
		else
			len *= 15;
		for (size_t k = 0; slot[i].text && k <= slot[i].len; k++) {
			unsigned char want = k < slot[i].len ? slot[i].fill : 0;
			if ((unsigned char)slot[i].text[k] != want)
				fail_msg("turn %u: byte %zu changed", turn, k);
		}
		strings_drop(s, slot[i].text);
		slot[i].fill = (unsigned char)(1 + turn % 255);
		slot[i].len = len;
		memset(buf, slot[i].fill, len);
		slot[i].text = strings_put(s, buf, len);
		refused += !slot[i].text;
	}
	assert_true(refused > 0 && refused < TURNS / 2);
	for (size_t i = 0; i < SLOTS; i++)
		strings_drop(s, slot[i].text);
	assert_int_equal(strings_used(s), 0);
	strings_free(s);
	strings_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_larger_block),
		cmocka_unit_test(test_random),
	};

	memset(big, 'b', sizeof(big));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
