/* SPDX-License-Identifier: MIT */
/* One comparison of a filter: which operators there are, and what they do. */
#ifndef NX_CLAUSE_H
#define NX_CLAUSE_H

#include "core/literal.h"

enum clause_op {
	CLAUSE_EQUAL, CLAUSE_UNEQUAL, CLAUSE_LESS, CLAUSE_LESS_EQUAL, CLAUSE_GREATER,
	CLAUSE_GREATER_EQUAL, CLAUSE_IN, CLAUSE_CONTAINS, CLAUSE_STARTS, CLAUSE_ENDS,
	CLAUSE_MATCHES, CLAUSE_INTERSECTS,
	CLAUSE_FUZZY, /* known, not in this version */
	CLAUSE_WORD, /* not written: what a bare word does */
};

struct clause_operator {
	const char *name; /* "contains", "=" */
	enum clause_op op;
	bool nocase; /* texts, ignoring the case of ASCII letters */
	bool list; /* takes more than one value */
};

extern const struct clause_operator clause_operators[];
extern const size_t clause_operators_count;

/* Does the operator take such a field? */
bool clause_op_takes(enum clause_op op, enum value_kind kind);

/* Fields that a bare word looks into, for each kind of row (by its bit's number). */
struct clause_words {
	struct {
		uint8_t count;
		uint8_t field[63]; /* index in fields[] */
	} kind[ROW_KINDS];
};

void clause_words_init(struct clause_words *words);

struct clause {
	const struct field *field; /* NULL with CLAUSE_WORD */
	enum clause_op op;
	bool nocase;
	bool negated; /* it stands under an odd number of `not` */
	const struct literal *literals; /* borrowed */
	size_t count;
	const struct clause_words *words; /* CLAUSE_WORD; borrowed */
};

/*
 * Does the row match? false when it does not have the field. scratch is the
 * caller's, so that many clauses share one.
 */
bool clause_match(const struct clause *t, const struct row *row,
		struct value *scratch);
/* `*` any run, `?` one character, over the whole text. */
bool clause_glob(const char *pattern, const char *text, bool nocase);

#endif
