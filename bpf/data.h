/* SPDX-License-Identifier: MIT */
/* Which of the programs of data.bpf.c are wanted and can be had. For bpf/capture.c. */
#ifndef NX_DATA_H
#define NX_DATA_H

#include <stdbool.h>
#include <stddef.h>

struct bpf_object;
struct btf;
struct missing;

/*
 * Before the object is loaded: leave out what nobody wants, or this kernel
 * lacks, which is said. Does the kernel tell all of it?
 */
bool data_choose(struct bpf_object *obj, const struct btf *btf, bool wanted,
		 struct missing *missing);
/* Their names, in the order in which they are attached; NULL after the last. */
const char *data_program(size_t i);
/* What is lost without a program; NULL: it is not one of these. */
const char *data_cost(const char *program);

#endif
