/* SPDX-License-Identifier: MIT */
#include "bpf/capture.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bpf/capture.skel.h"
#include "bpf/data.h"
#include "bpf/drops.h"
#include "bpf/hold.h"
#include "bpf/leftover.h"
#include "bpf/links.h"
#include "bpf/misses.h"
#include "bpf/missing.h"
#include "bpf/probe.h"
#include "bpf/procfile.h"
#include "bpf/reason.h"
#include "bpf/refused.h"
#include "bpf/report.h"
#include "bpf/rings.h"
#include "bpf/unread.h"
#include "bpf/walk.h"

/* Half a second of 20,000 connections a second, so that a starved reader
 * loses packets before it loses whose they are. */
#define SOCKET_RING_BYTES (8U << 20)
#define SOCKET_WAKE_BYTES (512U << 10)
#define WAKE_BYTES (256U << 10) /* waiting in the packet ring */
#define SOCKET_BUDGET 4096 /* records of the socket ring in one drain */
#define COMPLETE_BUDGET 64 /* processes looked up in /proc in one drain */
#define CGROUP_ROOT 1 /* id of the hierarchy's root */

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct capture {
	capture_fn *fn;
	void *ctx;
	struct nx_bpf *bpf;
	struct links links;
	int cgroup_fd;
	char cgroup[PROBE_PATH];
	struct rings rings;
	uint64_t delivered[EVENT_RINGS];
	size_t left[EVENT_RINGS]; /* records that this drain may still deliver */
	struct hold *hold; /* packets on their way to fn */
	uint64_t sockets_ns; /* when the socket ring was read last */
	size_t completions; /* and processes that may be looked up meanwhile */
	struct walk walk; /* what was open at the start, until the first drain */
	struct missing missing;
	struct drops drops;
	bool tells_data;
};

/*
 * The programs in the order in which they are attached. A program with `hook`
 * needs that tracepoint with that many arguments; without it the capture goes
 * on and `cost` says what is lost.
 */
static const struct program {
	const char *name;
	const char *hook;
	int args;
	const char *cost; /* NULL: that of the program before */
} programs[] = {
	{ .name = "nx_sock_create" }, { .name = "nx_sock_release" },
	{ .name = "nx_connect4" },    { .name = "nx_connect6" },
	{ "nx_state", "inet_sock_set_state", 3,
	  "listening sockets that open later and the reason of a TCP close are not known" },
	{ "nx_state_again", "inet_sock_set_state", 3, NULL },
	{ "nx_recv", "sock_recv_length", 3,
	  "a process that takes over a socket and only reads from it is not known until it sends" },
	{ "nx_fork", "sched_process_fork", 2,
	  "what the children of a process read from its UDP sockets may be said to be its own" },
	{ .name = "nx_read_udp" },   { .name = "nx_from4" },	 { .name = "nx_from6" },
	{ "nx_exec", "sched_process_exec", 3,
	  "a process that calls another program keeps its old name" },
	{ "nx_exit", "sched_process_exit", 1,
	  "the end of processes is not known" },
};

/* Packets come last: then every socket has its owner already. */
static const char *const packet_programs[] = {
	"nx_dropped", "nx_consumed", "nx_icmp",	   "nx_icmp6",
	"nx_queue",   "nx_ingress",  "nx_egress",
};

static struct bpf_program *find_program(struct capture *c, const char *name)
{
	return bpf_object__find_program_by_name(c->bpf->obj, name);
}

/* What the hooks of the control group miss. */
static void choose_leftover(struct capture *c, const struct btf *btf)
{
	struct nx_bpf__rodata *set = c->bpf->rodata;
	struct leftover l;

	drops_read(&c->drops, btf);
	leftover_probe(&l, btf, &c->missing);
	memcpy(set->nx_sites, l.sites.range, sizeof(set->nx_sites));
	set->nx_sites_count = (uint32_t)l.sites.count;
	set->nx_edemux = l.sites.edemux;
	set->nx_kfree_args = l.kfree_args;
	set->nx_consume_args = l.consume_args;
	for (size_t i = 0; i < COUNT(l.programs); i++)
		bpf_program__set_autoload(find_program(c, l.programs[i].name),
					  l.programs[i].used);
}

