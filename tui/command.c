/* SPDX-License-Identifier: MIT */
#include "tui/command.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/draw.h"
#include "tui/screen.h"

/*
 * The order is that of the help; the hints of the bottom line come in the
 * same order, so what matters most stands first.
 */
/* clang-format off */
const struct command commands[] = {
	{ "filter", { '/' }, IN_LIST, screen_filter, 0, "filter",
	  "Show only the rows that match; an empty line shows all again" },
	{ "open", { '\n', '\r', KEY_ENTER }, IN_LIST, screen_open, 0, "detail",
	  "Show everything about the selected row" },
	{ "export", { 'e' }, ANYWHERE, screen_export, 0, "export",
	  "Write what is known, as filtered, to a JSON file" },
	{ "help", { '?', KEY_F(1) }, ANYWHERE, screen_help, 0, "help",
	  "Show the keys and what the words on the screen mean" },
	{ "hold", { ' ' }, ANYWHERE, screen_hold, 0, "hold",
	  "Hold the rows on show while capture goes on, or let them go" },
	{ "zoom", { 'z' }, IN_LIST, screen_zoom, 0, "zoom",
	  "Give the whole screen to one pane, or show all again" },
	{ "quit", { 'q' }, ANYWHERE, screen_quit, 0, "quit",
	  "Close what is open; with nothing open, leave the program" },
	{ "back", { COMMAND_ESC }, ANYWHERE, screen_back, 0, NULL,
	  "Close what is open" },

	{ "next-pane", { '\t' }, ANYWHERE, screen_next_pane, 1, NULL,
	  "Go to the next pane" },
	{ "previous-pane", { KEY_BTAB }, ANYWHERE, screen_next_pane, -1, NULL,
	  "Go to the previous pane" },
	{ "flows", { '1' }, ANYWHERE, screen_pane, 0, NULL,
	  "Go to the TCP handshakes" },
	{ "icmp", { '2' }, ANYWHERE, screen_pane, 1, NULL,
	  "Go to the ICMP pairs" },
	{ "dns", { '3' }, ANYWHERE, screen_pane, 2, NULL,
	  "Go to the DNS queries" },
	{ "processes", { '4' }, ANYWHERE, screen_pane, 3, NULL,
	  "Go to the processes" },

	{ "up", { KEY_UP, 'k' }, ANYWHERE, screen_move, -1, NULL,
	  "Go up one row" },
	{ "down", { KEY_DOWN, 'j' }, ANYWHERE, screen_move, 1, NULL,
	  "Go down one row" },
	{ "page-up", { KEY_PPAGE, COMMAND_CTRL('b') }, ANYWHERE,
	  screen_move_page, -1, NULL, "Go up one page" },
	{ "page-down", { KEY_NPAGE, COMMAND_CTRL('f') }, ANYWHERE,
	  screen_move_page, 1, NULL, "Go down one page" },
	{ "first", { KEY_HOME, 'g' }, ANYWHERE, screen_end, -1, NULL,
	  "Go to the oldest row, or to the top" },
	{ "last", { KEY_END, 'G' }, ANYWHERE, screen_end, 1, NULL,
	  "Go to the newest row and follow what comes" },
	{ "unfold", { KEY_RIGHT, '+', 'l' }, IN_LIST, screen_fold, 1, NULL,
	  "Open the row's tree, or go into it" },
	{ "fold", { KEY_LEFT, '-', 'h' }, IN_LIST, screen_fold, -1, NULL,
	  "Close the row's tree, or go to the row it belongs to" },
	{ "mouse", { KEY_MOUSE }, ANYWHERE, screen_mouse, 0, NULL,
	  "A click selects, a second one opens, the wheel scrolls" },
	{ "redraw", { COMMAND_CTRL('l') }, ANYWHERE, screen_redraw, 0, NULL,
	  "Draw the whole screen anew" },
};
/* clang-format on */
const size_t commands_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(int key, unsigned place)
{
	if (key == 0)
		return NULL;
	for (size_t i = 0; i < commands_count; i++) {
		if (!(commands[i].places & place))
			continue;
		for (int k = 0; k < COMMAND_KEYS; k++) {
			if (commands[i].keys[k] == key)
				return &commands[i];
		}
	}
	return NULL;
}

