/* SPDX-License-Identifier: MIT */
/*
 * Very many local connections in a very short time: a server that accepts and
 * closes, and a client that connects and closes. Truth: "storm" with the
 * number of connections made; the time they took on standard output.
 *
 * A source address has some 28,000 ports, each kept for a minute by the
 * TIME_WAIT of its last connection, so several addresses take turns.
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/live/truth.h"

/* So many connections may wait for accept(); more would lose their SYN. */
#define WINDOW 1000

static void accept_all(int listener, unsigned long total, atomic_ulong *done)
{
	char c;

	for (unsigned long i = 0; i < total; i++) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			die("accept");
		while (read(fd, &c, 1) > 0)
			;
		close(fd);
		atomic_store(done, i + 1);
	}
}

static void connect_once(const union endpoint *there, uint32_t source,
			 bool reset)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };
	union endpoint here = { .v4 = { .sin_family = AF_INET,
					.sin_addr.s_addr = htonl(source) } };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	/* The port is picked at connect(), when the peer is known. */
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, &here.any, sizeof(here.v4)))
		die("bind");
	if (connect(fd, &there->any, sizeof(there->v4)))
		die("connect");
	if (reset)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned long total = 1000, rate = 20000, sources = 4;
	bool reset = false;
	int opt;

	while ((opt = getopt(argc, argv, "n:r:s:l")) != -1) {
		switch (opt) {
		case 'n': total = number(optarg, 1000000); break;
		case 'r': rate = number(optarg, 1000000); break;
		case 's': sources = number(optarg, 200); break;
		case 'l': reset = true; break;
		default: return 2;
		}
	}
	if (argc - optind != 1 || !rate || !sources) {
		dprintf(2, "storm [-l] [-n CONNECTIONS] [-r PER_SECOND] "
			   "[-s SOURCES] PORT\n");
		return 2;
	}
	alarm(TRUTH_LIFE_S);

	union endpoint there = endpoint_parse("127.0.0.1",
		(uint16_t)number(argv[optind], 65535));
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	atomic_ulong *done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (listener < 0 || done == MAP_FAILED)
		die("socket");
	if (bind(listener, &there.any, sizeof(there.v4)) ||
	    listen(listener, 4096))
		die("listen");

	pid_t server = fork_child();
	if (server == 0) {
		accept_all(listener, total, done);
		_exit(0);
	}
	close(listener);

	uint64_t start = clock_ns(CLOCK_MONOTONIC);
	for (unsigned long i = 0; i < total; i++) {
		while (i - atomic_load(done) >= WINDOW)
			sleep_until_ns(clock_ns(CLOCK_MONOTONIC) + 100000);
		uint64_t due = start + i * 1000000000 / rate;
		if (clock_ns(CLOCK_MONOTONIC) < due)
			sleep_until_ns(due);
		connect_once(&there, 0x7f000002 + (uint32_t)(i % sources), reset);
	}
	int status = 1;
	waitpid(server, &status, 0);
	if (status) {
		errno = ECHILD;
		die("server");
	}
	truth_line("storm", "tcp", &there, &there, total);
	dprintf(1, "%lu connections in %" PRIu64 " ms\n", total,
		(clock_ns(CLOCK_MONOTONIC) - start) / 1000000);
	return 0;
}
