/* SPDX-License-Identifier: MIT */
/* The screen on its terminal and on the loop: keys, frames, signals, exports. */
#ifndef NX_VIEW_H
#define NX_VIEW_H

#include <stdbool.h>

#include "core/errmsg.h"
#include "tui/loop.h"
#include "tui/run.h"

struct view; /* opaque */

/*
 * Take the terminal, load the theme and begin. mode and missing as in
 * screen.h, borrowed like the rest. 0, or a status (run.h) with a message and
 * the terminal as it was.
 */
int view_open(struct view **out, struct run *r, struct loop *l,
	      const char *mode, const char *const *missing, struct errmsg *err);
void view_close(struct view *v); /* gives the terminal back; takes NULL */
/* Nobody is at the terminal any more: the loop has been stopped. */
bool view_gone(const struct view *v);

void view_frame(struct view *v); /* for loop_calls */
bool view_work(struct view *v); /* the same: a batch of an export */
void view_signal(struct view *v, int signo); /* the same: WINCH, TSTP and CONT */
void view_message(struct view *v, bool bad, const char *text);

#endif
