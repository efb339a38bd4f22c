/* SPDX-License-Identifier: MIT */
/*
 * Whose files these are: under sudo the invoking user's, not root's. His
 * configuration and themes are read with his rights, and what is exported
 * belongs to him.
 */
#ifndef NX_USER_H
#define NX_USER_H

#include <stddef.h>
#include <sys/types.h>

struct user {
	uid_t uid;
	gid_t gid;
};

/* The invoking user: of SUDO_UID and SUDO_GID when root, else ourselves. */
struct user user_find(void);
/*
 * "$XDG_CONFIG_HOME/netexplore/REST", or below the user's ".config". 0, or
 * -ENOENT when there is no home, -ENAMETOOLONG.
 */
int user_config_path(char *path, size_t size, const char *rest);
/*
 * Read a regular file of at most `max` bytes with the user's rights. 0 and a
 * NUL-terminated copy for free(), or negative errno (-EFBIG: larger).
 */
int user_read(const char *path, size_t max, char **text, size_t *len);
/* The same of an open file. */
int user_read_fd(int fd, size_t max, char **text, size_t *len);

#endif
