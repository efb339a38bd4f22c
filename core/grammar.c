/* SPDX-License-Identifier: MIT */
#include "core/grammar.h"

#include "core/near.h"
#include "core/primitive.h"

static const struct clause_operator *operator_of(const struct reader *r,
					       struct token t)
{
	for (size_t i = 0; i < clause_operators_count; i++)
		if (lex_is(&r->lex, t, clause_operators[i].name))
			return &clause_operators[i];
	return NULL;
}

/* Does an operator follow `now`? `not` may stand before it. */
static bool operator_follows(const struct reader *r)
{
	struct lex ahead = r->lex;
	struct token t = lex_next(&ahead);

	if (lex_is(&ahead, t, "not"))
		t = lex_next(&ahead);
	return operator_of(r, t) != NULL;
}

/* Names of those that a kind of field takes, for messages. */
static const char *operators_text(enum value_kind kind)
{
	switch (kind) {
	case VALUE_BOOL:
		return "= or !=";
	case VALUE_ADDRESS:
		return "= != in < <= > >=, = also with a network";
	case VALUE_TEXT:
		return "= != ~= in contains startswith endswith matches < <= > >=";
	case VALUE_LIST:
		return "= != ~= in contains startswith endswith matches intersects";
	default:
		return "= != < <= > >= in";
	}
}

static bool is_order(enum clause_op op)
{
	return op >= CLAUSE_LESS && op <= CLAUSE_GREATER_EQUAL;
}

/* One value behind an operator. */
static int value(struct reader *r, const struct field *f, enum clause_op op)
{
	struct token t = r->now;
	bool is_text = f->kind == VALUE_TEXT || f->kind == VALUE_LIST;

	if ((t.kind != TOKEN_WORD && t.kind != TOKEN_TEXT) ||
	    reader_is_joint(r))
		return reader_unexpected(r, is_text ? "a text" : "a value");
	char *text = reader_take(r);
	/* A last dot is part of what such a text need not be the end of. */
	if (f->flags & FIELD_NAME && op != CLAUSE_CONTAINS && op != CLAUSE_STARTS)
		literal_name(text);
	struct literal *l = program_literal(r->program);
	const char *expected =
		literal_read(l, f, text, t.kind == TOKEN_TEXT);
	if (!expected && f->kind == VALUE_ADDRESS && is_order(op) &&
	    l->prefix != (l->address.family == 4 ? 32 : 128))
		expected = "one address, as a network has no order";
	if (expected)
		return reader_unexpected(r, expected);
	reader_step(r);
	return 0;
}

/* (a, b, c), or one value; *count says how many. */
static int values(struct reader *r, const struct field *f,
		  const struct clause_operator *op, size_t *count)
{
	*count = 1;
	if (r->now.kind != TOKEN_OPEN)
		return value(r, f, op->op);
	if (!op->list)
		return lex_error(&r->lex, r->now, r->err,
				 "expected one value after %s; a list goes with in",
				 op->name);
	for (*count = 0; *count == 0 || r->now.kind == TOKEN_COMMA; ++*count) {
		reader_step(r);
		if (*count == GRAMMAR_LIST_MAX)
			return lex_error(&r->lex, r->now, r->err,
					 "a list has at most %d values",
					 GRAMMAR_LIST_MAX);
		int rc = value(r, f, op->op);
		if (rc)
			return rc;
	}
	if (r->now.kind != TOKEN_CLOSE)
		return reader_unexpected(r, ", or )");
	reader_step(r);
	return 0;
}

static int no_field(const struct reader *r, const char *name)
{
	const char *nearest = field_nearest(name);
	char shown[READER_SHOWN];

	return lex_error(&r->lex, r->now, r->err,
			 "expected a field, but there is no %s%s%s%s",
			 reader_show(r, r->now, shown),
			 nearest ? "; did you mean " : "",
			 nearest ? nearest : "", nearest ? "?" : "");
}

