/* SPDX-License-Identifier: MIT */
#include "core/program.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/*
 * Of one token come at most this many: `host NAME` makes three clauses, each but
 * the last with a jump; `and`, `or`, or what joins two clauses side by side, is a
 * jump more, and a `not` one more.
 */
#define CLAUSES_PER_TOKEN 3
#define CODE_PER_TOKEN 8

int program_init(struct program *p, size_t tokens, size_t bytes)
{
	*p = (struct program){
		.code_cap = tokens * CODE_PER_TOKEN,
		.clauses_cap = tokens * CLAUSES_PER_TOKEN,
		.literals_cap = tokens,
		.texts_cap = bytes + tokens,
	};
	p->code = calloc(p->code_cap + 1, sizeof(*p->code));
	p->clauses = calloc(p->clauses_cap + 1, sizeof(*p->clauses));
	p->literals = calloc(p->literals_cap + 1, sizeof(*p->literals));
	p->texts = malloc(p->texts_cap + 1);
	p->reach = malloc(p->code_cap + 1);
	if (!p->code || !p->clauses || !p->literals || !p->texts || !p->reach) {
		program_release(p);
		return -ENOMEM;
	}
	clause_words_init(&p->words);
	return 0;
}

void program_release(struct program *p)
{
	free(p->code);
	free(p->clauses);
	free(p->literals);
	free(p->texts);
	free(p->reach);
	*p = (struct program){ 0 };
}

struct literal *program_literal(struct program *p)
{
	assert(p->literals_len < p->literals_cap);
	return &p->literals[p->literals_len++];
}

char *program_text(struct program *p, size_t len)
{
	char *text = p->texts + p->texts_len;

	assert(len < p->texts_cap - p->texts_len);
	p->texts_len += len + 1;
	return text;
}

static void emit(struct program *p, enum insn_op op, size_t arg)
{
	assert(p->code_len < p->code_cap);
	p->code[p->code_len++] = (struct insn){ op, (uint32_t)arg };
}

void program_clause(struct program *p, const struct clause *t)
{
	assert(p->clauses_len < p->clauses_cap);
	emit(p, INSN_CLAUSE, p->clauses_len);
	p->clauses[p->clauses_len++] = *t;
}

void program_not(struct program *p)
{
	emit(p, INSN_NOT, 0);
}

size_t program_jump(struct program *p, enum insn_op op)
{
	emit(p, op, 0);
	return p->code_len - 1;
}

void program_land(struct program *p, size_t jump)
{
	p->code[jump].arg = (uint32_t)p->code_len;
}

bool program_run(const struct program *p, const struct row *row)
{
	struct value scratch; /* large, and set by getters alone */
	bool value = true;

	for (size_t at = 0; at < p->code_len;) {
		const struct insn *insn = &p->code[at++];
		switch (insn->op) {
		case INSN_CLAUSE:
			value = clause_match(&p->clauses[insn->arg], row, &scratch);
			break;
		case INSN_NOT:
			value = !value;
			break;
		case INSN_IF_TRUE:
			at = value ? insn->arg : at;
			break;
		case INSN_IF_FALSE:
			at = value ? at : insn->arg;
			break;
		}
	}
	return value;
}

static bool has(const struct clause *t, unsigned rows)
{
	if (t->field)
		return t->field->rows & rows;
	for (unsigned k = 0; k < ROW_KINDS; k++)
		if (rows & 1u << k && t->words->kind[k].count)
			return true;
	return false;
}

/* The field that is missing; rather one that is asked for than one denied. */
static const char *missing(const struct program *p, unsigned rows)
{
	const char *name = NULL;

	for (size_t i = 0; i < p->clauses_len; i++) {
		const struct clause *t = &p->clauses[i];
		if (has(t, rows) || !t->field)
			continue;
		if (!t->negated)
			return t->field->name;
		name = name ? name : t->field->name;
	}
	return name;
}

bool program_can(const struct program *p, unsigned rows, const char **why)
{
	enum { FALSE = 1, TRUE = 2 };
	/* Which values can there be before each instruction? */
	unsigned char *reach = p->reach;

	memset(reach, 0, p->code_len + 1);
	reach[0] = TRUE;
	for (size_t at = 0; at < p->code_len; at++) {
		const struct insn *insn = &p->code[at];
		unsigned char now = reach[at], next = now;
		if (!now)
			continue;
		switch (insn->op) {
		case INSN_CLAUSE:
			next = has(&p->clauses[insn->arg], rows) ? FALSE | TRUE :
								 FALSE;
			break;
		case INSN_NOT:
			next = (unsigned char)((now & FALSE ? TRUE : 0) |
					       (now & TRUE ? FALSE : 0));
			break;
		case INSN_IF_TRUE:
			reach[insn->arg] |= now & TRUE;
			next = now & FALSE;
			break;
		case INSN_IF_FALSE:
			reach[insn->arg] |= now & FALSE;
			next = now & TRUE;
			break;
		}
		reach[at + 1] |= next;
	}
	if (reach[p->code_len] & TRUE)
		return true;
	if (why)
		*why = missing(p, rows);
	return false;
}
