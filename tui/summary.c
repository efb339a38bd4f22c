/* SPDX-License-Identifier: MIT */
#include "tui/summary.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

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

static void say_outputs(const struct printer *p, const struct run *r)
{
	if (r->lines && lines_own(r->lines))
		say(p, "  printed %" PRIu64 " events, without %" PRIu64
		       " packets of the connection that shows them",
		    lines_count(r->lines), lines_own(r->lines));
	else if (r->lines)
		say(p, "  printed %" PRIu64 " events", lines_count(r->lines));
	if (r->lines && lines_lost(r->lines))
		say(p, "  not printed, the reader was too slow: %" PRIu64
		       " events",
		    lines_lost(r->lines));
	if (r->record)
		say(p, "  recorded %" PRIu64 " packets",
		    record_count(r->record));
	if (r->record && record_lost(r->record))
		say(p, "  not recorded, the reader was too slow: %" PRIu64
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
		say(&p, "  read errors %" PRIu64 ", bad records %" PRIu64,
		    c->read_error, c->bad_records);
	}
	if (m->live)
		say(&p, "  owner unknown %" PRIu64 ", kernel %" PRIu64
			", no socket %" PRIu64 ", copies %" PRIu64,
		    c->unknown, c->kernel, c->no_socket, c->copies);
	say(&p, "  truncated %" PRIu64 ", malformed %" PRIu64
		", not IP %" PRIu64,
	    c->truncated, c->malformed, c->not_ip);
	say(&p, "  evicted: flows %" PRIu64 ", pings %" PRIu64
		", series %" PRIu64 ", DNS %" PRIu64 ", processes %" PRIu64
		"; texts without room %" PRIu64,
	    m->flows.evicted, m->pings.table.evicted,
	    m->pings.series.evicted, m->dns.table.evicted,
	    m->procs.table.evicted, c->strings_full);
	say_outputs(&p, r);
}