/* Leave out what this kernel lacks. */
static void choose(struct capture *c, const struct btf *btf, bool tells_data)
{
	c->bpf->rodata->nx_tells_state = 1;
	for (size_t i = 0; i < COUNT(programs); i++) {
		const struct program *p = &programs[i];

		if (!p->hook || probe_hook(btf, p->hook) >= p->args)
			continue;
		bpf_program__set_autoload(find_program(c, p->name), false);
		if (p->cost)
			missing_add(&c->missing,
				    "this kernel has no tracepoint %s: %s",
				    p->hook, p->cost);
		if (!strcmp(p->name, "nx_state"))
			c->bpf->rodata->nx_tells_state = 0;
	}
	unread_choose(c->bpf->obj, btf, &c->bpf->rodata->nx_reads_skb,
		      &c->bpf->rodata->nx_reads_size, &c->missing);
	c->tells_data = data_choose(c->bpf->obj, btf, tells_data, &c->missing);
	uint32_t first = 0, value = bpf_map__value_size(c->bpf->maps.nx_owners);
	uint32_t need = probe_storage(btf, value, &first) + first;
	uint64_t optmem = probe_optmem();
	if (optmem && optmem <= need)
		missing_add(&c->missing,
			"net.core.optmem_max is %llu, and the owner of a socket takes %u bytes: a socket made from now on is known only by who sends on it",
			(unsigned long long)optmem, need);
	choose_leftover(c, btf);
}

static int configure(struct capture *c, const struct capture_options *o,
		     struct errmsg *err)
{
	uint32_t size = rings_size(o->ring_bytes);
	struct stat st;

	bpf_map__set_max_entries(c->bpf->maps.nx_packets, size);
	bpf_map__set_max_entries(c->bpf->maps.nx_sockets, SOCKET_RING_BYTES);
	c->bpf->rodata->nx_wake[EVENT_RING_PACKET] =
		size / 4 < WAKE_BYTES ? size / 4 : WAKE_BYTES;
	c->bpf->rodata->nx_wake[EVENT_RING_SOCKET] = SOCKET_WAKE_BYTES;
	c->bpf->rodata->nx_snap = o->snap < EVENT_SNAP_MIN ? EVENT_SNAP_MIN :
				  o->snap > EVENT_SNAP_MAX ? EVENT_SNAP_MAX :
							     o->snap;
	size_t n = sizeof(o->dns_ports.port) / sizeof(o->dns_ports.port[0]);
	if (n > o->dns_ports.n)
		n = o->dns_ports.n;
	for (size_t i = 0; i < n; i++)
		c->bpf->rodata->nx_dns_ports[i] = o->dns_ports.port[i];
	c->bpf->rodata->nx_dns_count = (uint32_t)n;
	if (fstat(c->cgroup_fd, &st))
		return errmsg_set(err, -errno, "cannot read %s: %s", c->cgroup,
				  strerror(errno));
	/* The inode of its folder is a cgroup's id. */
	if (st.st_ino != CGROUP_ROOT) {
		c->bpf->rodata->nx_cgroup = st.st_ino;
		if (!o->cgroup)
			missing_add(&c->missing,
				"only a part of the control groups can be seen from here (a container): no traffic but theirs is captured");
	}
	return 0;
}

static int load(struct capture *c, struct errmsg *err)
{
	struct reason why;

	reason_begin(&why);
	int rc = nx_bpf__load(c->bpf);
	reason_end();
	return rc ? refused_load(&why, rc, err) : 0;
}

static int attach(struct capture *c, const char *name, struct errmsg *err)
{
	return links_attach(&c->links, find_program(c, name), c->cgroup_fd,
			    c->cgroup, err);
}

/* See capture.h for why in this order. */
static int attach_all(struct capture *c, struct errmsg *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < COUNT(programs); i++)
		rc = attach(c, programs[i].name, err);
	for (size_t i = 0; !rc && data_program(i); i++)
		rc = attach(c, data_program(i), err);
	if (!rc)
		rc = walk_run(&c->walk, find_program(c, "nx_walk_files"),
			      walk_read_sockets, err);
	if (!rc)
		rc = walk_run(&c->walk, find_program(c, "nx_walk_tasks"),
			      walk_read_procs, err);
	for (size_t i = 0; !rc && i < COUNT(packet_programs); i++)
		rc = attach(c, packet_programs[i], err);
	if (!rc)
		walk_finish(&c->walk);
	return rc;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void read_sockets(struct capture *c)
{
	c->sockets_ns = now_ns();
	c->left[EVENT_RING_SOCKET] = SOCKET_BUDGET;
	rings_consume(&c->rings, EVENT_RING_SOCKET);
}

