/* SPDX-License-Identifier: MIT */
#include "core/contname.h"

#include <errno.h>
#include <string.h>

#define TRIES 4 /* a file may be written after the first process began */
#define AGAIN_NS 1000000000ull /* after the first, then twice as long each time */

static void on_evict(void *ctx, void *entry)
{
	struct contnames *c = ctx;
	struct contname *n = entry;

	for (int i = 0; i < CONTNAME_TEXTS; i++)
		strings_drop(c->strings, n->text[i]);
}

int contname_init(struct contnames *c, size_t capacity, struct strings *strings,
		  uint64_t seed)
{
	*c = (struct contnames){ .strings = strings };
	int rc = table_init(&c->table, capacity, sizeof(struct contname),
			    sizeof(struct contname_key), seed);

	c->table.on_evict = on_evict;
	c->table.ctx = c;
	return rc;
}

void contname_release(struct contnames *c)
{
	table_release(&c->table);
	*c = (struct contnames){ 0 };
}

static struct contname_key key_of(const char *id)
{
	struct contname_key key = { "" };

	memcpy(key.id, id, strnlen(id, sizeof(key.id) - 1));
	return key;
}

static void ask(struct contnames *c, struct contname *n, uint64_t now_ns)
{
	struct contname_key key = n->key; /* telling may need its room */

	if (!c->ask || n->state != CONTNAME_WAITING || now_ns < n->again_ns)
		return;
	int rc = c->ask(c->ask_ctx, key.id, n->uid);
	n = table_find(&c->table, &key);
	if (!n || n->state != CONTNAME_WAITING)
		return;
	n->again_ns = now_ns + (AGAIN_NS << n->asked);
	if (rc == -EAGAIN || ++n->asked < TRIES)
		return;
	n->state = rc == -EACCES ? CONTNAME_DENIED : CONTNAME_ABSENT;
}

void contname_seen(struct contnames *c, const char *id, uint32_t uid,
		   uint64_t now_ns)
{
	struct contname_key key = key_of(id);
	bool made;
	struct contname *n = table_touch(&c->table, &key, &made);

	if (made)
		n->uid = uid;
	ask(c, n, now_ns);
}

bool contname_advance(struct contnames *c, uint64_t now_ns)
{
	struct contname *n = c->ask ? table_first(&c->table) : NULL;
	uint64_t evicted = c->table.evicted, told = c->told;

	/* Once one had to go, n may be gone; the rest has its turn later. */
	for (; n && c->table.evicted == evicted; n = table_next(&c->table, n))
		ask(c, n, now_ns);
	return c->told != told;
}

void contname_tell(struct contnames *c, const char *id,
		   const struct contname_facts *f)
{
	struct contname_key key = key_of(id);
	struct contname *n = table_touch(&c->table, &key, NULL);

	n->state = CONTNAME_KNOWN;
	c->told++;
	for (int i = 0; i < CONTNAME_TEXTS; i++) {
		const char *text = f->text[i];

		if (!text[0] || (n->text[i] && !strcmp(n->text[i], text)))
			continue;
		strings_drop(c->strings, n->text[i]);
		n->text[i] = strings_put(c->strings, text, strlen(text));
		c->texts_lost += !n->text[i];
	}
}

const struct contname *contname_find(const struct contnames *c, const char *id)
{
	if (!id)
		return NULL;
	struct contname_key key = key_of(id);

	return table_find(&c->table, &key);
}

const char *contname_text(const struct contname *c, enum contname_text which)
{
	return c ? c->text[which] : NULL;
}
