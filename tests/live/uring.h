/* SPDX-License-Identifier: MIT */
/*
 * The four calls of a connection as io_uring knows them, each waited for:
 * io_uring_setup(2), io_uring_enter(2), and no library. With `async` a worker
 * of the kernel makes the call (IOSQE_ASYNC), never the thread that asks.
 */
#ifndef NX_URING_H
#define NX_URING_H

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "tests/live/truth.h"

/* Of one process and one of its threads; a child makes its own. */
static struct uring {
	pid_t pid; /* whose it is; 0: nobody's yet */
	int fd;
	bool async;
	uint8_t *rings; /* both of them, mapped in one piece (since Linux 5.4) */
	struct io_uring_sqe *asked;
	struct io_uring_params p;
} uring;

static inline void *uring_map(size_t size, off_t what)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_POPULATE, uring.fd, what);

	if (at == MAP_FAILED)
		die("io_uring");
	return at;
}

static inline void uring_open(void)
{
	struct io_uring_params *p = &uring.p;

	memset(p, 0, sizeof(*p));
	uring.fd = (int)syscall(SYS_io_uring_setup, 4, p);
	if (uring.fd < 0)
		die("io_uring");
	if (!(p->features & IORING_FEAT_SINGLE_MMAP)) {
		errno = ENOSYS;
		die("io_uring");
	}
	size_t sent = p->sq_off.array + p->sq_entries * sizeof(uint32_t);
	size_t done = p->cq_off.cqes +
		      p->cq_entries * sizeof(struct io_uring_cqe);
	uring.rings = uring_map(sent > done ? sent : done, IORING_OFF_SQ_RING);
	uring.asked = uring_map(p->sq_entries * sizeof(*uring.asked),
				IORING_OFF_SQES);
	uring.pid = getpid();
}

static inline uint32_t *uring_word(uint32_t offset)
{
	return (uint32_t *)(void *)(uring.rings + offset);
}

/* The result as a system call gives it: -1 and errno. */
static inline int uring_call(uint8_t op, int fd, void *at, uint32_t len,
			     uint64_t second)
{
	if (uring.pid != getpid())
		uring_open();

	const struct io_uring_params *p = &uring.p;
	uint32_t *tail = uring_word(p->sq_off.tail);
	uint32_t *head = uring_word(p->cq_off.head);
	uint32_t slot = *tail & (p->sq_entries - 1);
	struct io_uring_cqe *done = (void *)(uring.rings + p->cq_off.cqes);

	uring.asked[slot] = (struct io_uring_sqe){
		.opcode = op,
		.flags = uring.async ? IOSQE_ASYNC : 0,
		.fd = fd,
		.addr = (uint64_t)(uintptr_t)at,
		.len = len,
		.off = second, /* connect: length; accept: where the length is */
	};
	uring_word(p->sq_off.array)[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(uring_word(p->cq_off.tail), __ATOMIC_ACQUIRE) ==
	       *head) {
		uint32_t left = *tail - __atomic_load_n(
						uring_word(p->sq_off.head),
						__ATOMIC_ACQUIRE);

		if (syscall(SYS_io_uring_enter, uring.fd, left, 1,
			    IORING_ENTER_GETEVENTS, NULL, 0) < 0 &&
		    errno != EINTR)
			die("io_uring");
	}
	int result = done[*head & (p->cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	if (result >= 0)
		return result;
	errno = -result;
	return -1;
}

#endif
