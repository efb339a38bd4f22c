/* SPDX-License-Identifier: MIT */
#include "tui/list.h"

static size_t row_capacity(const struct model *m, enum rows_view view)
{
	switch (view) {
	case ROWS_FLOWS:
		return m->flows.capacity;
	case ROWS_PINGS:
		return m->pings.table.capacity + m->pings.series.capacity +
		       m->pings.errors_cap;
	case ROWS_DNS:
		/* Two records for each query, and the heads of the trees. */
		return 3 * m->dns.table.capacity + m->procs.table.capacity;
	case ROWS_PROCS:
	default:
		return m->procs.table.capacity;
	}
}

int list_init(struct list *l, enum rows_view view, const struct model *m)
{
	*l = (struct list){ .follow = true, .stale = true };
	return rows_init(&l->rows, view, row_capacity(m, view));
}

void list_release(struct list *l)
{
	rows_release(&l->rows);
}

void list_hold_now(struct list_hold *hold, const struct model *m)
{
	/* Ids count from 1; the next ones are kept by their owners. */
	*hold = (struct list_hold){
		.on = true,
		.flow = m->next_flow_id,
		.series = m->pings.next_series_id,
		.ping = m->pings.next_id,
		.dns = m->dns.next_id,
		.proc = m->procs.next_id,
		.icmp_error = m->pings.errors_seen + 1,
	};
}

uint64_t list_hold_new(const struct list_hold *hold, const struct model *m)
{
	return m->next_flow_id - hold->flow +
	       m->pings.next_id - hold->ping +
	       m->dns.next_id - hold->dns +
	       m->pings.errors_seen + 1 - hold->icmp_error;
}

/* Did it come after the hold began? */
static bool is_later(const struct row *row, const struct list_hold *hold)
{
	switch (row->kind) {
	case ROW_FLOW:
		return row->id >= hold->flow;
	case ROW_SERIES:
		return row->id >= hold->series;
	case ROW_PING:
		return row->id >= hold->ping;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		return row->id >= hold->dns;
	case ROW_PROC:
		return row->id >= hold->proc;
	case ROW_ICMP_ERROR:
		return row->id >= hold->icmp_error;
	default:
		return false;
	}
}

static void leave_out_later(struct rows *r, const struct list_hold *hold)
{
	/* What rows.total counts. */
	unsigned things = r->view == ROWS_PROCS ? ROW_PROC :
			  ROW_FLOW | ROW_SERIES | ROW_ICMP_ERROR | ROW_DNS;
	size_t kept = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (!is_later(&r->row[i], hold))
			r->row[kept++] = r->row[i];
		else if (r->row[i].kind & things)
			r->total--;
	}
	r->count = kept;
}

static void take_identity(struct list *l)
{
	if (l->selected >= l->rows.count)
		return;
	const struct row *row = &l->rows.row[l->selected];

	l->sel_kind = row->kind;
	l->sel_id = row->id;
	l->sel_child = row->child;
}

/* The newest row: of a tree, the newest query, wherever its process stands. */
static size_t newest(const struct list *l)
{
	size_t found = l->rows.count ? l->rows.count - 1 : 0;
	uint64_t id = 0;

	if (l->rows.view != ROWS_DNS)
		return found;
	for (size_t i = 0; i < l->rows.count; i++) {
		if (l->rows.row[i].kind == ROW_DNS && l->rows.row[i].id > id) {
			id = l->rows.row[i].id;
			found = i;
		}
	}
	return found;
}

/* The place of the selected row, or of what comes next when it is gone. */
static size_t find_selected(const struct list *l)
{
	const struct rows *r = &l->rows;
	size_t at = rows_position(r, l->sel_kind, l->sel_id, l->sel_child);

	for (size_t i = 0; at == r->count && i < r->count; i++) {
		if (r->row[i].kind == l->sel_kind && r->row[i].id >= l->sel_id)
			at = i;
	}
	if (at == r->count)
		at = l->selected < r->count ? l->selected :
		     r->count ? r->count - 1 : 0;
	return at;
}

void list_build(struct list *l, const struct model *m, const struct filter *f,
		const struct list_hold *hold)
{
	if (!l->stale && (hold->on || l->generation == m->generation))
		return;
	size_t above = l->selected - l->top;

	rows_build(&l->rows, m, f);
	if (hold->on)
		leave_out_later(&l->rows, hold);
	l->stale = false;
	l->generation = m->generation;

	l->selected = l->follow ? newest(l) : find_selected(l);
	/* The selection keeps its line on the screen, too. */
	l->top = l->selected > above ? l->selected - above : 0;
	take_identity(l);
}

