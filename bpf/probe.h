/* SPDX-License-Identifier: MIT */
/*
 * What this process may and this kernel can do, found out before anything is
 * loaded, so that each thing that is missing has a message of its own
 * (reliability.md section 4).
 */
#ifndef NX_PROBE_H
#define NX_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/errmsg.h"

struct btf;

#define PROBE_PATH 4096

/*
 * Each returns 0, or negative errno with one line that names what is missing,
 * how to get it, and what works without.
 */
int probe_privilege(struct errmsg *err); /* capabilities, user namespace, lockdown */
int probe_btf(struct btf **out, struct errmsg *err); /* free with btf__free() */
/*
 * Open the cgroup v2 directory: `wanted`, or where the hierarchy is mounted.
 * The descriptor is the caller's. path: which one it is.
 */
int probe_cgroup(const char *wanted, int *fd, char path[PROBE_PATH],
		 struct errmsg *err);

/*
 * Arguments that the kernel gives to a BPF program at this tracepoint (its
 * type btf_trace_NAME); -ENOENT: there is no such tracepoint.
 */
int probe_hook(const struct btf *btf, const char *name);
/* Does this kernel let a program be called at the begin of its function? */
bool probe_fentry(const struct btf *btf, const char *function);
/*
 * Is there what a program's section says it is attached to ("tp_btf/NAME",
 * "fentry/NAME", "iter/NAME", else a hook of control groups of that
 * enum bpf_attach_type)? btf: NULL: the kernel does not tell.
 */
bool probe_section(const struct btf *btf, const char *section, unsigned attach_type);
/*
 * Bytes of a socket's option memory that one value of a socket storage takes,
 * with `first` those that the first value on a socket takes besides; 0: not
 * known.
 */
uint32_t probe_storage(const struct btf *btf, uint32_t value_size, uint32_t *first);
/* Names of the capabilities that this process lacks, "" if none. */
void probe_capabilities(char *names, size_t size);
/* The level of kernel lockdown: "integrity"; "not known" where it is not told. */
void probe_lockdown(char *level, size_t size);
/* Bytes that the kernel says a map of this descriptor takes; 0: not known. */
uint64_t probe_map_bytes(int fd);
/* Option memory that a socket may use (net.core.optmem_max); 0: not known. */
uint64_t probe_optmem(void);
/* The kernel's version as 0xMMmm, for messages; 0: not known. */
unsigned probe_kernel(void);

/*
 * The parts of the above that read text, apart for the tests.
 *
 * Mount point number `n` (from 0) of type cgroup2 in the text of a
 * /proc/PID/mountinfo; mounts of the whole hierarchy come before those of a
 * part. false: there is none.
 */
bool probe_mount(const char *mountinfo, size_t n, char path[PROBE_PATH]);
/* Names of the capabilities that CapEff of a /proc/PID/status lacks, "" if none. */
void probe_lacking(const char *status, char *names, size_t size);
/* /sys/kernel/security/lockdown says confidentiality: BPF reads zeros. */
bool probe_locked(const char *lockdown);
/* The chosen word of a file like "none [integrity] confidentiality". */
void probe_chosen(const char *text, char *word, size_t size);
/* Bytes of a map by its /proc/PID/fdinfo; 0: it does not say. */
uint64_t probe_memlock(const char *fdinfo);
/* /proc/self/uid_map is that of the initial user namespace. */
bool probe_uid_map_is_initial(const char *uid_map);

#endif
