/* SPDX-License-Identifier: MIT */
/*
 * What the traffic programs share: each says who it was and what it did, one
 * JSON object a line, and the checks compare that with what netexplore saw.
 *
 * The lines are appended to the file that NETEXPLORE_TRUTH names, with one
 * write each, so that many processes may share it; without it they go to
 * standard output.
 */
#ifndef NX_TRUTH_H
#define NX_TRUTH_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* No traffic program outlives its test by more than this. */
#define TRUTH_LIFE_S 600

union endpoint {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

_Noreturn static inline void die(const char *what)
{
	int why = errno;

	dprintf(2, "%s: %s: %s\n", program_invocation_short_name, what,
		why ? strerror(why) : "wrong use");
	exit(1);
}

static inline unsigned long number(const char *text, unsigned long max)
{
	char *end;

	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (errno || !*text || *end || n > max) {
		errno = EINVAL;
		die(text);
	}
	return n;
}

static inline socklen_t endpoint_size(const union endpoint *e)
{
	return e->any.sa_family == AF_INET6 ? sizeof(e->v6) : sizeof(e->v4);
}

static inline union endpoint endpoint_parse(const char *address, uint16_t port)
{
	union endpoint e = { .room = { 0 } };

	if (inet_pton(AF_INET6, address, &e.v6.sin6_addr) == 1) {
		e.v6.sin6_family = AF_INET6;
		e.v6.sin6_port = htons(port);
	} else if (inet_pton(AF_INET, address, &e.v4.sin_addr) == 1) {
		e.v4.sin_family = AF_INET;
		e.v4.sin_port = htons(port);
	} else {
		errno = EINVAL;
		die(address);
	}
	return e;
}

/* As netexplore prints it: an IPv4 address in IPv6 clothes is IPv4. */
static inline void endpoint_text(const union endpoint *e, char *text,
				 size_t size)
{
	static const char mapped[] = "::ffff:";

	text[0] = '\0';
	if (e->any.sa_family == AF_INET)
		inet_ntop(AF_INET, &e->v4.sin_addr, text, (socklen_t)size);
	else if (e->any.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &e->v6.sin6_addr, text, (socklen_t)size);
	if (strncmp(text, mapped, strlen(mapped)) == 0 && strchr(text, '.'))
		memmove(text, text + strlen(mapped),
			strlen(text) - strlen(mapped) + 1);
}

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* When the machine began; read again if something came between. */
static inline uint64_t boot_ns(void)
{
	for (int tries = 0;; tries++) {
		uint64_t before = clock_ns(CLOCK_BOOTTIME);
		uint64_t now = clock_ns(CLOCK_REALTIME);

		if (clock_ns(CLOCK_BOOTTIME) - before < 1000000 || tries == 100)
			return now - before;
	}
}

/*
 * When this process began, ns since the epoch, to one clock tick (10 ms):
 * the 22nd field of /proc/self/stat, proc(5). The name before it may hold
 * anything, so count from its closing parenthesis.
 */
static inline uint64_t process_start_ns(void)
{
	char text[1024];
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		return 0;
	close(fd);
	text[n] = '\0';

	char *at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return 0;

	uint64_t tick = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
	return strtoull(at, NULL, 10) * tick + boot_ns();
}

/* The program's name inside a JSON string, as netexplore shows it. */
static inline void comm_text(char *text, size_t size)
{
	size_t at = 0;

	for (const char *c = program_invocation_short_name; *c; c++) {
		unsigned byte = (unsigned char)*c;
		bool plain = byte >= ' ' && byte < 127;

		at += (size_t)snprintf(text + at, size - at,
			byte == '"' ? "\\\"" : plain ? "%c" : "\\\\%03u", byte);
		if (at >= size)
			die("name");
	}
}

static inline void truth_line(const char *role, const char *proto,
			      const union endpoint *local,
			      const union endpoint *remote, uint64_t count)
{
	const char *file = getenv("NETEXPLORE_TRUTH");
	char l[INET6_ADDRSTRLEN], r[INET6_ADDRSTRLEN], line[1024];
	char comm[128] = "";
	struct stat ns = { 0 };

	stat("/proc/self/ns/net", &ns);
	comm_text(comm, sizeof(comm));
	endpoint_text(local, l, sizeof(l));
	endpoint_text(remote, r, sizeof(r));
	/* Ports are at the same place in both families. */
	int n = snprintf(line, sizeof(line),
		"{\"pid\":%d,\"tid\":%d,\"ppid\":%d,\"uid\":%u,"
		"\"start_ns\":%" PRIu64 ",\"comm\":\"%s\",\"netns\":%lu,"
		"\"role\":\"%s\",\"proto\":\"%s\",\"local\":\"%s\","
		"\"lport\":%u,\"remote\":\"%s\",\"rport\":%u,"
		"\"count\":%" PRIu64 "}\n",
		getpid(), (int)syscall(SYS_gettid), getppid(), getuid(),
		process_start_ns(), comm,
		(unsigned long)ns.st_ino, role, proto, l,
		ntohs(local->v4.sin_port), r, ntohs(remote->v4.sin_port),
		count);
	int fd = file ? open(file, O_WRONLY | O_APPEND | O_CLOEXEC) : 1;

	if (fd < 0 || write(fd, line, (size_t)n) != n)
		die(file ? file : "standard output");
	if (file)
		close(fd);
}

/* The same for a socket that is bound and, if it matters, connected. */
static inline void truth_socket(const char *role, const char *proto, int fd,
				uint64_t count)
{
	union endpoint local = { .room = { 0 } }, remote = { .room = { 0 } };
	socklen_t size = sizeof(local);

	getsockname(fd, &local.any, &size);
	size = sizeof(remote);
	getpeername(fd, &remote.any, &size);
	truth_line(role, proto, &local, &remote, count);
}

/* A child keeps no alarm of its parent's: give it one of its own. */
static inline pid_t fork_child(void)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (child == 0)
		alarm(TRUTH_LIFE_S);
	return child;
}

static inline void sleep_until_ns(uint64_t time_ns)
{
	struct timespec t = { .tv_sec = (time_t)(time_ns / 1000000000),
			      .tv_nsec = (long)(time_ns % 1000000000) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) ==
	       EINTR)
		;
}

#endif
