/* SPDX-License-Identifier: MIT */
/*
 * A client that says a line, hears one, and ends in the way it was told to, by
 * TCP or (`-U`) by datagrams. Truth: "client" for each connection, with the
 * bytes it read; "failed" with the errno where connect() did not succeed.
 *
 * The endings matter for exact counts. Told nothing, it closes its sending
 * half, reads to the end and only then closes: both ends are full sockets to
 * the last packet. `-r` resets; `-q` quits without a close, as short scripts
 * do; `-x` quits as soon as it has spoken, hearing nothing; `-a` closes at
 * once, which leaves the rest to a TIME_WAIT socket.
 */
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/live/uring.h"

enum ending { HALF_CLOSE, RESET, QUIT, QUIT_AT_ONCE, ABRUPT };

static struct {
	enum ending ending;
	unsigned long times;
	unsigned long life_ms; /* a connection lasts so long at least */
	bool fresh; /* a process for each connection */
	bool again; /* each of these with the process id of the first */
	bool wait; /* speak when standard input says so, or ends */
	bool all; /* connect all, then wait, then speak on each */
	bool child; /* the parent connects, its child speaks */
	bool thread; /* a thread with a name of its own does it */
	bool datagrams;
	bool uring;
	bool real; /* `uid` becomes the real user too, not the effective one only */
	unsigned long uid;
	unsigned long later_uid; /* becomes the user once it is connected */
	const char *message;
	const char *source;
	uint16_t source_port; /* of the first; the next has the next; 0: any */
	union endpoint there;
} want = { .times = 1, .message = "ping" };

/* The peer is not asked for: a socket that was closed has none any more. */
static void truth(const char *role, int fd, uint64_t count)
{
	union endpoint local = { .room = { 0 } };
	socklen_t size = sizeof(local);

	getsockname(fd, &local.any, &size);
	truth_line(role, want.datagrams ? "udp" : "tcp", &local, &want.there,
		   count);
}

static bool say(int fd)
{
	char line[4096];
	int n = snprintf(line, sizeof(line), "%s\n", want.message);

	if (want.uring)
		return uring_call(IORING_OP_SEND, fd, line, (uint32_t)n, 0) == n;
	return write(fd, line, (size_t)n) == n;
}

static ssize_t hear(int fd, char *buf, size_t size)
{
	return want.uring ? uring_call(IORING_OP_RECV, fd, buf, (uint32_t)size,
				       0) :
			    read(fd, buf, size);
}

static uint64_t talk(int fd)
{
	char buf[4096];
	ssize_t n;
	uint64_t bytes = 0;

	if (!say(fd) || want.ending == QUIT_AT_ONCE)
		return 0;
	if (want.ending == HALF_CLOSE && !want.wait)
		shutdown(fd, SHUT_WR);
	while ((n = hear(fd, buf, sizeof(buf))) > 0) {
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

	if (want.ending != QUIT_AT_ONCE) /* it was told before */
		truth(role, fd, bytes);
	sleep_until_ns(until);
	if (want.ending == QUIT || want.ending == QUIT_AT_ONCE)
		_exit(0);
	if (want.ending == RESET)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

/* The source's address, or any, and the port of connection i. */
static void bind_source(int fd, unsigned long i)
{
	bool v4 = want.there.any.sa_family == AF_INET;
	uint16_t port = want.source_port ? (uint16_t)(want.source_port + i) : 0;
	union endpoint here = endpoint_parse(
		want.source ? want.source : v4 ? "0.0.0.0" : "::", port);
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &here.any, endpoint_size(&here)))
		die("bind");
}

static int open_connection(unsigned long i)
{
	int type = want.datagrams ? SOCK_DGRAM : SOCK_STREAM;
	int fd = socket(want.there.any.sa_family, type | SOCK_CLOEXEC, 0);
	socklen_t size = endpoint_size(&want.there);

	if (fd < 0)
		die("socket");
	if (want.source || want.source_port)
		bind_source(fd, i);
	if (want.uring ? uring_call(IORING_OP_CONNECT, fd, &want.there, 0, size) :
			 connect(fd, &want.there.any, size)) {
		truth("failed", fd, (uint64_t)errno);
		close(fd);
		return -1;
	}
	return fd;
}

static void wait_for_word(void)
{
	char c;

	while (read(0, &c, 1) < 0 && errno == EINTR)
		;
}