/* clang-format off */
static const struct {
	int key;
	const char *text;
} key_names[] = {
	{ ' ', "Space" }, { '\t', "Tab" }, { KEY_BTAB, "Shift-Tab" },
	{ '\n', "Enter" }, { COMMAND_ESC, "Esc" },
	{ KEY_UP, "Up" }, { KEY_DOWN, "Down" }, { KEY_LEFT, "Left" },
	{ KEY_RIGHT, "Right" }, { KEY_PPAGE, "PgUp" }, { KEY_NPAGE, "PgDn" },
	{ KEY_HOME, "Home" }, { KEY_END, "End" }, { KEY_MOUSE, "Mouse" },
	/* Other faces of Enter: the same key for who presses it. */
	{ '\r', "" }, { KEY_ENTER, "" },
};
/* clang-format on */

void command_key_text(int key, char text[COMMAND_KEY_TEXT])
{
	for (size_t i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++) {
		if (key_names[i].key == key) {
			snprintf(text, COMMAND_KEY_TEXT, "%s",
				 key_names[i].text);
			return;
		}
	}
	if (key > 0 && key < 0x20)
		snprintf(text, COMMAND_KEY_TEXT, "Ctrl-%c", key + '@');
	else if (key > 0x20 && key < 0x7f)
		snprintf(text, COMMAND_KEY_TEXT, "%c", key);
	else if (key >= KEY_F(1) && key <= KEY_F(12))
		snprintf(text, COMMAND_KEY_TEXT, "F%d", key - KEY_F0);
	else
		snprintf(text, COMMAND_KEY_TEXT, "%s", "");
}

void command_keys_text(const struct command *c, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (int i = 0; i < COMMAND_KEYS && c->keys[i]; i++) {
		char key[COMMAND_KEY_TEXT];

		command_key_text(c->keys[i], key);
		if (!key[0] || len >= size)
			continue;
		len += (size_t)snprintf(text + len, size - len, "%s%s",
					len ? ", " : "", key);
	}
}

#define HINT_GAP 2

/* Cells of the first n hints of a place, the first `labels` with their label. */
static int hints_width(unsigned place, int n, int labels)
{
	int width = 0, at = 0;

	for (size_t i = 0; i < commands_count && at < n; i++) {
		char key[COMMAND_KEY_TEXT];

		if (!commands[i].hint || !(commands[i].places & place))
			continue;
		command_key_text(commands[i].keys[0], key);
		width += (int)text_width(key) + (at ? HINT_GAP : 0);
		if (at < labels)
			width += 1 + (int)text_width(commands[i].hint);
		at++;
	}
	return width;
}

int command_draw_hints(WINDOW *win, int y, int right, int width,
		       unsigned place)
{
	int n = 0;

	for (size_t i = 0; i < commands_count; i++)
		n += commands[i].hint && (commands[i].places & place);

	int labels = n;
	while (labels > 0 && hints_width(place, n, labels) > width)
		labels--;
	while (n > 0 && hints_width(place, n, labels) > width)
		n--;

	int taken = hints_width(place, n, labels);
	int x = right - taken;
	int at = 0;
	for (size_t i = 0; i < commands_count && at < n; i++) {
		const struct command *c = &commands[i];
		char key[COMMAND_KEY_TEXT];

		if (!c->hint || !(c->places & place))
			continue;
		command_key_text(c->keys[0], key);
		x += at ? HINT_GAP : 0;
		draw_text(win, y, x, (int)text_width(key), ROLE_KEY, key);
		x += (int)text_width(key);
		if (at < labels) {
			draw_text(win, y, x + 1, (int)text_width(c->hint),
				  ROLE_STATUS, c->hint);
			x += 1 + (int)text_width(c->hint);
		}
		at++;
	}
	return taken;
}

void command_man(void (*line)(void *ctx, const char *text), void *ctx)
{
	for (size_t i = 0; i < commands_count; i++) {
		char text[256] = ".It";
		size_t len = strlen(text);

		for (int k = 0; k < COMMAND_KEYS && commands[i].keys[k]; k++) {
			char key[COMMAND_KEY_TEXT];

			command_key_text(commands[i].keys[k], key);
			if (!key[0])
				continue;
			/* \& keeps mdoc from taking "?" for punctuation and
			 * "-" for the begin of an option. */
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%s \\&%s", k ? " ," : " Ic",
						key);
		}
		line(ctx, text);
		snprintf(text, sizeof(text), "%s.", commands[i].help);
		line(ctx, text);
	}
}
