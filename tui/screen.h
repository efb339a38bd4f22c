/* SPDX-License-Identifier: MIT */
/*
 * Which panes there are, which has the focus, what a key does. Knows the model
 * and ncurses' stdscr, but no file, no descriptor and no loop: tests run it off-screen.
 */
#ifndef NX_SCREEN_H
#define NX_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/errmsg.h"
#include "core/model.h"

struct screen; /* opaque */

/* What the screen asks of the program around it, and what it shows of it. */
struct screen_host {
	void *ctx;
	/* Export to a file with this filter text ("" for none): 0 when begun, else negative errno with a message. */
	int (*export)(void *ctx, const char *path, const char *filter, struct errmsg *err);
	const char *host; /* host name */
	const char *mode; /* "live", "demo", or a file's name */
	const char *missing; /* one line on what this kernel lacks, or NULL */
	const char *const *missing_list; /* all lines, for the help; NULL-terminated; may be NULL */
};

/* NULL: out of memory. model and host are borrowed. */
struct screen *screen_new(const struct model *m, const struct screen_host *host);
void screen_free(struct screen *s);
/* A filter as from the `/` line: 0 or -EINVAL with a message (the old one stays). */
int screen_set_filter(struct screen *s, const char *text, struct errmsg *err);
/* A key (term_key()). Returns true when something must be drawn anew. */
bool screen_key(struct screen *s, int key);
bool screen_quits(const struct screen *s);
/*
 * Does the picture differ from the last one drawn? now_ns: model time. A
 * change of counters alone counts at most twice a second.
 */
bool screen_stale(const struct screen *s, uint64_t now_ns);
/* Draw into stdscr and wnoutrefresh() it; the caller does doupdate(). */
void screen_draw(struct screen *s, uint64_t now_ns);
/* A line for the bottom (end of an export, a lost cgroup ...); replaced by the next key. */
void screen_message(struct screen *s, bool bad, const char *text);

/* What the keys do: for the command table (command.h) alone. */
void screen_filter(struct screen *s, int arg);
void screen_open(struct screen *s, int arg);
void screen_export(struct screen *s, int arg);
void screen_help(struct screen *s, int arg);
void screen_hold(struct screen *s, int arg);
void screen_zoom(struct screen *s, int arg);
void screen_quit(struct screen *s, int arg);
void screen_back(struct screen *s, int arg);
void screen_next_pane(struct screen *s, int by);
void screen_pane(struct screen *s, int number); /* from 0 */
void screen_move(struct screen *s, int by);
void screen_move_page(struct screen *s, int by);
void screen_end(struct screen *s, int end); /* -1: first, 1: last */
void screen_fold(struct screen *s, int open); /* 1: open, -1: close */
void screen_mouse(struct screen *s, int arg);
void screen_redraw(struct screen *s, int arg);

#endif
