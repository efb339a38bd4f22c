/* SPDX-License-Identifier: MIT */
/*
 * Datagrams at a steady rate. Truth: "sender" with how many were sent, and
 * the time it took on standard output, so that a test knows what the machine
 * really did.
 */
#include <sys/socket.h>

#include "tests/live/truth.h"

/* Sends due within a millisecond go out together: finer sleeps do not hold. */
#define STEP_NS 1000000

int main(int argc, char **argv)
{
	unsigned long rate = 1000, total = 1, size = 32;
	int opt;

	while ((opt = getopt(argc, argv, "r:n:s:")) != -1) {
		switch (opt) {
		case 'r': rate = number(optarg, 10000000); break;
		case 'n': total = number(optarg, 100000000); break;
		case 's': size = number(optarg, 60000); break;
		default: return 2;
		}
	}
	if (argc - optind != 2 || !rate || !size) {
		dprintf(2, "flood [-r PER_SECOND] [-n PACKETS] [-s BYTES] "
			   "ADDRESS PORT\n");
		return 2;
	}
	alarm(TRUTH_LIFE_S);

	union endpoint there = endpoint_parse(argv[optind],
		(uint16_t)number(argv[optind + 1], 65535));
	int fd = socket(there.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char *payload = calloc(1, size);
	if (fd < 0 || !payload)
		die("socket");
	if (connect(fd, &there.any, endpoint_size(&there)))
		die("connect");

	uint64_t start = clock_ns(CLOCK_MONOTONIC), now = start;
	unsigned long sent = 0, failed = 0;
	while (sent < total) {
		unsigned long due = 1 + (unsigned long)((now - start) * rate /
							1000000000);

		for (; sent < total && sent < due; sent++) {
			/* An ICMP error of an earlier datagram is reported
			 * here, and this one is not sent. */
			while (send(fd, payload, size, 0) < 0) {
				if (errno != ECONNREFUSED && errno != EINTR)
					die("send");
				failed++;
			}
		}
		if (sent < total)
			sleep_until_ns(now + STEP_NS);
		now = clock_ns(CLOCK_MONOTONIC);
	}
	truth_socket("sender", "udp", fd, sent);
	dprintf(1, "sent %lu in %" PRIu64 " ms, %lu refused\n", sent,
		(now - start) / 1000000, failed);
	free(payload);
	return 0;
}