/*
 * A record is read whatever this returns; negative ends the call after it.
 *
 * A socket and its process are announced before their first packet, but on the
 * other ring and after the packet's time: one not older than HOLD_NS before the
 * last look at it makes us look again, so that it never precedes its process.
 */
static int on_packet(void *ctx, void *data, size_t size)
{
	struct capture *c = ctx;
	const struct event_packet *e = data;

	/* Records have a few sizes; the rest of one is not of the packet. */
	if (e->head.type == EVENT_PACKET && size >= sizeof(*e) &&
	    e->data_len <= size - sizeof(*e))
		size = sizeof(*e) + e->data_len;
	if (e->head.time_ns + HOLD_NS >= c->sockets_ns)
		read_sockets(c);
	c->delivered[EVENT_RING_PACKET]++;
	hold_take(c->hold, data, size);
	return --c->left[EVENT_RING_PACKET] ? 0 : -EAGAIN;
}

static void deliver_proc(struct capture *c, const struct event_proc *e)
{
	struct event_proc proc = *e;
	bool known = procfile_exe(&proc);

	if ((!known || !proc.args_len) && c->completions) {
		c->completions--;
		procfile_complete(&proc, known);
	}
	c->fn(c->ctx, &proc, sizeof(proc));
}

static int on_socket(void *ctx, void *data, size_t size)
{
	struct capture *c = ctx;
	const struct event *head = data;

	c->delivered[EVENT_RING_SOCKET]++;
	if (size == sizeof(struct event_proc) && head->type == EVENT_PROC)
		deliver_proc(c, data);
	else
		c->fn(c->ctx, data, size);
	return --c->left[EVENT_RING_SOCKET] ? 0 : -EAGAIN;
}

static int open_rings(struct capture *c, struct errmsg *err)
{
	const int map_fd[EVENT_RINGS] = {
		[EVENT_RING_PACKET] = bpf_map__fd(c->bpf->maps.nx_packets),
		[EVENT_RING_SOCKET] = bpf_map__fd(c->bpf->maps.nx_sockets),
	};
	static rings_fn *const on_record[EVENT_RINGS] = {
		[EVENT_RING_PACKET] = on_packet,
		[EVENT_RING_SOCKET] = on_socket,
	};

	return rings_open(&c->rings, map_fd, on_record, c, err);
}

/* Everything up to the loaded programs. */
static int prepare(struct capture *c, const struct capture_options *options,
		   struct errmsg *err)
{
	struct btf *btf = NULL;
	int rc = probe_privilege(err);

	if (!rc)
		rc = probe_btf(&btf, err);
	if (!rc)
		rc = probe_cgroup(options->cgroup, &c->cgroup_fd, c->cgroup,
				  err);
	if (rc) {
		btf__free(btf);
		return rc;
	}
	c->bpf = nx_bpf__open();
	if (c->bpf) {
		choose(c, btf, options->tells_data);
		rc = configure(c, options, err);
	} else {
		rc = errmsg_set(err, -errno, "cannot open the BPF object: %s",
				strerror(errno));
	}
	btf__free(btf);
	return rc ? rc : load(c, err);
}

static struct capture *make(capture_fn *fn, void *ctx)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->fn = fn;
	c->ctx = ctx;
	c->cgroup_fd = -1;
	rings_init(&c->rings);
	return c;
}

static int begin(struct capture *c, const struct capture_options *options,
		 struct errmsg *err)
{
	reason_end(); /* libbpf is to print nothing */
	int cpus = libbpf_num_possible_cpus();

	c->hold = hold_new(cpus > 0 ? (size_t)cpus : 1, c->fn, c->ctx);
	int rc = c->hold ? prepare(c, options, err) :
			   errmsg_set(err, -ENOMEM, "out of memory");
	if (!rc)
		rc = open_rings(c, err);
	if (!rc)
		rc = attach_all(c, err);
	return rc;
}

int capture_open(struct capture **out, const struct capture_options *options,
		 capture_fn *fn, void *ctx, struct errmsg *err)
{
	struct capture *c = make(fn, ctx);

	*out = NULL;
	if (!c)
		return errmsg_set(err, -ENOMEM, "out of memory");
	int rc = begin(c, options, err);
	if (rc) {
		capture_close(c);
		return rc;
	}
	*out = c;
	return 0;
}

