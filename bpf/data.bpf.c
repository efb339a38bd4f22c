/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What processes send and receive, one record a system call, and what TCP
 * sends again. Loaded only when these events are asked for.
 */
#include "bpf/task.bpf.h"

#include <linux/in.h>

char nx_license[] SEC("license") = "Dual MIT/GPL";

#define MSG_PEEK 2 /* linux/socket.h: the data stays, and is received later */

/*
 * The other end of a datagram on a socket that is not connected. Only the
 * hooks for its address know it, and only the tracepoint that comes next in
 * the same thread knows its size.
 */
struct peer {
	__u64 cookie;
	__u8 address[16];
	__u16 port;
	__u8 family;
	__u8 pad[5];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32); /* thread */
	__type(value, struct peer);
} nx_peers SEC(".maps");

static __always_inline int peer_keep(struct bpf_sock_addr *ctx, __u8 family,
				     const __u32 address[4])
{
	struct task_struct *t = bpf_get_current_task_btf();
	__u32 tid = t->pid;
	struct peer peer = {
		.cookie = bpf_get_socket_cookie(ctx),
		.port = bpf_ntohs((__u16)ctx->user_port),
		.family = family,
	};

	__builtin_memcpy(peer.address, address, sizeof(peer.address));
	if (family == 6 && address_is_mapped(peer.address)) {
		peer.family = 4;
		address_unmap(peer.address);
	}
	bpf_map_update_elem(&nx_peers, &tid, &peer, BPF_ANY);
	return ALLOW;
}

SEC("cgroup/sendmsg4")
int nx_sendmsg4(struct bpf_sock_addr *ctx)
{
	const __u32 address[4] = { ctx->user_ip4 };

	return peer_keep(ctx, 4, address);
}

SEC("cgroup/recvmsg4")
int nx_recvmsg4(struct bpf_sock_addr *ctx)
{
	const __u32 address[4] = { ctx->user_ip4 };

	return peer_keep(ctx, 4, address);
}

SEC("cgroup/sendmsg6")
int nx_sendmsg6(struct bpf_sock_addr *ctx)
{
	const __u32 address[4] = { ctx->user_ip6[0], ctx->user_ip6[1],
				   ctx->user_ip6[2], ctx->user_ip6[3] };

	return peer_keep(ctx, 6, address);
}

SEC("cgroup/recvmsg6")
int nx_recvmsg6(struct bpf_sock_addr *ctx)
{
	const __u32 address[4] = { ctx->user_ip6[0], ctx->user_ip6[1],
				   ctx->user_ip6[2], ctx->user_ip6[3] };

	return peer_keep(ctx, 6, address);
}

/* Take the thread's kept peer, which may be another socket's: a call failed. */
static __always_inline bool peer_take(__u64 cookie, struct peer *peer)
{
	struct task_struct *t = bpf_get_current_task_btf();
	__u32 tid = t->pid;
	struct peer *kept = bpf_map_lookup_elem(&nx_peers, &tid);

	if (!kept)
		return false;
	*peer = *kept;
	bpf_map_delete_elem(&nx_peers, &tid);
	return peer->cookie == cookie;
}

/*
 * Into the packet ring: a flood must not cost an owner, whose record is in
 * the other. how: 0 for what the owner's record says.
 */
static __always_inline void tell_data(__u8 type, __u8 direction, __u8 how,
				      struct owner *o, const struct sock *sk,
				      const struct peer *peer, __u64 cookie,
				      __u32 size)
{
	struct event head = { .direction = direction };

	if (o)
		event_owner(&head, o, cookie);
	else if (how)
		head_running(&head, how);
	struct event_socket *e = ring_reserve(&nx_packets, EVENT_RING_PACKET,
					      sizeof(*e));
	if (!e)
		return;
	__builtin_memset(e, 0, sizeof(*e));
	e->head = head;
	e->head.cookie = cookie;
	event_begin(&e->head, type);
	if (how && e->head.pid)
		e->head.how = how;
	if (!e->head.netns)
		e->head.netns = socket_netns(sk);
	socket_describe(e, sk);
	/* What is read after the end: TCP has given its port back by then. */
	if (!e->local_port && e->remote_port)
		e->local_port = bpf_ntohs(BPF_CORE_READ(
			(const struct inet_sock *)sk, inet_sport));
	if (peer) {
		if (e->family != peer->family)
			__builtin_memset(e->local, 0, sizeof(e->local));
		e->family = peer->family;
		e->remote_port = peer->port;
		__builtin_memcpy(e->remote, peer->address, sizeof(e->remote));
	}
	e->new_state = e->old_state =
		BPF_CORE_READ(sk, __sk_common.skc_state);
	e->size = size;
	bpf_ringbuf_submit(e, ring_wake(&nx_packets, EVENT_RING_PACKET));
}

/* A system call moved `size` bytes; negative: it failed. */
static __always_inline int moved_data(__u8 type, struct sock *sk, int size,
				      bool counts)
{
	unsigned short family = sk->__sk_common.skc_family;
	__u16 protocol = sk->sk_protocol;

	if ((family != AF_INET && family != AF_INET6) ||
	    (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP))
		return 0;
	struct owner *o = bpf_sk_storage_get(&nx_owners, sk, NULL, 0);
	struct peer peer = {};
	__u64 cookie = bpf_get_socket_cookie(sk);
	bool known = protocol == IPPROTO_UDP && peer_take(cookie, &peer);

	/* Of a stream, nothing received is its end. */
	if (size < 0 || !counts || (protocol == IPPROTO_TCP && size == 0) ||
	    (nx_cgroup && !o))
		return 0;
	__u8 how = type == EVENT_SEND ? EVENT_HOW_CURRENT : EVENT_HOW_RECEIVED;

	/* A thread of the kernel serves a socket, it does not own it. */
	if (o && !owner_is_current(o, cookie, how) &&
	    !owner_change(o, sk, cookie, how))
		how = 0;
	tell_data(type, type == EVENT_SEND ? EVENT_EGRESS : EVENT_INGRESS, how,
		  o, sk, known ? &peer : NULL, cookie, size);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(nx_send, struct sock *sk, int ret, int flags)
{
	return moved_data(EVENT_SEND, sk, ret, true);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(nx_recv_data, struct sock *sk, int ret, int flags)
{
	return moved_data(EVENT_RECV, sk, ret, !(flags & MSG_PEEK));
}

/*
 * A segment is sent again, by a timer or on receipt: whoever runs has nothing
 * to do with it. In the rare case that this interrupts itself, the inner one
 * is not seen.
 */
SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(nx_retransmit, struct sock *sk, struct sk_buff *skb)
{
	struct owner *o = bpf_sk_storage_get(&nx_owners, sk, NULL, 0);

	if (nx_cgroup && !o)
		return 0;
	tell_data(EVENT_RETRANSMIT, EVENT_EGRESS, 0, o, sk, NULL,
		  bpf_get_socket_cookie(sk), skb->len);
	return 0;
}
