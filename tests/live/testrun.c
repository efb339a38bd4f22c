/* SPDX-License-Identifier: MIT */
/*
 * Packets through the kernel's programs by BPF_PROG_TEST_RUN: the programs, the
 * rings and all that reads them are the product's, only the network is not.
 *
 *	testrun cases CGROUP DIR SNAP	the captures of tests/gen
 *	testrun flood CGROUP N BYTES	N packets that nobody reads meanwhile
 *
 * `cases` writes for each case DIR/NAME.pcap, with the packets that the kernel
 * took, and what netexplore printed of them as they came: DIR/NAME.ingress,
 * DIR/NAME.egress. A line says how many of the case's packets they are.
 * `flood` prints what was produced, delivered, lost, seen by the reader, for a
 * packet ring of BYTES.
 */
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bpf/capture.h"
#include "core/link.h"
#include "tests/gen/cases.h"
#include "tui/run.h"

#define ETHERNET 14
#define ROOM 4096
#define ALLOW 1
#define THREADS 2

static void die(const char *what, const char *why)
{
	fprintf(stderr, "testrun: %s: %s\n", what, why);
	exit(1);
}

/* --- the kernel's programs --- */

struct kernel {
	struct capture *capture;
	int program[EVENT_EGRESS + 1]; /* by direction */
	struct run *run; /* takes the records; NULL: they are only counted */
	uint64_t packets; /* that were taken */
};

static void on_record(void *ctx, const void *record, size_t size)
{
	struct kernel *k = ctx;
	const struct event *e = record;

	k->packets += size >= sizeof(*e) && e->type == EVENT_PACKET;
	if (k->run)
		run_record(k->run, record, size);
}

/* Of this process' descriptors, the program of that name. */
static int find_program(const char *name)
{
	DIR *dir = opendir("/proc/self/fd");
	int found = -1;

	for (struct dirent *d; dir && (d = readdir(dir));) {
		struct bpf_prog_info info = { 0 };
		uint32_t size = sizeof(info);
		int fd = (int)strtol(d->d_name, NULL, 10);
		char is[64] = "", path[300];

		snprintf(path, sizeof(path), "/proc/self/fd/%s", d->d_name);
		if (readlink(path, is, sizeof(is) - 1) > 0 &&
		    !strcmp(is, "anon_inode:bpf-prog") &&
		    !bpf_obj_get_info_by_fd(fd, &info, &size) &&
		    !strcmp(info.name, name))
			found = fd;
	}
	if (dir)
		closedir(dir);
	if (found < 0)
		die(name, "no such program is loaded");
	return found;
}

static void kernel_open(struct kernel *k, const char *cgroup, uint32_t snap,
			uint64_t bytes)
{
	const struct capture_options options = {
		.cgroup = cgroup, .snap = snap, .ring_bytes = bytes,
	};
	struct errmsg err;

	*k = (struct kernel){ 0 };
	if (capture_open(&k->capture, &options, on_record, k, &err))
		die("capture", err.text);
	k->program[EVENT_INGRESS] = find_program("nx_ingress");
	k->program[EVENT_EGRESS] = find_program("nx_egress");
	while (capture_drain(k->capture, 1000))
		;
}

/* 0, or the errno: the kernel does not take such a packet. */
static int feed(int program, const void *bytes, size_t len, uint32_t repeat)
{
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = bytes,
		    .data_size_in = (uint32_t)len, .repeat = (int)repeat);

	if (bpf_prog_test_run_opts(program, &o))
		return errno;
	if (o.retval != ALLOW)
		die("verdict", "a packet was refused");
	return 0;
}

/* --- captures --- */

/* Is it what the kernel would hand to IP? And with how many bytes? */
static size_t ip_len(const uint8_t *ip, size_t len)
{
	size_t head = len ? (ip[0] & 15u) * 4 : 0, total = 0;

	if (len >= 20 && ip[0] >> 4 == 4 && head >= 20)
		total = (size_t)(ip[2] << 8 | ip[3]);
	else if (len >= 40 && ip[0] >> 4 == 6)
		total = head = 40 + (size_t)(ip[4] << 8 | ip[5]);
	return total < head || total > len ? 0 : total;
}

/* The packet behind an Ethernet header; 0: the hooks do not see such ones. */
static size_t as_kernel(const struct frame *f, uint8_t out[ROOM])
{
	struct cursor c = cursor_of(f->data.data, f->data.len);
	uint8_t family;
	uint32_t tags;

	if (f->wire_len != f->data.len || !link_skip(&c, f->link, &family, &tags))
		return 0;
	size_t len = ip_len(c.base + c.pos, c.len - c.pos);
	if (len == 0 || len > ROOM - ETHERNET)
		return 0;
	memset(out, 0, ETHERNET);
	memcpy(out + ETHERNET, c.base + c.pos, len);
	memcpy(out + 12, out[ETHERNET] >> 4 == 4 ? "\x08\x00" : "\x86\xdd", 2);
	return ETHERNET + len;
}

static int64_t read_case(void *ctx, void *buf, size_t n)
{
	struct mkcap *c = ctx; /* now_ns: how far it is read */

	if (n > c->len - c->now_ns)
		n = c->len - c->now_ns;
	memcpy(buf, c->bytes + c->now_ns, n);
	c->now_ns += n;
	return (int64_t)n;
}

