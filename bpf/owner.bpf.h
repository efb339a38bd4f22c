/* SPDX-License-Identifier: MIT */
/*
 * Kernel side only: what both BPF objects share. Maps, settings, counters, the
 * way into the rings, and the owner that each socket carries.
 */
#ifndef NX_OWNER_BPF_H
#define NX_OWNER_BPF_H

#include <linux/bpf.h>
#include <linux/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#include "bpf/event.h"
#include "bpf/kernel.h"

/*
 * Kept whole whatever the snap length: of ICMP all but echoes. It is short, and
 * what it says stands behind what it quotes (RFC 4884, RFC 4861 4.6).
 */
static __always_inline bool icmp_is_whole(__u8 protocol, __u8 type)
{
	return protocol == IPPROTO_ICMP ? type != 0 && type != 8 :
	       protocol == IPPROTO_ICMPV6 ? type != 128 && type != 129 : false;
}

#define ALLOW 1 /* of the cgroup programs: no verdict of others is changed */

/*
 * Who uses a socket. At most 128 bytes: it is charged to the option memory of
 * the socket. A child of a listener starts with its listener's (child.bpf.h).
 * Another CPU may read it as soon as it is made: it is made with its netns.
 */
struct owner {
	__u64 start_ns;
	__u64 cookie; /* of the socket it was seen to use; a child's may be its listener's */
	__u64 thread; /* low half tid, high half ns_tid: written in one piece */
	__u32 pid;
	__u32 netns;
	__u32 uid; /* that was told of the owner */
	__u8 how;
	__u8 moved; /* the owner was written again: read it under the lock */
	__u8 state; /* of TCP, the last that was told of */
	__u8 shared; /* several processes have used the socket */
	__u8 used; /* somebody has sent or read on it */
	__u8 waits; /* there may be notes of its datagrams (unread.bpf.h) */
	__u8 pad[2];
	struct bpf_spin_lock lock;
};

struct proc_key {
	__u64 start_ns;
	__u32 pid;
	__u32 pad;
};

/* What user space knows of a process. */
struct proc_told {
	__u32 state;
	__u32 uid; /* real */
};

enum proc_state { /* of it */
	PROC_TOLD = 1, /* its EVENT_PROC is out */
	PROC_WALK,     /* the walk over processes is to tell it */
	PROC_ANCESTOR, /* it is told in short, for who came from it */
	PROC_EXITED,
};

/* Never with BPF_F_CLONE: child.bpf.h says why. */
struct owners {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct owner);
};

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 21);
};

struct procs {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 15);
	__type(key, struct proc_key);
	__type(value, struct proc_told);
};

/*
 * How many processes a process has forked that still run what it runs: each of
 * them may read from its sockets.
 */
struct forks {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 12);
	__type(key, struct proc_key);
	__type(value, __s32);
};

#ifdef NX_OWNER_DEFINES
#define NX_GLOBAL
#else
#define NX_GLOBAL extern
#endif

NX_GLOBAL struct owners nx_owners SEC(".maps");
NX_GLOBAL struct ring nx_packets SEC(".maps");
NX_GLOBAL struct ring nx_sockets SEC(".maps");
NX_GLOBAL struct procs nx_procs SEC(".maps");
NX_GLOBAL struct forks nx_forks SEC(".maps");

/* Settings; user space writes them before it loads. */
NX_GLOBAL const volatile __u64 nx_wake[EVENT_RINGS]; /* bytes that wake */
NX_GLOBAL const volatile __u64 nx_cgroup; /* its id; 0: all cgroups */
NX_GLOBAL const volatile __u8 nx_tells_state; /* the state program is loaded */

/* Read by user space through mmap. */
NX_GLOBAL struct event_counts nx_counts[EVENT_CPUS];

static __always_inline struct event_counts *counts(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (cpu >= EVENT_CPUS)
		cpu = EVENT_CPUS - 1;
	return &nx_counts[cpu];
}

static __always_inline void count(__u64 *n)
{
	__sync_fetch_and_add(n, 1);
}

/*
 * Take a record. Every one that is taken must be submitted, never discarded:
 * so each attempt is either delivered or lost, and both are counted.
 */
