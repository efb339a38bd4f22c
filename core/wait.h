/* SPDX-License-Identifier: MIT */
/*
 * Things that wait for an answer, in the order in which their time is up. A
 * member of what waits; the owner of the list takes it out before that goes.
 */
#ifndef NX_WAIT_H
#define NX_WAIT_H

#include <stddef.h>
#include <stdint.h>

struct wait {
	struct wait *before, *after;
	uint64_t due_ns; /* 0: does not wait */
};

struct wait_list {
	struct wait *first, *last;
};

/* What waits in w, which is its member `member`. */
#define WAIT_OF(w, type, member) \
	((type *)(void *)((char *)(w) - offsetof(type, member)))

static inline void wait_drop(struct wait_list *l, struct wait *w)
{
	if (w->due_ns == 0)
		return;
	*(w->before ? &w->before->after : &l->first) = w->after;
	*(w->after ? &w->after->before : &l->last) = w->before;
	*w = (struct wait){ 0 };
}

/* Wait until due_ns; what waits already waits anew. Each list has one time
 * limit, so the newest is due last. */
static inline void wait_until(struct wait_list *l, struct wait *w,
			      uint64_t due_ns)
{
	wait_drop(l, w);
	w->due_ns = due_ns ? due_ns : 1;
	w->before = l->last;
	*(l->last ? &l->last->after : &l->first) = w;
	l->last = w;
}

/* Take out the first when its time is up at now_ns; NULL: it is not. */
static inline struct wait *wait_take(struct wait_list *l, uint64_t now_ns)
{
	struct wait *w = l->first;

	if (!w || w->due_ns > now_ns)
		return NULL;
	wait_drop(l, w);
	return w;
}

/*
 * How long it took: at least 1, also when both have the same time stamp;
 * 0 (not known) when the clock went backwards between them.
 */
static inline uint64_t wait_span(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? to_ns - from_ns : to_ns == from_ns;
}

#endif
