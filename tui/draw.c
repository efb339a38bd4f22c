/* SPDX-License-Identifier: MIT */
/*
 * The only file that puts text into a window.
 *
 * Each character is placed at the column that its width gives, one cell at a
 * time: where ncurses and core/text.c would disagree about a width, the
 * character is replaced, and no row can shift.
 */
#include "tui/draw.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

#include "core/text.h"

#define COMBINING_MAX 3 /* marks kept on one character */

bool draw_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* A character with its combining marks, and the cells it takes. */
struct cluster {
	wchar_t wide[COMBINING_MAX + 2];
	int cells;
};

static void cluster_set(struct cluster *c, wchar_t wide, int cells)
{
	c->wide[0] = wide;
	c->wide[1] = L'\0';
	c->cells = cells;
}

/*
 * Take the next character of *text; false at its end. What must not or
 * cannot be shown becomes "?".
 */
static bool cluster_next(const char **text, struct cluster *out, bool utf8)
{
	int32_t rune;
	size_t len = text_rune(*text, &rune);
	if (len == 0)
		return false;
	*text += len;

	int cells = rune < 0 ? -1 : text_rune_width(rune);
	if (cells < 1 || (rune >= 0x80 && !utf8) ||
	    wcwidth((wchar_t)rune) != cells) {
		cluster_set(out, L'?', 1);
		return true;
	}
	cluster_set(out, (wchar_t)rune, cells);

	/* All marks that follow belong to this cell; only the first few are
	 * kept, and the loop ends with the text. */
	size_t marks = 0;
	while (utf8 && (len = text_rune(*text, &rune)) > 0 && rune >= 0x80 &&
	       text_rune_width(rune) == 0) {
		if (marks < COMBINING_MAX && wcwidth((wchar_t)rune) == 0) {
			out->wide[++marks] = (wchar_t)rune;
			out->wide[marks + 1] = L'\0';
		}
		*text += len;
	}
	return true;
}

/* Cells that the text takes, or anything above limit when it takes more. */
static int cells_of(const char *text, int limit, bool utf8)
{
	struct cluster c;
	int cells = 0;

	while (cells <= limit && cluster_next(&text, &c, utf8))
		cells += c.cells;
	return cells;
}

static void put(WINDOW *win, int y, int x, attr_t attr, const wchar_t *wide)
{
	cchar_t cell;

	setcchar(&cell, wide, attr & ~(attr_t)A_COLOR,
		 (short)PAIR_NUMBER((int)attr), NULL);
	/* The last cell of a window reports an error though it is drawn. */
	(void)mvwadd_wch(win, y, x, &cell);
}

static void put_blank(WINDOW *win, int y, int x, int n, attr_t attr)
{
	for (int i = 0; i < n; i++)
		put(win, y, x + i, attr, L" ");
}

/* Clip a run of cells to the window; false: nothing of it is inside. */
static bool clip(const WINDOW *win, int y, int x, int *width)
{
	if (y < 0 || x < 0 || y >= getmaxy(win) || x >= getmaxx(win))
		return false;
	if (*width > getmaxx(win) - x)
		*width = getmaxx(win) - x;
	return *width > 0;
}

/* What stands for the part that was cut off. */
static const wchar_t *cut_mark(int width, bool utf8, int *cells)
{
	*cells = !utf8 && width >= 4 ? 3 : 1;
	if (utf8)
		return L"…";
	return width < 4 ? L"~" : L"...";
}

static void draw_line(WINDOW *win, int y, int x, int width, enum role role,
		      const char *text, bool right)
{
	if (!clip(win, y, x, &width))
		return;
	attr_t attr = (attr_t)theme_attr(role);
	bool utf8 = draw_utf8();
	int cells = cells_of(text, width, utf8);
	int end = x + width, mark_cells = 0;
	const wchar_t *mark = NULL;

	if (cells > width)
		mark = cut_mark(width, utf8, &mark_cells);
	else if (right) {
		put_blank(win, y, x, width - cells, attr);
		x += width - cells;
	}

	struct cluster c;
	while (cluster_next(&text, &c, utf8) &&
	       x + c.cells <= end - mark_cells) {
		put(win, y, x, attr, c.wide);
		x += c.cells;
	}
	for (; mark && *mark; mark++, x++)
		put(win, y, x, attr, (wchar_t[]){ *mark, L'\0' });
	put_blank(win, y, x, end - x, attr);
}

