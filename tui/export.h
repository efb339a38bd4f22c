/* SPDX-License-Identifier: MIT */
/* The session document on its way into a file (save.h) or the standard output. */
#ifndef NX_EXPORT_H
#define NX_EXPORT_H

#include "core/errmsg.h"
#include "core/filter.h"
#include "core/session.h"

struct export; /* opaque: a document being written */

/*
 * path: "-" is the standard output. filter: its text, "" for none. All
 * texts are copied; the model is borrowed. 0, or negative errno with a message.
 */
int export_begin(struct export **out, const char *path, const char *filter,
		 const struct model *m, const struct session_head *head,
		 struct errmsg *err);
/* Write a batch. 1: more to do; 0: the document is complete and in its place; negative errno with a message. */
int export_step(struct export *e, struct errmsg *err);
void export_free(struct export *e); /* before the end: leaves no trace. Takes NULL */
const char *export_path(const struct export *e);
uint64_t export_bytes(const struct export *e); /* of the document so far */

#endif
