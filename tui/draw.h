/* SPDX-License-Identifier: MIT */
/* The only file that puts text into a window. */
#ifndef NX_DRAW_H
#define NX_DRAW_H

#include <ncurses.h>
#include <stdint.h>

#include "tui/theme.h"

/*
 * Put text at y, x in exactly `width` cells: cut with "…" ("..." without
 * UTF-8, or where fewer than 4 cells "~"), padded with spaces. Controls are
 * shown as "?". Nothing is ever drawn outside the window.
 */
void draw_text(WINDOW *win, int y, int x, int width, enum role role, const char *text);
/* The same, aligned to the right. */
void draw_right(WINDOW *win, int y, int x, int width, enum role role, const char *text);
/* Fill a rectangle with spaces. */
void draw_fill(WINDOW *win, int y, int x, int height, int width, enum role role);
/* A frame with a title at the left and a text at the right of its top edge; ASCII without UTF-8. */
void draw_frame(WINDOW *win, int y, int x, int height, int width, bool focus, const char *title, const char *right);
/* A bar graph of n values in n cells ("▁▂▃▄▅▆▇█", or ASCII); max 0: the largest. */
void draw_spark(WINDOW *win, int y, int x, enum role role, const uint64_t *values, int n, uint64_t max);
/* Does the locale have UTF-8? */
bool draw_utf8(void);

#endif
