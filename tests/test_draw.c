/* SPDX-License-Identifier: MIT */
#include "tui/draw.h"

#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define COLS_WIDE 40
#define ROWS_HIGH 8

static SCREEN *screen;

static int setup(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("LINES", "24", 1);
	setenv("COLUMNS", "80", 1);
	screen = newterm("xterm-256color", fopen("/dev/null", "w"),
			 fopen("/dev/null", "r"));
	return screen ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	endwin();
	delscreen(screen);
	return 0;
}

/* A row of a window as UTF-8, trailing blanks too. */
static const char *row(WINDOW *win, int y, int x, int n)
{
	static char text[1024];
	wchar_t wide[256];
	size_t len = 0;

	if (mvwinnwstr(win, y, x, wide, n) == ERR)
		return "ERR";
	for (size_t i = 0; wide[i]; i++) {
		char bytes[MB_LEN_MAX + 1] = "";
		if (wctomb(bytes, wide[i]) < 0)
			bytes[0] = '?';
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
					bytes);
	}
	text[len] = '\0';
	return text;
}

static const struct text_claim {
	const char *label, *locale, *text;
	int width;
	const char *want;
	bool right;
} texts[] = {
	{ "fits", "C.UTF-8", "curl", 6, "curl  ", false },
	{ "just fits", "C.UTF-8", "curl", 4, "curl", false },
	{ "cut", "C.UTF-8", "firefox", 4, "fir…", false },
	{ "cut to one cell", "C.UTF-8", "firefox", 1, "…", false },
	{ "empty", "C.UTF-8", "", 3, "   ", false },
	{ "wide", "C.UTF-8", "日本語", 6, "日本語", false },
	{ "wide cut in half", "C.UTF-8", "日本語", 4, "日… ", false },
	{ "wide cut at its end", "C.UTF-8", "日本語", 5, "日本…", false },
	{ "wide in one cell", "C.UTF-8", "日", 1, "…", false },
	{ "escape sequence", "C.UTF-8", "\033[2J", 5, "?[2J ", false },
	{ "C1 as UTF-8", "C.UTF-8", "a\xc2\x9b" "b", 5, "a?b  ", false },
	{ "broken utf-8", "C.UTF-8", "a\xff" "b", 5, "a?b  ", false },
	{ "right-to-left override", "C.UTF-8", "a\xe2\x80\xae" "b", 4, "a?b ", false },
	{ "zero-width space", "C.UTF-8", "a\xe2\x80\x8b" "b", 4, "a?b ", false },
	{ "newline", "C.UTF-8", "a\nb", 4, "a?b ", false },
	{ "mark on a letter", "C.UTF-8", "e\xcc\x81x", 3, "e\xcc\x81x ", false },
	{ "mark on nothing", "C.UTF-8", "\xcc\x81x", 3, "?x ", false },
	{ "only the first marks", "C.UTF-8",
	  "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81x", 3,
	  "e\xcc\x81\xcc\x81\xcc\x81x ", false },
	{ "right", "C.UTF-8", "12ms", 6, "  12ms", true },
	{ "right, cut", "C.UTF-8", "123456", 4, "123…", true },
	{ "right, wide", "C.UTF-8", "日", 3, " 日", true },
	{ "ASCII fits", "C", "curl", 6, "curl  ", false },
	{ "ASCII cut", "C", "firefox", 6, "fir...", false },
	{ "ASCII cut to four", "C", "firefox", 4, "f...", false },
	{ "ASCII cut to three", "C", "firefox", 3, "fi~", false },
	{ "ASCII cut to one", "C", "firefox", 1, "~", false },
	{ "ASCII for a letter beyond it", "C", "b\xc3\xbc" "x", 4, "b?x ", false },
};

