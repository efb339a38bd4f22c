/* SPDX-License-Identifier: MIT */
#include "tui/live.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bpf/capture.h"
#include "core/happen.h"
#include "tui/carrier.h"
#include "tui/lines.h"
#include "tui/loop.h"
#include "tui/out.h"
#include "tui/record.h"
#include "tui/run.h"
#include "tui/say.h"
#include "tui/stop.h"
#include "tui/view.h"

#define PACKETS 2000 /* at a time; then the keyboard is looked at */
#define FLUSH_MS 50
#define TICKS_A_SECOND 4
#define LAST_DRAINS 1000000 /* bound; a full ring of 1 GiB takes fewer */
#define LAST_WORDS_MS 500 /* patience with a slow reader after a signal */

struct live {
	struct run run;
	struct capture *capture;
	struct loop *loop;
	struct view *view; /* NULL: no screen */
	struct loop_watch *watch; /* of a slow output; NULL: none */
	struct out *out; /* that output */
	uint64_t flushed_ms;
	unsigned ticks;
	bool told; /* that an output has failed */
	int signo; /* that ended it */
};

/* Without a screen, as much as the outputs can take. true: more waits. */
static bool drain_lines(struct live *l)
{
	for (int i = 0; i < PACKETS / LINES_PACKETS; i++) {
		if (!run_has_room(&l->run))
			run_flush(&l->run, true);
		/* What cannot be printed stays in the ring; if that gets full,
		 * the kernel counts. The next turn comes by the timer. */
		if (!run_has_room(&l->run))
			return false;
		if (!capture_drain(l->capture, LINES_PACKETS))
			return false;
	}
	return true;
}

static void watch_output(struct live *l)
{
	if (l->watch)
		loop_watch_events(l->watch,
				  out_waiting(l->out) ? LOOP_WRITE : 0);
}

static bool on_drain(void *ctx)
{
	struct live *l = ctx;
	const struct options *o = l->run.options;
	bool more = l->run.lines ? drain_lines(l) :
				   capture_drain(l->capture, PACKETS);
	uint64_t now_ms = loop_now_ms(l->loop);
	bool flush = now_ms - l->flushed_ms >= FLUSH_MS;

	if (flush)
		l->flushed_ms = now_ms;
	run_flush(&l->run, flush);
	watch_output(l);
	if (run_done(&l->run) ||
	    (o->duration_ns &&
	     run_boot_ns() - l->run.begun_ns >= o->duration_ns))
		loop_stop(l->loop);
	return more;
}

static void on_output(void *ctx, int events)
{
	struct live *l = ctx;

	(void)events;
	run_flush(&l->run, true);
	watch_output(l);
}

static void update_counters(struct live *l)
{
	struct model_counters *c = &l->run.model.counters;
	struct capture_counts counts;

	capture_counts(l->capture, &counts);
	for (int i = 0; i < EVENT_RINGS; i++) {
		c->produced[i] = counts.kernel.produced[i];
		c->lost[i] = counts.kernel.lost[i];
		c->delivered[i] = counts.delivered[i];
	}
	c->read_error = counts.kernel.read_error;
	c->no_storage = counts.kernel.no_storage;
	c->no_reader = counts.kernel.no_reader;
	c->missed_runs = counts.missed_runs;
}

/* Somebody took a part of the capture away: it goes on with the rest. */
static void say_lost(struct live *l)
{
	const char *text;

	while ((text = capture_lost(l->capture))) {
		if (l->view)
			view_message(l->view, true, text);
		else
			say_error(text);
	}
}

/* The screen lives on; at its end the message is said once more. */
static void tell_failure(struct live *l)
{
	char text[sizeof(l->run.why.text) + 64];

	if (!l->view || !l->run.status || l->told)
		return;
	l->told = true;
	snprintf(text, sizeof(text), "%s; the recording has ended",
		 l->run.why.text);
	view_message(l->view, true, text);
}

static void on_tick(void *ctx)
{
	struct live *l = ctx;

	tell_failure(l);
	update_counters(l);
	if (l->ticks++ % TICKS_A_SECOND == 0) {
		l->run.model.wall_offset_ns = run_wall_offset_ns();
		say_lost(l);
	}
	ingest_advance(&l->run.ingest, run_boot_ns());
	if (contname_advance(&l->run.model.procs.containers, run_boot_ns()))
		l->run.model.generation++;
}

static void on_frame(void *ctx)
{
	view_frame(((struct live *)ctx)->view);
}

static bool on_work(void *ctx)
{
	return view_work(((struct live *)ctx)->view);
}

static void on_signal(void *ctx, int signo)
{
	struct live *l = ctx;

	for (size_t i = 0; stop_signals[i]; i++)
		if (signo == stop_signals[i]) {
			l->signo = signo;
			loop_stop(l->loop);
			return;
		}
	view_signal(l->view, signo);
}

static const struct loop_calls with_screen = {
	.drain = on_drain, .work = on_work, .tick = on_tick,
	.frame = on_frame, .signal = on_signal,
};
static const struct loop_calls without_screen = {
	.drain = on_drain, .tick = on_tick, .signal = on_signal,
};

