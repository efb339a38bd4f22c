/* SPDX-License-Identifier: MIT */
/*
 * A TCP server of every make: one process, a process or a thread for each
 * connection, or workers forked before that share the listener.
 *
 * It answers a line with a line and closes when the client does. Truth:
 * "listener" once it listens, "server" from whoever served a connection, with
 * the bytes it read.
 */
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/live/truth.h"

enum style { ONE, FORK, THREAD };

static struct {
	enum style style;
	unsigned long workers; /* processes that accept; 0: this one */
	unsigned long connections; /* each accepts so many, then ends */
	bool hammer; /* a second thread takes the listener's lock all the time */
	bool first; /* the server closes first */
	bool deferred; /* what brings no data is not accepted */
	unsigned long linger_ms; /* it closes so long after the client */
} want = { .connections = 1000000 };

struct peer {
	int fd;
	union endpoint local, remote;
};

static void serve(struct peer *p)
{
	char buf[4096];
	uint64_t bytes = 0;
	ssize_t n;
	bool answered = false;

	while ((n = read(p->fd, buf, sizeof(buf))) > 0) {
		bytes += (uint64_t)n;
		if (answered || !memchr(buf, '\n', (size_t)n))
			continue;
		answered = true;
		if (write(p->fd, "pong\n", 5) != 5)
			break;
		if (want.first)
			shutdown(p->fd, SHUT_WR);
	}
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

static void accept_loop(int listener)
{
	for (unsigned long i = 0; i < want.connections; i++) {
		struct peer p = { 0 };
		socklen_t size = sizeof(p.remote);

		p.fd = accept(listener, &p.remote.any, &size);
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

int main(int argc, char **argv)
{
	int opt, on = 1, listener;
	pthread_t thread;

	while ((opt = getopt(argc, argv, "ftp:n:Hcdl:")) != -1) {
		switch (opt) {
		case 'f': want.style = FORK; break;
		case 't': want.style = THREAD; break;
		case 'p': want.workers = number(optarg, 64); break;
		case 'n': want.connections = number(optarg, 1000000); break;
		case 'H': want.hammer = true; break;
		case 'c': want.first = true; break;
		case 'd': want.deferred = true; break;
		case 'l': want.linger_ms = number(optarg, 10000); break;
		default: return 2;
		}
	}
	if (argc - optind != 2) {
		dprintf(2, "server [-f|-t|-p WORKERS] [-n CONNECTIONS] [-Hcd] "
			   "[-l MS] ADDRESS PORT\n");
		return 2;
	}
	alarm(TRUTH_LIFE_S);
	signal(SIGPIPE, SIG_IGN);
	if (want.style == FORK)
		signal(SIGCHLD, SIG_IGN);

	union endpoint here = endpoint_parse(argv[optind],
		(uint16_t)number(argv[optind + 1], 65535));
	listener = socket(here.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		die("socket");
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (want.deferred)
		setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on,
			   sizeof(on));
	if (bind(listener, &here.any, endpoint_size(&here)) ||
	    listen(listener, 4096))
		die("listen");
	truth_socket("listener", "tcp", listener, 0);

	for (unsigned long i = 0; i < want.workers; i++) {
		if (fork_child() == 0) {
			accept_loop(listener);
			_exit(0);
		}
	}
	if (want.hammer && pthread_create(&thread, NULL, hammer_thread, &listener))
		die("thread");
	if (want.workers)
		while (wait(NULL) > 0 || errno == EINTR)
			;
	else
		accept_loop(listener);
	return 0;
}
