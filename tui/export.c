/* SPDX-License-Identifier: MIT */
#include "tui/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/out.h"
#include "tui/save.h"
#include "tui/stop.h"

#define BATCH 256 /* rows at a time: some milliseconds */
#define STDOUT_ROOM (1024 * 1024)

struct export {
	char *path;
	struct filter *filter;
	struct session *session;
	struct save *save; /* one of the two */
	struct out *out;
	struct errmsg why; /* of the write that failed */
	uint64_t bytes;
};

/* In pieces, as a text may be longer than the room; all at once at the end. */
static int write_stdout(struct export *e, const char *text, size_t n)
{
	while (n > 0) {
		size_t part = n < STDOUT_ROOM / 2 ? n : STDOUT_ROOM / 2;
		char *room = out_room(e->out, part);
		if (!room) {
			/* The document is all there is to do now, but it must
			 * not stand in the way of a signal. */
			int rc = out_drain(e->out, stop_fd(), -1, &e->why);
			if (rc)
				return rc;
			continue;
		}
		memcpy(room, text, part);
		out_add(e->out, part);
		text += part;
		n -= part;
	}
	return 0;
}

static int take(void *ctx, const char *text, size_t n)
{
	struct export *e = ctx;

	e->bytes += n;
	return e->save ? save_write(e->save, text, n, &e->why) :
			 write_stdout(e, text, n);
}

int export_begin(struct export **out, const char *path, const char *filter,
		 const struct model *m, const struct session_head *head,
		 struct errmsg *err)
{
	struct export *e = calloc(1, sizeof(*e));

	if (!e)
		return errmsg_set(err, -ENOMEM, "out of memory");
	int rc = filter_parse(&e->filter, filter, err);
	if (rc == 0)
		rc = strcmp(path, "-") != 0 ?
			     save_begin(&e->save, path, err) :
			     out_new(&e->out, STDOUT_FILENO, "standard output",
				     STDOUT_ROOM, err);
	if (rc == 0) {
		e->path = strdup(path);
		e->session = session_begin(m, e->filter, head, take, e);
		if (!e->path || !e->session)
			rc = errmsg_set(err, -ENOMEM, "out of memory");
	}
	if (rc) {
		export_free(e);
		return rc;
	}
	*out = e;
	return 0;
}

int export_step(struct export *e, struct errmsg *err)
{
	int rc = session_step(e->session, BATCH);

	if (rc > 0)
		return rc;
	if (rc < 0) {
		if (!e->why.code)
			errmsg_set(&e->why, rc, "cannot write %s: %s", e->path,
				   strerror(-rc));
		if (err)
			*err = e->why;
		return rc;
	}
	if (!e->save)
		return out_drain(e->out, stop_fd(), -1, err);
	rc = save_end(e->save, err);
	e->save = NULL;
	return rc;
}

void export_free(struct export *e)
{
	if (!e)
		return;
	session_free(e->session);
	save_abandon(e->save);
	out_free(e->out);
	filter_free(e->filter);
	free(e->path);
	free(e);
}

uint64_t export_bytes(const struct export *e)
{
	return e->bytes;
}

const char *export_path(const struct export *e)
{
	return e->path;
}
