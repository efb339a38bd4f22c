/* SPDX-License-Identifier: MIT */
/*
 * NAME = VALUE files, read with inih: the configuration, the themes. Blank
 * lines and lines that begin with # or ; are comments, [SECTION] heads a
 * group. Opens nothing: the caller brings the text.
 */
#ifndef NX_CONF_H
#define NX_CONF_H

#include <stddef.h>

#include "core/errmsg.h"

#define CONF_MAX (1024 * 1024) /* bytes of a file */

/*
 * Called for each line; section is "" before the first [SECTION]. All texts
 * are borrowed for the call. 0, or negative errno with a message, to which
 * conf_parse() adds the file and the line.
 */
typedef int conf_fn(void *ctx, const char *section, const char *name,
		    const char *value, struct errmsg *err);

/*
 * Read len bytes of text. 0, or the first error in the order of the lines:
 * what fn returned, or -EINVAL, with "FILE:LINE: ...". Lines before it have
 * been given to fn.
 */
int conf_parse(const char *file, const char *text, size_t len, conf_fn *fn,
	       void *ctx, struct errmsg *err);

#endif
