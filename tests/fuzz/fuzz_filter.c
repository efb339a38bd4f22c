/* SPDX-License-Identifier: MIT */
/* A filter as somebody may type it, asked about one row of each kind. */
#include "core/filter.h"

#include <stdio.h>

#include "tests/fuzz/fuzz.h"
#include "tests/sample.h"

/* A message has one line, or (with a place in the filter) two more. */
static void look_at_message(char *text)
{
	must(text[0] != 0, "a refusal has its reason", "");
	for (char *s = text; *s; s++)
		if (*s == '\n')
			*s = ' ';
	must_print(text, "message");
}

static void look_at_filter(const struct filter *f, const char *text,
			   const struct sample *s)
{
	struct filter *not = NULL;
	struct errmsg err = { 0 };
	char opposite[1024];
	const char *why = NULL;

	must(!f || !strcmp(filter_source(f), text), "keeps its text", text);
	filter_asks(f, ROW_ANSWER, ROW_DNS);
	snprintf(opposite, sizeof(opposite), "not (%s)", text);
	if (f)
		filter_parse(&not, opposite, &err);
	for (size_t i = 0; i < SAMPLE_ROWS; i++) {
		bool match = filter_match(f, &s->row[i]);
		must(f || match, "a blank one matches all", text);
		must(!not || match != filter_match(not, &s->row[i]),
		     "its opposite matches what it does not", text);
		must(!match || filter_can_match(f, s->row[i].kind, &why),
		     "what matches can match", text);
	}
	filter_free(not);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sample sample;
	struct errmsg err = { 0 };
	struct filter *f = NULL;
	char text[768];

	if (!sample.model.strings)
		sample_init(&sample);
	if (size >= sizeof(text))
		size = sizeof(text) - 1;
	if (size)
		memcpy(text, data, size);
	text[size] = 0;
	int rc = filter_parse(&f, text, &err);
	must(rc <= 0 && (rc == 0 || !f), "a refused one is none", text);
	if (rc)
		look_at_message(err.text);
	else
		look_at_filter(f, text, &sample);
	filter_free(f);
	return 0;
}
