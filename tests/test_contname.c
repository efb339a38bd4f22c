/* SPDX-License-Identifier: MIT */
#include "core/contname.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SECOND 1000000000ull

static struct strings *strings;
static struct contnames names;

/* Who is asked: gives `answer`, and tells if that is 0. */
static struct {
	int answer, count;
	uint32_t uid;
	char id[CONTAINER_ID];
} asked;

static int on_ask(void *ctx, const char *id, uint32_t uid)
{
	const struct contname_facts f = { .text = { "web", "nginx" } };

	assert_ptr_equal(ctx, &asked);
	asked.count++;
	asked.uid = uid;
	snprintf(asked.id, sizeof(asked.id), "%s", id);
	if (asked.answer == 0)
		contname_tell(&names, id, &f);
	return asked.answer;
}

static int begin(void **state)
{
	(void)state;
	strings = strings_new(1 << 20);
	asked.answer = asked.count = 0;
	int rc = contname_init(&names, 4096, strings, 7);
	names.ask = on_ask;
	names.ask_ctx = &asked;
	return rc;
}

static int end(void **state)
{
	(void)state;
	contname_release(&names);
	strings_free(strings);
	return 0;
}

static void test_once(void **state)
{
	(void)state;
	assert_null(contname_find(&names, ID));
	assert_null(contname_find(&names, NULL));
	contname_seen(&names, ID, 1000, SECOND);
	contname_seen(&names, ID, 1001, 2 * SECOND);
	assert_int_equal(asked.count, 1);
	assert_int_equal(asked.uid, 1000);
	assert_string_equal(asked.id, ID);
	const struct contname *c = contname_find(&names, ID);
	assert_int_equal(c->state, CONTNAME_KNOWN);
	assert_string_equal(contname_text(c, CONTNAME_NAME), "web");
	assert_string_equal(contname_text(c, CONTNAME_IMAGE), "nginx");
	assert_null(contname_text(c, CONTNAME_POD));
	assert_null(contname_text(NULL, CONTNAME_NAME));
	assert_false(contname_advance(&names, 9 * SECOND));
}

/* Not found: again after 1, 2 and 4 seconds, then no more. */
static void test_again(void **state)
{
	(void)state;
	asked.answer = -ENOENT;
	contname_seen(&names, ID, 0, SECOND);
	contname_seen(&names, ID, 0, SECOND + 1);
	assert_false(contname_advance(&names, SECOND + 1));
	assert_int_equal(asked.count, 1);
	for (uint64_t t = SECOND; t < 30 * SECOND; t += SECOND / 4)
		contname_advance(&names, t);
	assert_int_equal(asked.count, 4);
	assert_int_equal(contname_find(&names, ID)->state, CONTNAME_ABSENT);
	contname_seen(&names, ID, 0, 40 * SECOND);
	assert_int_equal(asked.count, 4);
}

static void test_later(void **state)
{
	(void)state;
	asked.answer = -ENOENT;
	contname_seen(&names, ID, 0, SECOND);
	asked.answer = 0;
	assert_true(contname_advance(&names, 3 * SECOND));
	assert_int_equal(contname_find(&names, ID)->state, CONTNAME_KNOWN);
}

/* No time to read is no answer: it does not count, however often. */
static void test_busy(void **state)
{
	(void)state;
	asked.answer = -EAGAIN;
	for (uint64_t t = 0; t < 100; t++)
		contname_seen(&names, ID, 0, t * 2 * SECOND);
	assert_int_equal(asked.count, 100);
	assert_int_equal(contname_find(&names, ID)->state, CONTNAME_WAITING);
	asked.answer = -EACCES;
	for (uint64_t t = 100; t < 130; t++)
		contname_advance(&names, t * 2 * SECOND);
	assert_int_equal(contname_find(&names, ID)->state, CONTNAME_DENIED);
}

static void test_nobody(void **state)
{
	const struct contname_facts f = { .text = { [CONTNAME_POD] = "p" } };

	(void)state;
	names.ask = NULL; /* a recording's containers are told */
	contname_seen(&names, ID, 0, 0);
	assert_int_equal(contname_find(&names, ID)->state, CONTNAME_WAITING);
	contname_tell(&names, ID, &f);
	contname_tell(&names, ID, &(struct contname_facts){ 0 });
	assert_string_equal(contname_text(contname_find(&names, ID),
					  CONTNAME_POD), "p");
}

/* More than there is room for: the oldest go, and their texts with them. */
static void test_many(void **state)
{
	const struct contname_facts f = { .text = { "web", "nginx", "a", "b", "c" } };
	char id[CONTAINER_ID];

	(void)state;
	for (int i = 0; i < 10000; i++) {
		snprintf(id, sizeof(id), "%064x", i);
		contname_tell(&names, id, &f);
	}
	assert_non_null(contname_find(&names, id));
	assert_int_equal(names.texts_lost, 0);
	assert_true(names.table.evicted > 0);
	size_t used = strings_used(strings);
	for (int i = 0; i < 10000; i++) {
		snprintf(id, sizeof(id), "%064x", i);
		contname_tell(&names, id, &f);
	}
	assert_int_equal(strings_used(strings), used);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_once, begin, end),
		cmocka_unit_test_setup_teardown(test_again, begin, end),
		cmocka_unit_test_setup_teardown(test_later, begin, end),
		cmocka_unit_test_setup_teardown(test_busy, begin, end),
		cmocka_unit_test_setup_teardown(test_nobody, begin, end),
		cmocka_unit_test_setup_teardown(test_many, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
