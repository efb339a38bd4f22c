/* SPDX-License-Identifier: MIT */
#include "tui/summary.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/loss.h"
#include "core/text.h"
#include "tui/lines.h"
#include "tui/record.h"

struct printer {
	void (*line)(void *ctx, const char *text);
	void *ctx;
};

static void say(const struct printer *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(const struct printer *p, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	p->line(p->ctx, text);
}

static void say_ring(const struct printer *p, const struct model_counters *c,
		     enum event_ring ring, const char *name)
{
	say(p, "  %s ring: produced %" PRIu64 ", delivered %" PRIu64
	       ", lost %" PRIu64,
	    name, c->produced[ring], c->delivered[ring], c->lost[ring]);
}

/* One line for all of a kind; those of the rings have theirs. */
static void say_losses(const struct printer *p, const struct model *m,
		       enum loss_kind kind, const char *title)
{
	char text[512];
	size_t len = 0;

	for (size_t i = 0; i < losses_count; i++) {
		if (losses[i].kind != kind || len >= sizeof(text))
			continue;
		int n = snprintf(text + len, sizeof(text) - len,
				 "%s %s %" PRIu64, len ? "," : ":",
				 losses[i].text, loss_count(m, &losses[i]));
		len += n > 0 ? (size_t)n : 0;
	}
	say(p, "  %s%s", title, text);
}

static void say_outputs(const struct printer *p, const struct run *r)
{
	if (r->own)
		say(p, "  left out %" PRIu64
		       " packets of the connection that this goes out by",
		    r->own);
	if (r->lines)
		say(p, "  printed %" PRIu64 " events", lines_count(r->lines));
	if (r->lines && lines_lost(r->lines))
		say(p, "  not printed, the reader did not take them: %" PRIu64
		       " events",
		    lines_lost(r->lines));
	if (r->record)
		say(p, "  recorded %" PRIu64 " packets",
		    record_count(r->record));
	if (r->record && record_lost(r->record))
		say(p, "  not recorded, they could not be written: %" PRIu64
		       " packets",
		    record_lost(r->record));
}

void summary_lines(const struct run *r,
		   void (*line)(void *ctx, const char *text), void *ctx)
{
	const struct printer p = { line, ctx };
	const struct model *m = &r->model;
	const struct model_counters *c = &m->counters;
	/* Of a file: what it holds, not how long it was looked at. */
	uint64_t begin = r->live ? r->begun_ns : m->first_ns;
	char time[16] = "0s";

	if (begin && m->now_ns > begin)
		text_duration(time, sizeof(time), m->now_ns - begin);
	say(&p, "netexplore: %" PRIu64 " packets in %s, %" PRIu64 " lost",
	    c->packets, time, model_lost(m));
	if (r->live) {
		say_ring(&p, c, EVENT_RING_PACKET, "packet");
		say_ring(&p, c, EVENT_RING_SOCKET, "socket");
		say(&p, "  read errors %" PRIu64, c->read_error);
	}
	if (m->live)
		say(&p, "  owner unknown %" PRIu64 ", kernel %" PRIu64
			", no socket %" PRIu64 ", copies %" PRIu64,
		    c->unknown, c->kernel, c->no_socket, c->copies);
	if (m->mine.hides)
		say(&p, "  hidden %" PRIu64 " packets (%" PRIu64
			" bytes) of the connection that carries this session",
		    c->hidden, c->hidden_bytes);
	say(&p, "  truncated %" PRIu64 ", malformed %" PRIu64
		", not IP %" PRIu64,
	    c->truncated, c->malformed, c->not_ip);
	say_losses(&p, m, LOSS_PART, "missing");
	say_losses(&p, m, LOSS_ENTRY, "evicted");
	say_outputs(&p, r);
}
