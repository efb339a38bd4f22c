/* SPDX-License-Identifier: MIT */
/*
 * THE COMMAND TABLE. What a key does, the help overlay, the hints in the
 * bottom line and the KEYS section of the man page all derive from it.
 */
#ifndef NX_COMMAND_H
#define NX_COMMAND_H

#include <ncurses.h>
#include <stdbool.h>
#include <stddef.h>

struct screen;

enum command_place { /* bits: where a command can be given */
	IN_LIST = 1 << 0, /* the panes */
	IN_PAGE = 1 << 1, /* a detail, or the help */
	ANYWHERE = IN_LIST | IN_PAGE,
};

#define COMMAND_KEYS 4
#define COMMAND_KEY_TEXT 16
#define COMMAND_CTRL(letter) ((letter) & 0x1f)
#define COMMAND_ESC 27

struct command {
	const char *name;
	int keys[COMMAND_KEYS]; /* as term_key() gives them; 0: none */
	unsigned places; /* enum command_place bits */
	void (*run)(struct screen *s, int arg);
	int arg;
	const char *hint; /* one word for the bottom line; NULL: not there */
	const char *help; /* one sentence, without its full stop */
};

extern const struct command commands[];
extern const size_t commands_count;

/* What the key does there; NULL: nothing. */
const struct command *command_find(int key, unsigned place);
/* "a", "Space", "F1", "Ctrl-L", "PgUp". */
void command_key_text(int key, char text[COMMAND_KEY_TEXT]);
/* All keys of a command, separated by ", ". */
void command_keys_text(const struct command *c, char *text, size_t size);
/*
 * Draw the hints of a place so that they end at column `right` (exclusive)
 * and take at most `width` cells. When narrow the labels go first, the last
 * one before the first, then the keys. Returns the cells taken.
 */
int command_draw_hints(WINDOW *win, int y, int right, int width,
		       unsigned place);
/* The rows of the KEYS list of the man page (mdoc), one call a line. */
void command_man(void (*line)(void *ctx, const char *text), void *ctx);

#endif
