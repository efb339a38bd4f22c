/* SPDX-License-Identifier: MIT */
/*
 * A server of every make: one process, a process or a thread for each
 * connection, or workers forked before that share the listener or have one
 * each; the listener is its own, from before an exec, or another process's.
 *
 * It answers a line with a line and closes when the client does. Truth:
 * "listener" once it listens, "server" from whoever served a connection, with
 * the bytes it read. With `-U` the same with datagrams.
 */
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/wait.h>

#include "tests/live/uring.h"

#define PASSED_FD 3 /* sd_listen_fds(3): the first descriptor that is handed on */
#define FILE_BYTES 20000

enum style { ONE, FORK, THREAD };
enum way { CALLS, SENDFILE, SPLICE, URING };

static struct {
	enum style style;
	enum way way; /* how it reads and writes */
	unsigned long workers; /* processes that accept; 0: this one */
	unsigned long connections; /* each accepts so many, then ends */
	bool each; /* every worker has a listener of its own */
	bool hammer; /* a second thread takes the listener's lock all the time */
	bool first; /* the server closes first */
	bool deferred; /* what brings no data is not accepted */
	bool exec; /* the listener is from before an exec */
	bool activate; /* another process makes the listener, and keeps it */
	bool datagrams;
	unsigned long linger_ms; /* it closes so long after the client */
	union endpoint here;
} want = { .connections = 1000000 };

static int file; /* of FILE_BYTES, the last a newline, for SENDFILE */
static int tube[2]; /* for SPLICE */

struct peer {
	int fd;
	union endpoint local, remote;
};

static ssize_t take(int fd, char *buf, size_t size)
{
	return want.way == URING ? uring_call(IORING_OP_RECV, fd, buf,
					      (uint32_t)size, 0) :
				   read(fd, buf, size);
}

static bool give(int fd)
{
	char pong[] = "pong\n";
	off_t at = 0;

	if (want.way == URING)
		return uring_call(IORING_OP_SEND, fd, pong, 5, 0) == 5;
	if (want.way != SENDFILE)
		return write(fd, pong, 5) == 5;
	while (at < FILE_BYTES)
		if (sendfile(fd, file, &at, (size_t)(FILE_BYTES - at)) <= 0)
			return false;
	return true;
}

static uint64_t talk(int fd)
{
	char buf[4096];
	uint64_t bytes = 0;
	ssize_t n;
	bool answered = false;

	while ((n = take(fd, buf, sizeof(buf))) > 0) {
		bytes += (uint64_t)n;
		if (answered || !memchr(buf, '\n', (size_t)n))
			continue;
		answered = true;
		if (!give(fd))
			break;
		if (want.first)
			shutdown(fd, SHUT_WR);
	}
	return bytes;
}

/* What comes goes back, and this process never has it. */
static uint64_t talk_by_splice(int fd)
{
	uint64_t bytes = 0;
	ssize_t n;

	while ((n = splice(fd, NULL, tube[1], NULL, 4096, 0)) > 0) {
		bytes += (uint64_t)n;
		if (splice(tube[0], NULL, fd, NULL, (size_t)n, 0) != n)
			break;
	}
	return bytes;
}

static void serve(struct peer *p)
{
	uint64_t bytes = want.way == SPLICE ? talk_by_splice(p->fd) :
					      talk(p->fd);

	if (want.linger_ms)
		usleep((useconds_t)want.linger_ms * 1000);
	close(p->fd);
	truth_line("server", "tcp", &p->local, &p->remote, bytes);
}

/*
 * The child begins when the parent has closed its copy: else who closes last
 * sends the FIN, and it would be either of them.
 */
static void serve_child(int listener, struct peer *p)
{
	int gate[2];
	char c;

	if (pipe2(gate, O_CLOEXEC))
		die("pipe");
	if (fork_child() == 0) {
		close(listener);
		close(gate[1]);
		if (read(gate[0], &c, 1) == 0)
			serve(p);
		_exit(0);
	}
	close(p->fd);
	close(gate[1]);
	close(gate[0]);
}

static void *serve_thread(void *arg)
{
	serve(arg);
	free(arg);
	return NULL;
}

static void accept_one(int listener)
{
	struct peer p = { 0 };
	socklen_t size = sizeof(p.remote);

	p.fd = want.way == URING ?
		       uring_call(IORING_OP_ACCEPT, listener, &p.remote.any, 0,
				  (uint64_t)(uintptr_t)&size) :
		       accept(listener, &p.remote.any, &size);
	if (p.fd < 0)
		die("accept");
	size = sizeof(p.local);
	getsockname(p.fd, &p.local.any, &size);

	if (want.style == FORK) {
		serve_child(listener, &p);
	} else if (want.style == THREAD) {
		struct peer *copy = malloc(sizeof(*copy));
		pthread_t thread;

		if (!copy)
			die("malloc");
		*copy = p;
		if (pthread_create(&thread, NULL, serve_thread, copy))
			die("thread");
		pthread_detach(thread);
	} else {
		serve(&p);
	}
}

