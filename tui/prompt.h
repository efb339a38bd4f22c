/* SPDX-License-Identifier: MIT */
/*
 * A line to type into at the bottom of the screen: the filter, a file's name.
 * It takes two rows: the text, and below it what is wrong with it.
 */
#ifndef NX_PROMPT_H
#define NX_PROMPT_H

#include <ncurses.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/errmsg.h"

struct prompt; /* opaque */

#define PROMPT_MAX 65536 /* bytes of text, with NUL: what a filter may have */
#define PROMPT_HISTORY 64 /* lines kept; the oldest makes room */

/* What a line is for. */
struct prompt_use {
	const char *label; /* in front of the text */
	const char *hint; /* below the text while nothing is wrong */
	/* 0, or negative errno with a message. NULL: any text is good. */
	int (*check)(const char *text, struct errmsg *err);
	/* Word i that may stand in the text; NULL after the last. May be NULL. */
	const char *(*word)(size_t i);
};

enum prompt_result {
	PROMPT_TYPING,
	PROMPT_DONE, /* Enter on a good text */
	PROMPT_LEFT, /* Esc, or Backspace in an empty line */
};

/* NULL: out of memory. use is borrowed. */
struct prompt *prompt_new(const struct prompt_use *use);
void prompt_free(struct prompt *p); /* takes NULL */
/* Begin with this text, cut to what fits. */
void prompt_open(struct prompt *p, const char *text);
/*
 * A key: KEY_* codes of ncurses, or one byte of UTF-8. After any other result
 * than PROMPT_TYPING the caller stops giving keys; Enter puts the text into
 * the history.
 */
enum prompt_result prompt_key(struct prompt *p, int key);
/* Put a text into the history that was not typed here. */
void prompt_remember(struct prompt *p, const char *text);
const char *prompt_text(const struct prompt *p); /* until the next key */
/* Would Enter take it? err (may be NULL) says why not. */
bool prompt_good(struct prompt *p, struct errmsg *err);
/* Draw at rows y and y + 1 and leave the cursor where the next byte goes. */
void prompt_draw(struct prompt *p, WINDOW *win, int y, int x, int width);

#endif
