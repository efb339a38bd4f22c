/* SPDX-License-Identifier: MIT */
/*
 * A stream of bytes to a descriptor that may be slow: buffered, and written
 * without waiting. No flag is changed that another process would see: a pipe
 * or a terminal is opened anew.
 */
#ifndef NX_OUT_H
#define NX_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/errmsg.h"

struct out; /* opaque */

/*
 * fd: becomes ours (it is closed) unless it is below 3. name: for messages,
 * borrowed. size: bytes that may wait; all are taken now. 0 or -ENOMEM.
 */
int out_new(struct out **out, int fd, const char *name, size_t size,
	    struct errmsg *err);
void out_free(struct out *o); /* what still waits is lost; takes NULL */

/* Room for n bytes in one piece, valid until the next call; NULL: too much waits. */
void *out_room(struct out *o, size_t n);
void out_add(struct out *o, size_t n); /* so many were put there */
size_t out_waiting(const struct out *o); /* bytes */
const char *out_rest(const struct out *o); /* those bytes, until the next call */

/*
 * Write what the other side takes at once. 0, or negative errno with a
 * message, again at each later call. -EPIPE: nobody reads it any more.
 */
int out_flush(struct out *o, struct errmsg *err);
/* A descriptor of our own to wait on until more can be written; -1: there is none, try again later. */
int out_fd(const struct out *o);
/*
 * Wait until everything is written, stop_fd (-1: none) is readable, or so many
 * milliseconds are over (-1: no limit). 0: written; -EINTR, -ETIMEDOUT
 * without a message; or as out_flush().
 */
int out_drain(struct out *o, int stop_fd, int timeout_ms, struct errmsg *err);

#endif
