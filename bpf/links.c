/* SPDX-License-Identifier: MIT */
#include "bpf/links.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "bpf/refused.h"

int links_attach(struct links *l, struct bpf_program *p, int cgroup_fd,
		 const char *cgroup, struct errmsg *err)
{
	struct bpf_link *link;

	if (!bpf_program__autoload(p))
		return 0;
	if (l->count == LINKS_MAX)
		return errmsg_set(err, -ENOSPC, "more programs than room");
	if (bpf_program__type(p) == BPF_PROG_TYPE_TRACING)
		link = bpf_program__attach_trace(p);
	else
		link = bpf_program__attach_cgroup(p, cgroup_fd);
	if (!link)
		return refused_attach(p, cgroup, -errno, err);
	l->program[l->count] = p;
	l->link[l->count++] = link;
	return 0;
}

void links_detach(struct links *l)
{
	while (l->count)
		bpf_link__destroy(l->link[--l->count]);
}

/*
 * A link whose control group is gone has none any more. (Those of tracing
 * programs cannot be taken off.) Where the kernel does not tell, it is there.
 */
static bool is_lost(const struct bpf_link *link, const struct bpf_program *p)
{
	struct bpf_link_info info = { 0 };
	struct bpf_prog_info program = { 0 };
	uint32_t size = sizeof(info), program_size = sizeof(program);

	if (bpf_program__type(p) == BPF_PROG_TYPE_TRACING ||
	    bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &size))
		return false;
	if (info.type != BPF_LINK_TYPE_CGROUP || !info.cgroup.cgroup_id)
		return info.type == BPF_LINK_TYPE_CGROUP;
	return !bpf_obj_get_info_by_fd(bpf_program__fd(p), &program,
				       &program_size) &&
	       program.id != info.prog_id;
}

const struct bpf_program *links_lost(struct links *l)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->lost[i] || !is_lost(l->link[i], l->program[i]))
			continue;
		l->lost[i] = true;
		return l->program[i];
	}
	return NULL;
}

void links_forget(struct links *l)
{
	memset(l->lost, true, sizeof(l->lost));
}
