/* SPDX-License-Identifier: MIT */
/*
 * A capture file on the screen: read in slices between the keys, as fast as
 * it goes, or (--demo) at the pace of its packets.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tui/loop.h"
#include "tui/replay.h"
#include "tui/run.h"
#include "tui/say.h"
#include "tui/stop.h"
#include "tui/view.h"

#define SLICE 500 /* packets: some milliseconds */

struct browse {
	struct run run;
	struct source source;
	struct capfile *file;
	struct loop *loop;
	struct view *view;
	struct frame next; /* demo: the packet whose time has not come */
	bool waiting; /* there is one in `next` */
	bool over; /* all packets are read */
	uint64_t begun_ns; /* of CLOCK_BOOTTIME */
	uint64_t base_ns; /* packet time at that moment (demo) */
	int signo;
};

static uint64_t elapsed_ns(const struct browse *b)
{
	return run_boot_ns() - b->begun_ns;
}

static void end_of_file(struct browse *b, int rc, const struct errmsg *err)
{
	b->over = true;
	model_finish(&b->run.model);
	if (rc < 0) {
		run_fail(&b->run, RUN_INPUT, err);
		view_message(b->view, true, err->text);
	} else if (b->run.options->demo) {
		view_message(b->view, false,
			     "the recording is over; look around, q quits");
	}
}

/* Take the next packet if there is one whose time has come. */
static bool take_packet(struct browse *b)
{
	struct errmsg err = { 0 };

	if (!b->waiting) {
		int rc = capfile_next(b->file, &b->next, &err);
		if (rc == -EAGAIN)
			return false; /* the timer asks again */
		if (rc <= 0) {
			end_of_file(b, rc, &err);
			return false;
		}
		b->waiting = true;
		if (!b->base_ns)
			b->base_ns = b->next.time_ns;
	}
	if (b->run.options->demo &&
	    b->next.time_ns > b->base_ns + elapsed_ns(b))
		return false;
	run_frame(&b->run, b->file, &b->next);
	b->waiting = false;
	return true;
}

/* A loop's drain: the file is the ring here. */
static bool on_drain(void *ctx)
{
	struct browse *b = ctx;
	const struct options *o = b->run.options;

	if (o->duration_ns && elapsed_ns(b) >= o->duration_ns)
		loop_stop(b->loop);
	for (int i = 0; i < SLICE && !b->over; i++)
		if (!take_packet(b))
			return false;
	return !b->over;
}

/* In a demo time passes though no packet comes. */
static void on_tick(void *ctx)
{
	struct browse *b = ctx;

	if (b->run.options->demo && b->base_ns && !b->over)
		model_advance(&b->run.model, b->base_ns + elapsed_ns(b));
}

static void on_frame(void *ctx)
{
	view_frame(((struct browse *)ctx)->view);
}

static bool on_work(void *ctx)
{
	return view_work(((struct browse *)ctx)->view);
}

static void on_signal(void *ctx, int signo)
{
	struct browse *b = ctx;

	for (size_t i = 0; stop_signals[i]; i++)
		if (signo == stop_signals[i]) {
			b->signo = signo;
			loop_stop(b->loop);
			return;
		}
	view_signal(b->view, signo);
}

static const struct loop_calls calls = {
	.drain = on_drain, .work = on_work, .tick = on_tick,
	.frame = on_frame, .signal = on_signal,
};

/* Begin, with the file's head read: what is no capture file gets no screen. */
static int set_up(struct browse *b, struct errmsg *err)
{
	const struct options *o = b->run.options;
	const char *name = replay_name(o);

	if (stop_begin())
		return RUN_INPUT;
	int rc = replay_open(&b->file, name, &b->source, &b->signo, err);
	stop_end();
	if (b->signo)
		return 128 + b->signo;
	if (rc)
		return RUN_INPUT;
	if (loop_new(&b->loop, &calls, b, err))
		return RUN_INPUT;
	const char *slash = strrchr(name, '/');
	b->begun_ns = run_boot_ns();
	return view_open(&b->view, &b->run, b->loop, slash ? slash + 1 : name,
			 NULL, err);
}

static int finish(struct browse *b)
{
	bool gone = view_gone(b->view);

	view_close(b->view);
	return say_end(&b->run, b->signo ? b->signo : gone ? SIGHUP : 0);
}

int replay_screen(const struct options *o)
{
	struct browse *b = calloc(1, sizeof(*b));
	struct errmsg err = { 0 };

	if (!b || replay_source(&b->source, o, &err)) {
		say_error(b ? err.text : "out of memory");
		free(b);
		return RUN_INPUT;
	}
	int status = run_init(&b->run, o, false, replay_name(o), &err);
	b->run.input = &b->source;
	if (status == 0)
		status = set_up(b, &err);
	if (status && !b->signo)
		say_error(err.text);
	if (status == 0) {
		loop_run(b->loop);
		status = finish(b);
	}
	loop_free(b->loop);
	capfile_close(b->file);
	run_release(&b->run);
	source_close(&b->source);
	free(b);
	return status;
}
