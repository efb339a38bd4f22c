/* SPDX-License-Identifier: MIT */
/* THE PANE LIST, and how a pane is drawn. */
#ifndef NX_PANE_H
#define NX_PANE_H

#include <ncurses.h>

#include "tui/column.h"
#include "tui/layout.h"
#include "tui/list.h"

struct pane_kind {
	const char *name; /* for commands: "flows" */
	const char *title; /* on its frame */
	const char *tab; /* the same in a few cells */
	enum rows_view view;
	unsigned rows; /* enum row_kind bits that a filter is asked about */
	const struct column *columns;
	const size_t *columns_count;
	bool heading; /* the columns' titles stand above the rows */
	const char *empty; /* what to say while there is nothing */
	const char *help; /* what it shows */
};

extern const struct pane_kind panes[];
extern const size_t panes_count;

struct pane {
	const struct pane_kind *kind;
	struct list list;
	int rows_y; /* line of the screen where its first row was drawn */
	int width; /* of its rows, as last drawn */
	int want[COLUMNS_MAX]; /* cells the columns asked for since that changed */
};

/* 0 or -ENOMEM. */
int pane_init(struct pane *p, const struct pane_kind *kind,
	      const struct model *m);
void pane_release(struct pane *p); /* takes a zeroed pane */
/* Connections, series and ICMP errors, queries or processes there are, whether they match or not. */
size_t pane_things(const struct pane_kind *kind, const struct model *m);
/* The filter is another one: build anew, with columns of other widths. */
void pane_refilter(struct pane *p);
/* Select what was drawn at that line of the screen. false: no row was. */
bool pane_click(struct pane *p, int y);
/*
 * Draw into a box, with a frame or without. number: from 1, for its title.
 * f: the filter in force, to say why a pane is empty.
 */
void pane_draw(struct pane *p, WINDOW *win, const struct layout_box *box,
	       int number, bool framed, bool focus, const struct model *m,
	       const struct filter *f);

#endif
