/* SPDX-License-Identifier: MIT */
/* The writing half of core/capfile.h: pcapng, little-endian on every machine. */
#include "core/capfile.h"

#include <assert.h>
#include <stdio.h>

#include "core/capnote.h"
#include "core/pcapng.h"

/* What is being written; `full` once it did not fit. */
struct out {
	uint8_t *buf;
	size_t size, len;
	bool full;
};

static void put(struct out *o, const void *bytes, size_t n)
{
	if (o->full || n > o->size - o->len) {
		o->full = true;
		return;
	}
	if (n)
		memcpy(o->buf + o->len, bytes, n);
	o->len += n;
}

static void put16(struct out *o, size_t n)
{
	put(o, (const uint8_t[]){ (uint8_t)n, (uint8_t)(n >> 8) }, 2);
}

static void put32(struct out *o, uint64_t n)
{
	put16(o, n & 0xffff);
	put16(o, n >> 16 & 0xffff);
}

static void put_padding(struct out *o, size_t len)
{
	put(o, (const uint8_t[3]){ 0 }, (4 - len % 4) % 4);
}

static void put_option(struct out *o, enum pcapng_option code,
		       const void *bytes, size_t len)
{
	put16(o, code);
	put16(o, len);
	put(o, bytes, len);
	put_padding(o, len);
}

static void put_text(struct out *o, enum pcapng_option code, const char *text)
{
	if (text && *text)
		put_option(o, code, text, strnlen(text, 256));
}

/* Begin a block, whose length is written by end_block(); returns its place. */
static size_t begin_block(struct out *o, uint32_t type)
{
	size_t start = o->len;

	put32(o, type);
	put32(o, 0);
	return start;
}

static void end_block(struct out *o, size_t start)
{
	size_t len = o->len - start + 4;

	put32(o, len);
	if (o->full)
		return;
	struct out again = { .buf = o->buf + start + 4, .size = 4 };
	put32(&again, len);
}

static void put_section(struct out *o, const char *hardware, const char *os,
			const char *application)
{
	size_t start = begin_block(o, PCAPNG_SECTION);

	put32(o, PCAPNG_BYTE_ORDER);
	put16(o, 1);
	put16(o, 0);
	put32(o, UINT32_MAX); /* the section's length: not known */
	put32(o, UINT32_MAX);
	put_text(o, PCAPNG_SHB_HARDWARE, hardware);
	put_text(o, PCAPNG_SHB_OS, os);
	put_text(o, PCAPNG_SHB_APPLICATION, application);
	put_option(o, PCAPNG_END, NULL, 0);
	end_block(o, start);
}

size_t capfile_write_head(void *buf, size_t size, const char *hardware,
			  const char *os, const char *application)
{
	struct out o = { .buf = buf, .size = size };

	put_section(&o, hardware, os, application);
	return o.full ? 0 : o.len;
}

static void put_interface(struct out *o, const struct frame *f)
{
	size_t start = begin_block(o, PCAPNG_INTERFACE);
	struct capnote note = { .netns = f->netns, .ifindex = f->ifindex };
	char text[CAPNOTE_SHORT];

	put16(o, f->link);
	put16(o, 0);
	put32(o, 0); /* no limit to the packets' length */
	put_text(o, PCAPNG_IF_NAME, f->ifname);
	put_option(o, PCAPNG_IF_TSRESOL, (const uint8_t[]){ 9 }, 1); /* ns */
	if (f->netns || f->ifindex)
		put_option(o, PCAPNG_COMMENT, text,
			   capnote_write(text, sizeof(text), &note));
	put_option(o, PCAPNG_END, NULL, 0);
	end_block(o, start);
}

/*
 * The number of the frame's interface, whose block is written when it is new.
 * Numbers count from the section's begin: when the table is full, a new
 * section begins with an empty one.
 */
static uint32_t interface_of(struct capfile_writer *w, struct out *o,
			     const struct frame *f)
{
	const char *name = f->ifname ? f->ifname : "any";

	for (uint32_t i = 0; i < w->interfaces; i++)
		if (w->seen[i].link == f->link &&
		    w->seen[i].netns == f->netns &&
		    w->seen[i].ifindex == f->ifindex &&
		    !strncmp(w->seen[i].name, name,
			     sizeof(w->seen[i].name) - 1))
			return i;
	if (w->interfaces == CAPFILE_INTERFACES) {
		put_section(o, NULL, NULL, NULL);
		w->interfaces = 0;
	}
	put_interface(o, f);
	uint32_t i = w->interfaces++;
	snprintf(w->seen[i].name, sizeof(w->seen[i].name), "%s", name);
	w->seen[i].link = f->link;
	w->seen[i].netns = f->netns;
	w->seen[i].ifindex = f->ifindex;
	return i;
}

/* FNV-1a: which process, and what is known of it. Never 0. */
static uint64_t hash(uint64_t h, const void *bytes, size_t n)
{
	const uint8_t *b = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3ull;
	return h;
}

