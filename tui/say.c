/* SPDX-License-Identifier: MIT */
#include "tui/say.h"

#include <string.h>
#include <unistd.h>

#include "tui/summary.h"

/* One write for a line, straight to the descriptor: nothing is left in a buffer. */
static void put(const char *before, const char *text)
{
	char line[2048];
	size_t len = 0;
	const char *parts[] = { before, text, "\n" };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(parts[i]);
		size_t room = sizeof(line) - len - (i < 2 ? 1 : 0);
		n = n < room ? n : room;
		memcpy(line + len, parts[i], n);
		len += n;
	}
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
