/* SPDX-License-Identifier: MIT */
/* Model + filter + what is folded -> the list of rows on show. */
#ifndef NX_ROWS_H
#define NX_ROWS_H

#include "core/filter.h"

enum rows_view { ROWS_FLOWS, ROWS_PINGS, ROWS_DNS, ROWS_PROCS };

/* Ids of tree rows that are not in their usual state (bounded; oldest forgotten). */
#define ROWS_FOLDS 4096

struct rows {
	enum rows_view view;
	struct row *row;
	size_t count, capacity;
	size_t total; /* things of this view that match: flows, series, queries, processes */
	struct rows_fold { uint8_t kind; uint64_t id; } *folds;
	size_t folds_count;
};

/* Takes all memory it will need. 0 or -ENOMEM. capacity: rows at most. */
int rows_init(struct rows *r, enum rows_view view, size_t capacity);
void rows_release(struct rows *r);
/*
 * Build the list anew, oldest first. Rows borrow from the model until its next
 * packet. Trees: processes with their queries (open), queries with their
 * records (open when there are at most 4), series with their pairs (closed).
 * A node is shown when it, a row above it or a row below it matches.
 */
void rows_build(struct rows *r, const struct model *m, const struct filter *f);
/* Open a closed row or the reverse; seen at the next build. */
void rows_toggle(struct rows *r, const struct row *row);
/* Position of the row with this kind, id and child, or count when it is gone. */
size_t rows_position(const struct rows *r, enum row_kind kind, uint64_t id, uint32_t child);

#endif
