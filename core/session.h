/* SPDX-License-Identifier: MIT */
/*
 * The session document (session.md), written row by row through json-c while
 * capture goes on: session_step() writes a batch and returns.
 */
#ifndef NX_SESSION_H
#define NX_SESSION_H

#include "core/filter.h"
#include "core/model.h"

struct session; /* an export under way */

struct session_head {
	const char *host, *kernel, *version, *source; /* source: "live" or the file's name */
	uint64_t started_ns, ended_ns; /* wall time */
};

/*
 * Write n bytes; 0 or negative errno. Called from session_step() only.
 */
typedef int session_write(void *ctx, const char *text, size_t n);

/*
 * Begin: takes the ids of what is to be written now, so that later packets do
 * not change which rows are in it. A row is written as it then is. What was
 * evicted meanwhile is left out; a flow, which others may name as their peer,
 * keeps its place, with its addresses and "evicted": true. `counters` are
 * those of the end, and come last. filter may be NULL; it and m are borrowed
 * until the end, head and its texts are not. NULL: out of memory.
 */
struct session *session_begin(const struct model *m, const struct filter *filter,
			      const struct session_head *head,
			      session_write *write, void *ctx);
/*
 * Write about `budget` rows. 1: more to do, 0: complete, negative: errno of
 * write, or -ENOMEM; then nothing more is written.
 */
int session_step(struct session *s, size_t budget);
void session_free(struct session *s); /* takes NULL */

#endif
