/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Packets, at both ends of every socket, with the owner that the socket
 * carries. Attached to a cgroup, they see every network namespace.
 */
#define NX_OWNER_DEFINES
#include "bpf/child.bpf.h"
#include "bpf/seen.bpf.h"
#include "bpf/task.bpf.h"
#include "bpf/timewait.bpf.h"
#include "bpf/unread.bpf.h"

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

char nx_license[] SEC("license") = "Dual MIT/GPL";

/* Settings; user space writes them before it loads. */
const volatile __u32 nx_snap = 128;
const volatile __u32 nx_dns_count = 0;
const volatile __u16 nx_dns_ports[16] = {};

static __always_inline bool port_is_dns(__u16 port)
{
	if (port == 53 || port == 5353 || port == 5355)
		return true;
	for (__u32 i = 0; i < 16 && i < nx_dns_count; i++)
		if (port == nx_dns_ports[i])
			return true;
	return false;
}

/* Step over IPv6 extension headers (RFC 8200 4); -1: no transport header. */
static __always_inline int ip6_transport(struct __sk_buff *skb, __u8 *protocol)
{
	struct ipv6hdr ip;
	__u32 at = sizeof(ip);

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return -1;
	__u8 next = ip.nexthdr;
	for (int i = 0; i < 4; i++) {
		struct {
			__u8 next, len;
			__be16 offset; /* of a fragment header, in its high bits */
		} h;

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
		    next != IPPROTO_DSTOPTS && next != IPPROTO_FRAGMENT)
			break;
		if (bpf_skb_load_bytes(skb, at, &h, sizeof(h)))
			return -1;
		if (next == IPPROTO_FRAGMENT && h.offset & bpf_htons(0xfff8))
			return -1;
		at += next == IPPROTO_FRAGMENT ? 8 : (h.len + 1) * 8;
		next = h.next;
	}
	*protocol = next;
	return at;
}

static __always_inline int ip4_transport(struct __sk_buff *skb, __u8 *protocol)
{
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)) ||
	    ip.frag_off & bpf_htons(0x1fff))
		return -1;
	*protocol = ip.protocol;
	return ip.ihl * 4;
}

/* DNS is kept whole: its answers are at its end. So is ICMP. */
static __always_inline bool packet_is_whole(struct __sk_buff *skb)
{
	__u8 protocol = 0;
	__be16 port[2];
	int at = skb->protocol == bpf_htons(ETH_P_IP) ?
			 ip4_transport(skb, &protocol) :
			 ip6_transport(skb, &protocol);

	if (at < 0 || bpf_skb_load_bytes(skb, at, port, sizeof(port)))
		return false;
	if (protocol != IPPROTO_UDP && protocol != IPPROTO_TCP)
		return icmp_is_whole(protocol, *(__u8 *)port);
	return port_is_dns(bpf_ntohs(port[0])) ||
	       port_is_dns(bpf_ntohs(port[1]));
}

/*
 * Send len bytes of the packet. The verifier wants a record of a constant
 * size, and a length that it can see is at least 1 and fits: room is a power
 * of two, and len is 1 to room.
 */
static __always_inline void packet_send(struct __sk_buff *skb,
					const struct event_packet *head,
					__u32 len, const __u64 room)
{
	struct event_packet *e = ring_reserve(&nx_packets, EVENT_RING_PACKET,
					      sizeof(*e) + room);
	if (!e)
		return;
	*e = *head;
	__u64 n = ((len - 1) & (room - 1)) + 1;
	e->data_len = n;
	if (bpf_skb_load_bytes(skb, 0, e->data, n)) {
		e->data_len = 0;
		count(&counts()->read_error);
	}
	bpf_ringbuf_submit(e, ring_wake(&nx_packets, EVENT_RING_PACKET));
}

static __always_inline void packet_emit(struct __sk_buff *skb,
					const struct event_packet *e)
{
	__u32 len = e->wire_len;

	if (len > nx_snap && !packet_is_whole(skb))
		len = nx_snap;
	if (len > EVENT_SNAP_MAX)
		len = EVENT_SNAP_MAX;
	if (len <= 64)
		packet_send(skb, e, len, 64);
	else if (len <= 128)
		packet_send(skb, e, len, 128);
	else if (len <= 256)
		packet_send(skb, e, len, 256);
	else if (len <= 2048)
		packet_send(skb, e, len, 2048);
	else if (len <= 8192)
		packet_send(skb, e, len, 8192);
	else if (len <= 32768)
		packet_send(skb, e, len, 32768);
	else
		packet_send(skb, e, len, 65536);
}

