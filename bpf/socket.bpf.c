/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The life of sockets and of the processes that use them, and the walk over
 * the sockets that are open when the capture begins.
 */
#include "bpf/child.bpf.h"
#include "bpf/reader.bpf.h"
#include "bpf/task.bpf.h"
#include "bpf/timewait.bpf.h"

#include <linux/in.h>

char nx_license[] SEC("license") = "Dual MIT/GPL";

/* The walk's record of a process: too big for the stack; one walker only. */
struct event_proc nx_walk_proc;

SEC("cgroup/sock_create")
int nx_sock_create(struct bpf_sock *sk)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct owner first = { .netns = socket_netns(address_of(sk)) };

	if (!(t->flags & PF_KTHREAD)) {
		proc_tell(t, NULL);
		first = owner_of(t, first.netns, bpf_get_socket_cookie(sk),
				 EVENT_HOW_CREATED);
	}
	if (!bpf_sk_storage_get(&nx_owners, sk, &first,
				BPF_SK_STORAGE_GET_F_CREATE))
		count(&counts()->no_storage);
	return ALLOW;
}

/*
 * TCP closes after its socket is released, and the state program tells of
 * that: here it is of interest only when nothing more will come.
 */
SEC("cgroup/sock_release")
int nx_sock_release(struct bpf_sock *sk)
{
	const struct sock *address = address_of(sk);
	struct owner *o = bpf_sk_storage_get(&nx_owners, sk, NULL, 0);
	__u64 cookie = bpf_get_socket_cookie(sk);
	__u8 state = BPF_CORE_READ(address, __sk_common.skc_state);

	if (o && o->waits)
		unread_forget(o, cookie);
	if (nx_tells_state && sk->protocol == IPPROTO_TCP &&
	    state != TCP_STATE_CLOSE)
		return ALLOW;
	tell_socket(EVENT_CLOSE, o, 0, cookie, address, state, TCP_STATE_CLOSE);
	return ALLOW;
}

static __always_inline struct owner *owner_find(struct sock *sk)
{
	struct owner *o = bpf_sk_storage_get(&nx_owners, sk, NULL, 0);

	if (o || socket_is_kernels(sk) ||
	    !task_is_wanted(bpf_get_current_task_btf()))
		return o;
	struct owner first = { .netns = socket_netns(sk) };
	return bpf_sk_storage_get(&nx_owners, sk, &first,
				  BPF_SK_STORAGE_GET_F_CREATE);
}

static __always_inline int connecting(struct bpf_sock_addr *ctx,
				      const __u8 family,
				      const __u32 remote[4])
{
	struct bpf_sock *sk = ctx->sk;

	if (!sk)
		return ALLOW;
	const struct sock *address = address_of(sk);
	struct owner *o = bpf_sk_storage_get(&nx_owners, sk, NULL, 0);
	__u64 cookie = bpf_get_socket_cookie(ctx);

	struct event head = { .netns = socket_netns(address) };

	if (o) {
		owner_use(o, address, cookie, EVENT_HOW_STATE);
		event_owner(&head, o, cookie);
	} else if (!socket_is_kernels(address)) {
		head_running(&head, EVENT_HOW_STATE);
	}
	struct event_socket *e = ring_reserve(&nx_sockets, EVENT_RING_SOCKET,
					      sizeof(*e));
	if (!e)
		return ALLOW;
	__builtin_memset(e, 0, sizeof(*e));
	e->head = head;
	e->head.cookie = cookie;
	event_begin(&e->head, EVENT_CONNECT);
	socket_describe(e, address);
	e->new_state = e->old_state =
		BPF_CORE_READ(address, __sk_common.skc_state);
	e->remote_port = bpf_ntohs((__u16)ctx->user_port);
	__builtin_memcpy(e->remote, remote, sizeof(e->remote));
	e->family = family;
	if (family == 6 && address_is_mapped(e->remote)) {
		e->family = 4;
		address_unmap(e->remote);
		__builtin_memset(e->local, 0, sizeof(e->local));
	}
	submit_socket(e);
	return ALLOW;
}

