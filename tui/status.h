/* SPDX-License-Identifier: MIT */
/*
 * The top line: what runs, for how long, how much comes and what was lost.
 * Rates are made from the model's counters over model time; what belongs to
 * the connection that carries this terminal is not in them.
 */
#ifndef NX_STATUS_H
#define NX_STATUS_H

#include <ncurses.h>

#include "core/model.h"

#define STATUS_SECONDS 32 /* of the graph */

struct status_sample {
	uint64_t events, packets, bytes_in, bytes_out;
};

struct status {
	bool begun;
	uint64_t begin_ns, sampled_ns; /* model time */
	struct status_sample last; /* counters at sampled_ns */
	struct status_sample rate; /* per second, of the last whole second */
	uint64_t packets[STATUS_SECONDS]; /* per second, ring */
	uint32_t seconds; /* put into it so far */
};

/* What the line shows beside the model. */
struct status_shown {
	const char *host, *mode; /* may be NULL */
	size_t missing; /* things this kernel lacks */
	bool held;
	uint64_t held_new; /* came since */
};

/* Take the counters; now_ns: model time. Call before each frame. */
void status_update(struct status *s, const struct model *m, uint64_t now_ns);
/* Seconds that the line says the session lasts. */
uint64_t status_elapsed(const struct status *s, const struct model *m,
			uint64_t now_ns);
/*
 * Draw in line y. `lost` is laid out first and always there; the rest follows
 * by importance as far as there is room.
 */
void status_draw(const struct status *s, WINDOW *win, int y, int width,
		 const struct model *m, const struct status_shown *shown,
		 uint64_t now_ns);

#endif
