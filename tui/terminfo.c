/* SPDX-License-Identifier: MIT */
#include "tui/terminfo.h"

#include <errno.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

int terminfo_check(int fd, struct errmsg *err)
{
	const char *type = getenv("TERM");
	int found = 0;

	if (!type || !*type)
		return errmsg_set(err, -ENOTTY,
				  "TERM is not set, so the kind of terminal is "
				  "not known; set it, or use -o json");
	if (setupterm(type, fd, &found) != OK || found != 1)
		return errmsg_set(err, -ENOTTY,
				  "the terminal \"%s\" (TERM) is not known here; "
				  "try TERM=xterm, or use -o json",
				  type);
	bool usable = cursor_address && clear_screen && !generic_type &&
		      !hard_copy;
	del_curterm(cur_term);
	if (!usable)
		return errmsg_set(err, -ENOTTY,
				  "the terminal \"%s\" (TERM) cannot place a "
				  "cursor; use -o json",
				  type);
	return 0;
}

bool terminfo_mouse(void)
{
	return key_mouse != NULL;
}

struct bytes {
	char *text;
	size_t size, len;
};

/* Add a capability without its delays ("$<5>"). */
static void add(struct bytes *b, const char *text)
{
	if (!text || text == (char *)-1)
		return;
	while (*text && b->len < b->size) {
		const char *end = strncmp(text, "$<", 2) == 0 ?
					  strchr(text, '>') : NULL;
		if (end)
			text = end + 1;
		else
			b->text[b->len++] = *text++;
	}
}

size_t terminfo_restore(char *text, size_t size)
{
	struct bytes b = { .text = text, .size = size };
	const char *mouse = tigetstr("XM"); /* user_caps(5) */

	add(&b, "\030"); /* CAN: ends a sequence that was cut in half */
	if (mouse && mouse != (char *)-1)
		add(&b, tiparm(mouse, 0));
	else if (key_mouse)
		add(&b, "\033[?1000l");
	add(&b, orig_pair);
	add(&b, exit_attribute_mode);
	add(&b, keypad_local);
	add(&b, cursor_normal);
	if (exit_ca_mode)
		add(&b, exit_ca_mode);
	else
		add(&b, "\r\n");
	return b.len;
}