/* Can the field at hand be compared so? */
static int check_operator(const struct reader *r, const struct field *f,
			  const struct clause_operator *op)
{
	bool takes = clause_op_takes(op->op, f->kind) &&
		     (!op->nocase || clause_op_takes(CLAUSE_CONTAINS, f->kind));

	if (takes && op->op != CLAUSE_FUZZY)
		return 0;
	if (takes)
		return lex_error(&r->lex, r->now, r->err,
				 "%s is not in this version; expected %s",
				 op->name, operators_text(f->kind));
	return lex_error(&r->lex, r->now, r->err,
			 "%s is of type %s, which %s does not take; expected %s",
			 f->name, field_kind_text(f->kind), op->name,
			 operators_text(f->kind));
}

/* FIELD [not] OPERATOR VALUES; the operator is known to be there. */
static int comparison(struct reader *r)
{
	const char *name = reader_take(r);
	const struct field *f = field_find(name);

	if (!f)
		return no_field(r, name);
	reader_step(r);
	bool denied = reader_accept(r, "not", "not");
	const struct clause_operator *op = operator_of(r, r->now);
	int rc = check_operator(r, f, op);
	if (rc)
		return rc;
	reader_step(r);
	struct clause t = {
		.field = f,
		.op = op->op,
		.nocase = op->nocase || f->flags & (FIELD_NOCASE | FIELD_NAME),
		.negated = r->negated != denied,
		.literals = r->program->literals + r->program->literals_len,
	};
	rc = values(r, f, op, &t.count);
	if (rc)
		return rc;
	program_clause(r->program, &t);
	if (denied)
		program_not(r->program);
	return 0;
}

static void bare_word(struct reader *r, const char *text)
{
	struct literal *l = program_literal(r->program);

	literal_text(l, text);
	struct clause t = { .op = CLAUSE_WORD,
			  .nocase = true,
			  .negated = r->negated,
			  .literals = l,
			  .count = 1,
			  .words = &r->program->words };
	program_clause(r->program, &t);
	reader_step(r);
}

/* A field without an operator behind it: a yes/no one may stand so. */
static int field_alone(struct reader *r, const struct field *f)
{
	struct near near = { 0 };

	reader_step(r);
	if (f->kind == VALUE_BOOL) {
		struct literal *l = program_literal(r->program);
		*l = (struct literal){ .low = 1, .high = 1 };
		reader_any_of(r, &f->name, 1,
			      (struct clause){ .op = CLAUSE_EQUAL,
					     .literals = l,
					     .count = 1 });
		return 0;
	}
	if (r->now.kind == TOKEN_WORD && !reader_is_joint(r)) {
		near = near_of(reader_take(r));
		for (size_t i = 0; i < clause_operators_count; i++)
			near_try(&near, clause_operators[i].name,
				 strlen(clause_operators[i].name),
				 clause_operators[i].name);
	}
	return lex_error(&r->lex, r->now, r->err,
			 "expected an operator after %s (%s): %s%s%s%s",
			 f->name, field_kind_text(f->kind),
			 operators_text(f->kind),
			 near.best ? "; did you mean " : "",
			 near.best ? near.best : "", near.best ? "?" : "");
}

/* Names that filter.md has, and this version does not. */
static bool is_function(const struct reader *r)
{
	static const char *const functions[] = {
		"cidr_contains", "regex", "lower", "upper", "length", "count",
		"entropy", "indexof", "substr", "split", "concat", "replace",
		"ltrim", "rtrim", "md5", "foreach", "base", "dir", "ext",
	};

	if (r->lex.source[r->now.at + r->now.len] != '(')
		return false;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (reader_is(r, functions[i]))
			return true;
	return false;
}

/* "field[key]", for a field that has none. */
static const struct field *keyed_field(char *text)
{
	size_t len = strcspn(text, "[");

	if (!text[len])
		return NULL;
	text[len] = '\0';
	const struct field *f = field_find(text);
	text[len] = '[';
	return f;
}

