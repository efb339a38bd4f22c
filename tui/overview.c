/* SPDX-License-Identifier: MIT */
/*
 *  +- 1 TCP handshakes -- 231 -++- 3 DNS by process - 87 -+
 *  |                          ||                          |
 *  +- 2 ICMP pairs ------- 4 -+|                          |
 *  |                          ||                          |
 *  +--------------------------++--------------------------+
 *
 * Narrow: one above the other; small: one, with a line of tabs.
 */
#include "tui/overview.h"

#include <stdio.h>

#include "core/text.h"
#include "tui/draw.h"

int overview_init(struct overview *o, const struct model *m)
{
	*o = (struct overview){ 0 };
	for (size_t i = 0; i < panes_count; i++) {
		int rc = pane_init(&o->pane[i], &panes[i], m);

		if (rc < 0) {
			overview_release(o);
			return rc;
		}
	}
	return 0;
}

void overview_release(struct overview *o)
{
	for (size_t i = 0; i < panes_count; i++)
		pane_release(&o->pane[i]);
	*o = (struct overview){ 0 };
}

struct pane *overview_pane(struct overview *o)
{
	return &o->pane[o->focus];
}

void overview_focus(struct overview *o, int number)
{
	if (number >= 0 && number < (int)panes_count)
		o->focus = number;
}

void overview_next(struct overview *o, int by)
{
	bool alone = o->zoomed || o->focus >= LAYOUT_TILES;
	int n = alone ? (int)panes_count : LAYOUT_TILES;

	o->focus = (o->focus + by + n) % n;
}

void overview_refilter(struct overview *o)
{
	for (size_t i = 0; i < panes_count; i++)
		pane_refilter(&o->pane[i]);
}

void overview_hold(struct overview *o, const struct model *m, bool on)
{
	if (on) {
		list_hold_now(&o->hold, m);
		return;
	}
	o->hold.on = false;
	for (size_t i = 0; i < panes_count; i++)
		o->pane[i].list.stale = true;
}

static void layout_of(const struct overview *o, const WINDOW *win,
		      struct layout *l)
{
	layout_make(l, getmaxy(win), getmaxx(win), o->focus, o->zoomed);
}

int overview_at(const struct overview *o, int y, int x)
{
	struct layout l;

	layout_of(o, stdscr, &l);
	for (int i = (int)panes_count - 1; i >= 0; i--) {
		const struct layout_box *b = &l.box[i];

		if (y >= b->y && y < b->y + b->height && x >= b->x &&
		    x < b->x + b->width)
			return i;
	}
	return -1;
}

static void draw_tabs(const struct overview *o, WINDOW *win,
		      const struct model *m)
{
	int width = getmaxx(win), x = 0;

	draw_fill(win, 1, 0, 1, width, ROLE_NORMAL);
	for (size_t i = 0; i < panes_count && x < width; i++) {
		bool focus = (int)i == o->focus;
		char count[16], text[64];

		text_count(count, sizeof(count), pane_things(&panes[i], m));
		snprintf(text, sizeof(text), "%s%zu %s %s%s", focus ? "[" : " ",
			 i + 1, panes[i].tab, count, focus ? "]" : " ");
		int cells = (int)text_width(text);
		if (cells > width - x)
			cells = width - x;
		draw_text(win, 1, x, cells, focus ? ROLE_TITLE : ROLE_DIM,
			  text);
		x += cells;
	}
}

/* Where two boxes share an edge, its ends are crossings. */
static void join_edges(const struct overview *o, WINDOW *win,
		       const struct layout *l)
{
	const char *left = draw_utf8() ? "├" : "+";
	const char *right = draw_utf8() ? "┤" : "+";

	for (int i = 1; i < (int)panes_count; i++) {
		const struct layout_box *b = &l->box[i], *a = b - 1;
		enum role role = o->focus == i ? ROLE_BORDER_FOCUS :
						 ROLE_BORDER;

		if (!b->height || !a->height || a->x != b->x ||
		    b->y != a->y + a->height - 1)
			continue;
		draw_text(win, b->y, b->x, 1, role, left);
		draw_text(win, b->y, b->x + b->width - 1, 1, role, right);
	}
}

void overview_draw(struct overview *o, WINDOW *win, const struct model *m,
		   const struct filter *f)
{
	struct layout l;

	layout_of(o, win, &l);
	if (l.tabs)
		draw_tabs(o, win, m);
	for (size_t i = 0; i < panes_count; i++) {
		if (!l.box[i].height)
			continue;
		list_build(&o->pane[i].list, m, f, &o->hold);
		pane_draw(&o->pane[i], win, &l.box[i], (int)i + 1, !l.tabs,
			  (int)i == o->focus, m, f);
	}
	join_edges(o, win, &l);
}