static const char *cost_of(const char *program)
{
	for (size_t i = 0; i < COUNT(programs); i++)
		if (!strcmp(programs[i].name, program))
			return programs[i].cost;
	return data_cost(program);
}

int capture_probe(const struct capture_options *options,
		  void (*line)(void *ctx, const char *text), void *ctx,
		  struct errmsg *err)
{
	struct capture *c = make(NULL, NULL);
	struct btf *btf = NULL;
	struct errmsg none;

	if (!c)
		return errmsg_set(err, -ENOMEM, "out of memory");
	int rc = begin(c, options, err);
	capture_detach(c);
	/* Without privilege it did not come so far. */
	probe_btf(&btf, &none);
	if (!c->bpf && (c->bpf = nx_bpf__open()) && btf)
		choose(c, btf, options->tells_data);
	if (!c->cgroup[0])
		probe_cgroup(options->cgroup, &c->cgroup_fd, c->cgroup, &none);
	const struct report r = {
		.btf = btf,
		.object = c->bpf ? c->bpf->obj : NULL,
		.owners = c->bpf ? c->bpf->maps.nx_owners : NULL,
		.cgroup = c->cgroup_fd >= 0 ? c->cgroup : NULL,
		.missing = &c->missing,
		.works = !rc,
		.cost = cost_of,
	};
	report_lines(&r, line, ctx);
	btf__free(btf);
	capture_close(c);
	return rc;
}

void capture_detach(struct capture *c)
{
	links_detach(&c->links);
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	capture_detach(c);
	rings_close(&c->rings);
	nx_bpf__destroy(c->bpf);
	if (c->cgroup_fd >= 0)
		close(c->cgroup_fd);
	walk_release(&c->walk);
	hold_free(c->hold);
	free(c);
}

void capture_fds(const struct capture *c, int fd[EVENT_RINGS])
{
	for (int i = 0; i < EVENT_RINGS; i++)
		fd[i] = c->rings.epoll_fd[i];
}

bool capture_drain(struct capture *c, size_t budget)
{
	rings_woken(&c->rings);
	c->completions = COMPLETE_BUDGET;
	walk_deliver(&c->walk, c->fn, c->ctx);
	read_sockets(c);
	c->left[EVENT_RING_PACKET] = budget;
	if (budget)
		rings_consume(&c->rings, EVENT_RING_PACKET);
	/* When nothing is attached any more, nothing is on its way. */
	hold_flush(c->hold, c->links.count ? now_ns() - HOLD_NS : UINT64_MAX);
	return !c->left[EVENT_RING_PACKET] || !c->left[EVENT_RING_SOCKET];
}

void capture_counts(const struct capture *c, struct capture_counts *out)
{
	*out = (struct capture_counts){ 0 };
	for (size_t cpu = 0; cpu < EVENT_CPUS; cpu++) {
		const struct event_counts *n = &c->bpf->bss->nx_counts[cpu];

		for (int i = 0; i < EVENT_RINGS; i++) {
			out->kernel.produced[i] += n->produced[i];
			out->kernel.lost[i] += n->lost[i];
		}
		out->kernel.read_error += n->read_error;
		out->kernel.no_storage += n->no_storage;
		out->kernel.no_reader += n->no_reader;
	}
	memcpy(out->delivered, c->delivered, sizeof(out->delivered));
	out->missed_runs = misses_read(c->bpf->obj);
}

const char *const *capture_missing(const struct capture *c)
{
	return c->missing.line;
}

const char *capture_lost(struct capture *c)
{
	const struct bpf_program *p = links_lost(&c->links);
	size_t before = c->missing.count;

	if (!p)
		return NULL;
	if (faccessat(c->cgroup_fd, "cgroup.procs", F_OK, 0)) {
		links_forget(&c->links);
		missing_add(&c->missing, "the control group %s was removed: nothing more is seen of it",
			    c->cgroup);
	} else {
		missing_add(&c->missing, "somebody took our program off %s at %s (bpftool link detach): what it saw is not seen any more; start again",
			    bpf_program__section_name(p), c->cgroup);
	}
	return c->missing.count > before ? c->missing.line[before] : NULL;
}

const char *const *capture_drops(const struct capture *c, size_t *count)
{
	*count = COUNT(c->drops.name);
	return c->drops.name;
}

bool capture_tells_data(const struct capture *c)
{
	return c->tells_data;
}
