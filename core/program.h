/* SPDX-License-Identifier: MIT */
/*
 * A filter as a flat program over the field table: no stack, no recursion, no
 * allocation when it runs. One yes/no value; clauses set it, jumps skip what
 * cannot change the outcome.
 */
#ifndef NX_PROGRAM_H
#define NX_PROGRAM_H

#include "core/clause.h"

enum insn_op {
	INSN_CLAUSE, /* value = clause_match(clauses[arg]) */
	INSN_NOT,
	INSN_IF_TRUE, /* go on at arg */
	INSN_IF_FALSE,
};

struct insn {
	enum insn_op op;
	uint32_t arg; /* jumps lead forward only, so every run ends */
};

struct program {
	struct insn *code;
	struct clause *clauses;
	struct literal *literals;
	char *texts; /* of all literals */
	unsigned char *reach; /* program_can()'s own */
	size_t code_len, clauses_len, literals_len, texts_len;
	size_t code_cap, clauses_cap, literals_cap, texts_cap;
	struct clause_words words; /* what bare words look into */
};

/*
 * Take all memory that a filter of that many tokens and bytes can need. 0 or
 * -ENOMEM, then nothing is to be released.
 */
int program_init(struct program *p, size_t tokens, size_t bytes);
void program_release(struct program *p); /* takes a zeroed program */

/* Building; the arrays are large enough by program_init(). */
struct literal *program_literal(struct program *p);
char *program_text(struct program *p, size_t len); /* room for len and a NUL */
void program_clause(struct program *p, const struct clause *t);
void program_not(struct program *p);
/* A jump whose target is not known yet; its place, for program_land(). */
size_t program_jump(struct program *p, enum insn_op op);
/* Let the jump lead to what comes next. */
void program_land(struct program *p, size_t jump);

bool program_run(const struct program *p, const struct row *row);
/*
 * Can it ever be true for rows of these kinds? Else *why is the name of a
 * field that they do not have. A field that they can have may have any value.
 */
bool program_can(const struct program *p, unsigned rows, const char **why);

#endif
