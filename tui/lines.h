/* SPDX-License-Identifier: MIT */
/* No screen: events to standard output, one JSON object a line. */
#ifndef NX_LINES_H
#define NX_LINES_H

#include "core/errmsg.h"
#include "core/filter.h"
#include "core/model.h"

struct lines; /* opaque */

struct lines_options {
	uint32_t events; /* tracee.h's bits */
	const struct filter *filter; /* borrowed; NULL: all */
	const char *host; /* borrowed */
	uint64_t limit; /* events to print; 0: no limit */
};

/* 0, or negative errno with a message. */
int lines_new(struct lines **out, const struct lines_options *options,
	      struct errmsg *err);
void lines_free(struct lines *l); /* takes NULL */
/* Something happened to a socket: print it if it is chosen. */
void lines_happening(struct lines *l, const struct model *m,
		     const struct happening *h);
/* Print the chosen events of a packet, as far as the limit allows. */
void lines_packet(struct lines *l, const struct model *m,
		  const struct packet *p, const struct owner *owner);
bool lines_done(const struct lines *l); /* the limit is reached */
/* The stream, to flush and to wait for. */
struct out *lines_out(struct lines *l);
/* May as many packets as a small drain gives be printed without losing a line? */
bool lines_have_room(struct lines *l);
#define LINES_PACKETS 16 /* packets of such a drain */

/* For the end: events that came out whole, and those that a slow or gone reader did not take. */
uint64_t lines_count(const struct lines *l);
uint64_t lines_lost(const struct lines *l);

/* For lists and help: print one line of text. ctx is not used. */
void lines_put(void *ctx, const char *text);
int lines_end(void); /* all of them are out: 0 (also when nobody reads on), or negative errno */

#endif
