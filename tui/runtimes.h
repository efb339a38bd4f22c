/* SPDX-License-Identifier: MIT */
/*
 * The files of container runtimes, read with the rights that this process has:
 * docker, containerd (also of k3s, rke2, k0s, microk8s), CRI-O, podman; of docker
 * and podman without root those of the user that a container belongs to, read
 * as that user. No daemon is asked, no program is run.
 *
 * Nothing below a runtime's folder is followed out of it, a file must be a
 * regular one and is not waited for, and all reading together may take a tenth
 * of the time: who makes containers by the thousand stops nothing but the names.
 */
#ifndef NX_RUNTIMES_H
#define NX_RUNTIMES_H

#include "core/contname.h"

struct runtimes; /* opaque */

/*
 * root: what stands before each path ("" but in tests). names: is told, and asks
 * through runtimes_ask(). NULL when out of memory.
 */
struct runtimes *runtimes_new(const char *root, struct contnames *names);
void runtimes_free(struct runtimes *r); /* takes NULL */
/* A contname_ask. */
int runtimes_ask(void *runtimes, const char *id, uint32_t uid);

#endif
