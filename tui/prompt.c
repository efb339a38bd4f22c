/* SPDX-License-Identifier: MIT */
/*
 *  filter: dst port 44|
 *  Enter applies, Esc leaves the old filter, Tab completes
 */
#include "tui/prompt.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/command.h"
#include "tui/draw.h"

#define KEY_RUBOUT 127

struct prompt {
	const struct prompt_use *use;
	char text[PROMPT_MAX];
	size_t len, cursor; /* bytes; the cursor is at a character's begin */
	char rune[5]; /* bytes of a character that is not whole yet */
	size_t rune_len;
	bool checked; /* good and err are those of the present text */
	bool good;
	struct errmsg err;
	char note[256]; /* what Tab found; "" none */
	char *history[PROMPT_HISTORY]; /* oldest first */
	size_t history_len;
	size_t history_at; /* history_len: the line being typed */
	char *typed; /* that line while the history is shown; may be NULL */
};

struct prompt *prompt_new(const struct prompt_use *use)
{
	struct prompt *p = calloc(1, sizeof(*p));

	if (p)
		p->use = use;
	return p;
}

void prompt_free(struct prompt *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->history_len; i++)
		free(p->history[i]);
	free(p->typed);
	free(p);
}

static void changed(struct prompt *p)
{
	p->checked = false;
	p->note[0] = '\0';
	p->rune_len = 0;
}

static void set_text(struct prompt *p, const char *text)
{
	size_t len = strnlen(text, PROMPT_MAX - 1);

	/* Not in the middle of a character. */
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	memcpy(p->text, text, len);
	p->text[len] = '\0';
	p->len = p->cursor = len;
	changed(p);
}

void prompt_open(struct prompt *p, const char *text)
{
	set_text(p, text);
	p->history_at = p->history_len;
	free(p->typed);
	p->typed = NULL;
}

const char *prompt_text(const struct prompt *p)
{
	return p->text;
}

bool prompt_good(struct prompt *p, struct errmsg *err)
{
	/* Only when asked, so that pasting a long text checks it once. */
	if (!p->checked) {
		p->err = (struct errmsg){ 0 };
		p->good = !p->use->check ||
			  p->use->check(p->text, &p->err) == 0;
		p->checked = true;
	}
	if (err)
		*err = p->err;
	return p->good;
}

/* Begin of the character before `at`. */
static size_t before(const struct prompt *p, size_t at)
{
	if (at == 0)
		return 0;
	do
		at--;
	while (at > 0 && ((unsigned char)p->text[at] & 0xc0) == 0x80);
	return at;
}

static size_t after(const struct prompt *p, size_t at)
{
	int32_t rune;

	return at < p->len ? at + text_rune(p->text + at, &rune) : at;
}

static void cut(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text + from, p->text + to, p->len - to + 1);
	p->len -= to - from;
	p->cursor = from;
	changed(p);
}

static void insert(struct prompt *p, const char *bytes, size_t n)
{
	if (p->len + n >= PROMPT_MAX) {
		changed(p);
		snprintf(p->note, sizeof(p->note),
			 "the line is full (%d bytes)", PROMPT_MAX - 1);
		return;
	}
	memmove(p->text + p->cursor + n, p->text + p->cursor,
		p->len - p->cursor + 1);
	memcpy(p->text + p->cursor, bytes, n);
	p->len += n;
	p->cursor += n;
	changed(p);
}

/* One byte of a character; what is not printable is not taken. */
static void type_byte(struct prompt *p, unsigned char byte)
{
	int32_t rune;

	if ((byte & 0xc0) != 0x80)
		p->rune_len = 0;
	if (p->rune_len >= 4)
		return;
	p->rune[p->rune_len++] = (char)byte;
	p->rune[p->rune_len] = '\0';

	if (text_rune(p->rune, &rune) != p->rune_len || rune < 0)
		return;
	if (text_rune_width(rune) >= 0)
		insert(p, p->rune, p->rune_len);
	p->rune_len = 0;
}

void prompt_remember(struct prompt *p, const char *text)
{
	if (!text[0])
		return;
	if (p->history_len > 0 &&
	    strcmp(p->history[p->history_len - 1], text) == 0)
		return;

	char *copy = strdup(text);
	if (!copy)
		return; /* a line less in the history, nothing worse */
	if (p->history_len == PROMPT_HISTORY) {
		free(p->history[0]);
		memmove(p->history, p->history + 1,
			(PROMPT_HISTORY - 1) * sizeof(p->history[0]));
		p->history_len--;
	}
	p->history[p->history_len++] = copy;
}

static void walk_history(struct prompt *p, int by)
{
	if (by < 0 ? p->history_at == 0 : p->history_at >= p->history_len)
		return;
	if (p->history_at == p->history_len) {
		free(p->typed);
		p->typed = strdup(p->text);
	}
	p->history_at = by < 0 ? p->history_at - 1 : p->history_at + 1;
	if (p->history_at < p->history_len)
		set_text(p, p->history[p->history_at]);
	else
		set_text(p, p->typed ? p->typed : "");
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_';
}

static void cut_word(struct prompt *p)
{
	size_t from = p->cursor;

	while (from > 0 && p->text[from - 1] == ' ')
		from--;
	while (from > 0 && p->text[from - 1] != ' ')
		from = before(p, from);
	cut(p, from, p->cursor);
}

/*
 * Complete the word before the cursor as far as all words that begin with it
 * agree, and list them when they do not.
 */