SEC("cgroup/connect4")
int nx_connect4(struct bpf_sock_addr *ctx)
{
	const __u32 remote[4] = { ctx->user_ip4 };

	return connecting(ctx, 4, remote);
}

SEC("cgroup/connect6")
int nx_connect6(struct bpf_sock_addr *ctx)
{
	const __u32 remote[4] = { ctx->user_ip6[0], ctx->user_ip6[1],
				  ctx->user_ip6[2], ctx->user_ip6[3] };

	return connecting(ctx, 6, remote);
}

/*
 * connect(), listen() and close() change the state with the socket's lock
 * held, so that the running process is the one that did it; a packet that
 * changes the state does not hold it.
 */
static __always_inline int state_change(struct sock *sk, int old_state,
					int new_state, const bool again)
{
	if (sk->sk_protocol != IPPROTO_TCP || old_state == new_state)
		return 0;
	/* A child just cloned from its listener: its cookie is not final. */
	if (new_state == TCP_STATE_SYN_RECEIVED)
		return 0;
	bool current = sk->sk_lock.owned;
	struct owner *o = current ?
				  owner_find(sk) :
				  bpf_sk_storage_get(&nx_owners, sk, NULL, 0);
	if (!o && !current && old_state == TCP_STATE_SYN_RECEIVED &&
	    new_state == TCP_STATE_ESTABLISHED)
		o = child_owner(sk);
	if (again && (!o || o->state == new_state))
		return 0;
	if (nx_cgroup && !o &&
	    !(current && task_is_wanted(bpf_get_current_task_btf())))
		return 0;
	__u64 cookie = bpf_get_socket_cookie(sk);

	if (o)
		o->state = new_state;
	if (o && current)
		owner_use(o, sk, cookie, EVENT_HOW_STATE);
	switch (new_state) {
	case TCP_STATE_FIN_WAIT1:
	case TCP_STATE_FIN_WAIT2:
	case TCP_STATE_CLOSING:
	case TCP_STATE_LAST_ACK:
		if (o)
			timewait_put(sk, o, cookie);
		break;
	case TCP_STATE_SYN_SENT:
	case TCP_STATE_ESTABLISHED:
	case TCP_STATE_LISTEN:
	case TCP_STATE_CLOSE:
		tell_socket(EVENT_STATE, o,
			    current && !socket_is_kernels(sk) ?
				    EVENT_HOW_STATE : 0,
			    cookie, sk, old_state, new_state);
	}
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(nx_state, struct sock *sk, int old_state, int new_state)
{
	return state_change(sk, old_state, new_state, false);
}

/*
 * The kernel does not run a tracing program inside itself: when a packet
 * interrupts nx_state and changes other sockets, nx_state is left out for
 * those (up to 1 in 100 in a storm of short connections). This one is called
 * after it and takes what it did not get; packets are not interrupted by
 * packets, so one such program is enough.
 */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(nx_state_again, struct sock *sk, int old_state, int new_state)
{
	return state_change(sk, old_state, new_state, true);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(nx_recv, struct sock *sk, int ret, int flags)
{
	unsigned short family = sk->__sk_common.skc_family;

	if (ret < 0 || (family != AF_INET && family != AF_INET6))
		return 0;
	struct owner *o = owner_find(sk);
	if (!o)
		return 0;
	__u64 cookie = bpf_get_socket_cookie(sk);
	owner_use(o, sk, cookie, EVENT_HOW_RECEIVED);
	if (flags & UNREAD_PEEKED) {
		unread_from_end();
		return 0;
	}
	o->used = 1;
	/* What is read after shutdown() is nothing at all. */
	if (o->waits && (ret || !(sk->sk_shutdown & UNREAD_SHUT)) &&
	    !(nx_reads_skb && sk->sk_protocol == IPPROTO_UDP &&
	      sk->sk_type == TYPE_DGRAM))
		unread_by_size(sk, o, cookie, ret);
	return 0;
}

SEC("cgroup/recvmsg4")
int nx_from4(struct bpf_sock_addr *ctx)
{
	const __u32 address[4] = { ctx->user_ip4 };

	return unread_from(ctx, address, true);
}

SEC("cgroup/recvmsg6")
int nx_from6(struct bpf_sock_addr *ctx)
{
	const __u32 address[4] = { ctx->user_ip6[0], ctx->user_ip6[1],
				   ctx->user_ip6[2], ctx->user_ip6[3] };

	return unread_from(ctx, address, false);
}

/*
 * A datagram is done with after it was read. One that was only looked at
 * (MSG_PEEK) is still in the queue; a size below 0 also says so.
 */
SEC("?fentry/skb_consume_udp")
int BPF_PROG(nx_read_udp, struct sock *sk, struct sk_buff *skb, int len)
{
	struct task_struct *t = bpf_get_current_task_btf();

	if (len < 0 || skb->next || t->flags & PF_KTHREAD)
		return 0;
	struct owner *o = owner_find(sk);
	if (!o)
		return 0;
	__u64 cookie = bpf_get_socket_cookie(sk);
	owner_use(o, sk, cookie, EVENT_HOW_RECEIVED);
	o->used = 1;
	if (o->waits)
		unread_by_skb(o, cookie, (__u64)(long)skb, len);
	return 0;
}

/* Who was forked, by whom: until it runs another program or ends. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 12);
	__type(key, struct proc_key);
	__type(value, struct proc_key);
} nx_forked SEC(".maps");

/* A child of who uses sockets, or a child of that child. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(nx_fork, struct task_struct *parent, struct task_struct *child)
{
	struct proc_key by = task_key(parent), key = task_key(child);
	__s32 first = 1;

	if (key.pid == by.pid)
		return 0; /* a thread */
	if (!bpf_map_lookup_elem(&nx_procs, &by)) {
		const struct proc_key *of =
			bpf_map_lookup_elem(&nx_forked, &by);
		if (!of)
			return 0;
		by = *of;
	}
	bpf_map_update_elem(&nx_forked, &key, &by, BPF_ANY);
	if (bpf_map_update_elem(&nx_forks, &by, &first, BPF_NOEXIST) == 0)
		return 0;
	__s32 *count = bpf_map_lookup_elem(&nx_forks, &by);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

/* It runs another program, or has ended: what it inherits, it does not read. */
static __always_inline void fork_over(const struct proc_key *key)
{
	const struct proc_key *of = bpf_map_lookup_elem(&nx_forked, key);

	if (!of)
		return;
	const struct proc_key by = *of;
	__s32 *count = bpf_map_lookup_elem(&nx_forks, &by);
	if (bpf_map_delete_elem(&nx_forked, key) == 0 && count)
		__sync_fetch_and_add(count, -1);
}

/*
 * Of a process that was told of: it is another program now. One that uses no
 * socket is of no interest, and a build starts thousands of them.
 */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(nx_exec, struct task_struct *t, int old_pid,
	     struct linux_binprm *bprm)
{
	struct proc_key key = task_key(t);

	fork_over(&key);
	if (bpf_map_lookup_elem(&nx_procs, &key))
		proc_tell(t, bprm->filename);
	return 0;
}

/* Once for each process that was told of, at its last thread's end. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(nx_exit, struct task_struct *t)
{
	if (t->signal->live.counter > 0)
		return 0;
	struct proc_key key = task_key(t);
	struct proc_told told = { PROC_EXITED, task_uid(t) };
	struct proc_told *was = bpf_map_lookup_elem(&nx_procs, &key);

	fork_over(&key);
	/* Two last threads may come here at once: one of them removes it. It
	 * is kept as exited: a socket that is closed now tells nothing new. */
	if (!was || was->state == PROC_EXITED ||
	    bpf_map_delete_elem(&nx_procs, &key))
		return 0;
	bpf_map_update_elem(&nx_procs, &key, &told, BPF_ANY);
	struct event_proc_exit *e = ring_reserve(&nx_sockets, EVENT_RING_SOCKET,
						 sizeof(*e));
	if (!e)
		return 0;
	__builtin_memset(e, 0, sizeof(*e));
	event_begin(&e->head, EVENT_EXIT);
	e->head.pid = key.pid;
	e->head.start_ns = key.start_ns;
	e->head.tid = t->pid;
	e->head.ns_tid = task_ns_tid(t);
	e->exit_code = t->signal->flags & SIGNAL_GROUP_EXIT ?
			       t->signal->group_exit_code :
			       t->group_leader->exit_code;
	submit_socket(e);
	return 0;
}

/*
 * Of several holders of a socket the youngest is its owner, but never pid 1 if
 * there is another: a service manager holds what it gives away. What is known
 * from the socket's use is better than both.
 */
static __always_inline bool holder_is_better(const struct owner *o,
					     const struct proc_key *holder)
{
	if (!o->pid)
		return true;
	if (o->how != EVENT_HOW_START || holder->pid == 1)
		return false;
	return o->pid == 1 || holder->start_ns > o->start_ns;
}

/* The walk over processes is to tell those that t comes from, too. */
static __always_inline void ancestors_mark(struct task_struct *t)
{
	for (int i = 0; i < TASK_ANCESTORS; i++) {
		t = task_parent(t);
		struct proc_key key = task_key(t);
		struct proc_told walk = { PROC_WALK, task_uid(t) };

		if (!key.pid || bpf_map_update_elem(&nx_procs, &key, &walk,
						    BPF_NOEXIST))
			break;
	}
}

/*
 * Writes an event_socket for each socket and holder; the last of a socket has
 * its owner. The kernel calls this again for the same file when its buffer
 * was full, so it gives the same result twice.
 */
SEC("iter/task_file")
int nx_walk_files(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct task_struct *t = ctx->task;

	if (!file || !t)
		return 0;
	struct socket *socket = bpf_sock_from_file(file);
	struct sock *sk = socket ? socket->sk : NULL;
	if (!sk)
		return 0;
	unsigned short family = sk->__sk_common.skc_family;
	if ((family != AF_INET && family != AF_INET6) || !task_is_wanted(t))
		return 0;
	struct owner first = { .netns = socket_netns(sk) };
	struct owner *o = bpf_sk_storage_get(&nx_owners, sk, &first,
					     BPF_SK_STORAGE_GET_F_CREATE);
	if (!o) {
		count(&counts()->no_storage);
		return 0;
	}
	struct proc_key holder = task_key(t);
	__u64 cookie = bpf_get_socket_cookie(sk);
	if (o->pid &&
	    (o->pid != holder.pid || o->start_ns != holder.start_ns))
		o->shared = 1;
	if (holder_is_better(o, &holder)) {
		struct proc_told walk = { PROC_WALK, task_uid(t) };

		owner_put(o, t->group_leader, cookie, EVENT_HOW_START);
		if (!bpf_map_update_elem(&nx_procs, &holder, &walk, BPF_NOEXIST))
			ancestors_mark(t);
	}
	struct event_socket e = {};
	event_begin(&e.head, EVENT_SOCKET);
	event_owner(&e.head, o, cookie);
	socket_describe(&e, sk);
	e.old_state = e.new_state = sk->__sk_common.skc_state;
	bpf_seq_write(ctx->meta->seq, &e, sizeof(e));
	return 0;
}

/* Writes an event_proc for each process that nx_walk_files() found. */
SEC("iter/task")
int nx_walk_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *t = ctx->task;

	if (!t || t->pid != t->tgid)
		return 0;
	struct proc_key key = task_key(t);
	struct proc_told *told = bpf_map_lookup_elem(&nx_procs, &key);
	if (!told || told->state != PROC_WALK)
		return 0;
	proc_fill(&nx_walk_proc, t);
	proc_exe(&nx_walk_proc, t);
	bpf_seq_write(ctx->meta->seq, &nx_walk_proc, sizeof(nx_walk_proc));
	return 0;
}
