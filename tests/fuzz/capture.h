/* SPDX-License-Identifier: MIT */
/* An input as a capture file, read in one go and in small pieces. */
#ifndef NX_FUZZ_CAPTURE_H
#define NX_FUZZ_CAPTURE_H

#include <errno.h>
#include <string.h>

#include "core/capfile.h"
#include "core/hash.h"
#include "tests/fuzz/fuzz.h"

struct capture {
	const uint8_t *data;
	size_t len, pos;
	size_t step; /* bytes a read gives at most; 0: all, and never -EAGAIN */
	bool refused;
};

/* What came of it: equal for equal files, however they are read. */
struct capture_result {
	uint64_t hash; /* of all packets */
	size_t packets;
	bool foreign; /* some have a link type that cannot be read */
	int rc;
};

static inline int64_t capture_read(void *ctx, void *buf, size_t n)
{
	struct capture *c = ctx;

	c->refused = c->step && !c->refused;
	if (c->refused)
		return -EAGAIN;
	if (n > c->len - c->pos)
		n = c->len - c->pos;
	if (c->step && n > c->step)
		n = c->step;
	if (n)
		memcpy(buf, c->data + c->pos, n);
	c->pos += n;
	return (int64_t)n;
}

static inline void capture_mix(uint64_t *hash, const void *bytes, size_t len)
{
	uint64_t seed[2] = { *hash, len };

	*hash = hash_bytes(seed, bytes, len);
}

static inline void capture_proc(struct capfile *f, uint64_t *hash)
{
	struct event_proc proc;

	for (int i = 0; i < 2 && capfile_proc(f, &proc); i++) {
		must(i == 0, "a process is told once", "");
		must(proc.exe_len <= EVENT_EXE && proc.args_len <= EVENT_ARGS,
		     "a process' texts have room", "");
		must(proc.head.pid != 0, "a process has a number", "");
		capture_mix(hash, proc.comm, sizeof(proc.comm));
	}
}

static inline void capture_frame(const struct frame *f,
				 struct capture_result *r)
{
	must(f->number == ++r->packets, "packets are counted", "");
	must(f->data.len <= CAPFILE_FRAME_MAX, "packets are bounded", "");
	r->foreign |= !link_type_known(f->link);
	must_print(f->ifname, "interface");
	capture_mix(&r->hash, f->data.data, f->data.len);
	uint64_t numbers[] = { f->time_ns, f->wire_len, f->link, f->direction,
			       f->pid, f->tid, f->start_ns, f->cookie,
			       f->netns, f->ifindex };
	capture_mix(&r->hash, numbers, sizeof(numbers));
	capture_mix(&r->hash, f->ifname, strlen(f->ifname));
}

/* A call that the source made to wait; bounded by its reads. */
static inline int capture_next(struct capfile *f, struct frame *frame,
			       struct errmsg *err)
{
	int rc;

	do
		rc = capfile_next(f, frame, err);
	while (rc == -EAGAIN);
	return rc;
}

static inline struct capture_result capture_all(struct capture c)
{
	struct capture_result r = { 0 };
	struct errmsg err = { 0 };
	struct capfile *f;
	struct frame frame;

	r.rc = capfile_open(&f, "in", capture_read, &c, &err);
	if (r.rc == 0) {
		while ((r.rc = capture_next(f, &frame, &err)) == 1) {
			must(r.packets <= 1 << 20, "a file ends", "");
			capture_frame(&frame, &r);
			capture_proc(f, &r.hash);
		}
		must(!r.foreign || r.rc < 0, "what cannot be read is told", "");
		must(capture_next(f, &frame, &err) == r.rc,
		     "the end stays the end", err.text);
		capfile_close(f);
	}
	must((r.rc < 0) == (err.text[0] != 0), "an error has its line",
	     err.text);
	must_print(err.text, "message");
	return r;
}

static inline void capture_same(struct capture_result a,
				struct capture_result b, const char *what)
{
	must(a.packets == b.packets, "the same number of packets", what);
	must(a.hash == b.hash, "the same packets", what);
	must(a.rc == b.rc, "the same end", what);
}

/* Returns what it is, read whole. */
static inline struct capture_result capture_look(const uint8_t *data,
						 size_t size)
{
	struct capture c = { .data = data, .len = size };
	struct capture_result whole = capture_all(c);

	c.step = size < 512 ? 7 : 61;
	capture_same(whole, capture_all(c), "in pieces");
	return whole;
}

#endif
