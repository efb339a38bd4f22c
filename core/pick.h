/* SPDX-License-Identifier: MIT */
/* Entries of the model's tables, chosen to be written one after the other. */
#ifndef NX_PICK_H
#define NX_PICK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/proc.h"

/* One entry of a table, to be written when its turn comes. */
struct pick {
	uint64_t time_ns; /* of its first packet */
	uint64_t id;
	const void *entry; /* lives while its table has it by its key */
	uint64_t proc_id;
	struct proc_key proc;
};

struct picks {
	struct pick *list;
	size_t count;
};

#define PICK_NOWHERE UINT32_MAX

/* Memory for n; false: there is none. The caller frees list. */
bool pick_room(struct picks *p, size_t n);
void pick_sort_time(struct picks *p); /* by time, and then by id */
void pick_sort_id(struct picks *p);
/* Place of an id in picks that are sorted by it; count when it is not there. */
size_t pick_find(const struct picks *p, uint64_t id);
/* Fill an empty index: where in p each id stands. false: no memory. */
bool pick_index(struct picks *index, const struct picks *p);
/* index: a struct picks. The place of an id; PICK_NOWHERE: it has none. */
uint32_t pick_place(void *index, uint64_t id);

#endif