void draw_text(WINDOW *win, int y, int x, int width, enum role role,
	       const char *text)
{
	draw_line(win, y, x, width, role, text, false);
}

void draw_right(WINDOW *win, int y, int x, int width, enum role role,
		const char *text)
{
	draw_line(win, y, x, width, role, text, true);
}

void draw_fill(WINDOW *win, int y, int x, int height, int width,
	       enum role role)
{
	attr_t attr = (attr_t)theme_attr(role);

	for (int i = 0; i < height && y + i < getmaxy(win); i++) {
		int w = width;
		if (clip(win, y + i, x, &w))
			put_blank(win, y + i, x, w, attr);
	}
}

/* Left end, middle and right end of a horizontal line. */
static void draw_rule(WINDOW *win, int y, int x, int width, attr_t attr,
		      const wchar_t *const part[3])
{
	int shown = width;

	if (!clip(win, y, x, &shown))
		return;
	for (int i = 0; i < shown; i++)
		put(win, y, x + i, attr,
		    part[i == 0 ? 0 : i == width - 1 ? 2 : 1]);
}

/* A text on the top edge of a frame, a space of the edge on either side. */
static void draw_label(WINDOW *win, int y, int x, int cells, enum role edge,
		       const char *text)
{
	draw_text(win, y, x, 1, edge, " ");
	draw_text(win, y, x + 1, cells, ROLE_TITLE, text);
	draw_text(win, y, x + 1 + cells, 1, edge, " ");
}

void draw_frame(WINDOW *win, int y, int x, int height, int width, bool focus,
		const char *title, const char *right)
{
	static const wchar_t *const box[2][3][3] = {
		{ { L"+", L"-", L"+" }, { L"|", L"", L"|" }, { L"+", L"-", L"+" } },
		{ { L"┌", L"─", L"┐" }, { L"│", L"", L"│" }, { L"└", L"─", L"┘" } },
	};
	bool utf8 = draw_utf8();
	enum role edge = focus ? ROLE_BORDER_FOCUS : ROLE_BORDER;
	attr_t attr = (attr_t)theme_attr(edge);

	if (height < 2 || width < 2)
		return;
	draw_rule(win, y, x, width, attr, box[utf8][0]);
	draw_rule(win, y + height - 1, x, width, attr, box[utf8][2]);
	for (int i = 1; i < height - 1; i++) {
		int one = 1;
		if (clip(win, y + i, x, &one))
			put(win, y + i, x, attr, box[utf8][1][0]);
		if (clip(win, y + i, x + width - 1, &one))
			put(win, y + i, x + width - 1, attr, box[utf8][1][2]);
	}

	/* "┌ title ── right ┐": what stands right keeps its room first, and
	 * one piece of the line stays between the two. */
	int room = width - 4;
	int cells = right && *right ? cells_of(right, room, utf8) : 0;
	if (cells > 0 && cells <= room) {
		draw_label(win, y, x + width - 3 - cells, cells, edge, right);
		room -= cells + 3;
	}
	cells = title && *title && room > 0 ? cells_of(title, room, utf8) : 0;
	if (cells > 0)
		draw_label(win, y, x + 1, cells < room ? cells : room, edge,
			   title);
}

void draw_spark(WINDOW *win, int y, int x, enum role role,
		const uint64_t *values, int n, uint64_t max)
{
	static const wchar_t bars[2][9] = { L"_.,-=+*#", L"▁▂▃▄▅▆▇█" };
	attr_t attr = (attr_t)theme_attr(role);
	const wchar_t *bar = bars[draw_utf8()];

	if (max == 0)
		for (int i = 0; i < n; i++)
			max = values[i] > max ? values[i] : max;
	if (!clip(win, y, x, &n))
		return;
	for (int i = 0; i < n; i++) {
		/* The lowest bar is for nothing at all: one event shows. */
		double part = max ? (double)values[i] / (double)max : 0;
		int level = values[i] == 0 ? 0 : 1 + (int)(part * 6 + 0.5);
		put(win, y, x + i, attr,
		    (wchar_t[]){ bar[level > 7 ? 7 : level], L'\0' });
	}
}
