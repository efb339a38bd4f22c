/* SPDX-License-Identifier: MIT */
/*
 * Processes that share one UDP socket, and who asks them. The parent opens the
 * socket and forks; each worker reads, and sends back what it read. Until
 * SIGTERM; then each says which requests it has read.
 *
 * With `-c` it asks: COUNT requests from several ports, so many at a time. A
 * request has its own size in front, if it is that long; port and size together
 * are of one request only, unless the size is given.
 *
 * Truth, all at the end, so that nothing slows the race: "listener" from the
 * parent, "worker" and "client" for each request, with its size as the count.
 */
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/live/truth.h"

#define PORTS 20
#define BATCH 8
#define READS_MAX 100000
#define SIZE_MAX_BYTES 4096

static struct {
	unsigned long workers, rcvbuf, delay_us, first;
	bool peek, cut, batch, silent, only_v6;
	/* of who asks */
	bool asks, burst;
	unsigned long count, window, size;
} want = { .workers = 4, .count = 1000, .window = 16 };

static struct {
	union endpoint from;
	uint32_t size;
} reads[READS_MAX];
static size_t reads_count;
static volatile sig_atomic_t stopped;

static void on_term(int signo)
{
	(void)signo;
	stopped = 1;
}

static void catch(int signo)
{
	const struct sigaction action = { .sa_handler = on_term };

	sigaction(signo, &action, NULL); /* without SA_RESTART */
}

/* What was read may be a part of it; its own size says. */
static void keep(const union endpoint *from, const uint8_t *data, size_t size)
{
	uint32_t whole = (uint32_t)size;

	if (size >= sizeof(whole))
		memcpy(&whole, data, sizeof(whole));
	if (reads_count == READS_MAX)
		die("too many requests");
	reads[reads_count].from = *from;
	reads[reads_count++].size = whole;
}

static void tell(const char *role, int fd)
{
	union endpoint local = { .room = { 0 } };
	socklen_t len = sizeof(local);

	getsockname(fd, &local.any, &len);
	for (size_t i = 0; i < reads_count; i++)
		truth_line(role, "udp", &local, &reads[i].from, reads[i].size);
}

/* --- workers --- */

static void answer(int fd, const union endpoint *to, const void *data,
		   size_t size)
{
	if (want.delay_us)
		usleep((useconds_t)want.delay_us);
	if (!want.silent)
		sendto(fd, data, size, 0, &to->any, endpoint_size(to));
}

static void read_batch(int fd)
{
	static uint8_t data[BATCH][SIZE_MAX_BYTES];
	union endpoint from[BATCH];
	struct mmsghdr m[BATCH] = { 0 };
	struct iovec v[BATCH];

	for (int i = 0; i < BATCH; i++) {
		v[i] = (struct iovec){ data[i], sizeof(data[i]) };
		m[i].msg_hdr = (struct msghdr){ .msg_name = &from[i],
						.msg_namelen = sizeof(from[i]),
						.msg_iov = &v[i],
						.msg_iovlen = 1 };
	}
	int n = recvmmsg(fd, m, BATCH, MSG_WAITFORONE, NULL);
	for (int i = 0; i < n; i++) {
		keep(&from[i], data[i], m[i].msg_len);
		answer(fd, &from[i], data[i], m[i].msg_len);
	}
}

/* `room`: of the buffer. */
static void read_one(int fd, size_t room)
{
	uint8_t data[SIZE_MAX_BYTES];
	union endpoint from;
	socklen_t len = sizeof(from);

	if (want.peek && recv(fd, data, sizeof(data), MSG_PEEK) < 0)
		return;
	ssize_t n = recvfrom(fd, data, room, 0, &from.any, &len);
	if (n < 0)
		return;
	keep(&from, data, (size_t)n);
	answer(fd, &from, data, (size_t)n);
}

static void work(int fd, unsigned long number)
{
	size_t room = want.cut && number % 2 ? 24 : SIZE_MAX_BYTES;

	while (!stopped)
		if (want.batch)
			read_batch(fd);
		else
			read_one(fd, room);
	tell("worker", fd);
}

