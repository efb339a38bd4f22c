/* SPDX-License-Identifier: MIT */
#include "tui/column.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tui/pane.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* One important column, one that can shrink, one for large screens, one that fills. */
static const struct column four[] = {
	{ .title = "A", .min = 4, .max = 10, .rank = 0 },
	{ .title = "B", .min = 3, .max = 20, .rank = 2 },
	{ .title = "C", .min = 5, .max = 8, .rank = 3, .optional = true },
	{ .title = "D", .min = 2, .max = 100, .rank = 1, .fill = true },
};

static const struct {
	const char *label;
	int want[4];
	int width;
	int given[4];
} claims[] = {
	{ "all have what they want", { 6, 9, 7, 5 }, 30, { 6, 9, 7, 5 } },
	{ "the last one fills", { 6, 9, 7, 5 }, 40, { 6, 9, 7, 15 } },
	{ "no more than its maximum", { 50, 9, 7, 5 }, 34, { 10, 9, 7, 5 } },
	{ "the optional one goes first", { 6, 9, 7, 5 }, 29, { 6, 9, 0, 12 } },
	{ "then the highest rank shrinks", { 6, 9, 7, 5 }, 20, { 6, 7, 0, 5 } },
	{ "to its minimum, then the next", { 6, 9, 7, 5 }, 15, { 6, 3, 0, 4 } },
	{ "then all but the first", { 6, 9, 7, 5 }, 12, { 5, 3, 0, 2 } },
	{ "then they are left out", { 6, 9, 7, 5 }, 9, { 6, 0, 0, 2 } },
	{ "the important one stays", { 6, 9, 7, 5 }, 4, { 4, 0, 0, 0 } },
	{ "without rows", { 0, 0, 0, 0 }, 20, { 1, 1, 1, 14 } },
};

static void test_share(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		int given[4];

		column_share(four, N(four), claims[i].want, claims[i].width,
			     given);
		if (memcmp(given, claims[i].given, sizeof(given)) != 0)
			fail_msg("%s: %d %d %d %d", claims[i].label, given[0],
				 given[1], given[2], given[3]);
	}
}

/* Every pane: its columns never take more than there is, whatever they want. */
static void test_panes(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (size_t p = 0; p < panes_count; p++) {
		const struct column *c = panes[p].columns;
		size_t n = *panes[p].columns_count;

		assert_in_range(n, 1, COLUMNS_MAX);
		for (size_t i = 0; i < n; i++) {
			if (c[i].field && !field_find(c[i].field))
				fail_msg("%s: no field %s", panes[p].name,
					 c[i].field);
			if (!c[i].title && !c[i].field)
				fail_msg("%s: column %zu has no title",
					 panes[p].name, i);
			if (!c[i].text && !c[i].field && !c[i].spark)
				fail_msg("%s: column %zu says nothing",
					 panes[p].name, i);
			if (!c[i].min || c[i].min > c[i].max)
				fail_msg("%s: column %zu is %d to %d wide",
					 panes[p].name, i, c[i].min, c[i].max);
		}
		for (int width = 24; width < 260; width++) {
			int want[COLUMNS_MAX], given[COLUMNS_MAX], sum = -1;

			for (size_t i = 0; i < n; i++) {
				random = random * 1103515245 + 12345;
				want[i] = (int)(random >> 16) % 60;
			}
			column_share(c, n, want, width, given);
			for (size_t i = 0; i < n; i++)
				sum += given[i] ? given[i] + 1 : 0;
			if (sum > width)
				fail_msg("%s: %d cells in %d", panes[p].name,
					 sum, width);
		}
	}
}

/* A column that no row has anything for takes no room; its neighbours do. */
static void test_sparse(void **state)
{
	static const struct column two[] = {
		{ .min = 9, .max = 24, .rank = 1, .sparse = true },
		{ .min = 4, .max = 200, .rank = 0, .fill = true },
	};
	int given[2];

	(void)state;
	column_share(two, 2, (const int[]){ 0, 10 }, 40, given);
	assert_int_equal(given[0], 0);
	assert_int_equal(given[1], 40);
	column_share(two, 2, (const int[]){ 9, 10 }, 40, given);
	assert_int_equal(given[0], 9);
	assert_int_equal(given[1], 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_panes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
