/* SPDX-License-Identifier: MIT */
/*
 * The terminal: /dev/tty opened anew, so that no flag set here reaches the
 * user's shell. ncurses writes into a memory file; what it wrote goes to the
 * terminal without ever blocking, and the next frame is drawn only when all
 * of the last one has left. The terminal is restored on every exit that can be caught.
 */
#ifndef NX_TERM_H
#define NX_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/errmsg.h"

struct term; /* opaque */

/* 0, or negative errno with a message (no terminal, TERM unset or unusable: exit status 2). */
int term_open(struct term **out, struct errmsg *err);
void term_close(struct term *t); /* restores everything and frees; takes NULL */
int term_fd(const struct term *t); /* non-blocking, for reading and writing */
/* The next key (ncurses' KEY_* codes, or a character), ERR when none waits. */
int term_key(struct term *t);
/* Nothing of the last frame is left, and the terminal's queue is empty. */
bool term_ready(struct term *t);
/* doupdate(), and send as much as the terminal takes. */
void term_show(struct term *t);
/* Send more of what is left. 0, or negative errno: the terminal is gone. */
int term_flush(struct term *t);
bool term_pending(const struct term *t); /* something is left to send */
bool term_gone(struct term *t); /* nobody is at the other end any more */
/* Take the terminal's present size; true when it changed. */
bool term_resize(struct term *t);
/* Is the terminal ours, not another job's of the shell? */
bool term_foreground(const struct term *t);
/* Stop (for SIGTSTP) and start again, in the foreground. */
void term_suspend(struct term *t);
void term_resume(struct term *t);

#endif
