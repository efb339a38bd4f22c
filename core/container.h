/* SPDX-License-Identifier: MIT */
/*
 * The container that a process is in, by the names of its control groups.
 * These layouts are known, of ID being 64 digits in lower-case hex:
 *
 *	docker-ID.scope  cri-containerd-ID.scope	systemd's driver; also the
 *	crio-ID.scope    libpod-ID.scope		parent, when the container
 *							makes groups of its own
 *	libpod-ID  crio-ID				podman and CRI-O without systemd
 *	docker/ID  podUID/ID				cgroupfs driver; kubernetes
 *	kubepods...slice/ID
 */
#ifndef NX_CONTAINER_H
#define NX_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "bpf/event.h"

#define CONTAINER_ID 65 /* bytes, with the NUL */

/* false: not in a container as far as the names tell; id is "" then. */
bool container_find(const struct event_proc *e, char id[CONTAINER_ID]);

/* Is it an id and nothing else? Then it is safe as the name of a file, too. */
bool container_is_id(const char *id);

/* Names from which container_find() reads the same id again. */
void container_put(struct event_proc *e, const char *id);

#endif