/* An output that can be slow, and that is ours to wait for. */
static void find_slow_output(struct live *l)
{
	struct run *r = &l->run;

	l->out = r->lines ? lines_out(r->lines) :
		 r->record ? record_out(r->record) : NULL;
	if (!l->out || out_fd(l->out) < 0)
		return;
	/* Where it cannot be watched the timer does. */
	l->watch = loop_watch(l->loop, out_fd(l->out), on_output, l, NULL);
}

static int set_up(struct live *l, bool screen, struct errmsg *err)
{
	const char *const *missing = capture_missing(l->capture);
	int fd[EVENT_RINGS];

	if (loop_new(&l->loop, screen ? &with_screen : &without_screen, l, err))
		return RUN_INPUT;
	capture_fds(l->capture, fd);
	for (int i = 0; i < EVENT_RINGS; i++)
		if (loop_watch_ring(l->loop, fd[i], err))
			return RUN_INPUT;
	find_slow_output(l);
	l->run.outlives = screen;
	if (screen)
		return view_open(&l->view, &l->run, l->loop, "live", missing,
				 err);
	say_begin(&l->run);
	for (; missing && *missing; missing++)
		say_error(*missing);
	return 0;
}

/* Milliseconds that a slow reader still gets: after a signal one second in all. */
static int patience_ms(const struct live *l, uint64_t since_ns)
{
	uint64_t gone_ms = (run_boot_ns() - since_ns) / 1000000;

	if (!l->signo)
		return -1;
	return gone_ms < LAST_WORDS_MS ? (int)(LAST_WORDS_MS - gone_ms) : 0;
}

/*
 * Nothing more is produced: what the rings still hold is taken, so that
 * produced = delivered + lost. What a slow reader then does not take is
 * counted by the outputs.
 */
static void drain_rest(struct live *l, uint64_t since_ns)
{
	capture_detach(l->capture);
	for (int i = 0; i < LAST_DRAINS; i++) {
		if (!run_has_room(&l->run))
			run_drain(&l->run, patience_ms(l, since_ns));
		if (!l->signo)
			l->signo = stop_signal();
		if (!capture_drain(l->capture, LINES_PACKETS))
			break;
	}
	update_counters(l);
}

static int finish(struct live *l)
{
	struct run *r = &l->run;
	uint64_t since_ns = run_boot_ns();

	/* Before the loop lets go of them: no signal may find nobody. */
	stop_begin();
	bool gone = l->view && view_gone(l->view);
	view_close(l->view);
	loop_free(l->loop);
	if (!l->signo && gone)
		l->signo = SIGHUP;
	drain_rest(l, since_ns);
	ingest_advance(&r->ingest, run_boot_ns());
	ingest_finish(&r->ingest);
	if (r->options->export && !r->closed)
		run_export(r);
	run_drain(r, patience_ms(l, since_ns));
	if (!l->signo)
		l->signo = stop_signal();
	return say_end(r, l->signo);
}

static struct capture_options capture_options(const struct options *o,
					      bool tells_data)
{
	return (struct capture_options){
		.cgroup = o->cgroup,
		.snap = o->snap,
		.ring_bytes = o->ring_bytes,
		.dns_ports = o->dns_ports,
		.tells_data = tells_data,
	};
}

static int open_capture(struct live *l)
{
	const struct capture_options options =
		capture_options(l->run.options, l->run.tells_data);
	struct errmsg err;

	/* The message says what works without, too. */
	if (capture_open(&l->capture, &options, run_record, &l->run, &err)) {
		say_error(err.text);
		return RUN_KERNEL;
	}
	l->run.ingest.drops =
		capture_drops(l->capture, &l->run.ingest.drops_count);
	if (l->run.happen)
		happen_by_packet(l->run.happen,
				 !capture_tells_data(l->capture));
	return 0;
}

int live_probe(const struct options *o)
{
	const struct capture_options options = capture_options(o, true);
	struct errmsg err;
	int rc = capture_probe(&options, lines_put, NULL, &err);

	if (lines_end()) {
		say_error("cannot write standard output");
		return RUN_OUTPUT;
	}
	if (rc)
		say_error(err.text);
	return rc ? RUN_KERNEL : RUN_GOOD;
}

/* What carries this session is told from all else. */
static void find_mine(struct run *r)
{
	struct mine *m = &r->model.mine;
	int holder = carrier_find("/proc", getpid(), getenv("SSH_CONNECTION"),
				  m);

	r->carried = carrier_output("/proc", holder, m);
	m->hides = r->options->not_me;
}

int live_run(const struct options *o, bool screen)
{
	struct live *l = calloc(1, sizeof(*l));
	struct errmsg err;

	if (!l) {
		say_error("out of memory");
		return RUN_INPUT;
	}
	int status = run_init(&l->run, o, true, "live", &err);
	if (status) {
		say_error(err.text);
	} else if ((status = open_capture(l)) == 0) {
		find_mine(&l->run);
		l->run.begun_ns = run_boot_ns(); /* -d begins here */
		status = set_up(l, screen, &err);
		if (status) {
			say_error(err.text);
			loop_free(l->loop);
		} else {
			loop_run(l->loop);
			status = finish(l);
		}
	}
	capture_close(l->capture);
	run_release(&l->run);
	free(l);
	return status;
}