static __always_inline void *ring_reserve(void *ring, enum event_ring which,
					  const __u64 size)
{
	struct event_counts *n = counts();

	count(&n->produced[which]);
	void *record = bpf_ringbuf_reserve(ring, size, 0);
	if (!record)
		count(&n->lost[which]);
	return record;
}

/*
 * User space drains by a timer; a wake-up costs more than the record itself,
 * so it is made only when much waits, and that is looked at now and then.
 */
static __always_inline __u64 ring_wake(void *ring, enum event_ring which)
{
	if (counts()->produced[which] % 32)
		return BPF_RB_NO_WAKEUP;
	if (bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) < nx_wake[which])
		return BPF_RB_NO_WAKEUP;
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline void submit_socket(void *record)
{
	bpf_ringbuf_submit(record, ring_wake(&nx_sockets, EVENT_RING_SOCKET));
}

/*
 * The plain number of a pointer that the verifier guards (a program's context,
 * a socket of one): it may be read from with bpf_probe_read_kernel(). The
 * guarded pointer is read back from the program's own stack.
 */
static __always_inline const void *address_of(const void *guarded)
{
	const void *address = NULL;

	bpf_probe_read_kernel(&address, sizeof(address), &guarded);
	return address;
}

static __always_inline __u32 socket_netns(const struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
}

static __always_inline bool socket_is_kernels(const struct sock *sk)
{
	return BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock);
}

static __always_inline bool address_is_mapped(const __u8 *address)
{
	const __u32 *word = (const __u32 *)address;

	return !word[0] && !word[1] && word[2] == bpf_htonl(0xffff);
}

/* RFC 4291 2.5.5.2: such a socket speaks IPv4. */
static __always_inline void address_unmap(__u8 *address)
{
	__u32 *word = (__u32 *)address;

	word[0] = word[3];
	word[1] = word[2] = word[3] = 0;
}

/* Addresses, ports and protocol of sk (any address, see address_of()). */
static __always_inline void socket_describe(struct event_socket *e,
					    const struct sock *sk)
{
	e->protocol = (__u8)BPF_CORE_READ(sk, sk_protocol);
	/* SOCK_RAW keeps its protocol there. */
	if (BPF_CORE_READ(sk, sk_type) != 3) {
		e->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
		e->remote_port =
			bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	}
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET) {
		e->family = 4;
		*(__u32 *)e->local =
			BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		*(__u32 *)e->remote = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		return;
	}
	e->family = 6;
	bpf_core_read(e->local, 16, &sk->__sk_common.skc_v6_rcv_saddr);
	bpf_core_read(e->remote, 16, &sk->__sk_common.skc_v6_daddr);
	if (address_is_mapped(e->local) || address_is_mapped(e->remote)) {
		e->family = 4;
		address_unmap(e->local);
		address_unmap(e->remote);
	}
}

static __always_inline void event_begin(struct event *head, __u8 type)
{
	head->time_ns = bpf_ktime_get_boot_ns();
	head->type = type;
	head->cpu = bpf_get_smp_processor_id();
}

/*
 * Write who owns the socket into a record. Two processes may be changing the
 * owner at this moment; a mix of both would be a third that does not exist.
 */
static __always_inline void event_owner(struct event *head, struct owner *o,
					__u64 cookie)
{
	__u64 start_ns = o->start_ns;
	__u64 thread = o->thread;
	__u32 pid = o->pid;
	__u8 how = o->cookie == cookie ? o->how : EVENT_HOW_INHERITED;

	barrier();
	if (*(volatile __u8 *)&o->moved) {
		bpf_spin_lock(&o->lock);
		start_ns = o->start_ns;
		thread = o->thread;
		pid = o->pid;
		bpf_spin_unlock(&o->lock);
	}
	head->start_ns = start_ns;
	head->pid = pid;
	head->tid = (__u32)thread;
	head->ns_tid = thread >> 32;
	head->how = pid ? how : EVENT_HOW_NONE;
	head->cookie = cookie;
	head->netns = o->netns;
}

#endif
