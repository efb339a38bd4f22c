/* SPDX-License-Identifier: MIT */
#include "core/errmsg.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

/*
 * Only a format that has a newline of its own (the filter's caret line) may
 * give more than one line: one that came with a file's name is escaped.
 */
static void clean(char *text, size_t size, const char *raw, bool lines)
{
	size_t len = 0;

	for (;;) {
		size_t line = lines ? strcspn(raw, "\n") : strlen(raw);
		len += text_clean(text + len, size - len, raw, line, false);
		raw += line;
		if (!*raw || len + 2 > size)
			return;
		text[len++] = '\n';
		text[len] = '\0';
		raw++;
	}
}

int errmsg_set(struct errmsg *err, int code, const char *format, ...)
{
	if (!err)
		return code;

	char raw[sizeof(err->text)];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	if (n < 0)
		raw[0] = '\0';
	err->code = code;
	clean(err->text, sizeof(err->text), raw, strchr(format, '\n') != NULL);
	return code;
}
