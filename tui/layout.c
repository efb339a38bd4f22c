/* SPDX-License-Identifier: MIT */
#include "tui/layout.h"

#define TILED_COLS 70 /* from here on panes stand side by side */
#define STACKED_LINES 22 /* below TILED_COLS, from here on one above the other */

/*
 * Neighbours share a border line: the lower one draws its top edge, with its
 * title, over the bottom edge of the upper one.
 */
static void tile(struct layout *l)
{
	struct layout_box a = l->area;
	int right = a.width * 32 / 100;

	if (right < 25)
		right = 25;
	if (right > 64)
		right = 64;
	int left = a.width - right;
	int upper = (a.height + 1) * 64 / 100;

	l->box[0] = (struct layout_box){ a.y, a.x, upper, left };
	l->box[1] = (struct layout_box){ a.y + upper - 1, a.x,
					 a.height - upper + 1, left };
	l->box[2] = (struct layout_box){ a.y, a.x + left, a.height, right };
}

static void stack(struct layout *l)
{
	struct layout_box a = l->area;
	int height = (a.height + LAYOUT_TILES - 1) / LAYOUT_TILES;
	int y = a.y;

	for (int i = 0; i < LAYOUT_TILES; i++) {
		int h = i < LAYOUT_TILES - 1 ? height : a.y + a.height - y;

		l->box[i] = (struct layout_box){ y, a.x, h, a.width };
		y += h - 1;
	}
}

void layout_make(struct layout *l, int lines, int cols, int focus, bool alone)
{
	*l = (struct layout){ 0 };
	if (lines < LAYOUT_MIN_LINES || cols < LAYOUT_MIN_COLS) {
		l->small = true;
		return;
	}
	l->area = (struct layout_box){ 1, 0, lines - 2, cols };

	bool tiles = !alone && focus < LAYOUT_TILES;
	if (tiles && cols >= TILED_COLS) {
		tile(l);
	} else if (tiles && lines >= STACKED_LINES) {
		stack(l);
	} else if (cols >= TILED_COLS || lines >= STACKED_LINES) {
		l->box[focus] = l->area;
	} else {
		l->tabs = true;
		l->box[focus] = (struct layout_box){ 2, 0, lines - 3, cols };
	}
}
