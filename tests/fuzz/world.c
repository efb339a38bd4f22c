/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/world.h"

#include <string.h>

#include "core/happen.h"
#include "core/rows.h"
#include "core/sockevent.h"
#include "core/tracee.h"
#include "tests/fuzz/fuzz.h"

#define ROWS_LOOKED_AT 48
#define LOOKS 4 /* of so many packets, rows and events one: it has a hundred fields */

static void look_at_row(const struct row *row)
{
	static char text[8192];

	for (size_t i = 0; i < fields_count; i++) {
		field_text(&fields[i], row, text, sizeof(text));
		must_print(text, fields[i].name);
	}
}

static void hear_line(void *ctx, const char *text, size_t len)
{
	++*(size_t *)ctx;
	must_be_json(text, len);
}

static void look_at_message(const struct packet *p)
{
	uintptr_t at = (uintptr_t)p->payload.data;
	uintptr_t base = (uintptr_t)p->frame->data.data;

	must(p->status <= PACKET_MALFORMED, "a status", "");
	must(p->payload.len <= p->frame->data.len, "payload is a part", "");
	must(p->payload.len == 0 ||
		     (at >= base && at + p->payload.len <=
					    base + p->frame->data.len),
	     "payload is in the frame", "");
	must(!(p->has & PACKET_IP4 && p->has & PACKET_IP6), "one family", "");
	if (p->has & PACKET_DNS)
		for (int i = 0; i < 4; i++)
			must(p->dns.whole[i] <= p->dns.count[i],
			     "not more records than the head says", "");
}

static void hear_packet(void *ctx, const struct packet *p,
			const struct owner *owner)
{
	static char line[256 * 1024];
	struct world *w = ctx;
	size_t lines = 0;

	look_at_message(p);
	if (w->looked++ % LOOKS)
		return;
	struct row row = { .kind = ROW_PACKET, .model = &w->model, .packet = p,
			   .owner = owner, .proc = owner->proc };

	look_at_row(&row);
	size_t n = tracee_print(&w->model, p, owner, UINT32_MAX, NULL, "host",
				line, sizeof(line), hear_line, &lines);
	must(n == lines, "as many lines as it says", "");
}

static void hear_happening(void *ctx, const struct happening *h)
{
	static char line[SOCKEVENT_MAX];
	struct world *w = ctx;

	if (w->looked++ % LOOKS)
		return;
	size_t n = sockevent_print(&w->model, h, UINT32_MAX, NULL, "host",
				   line);

	must(n > 0 && n < sizeof(line), "an event has a line", "");
	must_be_json(line, n);
}

void world_init(struct world *w, bool live)
{
	/* So few that what makes room is seen at work, texts too. */
	static const struct model_limits few = { 16, 16, 16, 16, 256 * 1024 };

	*w = (struct world){ 0 };
	must(model_init(&w->model, live, &few, 1, NULL) == 0, "memory", "");
	must(happen_new(&w->happen, hear_happening, w, few.flows, 1) == 0,
	     "memory", "");
	w->model.happen = w->happen;
	happen_by_packet(w->happen, !live);
	w->ingest = (struct ingest){ .model = &w->model,
				     .on_packet = hear_packet, .ctx = w };
}

static void look_at_rows(const struct model *m)
{
	static struct rows views[ROWS_PROCS + 1];

	for (size_t v = 0; v <= ROWS_PROCS; v++) {
		struct rows *r = &views[v];
		if (!r->row)
			must(rows_init(r, (enum rows_view)v, 4096) == 0,
			     "memory", "");
		rows_build(r, m, NULL);
		must(r->count <= r->capacity, "rows have room", "");
		for (size_t i = 0; i < r->count && i < ROWS_LOOKED_AT;
		     i += LOOKS)
			look_at_row(&r->row[i]);
	}
}

static void look_at_counters(const struct model_counters *c)
{
	must(c->packets + c->copies <= c->events, "packets are events", "");
	must(c->bad_records <= c->events, "bad records are events", "");
}

void world_finish(struct world *w)
{
	model_advance(&w->model, w->model.now_ns + 1000000000u);
	model_finish(&w->model);
	happen_finish(&w->model);
	look_at_rows(&w->model);
	look_at_counters(&w->model.counters);
	happen_free(w->happen);
	model_release(&w->model);
}
