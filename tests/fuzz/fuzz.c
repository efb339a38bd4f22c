/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"
#include "tests/strictjson.h"

void must(bool holds, const char *property, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "broken: %s: %.2000s\n", property, text);
	abort();
}

void must_print(const char *text, const char *what)
{
	int32_t rune;

	for (const char *s = text; *s; s += text_rune(s, &rune)) {
		while (*s >= ' ' && *s <= '~')
			s++;
		if (!*s)
			return;
		must(text_rune(s, &rune) > 0 && text_rune_width(rune) >= 0,
		     what, text);
	}
}

void must_be_json(const char *text, size_t len)
{
	const char *why = strictjson(text, len);

	must(!why, why, text);
}
