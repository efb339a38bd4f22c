/* SPDX-License-Identifier: MIT */
#include "tui/column.h"

#include <assert.h>
#include <stdio.h>

/* clang-format off */
const struct column flow_columns[] = {
	{ .title = "PROCESS", .text = cell_owner, .role = cell_owner_role,
	  .min = 10, .max = 26, .rank = 1 },
	{ .title = "CONTAINER", .text = cell_container, .normal = ROLE_PROCESS,
	  .min = 9, .max = 24, .rank = 5, .optional = true, .sparse = true },
	{ .title = "FROM", .text = cell_from, .normal = ROLE_ADDRESS,
	  .min = 6, .max = 47, .rank = 4, .whole = true },
	{ .title = "", .text = cell_arrow, .normal = ROLE_DIM,
	  .min = 1, .max = 1, .rank = 0 },
	{ .title = "TO", .text = cell_to, .role = cell_to_role,
	  .min = 11, .max = 60, .rank = 0 },
	{ .title = "STATE", .text = cell_state, .role = cell_state_role,
	  .min = 10, .max = 12, .rank = 2 },
	{ .title = "RTT", .text = cell_rtt, .normal = ROLE_NUMBER,
	  .min = 6, .max = 8, .rank = 3, .right = true },
	{ .field = "tcp.duration", .normal = ROLE_NUMBER,
	  .min = 8, .max = 8, .rank = 6, .right = true, .optional = true },
	{ .field = "tcp.bytes", .normal = ROLE_NUMBER,
	  .min = 7, .max = 8, .rank = 7, .right = true, .optional = true },
	{ .field = "tcp.retransmits", .normal = ROLE_NUMBER,
	  .min = 5, .max = 8, .rank = 8, .right = true, .optional = true },
};
const size_t flow_columns_count = sizeof(flow_columns) / sizeof(flow_columns[0]);

const struct column ping_columns[] = {
	{ .title = "PROCESS", .text = cell_tree, .role = cell_tree_role,
	  .min = 12, .max = 28, .rank = 1 },
	{ .title = "FROM", .text = cell_icmp_from, .normal = ROLE_ADDRESS,
	  .min = 7, .max = 47, .rank = 6, .optional = true },
	{ .title = "", .text = cell_icmp_arrow, .normal = ROLE_DIM,
	  .min = 1, .max = 1, .rank = 0 },
	{ .title = "TO", .text = cell_icmp_to, .normal = ROLE_ADDRESS,
	  .min = 9, .max = 47, .rank = 0 },
	{ .title = "SEQ", .text = cell_icmp_seq, .normal = ROLE_NUMBER,
	  .min = 5, .max = 11, .rank = 4 },
	{ .title = "RESULT", .text = cell_icmp_result, .role = cell_icmp_role,
	  .min = 12, .max = 44, .rank = 2 },
	{ .title = "RTT", .text = cell_icmp_rtt, .normal = ROLE_NUMBER,
	  .min = 7, .max = 8, .rank = 3, .right = true },
	{ .title = "RECENT", .spark = cell_icmp_spark, .normal = ROLE_NUMBER,
	  .min = 6, .max = SERIES_RECENT, .rank = 7, .optional = true },
};
const size_t ping_columns_count = sizeof(ping_columns) / sizeof(ping_columns[0]);

const struct column dns_columns[] = {
	{ .title = "QUERY", .text = cell_tree, .role = cell_tree_role,
	  .min = 12, .max = 200, .rank = 0, .fill = true },
	{ .title = "SERVER", .text = cell_dns_server, .normal = ROLE_ADDRESS,
	  .min = 12, .max = 47, .rank = 2, .optional = true },
	{ .title = "RESULT", .text = cell_dns_result, .role = cell_dns_role,
	  .min = 10, .max = 14, .rank = 1, .right = true, .ragged = true,
	  .yields = ROW_ANSWER },
};
const size_t dns_columns_count = sizeof(dns_columns) / sizeof(dns_columns[0]);

