/* SPDX-License-Identifier: MIT */
#include "tui/save.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/user.h"

#define LINKS_MAX 40 /* symbolic links in a path, as the kernel has it */
#define TEMP_SUFFIX ".nx-tmp"
#define TEMP_TRIES 100
#define BUFFER (256 * 1024)
#define WRITE_BACK (4 * 1024 * 1024) /* bytes after which the disk may begin */

struct save {
	char *path; /* as the user gave it, for messages */
	int folder; /* where the target is */
	int fd; /* the new file */
	char name[NAME_MAX + 1];
	char temp[NAME_MAX + 1]; /* "" when there is none to remove */
	int failed;
	off_t written, begun; /* bytes given to the kernel; told to go to disk */
	size_t len;
	char buf[BUFFER];
};

static int fail(struct errmsg *err, int code, const char *path, const char *why)
{
	return errmsg_set(err, code, "cannot write %s: %s", path,
			  why ? why : strerror(-code));
}

/*
 * May a symbolic link found in this folder be followed? Not in a folder where
 * anybody may put one, unless it is ours or the folder's owner's: what the
 * kernel does with fs.protected_symlinks, which may be off.
 */
static bool link_is_safe(int folder, const struct stat *link)
{
	struct stat st;

	if (fstat(folder, &st))
		return false;
	if (!(st.st_mode & S_ISVTX) || !(st.st_mode & S_IWOTH))
		return true;
	return link->st_uid == geteuid() || link->st_uid == user_find().uid ||
	       link->st_uid == st.st_uid;
}

/*
 * Open the folder of a path, one name at a time, so that every symbolic link
 * on the way is looked at. *last is the name at its end. The links' texts go
 * in front of what is left of the path in `rest` (PATH_MAX bytes).
 */