static uint64_t start_of(const struct capfile_writer *w, uint64_t start_ns)
{
	return start_ns ? start_ns + (uint64_t)w->start_offset_ns : 0;
}

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void describe(const struct capfile_writer *w, const struct proc *p,
		     const struct contname *container, struct capnote *n)
{
	n->pid = p->key.pid;
	n->start_ns = start_of(w, p->key.start_ns);
	snprintf(n->comm, sizeof(n->comm), "%s", p->comm);
	if (!p->known)
		return;
	n->details = true;
	n->ppid = p->ppid;
	n->parent_start_ns = start_of(w, p->parent_start_ns);
	n->ns_pid = p->ns_pid;
	n->ns_ppid = p->ns_ppid;
	n->uid = p->uid;
	n->gid = p->gid;
	n->mnt_ns = p->mnt_ns;
	n->pid_ns = p->pid_ns;
	n->net_ns = p->net_ns;
	n->cgroup_id = p->cgroup_id;
	copy(n->container, sizeof(n->container), p->container);
	for (unsigned i = 0; i < CONTNAME_TEXTS; i++)
		copy(n->called.text[i], CONTNAME_SIZE,
		     contname_text(container, i));
	copy(n->exe, sizeof(n->exe), p->exe);
	copy(n->cmdline, sizeof(n->cmdline), p->cmdline);
}

/* The packet's note but for the process' own data. */
static struct capnote note_of(const struct capfile_writer *w,
			      const struct frame *f, const struct proc *p)
{
	struct capnote n = {
		.at_socket = f->live,
		.how = f->how,
		.pid = f->pid,
		.tid = f->tid,
		.ns_tid = f->ns_tid,
		.start_ns = start_of(w, f->start_ns),
		.cookie = f->cookie,
		.cpu = f->cpu,
		.flags = f->flags,
	};
	snprintf(n.drop, sizeof(n.drop), "%s", f->drop ? f->drop : "");
	/* The model knows better than the kernel did at the time. */
	if (p && (p->key.pid != f->pid || p->key.start_ns != f->start_ns)) {
		n.how = EVENT_HOW_JOINED;
		n.tid = 0;
		n.ns_tid = 0;
	}
	return n;
}

/*
 * The note as text; its details are left out when they were told before, or
 * find no room.
 */
static size_t note_text(struct capfile_writer *w, const struct frame *f,
			const struct proc *p, const struct contname *container,
			size_t room, char text[CAPNOTE_MAX])
{
	struct capnote n = note_of(w, f, p);

	if (!n.at_socket && !n.pid && !p)
		return 0;
	if (!p)
		return capnote_write(text, CAPNOTE_MAX, &n);
	describe(w, p, container, &n);
	if (!n.details)
		return capnote_write(text, CAPNOTE_MAX, &n);

	uint64_t who = hash(0xcbf29ce484222325ull, &p->key, sizeof(p->key));
	size_t len = capnote_write(text, CAPNOTE_MAX, &n);
	uint64_t what = hash(who, n.comm, strlen(n.comm));
	what = hash(what, &p->uid, sizeof(p->uid));
	what = hash(what, n.exe, strlen(n.exe));
	what = hash(what, n.cmdline, strlen(n.cmdline));
	what = hash(what, n.container, sizeof(n.container));
	what = hash(what, &n.called, sizeof(n.called));
	uint64_t *told = &w->told[who % CAPFILE_TOLD];
	if (*told != what && len && len <= room) {
		*told = what;
		return len;
	}
	n.details = false;
	return capnote_write(text, CAPNOTE_MAX, &n);
}

/* Bytes that a packet block takes beside its data and note, and their padding. */
enum { PACKET_EXTRA = 32 + 6 + 8 + 8 + 4 };

size_t capfile_write_packet(struct capfile_writer *w, void *buf, size_t size,
			    const struct frame *frame, const struct proc *proc,
			    const struct contname *container,
			    int64_t wall_offset_ns)
{
	struct out o = { .buf = buf, .size = size };
	char text[CAPNOTE_MAX];

	if (!w->started) {
		w->started = true;
		w->start_offset_ns = wall_offset_ns;
	}
	if (size < frame->data.len + CAPNOTE_SHORT * 2)
		return 0;
	uint32_t interface = interface_of(w, &o, frame);
	size_t room = size - o.len - frame->data.len - PACKET_EXTRA;
	size_t note = note_text(w, frame, proc, container, room, text);
	uint64_t time_ns = frame->time_ns + (uint64_t)wall_offset_ns;

	size_t start = begin_block(&o, PCAPNG_PACKET);
	put32(&o, interface);
	put32(&o, time_ns >> 32);
	put32(&o, time_ns & UINT32_MAX);
	put32(&o, frame->data.len);
	put32(&o, frame->wire_len);
	put(&o, frame->data.data, frame->data.len);
	put_padding(&o, frame->data.len);
	if (frame->direction)
		put_option(&o, PCAPNG_FLAGS,
			   (const uint8_t[4]){ frame->direction }, 4);
	if (note)
		put_option(&o, PCAPNG_COMMENT, text, note);
	put_option(&o, PCAPNG_END, NULL, 0);
	end_block(&o, start);
	/* Begun above with room for all of it. */
	assert(!o.full);
	return o.len;
}
