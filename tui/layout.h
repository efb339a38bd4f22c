/* SPDX-License-Identifier: MIT */
/* Where the panes stand on a screen of a given size. Knows no curses. */
#ifndef NX_LAYOUT_H
#define NX_LAYOUT_H

#include <stdbool.h>

#define LAYOUT_PANES 8 /* at most */
#define LAYOUT_TILES 3 /* the first panes share the overview */
#define LAYOUT_MIN_LINES 10
#define LAYOUT_MIN_COLS 40

struct layout_box {
	int y, x, height, width; /* height 0: not shown */
};

struct layout {
	struct layout_box box[LAYOUT_PANES]; /* with their frame */
	struct layout_box area; /* all between the top and the bottom line */
	bool small; /* below the smallest size: nothing else is set */
	bool tabs; /* one pane without a frame, a line of tabs above it */
};

/* focus: the pane with the focus; alone: it gets the whole screen. */
void layout_make(struct layout *l, int lines, int cols, int focus, bool alone);

#endif
