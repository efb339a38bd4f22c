/* SPDX-License-Identifier: MIT */
/* Model + filter + what is folded -> the list of rows on show. */
#ifndef NX_ROWS_H
#define NX_ROWS_H

#include "core/filter.h"

enum rows_view { ROWS_FLOWS, ROWS_PINGS, ROWS_DNS, ROWS_PROCS };

/* Tree rows that are not in their usual state, at most; the oldest are forgotten. */
#define ROWS_FOLDS 4096

struct rows {
	enum rows_view view;
	struct row *row;
	size_t count, capacity;
	size_t total; /* things of this view that match: flows, series and ICMP errors, queries, processes */
	struct table folds; /* of rows that were toggled */
	/* rows.c's own, while it builds. */
	size_t emitted;
	struct rows_pick *picks;
	struct rows_group *groups;
	uint32_t *slots;
	size_t picks_count, groups_count, slots_mask;
	struct { /* owners found in this build: most rows have one of a few */
		struct proc_key key;
		const struct proc *proc;
	} owners[64];
};

/*
 * Takes all memory it will need. 0 or -ENOMEM. capacity: rows at most; not less
 * than what the tables of the view can hold.
 */
int rows_init(struct rows *r, enum rows_view view, size_t capacity);
void rows_release(struct rows *r); /* takes a zeroed one */
/*
 * Build the list anew, oldest first; when there are more rows than capacity,
 * the first ones are left out. Rows borrow from the model until its next
 * packet. f may be NULL.
 *
 * Trees: processes (in the order of their first query) with their queries
 * (open), queries with their records (open when there are at most 4), series
 * with their pairs (closed). ICMP errors stand between the series. A query or
 * series that matches is shown with all below it; else those below it that
 * match, and it. Where the filter asks for what only the rows below have
 * (dns.record.data, icmp.seq), these alone decide: else `not icmp.seq = 1`
 * would be true of every series.
 */
void rows_build(struct rows *r, const struct model *m, const struct filter *f);
/* Open a closed row or the reverse; seen at the next build. */
void rows_toggle(struct rows *r, const struct row *row);
/* Position of the row with this kind, id and child, or count when it is gone. */
size_t rows_position(const struct rows *r, enum row_kind kind, uint64_t id, uint32_t child);

/* Rows of what the tables hold, outside of any tree. */
struct row rows_of_flow(const struct model *m, const struct flow *f);
struct row rows_of_ping(const struct model *m, const struct ping *p);
struct row rows_of_error(const struct model *m, const struct icmp_error *e);
struct row rows_of_dns(const struct model *m, const struct dns_node *n);
struct row rows_of_proc(const struct model *m, const struct proc *p);
/* Would a query, an echo pair be shown, were all rows open? f may be NULL. */
bool rows_takes_dns(const struct row *query, const struct filter *f);
bool rows_takes_ping(const struct row *ping, const struct filter *f);

#endif