/* Is the entry still in its table, and still the same thing? */
static bool lives(const struct row *row, const struct model *m)
{
	const struct icmp_error *e;

	switch (row->kind) {
	case ROW_FLOW:
		return table_find(&m->flows, &row->flow->key) == row->flow &&
		       row->flow->id == row->id;
	case ROW_SERIES:
		return table_find(&m->pings.series, &row->series->key) ==
		       row->series && row->series->id == row->id;
	case ROW_PING:
		return table_find(&m->pings.table, &row->ping->key) ==
		       row->ping && row->ping->id == row->id;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		return table_find(&m->dns.table, &row->dns->key) == row->dns &&
		       row->dns->id == row->id;
	case ROW_ICMP_ERROR:
		e = row->icmp_error;
		return e->id == row->id;
	default:
		return true;
	}
}

bool list_row(const struct list *l, const struct model *m, size_t i,
	      struct row *out)
{
	if (i >= l->rows.count)
		return false;
	*out = l->rows.row[i];
	/* Rows that are held, or were built before the last packet, may show
	 * what has made room since. */
	if (out->proc && table_find(&m->procs.table, &out->proc->key) !=
			 out->proc)
		out->proc = NULL;
	return lives(out, m) && (out->kind != ROW_PROC || out->proc ||
				 !l->rows.row[i].proc);
}

static void select_row(struct list *l, size_t i)
{
	if (l->rows.count == 0)
		return; /* nothing was chosen: it goes on following */
	l->follow = false;
	l->selected = i;
	take_identity(l);
}

void list_move(struct list *l, int by)
{
	size_t last = l->rows.count ? l->rows.count - 1 : 0;
	size_t at = l->selected;

	if (by < 0)
		at = at > (size_t)-by ? at - (size_t)-by : 0;
	else
		at = at + (size_t)by < last ? at + (size_t)by : last;
	select_row(l, at);
}

void list_move_page(struct list *l, int pages)
{
	int rows = l->page > 1 ? l->page - 1 : 1;

	/* What is on the screen moves too, as in less. */
	if (pages > 0)
		l->top += (size_t)rows;
	else
		l->top -= l->top > (size_t)rows ? (size_t)rows : l->top;
	list_move(l, pages * rows);
}

void list_first(struct list *l)
{
	l->top = 0;
	select_row(l, 0);
}

void list_last(struct list *l)
{
	l->selected = newest(l);
	take_identity(l);
	l->follow = true;
}

void list_fold(struct list *l, bool open)
{
	if (l->selected >= l->rows.count)
		return;
	const struct row *row = &l->rows.row[l->selected];

	l->follow = false;
	if (row->has_children && row->open != open) {
		rows_toggle(&l->rows, row);
		l->stale = true;
	} else if (open && row->has_children) {
		list_move(l, 1);
	} else if (!open) {
		size_t at = l->selected;

		while (at > 0 && l->rows.row[at].depth >= row->depth)
			at--;
		if (l->rows.row[at].depth < row->depth)
			select_row(l, at);
	}
}

bool list_select(struct list *l, int line)
{
	if (line < 0 || line >= l->page ||
	    l->top + (size_t)line >= l->rows.count)
		return false;
	select_row(l, l->top + (size_t)line);
	return true;
}

/* Bring the selection, and what hangs below it, into the page. */
void list_show(struct list *l, int page)
{
	size_t rows = page > 0 ? (size_t)page : 1;
	size_t count = l->rows.count;
	size_t end = l->selected + 1;

	l->page = page;
	if (l->selected >= count)
		l->selected = count ? count - 1 : 0;
	while (l->follow && end < count &&
	       l->rows.row[end].depth > l->rows.row[l->selected].depth)
		end++;
	if (l->top + rows < end)
		l->top = end - rows;
	if (l->top > l->selected)
		l->top = l->selected;
	if (l->selected >= l->top + rows)
		l->top = l->selected - rows + 1;
	/* No empty lines below while rows above are hidden. */
	if (l->top + rows > count)
		l->top = count > rows ? count - rows : 0;
}