/*
 * Is this packet sent by the running process, for itself? TCP also sends from
 * timers and on receipt, in whatever process was interrupted; but then nobody
 * holds the socket's lock. A listener answers a SYN without its own lock, so
 * that another thread may hold it at that moment: never there.
 */
static __always_inline bool sent_by_current(struct bpf_sock *sk)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	if (!tcp)
		return true;
	return ((struct sock *)tcp)->sk_lock.owned &&
	       sk->state != TCP_STATE_LISTEN;
}

/* The process that sends this packet right now, not the one stored. */
static __always_inline void head_current(struct event *head, struct owner *o)
{
	struct task_struct *t = bpf_get_current_task_btf();
	__u64 thread = o->thread;

	head->pid = t->tgid;
	head->tid = t->pid;
	head->start_ns = t->group_leader->start_boottime;
	head->ns_tid = (__u32)thread == head->tid ? thread >> 32 :
						    task_ns_tid(t);
	head->how = EVENT_HOW_CURRENT;
}

/*
 * A socket that the walk did not find: its file was on its way between two
 * processes, or it has no file number (io_uring). Its first sender is its
 * owner. Sockets of the kernel itself never have one.
 */
static __noinline struct owner *owner_adopt(struct bpf_sock *sk)
{
	struct task_struct *t = bpf_get_current_task_btf();

	if (t->flags & PF_KTHREAD)
		return NULL;
	struct owner first = { .netns = socket_netns(address_of(sk)) };
	return bpf_sk_storage_get(&nx_owners, sk, &first,
				  BPF_SK_STORAGE_GET_F_CREATE);
}

/*
 * The kernel's own socket sends this packet: perhaps for a connection that is
 * in TIME_WAIT (before Linux 6.13; IPv6 and later ones: leftover.bpf.c).
 */
static __always_inline void answer_owner(struct event *head,
					 struct __sk_buff *skb)
{
	__be16 ports[2];
	__u8 ip[40], protocol = 0, flags = 0;

	head->flags |= EVENT_ANSWER;
	if (skb->protocol != bpf_htons(ETH_P_IP))
		return;
	int at = ip4_transport(skb, &protocol);
	if (at < 0 || protocol != IPPROTO_TCP ||
	    bpf_skb_load_bytes(skb, 0, ip, 20) ||
	    bpf_skb_load_bytes(skb, at, ports, sizeof(ports)) ||
	    bpf_skb_load_bytes(skb, at + 13, &flags, 1) ||
	    !timewait_is_old(flags))
		return;
	struct timewait_key key = timewait_key_of_packet(
		ip, ports, EVENT_EGRESS, head->netns);
	timewait_owner(head, &key);
}

/* Has its owner forked children that may read from it as well? */
static __always_inline bool owner_has_children(const struct owner *o)
{
	const struct proc_key key = { .start_ns = o->start_ns, .pid = o->pid };
	const __s32 *count = bpf_map_lookup_elem(&nx_forks, &key);

	return count && *count > 0;
}

/*
 * Several processes may read from this socket: whose the datagram is turns out
 * when one of them does. Before anybody has used it, it may be for another
 * than who made it.
 */
static __always_inline void packet_unread(struct event *head,
					  struct __sk_buff *skb,
					  const struct bpf_sock *full,
					  struct owner *o, bool several)
{
	const struct sk_buff *address = address_of(skb);
	bool udp = full->protocol == IPPROTO_UDP && full->type == TYPE_DGRAM;
	bool fresh = !o->used && o->how == EVENT_HOW_CREATED;
	__u32 headers = 0;

	/* A raw socket of IPv4 gives the IP header, too (raw(7)). */
	if (full->type != TYPE_RAW || skb->protocol != bpf_htons(ETH_P_IP))
		headers = BPF_CORE_READ(address, transport_header) -
			  BPF_CORE_READ(address, network_header);
	__u32 from[4] = {};
	__u16 port = 0;
	bool v4 = skb->protocol == bpf_htons(ETH_P_IP);
	if (udp && (v4 ? bpf_skb_load_bytes(skb, 12, from, 4) :
			 bpf_skb_load_bytes(skb, 8, from, 16)) == 0)
		bpf_skb_load_bytes(skb, headers, &port, sizeof(port));
	const struct note note = {
		.skb = (__u64)(long)address,
		.time_ns = head->time_ns,
		.cpu = head->cpu,
		.size = skb->len - headers - (udp ? 8 : 0),
		.source = udp ? unread_source(from, v4, port) : 0,
	};
	if (unread_add(o, address_of(full), head->cookie, udp, fresh, &note))
		head->flags |= EVENT_UNREAD;
	if (!several)
		return;
	if (!nx_unread_shared)
		nx_unread_shared = 1;
	head->pid = head->tid = head->ns_tid = 0;
	head->start_ns = 0;
	head->how = EVENT_HOW_SHARED;
}

