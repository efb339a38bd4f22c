/* SPDX-License-Identifier: MIT */
/*
 * Takes datagrams, and with `-e` sends each back. Truth: "ready" once it is
 * bound, "receiver" with how many came, when SIGTERM ends it or the first
 * N have come.
 */
#include <signal.h>
#include <sys/socket.h>

#include "tests/live/truth.h"

static volatile sig_atomic_t stop;

static void on_signal(int number_)
{
	(void)number_;
	stop = 1;
}

int main(int argc, char **argv)
{
	unsigned long total = 100000000, got = 0;
	int opt, room = 4 << 20;
	bool echo = false;

	while ((opt = getopt(argc, argv, "en:")) != -1) {
		switch (opt) {
		case 'e': echo = true; break;
		case 'n': total = number(optarg, 100000000); break;
		default: return 2;
		}
	}
	if (argc - optind != 2) {
		dprintf(2, "sink [-e] [-n PACKETS] ADDRESS PORT\n");
		return 2;
	}
	alarm(TRUTH_LIFE_S);
	struct sigaction act = { .sa_handler = on_signal };
	sigaction(SIGTERM, &act, NULL);

	union endpoint here = endpoint_parse(argv[optind],
		(uint16_t)number(argv[optind + 1], 65535));
	int fd = socket(here.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(fd, &here.any, endpoint_size(&here)))
		die("bind");
	truth_socket("ready", "udp", fd, 0);

	while (!stop && got < total) {
		static char buf[65536];
		union endpoint from;
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(fd, buf, sizeof(buf), 0, &from.any, &size);

		if (n < 0)
			continue;
		got++;
		if (echo && sendto(fd, buf, (size_t)n, 0, &from.any, size) != n)
			die("sendto");
	}
	truth_socket("receiver", "udp", fd, got);
	return 0;
}