/* A yes/no field, an address, a network, a port, or a bare word. */
static int word(struct reader *r)
{
	char *text = reader_take(r);
	const struct field *f = field_find(text);
	int rc;

	if (f)
		return field_alone(r, f);
	f = keyed_field(text);
	if (f)
		return lex_error(&r->lex, r->now, r->err, "%s has no keys",
				 f->name);
	if (!primitive_value(r, text, &rc))
		bare_word(r, text);
	return rc;
}

static int any(struct reader *r);

static int group(struct reader *r)
{
	struct token open = r->now;

	if (r->depth == GRAMMAR_DEPTH_MAX)
		return lex_error(&r->lex, open, r->err,
				 "more than %d parentheses within each other",
				 GRAMMAR_DEPTH_MAX);
	r->depth++;
	reader_step(r);
	int rc = any(r);
	if (rc)
		return rc;
	r->depth--;
	if (r->now.kind == TOKEN_END)
		return lex_error(&r->lex, open, r->err, "this ( has no )");
	if (r->now.kind != TOKEN_CLOSE)
		return reader_unexpected(r, "and, or, or )");
	reader_step(r);
	return 0;
}

static int term(struct reader *r)
{
	static const char expected[] =
		"a field, a word, an address, a port or (";
	static const char before[] = "a field before the operator";
	char shown[READER_SHOWN];
	int rc;

	if (r->now.kind == TOKEN_OPEN)
		return group(r);
	if (r->now.kind == TOKEN_TEXT) {
		if (operator_follows(r))
			return reader_unexpected(r, before);
		bare_word(r, reader_take(r));
		return 0;
	}
	if (r->now.kind != TOKEN_WORD || reader_is_joint(r))
		return reader_unexpected(r, expected);
	if (is_function(r))
		return lex_error(&r->lex, r->now, r->err,
				 "the function %s is not in this version",
				 reader_show(r, r->now, shown));
	if (operator_follows(r))
		return comparison(r);
	if (operator_of(r, r->now))
		return reader_unexpected(r, before);
	return primitive_word(r, &rc) ? rc : word(r);
}

static int negation(struct reader *r)
{
	bool odd = false;

	/* A loop, as 64 KiB hold more `not`s than the stack has room for. */
	while (reader_accept(r, "not", "!"))
		odd = !odd;
	r->negated ^= odd;
	int rc = term(r);
	r->negated ^= odd;
	if (!rc && odd)
		program_not(r->program);
	return rc;
}

static bool starts_term(const struct reader *r)
{
	return r->now.kind == TOKEN_TEXT || r->now.kind == TOKEN_OPEN ||
	       reader_is(r, "!") ||
	       (r->now.kind == TOKEN_WORD && !reader_is(r, "or"));
}

/*
 * Operands joined by `and`. Behind each a jump, if it is false, to the next
 * jump, which goes on in the same way up to the end.
 */
static int all(struct reader *r)
{
	size_t jump = 0;

	for (bool first = true;; first = false) {
		int rc = negation(r);
		if (rc)
			return rc;
		if (!first)
			program_land(r->program, jump);
		if (!reader_accept(r, "and", "&&") && !starts_term(r))
			return 0;
		jump = program_jump(r->program, INSN_IF_FALSE);
	}
}

/* Operands joined by `or`, in the same way. */
static int any(struct reader *r)
{
	size_t jump = 0;

	for (bool first = true;; first = false) {
		int rc = all(r);
		if (rc)
			return rc;
		if (!first)
			program_land(r->program, jump);
		if (!reader_accept(r, "or", "||"))
			return 0;
		jump = program_jump(r->program, INSN_IF_TRUE);
	}
}

int grammar_parse(struct program *p, const char *text, struct errmsg *err)
{
	struct reader r = { .lex = lex_of(text), .program = p, .err = err };

	reader_step(&r);
	int rc = any(&r);
	if (rc)
		return rc;
	if (r.now.kind == TOKEN_CLOSE)
		return lex_error(&r.lex, r.now, err, "this ) has no (");
	if (r.now.kind != TOKEN_END)
		return reader_unexpected(&r, "and, or, or the end");
	return 0;
}
