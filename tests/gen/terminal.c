/* SPDX-License-Identifier: MIT */
#include "tests/gen/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/offscreen.h"
#include "tui/screen.h"
#include "tui/theme.h"

enum { ROWS = 24, COLUMNS = 80 };

static const struct key {
	const char *name;
	int code;
} keys[] = {
	{ "Tab", '\t' },       { "Enter", '\n' },	 { "Escape", 27 },
	{ "Up", KEY_UP },      { "Down", KEY_DOWN },	 { "Left", KEY_LEFT },
	{ "Right", KEY_RIGHT }, { "PageUp", KEY_PPAGE }, { "PageDown", KEY_NPAGE },
	{ "Home", KEY_HOME },  { "End", KEY_END },	 { "F1", KEY_F(1) },
	{ "Backspace", KEY_BACKSPACE }, { "Space", ' ' },
};

static void press(struct screen *s, const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcmp(keys[i].name, name)) {
			screen_key(s, keys[i].code);
			return;
		}
	for (; *name; name++)
		screen_key(s, (unsigned char)*name);
}

static void press_all(struct screen *s, const char *text)
{
	char key[256];

	while (*text) {
		size_t n = strcspn(text, "\n");
		snprintf(key, sizeof(key), "%.*s", (int)n, text);
		press(s, key);
		text += n + (text[n] == '\n');
	}
}

static int no_export(void *ctx, const char *path, const char *filter,
		     struct errmsg *err)
{
	(void)ctx;
	(void)path;
	(void)filter;
	(void)err;
	return 0;
}

/* The whole screen as text. */
static char *read_screen(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (int y = 0; y < ROWS; y++) {
		const char *line = offscreen_cells(y, 0, COLUMNS);
		size_t n = strlen(line);
		while (n > 0 && line[n - 1] == ' ')
			n--;
		fprintf(out, "%.*s\n", (int)n, line);
	}
	fclose(out);
	return text;
}

char *terminal_screen(const struct model *m, const char *mode,
		      const char *filter, const char *text)
{
	struct errmsg err = { 0 };

	if (!offscreen && !offscreen_open("C.UTF-8", ROWS, COLUMNS))
		fail_msg("ncurses does not know xterm-256color");
	if (theme_load(NULL, &err) < 0)
		fail_msg("%s", err.text);

	struct screen_host host = { .export = no_export, .host = "host",
				    .mode = mode };
	struct screen *s = screen_new(m, &host);
	assert_non_null(s);
	if (filter && screen_set_filter(s, filter, &err) < 0)
		fail_msg("%s", err.text);
	erase();
	/* Keys act on what is on show. */
	screen_draw(s, m->now_ns);
	if (text)
		press_all(s, text);
	screen_draw(s, m->now_ns);
	char *shown = read_screen();
	screen_free(s);
	return shown;
}
