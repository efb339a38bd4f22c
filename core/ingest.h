/* SPDX-License-Identifier: MIT */
/* The one entrance: an event or a file's frame -> packet -> model -> listener. */
#ifndef NX_INGEST_H
#define NX_INGEST_H

#include "core/model.h"

struct ingest {
	struct model *model;
	struct dns_ports dns_ports;
	/* Names of event_packet.drop_reason by number, NULL where there is none; borrowed. */
	const char *const *drops;
	size_t drops_count; /* a greater reason has no name */
	uint64_t packets; /* frames seen so far: the number of the next is one more */
	/*
	 * Called for every packet after the model took it; may be NULL. All
	 * borrowed for the call. Several DNS messages may end in one TCP
	 * segment: then it is called for each, p->message counting them.
	 */
	void (*on_packet)(void *ctx, const struct packet *p, const struct owner *owner);
	void *ctx;
};

/* A record of the ring. Checks size and lengths against event.h; a bad one is counted. */
void ingest_event(struct ingest *in, const void *record, size_t size);
/* Time has passed, also for what waits (core/reads.h). As model_advance(). */
void ingest_advance(struct ingest *in, uint64_t now_ns);
/* Nothing more comes. As model_finish(). */
void ingest_finish(struct ingest *in);
/* A frame of a capture file; frame->number is set by the caller. */
void ingest_frame(struct ingest *in, const struct frame *frame);

#endif
