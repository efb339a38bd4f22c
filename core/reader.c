/* SPDX-License-Identifier: MIT */
#include "core/reader.h"

#include <assert.h>
#include <stdio.h>

#include "core/text.h"

void reader_step(struct reader *r)
{
	r->now = lex_next(&r->lex);
}

bool reader_is(const struct reader *r, const char *text)
{
	return lex_is(&r->lex, r->now, text);
}

bool reader_is_joint(const struct reader *r)
{
	return reader_is(r, "and") || reader_is(r, "or") || reader_is(r, "not");
}

bool reader_accept(struct reader *r, const char *word, const char *sign)
{
	if (!reader_is(r, word) && !reader_is(r, sign))
		return false;
	reader_step(r);
	return true;
}

char *reader_take(struct reader *r)
{
	char *text = program_text(r->program, r->now.len);

	lex_copy(&r->lex, r->now, text);
	return text;
}

const char *reader_show(const struct reader *r, struct token t,
			char text[READER_SHOWN])
{
	size_t used = text_clean(text, READER_SHOWN - 3,
				 r->lex.source + t.at, t.len, false);

	if (t.len > READER_SHOWN - 4)
		snprintf(text + used, READER_SHOWN - used, "...");
	return text;
}

int reader_unexpected(const struct reader *r, const char *expected)
{
	char shown[READER_SHOWN];

	if (r->now.kind == TOKEN_BAD)
		return lex_error(&r->lex, r->now, r->err, "%s", r->now.why);
	if (r->now.kind == TOKEN_END)
		return lex_error(&r->lex, r->now, r->err,
				 "expected %s, but the filter ends here",
				 expected);
	return lex_error(&r->lex, r->now, r->err, "expected %s, not %s",
			 expected, reader_show(r, r->now, shown));
}

void reader_any_of(struct reader *r, const char *const *names, size_t n,
		   struct clause t)
{
	size_t jump[4];

	assert(n <= 4);
	t.negated = r->negated;
	for (size_t i = 0; i < n; i++) {
		t.field = field_find(names[i]);
		assert(t.field);
		program_clause(r->program, &t);
		if (i + 1 < n)
			jump[i] = program_jump(r->program, INSN_IF_TRUE);
	}
	for (size_t i = 0; i + 1 < n; i++)
		program_land(r->program, jump[i]);
}
