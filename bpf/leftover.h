/* SPDX-License-Identifier: MIT */
/* Which programs of leftover.bpf.c this kernel can have, and what they need. */
#ifndef NX_LEFTOVER_H
#define NX_LEFTOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/missing.h"
#include "bpf/sites.h"

struct btf;

struct leftover_program {
	const char *name;
	bool used;
};

struct leftover {
	struct sites sites;
	uint8_t kfree_args, consume_args; /* of these tracepoints; 0: not there */
	struct leftover_program programs[5];
};

/* Fill in *l, and say what is missing and its cost. */
void leftover_probe(struct leftover *l, const struct btf *btf,
		    struct missing *missing);

#endif
