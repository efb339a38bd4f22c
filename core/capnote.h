/* SPDX-License-Identifier: MIT */
/*
 * The comment that a packet of our recordings carries, readable for people
 * too:
 *
 *	netexplore at=socket how=current pid=31337 tid=31337 comm="curl"
 *	start=1700000000000000000 cookie=4099 cpu=1 uid=1000
 *	exe="/usr/bin/curl" cmdline="curl example.com"
 *
 * on one line. Numbers that are 0 are left out, but for the process' details;
 * what a reader does not know it passes over.
 */
#ifndef NX_CAPNOTE_H
#define NX_CAPNOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/event.h"
#include "core/contname.h"
#include "core/cursor.h"

/* Long enough for every note without, and with the details. */
#define CAPNOTE_SHORT 1024
#define CAPNOTE_MAX 10240

struct capnote {
	bool at_socket; /* seen at a socket of the host, not on a wire */
	uint8_t how; /* enum event_how */
	char drop[48]; /* frame.drop: A to Z, digits and "_"; "": none */
	uint64_t pid, tid, ns_tid, start_ns; /* start_ns: since the epoch */
	uint64_t cookie, netns, ifindex, cpu, flags;
	char comm[64]; /* printable, as are the texts below */
	/* Of the process, with its first packet. */
	bool details;
	uint64_t ppid, parent_start_ns, ns_pid, ns_ppid, uid, gid;
	uint64_t mnt_ns, pid_ns, net_ns, cgroup_id;
	char exe[1040], cmdline[1040];
	char container[72]; /* its id */
	struct contname_facts called; /* and what it is called */
};

/* The length of the NUL-terminated text, or 0 when size is too small. */
size_t capnote_write(char *text, size_t size, const struct capnote *n);
/* false: it is no note of ours, and *n is zeroed. */
bool capnote_read(struct capnote *n, struct span text);
/* Its process as the kernel would have told it; time_ns: of the packet. */
void capnote_event(const struct capnote *n, uint64_t time_ns,
		   struct event_proc *out);

#endif
