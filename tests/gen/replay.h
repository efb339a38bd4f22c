/* SPDX-License-Identifier: MIT */
/* A capture through the real path: capfile, ingest, model, lines, session. */
#ifndef NX_TEST_REPLAY_H
#define NX_TEST_REPLAY_H

#include "core/option.h"
#include "tests/gen/cases.h"
#include "tui/run.h"

struct replay {
	struct options options;
	struct run run; /* the program's own: its model is what is known */
	/*
	 * What `-o json` prints and the session document, one member a line
	 * (see tests/cases/README.md). NUL-terminated, on the heap.
	 */
	char *events, *session;
};

/* filter, events (-e): as on the command line; NULL: none. A failure ends the test. */
void replay_case(struct replay *r, const struct gen_case *made,
		 const char *filter, const char *events);
void replay_release(struct replay *r);

#endif
