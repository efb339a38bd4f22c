/* SPDX-License-Identifier: MIT */
/*
 * libuv, and the only user of it: one thread, callbacks with a budget. What
 * waits in the rings is taken every 20 ms or when a ring says so; when more
 * waits than a budget allows, the loop looks at the keyboard first and then
 * goes on. Pictures come 30 times a second at most.
 */
#ifndef NX_LOOP_H
#define NX_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/errmsg.h"

struct loop; /* opaque */

/* Any of them may be NULL. */
struct loop_calls {
	/* Take what waits, within a budget. true: more may wait. */
	bool (*drain)(void *ctx);
	/* A slice of work that has time, after loop_work(). true: go on. */
	bool (*work)(void *ctx);
	void (*tick)(void *ctx); /* four times a second */
	void (*frame)(void *ctx); /* draw, if there is something new */
	void (*signal)(void *ctx, int signo); /* INT TERM HUP QUIT WINCH TSTP CONT */
};

/* 0, or negative errno with a message. calls and ctx are borrowed. */
int loop_new(struct loop **out, const struct loop_calls *calls, void *ctx,
	     struct errmsg *err);
/* Takes NULL. Signals do what they usually do again. */
void loop_free(struct loop *l);

/* Descriptors that mean: drain. */
int loop_watch_ring(struct loop *l, int fd, struct errmsg *err);

enum loop_event { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };
struct loop_watch; /* a descriptor that is watched */

/*
 * ready gets enum loop_event bits. The descriptor becomes non-blocking: it
 * must be one that nobody else has. NULL with a message when it cannot be.
 */
struct loop_watch *loop_watch(struct loop *l, int fd,
			      void (*ready)(void *ctx, int events), void *ctx,
			      struct errmsg *err);
/* Which events: enum loop_event bits, 0 for none, which is the beginning. */
void loop_watch_events(struct loop_watch *w, int events);

void loop_work(struct loop *l); /* there is work: call `work` until it says false */
void loop_redraw(struct loop *l); /* call `frame` as soon as the rate allows */
uint64_t loop_now_ms(const struct loop *l); /* monotonic, of this turn */
void loop_run(struct loop *l); /* until loop_stop() */
void loop_stop(struct loop *l);

#endif
