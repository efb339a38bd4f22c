/* SPDX-License-Identifier: MIT */
/* What all events say alike (events.md section 2): process, host, name. For core/tracee.c and core/sockevent.c. */
#ifndef NX_ENVELOPE_H
#define NX_ENVELOPE_H

#include "core/json.h"
#include "core/model.h"

struct tracee_event;

struct envelope {
	const struct model *model;
	const struct proc *proc; /* NULL: not known */
	uint64_t time_ns; /* of the event */
	uint32_t cpu, tid, ns_tid; /* of the thread that was seen; 0: not known */
	const char *host;
};

/* Open the object and write all that stands before `args`. */
void envelope_open(struct json *j, const struct envelope *e,
		   const struct tracee_event *event, unsigned args);
/* The members of `netexplore` that every event has. */
void envelope_socket(struct json *j, uint32_t netns, uint64_t cookie);

#endif
