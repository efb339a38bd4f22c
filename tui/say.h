/* SPDX-License-Identifier: MIT */
/* Messages on standard error. */
#ifndef NX_SAY_H
#define NX_SAY_H

#include "tui/run.h"

/* "netexplore: TEXT". */
void say_error(const char *text);
void say_hint(const char *text); /* a further line */
/* The beginning, without a screen: a filter that no packet can match prints nothing. */
void say_begin(const struct run *r);
/*
 * The end of every run: what went wrong, if anything, and the summary.
 * signo: the signal that ended it, or 0. Returns the exit status.
 */
int say_end(const struct run *r, int signo);

#endif
