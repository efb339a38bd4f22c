/* SPDX-License-Identifier: MIT */
/*
 * Capture files: pcap and pcapng, read (also gzip'd) and (pcapng) written, with
 * the process of each packet.
 *
 * Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, and the
 * LINKTYPE_ registry at tcpdump.org.
 */
#ifndef NX_CAPFILE_H
#define NX_CAPFILE_H

#include "core/errmsg.h"
#include "core/model.h"
#include "core/packet.h"

/* The largest packet that is read; a larger one is taken for damage. */
#define CAPFILE_FRAME_MAX (256u * 1024)

struct capfile; /* opaque */

/*
 * Give bytes: up to n into buf. 0 at the end, negative errno. (So core/ opens
 * nothing itself, and a test reads from memory.)
 */
typedef int64_t capfile_source(void *ctx, void *buf, size_t n);

/*
 * 0 or negative errno with a message ("FILE: not a capture file ..."). name:
 * for messages, borrowed until capfile_close(). Reads the first bytes; where
 * the source has none yet (-EAGAIN), capfile_next() will.
 */
int capfile_open(struct capfile **out, const char *name, capfile_source *source,
		 void *ctx, struct errmsg *err);
/*
 * The next packet. 1: *frame is filled, with its number (its bytes and name
 * are valid until the next call); 0: end; negative errno: damaged, with one
 * line that names the file and the offset, or a link type that cannot be read
 * (-ENOTSUP; where only some of the file's interfaces have one, at its end,
 * and their packets are no IP): all packets before it were returned, and
 * further calls give the same. -EAGAIN of the source is handed on without a
 * message, and the call may be made again.
 *
 * Times are ns since the epoch; a packet that carries none has its
 * predecessor's. A packet that a recording of ours took at a socket is `live`.
 */
int capfile_next(struct capfile *f, struct frame *frame, struct errmsg *err);
void capfile_close(struct capfile *f); /* takes NULL */

/*
 * A recording of ours carries its processes: after capfile_next() gave a
 * frame with a pid, the process as an event for model_event(), before the
 * packet itself is ingested. Once for each process, and again when more has
 * become known of it; false: nothing new.
 */
bool capfile_proc(struct capfile *f, struct event_proc *out);
/* Of the process just told: its container's id, and what that is called. */
bool capfile_container(const struct capfile *f, char id[CONTAINER_ID],
		       struct contname_facts *called);

/*
 * Writing. The writer fills the caller's buffer; the caller writes it out, in
 * the order of the calls. Each returns the number of bytes, or 0 when size is
 * too small (a head needs 1 KiB, a packet its length and 2 KiB; with 12 KiB a
 * process is never described in part).
 *
 * Each packet carries a comment that names its process (core/capnote.h); the
 * whole of a process is told with its first packet.
 */
size_t capfile_write_head(void *buf, size_t size, const char *hardware,
			  const char *os, const char *application);

#define CAPFILE_INTERFACES 256
#define CAPFILE_TOLD 4096

/* Zeroed before the first packet. 45 KiB: not for a small stack. */
struct capfile_writer {
	uint32_t interfaces;
	struct {
		char name[16];
		uint32_t link, netns, ifindex;
	} seen[CAPFILE_INTERFACES];
	uint64_t told[CAPFILE_TOLD]; /* what was said of the process in this slot, hashed */
	/* One offset for all start times, as they are the processes' identity. */
	int64_t start_offset_ns;
	bool started;
};

/*
 * wall_offset_ns as in struct model. An interface block comes before the
 * first packet of each link type, name and namespace. proc: the owner after
 * the model saw the packet, or NULL; container: what its container is called,
 * or NULL.
 */
size_t capfile_write_packet(struct capfile_writer *w, void *buf, size_t size,
			    const struct frame *frame, const struct proc *proc,
			    const struct contname *container,
			    int64_t wall_offset_ns);

#endif
