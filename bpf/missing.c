/* SPDX-License-Identifier: MIT */
#include "bpf/missing.h"

#include <stdarg.h>
#include <stdio.h>

void missing_add(struct missing *m, const char *format, ...)
{
	va_list args;

	if (m->count == MISSING_MAX)
		return;
	char *text = m->text[m->count];
	va_start(args, format);
	vsnprintf(text, sizeof(m->text[0]), format, args);
	va_end(args);
	m->line[m->count++] = text;
}
