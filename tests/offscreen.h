/* SPDX-License-Identifier: MIT */
/* A terminal that is not there: ncurses draws, the test reads the cells back. */
#ifndef NX_TEST_OFFSCREEN_H
#define NX_TEST_OFFSCREEN_H

#include <limits.h>
#include <locale.h>
#include <ncurses.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define OFFSCREEN_COLS 256 /* at most */

static SCREEN *offscreen;

/* Start ncurses without a tty in the locale; false: it cannot. */
static inline bool offscreen_open(const char *locale, int lines, int cols)
{
	char text[16];

	setlocale(LC_ALL, locale);
	snprintf(text, sizeof(text), "%d", lines);
	setenv("LINES", text, 1);
	snprintf(text, sizeof(text), "%d", cols);
	setenv("COLUMNS", text, 1);
	offscreen = newterm("xterm-256color", fopen("/dev/null", "w"),
			    fopen("/dev/null", "r"));
	if (!offscreen)
		return false;
	/* newterm() may take the environment only once in a process. */
	resizeterm(lines, cols);
	return true;
}

static inline void offscreen_close(void)
{
	endwin();
	delscreen(offscreen);
	offscreen = NULL;
}

/* n characters of a line, marks counted, as UTF-8; valid until the next call. */
static inline const char *offscreen_cells(int y, int x, int n)
{
	static char text[OFFSCREEN_COLS * 4 * MB_LEN_MAX];
	wchar_t wide[OFFSCREEN_COLS * 4 + 1];
	size_t len = 0;

	text[0] = '\0';
	if (n > OFFSCREEN_COLS * 4 || mvwinnwstr(stdscr, y, x, wide, n) == ERR)
		return text;
	for (size_t i = 0; wide[i]; i++) {
		char bytes[MB_LEN_MAX + 1] = "";
		int got = wctomb(bytes, wide[i]);

		bytes[got < 0 ? 0 : got] = '\0';
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
					got < 0 ? "?" : bytes);
	}
	return text;
}

static inline const char *offscreen_line(int y)
{
	return offscreen_cells(y, 0, OFFSCREEN_COLS * 4);
}

/* The line that has the text, or -1. */
static inline int offscreen_find(const char *text)
{
	for (int y = 0; y < getmaxy(stdscr); y++) {
		if (strstr(offscreen_line(y), text))
			return y;
	}
	return -1;
}

/* The whole picture on standard error, for who looks for a failure's cause. */
static inline void offscreen_dump(const char *label)
{
	fprintf(stderr, "%s (%dx%d):\n", label, getmaxx(stdscr),
		getmaxy(stdscr));
	for (int y = 0; y < getmaxy(stdscr); y++)
		fprintf(stderr, "%2d |%s|\n", y, offscreen_line(y));
}

#endif
