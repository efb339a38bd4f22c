/* SPDX-License-Identifier: MIT */
/*
 * Sockets that are busy all the time: TCP connections and UDP sockets between
 * two processes, on each of which one says something and the other answers,
 * so many rounds a second, until it is ended. Truth: "busy" from each once it
 * has them all, with their number.
 */
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "tests/live/truth.h"

#define SOCKETS_MAX 1024
#define ROUND_MS 5000 /* an answer on the loopback does not take so long */

static struct {
	unsigned long tcp, udp, rate;
	union endpoint here;
} want = { .tcp = 200, .udp = 50, .rate = 20 };

static int open_socket(bool tcp)
{
	int type = tcp ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(want.here.any.sa_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	return fd;
}

/* The i-th address: the connections have one port, datagrams one each. */
static union endpoint address(unsigned long i)
{
	union endpoint e = want.here;

	if (i >= want.tcp)
		e.v4.sin_port = htons((uint16_t)(ntohs(e.v4.sin_port) + 1 + i -
						 want.tcp));
	return e;
}

static int bound(unsigned long i)
{
	union endpoint e = address(i);
	int fd = open_socket(i < want.tcp);

	if (bind(fd, &e.any, endpoint_size(&e)))
		die("bind");
	return fd;
}

/* Whatever comes is said back to who said it. */
static void answer(struct pollfd *of, unsigned long n)
{
	while (poll(of, n, -1) > 0)
		for (unsigned long i = 0; i < n; i++) {
			union endpoint from;
			socklen_t size = sizeof(from);
			char text[16];

			if (!of[i].revents)
				continue;
			ssize_t got = recvfrom(of[i].fd, text, sizeof(text), 0,
					       &from.any, &size);
			if (got <= 0)
				exit(0);
			sendto(of[i].fd, text, (size_t)got, MSG_NOSIGNAL,
			       size ? &from.any : NULL, size);
		}
}

/* Connections may be accepted in another order than they were made. */
static void serve(int listener, struct pollfd *of, unsigned long n)
{
	for (unsigned long i = 0; i < want.tcp; i++) {
		of[i].fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (of[i].fd < 0)
			die("accept");
	}
	close(listener);
	truth_line("busy", "server", &want.here, &want.here, n);
	answer(of, n);
}

static void round_of(const struct pollfd *of, unsigned long n)
{
	char text[16];

	for (unsigned long i = 0; i < n; i++)
		if (send(of[i].fd, "busy", 4, MSG_NOSIGNAL) != 4)
			die("send");
	for (unsigned long i = 0; i < n; i++) {
		struct pollfd one = of[i];

		if (poll(&one, 1, ROUND_MS) != 1 ||
		    recv(of[i].fd, text, sizeof(text), 0) <= 0)
			die("recv");
	}
}

static void speak(struct pollfd *of, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++) {
		union endpoint there = address(i);

		of[i].fd = open_socket(i < want.tcp);
		if (connect(of[i].fd, &there.any, endpoint_size(&there)))
			die("connect");
	}
	truth_line("busy", "client", &want.here, &want.here, n);
	for (uint64_t due = clock_ns(CLOCK_MONOTONIC);;
	     due += 1000000000 / want.rate) {
		sleep_until_ns(due);
		round_of(of, n);
	}
}

int main(int argc, char **argv)
{
	static struct pollfd of[SOCKETS_MAX];
	int opt;

	while ((opt = getopt(argc, argv, "t:u:r:")) != -1) {
		switch (opt) {
		case 't': want.tcp = number(optarg, SOCKETS_MAX / 2); break;
		case 'u': want.udp = number(optarg, SOCKETS_MAX / 2); break;
		case 'r': want.rate = number(optarg, 1000); break;
		default: return 2;
		}
	}
	if (argc - optind != 2 || !want.rate) {
		dprintf(2, "busy [-t CONNECTIONS] [-u UDP_SOCKETS] [-r ROUNDS_PER_SECOND] "
			   "ADDRESS PORT\n");
		return 2;
	}
	alarm(TRUTH_LIFE_S);
	want.here = endpoint_parse(argv[optind],
		(uint16_t)number(argv[optind + 1], 60000));

	unsigned long n = want.tcp + want.udp;
	int listener = bound(0);
	if (listen(listener, SOCKETS_MAX))
		die("listen");
	for (unsigned long i = 0; i < n; i++)
		of[i] = (struct pollfd){ .fd = i < want.tcp ? -1 : bound(i),
					 .events = POLLIN };
	pid_t parent = getpid();
	if (fork_child() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			serve(listener, of, n);
		return 0;
	}
	close(listener);
	for (unsigned long i = want.tcp; i < n; i++)
		close(of[i].fd);
	speak(of, n);
}
