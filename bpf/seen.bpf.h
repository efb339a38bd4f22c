/* SPDX-License-Identifier: MIT */
/*
 * Kernel side only: the packet that a hook saw last on this CPU. The hooks for
 * what the others miss (leftover.bpf.c) also come to packets that were not
 * missed; these were seen just before, on the same CPU and without another
 * packet in between, since the kernel does not leave a packet's way half done.
 */
#ifndef NX_SEEN_BPF_H
#define NX_SEEN_BPF_H

#include "bpf/owner.bpf.h"

struct seen {
	__u64 skb; /* its address; soon another packet's, too */
	__u64 time_ns;
	__u32 words[3]; /* of its headers: so the other is told from it */
	__u32 pad;
	__u64 unread; /* the socket's cookie, where the datagram was noted (unread.bpf.h) */
};

#define SEEN_NS 100000000u /* less than it takes to send the same again */

#define SEEN_IP4 28 /* bytes that seen_words() reads */
#define SEEN_IP6 48

/* A struct seen for each CPU, with a cache line of room. */
NX_GLOBAL __u64 nx_seen[EVENT_CPUS][8]; /* came in at a socket */
NX_GLOBAL __u64 nx_queued[EVENT_CPUS][8]; /* went out by leftover.bpf.c */

/*
 * The hook has seen a listener's SYN-ACK over IPv6. Older kernels ask it only
 * for packets of the sending socket itself: there leftover.bpf.c tells of it.
 */
NX_GLOBAL __u8 nx_seen_synack;

static __always_inline struct seen *seen_slot(__u64 slots[EVENT_CPUS][8])
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (cpu >= EVENT_CPUS)
		cpu = EVENT_CPUS - 1;
	return (struct seen *)slots[cpu];
}

/*
 * Id and fragment, or length, from the IP header; ports and sequence number
 * behind it, of ICMP its checksum and id.
 */
static __always_inline void seen_words(__u32 words[3], const __u8 *ip,
				       bool v4)
{
	words[0] = *(const __u32 *)(ip + 4);
	words[1] = *(const __u32 *)(ip + (v4 ? 20 : 40));
	words[2] = *(const __u32 *)(ip + (v4 ? 24 : 44));
}

/* Is this the packet in the slot? */
static __always_inline bool seen_is(const struct seen *slot, __u64 skb,
				    __u64 time_ns, const __u8 *ip)
{
	__u32 words[3];

	if (slot->skb != skb || time_ns - slot->time_ns > SEEN_NS)
		return false;
	seen_words(words, ip, ip[0] >> 4 == 4);
	return words[0] == slot->words[0] && words[1] == slot->words[1] &&
	       words[2] == slot->words[2];
}

#endif
