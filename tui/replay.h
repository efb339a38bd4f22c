/* SPDX-License-Identifier: MIT */
/* Capture files: converted without a screen, looked at on one, or played (--demo). */
#ifndef NX_REPLAY_H
#define NX_REPLAY_H

#include "core/capfile.h"
#include "core/option.h"
#include "tui/source.h"

/*
 * Each returns the exit status (run.h). What went wrong has been said on
 * standard error, and the summary too.
 */
int replay_convert(const struct options *o); /* with -o, -x or -w */
int replay_screen(const struct options *o);

/* For both: what is read, by name and as bytes, -r or --demo. */
const char *replay_name(const struct options *o);
int replay_source(struct source *s, const struct options *o, struct errmsg *err);
/*
 * capfile_open(), waiting for a pipe's first bytes. -EINTR without a message:
 * *signo came (stop.h).
 */
int replay_open(struct capfile **f, const char *name, struct source *s,
		int *signo, struct errmsg *err);

#endif
