/* SPDX-License-Identifier: MIT */
#include "tui/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#include "tui/stop.h"

#define DRAIN_MS 20
#define TICK_MS 250
#define FRAME_MS 33
#define WATCHES 8

static const int signals[] = { SIGINT,	 SIGTERM, SIGHUP, SIGQUIT,
			       SIGWINCH, SIGTSTP, SIGCONT };
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

struct loop_watch {
	uv_poll_t poll;
	void (*ready)(void *ctx, int events);
	void *ctx;
};

struct loop {
	uv_loop_t uv;
	const struct loop_calls *calls;
	void *ctx;
	uv_timer_t drain_timer, tick_timer, frame_timer;
	uv_idle_t more; /* runs while the budget was too small, or work is left */
	uv_prepare_t turn;
	uv_signal_t signal[SIGNALS];
	struct loop_watch watch[WATCHES];
	size_t watches;
	bool draining, working, redraw;
	uint64_t frame_ms; /* when the last one was offered */
};

/* The idle handle keeps the loop from sleeping; the keyboard is served each turn. */
static void on_more(uv_idle_t *handle)
{
	struct loop *l = handle->data;

	if (l->draining)
		l->draining = l->calls->drain(l->ctx);
	if (l->working)
		l->working = l->calls->work(l->ctx);
	if (!l->draining && !l->working)
		uv_idle_stop(handle);
}

static void on_ring(void *ctx, int events);

static void drain(struct loop *l)
{
	if (l->draining)
		return; /* on_more() is at it */
	l->draining = l->calls->drain(l->ctx);
	if (l->draining)
		uv_idle_start(&l->more, on_more);
}

static void watch_rings(struct loop *l, int events)
{
	for (size_t i = 0; i < l->watches; i++)
		if (l->watch[i].ready == on_ring)
			loop_watch_events(&l->watch[i], events);
}

static void on_drain_timer(uv_timer_t *timer)
{
	struct loop *l = timer->data;

	drain(l);
	watch_rings(l, LOOP_READ);
}

/*
 * A ring is readable while anything at all is in it, so under steady traffic
 * it would call for each packet anew: it may call once, then the timer's turn
 * comes.
 */
static void on_ring(void *ctx, int events)
{
	struct loop *l = ctx;

	(void)events;
	watch_rings(l, 0);
	drain(l);
}

static void on_tick(uv_timer_t *timer)
{
	struct loop *l = timer->data;

	l->calls->tick(l->ctx);
}

static void on_frame_timer(uv_timer_t *timer)
{
	(void)timer; /* on_turn() does it */
}

/* Before each wait of the loop: whatever moved, this is the time to draw. */
static void on_turn(uv_prepare_t *handle)
{
	struct loop *l = handle->data;
	uint64_t gone = uv_now(&l->uv) - l->frame_ms;

	if (gone < FRAME_MS) {
		if (l->redraw && !uv_is_active((uv_handle_t *)&l->frame_timer))
			uv_timer_start(&l->frame_timer, on_frame_timer,
				       FRAME_MS - gone, 0);
		return;
	}
	l->frame_ms = uv_now(&l->uv);
	l->redraw = false;
	l->calls->frame(l->ctx);
	if (l->redraw) /* it could not, and asks again */
		uv_timer_start(&l->frame_timer, on_frame_timer, FRAME_MS, 0);
}

static void on_signal(uv_signal_t *handle, int signo)
{
	struct loop *l = handle->data;

	l->calls->signal(l->ctx, signo);
}

/*
 * The terminal's own signals are nothing to a program without a screen: it
 * stops and goes on like any other.
 */
static bool is_for_screen(int signo)
{
	return signo == SIGWINCH || signo == SIGTSTP || signo == SIGCONT;
}

