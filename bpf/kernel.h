/* SPDX-License-Identifier: MIT */
/*
 * The kernel structs that the BPF programs read, each with only the members
 * read. Layouts are the running kernel's: CO-RE finds every member by its name
 * when the program is loaded, so order and gaps here mean nothing.
 */
#ifndef NX_KERNEL_H
#define NX_KERNEL_H

#include <linux/in6.h>
#include <linux/types.h>

#ifndef __has_attribute
#define __has_attribute(x) 0
#endif
#if __has_attribute(preserve_access_index)
#define NX_CORE __attribute__((preserve_access_index))
#else
#define NX_CORE
#endif

/* Numbers that are macros in the kernel, so BTF does not have them. */
#define PF_KTHREAD 0x00200000 /* task_struct.flags; include/linux/sched.h */
#define SIGNAL_GROUP_EXIT 4 /* signal_struct.flags; linux/sched/signal.h */
#define AF_INET 2
#define AF_INET6 10
#define TCP_STATE_ESTABLISHED 1 /* include/net/tcp_states.h */
#define TCP_STATE_SYN_SENT 2
#define TCP_STATE_SYN_RECEIVED 3
#define TCP_STATE_FIN_WAIT1 4
#define TCP_STATE_FIN_WAIT2 5
#define TCP_STATE_TIME_WAIT 6
#define TCP_STATE_CLOSE 7
#define TCP_STATE_LAST_ACK 9
#define TCP_STATE_LISTEN 10
#define TCP_STATE_CLOSING 11
#define TCP_STATE_NEW_SYN_RECEIVED 12 /* of a mini-socket */

/* Inode numbers of namespaces: how event.h names them. */
struct ns_common {
	unsigned int inum;
} NX_CORE;

struct net {
	struct ns_common ns;
} NX_CORE;

typedef struct {
	struct net *net;
} NX_CORE possible_net_t;

struct mnt_namespace {
	struct ns_common ns;
} NX_CORE;

struct pid_namespace {
	struct ns_common ns;
} NX_CORE;

struct nsproxy {
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
} NX_CORE;

/* A process' ids, one for each PID namespace from the initial one down. */
struct upid {
	int nr;
	struct pid_namespace *ns;
} NX_CORE;

struct pid {
	unsigned int level; /* numbers[level] is its own namespace's */
	struct upid numbers[1];
} NX_CORE;

/* The executable's path, put together from its names (task.bpf.h). */
struct qstr {
	const unsigned char *name;
} NX_CORE;

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
} NX_CORE;

struct vfsmount {
	struct dentry *mnt_root;
} NX_CORE;

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt; /* what struct path points to */
} NX_CORE;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} NX_CORE;

struct file {
	struct path f_path;
} NX_CORE;

struct mm_struct {
	unsigned long arg_start; /* user addresses of the arguments */
	unsigned long arg_end;
	struct file *exe_file;
} NX_CORE;

/* Real user and group. */
typedef struct {
	unsigned int val;
} NX_CORE kuid_t;

typedef struct {
	unsigned int val;
} NX_CORE kgid_t;

struct cred {
	kuid_t uid;
	kgid_t gid;
} NX_CORE;

/* The cgroup v2 id, the names, and the way up to the root (--cgroup). */
struct kernfs_node {
	__u64 id;
	const char *name;
	struct kernfs_node *parent;
} NX_CORE;

struct kernfs_node___later { /* from Linux 6.15 on */
	struct kernfs_node *__parent;
} NX_CORE;

enum cgroup_subsys_id {
	pids_cgrp_id = 1, /* CO-RE has the right one */
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
} NX_CORE;

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
} NX_CORE;

struct css_set {
	struct cgroup *dfl_cgrp; /* in the v2 hierarchy */
	struct cgroup_subsys_state *subsys[1]; /* one for each controller */
} NX_CORE;

/* How a process ended, and whether its last thread did. */
typedef struct {
	int counter;
} NX_CORE atomic_t;

struct signal_struct {
	atomic_t live;
	int group_exit_code;
	unsigned int flags;
} NX_CORE;

struct task_struct {
	unsigned int flags; /* PF_KTHREAD */
	int pid; /* the thread's id */
	int tgid; /* the process' id */
	int exit_code;
	__u64 start_boottime; /* of the leader: with tgid, the identity */
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct pid *thread_pid;
	const struct cred *real_cred;
	struct nsproxy *nsproxy;
	struct css_set *cgroups;
	struct signal_struct *signal;
	struct mm_struct *mm;
	char comm[16];
} NX_CORE;

/* The path given to exec. */
struct linux_binprm {
	const char *filename;
} NX_CORE;

typedef struct {
	__s64 counter;
} NX_CORE atomic64_t;

/* A socket's addresses, state, namespace and error. */
struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num; /* local port in host order; a raw socket's protocol */
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie; /* 0: nobody has asked for it yet */
} NX_CORE;

typedef struct {
	int owned; /* a process holds the socket's lock */
} NX_CORE socket_lock_t;

struct sk_buff;

struct sk_buff_head { /* a ring with the datagrams: of itself when empty */
	struct sk_buff *next;
} NX_CORE;

struct sock {
	struct sock_common __sk_common;
	struct sk_buff_head sk_receive_queue;
	__u8 sk_shutdown;
	socket_lock_t sk_lock;
	__u16 sk_protocol;
	__u16 sk_type;
	__u8 sk_kern_sock : 1; /* made by the kernel for itself */
	int sk_err;
} NX_CORE;

/* The local port of a socket that has given it back already. */
struct inet_sock {
	__be16 inet_sport;
} NX_CORE;

struct tcp_sock; /* only passed on: bpf_skc_to_tcp_sock() */

/* A handler in the kernel may send on this socket (L2TP, ESP in UDP). */
struct udp_sock {
	__u8 encap_type;
	struct sk_buff_head reader_queue; /* before sk_receive_queue */
} NX_CORE;

struct socket {
	struct sock *sk;
} NX_CORE;

/* The interface of a packet: its name is of its own namespace. */
struct net_device {
	char name[16];
	int ifindex;
	possible_net_t nd_net;
} NX_CORE;

/* Offsets count from head; from tail on, its bytes are elsewhere. */
struct sk_buff {
	struct sk_buff *next, *prev; /* in a queue */
	struct net_device *dev;
	struct sock *sk;
	void (*destructor)(struct sk_buff *skb);
	unsigned char *head, *data;
	unsigned int tail;
	unsigned int len; /* from data on */
	__u16 network_header;
	__u16 transport_header;
	__be16 protocol;
	int skb_iif; /* where it came in; 0: it began here */
} NX_CORE;

/* What the walk over open files and processes is given. */
struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} NX_CORE;

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
} NX_CORE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} NX_CORE;

#endif
