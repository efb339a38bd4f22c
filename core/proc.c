/* SPDX-License-Identifier: MIT */
#include "core/proc.h"

#include <string.h>

#include "bpf/event.h"
#include "core/container.h"
#include "core/text.h"

/* One byte of the kernel's text is at most four of ours (\DDD). */
#define CLEAN_MAX(n) ((n) * 4 + 1)
#define CONTAINERS_MAX 4096

static void on_evict(void *ctx, void *entry)
{
	struct procs *p = ctx;
	struct proc *proc = entry;

	wait_drop(&p->ended, &proc->wait);
	strings_drop(p->strings, proc->exe);
	strings_drop(p->strings, proc->cmdline);
	strings_drop(p->strings, proc->container);
}

int procs_init(struct procs *p, size_t capacity, struct strings *strings,
	       uint64_t seed)
{
	*p = (struct procs){ .strings = strings, .next_id = 1 };
	int rc = table_init(&p->table, capacity, sizeof(struct proc),
			    sizeof(struct proc_key), seed);

	p->table.on_evict = on_evict;
	p->table.ctx = p;
	return rc ? rc :
		    contname_init(&p->containers,
				  capacity < CONTAINERS_MAX ? capacity :
							      CONTAINERS_MAX,
				  strings, seed ^ 1);
}

void procs_release(struct procs *p)
{
	table_release(&p->table);
	contname_release(&p->containers);
	*p = (struct procs){ 0 };
}

static struct proc_key key_of(uint32_t pid, uint64_t start_ns)
{
	return (struct proc_key){ .start_ns = start_ns, .pid = pid };
}

/*
 * Who ended first makes room first. The kernel tells of a process once, so
 * that a daemon that is silent for long would be without a name later.
 */
static void choose_who_goes(struct procs *p)
{
	const struct proc *first = table_lru_first(&p->table);
	struct wait *w = p->ended.first;

	if (p->table.count == p->table.capacity && !first->exit_ns && w)
		table_disuse(&p->table, WAIT_OF(w, struct proc, wait));
}

struct proc *proc_touch(struct procs *p, uint32_t pid, uint64_t start_ns)
{
	struct proc_key key = key_of(pid, start_ns);
	bool made;

	if (pid == 0)
		return NULL;
	if (!table_find(&p->table, &key))
		choose_who_goes(p);
	struct proc *proc = table_touch(&p->table, &key, &made);
	if (made)
		proc->id = p->next_id++;
	return proc;
}

struct proc *proc_find(const struct procs *p, uint32_t pid, uint64_t start_ns)
{
	struct proc_key key = key_of(pid, start_ns);

	return pid == 0 ? NULL : table_find(&p->table, &key);
}

struct proc *proc_parent(const struct procs *p, const struct proc *child)
{
	return proc_find(p, child->ppid, child->parent_start_ns);
}

/* Replace a text by another one; len 0 leaves none. */
static void text_set(struct procs *p, const char **at, const char *text,
		     size_t len)
{
	if (*at && strlen(*at) == len && memcmp(*at, text, len) == 0)
		return;
	strings_drop(p->strings, *at);
	*at = NULL;
	if (len == 0)
		return;
	*at = strings_put(p->strings, text, len);
	if (!*at)
		p->texts_lost++;
}

static void set_exe(struct procs *p, struct proc *proc,
		    const struct event_proc *e)
{
	char text[CLEAN_MAX(EVENT_EXE)];
	size_t len = e->exe_len < EVENT_EXE ? e->exe_len : EVENT_EXE;

	if (len) {
		len = text_clean(text, sizeof(text), e->exe, len, false);
		text_set(p, &proc->exe, text, len);
		return;
	}
	/* A child that did not call exec runs what its parent runs. An exec
	 * that the kernel could not name leaves nothing to go by. */
	const struct proc *parent = proc_parent(p, proc);

	if (e->head.flags & EVENT_EXEC)
		text_set(p, &proc->exe, "", 0);
	else if (e->head.flags & EVENT_ANCESTOR)
		return; /* not said; what was known stays */
	else if (!proc->exe && parent && parent->exe)
		text_set(p, &proc->exe, parent->exe, strlen(parent->exe));
}

static void set_cmdline(struct procs *p, struct proc *proc,
			const struct event_proc *e)
{
	char args[EVENT_ARGS], text[CLEAN_MAX(EVENT_ARGS)];
	size_t len = e->args_len < EVENT_ARGS ? e->args_len : EVENT_ARGS;

	memcpy(args, e->args, len);
	while (len && args[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++) {
		if (args[i] == '\0')
			args[i] = ' ';
	}
	if (len == 0 && !(e->head.flags & EVENT_EXEC))
		return; /* not known this time; what was known stays */
	len = text_clean(text, sizeof(text), args, len, false);
	text_set(p, &proc->cmdline, text, len);
}

static void set_container(struct procs *p, struct proc *proc,
			  const struct event_proc *e)
{
	char id[CONTAINER_ID];

	container_find(e, id);
	text_set(p, &proc->container, id, strlen(id));
	if (proc->container)
		contname_seen(&p->containers, id, e->uid, e->head.time_ns);
}

struct proc *proc_event(struct procs *p, const struct event_proc *e)
{
	struct proc *proc = proc_touch(p, e->head.pid, e->head.start_ns);

	if (!proc)
		return NULL;
	proc->known = true;
	proc->seen_ns = e->head.time_ns > proc->seen_ns ? e->head.time_ns :
							  proc->seen_ns;
	proc->parent_start_ns = e->parent_start_ns;
	proc->cgroup_id = e->cgroup_id;
	proc->ppid = e->ppid;
	proc->ns_pid = e->ns_pid;
	proc->ns_ppid = e->ns_ppid;
	proc->uid = e->uid;
	proc->gid = e->gid;
	proc->mnt_ns = e->mnt_ns;
	proc->pid_ns = e->pid_ns;
	proc->net_ns = e->net_ns;
	_Static_assert(sizeof(proc->comm) >= CLEAN_MAX(EVENT_COMM - 1),
		       "a name of control bytes does not fit");
	text_clean(proc->comm, sizeof(proc->comm), e->comm,
		   strnlen(e->comm, EVENT_COMM), false);
	set_exe(p, proc, e);
	set_cmdline(p, proc, e);
	set_container(p, proc, e);
	return proc;
}

struct proc *proc_exit(struct procs *p, uint32_t pid, uint64_t start_ns,
		       uint64_t time_ns)
{
	struct proc *proc = proc_find(p, pid, start_ns);

	if (!proc)
		return NULL;
	proc->exit_ns = time_ns;
	wait_until(&p->ended, &proc->wait, time_ns);
	if (!proc->used)
		table_disuse(&p->table, proc);
	return proc;
}
