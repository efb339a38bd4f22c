/* SPDX-License-Identifier: MIT */
/*
 * A text that scrolls: the help, a detail. It is written anew for each frame
 * that shows it and keeps its place meanwhile. All memory is taken by
 * page_new(); a text that is longer ends with a line that says so.
 */
#ifndef NX_PAGE_H
#define NX_PAGE_H

#include <ncurses.h>
#include <stddef.h>

#include "tui/theme.h"

struct page; /* opaque */

struct page *page_new(void); /* NULL: out of memory */
void page_free(struct page *p); /* takes NULL */

/* Begin a text of lines `width` cells wide; where it was scrolled to stays. */
void page_begin(struct page *p, int width);
int page_width(const struct page *p);
/* Put text at column x of the present line; it is cut where the next begins. */
void page_put(struct page *p, int x, enum role role, const char *text);
void page_print(struct page *p, int x, enum role role, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Put text from column x on, on as many lines as it needs; the last one stays the present one. */
void page_wrap(struct page *p, int x, enum role role, const char *text);
/* The present line is done. */
void page_end(struct page *p);
/* An empty line and a heading. */
void page_heading(struct page *p, const char *text);

/* Bytes of text that fit into `cells` cells, to the last blank if there is one. */
size_t page_fit(const char *text, int cells);

void page_top(struct page *p); /* to the first line */
void page_bottom(struct page *p);
void page_scroll(struct page *p, int lines);
int page_height(const struct page *p); /* lines shown when last drawn */
/* Draw with a frame around it. */
void page_draw(struct page *p, WINDOW *win, int y, int x, int height,
	       int width, const char *title);

#endif
