/* SPDX-License-Identifier: MIT */
/*
 * The scrolling list that all panes are: rows, and which one is selected. A
 * list follows its newest row until the selection is moved; from then on the
 * selection stays on its row, by identity, whatever comes or goes around it.
 * Draws nothing.
 */
#ifndef NX_LIST_H
#define NX_LIST_H

#include "core/rows.h"

/* While rows are held, later things are left out: the next id of each kind. */
struct list_hold {
	bool on;
	uint64_t flow, series, ping, dns, proc, icmp_error;
};

struct list {
	struct rows rows;
	bool follow;
	bool stale; /* filter, folds or hold moved: build the rows anew */
	uint64_t generation; /* of the model when they were built */
	size_t selected, top; /* positions in rows; top: first one on the screen */
	enum row_kind sel_kind; /* identity of the selected row */
	uint64_t sel_id;
	uint32_t sel_child;
	int page; /* rows that fit on the screen, as last shown */
};

/* 0 or -ENOMEM. */
int list_init(struct list *l, enum rows_view view, const struct model *m);
void list_release(struct list *l); /* takes a zeroed list */
/* Build the rows anew if the model, the filter, a fold or the hold moved. */
void list_build(struct list *l, const struct model *m, const struct filter *f,
		const struct list_hold *hold);
/* A hold that begins now. */
void list_hold_now(struct list_hold *hold, const struct model *m);
/* Things that came since the hold began: flows, echoes, ICMP errors, queries. */
uint64_t list_hold_new(const struct list_hold *hold, const struct model *m);

/*
 * Row i as it is now; valid until the model's next packet. false: there is
 * none, or what it showed has made room for something else.
 */
bool list_row(const struct list *l, const struct model *m, size_t i,
	      struct row *out);
/* Move the selection by that many rows, or pages; it no longer follows. */
void list_move(struct list *l, int rows);
void list_move_page(struct list *l, int pages);
void list_first(struct list *l);
void list_last(struct list *l); /* and follow */
/* Open or close the selected row; where that is done already, go in or out. */
void list_fold(struct list *l, bool open);
/* Select what stands at that line of the page. false: no row does. */
bool list_select(struct list *l, int line);
/* `page` rows fit: move `top` so that the selection is among them. */
void list_show(struct list *l, int page);

#endif