static void test_text(void **state)
{
	(void)state;
	WINDOW *win = newwin(ROWS_HIGH, COLS_WIDE, 0, 0);
	int failed = 0;

	for (size_t i = 0; i < N(texts); i++) {
		const struct text_claim *t = &texts[i];
		char got[1024], around[1024];
		setlocale(LC_CTYPE, t->locale);
		draw_fill(win, 0, 0, ROWS_HIGH, COLS_WIDE, ROLE_NORMAL);
		mvwaddstr(win, 1, 0, "##############################");
		(t->right ? draw_right : draw_text)(win, 1, 2, t->width,
						    ROLE_NORMAL, t->text);
		setlocale(LC_CTYPE, "C.UTF-8");
		snprintf(around, sizeof(around), "##%s##", t->want);
		/* What stands around must not move. mvwinnwstr() counts
		 * characters; ten are enough to see both sides. */
		snprintf(got, sizeof(got), "%s", row(win, 1, 0, 30));
		if (strncmp(got, around, strlen(around)) != 0) {
			print_error("%s: want \"%s\", got \"%s\"\n", t->label,
				    around, got);
			failed++;
		}
	}
	delwin(win);
	assert_int_equal(failed, 0);
}

static const struct edge_claim {
	const char *label;
	int y, x, width;
	const char *want; /* the last cells of row 0 of a window of 8 cells */
} edges[] = {
	{ "beyond the right edge", 0, 6, 10, "......a…" },
	{ "starts at the edge", 0, 8, 4, "........" },
	{ "far away", 0, 500, 4, "........" },
	{ "left of the window", 0, -2, 4, "........" },
	{ "above", -1, 0, 4, "........" },
	{ "below", 9, 0, 4, "........" },
	{ "no width", 0, 2, 0, "........" },
	{ "negative width", 0, 2, -5, "........" },
	{ "last cell", 0, 7, 1, ".......…" },
};

static void test_edges(void **state)
{
	(void)state;
	WINDOW *win = newwin(1, 8, 0, 0);
	int failed = 0;

	for (size_t i = 0; i < N(edges); i++) {
		const struct edge_claim *e = &edges[i];
		mvwaddstr(win, 0, 0, "........");
		draw_text(win, e->y, e->x, e->width, ROLE_NORMAL, "abcdefghijkl");
		if (strcmp(row(win, 0, 0, 8), e->want) != 0) {
			print_error("%s: want \"%s\", got \"%s\"\n", e->label,
				    e->want, row(win, 0, 0, 8));
			failed++;
		}
	}
	delwin(win);
	assert_int_equal(failed, 0);
}

static const struct frame_claim {
	const char *label, *locale;
	int height, width;
	const char *title, *right;
	const char *top, *middle, *bottom;
} frames[] = {
	{ "whole", "C.UTF-8", 3, 20, "1 TCP", "231",
	  "┌ 1 TCP ────── 231 ┐", "│                  │", "└──────────────────┘" },
	{ "no right text", "C.UTF-8", 3, 12, "DNS", NULL,
	  "┌ DNS ─────┐", "│          │", "└──────────┘" },
	{ "no title", "C.UTF-8", 3, 6, NULL, NULL, "┌────┐", "│    │", "└────┘" },
	{ "title is cut", "C.UTF-8", 3, 14, "TCP handshakes", "87",
	  "┌ TCP … ─ 87 ┐", "│            │", "└────────────┘" },
	{ "only the right text fits", "C.UTF-8", 3, 8, "TCP", "1234",
	  "┌ 1234 ┐", "│      │", "└──────┘" },
	{ "nothing fits", "C.UTF-8", 3, 4, "TCP", "1234", "┌──┐", "│  │", "└──┘" },
	{ "smallest", "C.UTF-8", 2, 2, "TCP", "1", "┌┐", "└┘", "" },
	{ "ASCII", "C", 3, 20, "1 TCP", "231",
	  "+ 1 TCP ------ 231 +", "|                  |", "+------------------+" },
};

