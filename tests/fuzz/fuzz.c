/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tests/strict.h"

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

	for (const char *s = text; *s; s += text_rune(s, &rune))
		must(text_rune(s, &rune) > 0 && text_rune_width(rune) >= 0,
		     what, text);
}

void must_be_json(const char *text, size_t len)
{
	static struct json_tokener *t;

	must(!memchr(text, '\n', len), "one line", text);
	if (!t)
		t = json_tokener_new_ex(256);
	json_tokener_reset(t);
	json_tokener_set_flags(t, strict_flags());
	struct json_object *o = json_tokener_parse_ex(t, text, (int)len);
	/* Of a number at the very end json-c waits for more. */
	must(json_tokener_get_error(t) == json_tokener_success && o,
	     json_tokener_error_desc(json_tokener_get_error(t)), text);
	must(json_tokener_get_parse_end(t) == len, "all of it is JSON", text);
	json_object_put(o);
}
