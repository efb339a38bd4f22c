/* SPDX-License-Identifier: MIT */
#include "core/reads.h"

#include <errno.h>
#include <string.h>

#include "core/strings.h"

#define RECORD_MAX 65535 /* that the store takes */
#define STORE_MIN ((size_t)128 << 10)

static void on_evict(void *ctx, void *entry)
{
	struct reads *r = ctx;
	struct reads_entry *w = entry;

	wait_drop(&r->waiting, &w->wait);
	strings_drop(r->store, w->packet);
}

int reads_init(struct reads *r, size_t capacity, uint64_t seed)
{
	size_t bytes = capacity * READS_BYTES;

	_Static_assert(sizeof(struct reads_key) == 24, "key has padding");
	*r = (struct reads){
		.store = strings_new(bytes > STORE_MIN ? bytes : STORE_MIN),
	};
	if (!r->store || table_init(&r->table, capacity,
				    sizeof(struct reads_entry),
				    sizeof(struct reads_key), seed)) {
		reads_release(r);
		return -ENOMEM;
	}
	r->table.on_evict = on_evict;
	r->table.ctx = r;
	return 0;
}

void reads_release(struct reads *r)
{
	table_release(&r->table);
	strings_free(r->store);
	*r = (struct reads){ 0 };
}

static struct reads_entry *add(struct reads *r, const struct reads_key *key,
			       uint64_t since_ns)
{
	struct reads_entry *w = table_touch(&r->table, key, NULL);

	wait_until(&r->waiting, &w->wait, since_ns + READS_WAIT_NS);
	return w;
}

/* read: NULL: nobody knows. */
static void fill_in(struct event_packet *e, const struct event_read *read)
{
	e->head.flags &= (uint8_t)~EVENT_UNREAD;
	if (!read)
		return;
	if (read->drop_reason)
		e->drop_reason = read->drop_reason;
	if (read->head.pid == 0)
		return;
	e->head.how = EVENT_HOW_RECEIVED;
	e->head.pid = read->head.pid;
	e->head.start_ns = read->head.start_ns;
	e->head.tid = read->head.tid;
	e->head.ns_tid = read->head.ns_tid;
}

/* The packet of w goes on, and w is gone. */
static void give(struct reads *r, struct reads_entry *w,
		 const struct event_read *read, struct reads_packet *out)
{
	memcpy(&out->e, w->packet, sizeof(out->e));
	out->data = (const uint8_t *)w->packet + sizeof(out->e);
	fill_in(&out->e, w->twice ? NULL : read);
	strings_drop(r->store, r->given);
	r->given = w->packet;
	w->packet = NULL;
	table_remove(&r->table, w);
}

bool reads_room(struct reads *r, struct reads_packet *out)
{
	while (r->table.count == r->table.capacity) {
		struct reads_entry *w =
			WAIT_OF(r->waiting.first, struct reads_entry, wait);

		if (w->packet) {
			r->evicted++;
			give(r, w, NULL, out);
			return true;
		}
		table_remove(&r->table, w);
	}
	return false;
}

static bool keep(struct reads *r, const struct reads_key *key,
		 const struct event_packet *e, const void *record)
{
	size_t size = sizeof(*e) + e->data_len;
	const char *packet =
		size > RECORD_MAX ? NULL : strings_put(r->store, record, size);

	if (packet)
		add(r, key, e->head.time_ns)->packet = packet;
	return packet;
}

bool reads_take(struct reads *r, struct event_packet *e, const void *record)
{
	struct reads_key key = { e->head.cookie, e->head.time_ns, e->head.cpu };
	const struct reads_key all = { e->head.cookie, READS_ALL, 0 };
	struct reads_entry *w = table_find(&r->table, &key);

	if (w && !w->packet) {
		fill_in(e, &w->read);
		table_remove(&r->table, w);
		return false;
	}
	if (w) {
		w->twice = true;
		fill_in(e, NULL);
		return false;
	}
	w = table_find(&r->table, &all);
	if (w && e->head.time_ns <= w->read.packet_ns) {
		fill_in(e, NULL);
		return false;
	}
	if (keep(r, &key, e, record))
		return true;
	r->evicted++;
	fill_in(e, NULL);
	return false;
}

bool reads_read(struct reads *r, const struct event_read *read,
		struct reads_packet *out)
{
	struct reads_key key = { read->head.cookie, read->packet_ns,
				 read->packet_cpu };

	if (read->all)
		key = (struct reads_key){ read->head.cookie, READS_ALL, 0 };
	struct reads_entry *w = table_find(&r->table, &key);

	if (w && w->packet) {
		give(r, w, read, out);
		return true;
	}
	if (!w && r->table.count == r->table.capacity) {
		r->evicted++;
		return false;
	}
	/* The last of these says all that those before said. */
	add(r, &key, read->head.time_ns)->read = *read;
	return false;
}

bool reads_all(struct reads *r, const struct event_read *read,
	       struct reads_packet *out)
{
	for (struct wait *at = r->waiting.first; at; at = at->after) {
		struct reads_entry *w = WAIT_OF(at, struct reads_entry, wait);

		if (!w->packet || w->key.cookie != read->head.cookie ||
		    w->key.time_ns > read->packet_ns)
			continue;
		give(r, w, NULL, out);
		return true;
	}
	return false;
}

bool reads_due(struct reads *r, uint64_t now_ns, struct reads_packet *out)
{
	struct wait *at;

	while ((at = wait_take(&r->waiting, now_ns))) {
		struct reads_entry *w = WAIT_OF(at, struct reads_entry, wait);

		if (w->packet) {
			give(r, w, NULL, out);
			return true;
		}
		table_remove(&r->table, w);
	}
	return false;
}
