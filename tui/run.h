/* SPDX-License-Identifier: MIT */
/*
 * What a live capture and a file have in common: the model, its entrance, and
 * where packets go besides the model (lines, a recording).
 */
#ifndef NX_RUN_H
#define NX_RUN_H

#include <sys/types.h>

#include "core/capfile.h"
#include "core/errmsg.h"
#include "core/filter.h"
#include "core/ingest.h"
#include "core/model.h"
#include "core/option.h"
#include "core/session.h"

enum run_status { /* of the program; 128 + n for signal n */
	RUN_GOOD = 0,
	RUN_INPUT = 1, /* damaged or unreadable, out of memory */
	RUN_USAGE = 2, /* or filter, theme, configuration, terminal */
	RUN_KERNEL = 3, /* or privilege */
	RUN_OUTPUT = 4,
};

struct run {
	const struct options *options;
	bool live; /* from the kernel; a recording's model is `live` too */
	struct model model;
	struct users *users; /* of this machine; NULL: not known */
	struct runtimes *runtimes; /* of containers on this machine; or NULL */
	struct ingest ingest;
	struct filter *filter; /* of the command line; NULL: all */
	struct lines *lines; /* -o; or NULL */
	struct happen *happen; /* what happens to sockets, for the lines; or NULL */
	bool tells_data; /* of the events asked for, some need capture_options.tells_data */
	struct record *record; /* -w; or NULL */
	const char *source; /* "live", or the file's name */
	const struct source *input; /* of a file on the screen; or NULL */
	char host[65], kernel[65];
	uint64_t started_ns; /* wall */
	uint64_t begun_ns; /* the same moment by CLOCK_BOOTTIME */
	/*
	 * Standard output goes out by a connection of the model's `mine`:
	 * to write a packet of it makes the next. Such are left out there.
	 */
	bool carried;
	uint64_t own; /* so many */
	uint64_t matched; /* packets that the filter took */
	bool taken; /* the packet at hand is one of them */
	uint64_t advanced_ns; /* model time of the last model_advance() */
	bool outlives; /* there is a screen: an output that fails does not end it */
	bool closed; /* nobody reads our output any more: a good end */
	int status; /* of the first thing that went wrong, or RUN_GOOD */
	struct errmsg why;
};

/* Time of CLOCK_BOOTTIME, and what to add for wall time. */
uint64_t run_boot_ns(void);
int64_t run_wall_offset_ns(void);

/*
 * Read the filter, make the model, open the outputs that the options ask for.
 * 0 or a status with a message; run_release() in either case.
 */
int run_init(struct run *r, const struct options *o, bool live,
	     const char *source, struct errmsg *err);
void run_release(struct run *r);

/* A record from the kernel: a capture_fn. */
void run_record(void *run, const void *record, size_t size);
/* A packet of a capture file. */
void run_frame(struct run *r, struct capfile *f, const struct frame *frame);

/* Is there nothing more to do: -c is reached, an output has failed or is closed? */
bool run_done(const struct run *r);
/* Keep the first thing that went wrong. */
void run_fail(struct run *r, int status, const struct errmsg *err);

/* Is there room for as many packets as LINES_PACKETS in every output? */
bool run_has_room(struct run *r);
size_t run_waiting(const struct run *r); /* bytes that the readers have not taken */
/* Write what can be written at once, when there is enough of it or `all`. */
void run_flush(struct run *r, bool all);
/*
 * Write all of it. A slow reader is waited for until a signal comes
 * (stop.h), or for timeout_ms (-1: for as long as it takes).
 */
void run_drain(struct run *r, int timeout_ms);

/* What a session document begins with, as of now. */
struct session_head run_head(const struct run *r);
/* -x: write the document, whole. */
void run_export(struct run *r);

#endif
