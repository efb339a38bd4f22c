/* SPDX-License-Identifier: MIT */
/* Where the bytes of a capture file come from: a file, a pipe, the program itself. */
#ifndef NX_SOURCE_H
#define NX_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "core/errmsg.h"

struct source {
	int fd; /* -1: from memory */
	const char *data, *end; /* what memory still has */
};

/* path: "-" is the standard input. 0, or negative errno with a message. */
int source_open(struct source *s, const char *path, struct errmsg *err);
/* A file inside the program (builtin.h). 0, or -ENOENT with a message. */
int source_builtin(struct source *s, const char *name, struct errmsg *err);
void source_close(struct source *s);
/*
 * May a file be written at path? 0, or -EINVAL with a message: it is the very
 * one that is read, by whatever name.
 */
int source_spares(const struct source *s, const char *path, struct errmsg *err);
/* A capfile_source. -EAGAIN: nothing is there now; wait for fd. */
int64_t source_read(void *source, void *buf, size_t n);

#endif
