/* SPDX-License-Identifier: MIT */
/* Properties of a list while rows come and go, and keys are pressed. */
#include "tui/list.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "tests/play.h"

#define PAGE 7

static struct play t;
static uint32_t seed;

static uint32_t dice(uint32_t n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 12) % n;
}

/* Something happens on the network. */
static void happen(void)
{
	static const char *const names[] = { "a.example", "b.example",
					     "c.example" };
	uint32_t pid = 100 + dice(6);

	switch (dice(4)) {
	case 0:
		play_proc(&t, pid, "prog");
		break;
	case 1:
		play_open(&t, pid, dice(2), (uint16_t)(1024 + dice(60000)),
			  play_ip(10, 9, 9, (uint8_t)dice(200)), 80);
		break;
	case 2:
		play_dns(&t, pid, names[dice(3)], (int)dice(4), 0);
		break;
	default:
		play_echo(&t, pid, (uint16_t)pid, (uint16_t)dice(1000),
			  dice(2));
		break;
	}
}

static void press(struct list *l)
{
	switch (dice(9)) {
	case 0: list_move(l, -1); break;
	case 1: list_move(l, 1); break;
	case 2: list_move_page(l, -1); break;
	case 3: list_move_page(l, 1); break;
	case 4: list_first(l); break;
	case 5: list_last(l); break;
	case 6: list_fold(l, true); break;
	case 7: list_fold(l, false); break;
	default: list_select(l, (int)dice(PAGE)); break;
	}
}

/* Nothing on the list came after the hold began. */
static void check_held(const char *label, const struct list *l,
		       const struct list_hold *hold)
{
	for (size_t i = 0; i < l->rows.count; i++) {
		const struct row *r = &l->rows.row[i];
		uint64_t next = r->kind == ROW_FLOW ? hold->flow :
				r->kind == ROW_SERIES ? hold->series :
				r->kind == ROW_PING ? hold->ping :
				r->kind == ROW_PROC ? hold->proc : hold->dns;

		if (r->id >= next)
			fail_msg("%s: row %zu came while rows are held", label,
				 i);
	}
}

/* Build, and check what must hold of any list. */
static void check(const char *label, struct list *l, const struct filter *f,
		  const struct list_hold *hold, bool moved)
{
	enum row_kind kind = l->sel_kind;
	uint64_t id = l->sel_id;
	uint32_t child = l->sel_child;
	size_t line = l->selected - l->top;
	bool followed = l->follow;
	struct row row;

	list_build(l, &t.m, f, hold);
	list_show(l, PAGE);
	if (hold->on)
		check_held(label, l, hold);
	if (l->rows.count == 0)
		return;
	if (l->selected >= l->rows.count || l->top > l->selected ||
	    l->selected >= l->top + PAGE)
		fail_msg("%s: row %zu of %zu, page from %zu", label,
			 l->selected, l->rows.count, l->top);
	if (l->rows.count >= PAGE && l->top + PAGE > l->rows.count)
		fail_msg("%s: empty lines below", label);
	if (l->follow != followed)
		fail_msg("%s: building changed who is followed", label);
	if (!hold->on && !list_row(l, &t.m, l->selected, &row))
		fail_msg("%s: a row just built is gone", label);

	size_t at = rows_position(&l->rows, kind, id, child);
	if (!moved && !followed && kind && at < l->rows.count) {
		if (at != l->selected)
			fail_msg("%s: the selection moved from %zu to %zu",
				 label, at, l->selected);
		/* Its line, too, unless an end of the list is near. */
		if (l->selected - l->top != line && l->top > 0 &&
		    l->top + PAGE < l->rows.count)
			fail_msg("%s: it moved from line %zu to %zu", label,
				 line, l->selected - l->top);
	}
}

static void run(const char *label, enum rows_view view, const char *text)
{
	const struct model_limits limits = { .flows = 40, .dns = 30,
					     .pings = 30, .processes = 5 };
	struct list_hold hold = { 0 };
	struct filter *f = NULL;
	struct errmsg err;
	struct list l;

	seed = 1;
	play_init(&t, true, &limits);
	assert_int_equal(list_init(&l, view, &t.m), 0);
	assert_int_equal(filter_parse(&f, text, &err), 0);
	for (int i = 0; i < 3000; i++) {
		for (uint32_t n = dice(4); n > 0; n--)
			happen();
		l.stale |= dice(8) == 0; /* as another filter would */
		check(label, &l, f, &hold, false);
		/* What is borrowed may be gone: read all of it (ASan). */
		for (size_t k = 0; k < l.rows.count; k++) {
			struct row row;

			list_row(&l, &t.m, k, &row);
		}
		if (dice(3) == 0) {
			press(&l);
			check(label, &l, f, &hold, true);
		}
		if (dice(40) == 0) {
			if (hold.on)
				hold.on = false;
			else
				list_hold_now(&hold, &t.m);
			l.stale = true;
			check(label, &l, f, &hold, true);
		}
	}
	list_release(&l);
	filter_free(f);
	model_release(&t.m);
}

static void test_lists(void **state)
{
	(void)state;
	run("flows", ROWS_FLOWS, "");
	run("flows, filtered", ROWS_FLOWS, "port 80 and tcp.rtt > 1ms");
	run("pings", ROWS_PINGS, "");
	run("dns", ROWS_DNS, "");
	run("dns, filtered", ROWS_DNS, "b.example");
	run("processes", ROWS_PROCS, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
