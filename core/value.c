/* SPDX-License-Identifier: MIT */
#include "core/value.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/model.h"
#include "core/text.h"

/* snprintf() that returns how much of text is used now. */
__attribute__((format(printf, 4, 5))) static size_t
append(char *text, size_t size, size_t used, const char *format, ...)
{
	va_list args;

	if (used + 1 >= size)
		return used;
	va_start(args, format);
	int n = vsnprintf(text + used, size - used, format, args);
	va_end(args);
	if (n < 0)
		return used;
	if ((size_t)n < size - used)
		return used + (size_t)n;
	/* Cut at a character's end: the last one may lack bytes. */
	used = size - 1;
	while (used > 0 && (text[used - 1] & 0xc0) == 0x80)
		used--;
	if (used > 0 && (text[used - 1] & 0x80))
		used--;
	text[used] = '\0';
	return size - 1;
}

static void list_text(const struct value *v, char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < v->list_len; i++)
		used = append(text, size, used, "%s%s", i ? ", " : "",
			      v->list[i]);
	if (v->list_cut)
		append(text, size, used, ", ...");
}

void value_text(const struct value *v, const struct model *m, char *text,
		size_t size)
{
	char address[ADDRESS_TEXT];

	if (size == 0)
		return;
	text[0] = '\0';
	switch (v->kind) {
	case VALUE_NONE:
		break;
	case VALUE_BOOL:
		append(text, size, 0, v->number ? "yes" : "no");
		break;
	case VALUE_NUMBER:
		append(text, size, 0, "%llu", (unsigned long long)v->number);
		break;
	case VALUE_SIZE:
		text_size(text, size, v->number);
		break;
	case VALUE_DURATION:
		text_duration(text, size, v->number);
		break;
	case VALUE_TIME:
		text_clock(text, size, m ? model_wall(m, v->number) : v->number);
		break;
	case VALUE_TEXT:
		append(text, size, 0, "%s", v->text);
		break;
	case VALUE_ADDRESS:
		address_text(&v->address, address);
		append(text, size, 0, "%s", address);
		break;
	case VALUE_LIST:
		list_text(v, text, size);
		break;
	}
}
