/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Packets that pass no full socket, so that the hooks of the control group do
 * not see them: what comes in for a connection in TIME_WAIT, for a closed port
 * or for the kernel itself, and what the kernel answers. They are told from
 * all others by the place in the kernel where they end.
 */
#include "bpf/seen.bpf.h"
#include "bpf/timewait.bpf.h"
#include "bpf/unread.bpf.h"

#include <linux/if_ether.h>
#include <linux/in.h>

char nx_license[] SEC("license") = "Dual MIT/GPL";

#define LEFTOVER_SITES 16

/* Settings; user space writes them before it loads. */
extern const volatile __u32 nx_snap;
/* Where packets end that no hook saw: addresses in the kernel, from and to. */
const volatile __u64 nx_sites[LEFTOVER_SITES][2] = {};
const volatile __u32 nx_sites_count = 0;
const volatile __u64 nx_edemux = 0; /* address of sock_edemux(); 0: none */
/* What this kernel's tracepoints give. */
const volatile __u8 nx_kfree_args = 0;
const volatile __u8 nx_consume_args = 0;

/* The headers of a packet. */
struct leftover {
	__u8 ip[SEEN_IP6]; /* with the first bytes of what is behind it */
	const unsigned char *at; /* its IP header in kernel memory */
	__u32 linear; /* bytes there */
	__u32 wire_len;
	__be16 ports[2]; /* of ICMP, the first is type and code */
	__u8 protocol;
	__u8 tcp_flags;
};

static __always_inline bool headers(struct leftover *l, struct sk_buff *skb)
{
	__u32 network = skb->network_header;
	const unsigned char *transport = skb->head + skb->transport_header;

	l->at = skb->head + network;
	l->linear = skb->tail - network;
	if (skb->tail < network + SEEN_IP4 ||
	    bpf_probe_read_kernel(l->ip, SEEN_IP4, l->at))
		return false;
	if (l->ip[0] >> 4 == 4) {
		l->wire_len = bpf_ntohs(*(__be16 *)(l->ip + 2));
		l->protocol = l->ip[9];
	} else if (l->ip[0] >> 4 == 6 && l->linear >= SEEN_IP6) {
		bpf_probe_read_kernel(l->ip, SEEN_IP6, l->at);
		l->wire_len = bpf_ntohs(*(__be16 *)(l->ip + 4));
		l->wire_len += l->wire_len ? 40 : 0;
		l->protocol = l->ip[6];
	} else {
		return false;
	}
	if (!l->wire_len) /* more than the header can say: RFC 2675 */
		l->wire_len = skb->len + (skb->data - l->at);
	/* After extension headers the protocol is not known here. */
	bpf_probe_read_kernel(l->ports, sizeof(l->ports), transport);
	if (l->protocol == IPPROTO_TCP)
		bpf_probe_read_kernel(&l->tcp_flags, 1, transport + 13);
	return l->wire_len >= SEEN_IP4;
}

/* As packet_send() in packet.bpf.c does. */
static __always_inline void send(const struct event_packet *head,
				 const struct leftover *l, __u32 len,
				 const __u64 room)
{
	struct event_packet *e = ring_reserve(&nx_packets, EVENT_RING_PACKET,
					      sizeof(*e) + room);
	if (!e)
		return;
	*e = *head;
	__u64 n = ((len - 1) & (room - 1)) + 1;
	e->data_len = n;
	if (bpf_probe_read_kernel(e->data, n, l->at)) {
		e->data_len = 0;
		count(&counts()->read_error);
	}
	bpf_ringbuf_submit(e, ring_wake(&nx_packets, EVENT_RING_PACKET));
}

/* As packet_is_whole() there; behind options of IPv6 is what listeners say. */
static __always_inline bool is_whole(const struct leftover *l)
{
	return icmp_is_whole(l->protocol, *(const __u8 *)l->ports) ||
	       (l->protocol == IPPROTO_HOPOPTS && l->ip[0] >> 4 == 6);
}

