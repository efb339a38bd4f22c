/* SPDX-License-Identifier: MIT */
#include "tui/user.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

/* A number in an environment variable, as sudo writes it. */
static bool env_id(const char *name, unsigned *id)
{
	const char *text = getenv(name);
	if (!text || *text < '0' || *text > '9')
		return false;
	char *end;
	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	/* The last number is "no id" to the kernel. */
	if (errno || *end || n >= UINT_MAX)
		return false;
	*id = (unsigned)n;
	return true;
}

struct user user_find(void)
{
	unsigned uid, gid;

	if (geteuid() == 0 && env_id("SUDO_UID", &uid) &&
	    env_id("SUDO_GID", &gid))
		return (struct user){ uid, gid };
	return (struct user){ getuid(), getgid() };
}

int user_config_path(char *path, size_t size, const char *rest)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *below = "";

	/* A relative path is to be ignored (XDG Base Directory, "Basics"). */
	if (!base || base[0] != '/') {
		struct user user = user_find();
		const char *home = getenv("HOME");
		if (user.uid != getuid() || !home || home[0] != '/') {
			const struct passwd *entry = getpwuid(user.uid);
			home = entry ? entry->pw_dir : NULL;
		}
		if (!home || home[0] != '/')
			return -ENOENT;
		base = home;
		below = "/.config";
	}
	int len = snprintf(path, size, "%s%s/netexplore/%s", base, below, rest);
	return len < 0 || (size_t)len >= size ? -ENAMETOOLONG : 0;
}

int user_read_fd(int fd, size_t max, char **text, size_t *len)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	char *buf = malloc(max + 1);
	if (!buf)
		return -ENOMEM;
	size_t have = 0;
	ssize_t n;
	/* One byte more than max is asked for, to see that it is too long. */
	while ((n = read(fd, buf + have, max + 1 - have)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || have + (size_t)n > max) {
			int rc = n < 0 ? -errno : -EFBIG;
			free(buf);
			return rc;
		}
		have += (size_t)n;
	}
	buf[have] = '\0';
	*text = buf;
	*len = have;
	return 0;
}

int user_read(const char *path, size_t max, char **text, size_t *len)
{
	struct user user = user_find();
	int rc = 0;

	/* Only for file access, and root's rights over files go with it. The
	 * path may be a fifo: O_NONBLOCK, so that opening cannot hang. */
	int old_gid = setfsgid(user.gid);
	int old_uid = setfsuid(user.uid);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		rc = -errno;
	setfsuid((uid_t)old_uid);
	setfsgid((gid_t)old_gid);
	if (rc)
		return rc;
	rc = user_read_fd(fd, max, text, len);
	close(fd);
	return rc;
}
