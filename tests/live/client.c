/* SPDX-License-Identifier: MIT */
/*
 * A TCP client that says a line, hears one, and ends in the way it was told
 * to. Truth: "client" for each connection, with the bytes it read; "failed"
 * with the errno where connect() did not succeed.
 *
 * The endings matter for exact counts. Told nothing, it closes its sending
 * half, reads to the end and only then closes: both ends are full sockets to
 * the last packet. `-r` resets; `-q` quits without a close, as short scripts
 * do; `-a` closes at once, which leaves the rest to a TIME_WAIT socket.
 */
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/live/truth.h"

enum ending { HALF_CLOSE, RESET, QUIT, ABRUPT };

static struct {
	enum ending ending;
	unsigned long times;
	unsigned long life_ms; /* a connection lasts so long at least */
	bool fresh; /* a process for each connection */
	bool wait; /* speak when standard input says so, or ends */
	bool child; /* the parent connects, its child speaks */
	bool thread; /* a thread with a name of its own does it */
	bool real; /* `uid` becomes the real user too, not the effective one only */
	unsigned long uid;
	unsigned long later_uid; /* becomes the user once it is connected */
	const char *message;
	const char *source;
	uint16_t source_port;
	union endpoint there;
} want = { .times = 1, .message = "ping" };

/* The peer is not asked for: a socket that was closed has none any more. */
static void truth(const char *role, int fd, uint64_t count)
{
	union endpoint local = { .room = { 0 } };
	socklen_t size = sizeof(local);

	getsockname(fd, &local.any, &size);
	truth_line(role, "tcp", &local, &want.there, count);
}

static uint64_t talk(int fd)
{
	char buf[4096];
	ssize_t n;
	uint64_t bytes = 0;

	if (dprintf(fd, "%s\n", want.message) < 0)
		return 0;
	if (want.ending == HALF_CLOSE && !want.wait)
		shutdown(fd, SHUT_WR);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		bytes += (uint64_t)n;
		if (want.ending != HALF_CLOSE && memchr(buf, '\n', (size_t)n))
			break;
		if (want.ending == HALF_CLOSE && want.wait)
			shutdown(fd, SHUT_WR);
	}
	return bytes;
}

static void finish(int fd, const char *role, uint64_t bytes, uint64_t until)
{
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	truth(role, fd, bytes);
	sleep_until_ns(until);
	if (want.ending == QUIT)
		_exit(0);
	if (want.ending == RESET)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

static int open_connection(void)
{
	int on = 1;
	int fd = socket(want.there.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (want.source) {
		union endpoint here = endpoint_parse(want.source,
						     want.source_port);

		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (bind(fd, &here.any, endpoint_size(&here)))
			die("bind");
	}
	if (connect(fd, &want.there.any, endpoint_size(&want.there))) {
		truth("failed", fd, (uint64_t)errno);
		close(fd);
		return -1;
	}
	return fd;
}

static void one_connection(void)
{
	uint64_t until = clock_ns(CLOCK_MONOTONIC) + want.life_ms * 1000000;
	int fd = open_connection();
	char c;

	if (fd < 0)
		return;
	if (want.wait) {
		truth("connected", fd, 0);
		while (read(0, &c, 1) < 0 && errno == EINTR)
			;
	}
	if (want.later_uid && setuid((uid_t)want.later_uid))
		die("setuid");
	if (want.child) {
		pid_t child = fork_child();

		if (child == 0) {
			finish(fd, "child", talk(fd), until);
			_exit(0);
		}
		truth("parent", fd, 0);
		close(fd);
		waitpid(child, NULL, 0);
		return;
	}
	finish(fd, want.thread ? "thread" : "client", talk(fd), until);
}

/* All of it, from socket() on, in a thread with a name of its own. */
static void *connection_thread(void *arg)
{
	(void)arg;
	prctl(PR_SET_NAME, "worker");
	one_connection();
	return NULL;
}

static void fresh_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, connection_thread, NULL))
		die("thread");
	pthread_join(thread, NULL);
}

static void fresh_process(void)
{
	pid_t child = fork_child();

	if (child == 0) {
		one_connection();
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static void usage(void)
{
	dprintf(2, "client [-r|-q|-a] [-n TIMES] [-l LIFE_MS] [-m MESSAGE] "
		   "[-s SOURCE] [-p SOURCE_PORT] [-u UID] [-e EFFECTIVE_UID] "
		   "[-d LATER_UID] [-fwct] ADDRESS PORT\n");
	exit(2);
}

int main(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "rqan:l:m:s:p:u:e:d:fwct")) != -1) {
		switch (opt) {
		case 'r': want.ending = RESET; break;
		case 'q': want.ending = QUIT; break;
		case 'a': want.ending = ABRUPT; break;
		case 'n': want.times = number(optarg, 1000000); break;
		case 'l': want.life_ms = number(optarg, 60000); break;
		case 'm': want.message = optarg; break;
		case 's': want.source = optarg; break;
		case 'p': want.source_port = (uint16_t)number(optarg, 65535); break;
		case 'u': want.real = true; /* fall through */
		case 'e': want.uid = number(optarg, 65535); break;
		case 'd': want.later_uid = number(optarg, 65535); break;
		case 'f': want.fresh = true; break;
		case 'w': want.wait = true; break;
		case 'c': want.child = true; break;
		case 't': want.thread = true; break;
		default: usage();
		}
	}
	if (argc - optind != 2)
		usage();
	alarm(TRUTH_LIFE_S);
	if (want.uid && (want.real ? setuid((uid_t)want.uid) :
				     seteuid((uid_t)want.uid)))
		die("setuid");
	want.there = endpoint_parse(argv[optind],
		(uint16_t)number(argv[optind + 1], 65535));
	for (unsigned long i = 0; i < want.times; i++) {
		if (want.fresh)
			fresh_process();
		else if (want.thread)
			fresh_thread();
		else
			one_connection();
	}
	return 0;
}
