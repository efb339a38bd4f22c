/* SPDX-License-Identifier: MIT */
/*
 * One DNS query, one answer, and gone within a millisecond: the shortest
 * client there is. With `-r` it asks again, once, when no answer comes.
 * Address, port and id can be given, so that two namespaces may ask exactly
 * the same. Truth: "asked" with the id as the count.
 */
#include <sys/socket.h>
#include <sys/time.h>

#include "tests/live/truth.h"

static size_t query(uint8_t buf[512], uint16_t id, const char *name,
		    uint16_t type)
{
	const uint8_t head[12] = { (uint8_t)(id >> 8), (uint8_t)id, 1, 0, 0, 1 };
	size_t at = sizeof(head);

	memcpy(buf, head, sizeof(head));
	while (*name) {
		size_t n = strcspn(name, ".");

		if (n > 63 || at + n > 500) {
			errno = ENAMETOOLONG;
			die(name);
		}
		buf[at++] = (uint8_t)n;
		memcpy(buf + at, name, n);
		at += n;
		name += n + (name[n] == '.');
	}
	buf[at++] = 0;
	buf[at++] = (uint8_t)(type >> 8);
	buf[at++] = (uint8_t)type;
	buf[at++] = 0;
	buf[at++] = 1; /* IN */
	return at;
}

int main(int argc, char **argv)
{
	unsigned long id = (unsigned long)getpid() & 0xffff, type = 1, port = 0;
	const char *source = NULL;
	bool again = false;
	int opt;

	while ((opt = getopt(argc, argv, "ri:t:s:p:")) != -1) {
		switch (opt) {
		case 'r': again = true; break;
		case 'i': id = number(optarg, 65535); break;
		case 't': type = number(optarg, 65535); break;
		case 's': source = optarg; break;
		case 'p': port = number(optarg, 65535); break;
		default: return 2;
		}
	}
	if (argc - optind != 3) {
		dprintf(2, "ask [-r] [-i ID] [-t TYPE] [-s SOURCE] [-p SOURCE_PORT] "
			   "SERVER PORT NAME\n");
		return 2;
	}
	alarm(TRUTH_LIFE_S);

	union endpoint there = endpoint_parse(argv[optind],
		(uint16_t)number(argv[optind + 1], 65535));
	struct timeval patience = { .tv_sec = !again, .tv_usec = again * 200000 };
	int fd = socket(there.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (source) {
		union endpoint here = endpoint_parse(source, (uint16_t)port);

		if (bind(fd, &here.any, endpoint_size(&here)))
			die("bind");
	}
	if (connect(fd, &there.any, endpoint_size(&there)))
		die("connect");

	uint8_t buf[1500];
	size_t len = query(buf, (uint16_t)id, argv[optind + 2], (uint16_t)type);
	if (send(fd, buf, len, 0) != (ssize_t)len)
		die("send");
	truth_socket("asked", "udp", fd, id);
	ssize_t n = recv(fd, buf, sizeof(buf), 0);
	if (n < 0 && again && send(fd, buf, len, 0) == (ssize_t)len)
		n = recv(fd, buf, sizeof(buf), 0);
	return n < 0;
}
