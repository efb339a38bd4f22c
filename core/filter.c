/* SPDX-License-Identifier: MIT */
#include "core/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/grammar.h"

struct filter {
	char *source;
	struct program program;
	/* Answers that do not depend on a row. */
	bool can[ROW_KINDS];
	const char *why[ROW_KINDS];
};

static void summarize(struct filter *f)
{
	const struct program *p = &f->program;

	for (unsigned k = 0; k < ROW_KINDS; k++)
		f->can[k] = program_can(p, 1u << k, &f->why[k]);
}

int filter_parse(struct filter **out, const char *text, struct errmsg *err)
{
	size_t len = strnlen(text, LEX_TEXT_MAX + 1);

	*out = NULL;
	if (len > LEX_TEXT_MAX)
		return errmsg_set(err, -EINVAL,
				  "a filter has at most %d bytes",
				  LEX_TEXT_MAX);
	struct lex lex = lex_of(text);
	size_t tokens = 0;
	while (lex_next(&lex).kind != TOKEN_END)
		tokens++;
	if (tokens == 0)
		return 0;

	struct filter *f = calloc(1, sizeof(*f));
	if (!f)
		return errmsg_set(err, -ENOMEM, "out of memory");
	f->source = strdup(text);
	int rc = f->source ? program_init(&f->program, tokens, len) : -ENOMEM;
	if (rc)
		errmsg_set(err, rc, "out of memory");
	else
		rc = grammar_parse(&f->program, f->source, err);
	if (rc) {
		filter_free(f);
		return rc;
	}
	summarize(f);
	*out = f;
	return 0;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	program_release(&f->program);
	free(f->source);
	free(f);
}

bool filter_match(const struct filter *f, const struct row *row)
{
	return !f || program_run(&f->program, row);
}

bool filter_can_match(const struct filter *f, unsigned row_kinds,
		      const char **why)
{
	const char *reason = NULL;

	if (!f)
		return true;
	for (unsigned k = 0; k < ROW_KINDS; k++) {
		if (!(row_kinds & 1u << k))
			continue;
		if (f->can[k])
			return true;
		reason = reason ? reason : f->why[k];
	}
	if (why)
		*why = reason;
	return false;
}

bool filter_asks(const struct filter *f, unsigned of, unsigned but_not)
{
	for (size_t i = 0; f && i < f->program.clauses_len; i++) {
		const struct field *field = f->program.clauses[i].field;
		if (field && field->rows & of && !(field->rows & but_not))
			return true;
	}
	return false;
}

const char *filter_source(const struct filter *f)
{
	return f ? f->source : "";
}
