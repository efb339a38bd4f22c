/* SPDX-License-Identifier: MIT */
#include "tui/say.h"

#include <stdio.h>
#include <unistd.h>

#include "tui/draw.h"
#include "tui/summary.h"

/*
 * Add text as far as there is room. Where the locale has no UTF-8, what is
 * not ASCII becomes "?", once for each character.
 */
static size_t add(char *line, size_t len, size_t size, const char *text)
{
	bool utf8 = draw_utf8();

	for (; *text && len < size; text++) {
		unsigned char c = (unsigned char)*text;
		if (utf8 || c < 0x80)
			line[len++] = *text;
		else if (c >= 0xc0) /* not the rest of a character */
			line[len++] = '?';
	}
	return len;
}

/* One write for a line, straight to the descriptor: nothing is left in a buffer. */
static void put(const char *before, const char *text)
{
	char line[2048];
	size_t len = add(line, 0, sizeof(line) - 1, before);

	len = add(line, len, sizeof(line) - 1, text);
	line[len++] = '\n';
	/* Where nobody listens there is nobody to tell. */
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}

void say_error(const char *text)
{
	put("netexplore: ", text);
}

void say_hint(const char *text)
{
	put("", text);
}

void say_begin(const struct run *r)
{
	char text[512];
	const char *why;

	/* Events of sockets and connections have more than packets have. */
	if ((!r->lines && !r->record) || r->happen ||
	    filter_can_match(r->filter, ROW_PACKET, &why))
		return;
	snprintf(text, sizeof(text),
		 "no packet has %s, so none will match (filter: %.300s)", why,
		 filter_source(r->filter));
	say_error(text);
}

static void put_line(void *ctx, const char *text)
{
	(void)ctx;
	put("", text);
}

int say_end(const struct run *r, int signo)
{
	if (r->status)
		say_error(r->why.text);
	summary_lines(r, put_line, NULL);
	return r->status ? r->status : signo ? 128 + signo : RUN_GOOD;
}