const struct column proc_columns[] = {
	{ .title = "PROCESS", .text = cell_tree, .role = cell_tree_role,
	  .min = 12, .max = 40, .rank = 0 },
	{ .title = "CONTAINER", .text = cell_container, .normal = ROLE_PROCESS,
	  .min = 9, .max = 24, .rank = 4, .sparse = true },
	{ .field = "ps.uid", .normal = ROLE_NUMBER,
	  .min = 5, .max = 10, .rank = 5, .right = true },
	{ .title = "SENT", .text = cell_sent, .normal = ROLE_NUMBER,
	  .min = 8, .max = 20, .rank = 2, .right = true },
	{ .title = "RECEIVED", .text = cell_received, .normal = ROLE_NUMBER,
	  .min = 8, .max = 20, .rank = 3, .right = true },
	{ .field = "ps.cmdline", .normal = ROLE_NORMAL,
	  .min = 8, .max = 200, .rank = 6, .fill = true },
};
const size_t proc_columns_count = sizeof(proc_columns) / sizeof(proc_columns[0]);
/* clang-format on */

const char *column_title(const struct column *c)
{
	const struct field *f = c->title ? NULL : field_find(c->field);

	return c->title ? c->title : f ? f->title : c->field;
}

void column_text(const struct column *c, const struct row *row, int width,
		 char text[CELL_TEXT])
{
	const struct field *f;

	text[0] = '\0';
	if (c->text) {
		c->text(row, width, text);
	} else if (c->field) {
		f = field_find(c->field);
		if (f && (f->rows & row->kind))
			field_text(f, row, text, CELL_TEXT);
	}
}

enum role column_role(const struct column *c, const struct row *row)
{
	return c->role ? c->role(row) : c->normal;
}

/* Cells that the columns take, with the blanks between them. */
static int taken(const int *given, size_t n)
{
	int sum = -1;

	for (size_t i = 0; i < n; i++)
		sum += given[i] ? given[i] + 1 : 0;
	return sum;
}

/* The shown column of the highest rank that `can` accepts, or n. */
static size_t highest(const struct column *c, size_t n, const int *given,
		      bool (*can)(const struct column *c, int given))
{
	size_t found = n;

	for (size_t i = 0; i < n; i++) {
		if (given[i] && can(&c[i], given[i]) &&
		    (found == n || c[i].rank > c[found].rank))
			found = i;
	}
	return found;
}

static bool can_go(const struct column *c, int given)
{
	(void)given;
	return c->optional;
}

static bool can_shrink(const struct column *c, int given)
{
	return given > c->min;
}

static bool can_leave(const struct column *c, int given)
{
	(void)given;
	return c->rank > 0;
}

void column_share(const struct column *c, size_t n, const int *want, int width,
		  int *given)
{
	size_t i;

	assert(n <= COLUMNS_MAX);
	for (i = 0; i < n; i++) {
		given[i] = want[i] > c[i].max ? c[i].max :
			   want[i] < 1 ? !c[i].sparse : want[i];
	}
	while (taken(given, n) > width && (i = highest(c, n, given, can_go)) < n)
		given[i] = 0;
	while (taken(given, n) > width &&
	       (i = highest(c, n, given, can_shrink)) < n) {
		int over = taken(given, n) - width;
		int spare = given[i] - c[i].min;

		given[i] -= over < spare && !c[i].whole ? over : spare;
	}
	while (taken(given, n) > width &&
	       (i = highest(c, n, given, can_leave)) < n)
		given[i] = 0;

	int left = width - taken(given, n);
	/* What a column that was left out had goes to those that gave way. */
	for (int rank = 0; left > 0 && rank <= UINT8_MAX; rank++) {
		for (i = 0; i < n; i++) {
			int more = (want[i] > c[i].max ? c[i].max : want[i]) -
				   given[i];

			if (c[i].rank != rank || !given[i] || more <= 0 ||
			    (c[i].whole && more > left))
				continue;
			more = more < left ? more : left;
			given[i] += more;
			left -= more;
		}
	}
	for (i = 0; i < n; i++) {
		if (c[i].fill && given[i] && left > 0) {
			given[i] += left;
			left = 0;
		}
	}
}
