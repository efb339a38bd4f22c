/* SPDX-License-Identifier: MIT */
/*
 * What the kernel programs tell user space: the only header that both sides
 * include. Every record starts with `struct event`. Integers are in host byte
 * order; addresses and packet bytes are as on the wire. Times are
 * CLOCK_BOOTTIME nanoseconds (bpf_ktime_get_boot_ns()).
 */
#ifndef NX_EVENT_H
#define NX_EVENT_H

#include <linux/types.h>

enum event_type {
	EVENT_PACKET = 1, /* struct event_packet; in the packet ring, like those of data */
	EVENT_PROC,	  /* struct event_proc: a process, at its first use of a socket and at exec after that, and those it comes from */
	EVENT_EXIT,	  /* struct event_proc_exit */
	EVENT_OWNER,	  /* struct event_socket: the socket's owner changed */
	EVENT_STATE,	  /* struct event_socket: TCP left old_state for SYN_SENT, ESTABLISHED, LISTEN or CLOSE */
	EVENT_SOCKET,	  /* struct event_socket: a socket found open at the start */
	EVENT_CLOSE,	  /* struct event_socket: the socket is released; not of TCP in a state that EVENT_STATE will end */
	EVENT_CONNECT,	  /* struct event_socket: connect() was called; remote is its argument */
	/* In the packet ring, when they are asked for (capture_options.tells_data): */
	EVENT_SEND,	  /* struct event_socket: a system call sent `size` bytes; TCP, UDP */
	EVENT_RECV,	  /* the same, and it received them */
	EVENT_RETRANSMIT, /* struct event_socket: TCP sends `size` bytes again */
	EVENT_READ,	  /* struct event_read: who has read a datagram with EVENT_UNREAD; in the ring of sockets */
	EVENT_TYPES,	  /* one more than the last */
};

enum event_direction {
	EVENT_UNKNOWN = 0, /* only from capture files */
	EVENT_INGRESS = 1,
	EVENT_EGRESS = 2,
};

/* How the owner of a packet or a socket is known (events.md section 2). */
enum event_how {
	EVENT_HOW_NONE = 0, /* it is not */
	EVENT_HOW_CURRENT,  /* the process that sent this very packet (of one that it did not: the last to send on the socket) */
	EVENT_HOW_RECEIVED, /* the process that last read from the socket, or (EVENT_READ) that read this packet */
	EVENT_HOW_STATE,    /* the process that connected, listened or closed */
	EVENT_HOW_CREATED,  /* the process that made the socket */
	EVENT_HOW_INHERITED,/* the owner of the listener it was cloned from */
	EVENT_HOW_START,    /* a holder found when the capture began */
	EVENT_HOW_KERNEL,   /* the kernel itself: no process sent or will get it */
	EVENT_HOW_SHARED,   /* nobody knows: several processes read from the socket */
	EVENT_HOW_JOINED,   /* only made in user space: after the fact, from the flow's owner */
};

enum event_flag {
	EVENT_ON_LISTENER = 1, /* cookie and owner are those of the listening socket */
	EVENT_NO_SOCKET = 2,   /* the packet has no socket */
	EVENT_EXEC = 4,	       /* event_proc: the process has just called exec */
	EVENT_RAW = 8,	       /* the socket is of type SOCK_RAW: it gets copies of what others get */
	EVENT_LATE = 16,       /* a packet in, told when the kernel was done with it: its answer may have been told before */
	EVENT_ANSWER = 32,     /* a packet out, by the kernel itself: it may answer one that is told late */
	EVENT_ANCESTOR = 64,   /* event_proc: told for who came from it, without exe and args */
	EVENT_UNREAD = 128,    /* a packet in, of a socket that several processes may read from: an EVENT_READ says who has it */
};

#define EVENT_COMM 16
#define EVENT_IFNAME 16
#define EVENT_EXE 256
#define EVENT_CGROUP 96 /* the longest that is of interest has 86 */
#define EVENT_CGROUPS 2
#define EVENT_ARGS 256
#define EVENT_SNAP_MIN 96
#define EVENT_SNAP_MAX 65535

/* The head of every record. */
struct event {
	__u64 time_ns;
	__u8 type; /* enum event_type */
	__u8 how;  /* enum event_how, of the owner below */
	__u8 flags; /* enum event_flag */
	__u8 direction; /* enum event_direction, of a packet */
	__u32 pid; /* owner's thread group id as the host sees it; 0: not known */
	__u32 tid; /* the thread that was seen, host's id */
	__u32 ns_tid; /* the same thread's id in its own PID namespace */
	__u64 start_ns; /* owner's start (CLOCK_BOOTTIME): with pid, its identity */
	__u64 cookie; /* socket cookie; 0: no socket */
	__u32 netns; /* inode number of the socket's network namespace; 0: not known */
	__u32 cpu;
};

