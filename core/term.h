/* SPDX-License-Identifier: MIT */
/* One comparison of a filter: which operators there are, and what they do. */
#ifndef NX_TERM_H
#define NX_TERM_H

#include "core/literal.h"

enum term_op {
	TERM_EQUAL, TERM_UNEQUAL, TERM_LESS, TERM_LESS_EQUAL, TERM_GREATER,
	TERM_GREATER_EQUAL, TERM_IN, TERM_CONTAINS, TERM_STARTS, TERM_ENDS,
	TERM_MATCHES, TERM_INTERSECTS,
	TERM_FUZZY, /* known, not in this version */
	TERM_WORD, /* not written: what a bare word does */
};

struct term_operator {
	const char *name; /* "contains", "=" */
	enum term_op op;
	bool nocase; /* texts, ignoring the case of ASCII letters */
	bool list; /* takes more than one value */
};

extern const struct term_operator term_operators[];
extern const size_t term_operators_count;

/* Does the operator take such a field? */
bool term_op_takes(enum term_op op, enum value_kind kind);

/* Fields that a bare word looks into, for each kind of row (by its bit's number). */
struct term_words {
	struct {
		uint8_t count;
		uint8_t field[63]; /* index in fields[] */
	} kind[ROW_KINDS];
};

void term_words_init(struct term_words *words);

struct term {
	const struct field *field; /* NULL with TERM_WORD */
	enum term_op op;
	bool nocase;
	bool negated; /* it stands under an odd number of `not` */
	const struct literal *literals; /* borrowed */
	size_t count;
	const struct term_words *words; /* TERM_WORD; borrowed */
};

/*
 * Does the row match? false when it does not have the field. scratch is the
 * caller's, so that many terms share one.
 */
bool term_match(const struct term *t, const struct row *row,
		struct value *scratch);
/* `*` any run, `?` one character, over the whole text. */
bool term_glob(const char *pattern, const char *text, bool nocase);

#endif
