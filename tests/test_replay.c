/* SPDX-License-Identifier: MIT */
/* What becomes of files that are converted without a screen. */
#include "tui/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/gen/mkcap.h"
#include "tui/run.h"

#define DEADLINE_MS 30000
#define LOOK_MS 10

static char folder[] = "/tmp/nx-replay-XXXXXX";

static int setup(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	unlink("in");
	unlink("other");
	return chdir("/") || rmdir(folder);
}

/* A file of equal datagrams named "in"; returns its size. */
static size_t make_file(size_t packets, size_t payload)
{
	static const char data[1024];
	struct mkcap c;
	FILE *f = fopen("in", "w");

	assert_non_null(f);
	mkcap_start(&c, MKCAP_PCAP, LINK_RAW);
	size_t head = c.len;
	mkcap_udp(&c, "10.0.0.1:1000", "10.0.0.2:9", data, payload);
	size_t packet = c.len - head;
	fwrite(c.bytes, 1, head, f);
	for (size_t i = 0; i < packets; i++)
		fwrite(c.bytes + head, 1, packet, f);
	assert_int_equal(fclose(f), 0);
	mkcap_release(&c);
	return head + packets * packet;
}

/*
 * Convert as the program does, in a process of its own, with these
 * descriptors as standard input and output (-1: none). Returns its pid.
 */
static pid_t convert(const char *const *args, int in, int out)
{
	char *argv[8] = { (char *)"netexplore" };
	int argc = 1, null = open("/dev/null", O_RDWR);
	struct options o;
	struct errmsg err;

	for (; *args; args++)
		argv[argc++] = (char *)*args;
	pid_t pid = fork();
	if (pid) {
		close(null);
		return pid;
	}
	dup2(in >= 0 ? in : null, 0);
	dup2(out >= 0 ? out : null, 1);
	dup2(null, 2);
	alarm(DEADLINE_MS / 1000);
	close_range(3, ~0u, 0); /* the other ends of the pipes, too */
	_exit(option_parse(&o, argc, argv, &err) ? 99 : replay_convert(&o));
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

/* A file is not written onto itself, by whatever name. */
static const struct {
	const char *label, *args[5];
	bool to_stdin; /* it is the standard input */
} onto_itself[] = {
	{ "recording", { "-r", "in", "-w", "in" }, false },
	{ "document", { "-r", "in", "-x", "in" }, false },
	{ "another path", { "-r", "in", "-w", "./in" }, false },
	{ "another link", { "-r", "in", "-w", "other" }, false },
	{ "standard input", { "-r", "-", "-w", "in" }, true },
};

static void test_onto_itself(void **state)
{
	(void)state;
	size_t size = make_file(3, 10);
	struct stat st;

	assert_int_equal(link("in", "other"), 0);
	for (size_t i = 0; i < sizeof(onto_itself) / sizeof(onto_itself[0]);
	     i++) {
		int fd = open("in", O_RDONLY | O_CLOEXEC);
		int status = status_of(convert(onto_itself[i].args,
					       onto_itself[i].to_stdin ? fd : -1,
					       -1));
		close(fd);
		assert_int_equal(stat("in", &st), 0);
		if (status != RUN_USAGE || (size_t)st.st_size != size)
			fail_msg("%s: status %d, %lld bytes",
				 onto_itself[i].label, status,
				 (long long)st.st_size);
	}
	unlink("other");
}

/* What cannot be written in the end is told at the beginning. */
static const struct {
	const char *label, *args[5];
} nowhere[] = {
	{ "document, no folder", { "-r", "-", "-x", "none/out" } },
	{ "document, a folder", { "-r", "-", "-x", "." } },
	{ "recording, no folder", { "-r", "-", "-w", "none/out" } },
};

static void test_nowhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		int in[2];

		/* Nothing ever comes: who waits for it is ended by an alarm. */
		assert_int_equal(pipe2(in, O_CLOEXEC), 0);
		int status = status_of(convert(nowhere[i].args, in[0], -1));
		close(in[0]);
		close(in[1]);
		if (status != RUN_OUTPUT)
			fail_msg("%s: status %d", nowhere[i].label, status);
	}
}

/* Wait until the place in the file that others read does not move any more. */
static off_t wait_for_rest(int file)
{
	off_t at = -1, now = 0;

	for (int ms = 0; ms < DEADLINE_MS && (now == 0 || at != now);
	     ms += 10 * LOOK_MS) {
		at = now;
		poll(NULL, 0, 10 * LOOK_MS);
		now = lseek(file, 0, SEEK_CUR);
	}
	return now;
}

/* Packets of a capture file that comes out of fd. */
static int64_t read_fd(void *ctx, void *buf, size_t n)
{
	ssize_t got = read(*(int *)ctx, buf, n);

	return got < 0 ? -errno : got;
}

static size_t count_packets(int fd)
{
	struct capfile *f = NULL;
	struct errmsg err;
	struct frame frame;
	size_t n = 0;

	assert_int_equal(capfile_open(&f, "pipe", read_fd, &fd, &err), 0);
	while (capfile_next(f, &frame, &err) == 1)
		n++;
	capfile_close(f);
	return n;
}

/* A file waits: who reads its recording slowly gets every packet of it. */
static void test_slow_reader(void **state)
{
	(void)state;
	const size_t packets = 20000;
	const off_t size = (off_t)make_file(packets, 1000);
	int file = open("in", O_RDONLY | O_CLOEXEC), end[2];
	static const char *const args[] = { "-r", "-", "-w", "-", NULL };

	assert_int_equal(pipe2(end, O_CLOEXEC), 0);
	pid_t pid = convert(args, file, end[1]);

	close(end[1]);
	assert_true(wait_for_rest(file) < size);
	assert_int_equal(count_packets(end[0]), packets);
	assert_int_equal(status_of(pid), RUN_GOOD);
	close(end[0]);
	close(file);
}

/* What is made of a pipe's first packets does not wait for its next ones. */
static void test_slow_writer(void **state)
{
	(void)state;
	static const char *const args[] = { "-r", "-", "-w", "-", NULL };
	static char bytes[1 << 20];
	const size_t size = make_file(500, 1000);
	int in[2], out[2], file = open("in", O_RDONLY | O_CLOEXEC);

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_true(fcntl(in[1], F_SETPIPE_SZ, 1 << 20) >= (int)size);
	assert_int_equal(read(file, bytes, sizeof(bytes)), size);
	pid_t pid = convert(args, in[0], out[1]);

	close(in[0]);
	close(out[1]);
	assert_int_equal(write(in[1], bytes, size), size);
	/* A recording has more bytes than the file it was made of. */
	for (size_t got = 0; got < size;) {
		struct pollfd p = { .fd = out[0], .events = POLLIN };
		if (poll(&p, 1, DEADLINE_MS) != 1)
			fail_msg("%zu bytes of %zu", got, size);
		ssize_t n = read(out[0], bytes, sizeof(bytes));
		assert_true(n > 0);
		got += (size_t)n;
	}
	close(in[1]);
	assert_int_equal(status_of(pid), RUN_GOOD);
	close(out[0]);
	close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_onto_itself),
		cmocka_unit_test(test_nowhere),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_slow_writer),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
