/* SPDX-License-Identifier: MIT */
/* The grammar of filters (filter.md section 2): text to program, or what is wrong with it. */
#ifndef NX_GRAMMAR_H
#define NX_GRAMMAR_H

#include "core/lex.h"
#include "core/program.h"

#define GRAMMAR_DEPTH_MAX 256 /* parentheses within each other */
#define GRAMMAR_LIST_MAX 1000 /* values in a list */

/*
 * Read text, which has at least one token, into a program that was made for
 * its tokens and bytes. 0, or -EINVAL with a message as lex_error() makes it.
 */
int grammar_parse(struct program *p, const char *text, struct errmsg *err);

#endif
