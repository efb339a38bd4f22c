/* SPDX-License-Identifier: MIT */
#include "tui/out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define SIZE (1 << 20)

static int setup(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

static struct out *make(int fd, size_t size)
{
	struct out *o = NULL;

	assert_int_equal(out_new(&o, fd, "it", size, NULL), 0);
	return o;
}

/* A sequence whose every byte tells its place. */
static void add(struct out *o, size_t from, size_t n)
{
	unsigned char *room = out_room(o, n);

	assert_non_null(room);
	for (size_t i = 0; i < n; i++)
		room[i] = (unsigned char)((from + i) % 251);
	out_add(o, n);
}

/* Read n bytes and check them. */
static void check(int fd, size_t from, size_t n)
{
	unsigned char buf[4096];

	while (n > 0) {
		ssize_t got = read(fd, buf, n < sizeof(buf) ? n : sizeof(buf));
		assert_true(got > 0);
		for (ssize_t i = 0; i < got; i++)
			assert_int_equal(buf[i], (from + (size_t)i) % 251);
		from += (size_t)got;
		n -= (size_t)got;
	}
}

/* Whoever does not read holds nobody up; then all of it comes, once, in order. */
static void slow_reader(int writing, int reading)
{
	int flags = fcntl(writing, F_GETFL);
	struct out *o = make(writing, SIZE);
	struct errmsg err;

	add(o, 0, SIZE);
	assert_null(out_room(o, 1));
	for (int i = 0; i < 100; i++)
		assert_int_equal(out_flush(o, &err), 0);
	size_t left = out_waiting(o);
	assert_true(left > 0 && left < SIZE);
	assert_int_equal(out_drain(o, -1, 10, &err), -ETIMEDOUT);
	/* What has left makes room, even while the rest waits. */
	add(o, SIZE, SIZE - left);
	assert_int_equal(out_waiting(o), SIZE);
	assert_int_equal(fcntl(writing, F_GETFL), flags);

	size_t at = 0;
	while (out_waiting(o) > 0) {
		assert_int_equal(out_flush(o, &err), 0);
		struct pollfd p = { .fd = reading, .events = POLLIN };
		while (poll(&p, 1, 0) == 1 && at < 2 * SIZE - left) {
			check(reading, at, 1);
			at++;
		}
	}
	check(reading, at, 2 * SIZE - left - at);
	out_free(o);
}

static void test_pipe(void **state)
{
	(void)state;
	int p[2];

	assert_int_equal(pipe(p), 0);
	slow_reader(p[1], p[0]);
	close(p[0]);
}

static void test_socket(void **state)
{
	(void)state;
	int p[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, p), 0);
	slow_reader(p[1], p[0]);
	close(p[0]);
}

static void test_reader_gone(void **state)
{
	(void)state;
	int p[2];
	struct errmsg err = { 0 };

	assert_int_equal(pipe(p), 0);
	struct out *o = make(p[1], SIZE);
	assert_true(out_fd(o) >= 0 && out_fd(o) != p[1]);
	close(p[0]);
	assert_int_equal(out_flush(o, &err), 0); /* nothing to write yet */
	add(o, 0, 10);
	assert_int_equal(out_flush(o, &err), -EPIPE);
	assert_string_equal(err.text, "cannot write it: Broken pipe");
	assert_int_equal(out_flush(o, NULL), -EPIPE);
	assert_int_equal(out_drain(o, -1, -1, NULL), -EPIPE);
	out_free(o);
	out_free(NULL);
}

/* It was gone before we began: the pipe cannot even be opened anew. */
static void test_reader_gone_before(void **state)
{
	(void)state;
	int p[2];

	assert_int_equal(pipe(p), 0);
	close(p[0]);
	struct out *o = make(p[1], SIZE);
	add(o, 0, 10);
	assert_int_equal(out_flush(o, NULL), -EPIPE);
	out_free(o);
}

static void test_stop(void **state)
{
	(void)state;
	int p[2], stop[2];

	assert_int_equal(pipe(p), 0);
	assert_int_equal(pipe(stop), 0);
	struct out *o = make(p[1], SIZE);
	add(o, 0, SIZE);
	assert_int_equal(write(stop[1], "x", 1), 1);
	assert_int_equal(out_drain(o, stop[0], -1, NULL), -EINTR);
	out_free(o);
	close(p[0]);
	close(stop[0]);
	close(stop[1]);
}

static void test_full(void **state)
{
	(void)state;
	struct errmsg err;
	struct out *o = make(open("/dev/full", O_WRONLY), 100);

	assert_int_equal(out_fd(o), -1);
	add(o, 0, 10);
	assert_int_equal(out_flush(o, &err), -ENOSPC);
	assert_string_equal(err.text, "cannot write it: No space left on device");
	out_free(o);
}

static void test_file(void **state)
{
	(void)state;
	char path[] = "/tmp/nx-out-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	struct out *o = make(dup(fd), SIZE);
	assert_int_equal(out_fd(o), -1);
	add(o, 0, SIZE);
	assert_int_equal(out_flush(o, NULL), 0);
	assert_int_equal(out_waiting(o), 0);
	add(o, SIZE, 100);
	assert_int_equal(out_drain(o, -1, 0, NULL), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	check(fd, 0, SIZE + 100);
	out_free(o);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_reader_gone),
		cmocka_unit_test(test_reader_gone_before),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_file),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
