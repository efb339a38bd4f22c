/* SPDX-License-Identifier: MIT */
#include "core/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 0xff, 0xfe };

static void test_reads(void **state)
{
	struct cursor c = cursor_of(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cursor_left(&c), 8);
	assert_int_equal(cursor_u8(&c), 1);
	assert_int_equal(cursor_u16(&c), 0x0203);
	assert_int_equal(cursor_left(&c), 5);
	cursor_skip(&c, 1);
	assert_int_equal(cursor_u32(&c), 0x0506fffe);
	assert_int_equal(cursor_left(&c), 0);
	assert_false(c.failed);
	assert_ptr_equal(cursor_take(&c, 0), bytes + 8);
	assert_false(c.failed);
}

/* Each read, where it has one byte too few. */
static void test_fails(void **state)
{
	(void)state;
	for (size_t n = 0; n < 4; n++) {
		struct cursor c = cursor_of(bytes, n);
		assert_int_equal(cursor_u32(&c), 0);
		assert_true(c.failed);
		assert_int_equal(c.pos, 0);
	}
	struct cursor c = cursor_of(bytes, 1);
	assert_int_equal(cursor_u16(&c), 0);
	assert_true(c.failed);
	c = cursor_of(bytes, 0);
	assert_int_equal(cursor_u8(&c), 0);
	assert_true(c.failed);
}

/* What has failed gives nothing more, although bytes are left. */
static void test_stays_failed(void **state)
{
	struct cursor c = cursor_of(bytes, sizeof(bytes));

	(void)state;
	cursor_skip(&c, 9);
	assert_true(c.failed);
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_u8(&c), 0);
	assert_null(cursor_take(&c, 0));
	struct span s = cursor_span(&c, 1);
	assert_null(s.data);
	assert_int_equal(s.len, 0);
}

/* A length near the type's end must not wrap around. */
static void test_huge(void **state)
{
	struct cursor c = cursor_of(bytes, sizeof(bytes));

	(void)state;
	cursor_skip(&c, 4);
	assert_null(cursor_take(&c, SIZE_MAX));
	assert_true(c.failed);
	assert_int_equal(c.pos, 4);
	c = cursor_of(bytes, sizeof(bytes));
	cursor_skip(&c, 4);
	assert_null(cursor_take(&c, SIZE_MAX - 3));
	assert_true(c.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_fails),
		cmocka_unit_test(test_stays_failed),
		cmocka_unit_test(test_huge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
