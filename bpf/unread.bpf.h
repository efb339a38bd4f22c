/* SPDX-License-Identifier: MIT */
/*
 * Kernel side only: which process reads a datagram from a socket that several
 * may read from. Each datagram is noted when it comes in; when a process has
 * read one, it is told which (EVENT_READ).
 *
 * Where skb_consume_udp() can be hooked, it is known which one. Elsewhere it is
 * found out from the notes (bpf/notes.h). When these are lost, new ones are
 * begun once the queue of the socket is seen empty.
 */
#ifndef NX_UNREAD_BPF_H
#define NX_UNREAD_BPF_H

#include "bpf/owner.bpf.h"

/* 0, but the verifier does not know it. */
static volatile __u64 nx_nothing;
#define NOTES_NOTHING nx_nothing
#include "bpf/notes.h"

#define UNREAD_SOCKETS 64 /* that are noted at a time */

#define UNREAD_PEEKED 0x2002 /* MSG_PEEK, MSG_ERRQUEUE: nothing is taken out */
#define UNREAD_SHUT 1 /* RCV_SHUTDOWN, include/net/sock.h */

#define TYPE_DGRAM 2 /* SOCK_DGRAM, include/linux/net.h */
#define TYPE_RAW 3 /* SOCK_RAW */

struct unreads {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, UNREAD_SOCKETS);
	__type(key, __u64); /* cookie */
	__type(value, struct notes);
};

NX_GLOBAL struct unreads nx_unread SEC(".maps");

/* Settings; user space writes them before it loads. */
NX_GLOBAL const volatile __u8 nx_reads_skb; /* skb_consume_udp() is hooked */
NX_GLOBAL const volatile __u8 nx_reads_size; /* sock_recv_length is there */

/* Notes have been taken of some socket; several processes read from it. */
NX_GLOBAL __u8 nx_unread_used;
NX_GLOBAL __u8 nx_unread_shared;

/* What notes begin as: too big for the stack. */
NX_GLOBAL __u64 nx_unread_none[sizeof(struct notes) / sizeof(__u64)];

/* reader: NULL: nobody; then thread is 1 for event_read.all. */
static __always_inline void unread_tell(__u64 cookie, __u64 packet_ns,
					__u32 packet_cpu, __u32 size,
					__u16 reason,
					struct task_struct *reader,
					__u64 thread)
{
	struct event_read *e = ring_reserve(&nx_sockets, EVENT_RING_SOCKET,
					    sizeof(*e));

	if (!e)
		return;
	__builtin_memset(e, 0, sizeof(*e));
	event_begin(&e->head, EVENT_READ);
	e->head.direction = EVENT_INGRESS;
	e->head.cookie = cookie;
	e->head.how = EVENT_HOW_SHARED;
	if (reader) {
		e->head.how = EVENT_HOW_RECEIVED;
		e->head.pid = reader->tgid;
		e->head.start_ns = reader->group_leader->start_boottime;
		e->head.tid = (__u32)thread;
		e->head.ns_tid = thread >> 32;
	}
	e->packet_ns = packet_ns;
	e->packet_cpu = packet_cpu;
	e->size = size;
	e->drop_reason = reason;
	e->all = !reader && thread;
	submit_socket(e);
}

/* Throw the notes away: whose what waits is, nobody will know. */
static __always_inline void unread_forget(struct owner *o, __u64 cookie)
{
	struct notes *n = bpf_map_lookup_elem(&nx_unread, &cookie);
	bool waits = n && n->first != n->next;

	o->waits = 0;
	if (!bpf_map_delete_elem(&nx_unread, &cookie) && waits)
		unread_tell(cookie, bpf_ktime_get_boot_ns(), 0, 0, 0, NULL, 1);
}

