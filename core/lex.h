/* SPDX-License-Identifier: MIT */
/* The words and signs of a filter (filter.md section 2), and where they stand. */
#ifndef NX_LEX_H
#define NX_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/errmsg.h"

#define LEX_TEXT_MAX 65536 /* bytes of a filter */

enum token_kind {
	TOKEN_END,
	TOKEN_WORD, /* anything up to a space or a sign: tcp, net.dip, 10.0.0.0/8 */
	TOKEN_TEXT, /* 'quoted' or "quoted" */
	TOKEN_SIGN, /* = == != <> < <= > >= ~= ! && || */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_BAD, /* `why` says what is wrong with it */
};

struct token {
	enum token_kind kind;
	size_t at, len; /* in the source, quotes and all */
	const char *why; /* TOKEN_BAD; a constant */
};

struct lex {
	const char *source; /* borrowed */
	size_t pos;
};

struct lex lex_of(const char *source);
/* The next token; at the end TOKEN_END again and again. */
struct token lex_next(struct lex *l);
/* Is it this word (any case) or sign? */
bool lex_is(const struct lex *l, struct token t, const char *text);
/*
 * Copy a word as it stands, or a quoted text without its quotes and escapes,
 * with a NUL: at most t.len + 1 bytes. Returns the length.
 */
size_t lex_copy(const struct lex *l, struct token t, char *text);
/*
 * -EINVAL, with "column N: MESSAGE", the source around the token and a caret
 * under its first character. Columns are characters, from 1.
 */
int lex_error(const struct lex *l, struct token t, struct errmsg *err,
	      const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
