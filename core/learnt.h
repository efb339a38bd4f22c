/* SPDX-License-Identifier: MIT */
/*
 * The names by which a process learnt addresses: from answers to questions
 * that it asked itself. What another process asked says nothing of its own
 * connections. From a file without processes all is one process, pid 0.
 */
#ifndef NX_LEARNT_H
#define NX_LEARNT_H

#include "core/packet.h"
#include "core/proc.h"

struct model;

struct learnt_key {
	struct proc_key proc;
	struct address address;
	uint8_t pad[7]; /* 0 */
};

struct learnt_entry {
	struct learnt_key key;
	const char *name; /* in the model's strings */
	uint64_t time_ns; /* of the latest answer that had it */
};

int learnt_init(struct model *m, size_t capacity, uint64_t seed);
void learnt_add(struct model *m, const struct proc_key *proc,
		const struct address *address, const char *name,
		uint64_t time_ns);
/* "" if it did not learn it. Valid until the model's next packet. */
const char *learnt_name(const struct model *m, const struct proc_key *proc,
			const struct address *address, uint64_t *time_ns);

#endif