static void test_frames(void **state)
{
	(void)state;
	int failed = 0;

	for (size_t i = 0; i < N(frames); i++) {
		const struct frame_claim *f = &frames[i];
		WINDOW *win = newwin(f->height, f->width, 0, 0);
		const char *want[] = { f->top, f->middle, f->bottom };
		setlocale(LC_CTYPE, f->locale);
		draw_frame(win, 0, 0, f->height, f->width, true, f->title,
			   f->right);
		setlocale(LC_CTYPE, "C.UTF-8");
		for (int y = 0; y < f->height; y++) {
			const char *got = row(win, y, 0, f->width);
			if (strcmp(got, want[y]) != 0) {
				print_error("%s, row %d: want \"%s\", got \"%s\"\n",
					    f->label, y, want[y], got);
				failed++;
			}
		}
		delwin(win);
	}
	assert_int_equal(failed, 0);
}

static void test_frame_larger_than_window(void **state)
{
	(void)state;
	WINDOW *win = newwin(2, 4, 0, 0);

	draw_frame(win, 0, 0, 50, 50, false, "title", "right");
	assert_string_equal(row(win, 1, 0, 4), "│   ");
	draw_frame(win, -3, -3, 5, 5, false, "title", "right");
	draw_frame(win, 0, 0, 1, 1, false, "title", "right");
	draw_frame(win, 0, 0, -1, -1, false, "title", "right");
	delwin(win);
}

static const struct spark_claim {
	const char *label, *locale;
	uint64_t values[8];
	int n;
	uint64_t max;
	const char *want;
} sparks[] = {
	{ "all levels", "C.UTF-8", { 0, 1, 2, 3, 4, 5, 6, 7 }, 8, 7, "▁▃▄▅▅▆▇█" },
	{ "one event shows", "C.UTF-8", { 0, 1, 1000000 }, 3, 0, "▁▂█" },
	{ "nothing", "C.UTF-8", { 0, 0 }, 2, 0, "▁▁" },
	{ "above max", "C.UTF-8", { 50, 10 }, 2, 10, "██" },
	{ "largest number", "C.UTF-8", { UINT64_MAX, UINT64_MAX / 2 }, 2, 0, "█▅" },
	{ "ASCII", "C", { 0, 1, 1000 }, 3, 0, "_.#" },
};

static void test_spark(void **state)
{
	(void)state;
	WINDOW *win = newwin(1, 10, 0, 0);
	int failed = 0;

	for (size_t i = 0; i < N(sparks); i++) {
		const struct spark_claim *s = &sparks[i];
		setlocale(LC_CTYPE, s->locale);
		draw_spark(win, 0, 0, ROLE_GOOD, s->values, s->n, s->max);
		setlocale(LC_CTYPE, "C.UTF-8");
		if (strcmp(row(win, 0, 0, s->n), s->want) != 0) {
			print_error("%s: want \"%s\", got \"%s\"\n", s->label,
				    s->want, row(win, 0, 0, s->n));
			failed++;
		}
	}
	delwin(win);
	assert_int_equal(failed, 0);
}

/* Any bytes at any width: the row keeps its length and shows no control. */
static void test_any_bytes(void **state)
{
	(void)state;
	WINDOW *win = newwin(1, COLS_WIDE, 0, 0);
	unsigned seed = 1;

	for (int turn = 0; turn < 3000; turn++) {
		char text[40];
		size_t len = (size_t)turn % (sizeof(text) - 1);
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = (char)(seed >> 16);
		}
		text[len] = '\0';
		int width = turn % 20 + 1;
		mvwhline(win, 0, 0, '#', COLS_WIDE);
		draw_text(win, 0, 1, width, ROLE_NORMAL, text);

		cchar_t cell;
		for (int x = 0; x < COLS_WIDE; x++) {
			wchar_t wide[CCHARW_MAX + 1] = { 0 };
			attr_t attr;
			short pair;
			mvwin_wch(win, 0, x, &cell);
			getcchar(&cell, wide, &attr, &pair, NULL);
			bool outside = x == 0 || x > width;
			assert_true(!outside || wide[0] == L'#');
			assert_true(wide[0] == 0 || wide[0] >= L' ');
			assert_false(wide[0] >= 0x7f && wide[0] < 0xa0);
		}
	}
	delwin(win);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_frame_larger_than_window),
		cmocka_unit_test(test_spark),
		cmocka_unit_test(test_any_bytes),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
