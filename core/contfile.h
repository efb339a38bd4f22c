/* SPDX-License-Identifier: MIT */
/*
 * What the files of container runtimes say of a container. They are written by
 * root's daemons or (rootless) by any user, from what images and people say:
 * nothing in them is trusted, and all texts are cleaned here.
 *
 *	config.v2.json of docker and moby: Name, Config.Image, Config.Labels
 *	config.json of the OCI runtime specification, as containerd, CRI-O and
 *	podman write it for runc: its annotations
 *	containers.json of containers/storage (podman, CRI-O): a list of
 *	containers with "names" and, in JSON again, "metadata"
 */
#ifndef NX_CONTFILE_H
#define NX_CONTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/contname.h"

#define CONTFILE_MAX (4u << 20) /* bytes; who reads gives no longer file */

/*
 * Fill what is still "" in *f. false: the text is not such a file, or has
 * nothing of use; *f is as it was. These are not for the packets' way: they
 * allocate, and free it.
 */
bool contfile_docker(const char *text, size_t len, struct contname_facts *f);
bool contfile_oci(const char *text, size_t len, struct contname_facts *f);
/* Calls tell for each container of the list; their number. */
size_t contfile_list(const char *text, size_t len,
		     void (*tell)(void *ctx, const char *id,
				  const struct contname_facts *f),
		     void *ctx);
/*
 * Where docker keeps its files, from its daemon.json; false: it does not say
 * (then at its usual place), or no absolute path.
 */
bool contfile_data_root(const char *text, size_t len, char *path, size_t size);

#endif
