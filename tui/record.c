/* SPDX-License-Identifier: MIT */
#include "tui/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/capfile.h"
#include "tui/out.h"
#include "tui/save.h"

#define HEAD_ROOM 1024
#define PACKET_ROOM (12 * 1024) /* beside the packet's bytes (capfile.h) */
#define BUFFER (8 * 1024 * 1024)

struct record {
	struct out *out;
	uint64_t count, lost;
	struct capfile_writer writer;
};

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
	out_add(r->out, capfile_write_head(out_room(r->out, HEAD_ROOM),
					   HEAD_ROOM, u.machine, u.release,
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

	if (!room && out_flush(r->out, err) == 0)
		room = out_room(r->out, need);
	if (!room) {
		r->lost++;
		return out_flush(r->out, err);
	}
	out_add(r->out,
		capfile_write_packet(&r->writer, room, need, p->frame,
				     owner->proc, container, wall_offset_ns));
	r->count++;
	return 0;
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
