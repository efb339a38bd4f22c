/* SPDX-License-Identifier: MIT */
/* What is known of the kind of terminal (terminfo(5)). */
#ifndef NX_TERMINFO_H
#define NX_TERMINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "core/errmsg.h"

/*
 * Does TERM name a terminal on which a screen can be drawn? 0, or -ENOTTY
 * with a message.
 */
int terminfo_check(int fd, struct errmsg *err);
bool terminfo_mouse(void); /* after newterm(): does the terminal report its mouse? */
/*
 * The bytes that bring a terminal back from ncurses: colours, keypad, mouse,
 * cursor, the shell's screen. After newterm(). Returns how many, not
 * NUL-terminated.
 */
size_t terminfo_restore(char *text, size_t size);

#endif
