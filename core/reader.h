/* SPDX-License-Identifier: MIT */
/* A filter while it is read: the token at hand, and the program it becomes. */
#ifndef NX_READER_H
#define NX_READER_H

#include "core/lex.h"
#include "core/program.h"

struct reader {
	struct lex lex; /* stands behind `now` */
	struct token now;
	struct program *program;
	struct errmsg *err;
	unsigned depth; /* of parentheses */
	bool negated; /* under an odd number of `not` */
};

void reader_step(struct reader *r);
/* Is `now` this word, any case, or sign? */
bool reader_is(const struct reader *r, const char *text);
/* `and`, `or`, `not`: neither a value nor a bare word. */
bool reader_is_joint(const struct reader *r);
/* If `now` is either, step over it. */
bool reader_accept(struct reader *r, const char *word, const char *sign);
/* `now` as text, in the program. Each token is taken once at most. */
char *reader_take(struct reader *r);

#define READER_SHOWN 48

/* The token as it stands, cut to what a message has room for; returns text. */
const char *reader_show(const struct reader *r, struct token t,
			char text[READER_SHOWN]);
/* -EINVAL with "expected ..., not TOKEN", or what is wrong with `now`. */
int reader_unexpected(const struct reader *r, const char *expected);

/* Code for n clauses that differ only in their field, of which one must match. */
void reader_any_of(struct reader *r, const char *const *names, size_t n,
		   struct clause t);

#endif
