/* SPDX-License-Identifier: MIT */
#include "tui/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>

#include "core/happen.h"
#include "core/text.h"
#include "core/tracee.h"
#include "core/users.h"
#include "tui/export.h"
#include "tui/lines.h"
#include "tui/out.h"
#include "tui/record.h"
#include "tui/runtimes.h"
#include "tui/save.h"
#include "tui/stop.h"
#include "tui/user.h"

#define ENOUGH (64 * 1024) /* bytes worth a system call */
#define ADVANCE_NS 250000000 /* model_advance() four times a second */

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t run_boot_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

/* Others may run between two readings: the quickest pair counts. */
int64_t run_wall_offset_ns(void)
{
	uint64_t best = UINT64_MAX, offset = 0;

	for (int i = 0; i < 3; i++) {
		uint64_t before = clock_ns(CLOCK_BOOTTIME);
		uint64_t wall = clock_ns(CLOCK_REALTIME);
		uint64_t took = clock_ns(CLOCK_BOOTTIME) - before;

		if (took < best) {
			best = took;
			offset = wall - before;
		}
	}
	return (int64_t)offset;
}

/* For the hashes: nobody shall be able to make them collide. */
static uint64_t random_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = clock_ns(CLOCK_REALTIME);
	return seed;
}

/* The row that the filter is asked about. */
static struct row packet_row(const struct run *r, const struct packet *p,
			     const struct owner *owner)
{
	return (struct row){
		.kind = ROW_PACKET,
		.id = p->frame->number,
		.model = &r->model,
		.proc = owner->proc,
		.packet = p,
		.owner = owner,
	};
}

static bool record_is_standard(const struct run *r)
{
	return r->record && strcmp(r->options->write, "-") == 0;
}

/* Is there an output that packets of our own would feed? */
static bool feeds(const struct run *r)
{
	return r->lines || record_is_standard(r);
}

static void on_packet(void *ctx, const struct packet *p,
		      const struct owner *owner)
{
	struct run *r = ctx;

	if (run_done(r))
		return;
	bool own = owner->session && r->carried;
	struct row row = packet_row(r, p, owner);
	if (own && feeds(r))
		r->own++;
	if (r->lines && !own)
		lines_packet(r->lines, &r->model, p, owner);
	if (p->message == 0)
		r->taken = false;
	/* Of several messages in a packet, one is enough; it is one packet. */
	if (!filter_match(r->filter, &row) || r->taken)
		return;
	r->taken = true;
	r->matched++;
	if (r->record && !(own && record_is_standard(r))) {
		struct errmsg err;
		const struct contname *container = contname_find(
			&r->model.procs.containers,
			owner->proc ? owner->proc->container : NULL);
		if (record_packet(r->record, p, owner, container,
				  r->model.wall_offset_ns, &err)) {
			record_fail(r->record);
			run_fail(r, RUN_OUTPUT, &err);
		}
	}
}

static void on_happening(void *ctx, const struct happening *h)
{
	struct run *r = ctx;
	const struct flow_key key = {
		.local = h->local,
		.remote = h->remote,
		.local_port = h->local_port,
		.remote_port = h->remote_port,
		.netns = h->netns,
	};

	if (r->carried && mine_is(&r->model.mine, h->protocol, h->cookie, &key))
		return;
	if (!run_done(r))
		lines_happening(r->lines, &r->model, h);
}

/* Of the chosen events, some are not of packets alone. */
static int listen_to_sockets(struct run *r, uint32_t events,
			     struct errmsg *err)
{
	if (!r->lines || !(events & TRACEE_SOCKET_BITS))
		return 0;
	if (happen_new(&r->happen, on_happening, r, r->model.flows.capacity,
		       random_seed())) {
		errmsg_set(err, -ENOMEM, "out of memory");
		return RUN_INPUT;
	}
	r->tells_data = events & TRACEE_DATA_BITS;
	/* Live, until the capture says that it tells. */
	happen_by_packet(r->happen, true);
	r->model.happen = r->happen;
	return 0;
}

/*
 * Can -x be written at its place? It is told now, and not when the session
 * that was to be kept is over.
 */
static int try_export(const char *path, struct errmsg *err)
{
	struct save *s = NULL;

	if (strcmp(path, "-") == 0)
		return 0;
	int rc = save_begin(&s, path, err);
	if (rc == 0)
		save_abandon(s);
	return rc;
}

static int open_outputs(struct run *r, struct errmsg *err)
{
	const struct options *o = r->options;
	struct lines_options l = { .filter = r->filter, .host = r->host,
				   .limit = o->count };

	if (tracee_parse_events(o->events, &l.events, err))
		return RUN_USAGE;
	if (o->export && try_export(o->export, err))
		return RUN_OUTPUT;
	if (o->output && lines_new(&r->lines, &l, err))
		return RUN_INPUT;
	if (o->write && record_new(&r->record, o->write, err))
		return RUN_OUTPUT;
	return listen_to_sockets(r, l.events, err);
}

/* Live, the users are this machine's. Without the file they have no names. */
static void read_users(struct run *r)
{
	char *text;
	size_t len;

	if (user_read("/etc/passwd", USERS_FILE_MAX, &text, &len))
		return;
	r->users = users_new(text, len);
	r->model.users = r->users;
	free(text);
}

/* Live, the containers are this machine's, too. */
static void find_runtimes(struct run *r)
{
	struct contnames *names = &r->model.procs.containers;

	r->runtimes = runtimes_new("", names);
	if (!r->runtimes)
		return;
	names->ask = runtimes_ask;
	names->ask_ctx = r->runtimes;
}

