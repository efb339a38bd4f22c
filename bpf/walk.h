/* SPDX-License-Identifier: MIT */
/*
 * What the walk over open files and processes found when the capture began:
 * read from the kernel's iterators, kept until it is delivered.
 */
#ifndef NX_WALK_H
#define NX_WALK_H

#include <stddef.h>

#include "bpf/event.h"
#include "core/errmsg.h"

struct bpf_program;

struct walk {
	struct event_proc *procs;
	struct event_socket *sockets;
	size_t procs_count, sockets_count;
};

/* Read an iterator's output to its end. 0 or negative errno. */
int walk_read_sockets(struct walk *w, int fd);
int walk_read_procs(struct walk *w, int fd);
/* Run an iterator, and have one of these read it. 0 or negative errno, with a line. */
int walk_run(struct walk *w, struct bpf_program *iterator,
	     int (*read)(struct walk *w, int fd), struct errmsg *err);
/*
 * Of the records of a socket, one for each holder, keep the last: the kernel
 * wrote its owner there. Then give each process its path and arguments.
 */
void walk_finish(struct walk *w);
/* Hand on what there is, processes first, and release it. */
void walk_deliver(struct walk *w,
		  void (*fn)(void *ctx, const void *record, size_t size),
		  void *ctx);
void walk_release(struct walk *w); /* takes a zeroed or released one */

#endif
