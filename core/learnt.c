/* SPDX-License-Identifier: MIT */
#include "core/learnt.h"

#include "core/model.h"

static void on_evict(void *ctx, void *entry)
{
	const struct model *m = ctx;
	const struct learnt_entry *e = entry;

	strings_drop(m->strings, e->name);
}

int learnt_init(struct model *m, size_t capacity, uint64_t seed)
{
	int rc = table_init(&m->learnt, capacity, sizeof(struct learnt_entry),
			    sizeof(struct learnt_key), seed);

	_Static_assert(sizeof(struct learnt_key) == 40, "key has padding");
	m->learnt.on_evict = on_evict;
	m->learnt.ctx = m;
	return rc;
}

void learnt_add(struct model *m, const struct proc_key *proc,
		const struct address *address, const char *name,
		uint64_t time_ns)
{
	struct learnt_key key = { .proc = *proc, .address = *address };
	struct learnt_entry *e = table_touch(&m->learnt, &key, NULL);

	e->time_ns = time_ns;
	if (e->name && strcmp(e->name, name) == 0)
		return;
	strings_drop(m->strings, e->name);
	e->name = strings_put(m->strings, name, strlen(name));
	if (!e->name)
		m->texts_lost++;
}

const char *learnt_name(const struct model *m, const struct proc_key *proc,
			const struct address *address, uint64_t *time_ns)
{
	struct learnt_key key = { .proc = *proc, .address = *address };
	const struct learnt_entry *e = table_find(&m->learnt, &key);

	if (!e || !e->name)
		return "";
	if (time_ns)
		*time_ns = e->time_ns;
	return e->name;
}