int run_init(struct run *r, const struct options *o, bool live,
	     const char *source, struct errmsg *err)
{
	struct model_limits limits = {
		.flows = o->max_flows,
		.dns = o->max_dns,
		.pings = o->max_pings,
		.processes = o->max_processes,
	};
	struct utsname u;

	*r = (struct run){ .options = o, .source = source, .live = live };
	if (uname(&u) == 0) {
		text_clean(r->host, sizeof(r->host), u.nodename,
			   strlen(u.nodename), false);
		text_clean(r->kernel, sizeof(r->kernel), u.release,
			   strlen(u.release), false);
	}
	if (filter_parse(&r->filter, o->filter ? o->filter : "", err))
		return RUN_USAGE;
	if (model_init(&r->model, live, &limits, random_seed(), err))
		return RUN_INPUT;
	if (live) {
		r->model.wall_offset_ns = run_wall_offset_ns();
		read_users(r);
		find_runtimes(r);
	}
	r->started_ns = clock_ns(CLOCK_REALTIME);
	r->begun_ns = run_boot_ns();
	r->ingest = (struct ingest){
		.model = &r->model,
		.dns_ports = o->dns_ports,
		.on_packet = on_packet,
		.ctx = r,
	};
	return open_outputs(r, err);
}

void run_release(struct run *r)
{
	lines_free(r->lines);
	record_free(r->record);
	model_release(&r->model);
	runtimes_free(r->runtimes);
	users_free(r->users);
	happen_free(r->happen);
	filter_free(r->filter);
}

void run_record(void *run, const void *record, size_t size)
{
	struct run *r = run;

	ingest_event(&r->ingest, record, size);
}

void run_frame(struct run *r, struct capfile *f, const struct frame *frame)
{
	struct event_proc proc;

	/* A recording of ours was taken at sockets: each end is a thing of its
	 * own there, as it was live. The first packet tells. */
	if (!r->model.first_ns)
		r->model.live = frame->live;
	if (capfile_proc(f, &proc)) {
		struct contname_facts called;
		char id[CONTAINER_ID];

		model_event(&r->model, &proc.head);
		if (capfile_container(f, id, &called))
			contname_tell(&r->model.procs.containers, id, &called);
	}
	/* As often as it happens live, in packet time. */
	if (frame->time_ns >= r->advanced_ns + ADVANCE_NS) {
		model_advance(&r->model, frame->time_ns);
		r->advanced_ns = frame->time_ns;
	}
	ingest_frame(&r->ingest, frame);
}

bool run_done(const struct run *r)
{
	const struct options *o = r->options;

	return (r->status && !r->outlives) || r->closed || (r->lines && lines_done(r->lines)) ||
	       (!r->lines && o->count && r->matched >= o->count);
}

void run_fail(struct run *r, int status, const struct errmsg *err)
{
	if (err->code == -EPIPE)
		r->closed = true;
	if (r->status || err->code == -EPIPE)
		return;
	r->status = status;
	r->why = *err;
}

bool run_has_room(struct run *r)
{
	return (!r->lines || lines_have_room(r->lines)) &&
	       (!r->record || record_has_room(r->record, LINES_PACKETS));
}

/* The outputs there are, as streams. */
static size_t streams(const struct run *r, struct out *list[2])
{
	size_t n = 0;

	if (r->lines)
		list[n++] = lines_out(r->lines);
	if (r->record)
		list[n++] = record_out(r->record);
	return n;
}

static void output_fails(struct run *r, const struct out *o,
			 const struct errmsg *err)
{
	if (r->record && o == record_out(r->record))
		record_fail(r->record);
	run_fail(r, RUN_OUTPUT, err);
}

size_t run_waiting(const struct run *r)
{
	struct out *list[2];
	size_t bytes = 0;

	for (size_t i = 0, n = streams(r, list); i < n; i++)
		bytes += out_waiting(list[i]);
	return bytes;
}

void run_flush(struct run *r, bool all)
{
	struct out *list[2];
	struct errmsg err;

	for (size_t i = 0, n = streams(r, list); i < n; i++)
		if ((all || out_waiting(list[i]) >= ENOUGH) &&
		    out_flush(list[i], &err))
			output_fails(r, list[i], &err);
}

void run_drain(struct run *r, int timeout_ms)
{
	struct out *list[2];
	struct errmsg err;

	for (size_t i = 0, n = streams(r, list); i < n; i++) {
		int rc = out_drain(list[i], stop_fd(), timeout_ms, &err);
		if (rc && rc != -EINTR && rc != -ETIMEDOUT)
			output_fails(r, list[i], &err);
	}
}

struct session_head run_head(const struct run *r)
{
	struct session_head head = {
		.host = r->host,
		.kernel = r->kernel,
		.version = NX_VERSION,
		.source = r->source,
		.started_ns = r->started_ns,
		.ended_ns = clock_ns(CLOCK_REALTIME),
	};

	/* Of a file: what it holds, not when it was read. */
	if (!r->live) {
		head.started_ns = r->model.first_ns;
		head.ended_ns = r->model.now_ns;
	}
	return head;
}

void run_export(struct run *r)
{
	const struct options *o = r->options;
	struct session_head head = run_head(r);
	struct export *e = NULL;
	struct errmsg err;
	int rc = export_begin(&e, o->export, o->filter ? o->filter : "",
			      &r->model, &head, &err);

	if (rc == 0)
		while ((rc = export_step(e, &err)) > 0)
			;
	if (rc < 0 && rc != -EINTR)
		run_fail(r, RUN_OUTPUT, &err);
	export_free(e);
}
