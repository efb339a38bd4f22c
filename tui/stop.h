/* SPDX-License-Identifier: MIT */
/*
 * The signals that end the program, as a descriptor: for the parts that run
 * without the loop.
 */
#ifndef NX_STOP_H
#define NX_STOP_H

#include <stdbool.h>

/* INT, TERM, HUP and QUIT, ended by 0. */
extern const int stop_signals[];
/*
 * Was it ignored when the program began, and stays so (nohup)? Not INT and
 * QUIT: a shell without job control ignores them for what it puts into the
 * background, and who sends one there means it.
 */
bool stop_ignored(int signo);

int stop_begin(void); /* 0 or negative errno */
void stop_end(void); /* the signals do what they usually do again */
int stop_fd(void); /* readable when a signal came; -1 before stop_begin() */
int stop_signal(void); /* the signal that came, or 0; does not wait */

#endif
