/* SPDX-License-Identifier: MIT */
#include "core/pick.h"

#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
	const struct pick *x = a, *y = b;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_id(const void *a, const void *b)
{
	const struct pick *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

void pick_sort_time(struct picks *p)
{
	if (p->count)
		qsort(p->list, p->count, sizeof(*p->list), by_time);
}

void pick_sort_id(struct picks *p)
{
	if (p->count)
		qsort(p->list, p->count, sizeof(*p->list), by_id);
}

bool pick_room(struct picks *p, size_t n)
{
	p->list = malloc((n + 1) * sizeof(*p->list));
	return p->list != NULL;
}

size_t pick_find(const struct picks *p, uint64_t id)
{
	const struct pick key = { .id = id };
	const struct pick *found =
		p->count ? bsearch(&key, p->list, p->count, sizeof(key), by_id) :
			   NULL;

	return found ? (size_t)(found - p->list) : p->count;
}

/* The place is kept where else the time is. */
bool pick_index(struct picks *index, const struct picks *p)
{
	if (!pick_room(index, p->count))
		return false;
	for (size_t i = 0; i < p->count; i++)
		index->list[index->count++] = (struct pick){
			.id = p->list[i].id, .time_ns = i,
		};
	pick_sort_id(index);
	return true;
}

uint32_t pick_place(void *index, uint64_t id)
{
	const struct picks *p = index;
	size_t at = pick_find(p, id);

	return at < p->count ? (uint32_t)p->list[at].time_ns : PICK_NOWHERE;
}
