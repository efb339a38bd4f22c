/* SPDX-License-Identifier: MIT */
/*
 * Kernel side only: the owner that an accepted connection starts with, which
 * is its listener's. The kernel could copy it (BPF_F_CLONE); but a copy that
 * finds no room in the socket's option memory (net.core.optmem_max) costs the
 * connection, also long after the listener got its own. Here a program makes
 * it, and may fail. The packet that makes the child has just come to the
 * listener, on this CPU and with no other in between.
 */
#ifndef NX_CHILD_BPF_H
#define NX_CHILD_BPF_H

#include "bpf/seen.bpf.h"

/* To which listener the last packet on this CPU came that came to one. */
struct listener {
	__u64 time_ns; /* of the packet, as in nx_seen */
	__u64 start_ns; /* from here on as in struct owner */
	__u64 cookie;
	__u64 thread;
	__u32 pid;
	__u32 netns;
	__u32 uid;
	__u16 port;
	__u8 pad[2];
};

/* A struct listener for each CPU, with a cache line of room. */
NX_GLOBAL __u64 nx_listener[EVENT_CPUS][8];

static __always_inline struct listener *listener_slot(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (cpu >= EVENT_CPUS)
		cpu = EVENT_CPUS - 1;
	return (struct listener *)nx_listener[cpu];
}

/* A packet came in to a listener, with o's owner in its head. */
static __always_inline void listener_put(const struct event *head,
					 const struct owner *o, __u16 port)
{
	*listener_slot() = (struct listener){
		.time_ns = head->time_ns,
		.start_ns = head->start_ns,
		.cookie = head->cookie,
		.thread = head->tid | (__u64)head->ns_tid << 32,
		.pid = head->pid,
		.netns = head->netns,
		.uid = o->uid,
		.port = port,
	};
}

/*
 * A connection is whole, by the packet that this CPU is at: give it its
 * listener's owner. NULL: that is not known, or there is no room for it.
 */
static __always_inline struct owner *child_owner(struct sock *sk)
{
	const struct listener *l = listener_slot();
	__u32 netns = socket_netns(sk);

	if (!l->pid || l->time_ns != seen_slot(nx_seen)->time_ns ||
	    bpf_ktime_get_boot_ns() - l->time_ns > SEEN_NS ||
	    l->netns != netns || l->port != sk->__sk_common.skc_num)
		return NULL;
	struct owner first = {
		.start_ns = l->start_ns,
		.cookie = l->cookie,
		.thread = l->thread,
		.pid = l->pid,
		.netns = netns,
		.uid = l->uid,
		.how = EVENT_HOW_INHERITED,
	};
	struct owner *o = bpf_sk_storage_get(&nx_owners, sk, &first,
					     BPF_SK_STORAGE_GET_F_CREATE);
	if (!o)
		count(&counts()->no_storage);
	return o;
}

#endif
