/* SPDX-License-Identifier: MIT */
/* What to say when the kernel refuses the programs. */
#ifndef NX_REFUSED_H
#define NX_REFUSED_H

#include "bpf/reason.h"
#include "core/errmsg.h"

struct bpf_program;

/* Each returns rc, the negative errno of the failure, with its line in err. */
int refused_load(const struct reason *why, int rc, struct errmsg *err);
int refused_attach(const struct bpf_program *p, const char *cgroup, int rc,
		   struct errmsg *err);

#endif
