/* SPDX-License-Identifier: MIT */
#include "tests/gen/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/session.h"
#include "core/sockevent.h"
#include "core/tracee.h"
#include "tests/gen/pretty.h"

#define LINE_SIZE (512 * 1024)

/* A made capture as a source. */
struct bytes {
	const struct mkcap *cap;
	size_t pos;
};

static int64_t read_bytes(void *ctx, void *buf, size_t n)
{
	struct bytes *b = ctx;

	if (n > b->cap->len - b->pos)
		n = b->cap->len - b->pos;
	memcpy(buf, b->cap->bytes + b->pos, n);
	b->pos += n;
	return (int64_t)n;
}

/* What the packets are given to. */
struct printing {
	const struct run *run;
	uint32_t events;
	FILE *out;
	struct json_object *last; /* the event before */
	char line[LINE_SIZE];
};

static void print_line(void *ctx, const char *text, size_t len)
{
	struct printing *p = ctx;

	pretty_event(p->out, text, len, &p->last);
}

static void print_packet(void *ctx, const struct packet *packet,
			 const struct owner *owner)
{
	struct printing *p = ctx;
	struct row row = {
		.kind = ROW_PACKET,
		.model = &p->run->model,
		.proc = owner->proc,
		.packet = packet,
		.owner = owner,
	};

	if (filter_match(p->run->filter, &row))
		tracee_print(&p->run->model, packet, owner, p->events,
			     p->run->filter, "host", p->line, sizeof(p->line),
			     print_line, p);
}

static void print_happening(void *ctx, const struct happening *h)
{
	struct printing *p = ctx;
	size_t n = sockevent_print(&p->run->model, h, p->events,
				   p->run->filter, "host", p->line);

	if (n)
		print_line(p, p->line, n);
}

static void read_frames(struct run *run, const struct mkcap *cap, FILE *out)
{
	struct bytes bytes = { .cap = cap };
	struct errmsg err = { 0 };
	struct capfile *f;
	struct frame frame;
	int rc = capfile_open(&f, "case.pcap", read_bytes, &bytes, &err);

	assert_int_equal(rc, 0);
	while ((rc = capfile_next(f, &frame, &err)) == 1)
		run_frame(run, f, &frame);
	if (rc < 0)
		fprintf(out, "%s\n", err.text);
	capfile_close(f);
	model_finish(&run->model);
}

static int keep(void *ctx, const char *text, size_t n)
{
	return fwrite(text, 1, n, ctx) == n ? 0 : -1;
}

static void write_session(struct replay *r)
{
	const struct model *m = &r->run.model;
	struct session_head head = {
		.host = "host",
		.kernel = "6.1.0",
		.version = "0",
		.source = "case.pcap",
		.started_ns = m->first_ns,
		.ended_ns = m->now_ns,
	};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct session *s = session_begin(m, r->run.filter, &head, keep, out);
	int rc;

	assert_non_null(s);
	/* One row at a time: nothing may depend on the budget. */
	while ((rc = session_step(s, 1)) == 1)
		;
	assert_int_equal(rc, 0);
	session_free(s);
	fclose(out);
	out = open_memstream(&r->session, &size);
	pretty_document(out, text, strlen(text));
	fclose(out);
	free(text);
}

void replay_case(struct replay *r, const struct gen_case *made,
		 const char *filter, const char *events)
{
	static struct printing printing;
	char name[] = "netexplore", *argv[] = { name, (char *)(uintptr_t)filter,
						NULL };
	struct errmsg err = { 0 };
	struct happen *happen;
	struct mkcap cap;
	size_t size;

	memset(r, 0, sizeof(*r));
	if (option_parse(&r->options, filter ? 2 : 1, argv, &err) < 0 ||
	    run_init(&r->run, &r->options, false, "case.pcap", &err) != 0)
		fail_msg("%s", err.text);
	FILE *out = open_memstream(&r->events, &size);
	printing = (struct printing){ .run = &r->run, .out = out };
	assert_int_equal(tracee_parse_events(events, &printing.events, &err), 0);
	r->run.ingest.on_packet = print_packet;
	r->run.ingest.ctx = &printing;
	assert_int_equal(happen_new(&happen, print_happening, &printing,
				    65536, 1), 0);
	happen_by_packet(happen, true);
	r->run.model.happen = happen;

	made->make(&cap);
	read_frames(&r->run, &cap, out);
	mkcap_release(&cap);
	r->run.model.happen = NULL;
	happen_free(happen);
	pretty_forget(&printing.last);
	fclose(out);
	write_session(r);
}

void replay_release(struct replay *r)
{
	run_release(&r->run);
	option_release(&r->options);
	free(r->events);
	free(r->session);
}
