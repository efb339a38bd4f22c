/* SPDX-License-Identifier: MIT */
#include "bpf/refused.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "bpf/probe.h"

int refused_load(const struct reason *why, int rc, struct errmsg *err)
{
	unsigned kernel = probe_kernel();

	if (kernel && kernel < 0x50c)
		return errmsg_set(err, rc,
				  "live capture needs Linux 5.12 or newer, and this is %u.%u; reading files (-r) and --demo work without",
				  kernel >> 8, kernel & 0xff);
	const char *hint = "";
	if (strstr(why->verifier, "unknown func bpf_probe_read"))
		hint = "; kernel lockdown at confidentiality does that";
	else if (rc == -EPERM)
		hint = "; a container's system-call filter or a security module forbids it";
	else if (rc == -ENOMEM)
		hint = "; not enough memory or locked memory";
	return errmsg_set(err, rc, "the kernel refuses the capture programs: %s (%s%s%s)%s",
			  strerror(-rc), why->program,
			  why->verifier[0] ? ": " : "", why->verifier, hint);
}

int refused_attach(const struct bpf_program *p, const char *cgroup, int rc,
		   struct errmsg *err)
{
	const char *name = bpf_program__name(p), *why = "";

	if (bpf_program__type(p) == BPF_PROG_TYPE_TRACING)
		return errmsg_set(err, rc, "cannot attach %s: %s", name,
				  strerror(-rc));
	if (rc == -E2BIG)
		why = ": 64 programs are attached there already (bpftool cgroup tree shows whose)";
	else if (rc == -EPERM)
		why = ": a program is attached there or above that allows no other (bpftool cgroup tree shows whose)";
	else if (rc == -EINVAL)
		why = ": the kernel is built without CONFIG_CGROUP_BPF";
	return errmsg_set(err, rc, "cannot attach %s to %s: %s%s", name, cgroup,
			  strerror(-rc), why);
}
