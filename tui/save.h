/* SPDX-License-Identifier: MIT */
/*
 * Write a file whole or not at all. What is written goes to a new file beside
 * the target, which takes the target's name when all of it is on the disk; a
 * crash at any moment leaves the old file or the new one. A target that is
 * not a regular file, or belongs to somebody else, is refused. The file has
 * mode 0600 and belongs to the invoking user (tui/user.h).
 */
#ifndef NX_SAVE_H
#define NX_SAVE_H

#include <stddef.h>

#include "core/errmsg.h"

struct save; /* opaque: a file being written */

/* 0, or negative errno with a message that names the path and the reason. */
int save_begin(struct save **out, const char *path, struct errmsg *err);
/* The same. After an error nothing more is written and save_end() fails. */
int save_write(struct save *s, const void *data, size_t len, struct errmsg *err);
/* Put the file into its place. Frees s in either case. */
int save_end(struct save *s, struct errmsg *err);
/* Leave the target as it was. Takes NULL. */
void save_abandon(struct save *s);

/*
 * For a file that grows and is of use at any length (a recording): create
 * `path` or empty it, with the same refusals. A descriptor for writing, or
 * negative errno with a message.
 */
int save_open(const char *path, struct errmsg *err);

#endif
