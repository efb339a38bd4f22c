/* SPDX-License-Identifier: MIT */
#include "core/rows.h"

#include <stdio.h>

#include "tests/scene.h"

/*
 * A picture of the list: one piece for each row, indented by its depth: kind,
 * id (and record), "+" closed, "-" open.
 */
static void picture(const struct rows *r, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < r->count && used < size; i++) {
		const struct row *row = &r->row[i];
		char what = row->kind == ROW_FLOW	? 'F' :
			    row->kind == ROW_SERIES	? 'S' :
			    row->kind == ROW_PING	? 'P' :
			    row->kind == ROW_ICMP_ERROR ? 'E' :
			    row->kind == ROW_PROC	? 'C' :
			    row->kind == ROW_DNS	? 'D' :
							  'A';
		char child[16] = "";
		if (row->kind == ROW_ANSWER)
			snprintf(child, sizeof(child), "/%u", row->child);
		used += (size_t)snprintf(text + used, size - used,
					 "%s%.*s%c%d%s%s", i ? " " : "",
					 row->depth, "...", what, (int)row->id,
					 child,
					 !row->has_children ? "" :
					 row->open	    ? "-" :
							      "+");
	}
}

static const struct view_claim {
	enum rows_view view;
	const char *filter;
	const char *want;
	size_t total;
} views[] = {
	{ ROWS_FLOWS, "", "F1 F2 F3", 3 },
	{ ROWS_FLOWS, "port 443", "F1", 1 },
	{ ROWS_FLOWS, "port 8080", "F2 F3", 2 },
	{ ROWS_FLOWS, "port 8080 wget", "F2", 1 },
	{ ROWS_FLOWS, "udp", "", 0 },
	{ ROWS_FLOWS, "host www.example", "F1", 1 },
	{ ROWS_PROCS, "", "C1 C2 C3", 3 },
	{ ROWS_PROCS, "wget", "C2", 1 },

	/* curl asked for two names, wget for one, in between. */
	{ ROWS_DNS, "",
	  "C1- .D1- ..A1/0 ...A1/1 .D3+ C2- .D2", 3 },
	{ ROWS_DNS, "wget", "C2- .D2", 1 },
	{ ROWS_DNS, "port 53", "C1- .D1- ..A1/0 ...A1/1 .D3+ C2- .D2", 3 },
	{ ROWS_DNS, "not port 53", "", 0 },
	{ ROWS_DNS, "dns.name = www.example", "C1- .D1- ..A1/0 ...A1/1", 1 },
	{ ROWS_DNS, "dns.record.type = A and curl", "C1- .D1- ..A1/1 .D3+", 2 },
	{ ROWS_DNS, "dns.record.type = CNAME", "C1- .D1- ..A1/0", 1 },
	{ ROWS_DNS, "not dns.record.type = A", "C1- .D1- ..A1/0 C2- .D2", 2 },
	{ ROWS_DNS, "dns.answers contains 192.0.2.80",
	  "C1- .D1- ..A1/0 ...A1/1", 1 },

	/* Two ICMP errors between two series. */
	{ ROWS_PINGS, "", "S1+ E1 E2 S2+", 4 },
	{ ROWS_PINGS, "icmp.seq = 2", "S1+", 1 },
	{ ROWS_PINGS, "icmp.seq = 1", "S1+ S2+", 2 },
	{ ROWS_PINGS, "not icmp.seq = 1", "S1+ E1 E2", 3 },
	{ ROWS_PINGS, "icmp.sent = 1", "S2+", 1 },
	{ ROWS_PINGS, "port 53", "", 0 },
	{ ROWS_PINGS, "not port 53", "S1+ E1 E2 S2+", 4 },
	{ ROWS_PINGS, "unreachable", "E1 E2", 2 },
	{ ROWS_PINGS, "curl", "E2", 1 },
	{ ROWS_PINGS, "host www.example", "", 0 },
};

static void test_views(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	for (size_t i = 0; i < N(views); i++) {
		const struct view_claim *c = &views[i];
		struct filter *f;
		struct rows r;
		char text[512];
		assert_int_equal(filter_parse(&f, c->filter, NULL), 0);
		assert_int_equal(rows_init(&r, c->view, 64), 0);
		rows_build(&r, &s.model, f);
		picture(&r, text, sizeof(text));
		if (strcmp(text, c->want) || r.total != c->total)
			fail_msg("view %d, \"%s\": %s (%zu)\nwanted %s (%zu)",
				 c->view, c->filter, text, r.total, c->want,
				 c->total);
		rows_release(&r);
		filter_free(f);
	}
	scene_release(&s);
}

