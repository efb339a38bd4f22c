/* SPDX-License-Identifier: MIT */
/* The screen of 80x24 without a terminal. */
#ifndef NX_TEST_TERMINAL_H
#define NX_TEST_TERMINAL_H

#include "core/model.h"

/*
 * What the screen shows after the keys: one key a line, named (Tab, Enter,
 * Escape, Up, Down, PageUp, PageDown, Home, End, F1, Backspace) or
 * characters. filter, keys: NULL for none. Lines end without spaces. The
 * caller frees the text.
 */
char *terminal_screen(const struct model *m, const char *mode,
		      const char *filter, const char *keys);

#endif
