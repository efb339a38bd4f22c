/* SPDX-License-Identifier: MIT */
#include "bpf/walk.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "bpf/exe.h"

/* A descriptor from which these bytes are read. */
static int reader(const void *bytes, size_t len)
{
	int fd = memfd_create("walk", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static struct event_socket holder(uint64_t cookie, uint32_t pid)
{
	return (struct event_socket){
		.head = { .type = EVENT_SOCKET, .cookie = cookie, .pid = pid },
	};
}

/* The kernel writes a record for each holder; the last has the owner. */
static void test_last_holder_wins(void **state)
{
	const struct event_socket in[] = {
		holder(7, 100), holder(5, 200), holder(7, 101), holder(6, 300),
		holder(7, 102), holder(5, 201),
	};
	struct walk w = { 0 };
	int fd = reader(in, sizeof(in));

	(void)state;
	assert_int_equal(walk_read_sockets(&w, fd), 0);
	close(fd);
	assert_int_equal(w.sockets_count, 6);
	walk_finish(&w);
	assert_int_equal(w.sockets_count, 3);
	assert_int_equal(w.sockets[0].head.cookie, 5);
	assert_int_equal(w.sockets[0].head.pid, 201);
	assert_int_equal(w.sockets[1].head.pid, 300);
	assert_int_equal(w.sockets[2].head.pid, 102);
	for (size_t i = 0; i < w.sockets_count; i++)
		assert_int_equal(w.sockets[i].size, 0);
	walk_release(&w);
	walk_release(&w);
	assert_null(w.sockets);
}

static void test_many(void **state)
{
	enum { COUNT = 20000 };
	struct event_socket *in = calloc(COUNT, sizeof(*in));
	struct walk w = { 0 };

	(void)state;
	assert_non_null(in);
	for (uint32_t i = 0; i < COUNT; i++)
		in[i] = holder(1 + i % (COUNT / 2), i + 1);
	int fd = reader(in, COUNT * sizeof(*in));
	assert_int_equal(walk_read_sockets(&w, fd), 0);
	close(fd);
	walk_finish(&w);
	assert_int_equal(w.sockets_count, COUNT / 2);
	for (uint32_t i = 0; i < COUNT / 2; i++)
		if (w.sockets[i].head.pid != i + 1 + COUNT / 2)
			fail_msg("socket %u: pid %u", i, w.sockets[i].head.pid);
	walk_release(&w);
	free(in);
}

static void test_procs(void **state)
{
	struct event_proc in = { .head = { .type = EVENT_PROC }, .exe_len = 9,
				 .pad = EXE_WHOLE, .exe = "curl\0bin" };
	struct walk w = { 0 };
	int fd = reader(&in, sizeof(in));

	(void)state;
	assert_int_equal(walk_read_procs(&w, fd), 0);
	close(fd);
	walk_finish(&w);
	assert_int_equal(w.procs_count, 1);
	assert_int_equal(w.procs[0].exe_len, 9);
	assert_memory_equal(w.procs[0].exe, "/bin/curl", 9);
	walk_release(&w);
}

static void test_empty_and_failing(void **state)
{
	struct walk w = { 0 };
	int fd = reader("", 0);

	(void)state;
	assert_int_equal(walk_read_sockets(&w, fd), 0);
	assert_int_equal(walk_read_procs(&w, fd), 0);
	close(fd);
	walk_finish(&w);
	assert_int_equal(w.sockets_count, 0);
	walk_release(&w);
	assert_int_equal(walk_read_sockets(&w, -1), -EBADF);
	assert_null(w.sockets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_holder_wins),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_procs),
		cmocka_unit_test(test_empty_and_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
