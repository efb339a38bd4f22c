/* SPDX-License-Identifier: MIT */
#include "bpf/refused.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "bpf/probe.h"

#define WITHOUT "reading files (-r) and --demo work without"

/* What probably stands behind a refusal; "": nobody knows. */
static const char *load_hint(const struct reason *why, int rc)
{
	if (strstr(why->verifier, "unknown func bpf_probe_read") ||
	    strstr(why->verifier, "cannot use helper bpf_probe_read"))
		return "kernel lockdown at confidentiality does that; ";
	switch (rc) {
	case -EPERM:
		return "a container's system-call filter or a security module forbids it; ";
	case -ENOMEM:
		return "not enough memory or locked memory (ulimit -l); ";
	case -EINVAL:
	case -EOPNOTSUPP:
		return "a part of Linux 5.12 that live capture needs is not in this kernel; ";
	}
	return "";
}

int refused_load(const struct reason *why, int rc, struct errmsg *err)
{
	unsigned kernel = probe_kernel();

	if (kernel && kernel < 0x50c)
		return errmsg_set(err, rc,
				  "live capture needs Linux 5.12 or newer, and this is %u.%u; " WITHOUT,
				  kernel >> 8, kernel & 0xff);
	return errmsg_set(err, rc, "the kernel refuses the capture programs: %s (%s%s%s); %s" WITHOUT,
			  strerror(-rc), why->program,
			  why->verifier[0] ? ": " : "", why->verifier,
			  load_hint(why, rc));
}

int refused_attach(const struct bpf_program *p, const char *cgroup, int rc,
		   struct errmsg *err)
{
	const char *name = bpf_program__name(p), *why = "";

	if (bpf_program__type(p) == BPF_PROG_TYPE_TRACING)
		return errmsg_set(err, rc, "cannot attach %s: %s; " WITHOUT,
				  name, strerror(-rc));
	if (rc == -E2BIG)
		why = "64 programs are attached there already (bpftool cgroup tree shows whose); ";
	else if (rc == -EPERM)
		why = "a program is attached there or above that allows no other (bpftool cgroup tree shows whose); ";
	else if (rc == -EINVAL)
		why = "the kernel is built without CONFIG_CGROUP_BPF; ";
	return errmsg_set(err, rc, "cannot attach %s to %s: %s; %s" WITHOUT,
			  name, cgroup, strerror(-rc), why);
}
