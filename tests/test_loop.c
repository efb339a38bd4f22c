/* SPDX-License-Identifier: MIT */
#include "tui/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

/* A world for one loop. */
struct world {
	struct loop *loop;
	struct loop_watch *watch;
	int pipe[2];
	uint64_t begun_ms;
	int drains, works, ticks, frames, keys;
	int drain_limit; /* calls after which nothing more waits */
	int drains_at_key; /* when the key came */
	int last_signal;
	int stop_ms; /* end after so long; 0: never by time */
	uint64_t second_ms; /* when the second drain came */
	bool always_redraw;
};

static struct world w;

static void spend_ms(long ms)
{
	struct timespec t, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += ms * 1000000;
	do {
		clock_gettime(CLOCK_MONOTONIC, &t);
	} while ((t.tv_sec - end.tv_sec) * 1000000000 + t.tv_nsec - end.tv_nsec < 0);
}

static void look_at_time(void)
{
	if (w.stop_ms && loop_now_ms(w.loop) - w.begun_ms >= (uint64_t)w.stop_ms)
		loop_stop(w.loop);
}

static bool drain(void *ctx)
{
	(void)ctx;
	if (++w.drains == 2)
		w.second_ms = loop_now_ms(w.loop) - w.begun_ms;
	look_at_time();
	if (w.drains < w.drain_limit) {
		spend_ms(1);
		return true;
	}
	if (w.drain_limit)
		loop_stop(w.loop);
	return false;
}

static bool work(void *ctx)
{
	(void)ctx;
	return ++w.works < 5;
}

static void tick(void *ctx)
{
	(void)ctx;
	w.ticks++;
	look_at_time();
}

static void frame(void *ctx)
{
	(void)ctx;
	w.frames++;
	if (w.always_redraw)
		loop_redraw(w.loop);
}

static void on_signal(void *ctx, int signo)
{
	(void)ctx;
	w.last_signal = signo;
	loop_stop(w.loop);
}

static void on_key(void *ctx, int events)
{
	char c;

	assert_ptr_equal(ctx, &w);
	assert_true(events & LOOP_READ);
	assert_int_equal(read(w.pipe[0], &c, 1), 1);
	w.keys++;
	w.drains_at_key = w.drains;
}

static void begin(const struct loop_calls *calls)
{
	w = (struct world){ 0 };
	assert_int_equal(loop_new(&w.loop, calls, NULL, NULL), 0);
	assert_int_equal(pipe(w.pipe), 0);
	w.begun_ms = loop_now_ms(w.loop);
}

static void end(void)
{
	loop_free(w.loop);
	close(w.pipe[0]);
	close(w.pipe[1]);
}

/* More always waits, and yet the keyboard has its turn. */
static void test_budget(void **state)
{
	(void)state;
	static const struct loop_calls calls = { .drain = drain };

	begin(&calls);
	w.drain_limit = 200;
	w.watch = loop_watch(w.loop, w.pipe[0], on_key, &w, NULL);
	assert_non_null(w.watch);
	loop_watch_events(w.watch, LOOP_READ);
	assert_int_equal(write(w.pipe[1], "ab", 2), 2);
	loop_run(w.loop);
	assert_true(w.drains >= 200);
	assert_int_equal(w.keys, 2);
	assert_true(w.drains_at_key < 20);
	end();
}

/* The timer calls some 50 times a second when nothing waits. */
static void test_drain_timer(void **state)
{
	(void)state;
	static const struct loop_calls calls = { .drain = drain };

	begin(&calls);
	w.stop_ms = 500;
	loop_run(w.loop);
	assert_in_range(w.drains, 3, 30);
	end();
}

/* A ring that is readable all the time does not take all the time. */
static void test_ring(void **state)
{
	(void)state;
	static const struct loop_calls calls = { .drain = drain };

	begin(&calls);
	w.stop_ms = 500;
	assert_int_equal(write(w.pipe[1], "x", 1), 1);
	assert_int_equal(loop_watch_ring(w.loop, w.pipe[0], NULL), 0);
	loop_run(w.loop);
	assert_in_range(w.drains, 3, 60);
	end();
}

/*
 * A ring that has become readable does not wait for the timer. On a machine
 * that is busy the turn may come late; once in twenty it does not.
 */
static void test_ring_wakes(void **state)
{
	(void)state;
	static const struct loop_calls calls = { .drain = drain };
	bool woke = false;

	for (int i = 0; i < 20 && !woke; i++) {
		begin(&calls);
		assert_int_equal(loop_watch_ring(w.loop, w.pipe[0], NULL), 0);
		/* The first drain comes at once, by the timer. */
		w.stop_ms = 50;
		assert_int_equal(write(w.pipe[1], "x", 1), 1);
		loop_run(w.loop);
		woke = w.drains >= 2 && w.second_ms < 15;
		end();
	}
	assert_true(woke);
}

static unsigned long frames_at_most(void)
{
	return (unsigned long)(loop_now_ms(w.loop) - w.begun_ms) * 30 / 1000 + 2;
}

/* Never more than 30 pictures a second, and never none when one is asked for. */
static void test_frames(void **state)
{
	(void)state;
	static const struct loop_calls calls = {
		.drain = drain, .tick = tick, .frame = frame,
	};
	static const struct loop_calls quiet = { .tick = tick, .frame = frame };

	begin(&calls);
	w.stop_ms = 1000;
	w.always_redraw = true;
	loop_run(w.loop);
	assert_in_range(w.frames, 3, frames_at_most());
	assert_in_range(w.ticks, 1, 5);
	end();

	/* Without any other reason to turn, a redraw is one. */
	begin(&quiet);
	w.stop_ms = 600;
	w.always_redraw = true;
	loop_run(w.loop);
	assert_in_range(w.frames, 3, frames_at_most());
	end();
}

static void test_work(void **state)
{
	(void)state;
	static const struct loop_calls calls = { .drain = drain, .work = work };

	begin(&calls);
	w.stop_ms = 100;
	loop_run(w.loop);
	assert_int_equal(w.works, 0);
	loop_work(w.loop);
	w.begun_ms = loop_now_ms(w.loop);
	loop_run(w.loop);
	assert_int_equal(w.works, 5);
	end();
}

static void test_signals(void **state)
{
	(void)state;
	static const struct loop_calls calls = {
		.drain = drain, .signal = on_signal,
	};
	struct sigaction action;

	signal(SIGHUP, SIG_IGN); /* as under nohup */
	signal(SIGINT, SIG_IGN); /* as in the background of a script */
	begin(&calls);
	w.stop_ms = 100;
	raise(SIGHUP);
	loop_run(w.loop);
	assert_int_equal(w.last_signal, 0);
	w.stop_ms = 5000;
	raise(SIGINT);
	loop_run(w.loop);
	assert_int_equal(w.last_signal, SIGINT);
	raise(SIGTERM);
	loop_run(w.loop);
	assert_int_equal(w.last_signal, SIGTERM);
	/* A program without a screen leaves the terminal's signals alone. */
	sigaction(SIGTSTP, NULL, &action);
	assert_true(action.sa_handler == SIG_DFL);
	end();
	sigaction(SIGTERM, NULL, &action);
	assert_true(action.sa_handler == SIG_DFL);
	sigaction(SIGHUP, NULL, &action);
	assert_true(action.sa_handler == SIG_IGN);
	signal(SIGHUP, SIG_DFL);
	loop_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_drain_timer),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_ring_wakes),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_signals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
