/* SPDX-License-Identifier: MIT */
/* --write: packets with their processes into a pcapng file, as they come. */
#ifndef NX_RECORD_H
#define NX_RECORD_H

#include "core/errmsg.h"
#include "core/model.h"

struct record; /* opaque */

/* path: "-" is the standard output. 0, or negative errno with a message. */
int record_new(struct record **out, const char *path, struct errmsg *err);
void record_free(struct record *r); /* takes NULL */
/* 0, or negative errno with a message, again at each later call. */
int record_packet(struct record *r, const struct packet *p,
		  const struct owner *owner, const struct contname *container,
		  int64_t wall_offset_ns,
		  struct errmsg *err);
/* May so many packets of any size come without losing one? */
/*
 * Its file could not be written: what is in it in part is cut off, so that it
 * stays a capture file, and counted as lost with all that comes.
 */
void record_fail(struct record *r);
bool record_has_room(const struct record *r, size_t packets);
/* The stream, to flush and to wait for. */
struct out *record_out(struct record *r);
uint64_t record_count(const struct record *r); /* packets taken */
uint64_t record_lost(const struct record *r); /* that found no room while the reader was slow */

#endif
