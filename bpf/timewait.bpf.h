/* SPDX-License-Identifier: MIT */
/*
 * Kernel side only: who had a TCP connection of which the kernel keeps no more
 * than its addresses. A socket that is closed first leaves a mini-socket
 * (FIN_WAIT2, TIME_WAIT), which has no storage for an owner.
 */
#ifndef NX_TIMEWAIT_BPF_H
#define NX_TIMEWAIT_BPF_H

#include "bpf/owner.bpf.h"

struct timewait_key {
	__u8 local[16]; /* IPv4: 4 bytes used, also of a v4-mapped address */
	__u8 remote[16];
	__be16 local_port, remote_port;
	__u32 netns;
};

struct timewait { /* as in struct owner */
	__u64 start_ns;
	__u64 cookie;
	__u64 thread;
	__u32 pid;
	__u8 how;
	__u8 pad[3];
};

struct timewaits {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 15);
	__type(key, struct timewait_key);
	__type(value, struct timewait);
};

NX_GLOBAL struct timewaits nx_timewait SEC(".maps");

/* sk is any address; it still has its ports. */
static __always_inline struct timewait_key
timewait_key_of_socket(const struct sock *sk)
{
	struct timewait_key key = {
		.local_port = bpf_htons(
			BPF_CORE_READ(sk, __sk_common.skc_num)),
		.remote_port = BPF_CORE_READ(sk, __sk_common.skc_dport),
		.netns = socket_netns(sk),
	};

	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET) {
		*(__u32 *)key.local =
			BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		*(__u32 *)key.remote = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		return key;
	}
	bpf_core_read(key.local, 16, &sk->__sk_common.skc_v6_rcv_saddr);
	bpf_core_read(key.remote, 16, &sk->__sk_common.skc_v6_daddr);
	if (address_is_mapped(key.remote)) {
		address_unmap(key.local);
		address_unmap(key.remote);
	}
	return key;
}

/* ip: the header, whole; ports: what stands behind it. */
static __always_inline struct timewait_key
timewait_key_of_packet(const __u8 ip[40], const __be16 ports[2],
		       const __u8 direction, __u32 netns)
{
	bool out = direction == EVENT_EGRESS;
	struct timewait_key key = {
		.local_port = out ? ports[0] : ports[1],
		.remote_port = out ? ports[1] : ports[0],
		.netns = netns,
	};

	if (ip[0] >> 4 == 4) {
		*(__u32 *)key.local = *(const __u32 *)(ip + (out ? 12 : 16));
		*(__u32 *)key.remote = *(const __u32 *)(ip + (out ? 16 : 12));
		return key;
	}
	__builtin_memcpy(out ? key.local : key.remote, ip + 8, 16);
	__builtin_memcpy(out ? key.remote : key.local, ip + 24, 16);
	return key;
}

/* o owns sk, which is about to give up all but its addresses. */
static __always_inline void timewait_put(const struct sock *sk,
					 struct owner *o, __u64 cookie)
{
	struct timewait_key key = timewait_key_of_socket(sk);
	struct event head = {};

	event_owner(&head, o, cookie);
	struct timewait t = {
		.start_ns = head.start_ns,
		.cookie = cookie,
		.thread = head.tid | (__u64)head.ns_tid << 32,
		.pid = head.pid,
		.how = head.how,
	};
	bpf_map_update_elem(&nx_timewait, &key, &t, BPF_ANY);
}

/*
 * Is a segment with these flags of a connection of before? Not one that asks
 * for a new one, nor the answer to that (RFC 9293 3.10.7.1: RST with ACK).
 */
static __always_inline bool timewait_is_old(__u8 tcp_flags)
{
	return !(tcp_flags & 0x02 /* SYN */) && (tcp_flags & 0x14) != 0x14;
}

/* Write the owner into the head of a packet; false: nobody had that. */
static __always_inline bool timewait_owner(struct event *head,
					   const struct timewait_key *key)
{
	struct timewait *t = bpf_map_lookup_elem(&nx_timewait, key);

	if (!t)
		return false;
	head->start_ns = t->start_ns;
	head->cookie = t->cookie;
	head->pid = t->pid;
	head->tid = (__u32)t->thread;
	head->ns_tid = t->thread >> 32;
	head->how = t->how;
	return true;
}

#endif
