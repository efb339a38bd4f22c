/* SPDX-License-Identifier: MIT */
/* The filter language (filter.md): read once, evaluated for each row without allocation. */
#ifndef NX_FILTER_H
#define NX_FILTER_H

#include <stdbool.h>

#include "core/errmsg.h"
#include "core/field.h"

struct filter; /* opaque */

/*
 * Read a filter. Blank text gives *out = NULL, which matches all. 0, or
 * -EINVAL with a message ("column 5: ..., expected ..." and a caret line), or
 * -ENOMEM. The caller frees *out with filter_free().
 */
int filter_parse(struct filter **out, const char *text, struct errmsg *err);
void filter_free(struct filter *f); /* takes NULL */
/* A field that the row does not have makes a comparison false. f may be NULL. */
bool filter_match(const struct filter *f, const struct row *row);
/*
 * Can a row of these kinds ever match? false when every way to match asks for
 * a field that such rows do not have: a pane then says so instead of being empty.
 * *why (may be NULL): the name of such a field.
 */
bool filter_can_match(const struct filter *f, unsigned row_kinds, const char **why);
/*
 * Does it ask for a field that rows of kind `of` can have and rows of kind
 * `but_not` cannot? A tree whose branches are `but_not` then looks at its leaves.
 */
bool filter_asks(const struct filter *f, unsigned of, unsigned but_not);
const char *filter_source(const struct filter *f); /* the text it was read from; "" for NULL */

#endif
