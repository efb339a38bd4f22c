/* SPDX-License-Identifier: MIT */
/*
 * Kernel side only: what is read from a process, and how a process becomes the
 * owner of a socket.
 */
#ifndef NX_TASK_BPF_H
#define NX_TASK_BPF_H

#include "bpf/exe.h"
#include "bpf/owner.bpf.h"

#define TASK_CGROUP_DEPTH 32 /* levels looked at for --cgroup */
#define TASK_ANCESTORS 8 /* generations told; older ones mostly were before */

static __always_inline struct proc_key task_key(struct task_struct *t)
{
	return (struct proc_key){
		.start_ns = BPF_CORE_READ(t, group_leader, start_boottime),
		.pid = BPF_CORE_READ(t, tgid),
	};
}

/* The real uid: the leader's, since threads may differ. */
static __always_inline __u32 task_uid(struct task_struct *t)
{
	return BPF_CORE_READ(t, group_leader, real_cred, uid.val);
}

/* id number `level` of pid, in that level's own PID namespace. */
static __always_inline int pid_number(struct pid *pid, __u32 level,
				      struct upid *out)
{
	const void *numbers = (const void *)pid +
			      bpf_core_field_offset(struct pid, numbers);
	const struct upid *u = numbers + level * bpf_core_type_size(struct upid);

	if (bpf_core_read(&out->nr, sizeof(out->nr), &u->nr))
		return -1;
	return bpf_core_read(&out->ns, sizeof(out->ns), &u->ns);
}

static __always_inline struct task_struct *task_parent(struct task_struct *t)
{
	return BPF_CORE_READ(t, real_parent, group_leader);
}

/* A thread's id in its own PID namespace; 0: it has none any more. */
static __always_inline __u32 task_ns_tid(struct task_struct *t)
{
	struct pid *pid = BPF_CORE_READ(t, thread_pid);
	struct upid u = {};

	if (!pid || pid_number(pid, BPF_CORE_READ(pid, level), &u))
		return 0;
	return u.nr;
}

static __always_inline __u64 task_thread(struct task_struct *t)
{
	return (__u32)BPF_CORE_READ(t, pid) | (__u64)task_ns_tid(t) << 32;
}

/* false: --cgroup is given and the process is not in it. */
static __always_inline bool task_is_wanted(struct task_struct *t)
{
	if (!nx_cgroup)
		return true;
	struct cgroup *c = BPF_CORE_READ(t, cgroups, dfl_cgrp);
	for (int i = 0; c && i < TASK_CGROUP_DEPTH; i++) {
		if (BPF_CORE_READ(c, kn, id) == nx_cgroup)
			return true;
		c = BPF_CORE_READ(c, self.parent, cgroup);
	}
	return false;
}

/*
 * The executable's path as /proc/PID/exe has it, written as its names from the
 * last to the first, each with a NUL (bpf/exe.h): so nothing has to be moved,
 * and a path that is too long loses its beginning. A name is written as if 256
 * bytes were left, up to the end of args: exe goes first, args after it.
 */
static __always_inline void proc_exe(struct event_proc *e,
				     struct task_struct *t)
{
	struct file *f = BPF_CORE_READ(t, mm, exe_file);
	if (!f)
		return;
	struct dentry *d = BPF_CORE_READ(f, f_path.dentry);
	struct mount *m = (void *)BPF_CORE_READ(f, f_path.mnt) -
			  bpf_core_field_offset(struct mount, mnt);
	__u32 used = 0;

	e->pad = EXE_CUT;
	for (int i = 0; i < EXE_DEPTH && used < EVENT_EXE; i++) {
		struct dentry *parent = BPF_CORE_READ(d, d_parent);

		if (d == BPF_CORE_READ(m, mnt.mnt_root)) {
			struct mount *up = BPF_CORE_READ(m, mnt_parent);
			if (up == m) {
				e->pad = EXE_WHOLE;
				break;
			}
			d = BPF_CORE_READ(m, mnt_mountpoint);
			m = up;
			continue;
		}
		long n = bpf_probe_read_kernel_str(
			&e->exe[used & (EVENT_EXE - 1)], EVENT_EXE,
			BPF_CORE_READ(d, d_name.name));
		if (n <= 1)
			break;
		used += n;
		if (d == parent) { /* of no directory: memfd_create() */
			e->pad = EXE_WHOLE;
			break;
		}
		d = parent;
	}
	e->exe_len = used < EVENT_EXE ? used : EVENT_EXE;
}