/*
 * One packet at one socket end, from its IP header on. A GSO packet is one
 * event of up to 64 KiB and more.
 */
struct event_packet {
	struct event head;
	__u32 ifindex;
	__u32 wire_len; /* bytes from the IP header on */
	__u32 data_len; /* bytes of it in data[] */
	__u16 drop_reason; /* the kernel dropped it: of its enum skb_drop_reason; 0: no */
	__u16 pad;
	char ifname[EVENT_IFNAME]; /* "" where the kernel cannot tell */
	__u8 data[];
};

/* The life of a socket. Ports in host byte order. */
struct event_socket {
	struct event head;
	__u8 family;	/* 4 or 6; 0: not known. A v4-mapped address counts as 4 */
	__u8 protocol;	/* IPPROTO_* */
	__u8 old_state; /* TCP_* of the kernel, or 0 */
	__u8 new_state;
	__u16 local_port;
	__u16 remote_port;
	__u8 local[16]; /* 4 bytes used with family 4 */
	__u8 remote[16];
	__u32 error; /* sk_err: errno of a failed connect, reset ...; 0: none */
	__u32 size; /* of EVENT_SEND, _RECV and _RETRANSMIT: bytes of data */
};

/*
 * A datagram has been read (head: by whom), dropped, or nobody will know by
 * whom (head.pid is 0). The packet has the same cookie, and this time and CPU:
 * on two CPUs, two datagrams for one socket can come in at the same time.
 */
struct event_read {
	struct event head;
	__u64 packet_ns; /* of its event_packet */
	__u32 packet_cpu;
	__u32 size; /* bytes that were read */
	__u16 drop_reason; /* as in event_packet */
	__u16 all; /* 1: of this packet and all before it nothing more will be told */
	__u32 pad;
};

/* Where a process is in a hierarchy of control groups: bytes, NUL-terminated. */
struct event_cgroup {
	char name[EVENT_CGROUP];
	char parent[EVENT_CGROUP];
};

/* A process (struct event's pid and start_ns say which). */
struct event_proc {
	struct event head;
	__u64 parent_start_ns;
	__u64 cgroup_id; /* cgroup v2 */
	__u32 ppid; /* host's */
	__u32 ns_pid; /* in its own PID namespace */
	__u32 ns_ppid; /* parent as seen in that namespace; 0: outside of it */
	__u32 uid; /* real */
	__u32 gid; /* real */
	__u32 mnt_ns;
	__u32 pid_ns;
	__u32 net_ns;
	__u16 exe_len;	/* bytes in exe, without NUL; 0: not known */
	__u16 args_len; /* bytes in args; each argument ends with NUL, the last perhaps cut */
	__u32 pad;
	char comm[EVENT_COMM]; /* of the group leader; bytes as the process set them */
	struct event_cgroup cgroups[EVENT_CGROUPS]; /* of version 2, and of the pids controller */
	char exe[EVENT_EXE];
	char args[EVENT_ARGS];
};

struct event_proc_exit {
	struct event head;
	__u32 exit_code; /* as the kernel keeps it: status << 8 | signal */
	__u32 pad;
};

/*
 * Counters that the kernel side keeps, one slot for each CPU in an mmapped
 * global, written with atomic adds. For each ring holds:
 * produced = delivered to user space + lost.
 */
enum event_ring { EVENT_RING_PACKET = 0, EVENT_RING_SOCKET = 1, EVENT_RINGS = 2 };

struct event_counts {
	__u64 produced[EVENT_RINGS];
	__u64 lost[EVENT_RINGS]; /* the ring was full */
	__u64 read_error; /* packet bytes could not be read; delivered without data */
	__u64 no_storage; /* no memory for a socket's owner */
	__u64 no_reader; /* datagrams without room to find out who reads them */
	__u64 pad;
};
#define EVENT_CPUS 512 /* CPUs above share the last slot; adds are atomic */

_Static_assert(sizeof(struct event) == 48, "event has padding");
_Static_assert(sizeof(struct event_packet) == 48 + 32, "event_packet has padding");
_Static_assert(sizeof(struct event_socket) == 48 + 48, "event_socket has padding");
_Static_assert(sizeof(struct event_read) == 48 + 24, "event_read has padding");
_Static_assert(sizeof(struct event_proc) == 48 + 56 + 16 + 384 + 512, "event_proc has padding");
_Static_assert(sizeof(struct event_counts) == 64, "event_counts has padding");

#endif