static const struct fold_claim {
	const char *label;
	enum rows_view view;
	enum row_kind kind;
	uint64_t id;
	const char *want;
} folds[] = {
	{ "close a process", ROWS_DNS, ROW_PROC, 1, "C1+ C2- .D2" },
	{ "open it again", ROWS_DNS, ROW_PROC, 1,
	  "C1- .D1- ..A1/0 ...A1/1 .D3+ C2- .D2" },
	{ "close a query", ROWS_DNS, ROW_DNS, 1, "C1- .D1+ .D3+ C2- .D2" },
	{ "open one of many records", ROWS_DNS, ROW_DNS, 3,
	  "C1- .D1+ .D3- ..A3/0 ..A3/1 ..A3/2 ..A3/3 ..A3/4 C2- .D2" },
	{ "a query without records", ROWS_DNS, ROW_DNS, 2,
	  "C1- .D1+ .D3- ..A3/0 ..A3/1 ..A3/2 ..A3/3 ..A3/4 C2- .D2" },
	{ "open a series", ROWS_PINGS, ROW_SERIES, 1, "S1- .P1 .P2 E1 E2 S2+" },
	{ "open the other", ROWS_PINGS, ROW_SERIES, 2,
	  "S1- .P1 .P2 E1 E2 S2- .P3" },
	{ "close the first", ROWS_PINGS, ROW_SERIES, 1, "S1+ E1 E2 S2- .P3" },
};

static void test_folds(void **state)
{
	struct rows r[2];
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_int_equal(rows_init(&r[0], ROWS_DNS, 64), 0);
	assert_int_equal(rows_init(&r[1], ROWS_PINGS, 64), 0);
	for (size_t i = 0; i < N(folds); i++) {
		const struct fold_claim *c = &folds[i];
		struct rows *at = &r[c->view == ROWS_PINGS];
		const struct row row = { .kind = c->kind, .id = c->id };
		char text[512];
		rows_toggle(at, &row);
		rows_build(at, &s.model, NULL);
		picture(at, text, sizeof(text));
		if (strcmp(text, c->want))
			fail_msg("%s: %s\nwanted %s", c->label, text, c->want);
	}
	rows_release(&r[0]);
	rows_release(&r[1]);
	scene_release(&s);
}

static void test_position(void **state)
{
	struct scene s;
	struct rows r;

	(void)state;
	scene_init(&s);
	assert_int_equal(rows_init(&r, ROWS_DNS, 64), 0);
	rows_build(&r, &s.model, NULL);
	assert_int_equal(rows_position(&r, ROW_PROC, 1, 0), 0);
	assert_int_equal(rows_position(&r, ROW_DNS, 1, 0), 1);
	assert_int_equal(rows_position(&r, ROW_ANSWER, 1, 1), 3);
	assert_int_equal(rows_position(&r, ROW_ANSWER, 1, 2), r.count);
	assert_int_equal(rows_position(&r, ROW_FLOW, 1, 0), r.count);
	rows_release(&r);
	scene_release(&s);
}

/* With less room than rows, the last ones stay, in order. */
static void test_capacity(void **state)
{
	char text[512];
	struct scene s;
	struct rows r;

	(void)state;
	scene_init(&s);
	for (size_t capacity = 3; capacity <= 7; capacity++) {
		static const char *const want[] = {
			".D3+ C2- .D2",
			"...A1/1 .D3+ C2- .D2",
			"..A1/0 ...A1/1 .D3+ C2- .D2",
			".D1- ..A1/0 ...A1/1 .D3+ C2- .D2",
			"C1- .D1- ..A1/0 ...A1/1 .D3+ C2- .D2",
		};
		assert_int_equal(rows_init(&r, ROWS_DNS, capacity), 0);
		rows_build(&r, &s.model, NULL);
		picture(&r, text, sizeof(text));
		assert_string_equal(text, want[capacity - 3]);
		assert_int_equal(r.total, 3);
		rows_release(&r);
	}
	scene_release(&s);
}

/* More folds than are remembered: the oldest go back to their usual state. */
static void test_many_folds(void **state)
{
	struct row row = { .kind = ROW_PROC, .id = 1 };
	char text[512];
	struct scene s;
	struct rows r;

	(void)state;
	scene_init(&s);
	assert_int_equal(rows_init(&r, ROWS_DNS, 64), 0);
	rows_toggle(&r, &row);
	for (row.id = 1000; row.id < 1000 + ROWS_FOLDS; row.id++)
		rows_toggle(&r, &row);
	rows_build(&r, &s.model, NULL);
	picture(&r, text, sizeof(text));
	assert_string_equal(text, "C1- .D1- ..A1/0 ...A1/1 .D3+ C2- .D2");
	rows_release(&r);
	scene_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_folds),
		cmocka_unit_test(test_position),
		cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_many_folds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
