/* SPDX-License-Identifier: MIT */
/* The columns of the panes, and how many cells of the screen each one gets. */
#ifndef NX_COLUMN_H
#define NX_COLUMN_H

#include <stdbool.h>

#include "tui/cell.h"

#define COLUMNS_MAX 12 /* of a pane */

struct column {
	const char *title; /* NULL: the field's */
	const char *field; /* in fields[]; NULL: `text` says it all */
	void (*text)(const struct row *row, int width, char text[CELL_TEXT]); /* NULL: the field's */
	enum role (*role)(const struct row *row); /* NULL: always `normal` */
	enum role normal;
	/* A graph of n values instead of a text; 0: none. */
	int (*spark)(const struct row *row, uint64_t values[SERIES_RECENT]);
	uint8_t min, max; /* cells */
	uint8_t rank; /* 0: most important; the highest gives way first */
	bool optional; /* only where every column of a lower rank has what it wants */
	bool sparse; /* left out, with its title, as long as no row has it */
	bool whole; /* it gets all it wants, or its minimum: between, it says no more */
	bool fill; /* takes the cells that are left */
	bool ragged; /* what a row does not use of it, the filling one before it gets */
	unsigned yields; /* ragged: rows (enum row_kind bits) that rather have the filling one whole */
	bool right; /* aligned to the right */
};

extern const struct column flow_columns[], ping_columns[], dns_columns[],
	proc_columns[];
extern const size_t flow_columns_count, ping_columns_count, dns_columns_count,
	proc_columns_count;

const char *column_title(const struct column *c);
/* The cell's text for `width` cells; what is longer is cut when it is drawn. */
void column_text(const struct column *c, const struct row *row, int width,
		 char text[CELL_TEXT]);
enum role column_role(const struct column *c, const struct row *row);
/*
 * Share `width` cells among n columns that want want[i] each, with one cell
 * between two. given[i] 0: the column is left out.
 */
void column_share(const struct column *c, size_t n, const int *want, int width,
		  int *given);

#endif
