/* SPDX-License-Identifier: MIT */
#include "tui/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/builtin.h"

int source_open(struct source *s, const char *path, struct errmsg *err)
{
	struct stat st;

	*s = (struct source){ .fd = STDIN_FILENO };
	if (strcmp(path, "-") != 0)
		s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (s->fd < 0)
		return errmsg_set(err, -errno, "cannot read %s: %s", path,
				  strerror(errno));
	/* read() would say so too, but only once the screen has begun. */
	if (fstat(s->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		source_close(s);
		return errmsg_set(err, -EISDIR, "cannot read %s: %s", path,
				  strerror(EISDIR));
	}
	return 0;
}

int source_builtin(struct source *s, const char *name, struct errmsg *err)
{
	const struct builtin *b = builtin_find(name);

	*s = (struct source){ .fd = -1 };
	if (!b)
		return errmsg_set(err, -ENOENT, "no %s in this program", name);
	s->data = b->data;
	s->end = b->end;
	return 0;
}

void source_close(struct source *s)
{
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	s->fd = -1;
}

int source_spares(const struct source *s, const char *path, struct errmsg *err)
{
	struct stat in, out;

	if (s->fd < 0 || fstat(s->fd, &in) || !S_ISREG(in.st_mode) ||
	    stat(path, &out) || in.st_dev != out.st_dev ||
	    in.st_ino != out.st_ino)
		return 0;
	return errmsg_set(err, -EINVAL,
			  "%s is the file that is read; give another name", path);
}

int64_t source_read(void *source, void *buf, size_t n)
{
	struct source *s = source;
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	if (s->fd < 0) {
		size_t left = (size_t)(s->end - s->data);
		n = n < left ? n : left;
		memcpy(buf, s->data, n);
		s->data += n;
		return (int64_t)n;
	}
	/* A pipe is not ours to make non-blocking; so it is asked first. */
	if (poll(&p, 1, 0) == 0)
		return -EAGAIN;
	ssize_t got = read(s->fd, buf, n);
	if (got < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return got;
}