static __always_inline void proc_ids(struct event_proc *e,
				     struct task_struct *t)
{
	struct task_struct *parent = task_parent(t);
	struct pid *pid = BPF_CORE_READ(t, thread_pid);
	struct pid *parents = BPF_CORE_READ(parent, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	struct upid own = {}, its = {};

	pid_number(pid, level, &own);
	e->ns_pid = own.nr;
	e->pid_ns = BPF_CORE_READ(own.ns, ns.inum);
	if (BPF_CORE_READ(parents, level) >= level &&
	    !pid_number(parents, level, &its) && its.ns == own.ns)
		e->ns_ppid = its.nr;
	e->ppid = BPF_CORE_READ(parent, tgid);
	e->parent_start_ns = BPF_CORE_READ(parent, start_boottime);
}

static __always_inline void cgroup_names(struct event_cgroup *to,
					 struct kernfs_node *kn)
{
	const struct kernfs_node___later *later = (void *)kn;
	struct kernfs_node *parent =
		bpf_core_field_exists(later->__parent) ?
			BPF_CORE_READ(later, __parent) :
			BPF_CORE_READ(kn, parent);

	bpf_probe_read_kernel_str(to->name, EVENT_CGROUP,
				  BPF_CORE_READ(kn, name));
	bpf_probe_read_kernel_str(to->parent, EVENT_CGROUP,
				  BPF_CORE_READ(parent, name));
}

/*
 * The container is in the names. On hosts with version 1 beside version 2 the
 * latter may have none but the root; all runtimes use the pids controller.
 */
static __always_inline void proc_cgroups(struct event_proc *e,
					 struct task_struct *t)
{
	struct css_set *set = BPF_CORE_READ(t, cgroups);
	struct cgroup_subsys_state *css = NULL;

	cgroup_names(&e->cgroups[0], BPF_CORE_READ(set, dfl_cgrp, kn));
	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		return;
	bpf_probe_read_kernel(
		&css, sizeof(css),
		(const void *)set + bpf_core_field_offset(struct css_set, subsys) +
			sizeof(css) * bpf_core_enum_value(enum cgroup_subsys_id,
							  pids_cgrp_id));
	cgroup_names(&e->cgroups[1], BPF_CORE_READ(css, cgroup, kn));
}

/* Everything but its executable and arguments; t is any thread of it. */
static __always_inline void proc_fill(struct event_proc *e,
				      struct task_struct *t)
{
	struct task_struct *leader = BPF_CORE_READ(t, group_leader);
	struct nsproxy *ns = BPF_CORE_READ(t, nsproxy);
	const struct cred *cred = BPF_CORE_READ(leader, real_cred);

	__builtin_memset(e, 0, sizeof(*e));
	event_begin(&e->head, EVENT_PROC);
	__u64 thread = task_thread(t);
	e->head.tid = (__u32)thread;
	e->head.ns_tid = thread >> 32;
	e->head.pid = BPF_CORE_READ(t, tgid);
	e->head.start_ns = BPF_CORE_READ(leader, start_boottime);
	proc_ids(e, leader);
	e->cgroup_id = BPF_CORE_READ(t, cgroups, dfl_cgrp, kn, id);
	e->uid = BPF_CORE_READ(cred, uid.val);
	e->gid = BPF_CORE_READ(cred, gid.val);
	e->mnt_ns = BPF_CORE_READ(ns, mnt_ns, ns.inum);
	e->net_ns = BPF_CORE_READ(ns, net_ns, ns.inum);
	e->head.netns = e->net_ns;
	bpf_core_read_str(e->comm, sizeof(e->comm), &leader->comm);
	proc_cgroups(e, t);
}

/* Arguments are in user memory: readable only for the running process. */
static __always_inline void proc_args(struct event_proc *e,
				      struct task_struct *current)
{
	unsigned long start = BPF_CORE_READ(current, mm, arg_start);
	__u64 len = BPF_CORE_READ(current, mm, arg_end) - start;