/* The first datagram in the queue of sk (any address); 0: none. */
static __always_inline __u64 unread_first(const struct sock *sk, bool udp)
{
	const struct udp_sock *u = (const struct udp_sock *)sk;
	const void *head;
	const struct sk_buff *first;

	/* Those that read take the whole queue over, then from that one. */
	if (udp && bpf_core_field_exists(struct udp_sock, reader_queue)) {
		head = (const void *)u +
		       bpf_core_field_offset(struct udp_sock, reader_queue);
		first = BPF_CORE_READ(u, reader_queue.next);
		if (first && first != head)
			return (__u64)(long)first;
	}
	head = (const void *)sk +
	       bpf_core_field_offset(struct sock, sk_receive_queue);
	first = BPF_CORE_READ(sk, sk_receive_queue.next);
	return first && first != head ? (__u64)(long)first : 0;
}

/* Who sent it, in short. Of IPv6 in all its clothes; port as on the wire. */
static __always_inline __u32 unread_source(const __u32 address[4], bool v4,
					   __u16 port)
{
	__u32 short_form = address[0];

	if (!v4)
		short_form = address_is_mapped((const __u8 *)address) ?
				     address[3] :
				     address[0] ^ address[1] ^ address[2] ^
					     address[3];
	short_form ^= port * 2654435761u;
	return short_form ? short_form : 1;
}

/* Begin to take notes. false: not now. For unread_add(). */
static __always_inline bool unread_begin(const struct sock *sk, __u64 cookie,
					 bool udp, bool exact, __u64 sure_ns)
{
	/* What is in the queue already was not noted. */
	if (!exact && unread_first(sk, udp))
		return false;
	bpf_map_update_elem(&nx_unread, &cookie, nx_unread_none, BPF_NOEXIST);
	struct notes *n = bpf_map_lookup_elem(&nx_unread, &cookie);
	if (!n) {
		count(&counts()->no_reader);
		return false;
	}
	n->sure_ns = sure_ns;
	nx_unread_used = 1;
	return true;
}

/*
 * Note that a datagram comes in at sk (any address). `fresh`: nobody can have
 * read from the socket yet. true: who reads it will be told.
 */
static __always_inline bool unread_add(struct owner *o, const struct sock *sk,
				       __u64 cookie, bool udp, bool fresh,
				       const struct note *note)
{
	bool exact = udp && nx_reads_skb;
	struct notes *n = bpf_map_lookup_elem(&nx_unread, &cookie);

	if (!exact && !nx_reads_size)
		return false;
	__u64 sure_ns = exact || fresh ? 0 : note->time_ns + NOTES_SETTLE_NS;
	if (!n && unread_begin(sk, cookie, udp, exact, sure_ns))
		n = bpf_map_lookup_elem(&nx_unread, &cookie);
	if (!n) {
		o->used = 1; /* not all is noted any more */
		return false;
	}
	o->waits = 1;
	bpf_spin_lock(&n->lock);
	bool put = notes_put(n, note);
	bpf_spin_unlock(&n->lock);
	if (put)
		return true;
	count(&counts()->no_reader);
	o->used = 1;
	unread_forget(o, cookie);
	return false;
}

static __always_inline __u64 unread_take(struct notes *n, __u64 skb,
					 bool newest, __u32 *cpu)
{
	__u64 now = bpf_ktime_get_boot_ns();

	bpf_spin_lock(&n->lock);
	__u64 time_ns = notes_take(n, skb, newest, now, cpu);
	bpf_spin_unlock(&n->lock);
	return time_ns;
}

/* The kernel drops it. */
static __always_inline void unread_drop(__u64 cookie, __u64 skb, __u16 reason)
{
	struct notes *n = bpf_map_lookup_elem(&nx_unread, &cookie);
	__u32 cpu = 0;

	if (!n)
		return;
	__u64 time_ns = unread_take(n, skb, true, &cpu);
	if (time_ns)
		unread_tell(cookie, time_ns, cpu, 0, reason, NULL, 0);
}

#endif
