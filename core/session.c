/* SPDX-License-Identifier: MIT */
#include "core/session.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/pick.h"
#include "core/rowjson.h"
#include "core/rows.h"
#include "core/text.h"

/* What is left to say of a flow that was evicted before its turn. */
struct flow_rest {
	struct flow_key key;
	uint32_t peer; /* index, or ROWJSON_NO_PEER */
	bool local_is_src;
	uint8_t direction;
};

enum stage {
	STAGE_HEAD, STAGE_PROCESSES, STAGE_FLOWS, STAGE_PINGS, STAGE_NEIGHBORS,
	STAGE_ERRORS, STAGE_MESSAGES, STAGE_DNS, STAGE_COUNTERS, STAGE_DONE,
};

struct session {
	const struct model *m;
	const struct filter *filter;
	session_write *write;
	void *ctx;
	struct json_object *head;
	struct picks procs, flows, pings, neighbors, errors, messages, dns;
	struct picks places; /* of dns: query id -> place, in time_ns */
	struct flow_rest *rest; /* of flows */
	enum stage stage;
	size_t at; /* in the array of the stage */
	bool comma; /* an element was written in it */
	int rc; /* of the first failure */
};

static bool pick_flows(struct session *s)
{
	const struct table *t = &s->m->flows;

	if (!pick_room(&s->flows, t->count))
		return false;
	for (const struct flow *f = table_first(t); f; f = table_next(t, f)) {
		const struct row row = rows_of_flow(s->m, f);
		if (filter_match(s->filter, &row))
			s->flows.list[s->flows.count++] = (struct pick){
				f->first_ns, f->id, f, f->proc_id, f->proc
			};
	}
	pick_sort_time(&s->flows);
	return true;
}

static bool pick_pings(struct session *s)
{
	const struct table *t = &s->m->pings.table;

	if (!pick_room(&s->pings, t->count) || !pick_room(&s->neighbors, t->count))
		return false;
	for (const struct ping *p = table_first(t); p; p = table_next(t, p)) {
		const struct row row = rows_of_ping(s->m, p);
		struct picks *to = p->key.kind == PAIR_ECHO ? &s->pings :
							      &s->neighbors;
		if (rows_takes_ping(&row, s->filter))
			to->list[to->count++] = (struct pick){
				p->request_ns ? p->request_ns : p->reply_ns,
				p->id, p, p->proc_id, p->proc
			};
	}
	pick_sort_time(&s->pings);
	pick_sort_time(&s->neighbors);
	return true;
}

static bool pick_errors(struct session *s)
{
	const struct pings *p = &s->m->pings;

	if (!pick_room(&s->errors, p->errors_cap) ||
	    !pick_room(&s->messages, p->errors_cap))
		return false;
	for (size_t i = 0; i < p->errors_cap; i++) {
		const struct icmp_error *e = &p->errors[i];
		const struct row row = rows_of_error(s->m, e);
		struct picks *to = e->message ? &s->messages : &s->errors;
		if (e->id && filter_match(s->filter, &row))
			to->list[to->count++] = (struct pick){
				e->time_ns, e->id, e, e->proc_id, e->proc
			};
	}
	pick_sort_time(&s->errors);
	pick_sort_time(&s->messages);
	return true;
}

static bool pick_dns(struct session *s)
{
	const struct table *t = &s->m->dns.table;

	if (!pick_room(&s->dns, t->count))
		return false;
	for (const struct dns_node *n = table_first(t); n;
	     n = table_next(t, n)) {
		const struct row row = rows_of_dns(s->m, n);
		if (rows_takes_dns(&row, s->filter))
			s->dns.list[s->dns.count++] = (struct pick){
				n->query_ns ? n->query_ns : n->answer_ns,
				n->id, n, n->proc_id, n->proc
			};
	}
	pick_sort_time(&s->dns);
	return true;
}

/* All processes that the picks refer to, once, by id. */
static bool pick_procs(struct session *s)
{
	const struct picks *from[] = { &s->flows, &s->pings, &s->errors,
				       &s->dns };
	struct picks *p = &s->procs;
	size_t kept = 0;

	if (!pick_room(p, s->flows.count + s->pings.count + s->errors.count +
			     s->dns.count))
		return false;
	for (size_t k = 0; k < sizeof(from) / sizeof(from[0]); k++)
		for (size_t i = 0; i < from[k]->count; i++)
			if (from[k]->list[i].proc_id)
				p->list[p->count++] = (struct pick){
					.id = from[k]->list[i].proc_id,
					.proc = from[k]->list[i].proc,
				};
	pick_sort_id(p);
	for (size_t i = 0; i < p->count; i++)
		if (i == 0 || p->list[i].id != p->list[i - 1].id)
			p->list[kept++] = p->list[i];
	p->count = kept;
	return true;
}

