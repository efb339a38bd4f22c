/* SPDX-License-Identifier: MIT */
/*
 * Capture files: pcap and pcapng, read and (pcapng) written, with the process
 * of each packet.
 *
 * Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, and the
 * LINKTYPE_ registry at tcpdump.org.
 */
#ifndef NX_CAPFILE_H
#define NX_CAPFILE_H

#include "core/errmsg.h"
#include "core/model.h"
#include "core/packet.h"

struct capfile; /* opaque */

/*
 * Give bytes: up to n into buf. 0 at the end, negative errno. (So core/ opens
 * nothing itself, and a test reads from memory.)
 */
typedef int64_t capfile_source(void *ctx, void *buf, size_t n);

/* 0 or negative errno with a message ("FILE: not a capture file ..."). name: for messages. */
int capfile_open(struct capfile **out, const char *name, capfile_source *source,
		 void *ctx, struct errmsg *err);
/*
 * The next packet. 1: *frame is filled (its bytes are valid until the next
 * call); 0: end; negative errno: damaged, with one line that names the file
 * and the offset, or a link type that cannot be read (-ENOTSUP): all packets
 * before it were returned.
 */
int capfile_next(struct capfile *f, struct frame *frame, struct errmsg *err);
void capfile_close(struct capfile *f); /* takes NULL */

/*
 * A recording of ours carries its processes: after capfile_next() gave a
 * frame with a pid, the process as an event for model_event(), once for each
 * process; false: none, or told before.
 */
bool capfile_proc(struct capfile *f, struct event_proc *out);

/*
 * Writing. The writer fills the caller's buffer; the caller writes it out.
 * Each returns the number of bytes, or 0 when size is too small (a packet
 * needs its length and 2 KiB).
 */
size_t capfile_write_head(void *buf, size_t size, const char *hardware, const char *os, const char *application);
/* wall_offset_ns as in struct model. An interface block comes before the first packet of each link type and name. */
struct capfile_writer { uint32_t interfaces; struct { char name[16]; uint32_t link, netns; } seen[256]; };
size_t capfile_write_packet(struct capfile_writer *w, void *buf, size_t size,
			    const struct frame *frame, const struct proc *proc,
			    int64_t wall_offset_ns);

#endif
