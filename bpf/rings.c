/* SPDX-License-Identifier: MIT */
#include "bpf/rings.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SIZE_MOST (1U << 30)

uint32_t rings_size(uint64_t bytes)
{
	uint32_t size = (uint32_t)sysconf(_SC_PAGESIZE);

	while (size < bytes && size < SIZE_MOST)
		size *= 2;
	return size;
}

void rings_init(struct rings *r)
{
	*r = (struct rings){ .epoll_fd = { -1, -1 } };
}

/*
 * A descriptor that is readable after a wake-up, not while anything waits:
 * else every packet that comes during a drain would cause the next one.
 */
static int open_epoll(int map_fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, map_fd, &event)) {
		int saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

int rings_open(struct rings *r, const int map_fd[EVENT_RINGS],
	       rings_fn *const fn[EVENT_RINGS], void *ctx, struct errmsg *err)
{
	for (int i = 0; i < EVENT_RINGS; i++) {
		r->ring[i] = ring_buffer__new(map_fd[i], fn[i], ctx, NULL);
		r->epoll_fd[i] = r->ring[i] ? open_epoll(map_fd[i]) : -1;
		if (r->epoll_fd[i] < 0)
			return errmsg_set(err, -errno,
					  "cannot read the ring buffers: %s",
					  strerror(errno));
	}
	return 0;
}

void rings_close(struct rings *r)
{
	for (int i = 0; i < EVENT_RINGS; i++) {
		if (r->epoll_fd[i] >= 0)
			close(r->epoll_fd[i]);
		ring_buffer__free(r->ring[i]);
	}
	rings_init(r);
}

void rings_woken(struct rings *r)
{
	struct epoll_event event;

	for (int i = 0; i < EVENT_RINGS; i++)
		epoll_wait(r->epoll_fd[i], &event, 1, 0);
}

void rings_consume(struct rings *r, enum event_ring which)
{
	ring_buffer__consume(r->ring[which]);
}
