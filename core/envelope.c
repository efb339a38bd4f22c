/* SPDX-License-Identifier: MIT */
#include "core/envelope.h"

#include <stdio.h>

#include "core/tracee.h"

/* A number for a process that is the same in all its events; FNV-1a. */
static uint32_t entity(uint32_t pid, uint64_t start_ns)
{
	uint32_t hash = 2166136261u;

	for (int i = 0; pid && i < 12; i++) {
		uint8_t part = (uint8_t)(i < 8 ? start_ns >> 8 * i :
						 pid >> 8 * (i - 8));
		hash = (hash ^ part) * 16777619u;
	}
	return pid ? hash : 0;
}

static void process_members(struct json *j, const struct envelope *e,
			    const struct proc *p)
{
	json_number(j, "threadStartTime",
		    p->key.pid ? model_wall(e->model, p->key.start_ns) : 0);
	json_number(j, "processorId", e->cpu);
	json_number(j, "processId", p->ns_pid);
	json_number(j, "cgroupId", p->cgroup_id);
	json_number(j, "threadId", e->ns_tid);
	json_number(j, "parentProcessId", p->ns_ppid);
	json_number(j, "hostProcessId", p->key.pid);
	json_number(j, "hostThreadId", e->tid);
	json_number(j, "hostParentProcessId", p->ppid);
	json_number(j, "userId", p->uid);
	json_number(j, "mountNamespace", p->mnt_ns);
	json_number(j, "pidNamespace", p->pid_ns);
	json_text(j, "processName", p->comm);
	json_open_object(j, "executable");
	json_text(j, "path", p->exe ? p->exe : "");
	json_close_object(j);
}

/* As Tracee's reference page has them: "" when it is not known. */
static const struct {
	const char *name;
	enum contname_text which;
} old[] = {
	{ "containerImage", CONTNAME_IMAGE },
	{ "containerName", CONTNAME_NAME },
	{ "podName", CONTNAME_POD },
	{ "podNamespace", CONTNAME_POD_NAMESPACE },
	{ "podUID", CONTNAME_POD_UID },
};

/* Of its two objects (current Tracee) the members are only there when known. */
static void put_known(struct json *j, const char *name, const char *text)
{
	if (text)
		json_text(j, name, text);
}

static void container_members(struct json *j, const struct envelope *e,
			      const char *id)
{
	const struct contname *c = contname_find(&e->model->procs.containers, id);
	const char *text[CONTNAME_TEXTS];

	for (unsigned i = 0; i < CONTNAME_TEXTS; i++)
		text[i] = contname_text(c, i);
	json_text(j, "containerId", id ? id : "");
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		json_text(j, old[i].name,
			  text[old[i].which] ? text[old[i].which] : "");
	json_open_object(j, "container");
	put_known(j, "id", id);
	put_known(j, "image", text[CONTNAME_IMAGE]);
	put_known(j, "name", text[CONTNAME_NAME]);
	json_close_object(j);
	json_open_object(j, "kubernetes");
	put_known(j, "podName", text[CONTNAME_POD]);
	put_known(j, "podNamespace", text[CONTNAME_POD_NAMESPACE]);
	put_known(j, "podUID", text[CONTNAME_POD_UID]);
	json_close_object(j);
}

static void event_members(struct json *j, const struct envelope *e,
			  const struct proc *p,
			  const struct tracee_event *event, unsigned args)
{
	uint32_t process = entity(p->key.pid, p->key.start_ns);
	char id[12];

	snprintf(id, sizeof(id), "%d", event->id);
	json_text(j, "eventId", id);
	json_text(j, "eventName", event->name);
	json_open_array(j, "matchedPolicies");
	json_text(j, NULL, "");
	json_close_array(j);
	json_number(j, "argsNum", args);
	json_number(j, "returnValue", 0);
	json_text(j, "syscall", "");
	json_open_array(j, "stackAddresses");
	json_number(j, NULL, 0);
	json_close_array(j);
	json_open_object(j, "contextFlags");
	json_flag(j, "containerStarted", false);
	json_flag(j, "isCompat", false);
	json_close_object(j);
	/* Of threads, only the first's start is known: its process'. */
	json_number(j, "threadEntityId",
		    e->tid == p->key.pid ? process : 0);
	json_number(j, "processEntityId", process);
	json_number(j, "parentEntityId", entity(p->ppid, p->parent_start_ns));
}

void envelope_open(struct json *j, const struct envelope *e,
		   const struct tracee_event *event, unsigned args)
{
	static const struct proc nobody;
	const struct proc *p = e->proc ? e->proc : &nobody;

	json_open_object(j, NULL);
	json_number(j, "timestamp", model_wall(e->model, e->time_ns));
	process_members(j, e, p);
	json_text(j, "hostName", e->host);
	container_members(j, e, p->container);
	event_members(j, e, p, event, args);
}

void envelope_socket(struct json *j, uint32_t netns, uint64_t cookie)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)cookie);
	json_number(j, "netns", netns);
	json_text(j, "cookie", text);
}