static void answer_datagram(int fd)
{
	char buf[4096];
	union endpoint from;
	socklen_t size = sizeof(from);
	ssize_t n = recvfrom(fd, buf, sizeof(buf), 0, &from.any, &size);

	if (n < 0 || sendto(fd, "pong\n", 5, 0, &from.any, size) != 5)
		die("datagram");
	truth_line("server", "udp", &want.here, &from, (uint64_t)n);
}

static void serve_all(int fd)
{
	for (unsigned long i = 0; i < want.connections; i++) {
		if (want.datagrams)
			answer_datagram(fd);
		else
			accept_one(fd);
	}
}

/* setsockopt() holds the socket's lock: packets that come meanwhile meet it. */
static void *hammer_thread(void *arg)
{
	int listener = *(int *)arg, on = 1;

	for (;;)
		setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on,
			   sizeof(on));
	return NULL;
}

static int open_listener(void)
{
	int on = 1;
	int type = want.datagrams ? SOCK_DGRAM : SOCK_STREAM;
	int fd = socket(want.here.any.sa_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, want.each ? SO_REUSEPORT : SO_REUSEADDR,
		   &on, sizeof(on));
	if (want.deferred)
		setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on, sizeof(on));
	if (bind(fd, &want.here.any, endpoint_size(&want.here)) ||
	    (!want.datagrams && listen(fd, 4096)))
		die("listen");
	return fd;
}

/* Start anew, with the listener as the first descriptor that is handed on. */
_Noreturn static void start_with(int listener, char **argv)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n > 0 && dup2(listener, PASSED_FD) == PASSED_FD &&
	    fcntl(PASSED_FD, F_SETFD, 0) == 0) {
		setenv("LISTEN_FDS", "1", 1);
		execv(path, argv);
	}
	die("exec");
}

static int listener_of(char **argv)
{
	if (getenv("LISTEN_FDS")) {
		unsetenv("LISTEN_FDS");
		fcntl(PASSED_FD, F_SETFD, FD_CLOEXEC);
		return PASSED_FD;
	}
	int fd = open_listener();
	if (want.exec)
		start_with(fd, argv);
	if (want.activate) {
		truth_socket("listener", "tcp", fd, 0);
		if (fork_child() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			start_with(fd, argv);
		}
		while (wait(NULL) > 0 || errno == EINTR)
			;
		exit(0);
	}
	return fd;
}

/* Workers that share fd, or, each, take one of their own. */
static void work(int fd)
{
	for (unsigned long i = 0; i < want.workers; i++) {
		if (fork_child() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (want.each) {
				fd = open_listener();
				truth_socket("listener",
					     want.datagrams ? "udp" : "tcp",
					     fd, 0);
			}
			serve_all(fd);
			_exit(0);
		}
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

static void prepare(void)
{
	struct rlimit files;

	alarm(TRUTH_LIFE_S);
	signal(SIGPIPE, SIG_IGN);
	if (want.style == FORK)
		signal(SIGCHLD, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (want.way == SPLICE && pipe2(tube, O_CLOEXEC))
		die("pipe");
	if (want.way == SENDFILE) {
		file = memfd_create("answer", MFD_CLOEXEC);
		if (file < 0 || ftruncate(file, FILE_BYTES) ||
		    pwrite(file, "\n", 1, FILE_BYTES - 1) != 1)
			die("memfd");
	}
}

static void usage(void)
{
	dprintf(2, "server [-f|-t|-p WORKERS [-R]] [-x|-a] [-n CONNECTIONS] "
		   "[-s|-S|-i|-I] [-HcdU] [-l MS] ADDRESS PORT\n");
	exit(2);
}

int main(int argc, char **argv)
{
	int opt;
	pthread_t thread;

	while ((opt = getopt(argc, argv, "ftp:Rxan:sSiIHcdUl:")) != -1) {
		switch (opt) {
		case 'f': want.style = FORK; break;
		case 't': want.style = THREAD; break;
		case 'p': want.workers = number(optarg, 64); break;
		case 'R': want.each = true; break;
		case 'x': want.exec = true; break;
		case 'a': want.activate = true; break;
		case 'n': want.connections = number(optarg, 1000000); break;
		case 's': want.way = SENDFILE; break;
		case 'S': want.way = SPLICE; break;
		case 'I': uring.async = true; /* fall through */
		case 'i': want.way = URING; break;
		case 'H': want.hammer = true; break;
		case 'c': want.first = true; break;
		case 'd': want.deferred = true; break;
		case 'U': want.datagrams = true; break;
		case 'l': want.linger_ms = number(optarg, 10000); break;
		default: usage();
		}
	}
	if (argc - optind != 2 || (want.each && !want.workers))
		usage();
	want.here = endpoint_parse(argv[optind],
				   (uint16_t)number(argv[optind + 1], 65535));
	prepare();
	if (want.each) {
		work(-1);
		return 0;
	}

	int listener = listener_of(argv);
	truth_socket("listener", want.datagrams ? "udp" : "tcp", listener, 0);
	if (want.hammer && pthread_create(&thread, NULL, hammer_thread, &listener))
		die("thread");
	if (want.workers)
		work(listener);
	else
		serve_all(listener);
	return 0;
}
