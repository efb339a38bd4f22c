/* SPDX-License-Identifier: MIT */
#include "core/tell.h"

#include <stdarg.h>
#include <stdio.h>

void tell_line(const struct tell *t, struct line *l)
{
	line_end(l);
	if (l->len)
		t->take(t->ctx, l->text);
}

void tell(const struct tell *t, const char *format, ...)
{
	char text[TELL_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	t->take(t->ctx, text);
}

void tell_put_mac(struct line *l, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (i)
			line_char(l, ':');
		line_hex(l, (struct span){ bytes.data + i, 1 });
	}
}

void tell_put_lifetime(struct line *l, uint32_t seconds)
{
	if (seconds == UINT32_MAX) {
		line_put(l, "forever");
		return;
	}
	line_number(l, seconds);
	line_char(l, 's');
}
