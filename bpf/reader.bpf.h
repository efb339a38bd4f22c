/* SPDX-License-Identifier: MIT */
/*
 * Kernel side only: which of the datagrams that are noted (bpf/unread.bpf.h)
 * the running process has read.
 */
#ifndef NX_READER_BPF_H
#define NX_READER_BPF_H

#include "bpf/task.bpf.h"
#include "bpf/unread.bpf.h"

/* Is it in a queue? What has been read is in none, unless it is reused. */
static __always_inline bool unread_is_queued(__u64 address)
{
	const struct sk_buff *skb = (const struct sk_buff *)(long)address;

	if (address == NOTES_GONE)
		return false;
	const struct sk_buff *next = BPF_CORE_READ(skb, next);
	return next && BPF_CORE_READ(next, prev) == skb;
}

/* Who sent what a thread is reading: known before its size, and not always. */
struct unread_from {
	__u64 cookie; /* of the socket; 0: none */
	__u32 source;
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32); /* thread */
	__type(value, struct unread_from);
} nx_unread_from SEC(".maps");

static __always_inline int unread_from(struct bpf_sock_addr *ctx,
				       const __u32 address[4], bool v4)
{
	struct task_struct *t = bpf_get_current_task_btf();
	__u32 tid = t->pid;

	if (!nx_unread_shared || !ctx->sk)
		return ALLOW;
	struct owner *o = bpf_sk_storage_get(&nx_owners, ctx->sk, NULL, 0);
	if (!o || !o->waits) {
		/* What it read before is not what it reads now. */
		bpf_map_delete_elem(&nx_unread_from, &tid);
		return ALLOW;
	}
	const struct unread_from from = {
		.cookie = bpf_get_socket_cookie(ctx),
		.source = unread_source(address, v4, (__u16)ctx->user_port),
	};
	bpf_map_update_elem(&nx_unread_from, &tid, &from, BPF_ANY);
	return ALLOW;
}

/* It was only looked at. */
static __always_inline void unread_from_end(void)
{
	struct task_struct *t = bpf_get_current_task_btf();
	__u32 tid = t->pid;

	if (nx_unread_shared)
		bpf_map_delete_elem(&nx_unread_from, &tid);
}

/* The running process has read `size` bytes, of some datagram. */
static __noinline int unread_by_size(struct sock *sk, struct owner *o,
				     __u64 cookie, __u32 size)
{
	struct task_struct *t = bpf_get_current_task_btf();
	__u32 tid = t->pid, pid = t->tgid;
	struct notes *n = bpf_map_lookup_elem(&nx_unread, &cookie);
	struct unread_from *from = bpf_map_lookup_elem(&nx_unread_from, &tid);
	struct notes_look l = { .size = size, .time_ns = nx_nothing };

	if (!n || !o)
		return 0;
	if (from && from->cookie == cookie)
		l.source = from->source;
	if (from)
		from->cookie = 0;
	notes_begin(&l, n);
	barrier();
	__u64 head = unread_first(address_of(sk),
				  sk->sk_protocol == IPPROTO_UDP &&
					  sk->sk_type == TYPE_DGRAM);
	notes_look(&l, n, head, unread_is_queued);
	/* A thread of the kernel serves a socket, it does not own it. */
	if (t->flags & PF_KTHREAD)
		l.lost = true;
	__u64 now = bpf_ktime_get_boot_ns();
	if (!l.lost) {
		bpf_spin_lock(&n->lock);
		notes_judge(&l, n, pid, now);
		bpf_spin_unlock(&n->lock);
	}
	if (l.time_ns)
		unread_tell(cookie, l.time_ns, l.cpu, size, 0,
			    l.known ? t : NULL, l.known ? task_thread(t) : 1);
	/* Of a socket that one process uses nothing more is noted. */
	if (l.lost || (!o->shared && n->first == n->next))
		unread_forget(o, cookie);
	return 0;
}

/* It has read this one. */
static __noinline int unread_by_skb(struct owner *o, __u64 cookie, __u64 skb,
				    __u32 size)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct notes *n = bpf_map_lookup_elem(&nx_unread, &cookie);
	__u32 cpu = 0;

	if (!n || !o)
		return 0;
	__u64 time_ns = unread_take(n, skb, false, &cpu);
	if (time_ns)
		unread_tell(cookie, time_ns, cpu, size, 0, t, task_thread(t));
	if ((!time_ns && n->next - n->first > NOTES_LOOK) ||
	    (!o->shared && n->first == n->next))
		unread_forget(o, cookie);
	return 0;
}

#endif