/* What peers are called in the document, and what survives an eviction. */
static bool pick_rest(struct session *s)
{
	struct picks index = { 0 };

	s->rest = malloc((s->flows.count + 1) * sizeof(*s->rest));
	if (!s->rest || !pick_index(&index, &s->flows))
		return false;
	for (size_t i = 0; i < s->flows.count; i++) {
		const struct flow *f = s->flows.list[i].entry;
		const struct flow *peer = model_peer(s->m, f);
		s->rest[i] = (struct flow_rest){
			.key = f->key,
			.peer = peer ? pick_place(&index, peer->id) :
				       ROWJSON_NO_PEER,
			.local_is_src = f->local_is_src,
			.direction = f->direction,
		};
	}
	free(index.list);
	return true;
}

static bool add(struct json_object *o, const char *name,
		struct json_object *what)
{
	if (what && !json_object_object_add(o, name, what))
		return true;
	json_object_put(what);
	return false;
}

/* A text that may hold anything, such as a file's name. */
static struct json_object *foreign(const char *text)
{
	size_t len = strlen(text), size = 4 * len + 1;
	char *clean = malloc(size);

	if (!clean)
		return NULL;
	len = text_clean(clean, size, text, len, false);
	struct json_object *o = json_object_new_string_len(clean, (int)len);
	free(clean);
	return o;
}

static bool make_head(struct session *s, const struct session_head *h)
{
	struct json_object *o = s->head = json_object_new_object();
	const char *filter = filter_source(s->filter);

	return o &&
	       add(o, "schema",
		   json_object_new_string("netexplore.session/1")) &&
	       (!h->host || add(o, "host", foreign(h->host))) &&
	       (!h->kernel || add(o, "kernel", foreign(h->kernel))) &&
	       (!h->version || add(o, "version", foreign(h->version))) &&
	       (!h->source || add(o, "source", foreign(h->source))) &&
	       (!h->started_ns ||
		add(o, "started_ns", json_object_new_uint64(h->started_ns))) &&
	       (!h->ended_ns ||
		add(o, "ended_ns", json_object_new_uint64(h->ended_ns))) &&
	       (!*filter || add(o, "filter", foreign(filter)));
}

struct session *session_begin(const struct model *m, const struct filter *filter,
			      const struct session_head *head,
			      session_write *write, void *ctx)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->m = m;
	s->filter = filter;
	s->write = write;
	s->ctx = ctx;
	if (make_head(s, head) && pick_flows(s) && pick_pings(s) &&
	    pick_errors(s) && pick_dns(s) && pick_procs(s) && pick_rest(s) &&
	    pick_index(&s->places, &s->dns))
		return s;
	session_free(s);
	return NULL;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	json_object_put(s->head);
	free(s->procs.list);
	free(s->flows.list);
	free(s->pings.list);
	free(s->neighbors.list);
	free(s->errors.list);
	free(s->messages.list);
	free(s->dns.list);
	free(s->places.list);
	free(s->rest);
	free(s);
}

static void put(struct session *s, const char *text, size_t len)
{
	if (!s->rc)
		s->rc = s->write(s->ctx, text, len);
}

static void put_text(struct session *s, const char *text)
{
	put(s, text, strlen(text));
}

/* Takes o: written, and released. */
static void put_object(struct session *s, struct json_object *o)
{
	size_t len = 0;
	const char *text =
		o ? json_object_to_json_string_length(
			    o,
			    JSON_C_TO_STRING_PLAIN |
				    JSON_C_TO_STRING_NOSLASHESCAPE,
			    &len) :
		    NULL;

	if (text)
		put(s, text, len);
	else if (!s->rc)
		s->rc = -ENOMEM;
	json_object_put(o);
}

/* An element of the array at hand, on a line of its own. */
static void put_element(struct session *s, struct json_object *o)
{
	put_text(s, s->comma ? ",\n" : "\n");
	s->comma = true;
	put_object(s, o);
}

static uint32_t number_of(const struct session *s, uint64_t proc_id)
{
	size_t at = pick_find(&s->procs, proc_id);

	return at < s->procs.count ? (uint32_t)at + 1 : 0;
}

/* Of an owner that became known meanwhile, or else of the one there was. */
static uint32_t owner_number(const struct session *s, uint64_t now,
			     uint64_t before)
{
	uint32_t number = number_of(s, now);

	return number ? number : number_of(s, before);
}

static void put_proc(struct session *s, size_t i)
{
	const struct pick *p = &s->procs.list[i];
	const struct proc *proc = model_proc(s->m, &p->proc);
	const struct row row = rows_of_proc(
		s->m, proc && proc->id == p->id ? proc : NULL);

	put_element(s, rowjson_proc(&row, &p->proc, (uint32_t)i + 1));
}