/* Turn every handle off but those that the loop has no use for. */
static void start_handles(struct loop *l)
{
	const struct loop_calls *c = l->calls;

	uv_timer_init(&l->uv, &l->drain_timer);
	uv_timer_init(&l->uv, &l->tick_timer);
	uv_timer_init(&l->uv, &l->frame_timer);
	uv_idle_init(&l->uv, &l->more);
	uv_prepare_init(&l->uv, &l->turn);
	l->drain_timer.data = l->tick_timer.data = l->frame_timer.data = l;
	l->more.data = l->turn.data = l;
	if (c->drain)
		uv_timer_start(&l->drain_timer, on_drain_timer, 0, DRAIN_MS);
	if (c->tick)
		uv_timer_start(&l->tick_timer, on_tick, TICK_MS, TICK_MS);
	if (c->frame)
		uv_prepare_start(&l->turn, on_turn);
	for (size_t i = 0; i < SIGNALS; i++) {
		uv_signal_init(&l->uv, &l->signal[i]);
		l->signal[i].data = l;
		if (c->signal && !stop_ignored(signals[i]) &&
		    (c->frame || !is_for_screen(signals[i])))
			uv_signal_start(&l->signal[i], on_signal, signals[i]);
	}
}

int loop_new(struct loop **out, const struct loop_calls *calls, void *ctx,
	     struct errmsg *err)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return errmsg_set(err, -ENOMEM, "out of memory");
	int rc = uv_loop_init(&l->uv);
	if (rc) {
		free(l);
		return errmsg_set(err, rc, "cannot make an event loop: %s",
				  uv_strerror(rc));
	}
	l->calls = calls;
	l->ctx = ctx;
	start_handles(l);
	*out = l;
	return 0;
}

static void close_handle(uv_handle_t *handle, void *ctx)
{
	(void)ctx;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	/* A handle's memory is ours again only after its close callback, so
	 * the loop must turn once more (libuv docs/src/design.rst). */
	uv_walk(&l->uv, close_handle, NULL);
	uv_run(&l->uv, UV_RUN_DEFAULT);
	uv_loop_close(&l->uv);
	free(l);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
	struct loop_watch *w = handle->data;
	/* An error stops the handle: nothing more would come. */
	int bits = (events & UV_READABLE ? LOOP_READ : 0) |
		   (events & UV_WRITABLE ? LOOP_WRITE : 0) |
		   (status < 0 || events & UV_DISCONNECT ? LOOP_HANGUP : 0);

	w->ready(w->ctx, bits);
}

struct loop_watch *loop_watch(struct loop *l, int fd,
			      void (*ready)(void *ctx, int events), void *ctx,
			      struct errmsg *err)
{
	if (l->watches == WATCHES) {
		errmsg_set(err, -EMFILE, "too many descriptors to watch");
		return NULL;
	}
	struct loop_watch *w = &l->watch[l->watches];
	int rc = uv_poll_init(&l->uv, &w->poll, fd);
	if (rc) {
		errmsg_set(err, rc, "cannot watch a descriptor: %s",
			   uv_strerror(rc));
		return NULL;
	}
	l->watches++;
	w->poll.data = w;
	w->ready = ready;
	w->ctx = ctx;
	return w;
}

void loop_watch_events(struct loop_watch *w, int events)
{
	int bits = (events & LOOP_READ ? UV_READABLE : 0) |
		   (events & LOOP_WRITE ? UV_WRITABLE : 0) |
		   (events & LOOP_HANGUP ? UV_DISCONNECT : 0);

	if (bits)
		uv_poll_start(&w->poll, bits, on_poll);
	else
		uv_poll_stop(&w->poll);
}

int loop_watch_ring(struct loop *l, int fd, struct errmsg *err)
{
	struct loop_watch *w = loop_watch(l, fd, on_ring, l, err);

	if (!w)
		return err ? err->code : -EINVAL;
	loop_watch_events(w, LOOP_READ);
	return 0;
}

void loop_work(struct loop *l)
{
	l->working = l->calls->work != NULL;
	if (l->working)
		uv_idle_start(&l->more, on_more);
}

void loop_redraw(struct loop *l)
{
	l->redraw = true;
}

uint64_t loop_now_ms(const struct loop *l)
{
	return uv_now(&l->uv);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}