static void serve(const union endpoint *at)
{
	pid_t child[64];
	int off = 0, fd = socket(at->any.sa_family, SOCK_DGRAM, 0);

	if (fd < 0 || want.workers > 64)
		die("socket");
	if (at->any.sa_family == AF_INET6 && !want.only_v6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (want.rcvbuf)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF,
			   &(int){ (int)want.rcvbuf }, sizeof(int));
	if (bind(fd, &at->any, endpoint_size(at)))
		die("bind");
	catch(SIGTERM);
	truth_socket("listener", "udp", fd, 0);
	/* The parent may have read some itself, before there are workers. */
	for (unsigned long i = 0; i < want.first && !stopped; i++)
		read_one(fd, SIZE_MAX_BYTES);
	for (unsigned long i = 0; i < want.workers; i++) {
		child[i] = fork_child();
		if (child[i] == 0) {
			reads_count = 0;
			work(fd, i);
			_exit(0);
		}
	}
	while (!stopped)
		pause();
	for (unsigned long i = 0; i < want.workers; i++)
		kill(child[i], SIGTERM);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	tell("worker", fd);
}

/* --- who asks --- */

/* Until at most so many are outstanding; what does not come then is given up. */
static void take_answers(struct pollfd p[PORTS], unsigned long *waiting,
			 unsigned long most, int timeout_ms)
{
	uint8_t data[SIZE_MAX_BYTES];

	while (*waiting > most) {
		if (poll(p, PORTS, timeout_ms) <= 0) {
			*waiting = 0;
			return;
		}
		for (int i = 0; i < PORTS; i++)
			if (p[i].revents && *waiting &&
			    recv(p[i].fd, data, sizeof(data), MSG_DONTWAIT) >= 0)
				--*waiting;
	}
}

static void ask(const union endpoint *at)
{
	struct pollfd p[PORTS];
	uint8_t data[SIZE_MAX_BYTES] = { 0 };
	unsigned long waiting = 0;

	for (int i = 0; i < PORTS; i++) {
		p[i] = (struct pollfd){ socket(at->any.sa_family, SOCK_DGRAM, 0),
					POLLIN, 0 };
		if (connect(p[i].fd, &at->any, endpoint_size(at)))
			die("connect");
	}
	for (unsigned long i = 0; i < want.count; i++) {
		int to = (int)(i % PORTS);
		uint32_t size = want.size != SIZE_MAX_BYTES ?
					(uint32_t)want.size :
					(uint32_t)(i / PORTS * 7 % 50 + i / (PORTS * 50) * 50);
		union endpoint from;
		socklen_t len = sizeof(from);

		memcpy(data, &size, sizeof(size));
		if (send(p[to].fd, data, size, 0) < 0 && errno != ECONNREFUSED)
			die("send");
		getsockname(p[to].fd, &from.any, &len);
		keep(at, data, size >= sizeof(size) ? sizeof(size) : size);
		reads[reads_count - 1].from = from;
		waiting++;
		if (!want.burst)
			take_answers(p, &waiting, want.window - 1, 200);
	}
	if (!want.silent)
		take_answers(p, &waiting, 0, 500);
	for (size_t i = 0; i < reads_count; i++)
		truth_line("client", "udp", &reads[i].from, at, reads[i].size);
}

int main(int argc, char **argv)
{
	int opt;

	want.size = SIZE_MAX_BYTES;
	while ((opt = getopt(argc, argv, "w:b:d:f:ptms6cBn:W:z:")) != -1) {
		switch (opt) {
		case 'w': want.workers = number(optarg, 64); break;
		case 'b': want.rcvbuf = number(optarg, 1 << 30); break;
		case 'd': want.delay_us = number(optarg, 1000000); break;
		case 'f': want.first = number(optarg, READS_MAX); break;
		case 'p': want.peek = true; break;
		case 't': want.cut = true; break;
		case 'm': want.batch = true; break;
		case 's': want.silent = true; break;
		case '6': want.only_v6 = true; break;
		case 'c': want.asks = true; break;
		case 'B': want.burst = true; break;
		case 'n': want.count = number(optarg, READS_MAX); break;
		case 'W': want.window = number(optarg, 1000); break;
		case 'z': want.size = number(optarg, SIZE_MAX_BYTES - 1); break;
		default: return 2;
		}
	}
	if (argc - optind != 2) {
		dprintf(2, "workers [-w WORKERS] [-b RCVBUF] [-d MICROSECONDS] "
			   "[-f READ_BEFORE] [-ptms6] ADDRESS PORT\n"
			   "workers -c [-n COUNT] [-W AT_A_TIME | -B] [-z SIZE] "
			   "ADDRESS PORT\n");
		return 2;
	}
	alarm(TRUTH_LIFE_S);
	union endpoint at = endpoint_parse(argv[optind],
		(uint16_t)number(argv[optind + 1], 65535));
	if (want.asks)
		ask(&at);
	else
		serve(&at);
	return 0;
}