static void complete(struct prompt *p)
{
	size_t from = p->cursor, common = 0, found = 0, at = 0;
	const char *first = NULL;
	char list[sizeof(p->note)] = "";

	if (!p->use->word)
		return;
	while (from > 0 && is_word(p->text[from - 1]))
		from--;
	size_t len = p->cursor - from;

	for (size_t i = 0; ; i++) {
		const char *word = p->use->word(i);
		size_t same = 0;

		if (!word)
			break;
		if (strncasecmp(word, p->text + from, len) != 0)
			continue;
		if (at < sizeof(list))
			at += (size_t)snprintf(list + at, sizeof(list) - at,
					       "%s%s", found ? "  " : "", word);
		if (found++ == 0) {
			first = word;
			common = strlen(word);
		}
		while (same < common && word[same] == first[same])
			same++;
		common = same;
	}
	if (found == 0) {
		snprintf(p->note, sizeof(p->note), "no word begins so");
		return;
	}
	if (common >= len && len > 0) {
		cut(p, from, p->cursor);
		insert(p, first, common);
		if (found == 1)
			insert(p, " ", 1);
	}
	if (found > 1)
		snprintf(p->note, sizeof(p->note), "%s", list);
}

/* Keys that move the cursor. */
static bool move_key(struct prompt *p, int key)
{
	switch (key) {
	case KEY_LEFT:
	case COMMAND_CTRL('b'):
		p->cursor = before(p, p->cursor);
		return true;
	case KEY_RIGHT:
	case COMMAND_CTRL('f'):
		p->cursor = after(p, p->cursor);
		return true;
	case KEY_HOME:
	case COMMAND_CTRL('a'):
		p->cursor = 0;
		return true;
	case KEY_END:
	case COMMAND_CTRL('e'):
		p->cursor = p->len;
		return true;
	case KEY_UP:
	case COMMAND_CTRL('p'):
		walk_history(p, -1);
		return true;
	case KEY_DOWN:
	case COMMAND_CTRL('n'):
		walk_history(p, 1);
		return true;
	default:
		return false;
	}
}

/* Keys that take text away. */
static bool cut_key(struct prompt *p, int key)
{
	switch (key) {
	case KEY_BACKSPACE:
	case KEY_RUBOUT:
	case COMMAND_CTRL('h'):
		cut(p, before(p, p->cursor), p->cursor);
		return true;
	case KEY_DC:
	case COMMAND_CTRL('d'): {
		size_t here = p->cursor;

		cut(p, here, after(p, here));
		return true;
	}
	case COMMAND_CTRL('u'):
		cut(p, 0, p->len);
		return true;
	case COMMAND_CTRL('k'):
		cut(p, p->cursor, p->len);
		return true;
	case COMMAND_CTRL('w'):
		cut_word(p);
		return true;
	default:
		return false;
	}
}

enum prompt_result prompt_key(struct prompt *p, int key)
{
	switch (key) {
	case '\n':
	case '\r':
	case KEY_ENTER:
		if (!prompt_good(p, NULL))
			return PROMPT_TYPING;
		prompt_remember(p, p->text);
		return PROMPT_DONE;
	case COMMAND_ESC:
	case COMMAND_CTRL('g'):
		return PROMPT_LEFT;
	case '\t':
		complete(p);
		return PROMPT_TYPING;
	case KEY_BACKSPACE:
	case KEY_RUBOUT:
	case COMMAND_CTRL('h'):
		if (p->len == 0)
			return PROMPT_LEFT;
		break;
	default:
		break;
	}
	if (move_key(p, key) || cut_key(p, key))
		return PROMPT_TYPING;
	if (key >= 0x20 && key <= 0xff)
		type_byte(p, (unsigned char)key);
	return PROMPT_TYPING;
}

/* The first character to draw, so that the cursor is within `width` cells. */
static size_t first_shown(const struct prompt *p, int width)
{
	size_t at = p->cursor;
	int cells = 0;

	while (at > 0) {
		size_t prev = before(p, at);
		int32_t rune;

		text_rune(p->text + prev, &rune);
		int w = text_rune_width(rune);
		cells += w > 0 ? w : 0;
		if (cells >= width)
			break;
		at = prev;
	}
	return at;
}

void prompt_draw(struct prompt *p, WINDOW *win, int y, int x, int width)
{
	int label = (int)text_width(p->use->label);
	int room = width - label;
	struct errmsg err;

	if (room < 2)
		return;
	bool good = prompt_good(p, &err);
	draw_text(win, y, x, label, ROLE_KEY, p->use->label);

	size_t from = first_shown(p, room);
	draw_text(win, y, x + label, room,
		  good ? ROLE_FILTER_GOOD : ROLE_FILTER_BAD, p->text + from);

	/* A message may have a caret line below it; here the cursor serves. */
	err.text[strcspn(err.text, "\n")] = '\0';
	if (p->note[0])
		draw_text(win, y + 1, x, width, ROLE_MESSAGE, p->note);
	else if (!good)
		draw_text(win, y + 1, x, width, ROLE_FILTER_BAD, err.text);
	else
		draw_text(win, y + 1, x, width, ROLE_DIM,
			  p->use->hint ? p->use->hint : "");

	char under = p->text[p->cursor];
	p->text[p->cursor] = '\0';
	wmove(win, y, x + label + (int)text_width(p->text + from));
	p->text[p->cursor] = under;
}
