/* SPDX-License-Identifier: MIT */
#include "tui/replay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "tui/lines.h"
#include "tui/out.h"
#include "tui/run.h"
#include "tui/say.h"
#include "tui/stop.h"

#define LOOK_AROUND 256 /* packets between two looks at the signals */
#define FLUSH_MS 100
#define DEMO_FILE "demo.pcapng"

/*
 * Wait for more input, and write meanwhile what the reader takes. Returns a
 * signal's number, or 0.
 */
static int wait_for_input(struct run *r, int fd)
{
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = stop_fd(), .events = POLLIN },
	};

	run_flush(r, true);
	poll(p, 2, run_waiting(r) ? FLUSH_MS : -1);
	return stop_signal();
}

/* Too much waits to be written: then that comes first. */
static int wait_for_room(struct run *r)
{
	run_flush(r, false);
	while (!run_has_room(r) && !run_done(r)) {
		run_drain(r, FLUSH_MS);
		int signo = stop_signal();
		if (signo)
			return signo;
	}
	return 0;
}

/* Has the packet come later than -d allows? */
static bool too_late(const struct run *r, const struct frame *frame)
{
	const struct options *o = r->options;

	return o->duration_ns && r->model.first_ns &&
	       frame->time_ns >= r->model.first_ns + o->duration_ns;
}

/* All packets of the file. Returns the signal that ended it, or 0. */
static int read_packets(struct run *r, struct capfile *f,
			const struct source *s)
{
	struct errmsg err = { 0 };
	struct frame frame;

	for (uint64_t n = 1; !run_done(r); n++) {
		int signo = n % LOOK_AROUND == 0 ? stop_signal() : 0;
		int rc = signo ? 0 : capfile_next(f, &frame, &err);
		if (rc == -EAGAIN) {
			signo = wait_for_input(r, s->fd);
		} else if (rc < 0) {
			run_fail(r, RUN_INPUT, &err);
			return 0;
		} else if (rc == 0 || too_late(r, &frame)) {
			return signo;
		} else {
			run_frame(r, f, &frame);
			signo = wait_for_room(r);
		}
		if (signo)
			return signo;
	}
	return 0;
}

int replay_open(struct capfile **f, const char *name, struct source *s,
		int *signo, struct errmsg *err)
{
	struct pollfd p[] = {
		{ .fd = s->fd, .events = POLLIN },
		{ .fd = stop_fd(), .events = POLLIN },
	};
	int rc;

	while ((rc = capfile_open(f, name, source_read, s, err)) == -EAGAIN) {
		poll(p, 2, -1);
		*signo = stop_signal();
		if (*signo)
			return -EINTR;
	}
	return rc;
}

const char *replay_name(const struct options *o)
{
	return o->demo			   ? "demo" :
	       strcmp(o->read, "-") == 0 ? "standard input" : o->read;
}

int replay_source(struct source *s, const struct options *o,
		  struct errmsg *err)
{
	return o->demo ? source_builtin(s, DEMO_FILE, err) :
			 source_open(s, o->read, err);
}

static int convert(struct run *r, struct source *s)
{
	struct capfile *f = NULL;
	struct errmsg err;
	int signo = 0;
	int rc = replay_open(&f, replay_name(r->options), s, &signo, &err);

	if (rc == 0)
		signo = read_packets(r, f, s);
	else if (!signo)
		run_fail(r, RUN_INPUT, &err);
	capfile_close(f);
	model_finish(&r->model);
	/* What was read before the damage, or the signal, is told too. */
	if (rc == 0 && r->options->export && r->status != RUN_OUTPUT)
		run_export(r);
	run_drain(r, signo ? FLUSH_MS : -1);
	return signo ? signo : stop_signal();
}

int replay_convert(const struct options *o)
{
	struct run r;
	struct source s;
	struct errmsg err;

	if (replay_source(&s, o, &err)) {
		say_error(err.text);
		return RUN_INPUT;
	}
	/* Opened for writing it would be empty before it is read. */
	if ((o->write && source_spares(&s, o->write, &err)) ||
	    (o->export && source_spares(&s, o->export, &err))) {
		say_error(err.text);
		source_close(&s);
		return RUN_USAGE;
	}
	int status = run_init(&r, o, false, replay_name(o), &err);
	if (status) {
		say_error(err.text);
	} else if (stop_begin()) {
		say_error("cannot watch for signals");
		status = RUN_INPUT;
	} else {
		say_begin(&r);
		status = say_end(&r, convert(&r, &s));
	}
	run_release(&r);
	source_close(&s);
	return status;
}