/* All packets of a case; *kept gets those that the kernel took. */
static void feed_case(struct kernel *k, const struct gen_case *g, int direction,
		      struct mkcap *kept, size_t *fed, size_t *all)
{
	struct mkcap made;
	struct capfile *f;
	struct frame frame;
	struct errmsg err;
	uint8_t bytes[ROOM];

	*fed = *all = 0;
	g->make(&made);
	made.now_ns = 0;
	if (capfile_open(&f, g->name, read_case, &made, &err))
		die(g->name, err.text);
	while (capfile_next(f, &frame, &err) == 1) {
		if (++*all == 1)
			mkcap_start(kept, MKCAP_PCAP, frame.link);
		size_t len = as_kernel(&frame, bytes);
		if (!len || frame.link != kept->link ||
		    feed(k->program[direction], bytes, len, 1))
			continue;
		++*fed;
		kept->now_ns = frame.time_ns;
		mkcap_raw(kept, frame.data.data, frame.data.len, 0);
		capture_drain(k->capture, 1000);
	}
	capfile_close(f);
	mkcap_release(&made);
}

/* --- what is printed of them --- */

static void drain(struct kernel *k, size_t packets)
{
	/* Some wait a moment for an answer of the kernel's (bpf/hold.h). */
	for (int i = 0; i < 200 && (k->packets < packets || i < 3); i++) {
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
		capture_drain(k->capture, 1000);
	}
}

static int file_in(const char *dir, const char *name, const char *end)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.%s", dir, name, end);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		die(path, strerror(errno));
	return fd;
}

static void play(struct kernel *k, const struct gen_case *g, const char *dir,
		 int direction)
{
	char *argv[] = { (char[]){ "netexplore" }, (char[]){ "-o" },
			 (char[]){ "json" } };
	struct options o;
	struct errmsg err;
	struct run run;
	struct mkcap kept;
	size_t fed, all;
	bool in = direction == EVENT_INGRESS;
	int out = file_in(dir, g->name, in ? "ingress" : "egress");

	/* Its lines go to the standard output, whatever that is. */
	if (dup2(out, STDOUT_FILENO) < 0 || option_parse(&o, 3, argv, &err) ||
	    run_init(&run, &o, true, "live", &err))
		die(g->name, "cannot begin");
	k->run = &run;
	k->packets = 0;
	feed_case(k, g, direction, &kept, &fed, &all);
	drain(k, fed);
	if (k->packets != fed)
		die(g->name, "not every packet came out, or one too many");
	run_drain(&run, -1);
	k->run = NULL;
	run_release(&run);
	option_release(&o);
	close(out);
	out = file_in(dir, g->name, "pcap");
	if (write(out, kept.bytes, kept.len) != (ssize_t)kept.len)
		die(g->name, strerror(errno));
	close(out);
	mkcap_release(&kept);
	if (in)
		fprintf(stderr, "%s %zu of %zu\n", g->name, fed, all);
}

/* --- more than there is room for --- */

struct flood {
	int program;
	uint32_t packets;
};

static void *flood(void *arg)
{
	static const uint8_t syn[ETHERNET + 40] = {
		[12] = 0x08, [14] = 0x45, [17] = 40, [22] = 64, [23] = 6,
		[29] = 1, [33] = 2, [46] = 0x50, [47] = 2,
	};
	const struct flood *f = arg;
	int rc = feed(f->program, syn, sizeof(syn), f->packets);

	if (rc)
		die("flood", strerror(rc));
	return NULL;
}

static void overflow(struct kernel *k, uint32_t packets)
{
	struct capture_counts n;
	struct flood f[THREADS];
	pthread_t thread[THREADS];

	k->packets = 0;
	capture_counts(k->capture, &n);
	uint64_t before = n.kernel.produced[0], had = n.delivered[0];
	for (int i = 0; i < THREADS; i++) {
		f[i].program = k->program[i % 2 ? EVENT_INGRESS : EVENT_EGRESS];
		f[i].packets = packets / THREADS;
		if (pthread_create(&thread[i], NULL, flood, &f[i]))
			die("flood", "no thread");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	while (capture_drain(k->capture, 1000))
		;
	drain(k, 0);
	capture_counts(k->capture, &n);
	printf("%llu %llu %llu %llu\n",
	       (unsigned long long)(n.kernel.produced[0] - before),
	       (unsigned long long)(n.delivered[0] - had),
	       (unsigned long long)n.kernel.lost[0],
	       (unsigned long long)k->packets);
}

int main(int argc, char **argv)
{
	static struct kernel k;

	if (argc == 5 && !strcmp(argv[1], "cases")) {
		kernel_open(&k, argv[2], (uint32_t)strtoul(argv[4], NULL, 10),
			    16 << 20);
		for (size_t i = 0; i < gen_cases_count; i++) {
			play(&k, &gen_cases[i], argv[3], EVENT_EGRESS);
			play(&k, &gen_cases[i], argv[3], EVENT_INGRESS);
		}
	} else if (argc == 5 && !strcmp(argv[1], "flood")) {
		kernel_open(&k, argv[2], 128, strtoull(argv[4], NULL, 10));
		overflow(&k, (uint32_t)strtoul(argv[3], NULL, 10));
	} else {
		die("usage", "cases CGROUP DIR SNAP, or flood CGROUP N BYTES");
	}
	capture_close(k.capture);
	return 0;
}