static __always_inline void emit(const struct event_packet *e,
				 const struct leftover *l)
{
	__u32 len = l->wire_len;

	if (len > l->linear)
		len = l->linear;
	if (len > nx_snap && !is_whole(l))
		len = nx_snap;
	if (len <= 128)
		send(e, l, len, 128);
	else if (len <= 2048)
		send(e, l, len, 2048);
	else
		send(e, l, len, 65536);
}

/* Fill in what both directions have; true: its owner is known. */
static __always_inline bool begin(struct event_packet *e, struct sk_buff *skb,
				  const struct leftover *l,
				  const __u8 direction)
{
	struct net_device *dev = skb->dev;

	event_begin(&e->head, EVENT_PACKET);
	e->head.direction = direction;
	e->wire_len = l->wire_len;
	e->ifindex = BPF_CORE_READ(dev, ifindex);
	e->head.netns = BPF_CORE_READ(dev, nd_net.net, ns.inum);
	bpf_core_read(e->ifname, sizeof(e->ifname), &dev->name);
	if (l->protocol == IPPROTO_TCP && timewait_is_old(l->tcp_flags)) {
		struct timewait_key key = timewait_key_of_packet(
			l->ip, l->ports, direction, e->head.netns);
		if (timewait_owner(&e->head, &key))
			return true;
	}
	e->head.how = EVENT_HOW_KERNEL;
	e->head.flags = EVENT_NO_SOCKET;
	return false;
}

static __always_inline bool is_site(__u64 location)
{
	for (__u32 i = 0; i < LEFTOVER_SITES && i < nx_sites_count; i++)
		if (location >= nx_sites[i][0] && location < nx_sites[i][1])
			return true;
	return false;
}

/* What a process asked for: the hook saw it at that process' socket. */
static __always_inline bool is_echo_reply(const struct leftover *l)
{
	__u8 type = *(const __u8 *)l->ports;

	if (l->protocol == IPPROTO_ICMP)
		return type == 0 || type == 43; /* RFC 792, RFC 8335 3 */
	return l->protocol == IPPROTO_ICMPV6 && (type == 129 || type == 161);
}

/* A packet that came in ends here. rx: the mini-socket it was for, if any. */
static __always_inline int ended(struct sk_buff *skb, __u32 reason,
				 const struct sock *rx, const __u8 late)
{
	struct leftover l = {};
	struct event_packet e = {};

	if (!headers(&l, skb) || is_echo_reply(&l))
		return 0;
	bool owned = begin(&e, skb, &l, EVENT_INGRESS);
	if (seen_is(seen_slot(nx_seen), (__u64)(long)skb, e.head.time_ns, l.ip))
		return 0;
	if (!owned && nx_cgroup)
		return 0;
	if (!owned && rx &&
	    BPF_CORE_READ(rx, __sk_common.skc_state) == TCP_STATE_TIME_WAIT) {
		e.head.how = EVENT_HOW_NONE;
		e.head.flags = 0;
	}
	e.head.flags |= late;
	e.drop_reason = reason;
	emit(&e, &l);
	return 0;
}

/* A datagram that waited to be read: nobody will. rx: its socket, if known. */
static __always_inline void unread_ended(__u64 skb, __u32 reason,
					 const struct sock *rx)
{
	const struct seen *slot = seen_slot(nx_seen);
	__u64 cookie = 0;

	/* Before Linux 6.11 the socket is not told; then it is known when the
	 * queue was full, as the packet has just come in here. */
	if (rx)
		cookie = BPF_CORE_READ(rx, __sk_common.skc_cookie.counter);
	else if (slot->skb == skb)
		cookie = slot->unread;
	if (cookie)
		unread_drop(cookie, skb, reason);
}

