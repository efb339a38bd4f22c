/* SPDX-License-Identifier: MIT */
#include "tui/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *label;
	int lines, cols, focus;
	bool alone;
	const char *shown; /* a letter for each pane: + shown, - not */
	bool tabs, small;
} claims[] = {
	{ "the usual terminal tiles", 24, 80, 0, false, "+++-", false, false },
	{ "focus does not change the tiles", 24, 80, 2, false, "+++-", false, false },
	{ "zoomed", 24, 80, 1, true, "-+--", false, false },
	{ "a pane outside of the tiles", 24, 80, 3, false, "---+", false, false },
	{ "narrow and high: stacked", 30, 60, 0, false, "+++-", false, false },
	{ "narrow and low: tabs", 10, 40, 1, false, "-+--", true, false },
	{ "wide and low", 10, 120, 0, false, "+++-", false, false },
	{ "just wide enough", 24, 70, 0, false, "+++-", false, false },
	{ "too narrow", 24, 39, 0, false, "----", false, true },
	{ "too low", 9, 80, 0, false, "----", false, true },
	{ "one cell", 1, 1, 0, false, "----", false, true },
	{ "nothing", 0, 0, 0, false, "----", false, true },
};

static void test_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		struct layout l;
		char shown[5] = "";

		layout_make(&l, claims[i].lines, claims[i].cols,
			    claims[i].focus, claims[i].alone);
		for (int k = 0; k < 4; k++)
			shown[k] = l.box[k].height ? '+' : '-';
		if (strcmp(shown, claims[i].shown) != 0 ||
		    l.tabs != claims[i].tabs || l.small != claims[i].small)
			fail_msg("%s: %s, tabs %d, small %d", claims[i].label,
				 shown, l.tabs, l.small);
	}
}

/* Every cell of the area belongs to one box, or to two at an edge they share. */
static void check_cover(int lines, int cols, int focus, bool alone)
{
	static uint8_t cover[256][512];
	struct layout l;

	memset(cover, 0, sizeof(cover));
	layout_make(&l, lines, cols, focus, alone);
	for (int i = 0; i < LAYOUT_PANES; i++) {
		const struct layout_box *b = &l.box[i];

		if (b->height && (b->height < 3 || b->width < 25))
			fail_msg("%dx%d: pane %d is %dx%d", cols, lines, i,
				 b->width, b->height);
		for (int y = b->y; y < b->y + b->height; y++) {
			for (int x = b->x; x < b->x + b->width; x++) {
				bool edge = y == b->y ||
					    y == b->y + b->height - 1;

				if (y < 1 || y >= lines - 1 || x < 0 ||
				    x >= cols || (cover[y][x] && !edge))
					fail_msg("%dx%d: pane %d at %d,%d",
						 cols, lines, i, x, y);
				cover[y][x] = 1;
			}
		}
	}
	for (int y = l.tabs ? 2 : 1; y < lines - 1; y++) {
		for (int x = 0; x < cols; x++) {
			if (!cover[y][x])
				fail_msg("%dx%d: nothing at %d,%d", cols, lines,
					 x, y);
		}
	}
}

static void test_cover(void **state)
{
	(void)state;
	for (int lines = LAYOUT_MIN_LINES; lines <= 80; lines++) {
		for (int cols = LAYOUT_MIN_COLS; cols <= 260; cols += 3) {
			for (int focus = 0; focus < 4; focus++) {
				check_cover(lines, cols, focus, false);
				check_cover(lines, cols, focus, true);
			}
		}
	}
	check_cover(200, 500, 0, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
