/* SPDX-License-Identifier: MIT */
/* All panes together: which are on the screen, which has the focus, the hold. */
#ifndef NX_OVERVIEW_H
#define NX_OVERVIEW_H

#include <ncurses.h>

#include "tui/pane.h"

struct overview {
	struct pane pane[LAYOUT_PANES]; /* panes_count of them */
	int focus;
	bool zoomed; /* one pane has the whole screen */
	struct list_hold hold;
};

/* 0 or -ENOMEM. */
int overview_init(struct overview *o, const struct model *m);
void overview_release(struct overview *o); /* takes a zeroed one */
struct pane *overview_pane(struct overview *o); /* the one with the focus */
/* Give the focus to a pane, from 0. */
void overview_focus(struct overview *o, int number);
/* To the next one (by -1: the previous); in the tiled view only among those. */
void overview_next(struct overview *o, int by);
void overview_refilter(struct overview *o);
void overview_hold(struct overview *o, const struct model *m, bool on);
/* The pane drawn at that place, or -1. */
int overview_at(const struct overview *o, int y, int x);
/* Build what is on show anew where needed, and draw it below the top line. */
void overview_draw(struct overview *o, WINDOW *win, const struct model *m,
		   const struct filter *f);

#endif
