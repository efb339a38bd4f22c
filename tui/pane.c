/* SPDX-License-Identifier: MIT */
#include "tui/pane.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/draw.h"
#include "tui/page.h"

/* clang-format off */
const struct pane_kind panes[] = {
	{ "flows", "TCP handshakes", "TCP", ROWS_FLOWS, ROW_FLOW,
	  flow_columns, &flow_columns_count, true, "no TCP connections yet",
	  "TCP connections, how each was set up and how it ended" },
	{ "icmp", "ICMP pairs", "ICMP", ROWS_PINGS,
	  ROW_SERIES | ROW_PING | ROW_ICMP_ERROR,
	  ping_columns, &ping_columns_count, true, "no pings or ICMP errors yet",
	  "Echo requests with their replies, and ICMP errors" },
	{ "dns", "DNS by process", "DNS", ROWS_DNS, ROW_DNS | ROW_ANSWER,
	  dns_columns, &dns_columns_count, false, "no DNS queries yet",
	  "What each process asked the DNS, and what came of it" },
	{ "processes", "Processes", "PROC", ROWS_PROCS, ROW_PROC,
	  proc_columns, &proc_columns_count, true, "no process has sent or received yet",
	  "The processes, with what they sent and received" },
};
/* clang-format on */
const size_t panes_count = sizeof(panes) / sizeof(panes[0]);

int pane_init(struct pane *p, const struct pane_kind *kind,
	      const struct model *m)
{
	*p = (struct pane){ .kind = kind };
	return list_init(&p->list, kind->view, m);
}

void pane_release(struct pane *p)
{
	list_release(&p->list);
}

void pane_refilter(struct pane *p)
{
	p->list.stale = true;
	memset(p->want, 0, sizeof(p->want));
}

size_t pane_things(const struct pane_kind *kind, const struct model *m)
{
	size_t errors;

	switch (kind->view) {
	case ROWS_FLOWS:
		return m->flows.count;
	case ROWS_PINGS:
		errors = m->pings.errors_seen < m->pings.errors_cap ?
			 (size_t)m->pings.errors_seen : m->pings.errors_cap;
		return m->pings.series.count + errors;
	case ROWS_DNS:
		return m->dns.table.count;
	case ROWS_PROCS:
	default:
		return m->procs.table.count;
	}
}

static void draw_empty(const struct pane *p, WINDOW *win,
		       const struct layout_box *in, const struct model *m,
		       const struct filter *f)
{
	char text[512];
	const char *why = NULL;

	if (f && !filter_can_match(f, p->kind->rows, &why))
		snprintf(text, sizeof(text),
			 "no row of this pane has %s (filter: %.300s)",
			 why ? why : "what is asked for", filter_source(f));
	else if (f && pane_things(p->kind, m) > 0)
		snprintf(text, sizeof(text), "none of %zu matches (filter: %.300s)",
			 pane_things(p->kind, m), filter_source(f));
	else
		snprintf(text, sizeof(text), "%s", p->kind->empty);

	const char *rest = text;
	for (int y = 0; y < in->height && *rest; y++) {
		char line[sizeof(text)];
		size_t n = page_fit(rest, in->width - 2);

		if (n == 0)
			break;
		snprintf(line, sizeof(line), "%.*s", (int)n, rest);
		draw_text(win, in->y + y, in->x + 1, in->width - 2, ROLE_DIM,
			  line);
		rest += n;
	}
}

/* What the rows on show ask for; a column does not shrink again, so that it does not jump. */
static void measure(struct pane *p, const struct model *m)
{
	const struct column *c = p->kind->columns;

	for (size_t k = 0; k < *p->kind->columns_count; k++) {
		int title = (int)text_width(column_title(&c[k]));

		if (p->want[k] < title && p->kind->heading && !c[k].sparse)
			p->want[k] = title;
	}
	for (int i = 0; i < p->list.page; i++) {
		struct row row;

		if (!list_row(&p->list, m, p->list.top + (size_t)i, &row))
			continue;
		for (size_t k = 0; k < *p->kind->columns_count; k++) {
			uint64_t values[SERIES_RECENT];
			char text[CELL_TEXT];
			int width;

			if (c[k].spark) {
				width = c[k].spark(&row, values);
			} else {
				column_text(&c[k], &row, c[k].max, text);
				width = (int)text_width(text);
			}
			/* Where a title may be missing it comes with a text. */
			if (width && c[k].sparse &&
			    width < (int)text_width(column_title(&c[k])))
				width = (int)text_width(column_title(&c[k]));
			if (p->want[k] < width)
				p->want[k] = width;
		}
	}
}

static void draw_heading(const struct pane *p, WINDOW *win, int y, int x,
			 int width, const int *given)
{
	const struct column *c = p->kind->columns;

	draw_fill(win, y, x, 1, width, ROLE_HEADING);
	for (size_t k = 0; k < *p->kind->columns_count; k++) {
		if (!given[k])
			continue;
		(c[k].right ? draw_right : draw_text)(
			win, y, x, given[k], ROLE_HEADING, column_title(&c[k]));
		x += given[k] + 1;
	}
}

