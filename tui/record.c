/* SPDX-License-Identifier: MIT */
#include "tui/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/capfile.h"
#include "core/pcapng.h"
#include "tui/out.h"
#include "tui/save.h"

#define HEAD_ROOM 1024
#define PACKET_ROOM (12 * 1024) /* beside the packet's bytes (capfile.h) */
#define BUFFER (8 * 1024 * 1024)

struct record {
	struct out *out;
	int fd; /* of out */
	bool failed;
	uint64_t count, lost;
	uint64_t bytes; /* given to out */
	uint64_t whole, whole_count; /* bytes and count when nothing waited: what is in the file for sure */
	struct capfile_writer writer;
};

static void add(struct record *r, size_t n)
{
	out_add(r->out, n);
	r->bytes += n;
}

int record_new(struct record **out, const char *path, struct errmsg *err)
{
	struct record *r = calloc(1, sizeof(*r));
	bool standard = strcmp(path, "-") == 0;
	struct utsname u;

	if (!r)
		return errmsg_set(err, -ENOMEM, "out of memory");
	int fd = standard ? 1 : save_open(path, err);
	if (fd < 0) {
		free(r);
		return fd;
	}
	int rc = out_new(&r->out, fd, standard ? "standard output" : path,
			 BUFFER, err);
	if (rc) {
		free(r);
		return rc;
	}
	if (uname(&u))
		u.machine[0] = u.release[0] = '\0';
	r->fd = fd;
	add(r, capfile_write_head(out_room(r->out, HEAD_ROOM), HEAD_ROOM,
				  u.machine, u.release,
				  "netexplore " NX_VERSION));
	*out = r;
	return 0;
}

void record_free(struct record *r)
{
	if (!r)
		return;
	out_free(r->out);
	free(r);
}

int record_packet(struct record *r, const struct packet *p,
		  const struct owner *owner, const struct contname *container,
		  int64_t wall_offset_ns,
		  struct errmsg *err)
{
	size_t need = p->frame->data.len + PACKET_ROOM;
	void *room = out_room(r->out, need);

	if (r->failed) {
		r->lost++;
		return 0;
	}
	if (out_waiting(r->out) == 0) {
		r->whole = r->bytes;
		r->whole_count = r->count;
	}
	if (!room && out_flush(r->out, err) == 0)
		room = out_room(r->out, need);
	if (!room) {
		r->lost++;
		return out_flush(r->out, err);
	}
	add(r, capfile_write_packet(&r->writer, room, need, p->frame,
				     owner->proc, container, wall_offset_ns));
	r->count++;
	return 0;
}

static uint32_t number(const uint8_t b[4]) /* little-endian, as it was written */
{
	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	       (uint32_t)b[3] << 24;
}

/* The end of the last block that is whole, from one that is for sure. */
static void find_whole(struct record *r)
{
	uint64_t end = r->bytes - out_waiting(r->out);
	uint8_t head[8]; /* a block's type and length */
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", r->fd);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	while (fd >= 0 && pread(fd, head, sizeof(head), (off_t)r->whole) ==
				  (ssize_t)sizeof(head)) {
		uint32_t len = number(head + 4);

		if (len < sizeof(head) || len > end - r->whole)
			break;
		r->whole += len;
		r->whole_count += number(head) == PCAPNG_PACKET;
	}
	if (fd >= 0)
		close(fd);
}

void record_fail(struct record *r)
{
	if (r->failed)
		return;
	r->failed = true;
	find_whole(r);
	/* No pipe can be cut; its reader sees where it ends. */
	if (ftruncate(r->fd, (off_t)r->whole))
		errno = 0;
	r->lost += r->count - r->whole_count;
	r->count = r->whole_count;
}

bool record_has_room(const struct record *r, size_t packets)
{
	return (BUFFER - out_waiting(r->out)) /
		       (CAPFILE_FRAME_MAX + PACKET_ROOM) >= packets;
}

struct out *record_out(struct record *r)
{
	return r->out;
}

uint64_t record_count(const struct record *r)
{
	return r->count;
}

uint64_t record_lost(const struct record *r)
{
	return r->lost;
}
