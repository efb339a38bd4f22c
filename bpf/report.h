/* SPDX-License-Identifier: MIT */
/* The table of --probe: what this machine has for live capture, and what not. */
#ifndef NX_REPORT_H
#define NX_REPORT_H

#include <stdbool.h>

#include "bpf/missing.h"

struct bpf_map;
struct bpf_object;
struct btf;

struct report {
	const struct btf *btf; /* NULL: the kernel has none */
	const struct bpf_object *object; /* with the programs chosen; NULL: it could not be opened */
	const struct bpf_map *owners; /* the socket storage, of object */
	const char *cgroup; /* in use; NULL: none */
	const struct missing *missing;
	bool works; /* object was loaded and attached */
	const char *(*cost)(const char *program); /* of its absence; NULL: ask the table here */
};

void report_lines(const struct report *r,
		  void (*line)(void *ctx, const char *text), void *ctx);
/* What the absence of a hook costs that is not in the capture's own table; NULL: not known. */
const char *report_cost(const char *section);

#endif