static struct json_object *evicted_flow(const struct session *s, size_t i,
					uint32_t process)
{
	const struct flow_rest *rest = &s->rest[i];
	const struct flow f = { .key = rest->key,
				.local_is_src = rest->local_is_src,
				.direction = rest->direction };
	const struct row row = rows_of_flow(s->m, &f);

	return rowjson_evicted(&row, process, rest->peer);
}

static void put_flow(struct session *s, size_t i)
{
	const struct pick *p = &s->flows.list[i];
	const struct flow *f = p->entry;

	if (table_find(&s->m->flows, &f->key) != f || f->id != p->id) {
		put_element(s, evicted_flow(s, i, number_of(s, p->proc_id)));
		return;
	}
	const struct row row = rows_of_flow(s->m, f);
	put_element(s, rowjson_flow(&row, owner_number(s, f->proc_id, p->proc_id),
				    s->rest[i].peer));
}

static void put_ping(struct session *s, size_t i)
{
	const struct pick *p = s->stage == STAGE_PINGS ? &s->pings.list[i] :
							 &s->neighbors.list[i];
	const struct ping *e = p->entry;

	if (table_find(&s->m->pings.table, &e->key) != e || e->id != p->id)
		return;
	const struct row row = rows_of_ping(s->m, e);
	put_element(s, rowjson_ping(&row, owner_number(s, e->proc_id,
						       p->proc_id)));
}

static void put_error(struct session *s, size_t i)
{
	const struct pick *p = s->stage == STAGE_ERRORS ?
				       &s->errors.list[i] :
				       &s->messages.list[i];
	const struct icmp_error *e = p->entry;

	if (e->id != p->id)
		return;
	const struct row row = rows_of_error(s->m, e);
	put_element(s, rowjson_error(&row, number_of(s, e->proc_id)));
}

static void put_dns(struct session *s, size_t i)
{
	const struct pick *p = &s->dns.list[i];
	const struct dns_node *n = p->entry;

	/* Others name its place. */
	if (table_find(&s->m->dns.table, &n->key) != n || n->id != p->id) {
		put_element(s, wayjson_evicted(number_of(s, p->proc_id)));
		return;
	}
	const struct row row = rows_of_dns(s->m, n);
	put_element(s, rowjson_dns(&row,
				   owner_number(s, n->proc_id, p->proc_id),
				   pick_place, &s->places));
}

/* The members of the head, one a line. */
static void put_head(struct session *s)
{
	put_text(s, "{");
	json_object_object_foreach(s->head, name, value) {
		put_text(s, "\"");
		put_text(s, name);
		put_text(s, "\": ");
		put_object(s, json_object_get(value));
		put_text(s, ",\n");
	}
}

#define AT(member) offsetof(struct session, member)

/* The arrays, in their order in the document. */
static const struct {
	const char *name;
	size_t picks; /* offset of its struct picks */
	bool optional; /* left out when there is nothing in it */
	void (*put)(struct session *s, size_t i);
} arrays[] = {
	[STAGE_PROCESSES] = { "processes", AT(procs), false, put_proc },
	[STAGE_FLOWS] = { "flows", AT(flows), false, put_flow },
	[STAGE_PINGS] = { "icmp", AT(pings), false, put_ping },
	[STAGE_NEIGHBORS] = { "neighbors", AT(neighbors), true, put_ping },
	[STAGE_ERRORS] = { "icmp_errors", AT(errors), false, put_error },
	[STAGE_MESSAGES] = { "icmp_messages", AT(messages), true, put_error },
	[STAGE_DNS] = { "dns", AT(dns), false, put_dns },
};

/* At most budget elements; the number of those done. */
static size_t step_array(struct session *s, size_t budget)
{
	const struct picks *p =
		(const void *)((const char *)s + arrays[s->stage].picks);
	size_t done = 0;

	if (arrays[s->stage].optional && p->count == 0) {
		s->stage++;
		return 0;
	}
	if (s->at == 0) {
		put_text(s, "\"");
		put_text(s, arrays[s->stage].name);
		put_text(s, "\": [");
		s->comma = false;
	}
	for (; s->at < p->count && done < budget && !s->rc; done++)
		arrays[s->stage].put(s, s->at++);
	if (s->at == p->count) {
		put_text(s, s->comma ? "\n],\n" : "],\n");
		s->stage++;
		s->at = 0;
	}
	return done;
}

int session_step(struct session *s, size_t budget)
{
	size_t left = budget ? budget : 1;

	while (!s->rc && left > 0 && s->stage != STAGE_DONE) {
		if (s->stage == STAGE_HEAD) {
			put_head(s);
			s->stage++;
		} else if (s->stage == STAGE_COUNTERS) {
			put_text(s, "\"counters\": ");
			put_object(s, rowjson_counters(s->m));
			put_text(s, "}\n");
			s->stage++;
		} else {
			left -= step_array(s, left);
		}
	}
	return s->rc ? s->rc : s->stage != STAGE_DONE;
}