/*
 * Find the owner for the packet's head. Reading a socket's address takes as
 * long as the rest of this, so it is done only where nothing is known yet.
 */
static __always_inline void packet_owner(struct event *head,
					 struct __sk_buff *skb,
					 struct bpf_sock *sk,
					 const __u8 direction)
{
	struct owner *o = bpf_sk_storage_get(&nx_owners, sk, NULL, 0);
	bool current = direction == EVENT_EGRESS && sent_by_current(sk);

	head->cookie = bpf_get_socket_cookie(skb);
	struct bpf_sock *full = bpf_sk_fullsock(sk);
	if (full && full->type == TYPE_RAW)
		head->flags |= EVENT_RAW;
	if (sk->state == TCP_STATE_LISTEN) {
		head->flags |= EVENT_ON_LISTENER;
		if (direction == EVENT_EGRESS && !nx_seen_synack &&
		    skb->protocol == bpf_htons(ETH_P_IPV6))
			nx_seen_synack = 1;
	}
	if (!o) {
		const struct sock *address = address_of(sk);
		bool kernels = socket_is_kernels(address);

		head->netns = socket_netns(address);
		head->how = kernels ? EVENT_HOW_KERNEL : EVENT_HOW_NONE;
		if (kernels && direction == EVENT_EGRESS)
			answer_owner(head, skb);
		if (kernels || !current)
			return;
		o = owner_adopt(sk);
		if (!o) {
			head_running(head, EVENT_HOW_CURRENT);
			return;
		}
	}
	current = current &&
		  (owner_is_current(o, head->cookie, EVENT_HOW_CURRENT) ||
		   owner_change(o, address_of(sk), head->cookie,
				EVENT_HOW_CURRENT));
	event_owner(head, o, head->cookie);
	if (current) {
		head_current(head, o);
		if (!o->used)
			o->used = 1;
	} else if (direction == EVENT_INGRESS && sk->state == TCP_STATE_LISTEN) {
		listener_put(head, o, sk->src_port);
	} else if (direction == EVENT_INGRESS && full &&
		   (full->type == TYPE_DGRAM || full->type == TYPE_RAW)) {
		bool several = o->shared || owner_has_children(o);

		if (several || !o->used)
			packet_unread(head, skb, full, o, several);
	}
}

/* For leftover.bpf.c; a packet that is too short is not seen twice either. */
static __always_inline void seen_put(struct __sk_buff *skb, __u64 address,
				     __u64 time_ns)
{
	const __u8 *ip = (const __u8 *)(long)skb->data;
	const __u8 *end = (const __u8 *)(long)skb->data_end;
	struct seen *slot = seen_slot(nx_seen);
	bool v4 = skb->protocol == bpf_htons(ETH_P_IP);

	slot->skb = 0;
	slot->time_ns = time_ns;
	slot->unread = 0;
	if (ip + SEEN_IP4 > end || (!v4 && ip + SEEN_IP6 > end))
		return;
	slot->skb = address;
	seen_words(slot->words, ip, v4);
}

static __always_inline int packet(struct __sk_buff *skb, const __u8 direction)
{
	const struct sk_buff *address = address_of(skb);
	struct net_device *dev = BPF_CORE_READ(address, dev);
	struct bpf_sock *sk = skb->sk;
	struct event_packet e = {
		.ifindex = skb->ifindex,
		.wire_len = skb->len,
	};

	event_begin(&e.head, EVENT_PACKET);
	e.head.direction = direction;
	if (direction == EVENT_INGRESS)
		seen_put(skb, (__u64)(long)address, e.head.time_ns);
	bpf_core_read(e.ifname, sizeof(e.ifname), &dev->name);
	if (sk) {
		packet_owner(&e.head, skb, sk, direction);
		if (e.head.flags & EVENT_UNREAD)
			seen_slot(nx_seen)->unread = e.head.cookie;
	} else {
		e.head.flags = EVENT_NO_SOCKET;
		e.head.netns = BPF_CORE_READ(dev, nd_net.net, ns.inum);
	}
	packet_emit(skb, &e);
	return ALLOW;
}

SEC("cgroup_skb/ingress")
int nx_ingress(struct __sk_buff *skb)
{
	return packet(skb, EVENT_INGRESS);
}

SEC("cgroup_skb/egress")
int nx_egress(struct __sk_buff *skb)
{
	return packet(skb, EVENT_EGRESS);
}
