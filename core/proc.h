/* SPDX-License-Identifier: MIT */
/* Processes: who owns the packets. */
#ifndef NX_PROC_H
#define NX_PROC_H

#include <stdbool.h>
#include <stdint.h>

#include "core/contname.h"
#include "core/strings.h"
#include "core/table.h"
#include "core/wait.h"

struct proc_key {
	uint64_t start_ns; /* CLOCK_BOOTTIME */
	uint32_t pid; /* host's */
	uint32_t pad; /* 0 */
};

struct proc {
	struct proc_key key; /* first: the table's key. A reused pid is another process */
	uint64_t id; /* from 1, never reused in a run */
	uint64_t parent_start_ns, cgroup_id;
	uint64_t exit_ns; /* 0: still there as far as is known */
	uint64_t seen_ns; /* its last packet or event */
	uint32_t ppid, ns_pid, ns_ppid, uid, gid, mnt_ns, pid_ns, net_ns;
	bool known; /* false: only its pid and start are (its event was lost or is not here yet) */
	bool used; /* it had a socket or a packet; others are the first to make room once they ended */
	char comm[64]; /* printable */
	const char *exe; /* printable; NULL: not known */
	const char *cmdline; /* arguments joined with spaces; NULL: not known */
	const char *container; /* its id; NULL: in none */
	uint32_t packets_rx, packets_tx;
	uint64_t bytes_rx, bytes_tx;
	struct wait wait; /* once ended, to make room */
};

struct procs {
	struct table table; /* of struct proc */
	struct wait_list ended; /* those that have ended make room before others */
	struct strings *strings; /* borrowed from the model */
	struct contnames containers; /* what those are called that processes are in */
	uint64_t next_id;
	uint64_t texts_lost; /* texts that found no room */
};

int procs_init(struct procs *p, size_t capacity, struct strings *strings, uint64_t seed);
void procs_release(struct procs *p);
/* Find or make; NULL for pid 0. */
struct proc *proc_touch(struct procs *p, uint32_t pid, uint64_t start_ns);
struct proc *proc_find(const struct procs *p, uint32_t pid, uint64_t start_ns);
struct event_proc;
/* Take what the kernel said (bpf/event.h) of a process; text is cleaned here. */
struct proc *proc_event(struct procs *p, const struct event_proc *e);
/* It ended. Nothing is made for a process that is not in the table. */
struct proc *proc_exit(struct procs *p, uint32_t pid, uint64_t start_ns, uint64_t time_ns);
/* The parent's entry, or NULL. */
struct proc *proc_parent(const struct procs *p, const struct proc *child);

#endif