SEC("tp_btf/kfree_skb")
int nx_dropped(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];
	const struct sock *rx = NULL;
	__u32 reason = 0;

	if (nx_kfree_args >= 3)
		reason = ctx[2];
	if (nx_kfree_args >= 4)
		rx = (const struct sock *)ctx[3];
	if (nx_unread_used)
		unread_ended((__u64)(long)skb, reason, rx);
	if (!is_site(ctx[1]))
		return 0;
	return ended(skb, reason, rx, EVENT_LATE);
}

SEC("tp_btf/consume_skb")
int nx_consumed(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];

	if (nx_consume_args < 2 || !is_site(ctx[1]))
		return 0;
	return ended(skb, 0, NULL, EVENT_LATE);
}

/* The same where consume_skb does not say from where. */
SEC("?fentry/icmp_rcv")
int BPF_PROG(nx_icmp, struct sk_buff *skb)
{
	return ended(skb, 0, NULL, 0);
}

SEC("?fentry/icmpv6_rcv")
int BPF_PROG(nx_icmp6, struct sk_buff *skb)
{
	return ended(skb, 0, NULL, 0);
}

/*
 * What the kernel sends without a socket, or for one of which it has no more
 * than the addresses (from Linux 6.13 on): the hook needs a full socket that
 * is the packet's own. Of all else without a socket some had one and gave it
 * back on its way: that was seen.
 */
static __always_inline bool is_answer(struct sk_buff *skb,
				      const struct leftover *l, bool owned)
{
	struct sock *sk = skb->sk;

	if (l->protocol != IPPROTO_TCP)
		return false;
	if (!sk)
		return !skb->skb_iif && (owned || l->tcp_flags & 4 /* RST */);
	if (sk->__sk_common.skc_state == TCP_STATE_TIME_WAIT)
		return true;
	if (sk->__sk_common.skc_state == TCP_STATE_NEW_SYN_RECEIVED &&
	    l->tcp_flags & 2 /* SYN */)
		return !nx_seen_synack;
	/* On behalf of a socket, by another one: IPv6 asks for the latter. (A
	 * SYN-ACK is so too, but its listener sends it.) */
	return l->ip[0] >> 4 == 6 && !(l->tcp_flags & 2 /* SYN */);
}

/* The same at a glance: nearly all packets go on here. */
static __always_inline bool may_be_answer(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	if (!sk)
		return !skb->skb_iif;
	__u8 state = sk->__sk_common.skc_state;
	if (state == TCP_STATE_TIME_WAIT)
		return true;
	if (skb->protocol != bpf_htons(ETH_P_IPV6))
		return false;
	return (state == TCP_STATE_NEW_SYN_RECEIVED && !nx_seen_synack) ||
	       (nx_edemux && (__u64)(long)skb->destructor == nx_edemux);
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(nx_queue, struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	struct leftover l = {};
	struct event_packet e = {};

	if (!may_be_answer(skb))
		return 0;
	if (!headers(&l, skb))
		return 0;
	bool owned = begin(&e, skb, &l, EVENT_EGRESS);
	if (!is_answer(skb, &l, owned) || (!owned && nx_cgroup))
		return 0;
	/* A device on top of another queues it twice. */
	struct seen *slot = seen_slot(nx_queued);
	__u64 address = (__u64)(long)skb;
	if (seen_is(slot, address, e.head.time_ns, l.ip))
		return 0;
	slot->skb = address;
	slot->time_ns = e.head.time_ns;
	seen_words(slot->words, l.ip, l.ip[0] >> 4 == 4);
	/* These had an owner: the SYN-ACK has its listener's. */
	__u8 state = sk ? sk->__sk_common.skc_state : 0;
	if (!owned && (state == TCP_STATE_TIME_WAIT ||
		       (state == TCP_STATE_NEW_SYN_RECEIVED &&
			l.tcp_flags & 2 /* SYN */))) {
		e.head.how = EVENT_HOW_NONE;
		e.head.flags = 0;
	}
	e.head.flags |= EVENT_ANSWER;
	emit(&e, &l);
	return 0;
}