static int open_folder(char *rest, char **last)
{
	int folder = open(*rest == '/' ? "/" : ".",
			  O_PATH | O_DIRECTORY | O_CLOEXEC);
	int links = 0;

	for (char *p = rest; folder >= 0;) {
		p += strspn(p, "/");
		char *slash = strchr(p, '/');
		if (!slash) {
			*last = p;
			return folder;
		}
		*slash = '\0';
		struct stat st;
		int next = openat(folder, p, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		int rc = next < 0 || fstat(next, &st) ? -errno : 0;
		if (rc == 0 && S_ISLNK(st.st_mode)) {
			char text[PATH_MAX], tail[PATH_MAX];
			ssize_t n = readlinkat(next, "", text, sizeof(text));
			snprintf(tail, sizeof(tail), "%s", slash + 1);
			int len = snprintf(rest, PATH_MAX, "%.*s/%s",
					   n < 0 ? 0 : (int)n, text, tail);
			rc = n <= 0 || ++links > LINKS_MAX ? -ELOOP :
			     len >= PATH_MAX ? -ENAMETOOLONG :
			     link_is_safe(folder, &st) ? 0 : -EACCES;
			close(next);
			next = *rest == '/' ? open("/", O_PATH | O_CLOEXEC) :
					      dup(folder);
			p = rest;
		} else {
			p = slash + 1;
		}
		close(folder);
		folder = next;
		if (rc == 0)
			continue;
		if (folder >= 0)
			close(folder);
		return rc;
	}
	return -errno;
}

/* Split a path into an open folder and a name in it. */
static int find_place(const char *path, int *folder, char name[NAME_MAX + 1],
		      struct errmsg *err)
{
	char rest[PATH_MAX], *last = rest;

	if (strlen(path) >= sizeof(rest))
		return fail(err, -ENAMETOOLONG, path, NULL);
	snprintf(rest, sizeof(rest), "%s", path);
	int fd = open_folder(rest, &last);
	if (fd < 0)
		return fail(err, fd, path, NULL);
	if (!*last || strcmp(last, ".") == 0 || strcmp(last, "..") == 0 ||
	    strlen(last) > NAME_MAX) {
		bool long_name = strlen(last) > NAME_MAX;
		close(fd);
		return fail(err, long_name ? -ENAMETOOLONG : -EISDIR, path,
			    NULL);
	}
	/* O_PATH was enough to look; fsync() needs a readable one. */
	int readable = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = readable < 0 ? -errno : 0;
	close(fd);
	if (rc)
		return fail(err, rc, path, NULL);
	snprintf(name, NAME_MAX + 1, "%s", last);
	*folder = readable;
	return 0;
}

/* Is what stands at the target, if anything, ours to replace? */
static int check_target(const char *path, const struct stat *st,
			struct errmsg *err)
{
	if (S_ISLNK(st->st_mode))
		return fail(err, -ELOOP, path, "it is a symbolic link");
	if (S_ISDIR(st->st_mode))
		return fail(err, -EISDIR, path, NULL);
	if (!S_ISREG(st->st_mode))
		return fail(err, -EINVAL, path, "it is not a regular file");
	if (st->st_uid != geteuid() && st->st_uid != user_find().uid)
		return fail(err, -EPERM, path,
			    "it belongs to another user");
	return 0;
}

/* How the new file's name begins; a name too long for its additions is cut. */
static void temp_prefix(const struct save *s, char prefix[NAME_MAX + 1])
{
	snprintf(prefix, NAME_MAX + 1, ".%.*s.", NAME_MAX - 40, s->name);
}

/*
 * Remove what a run that was killed left of this same target. A file that is
 * still being written is locked.
 */
static void remove_stale(const struct save *s)
{
	char prefix[NAME_MAX + 1];
	int copy = openat(s->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return;
	}
	temp_prefix(s, prefix);
	for (struct dirent *e; (e = readdir(dir));) {
		size_t len = strlen(e->d_name);
		if (strncmp(e->d_name, prefix, strlen(prefix)) != 0 ||
		    len < sizeof(TEMP_SUFFIX) ||
		    strcmp(e->d_name + len - strlen(TEMP_SUFFIX),
			   TEMP_SUFFIX) != 0)
			continue;
		int fd = openat(s->folder, e->d_name,
				O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
		struct stat st;
		if (fd < 0)
			continue;
		if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		    (st.st_uid == geteuid() || st.st_uid == user_find().uid) &&
		    flock(fd, LOCK_EX | LOCK_NB) == 0)
			unlinkat(s->folder, e->d_name, 0);
		close(fd);
	}
	closedir(dir);
}

static int make_temp(struct save *s, struct errmsg *err)
{
	struct user user = user_find();
	char prefix[NAME_MAX + 1];

	temp_prefix(s, prefix);
	for (int i = 0; i < TEMP_TRIES; i++) {
		snprintf(s->temp, sizeof(s->temp), "%.*s%d-%d" TEMP_SUFFIX,
			 NAME_MAX - 30, prefix, (int)getpid(), i);
		s->fd = openat(s->folder, s->temp,
			       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
				       O_CLOEXEC,
			       0600);
		if (s->fd >= 0 || errno != EEXIST)
			break;
	}
	if (s->fd < 0) {
		int rc = -errno;
		s->temp[0] = '\0';
		return fail(err, rc, s->path, NULL);
	}
	flock(s->fd, LOCK_EX | LOCK_NB);
	if (user.uid != geteuid() && fchown(s->fd, user.uid, user.gid))
		return fail(err, -errno, s->path, NULL);
	return 0;
}

int save_begin(struct save **out, const char *path, struct errmsg *err)
{
	struct save *s = malloc(sizeof(*s));

	if (!s)
		return fail(err, -ENOMEM, path, NULL);
	memset(s, 0, offsetof(struct save, buf));
	s->folder = s->fd = -1;
	s->path = strdup(path);
	int rc = s->path ? 0 : fail(err, -ENOMEM, path, NULL);
	if (rc == 0)
		rc = find_place(path, &s->folder, s->name, err);
	struct stat st;
	if (rc == 0 &&
	    fstatat(s->folder, s->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		rc = check_target(path, &st, err);
	if (rc == 0) {
		remove_stale(s);
		rc = make_temp(s, err);
	}
	if (rc) {
		save_abandon(s);
		return rc;
	}
	*out = s;
	return 0;
}

static int flush(struct save *s, struct errmsg *err)
{
	size_t done = 0;

	while (done < s->len && !s->failed) {
		ssize_t n = write(s->fd, s->buf + done, s->len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) /* a file that takes nothing has no room */
			s->failed = fail(err, n < 0 ? -errno : -ENOSPC,
					 s->path, NULL);
		else
			done += (size_t)n;
	}
	s->len = 0;
	s->written += (off_t)done;
	/* The disk works while we do, so that fsync() at the end, which stops
	 * the capture's only thread, finds little left to wait for. */
	if (s->written - s->begun >= WRITE_BACK) {
		sync_file_range(s->fd, s->begun, s->written - s->begun,
				SYNC_FILE_RANGE_WRITE);
		s->begun = s->written;
	}
	return s->failed;
}

int save_write(struct save *s, const void *data, size_t len,
	       struct errmsg *err)
{
	const char *p = data;

	while (len > 0 && !s->failed) {
		size_t part = BUFFER - s->len < len ? BUFFER - s->len : len;
		memcpy(s->buf + s->len, p, part);
		s->len += part;
		p += part;
		len -= part;
		if (s->len == BUFFER)
			flush(s, err);
	}
	return s->failed;
}

int save_end(struct save *s, struct errmsg *err)
{
	struct stat st;
	int rc = s->failed;

	if (rc)
		fail(err, rc, s->path, NULL);
	else
		rc = flush(s, err);
	if (rc == 0 && fsync(s->fd))
		rc = fail(err, -errno, s->path, NULL);
	/* The target may have changed since the beginning. */
	if (rc == 0 &&
	    fstatat(s->folder, s->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		rc = check_target(s->path, &st, err);
	if (rc == 0 && renameat(s->folder, s->temp, s->folder, s->name))
		rc = fail(err, -errno, s->path, NULL);
	if (rc == 0) {
		s->temp[0] = '\0';
		/* Some file systems cannot; the file itself is safe. */
		if (fsync(s->folder) && errno != EINVAL)
			rc = fail(err, -errno, s->path, NULL);
	}
	save_abandon(s);
	return rc;
}

void save_abandon(struct save *s)
{
	if (!s)
		return;
	if (s->temp[0])
		unlinkat(s->folder, s->temp, 0);
	if (s->fd >= 0)
		close(s->fd);
	if (s->folder >= 0)
		close(s->folder);
	free(s->path);
	free(s);
}

int save_open(const char *path, struct errmsg *err)
{
	char name[NAME_MAX + 1];
	struct user user = user_find();
	struct stat st;
	int folder, rc = find_place(path, &folder, name, err);

	if (rc)
		return rc;
	/* A new one, or else the one that is there; O_NONBLOCK so that a fifo
	 * cannot hold us up before it is refused. */
	int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = openat(folder, name, flags | O_CREAT | O_EXCL, 0600);
	bool made = fd >= 0;
	if (!made && errno == EEXIST)
		fd = openat(folder, name, flags);
	if (fd < 0)
		rc = fail(err, -errno, path,
			  errno == ELOOP ? "it is a symbolic link" :
			  errno == ENXIO ? "it is not a regular file" : NULL);
	else if (fstat(fd, &st))
		rc = fail(err, -errno, path, NULL);
	else
		rc = check_target(path, &st, err);
	if (rc == 0 && st.st_nlink > 1)
		rc = fail(err, -EMLINK, path, "it has other names too");
	if (rc == 0 && made && user.uid != geteuid() &&
	    fchown(fd, user.uid, user.gid))
		rc = fail(err, -errno, path, NULL);
	if (rc == 0 && !made && ftruncate(fd, 0))
		rc = fail(err, -errno, path, NULL);
	close(folder);
	if (rc && fd >= 0)
		close(fd);
	return rc ? rc : fd;
}
