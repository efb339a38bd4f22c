/* SPDX-License-Identifier: MIT */
/* Live capture: load, attach in order, drain with a budget, count losses. The only user of libbpf. */
#ifndef NX_CAPTURE_H
#define NX_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/event.h"
#include "core/errmsg.h"
#include "core/packet.h"

struct capture_options {
	const char *cgroup; /* NULL: the root of the cgroup v2 hierarchy */
	uint32_t snap; /* bytes of each packet; DNS, and ICMP but echoes, are whole */
	uint64_t ring_bytes; /* packet ring; rounded up to a power of two of at least one page */
	struct dns_ports dns_ports;
	bool tells_data; /* EVENT_SEND, EVENT_RECV, EVENT_RETRANSMIT: a record for each system call */
};

struct capture; /* opaque */

/* A record of either ring, borrowed for the call. */
typedef void capture_fn(void *ctx, const void *record, size_t size);

/*
 * Open, load, attach (capture.md section 1: socket programs, then the walk
 * over open sockets and their processes, then packets). 0, or negative errno
 * with one line that names the cause and the remedy (reliability.md section
 * 4). Records made by the walk are delivered by the first drain.
 */
int capture_open(struct capture **out, const struct capture_options *options,
		 capture_fn *fn, void *ctx, struct errmsg *err);
/*
 * --probe: try all of it, detach again, and print what is there, what is used
 * and what its absence costs. Without privilege as far as that goes. 0, or as
 * capture_open() after the lines.
 */
int capture_probe(const struct capture_options *options,
		  void (*line)(void *ctx, const char *text), void *ctx,
		  struct errmsg *err);
/*
 * Detach everything, so that nothing more is produced; what is in the rings
 * can still be drained, and the counters read.
 */
void capture_detach(struct capture *c);
void capture_close(struct capture *c); /* detaches everything; takes NULL and half-open captures */

/* Descriptors that become readable when much waits: EVENT_RINGS of them. */
void capture_fds(const struct capture *c, int fd[EVENT_RINGS]);

/*
 * Deliver what waits: the socket ring first with a budget of its own, then at
 * most `budget` packets. Returns true when more may wait.
 */
bool capture_drain(struct capture *c, size_t budget);

/* Kernel's counters summed over CPUs, and what was delivered. */
struct capture_counts {
	struct event_counts kernel;
	uint64_t delivered[EVENT_RINGS];
	uint64_t missed_runs; /* of our programs, that the kernel left out (bpf/misses.h) */
};
void capture_counts(const struct capture *c, struct capture_counts *out);

/*
 * Is everything still attached? To be asked about once a second. A line on
 * what is not, which then stands in capture_missing() too; NULL: nothing new.
 */
const char *capture_lost(struct capture *c);

/* What this kernel lacks and its price, one line each, NULL after the last. */
const char *const *capture_missing(const struct capture *c);
/* Names by event_packet.drop_reason, NULL where there is none; *count of them, valid until capture_close(). */
const char *const *capture_drops(const struct capture *c, size_t *count);
/* Does the kernel tell of EVENT_SEND and EVENT_RECV? false: not asked, or older than 6.3. */
bool capture_tells_data(const struct capture *c);

#endif
