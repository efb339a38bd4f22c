/* SPDX-License-Identifier: MIT */
#include "tui/out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum out_kind {
	OUT_PLAIN, /* never waits long: a file, /dev/null */
	OUT_NONBLOCKING, /* a pipe or terminal, our own description of it */
	OUT_ASK, /* one that could not be opened anew: asked before each write */
	OUT_SOCKET,
};

struct out {
	int fd, given; /* given: to be closed too when it is not fd */
	enum out_kind kind;
	const char *name;
	int failed;
	size_t size, start, end; /* what waits is buf[start] to buf[end] */
	char buf[];
};

/* Find out what fd is, and open it anew where that keeps O_NONBLOCK to us. */
static void open_anew(struct out *o, int fd)
{
	struct stat st;
	char path[64];

	o->fd = fd;
	o->kind = OUT_PLAIN;
	if (fstat(fd, &st))
		return;
	if (S_ISSOCK(st.st_mode)) {
		o->kind = OUT_SOCKET;
		return;
	}
	if (!S_ISFIFO(st.st_mode) && !(S_ISCHR(st.st_mode) && isatty(fd)))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int own = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	o->kind = own >= 0 ? OUT_NONBLOCKING : OUT_ASK;
	if (own >= 0)
		o->fd = own;
}

int out_new(struct out **out, int fd, const char *name, size_t size,
	    struct errmsg *err)
{
	struct out *o = malloc(sizeof(*o) + size);

	if (!o)
		return errmsg_set(err, -ENOMEM, "out of memory");
	*o = (struct out){ .given = fd, .name = name, .size = size };
	open_anew(o, fd);
	*out = o;
	return 0;
}

void out_free(struct out *o)
{
	if (!o)
		return;
	if (o->fd != o->given)
		close(o->fd);
	if (o->given > 2)
		close(o->given);
	free(o);
}

void *out_room(struct out *o, size_t n)
{
	if (o->start == o->end)
		o->start = o->end = 0;
	if (n > o->size - o->end && o->start > 0) {
		memmove(o->buf, o->buf + o->start, o->end - o->start);
		o->end -= o->start;
		o->start = 0;
	}
	return n > o->size - o->end ? NULL : o->buf + o->end;
}

void out_add(struct out *o, size_t n)
{
	o->end += n;
}

size_t out_waiting(const struct out *o)
{
	return o->end - o->start;
}

const char *out_rest(const struct out *o)
{
	return o->buf + o->start;
}

int out_fd(const struct out *o)
{
	return o->kind == OUT_NONBLOCKING ? o->fd : -1;
}

static ssize_t write_some(struct out *o)
{
	const char *p = o->buf + o->start;
	size_t n = o->end - o->start;

	if (o->kind == OUT_SOCKET)
		return send(o->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (o->kind == OUT_ASK) {
		/* A pipe that has room has it for PIPE_BUF bytes (pipe(7)). */
		struct pollfd ask = { .fd = o->fd, .events = POLLOUT };
		if (poll(&ask, 1, 0) <= 0) {
			errno = EAGAIN;
			return -1;
		}
		n = n < PIPE_BUF ? n : PIPE_BUF;
	}
	return write(o->fd, p, n);
}

int out_flush(struct out *o, struct errmsg *err)
{
	while (!o->failed && o->start < o->end) {
		ssize_t n = write_some(o);
		if (n > 0) {
			o->start += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		o->failed = n < 0 ? -errno : -ENOSPC;
	}
	if (o->failed)
		return errmsg_set(err, o->failed, "cannot write %s: %s",
				  o->name, strerror(-o->failed));
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int out_drain(struct out *o, int stop_fd, int timeout_ms, struct errmsg *err)
{
	int64_t end = now_ms() + timeout_ms;

	for (;;) {
		int rc = out_flush(o, err);
		if (rc || out_waiting(o) == 0)
			return rc;
		int64_t left = timeout_ms < 0 ? -1 : end - now_ms();
		if (timeout_ms >= 0 && left <= 0)
			return -ETIMEDOUT;
		struct pollfd p[] = {
			{ .fd = o->fd, .events = POLLOUT },
			{ .fd = stop_fd, .events = POLLIN },
		};
		if (poll(p, 2, (int)left) > 0 && p[1].revents)
			return -EINTR;
	}
}
