/* SPDX-License-Identifier: MIT */
/*
 * THE LOSS TABLE: all that can be lost, by cause. The session document, the
 * exit summary and the sums on the screen derive from it.
 */
#ifndef NX_LOSS_H
#define NX_LOSS_H

#include <stddef.h>
#include <stdint.h>

struct model;

enum loss_kind {
	LOSS_RECORD, /* the kernel could not hand it over: "lost" */
	LOSS_ENTRY, /* it made room for a newer one: "evicted" */
	LOSS_PART, /* something is missing of what is kept */
};

struct loss {
	const char *json; /* name in the document's counters.lost */
	const char *text; /* in the exit summary: "flows", "bad records" */
	enum loss_kind kind;
	size_t offset; /* of its uint64_t in struct model */
};

extern const struct loss losses[];
extern const size_t losses_count;

uint64_t loss_count(const struct model *m, const struct loss *l);
uint64_t loss_sum(const struct model *m, enum loss_kind kind);

#endif