	if (len > EVENT_ARGS)
		len = EVENT_ARGS;
	barrier_var(len); /* keep the comparison for the verifier */
	if (len > EVENT_ARGS || !start)
		len = 0;
	/* Over what the last name of exe left there. */
	__builtin_memset(e->args, 0, sizeof(e->args));
	if (!bpf_probe_read_user(e->args, len, (const void *)start))
		e->args_len = len;
}

/*
 * Tell of those that t comes from, up to the first that is told already. None
 * of them may use a socket or live long: a script that runs a command. Where
 * they are in the file system is left to /proc, which is read with no hurry.
 */
static __always_inline int proc_tell_ancestors(struct task_struct *t)
{
	for (int i = 0; i < TASK_ANCESTORS; i++) {
		t = task_parent(t);
		struct proc_key key = task_key(t);
		struct proc_told told = { PROC_ANCESTOR, task_uid(t) };

		if (!key.pid || bpf_map_update_elem(&nx_procs, &key, &told,
						    BPF_NOEXIST))
			break;
		struct event_proc *e = ring_reserve(
			&nx_sockets, EVENT_RING_SOCKET, sizeof(*e));
		if (!e) {
			bpf_map_delete_elem(&nx_procs, &key);
			break;
		}
		proc_fill(e, t);
		e->head.flags = EVENT_ANCESTOR;
		submit_socket(e);
	}
	return 0;
}

/*
 * Tell of the running process unless that is done already; again when it has
 * another user, as a daemon that gives up root once it listens. filename: what it
 * has just called exec with, or NULL.
 */
static __noinline int proc_tell(struct task_struct *current,
				const char *filename)
{
	struct proc_key key = task_key(current);
	struct proc_told told = { PROC_TOLD, task_uid(current) };
	struct proc_told *was = bpf_map_lookup_elem(&nx_procs, &key);

	if (!filename && was &&
	    (was->state == PROC_EXITED ||
	     (was->uid == told.uid && was->state != PROC_ANCESTOR)))
		return 0;
	bpf_map_update_elem(&nx_procs, &key, &told, BPF_ANY);
	struct event_proc *e = ring_reserve(&nx_sockets, EVENT_RING_SOCKET,
					    sizeof(*e));
	if (!e) {
		/* Lost and counted; the next use tries again. */
		bpf_map_delete_elem(&nx_procs, &key);
		return 0;
	}
	proc_fill(e, current);
	proc_exe(e, current);
	proc_args(e, current);
	if (filename) {
		e->head.flags = EVENT_EXEC;
		if (!e->exe_len) {
			long n = bpf_probe_read_kernel_str(e->exe, EVENT_EXE,
							   filename);
			e->exe_len = n > 0 ? n : 0;
			e->pad = EXE_PATH;
		}
	}
	submit_socket(e);
	return proc_tell_ancestors(current);
}

/*
 * The running process uses a socket that has no room for its owner: this one
 * record says so. Only for process context, before a record is reserved.
 */
static __always_inline void head_running(struct event *head, __u8 how)
{
	struct task_struct *t = bpf_get_current_task_btf();

	/* The kernel's own threads serve sockets, they do not own them. */
	if (t->flags & PF_KTHREAD)
		return;
	proc_tell(t, NULL);
	head->pid = t->tgid;
	head->tid = t->pid;
	head->ns_tid = task_ns_tid(t);
	head->start_ns = t->group_leader->start_boottime;
	head->how = how;
}

/*
 * Report on a socket; sk is any address. o may be NULL; then how says in what
 * way the running process uses it, or 0.
 */
static __always_inline void tell_socket(__u8 type, struct owner *o, __u8 how,
					__u64 cookie, const struct sock *sk,
					__u8 old_state, __u8 new_state)
{
	struct event head = {};

	if (o)
		event_owner(&head, o, cookie);
	else if (how)
		head_running(&head, how);
	struct event_socket *e = ring_reserve(&nx_sockets, EVENT_RING_SOCKET,
					      sizeof(*e));
	if (!e)
		return;
	__builtin_memset(e, 0, sizeof(*e));
	e->head = head;
	e->head.cookie = cookie;
	event_begin(&e->head, type);
	if (!e->head.netns)
		e->head.netns = socket_netns(sk);
	socket_describe(e, sk);
	/* A TCP socket gives its port back just before it says it is closed. */
	if (new_state == TCP_STATE_CLOSE && !e->local_port && e->remote_port &&
	    e->protocol == IPPROTO_TCP)
		e->local_port = bpf_ntohs(BPF_CORE_READ(
			(const struct inet_sock *)sk, inet_sport));
	e->old_state = old_state;
	e->new_state = new_state;
	e->error = BPF_CORE_READ(sk, sk_err);
	submit_socket(e);
}

static __always_inline struct owner owner_of(struct task_struct *t,
					     __u32 netns, __u64 cookie, __u8 how)
{
	struct proc_key key = task_key(t);

	return (struct owner){
		.start_ns = key.start_ns,
		.cookie = cookie,
		.thread = task_thread(t),
		.pid = key.pid,
		.netns = netns,
		.uid = task_uid(t),
		.how = how,
	};
}

/* The owner of o, which others may be reading, is this process from now on. */
static __always_inline void owner_put(struct owner *o, struct task_struct *t,
				      __u64 cookie, __u8 how)
{
	struct proc_key key = task_key(t);
	__u64 thread = task_thread(t);
	__u32 uid = task_uid(t);

	o->moved = 1;
	if (o->pid && (o->pid != key.pid || o->start_ns != key.start_ns))
		o->shared = 1;
	bpf_spin_lock(&o->lock);
	o->start_ns = key.start_ns;
	o->thread = thread;
	o->pid = key.pid;
	o->uid = uid;
	o->cookie = cookie;
	o->how = how;
	bpf_spin_unlock(&o->lock);
}

/*
 * The running process takes over the socket, if it can have one. Returns true
 * when it did. sk is any address.
 */
static __noinline int owner_change(struct owner *o, const struct sock *sk,
				   __u64 cookie, __u8 how)
{
	struct task_struct *t = bpf_get_current_task_btf();

	/* The kernel's own threads serve sockets, they do not own them. */
	if (!o || t->flags & PF_KTHREAD)
		return 0;
	/* On a socket with a handler in the kernel (L2TP, ESP in UDP) the
	 * sender of the inner packet is no user of the socket. */
	if (how == EVENT_HOW_CURRENT &&
	    BPF_CORE_READ(sk, sk_protocol) == IPPROTO_UDP &&
	    bpf_core_field_exists(struct udp_sock, encap_type) &&
	    BPF_CORE_READ((const struct udp_sock *)sk, encap_type))
		return 0;
	proc_tell(t, NULL);
	owner_put(o, t, cookie, how);
	tell_socket(EVENT_OWNER, o, 0, cookie, sk, 0,
		    BPF_CORE_READ(sk, __sk_common.skc_state));
	return 1;
}

/*
 * The running process uses the socket; only for process context. false: it is
 * not the owner, or not with the user that was told, and owner_change() has to be asked.
 */
static __always_inline bool owner_is_current(struct owner *o, __u64 cookie,
					     __u8 how)
{
	struct task_struct *t = bpf_get_current_task_btf();
	__u32 tid = t->pid;

	if (o->pid != (__u32)t->tgid ||
	    o->start_ns != t->group_leader->start_boottime ||
	    o->uid != t->group_leader->real_cred->uid.val)
		return false;
	if ((__u32)o->thread != tid)
		o->thread = tid | (__u64)task_ns_tid(t) << 32;
	/* `current` is said of the packet itself and changes nothing here. */
	if (o->cookie != cookie || (how != EVENT_HOW_CURRENT && o->how != how)) {
		o->cookie = cookie;
		o->how = how;
	}
	return true;
}

/* The same with the change; sk is any address. */
static __always_inline void owner_use(struct owner *o, const struct sock *sk,
				      __u64 cookie, __u8 how)
{
	if (!owner_is_current(o, cookie, how))
		owner_change(o, sk, cookie, how);
}

#endif