/* Of a column in one row. */
struct cell_room {
	int cells; /* it is drawn in so many */
	int width; /* what its text is made for: the same in all rows */
};

/* A ragged column gives the filling one before it what it does not use. */
static void fit_row(const struct pane *p, const int *given,
		    const struct row *row, struct cell_room *room)
{
	const struct column *c = p->kind->columns;
	size_t n = *p->kind->columns_count, fill = n;

	for (size_t k = 0; k < n; k++) {
		char text[CELL_TEXT];

		room[k] = (struct cell_room){ given[k], given[k] };
		if (!given[k])
			continue;
		if (c[k].ragged && fill < n) {
			column_text(&c[k], row, given[k], text);
			int used = (int)text_width(text);

			if (used > given[k])
				used = given[k];
			room[fill].width += given[k];
			room[fill].cells += given[k] - used;
			column_text(&c[fill], row, room[fill].width, text);
			if ((row->kind & c[k].yields) &&
			    (int)text_width(text) > room[fill].cells) {
				room[fill].cells += used;
				used = 0;
			}
			room[k].cells = used;
		}
		fill = c[k].fill ? k : n;
	}
}

static void draw_cell(const struct column *c, WINDOW *win, int y, int x,
		      struct cell_room room, const struct row *row,
		      enum role role)
{
	uint64_t values[SERIES_RECENT];
	char text[CELL_TEXT];

	if (c->spark) {
		int n = c->spark(row, values);
		int skip = n > room.cells ? n - room.cells : 0;

		draw_spark(win, y, x, role, values + skip, n - skip, 0);
		return;
	}
	column_text(c, row, room.width, text);
	(c->right ? draw_right : draw_text)(win, y, x, room.cells, role, text);
}

/* chosen: ROLE_SELECTED, ROLE_SELECTED_DIM, or ROLE_NORMAL when another row is. */
static void draw_row(const struct pane *p, WINDOW *win, int y, int x,
		     int width, const int *given, const struct row *row,
		     enum role chosen)
{
	const struct column *c = p->kind->columns;
	struct cell_room room[COLUMNS_MAX];

	draw_fill(win, y, x, 1, width, chosen);
	fit_row(p, given, row, room);
	for (size_t k = 0; k < *p->kind->columns_count; k++) {
		if (!given[k])
			continue;
		draw_cell(&c[k], win, y, x, room[k], row,
			  chosen == ROLE_NORMAL ? column_role(&c[k], row) :
						  chosen);
		x += room[k].cells + 1;
	}
}

static void draw_rows(struct pane *p, WINDOW *win, struct layout_box in,
		      bool focus, const struct model *m)
{
	int given[COLUMNS_MAX];

	if (p->kind->heading && in.height >= 4) {
		in.y++;
		in.height--;
	}
	p->rows_y = in.y;
	list_show(&p->list, in.height);
	measure(p, m);
	column_share(p->kind->columns, *p->kind->columns_count, p->want,
		     in.width, given);
	if (p->kind->heading && in.height >= 3)
		draw_heading(p, win, in.y - 1, in.x, in.width, given);

	for (int i = 0; i < in.height; i++) {
		size_t at = p->list.top + (size_t)i;
		enum role chosen = ROLE_NORMAL;
		struct row row;

		if (at == p->list.selected)
			chosen = focus ? ROLE_SELECTED : ROLE_SELECTED_DIM;
		if (at >= p->list.rows.count)
			draw_fill(win, in.y + i, in.x, in.height - i, in.width,
				  ROLE_NORMAL);
		if (at >= p->list.rows.count)
			break;
		if (list_row(&p->list, m, at, &row))
			draw_row(p, win, in.y + i, in.x, in.width, given, &row,
				 chosen);
		else
			draw_text(win, in.y + i, in.x, in.width,
				  chosen == ROLE_NORMAL ? ROLE_DIM : chosen,
				  "(has made room for newer ones)");
	}
}

void pane_draw(struct pane *p, WINDOW *win, const struct layout_box *box,
	       int number, bool framed, bool focus, const struct model *m,
	       const struct filter *f)
{
	struct layout_box in = *box;
	char title[64], count[64];

	if (framed) {
		in = (struct layout_box){ box->y + 1, box->x + 1,
					  box->height - 2, box->width - 2 };
		snprintf(title, sizeof(title), "%d %s", number, p->kind->title);
		if (f)
			snprintf(count, sizeof(count), "%zu of %zu",
				 p->list.rows.total, pane_things(p->kind, m));
		else
			snprintf(count, sizeof(count), "%zu", p->list.rows.total);
		draw_frame(win, box->y, box->x, box->height, box->width, focus,
			   title, count);
	}
	if (p->width != in.width)
		memset(p->want, 0, sizeof(p->want));
	p->width = in.width;
	if (p->list.rows.count == 0) {
		list_show(&p->list, 0);
		draw_fill(win, in.y, in.x, in.height, in.width, ROLE_NORMAL);
		draw_empty(p, win, &in, m, f);
	} else {
		draw_rows(p, win, in, focus, m);
	}
}

bool pane_click(struct pane *p, int y)
{
	return list_select(&p->list, y - p->rows_y);
}