static void one_connection(unsigned long i)
{
	uint64_t until = clock_ns(CLOCK_MONOTONIC) + want.life_ms * 1000000;
	int fd = open_connection(i);

	if (fd < 0)
		return;
	if (want.wait) {
		truth("connected", fd, 0);
		wait_for_word();
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
	if (want.ending == QUIT_AT_ONCE)
		truth("client", fd, 0);
	finish(fd, want.thread ? "thread" : "client", talk(fd), until);
}

/* All of it, from socket() on, in a thread with a name of its own. */
static void *connection_thread(void *arg)
{
	prctl(PR_SET_NAME, "worker");
	one_connection(*(unsigned long *)arg);
	return NULL;
}

static void fresh_thread(unsigned long i)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, connection_thread, &i))
		die("thread");
	pthread_join(thread, NULL);
}

/* The next process gets this id if it is free (CONFIG_CHECKPOINT_RESTORE). */
static void ask_for_pid(pid_t pid)
{
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, "%d", pid - 1) < 0)
		die("ns_last_pid");
	close(fd);
}

/* The name says which of those with the same id it is. */
static void take_name(unsigned long i)
{
	static char name[32]; /* the kernel keeps 15 of it */

	snprintf(name, sizeof(name), "again-%lu", i);
	prctl(PR_SET_NAME, name);
	program_invocation_short_name = name;
}

/* Returns its process id; wanted, if not 0: nothing else has happened. */
static pid_t one_process(unsigned long i, pid_t wanted)
{
	if (wanted)
		ask_for_pid(wanted);
	pid_t child = fork_child();

	if (child == 0) {
		if (wanted && getpid() != wanted)
			_exit(0);
		if (want.again)
			take_name(i);
		one_connection(i);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	return child;
}

/* Others here start processes, too: one may take the id and live on. */
static void fresh_process(unsigned long i)
{
	static pid_t again;

	for (int tries = 0; want.again && again && tries < 20; tries++)
		if (one_process(i, again) == again)
			return;
	again = one_process(i, 0);
}

static void connect_all(void)
{
	int *fds = calloc(want.times, sizeof(*fds));
	struct rlimit files;

	if (!fds || getrlimit(RLIMIT_NOFILE, &files))
		die("connections");
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	for (unsigned long i = 0; i < want.times; i++) {
		fds[i] = open_connection(i);
		if (fds[i] < 0)
			die("connect");
	}
	truth("connected", fds[0], want.times);
	wait_for_word();
	for (unsigned long i = 0; i < want.times; i++)
		finish(fds[i], "client", talk(fds[i]), 0);
	free(fds);
}

static void usage(void)
{
	dprintf(2, "client [-r|-q|-x|-a] [-n TIMES] [-l LIFE_MS] [-m MESSAGE] "
		   "[-s SOURCE] [-p FIRST_SOURCE_PORT] [-u UID] "
		   "[-e EFFECTIVE_UID] [-d LATER_UID] [-i|-I] [-fPwbctU] "
		   "ADDRESS PORT\n");
	exit(2);
}

int main(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "rqxan:l:m:s:p:u:e:d:iIfPwbctU")) != -1) {
		switch (opt) {
		case 'r': want.ending = RESET; break;
		case 'q': want.ending = QUIT; break;
		case 'x': want.ending = QUIT_AT_ONCE; break;
		case 'a': want.ending = ABRUPT; break;
		case 'n': want.times = number(optarg, 1000000); break;
		case 'l': want.life_ms = number(optarg, 60000); break;
		case 'm': want.message = optarg; break;
		case 's': want.source = optarg; break;
		case 'p': want.source_port = (uint16_t)number(optarg, 65535); break;
		case 'u': want.real = true; /* fall through */
		case 'e': want.uid = number(optarg, 65535); break;
		case 'd': want.later_uid = number(optarg, 65535); break;
		case 'I': uring.async = true; /* fall through */
		case 'i': want.uring = true; break;
		case 'P': want.again = true; /* fall through */
		case 'f': want.fresh = true; break;
		case 'w': want.wait = true; break;
		case 'b': want.all = true; break;
		case 'c': want.child = true; break;
		case 't': want.thread = true; break;
		case 'U': want.datagrams = true; break;
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
	if (want.all)
		connect_all();
	for (unsigned long i = 0; i < want.times && !want.all; i++) {
		if (want.fresh)
			fresh_process(i);
		else if (want.thread)
			fresh_thread(i);
		else
			one_connection(i);
	}
	return 0;
}
