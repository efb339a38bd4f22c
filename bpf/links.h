/* SPDX-License-Identifier: MIT */
/*
 * Our programs at their hooks, and whether they are still there: a control
 * group may be removed, and root may take a program off (bpftool link detach).
 */
#ifndef NX_LINKS_H
#define NX_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/errmsg.h"

#define LINKS_MAX 32

struct bpf_link;
struct bpf_program;

struct links { /* begins as zeros */
	struct bpf_link *link[LINKS_MAX];
	const struct bpf_program *program[LINKS_MAX];
	bool lost[LINKS_MAX]; /* and told */
	size_t count;
};

/*
 * Attach a program; cgroup: the path of cgroup_fd, for the message. One that
 * is not to be loaded is passed over. 0 or negative errno with a line.
 */
int links_attach(struct links *l, struct bpf_program *p, int cgroup_fd,
		 const char *cgroup, struct errmsg *err);
void links_detach(struct links *l); /* all of them */
/* A program that is no more at its hook, once each; NULL: none. */
const struct bpf_program *links_lost(struct links *l);
/* The same of all, which is not to be told one by one. */
void links_forget(struct links *l);

#endif
