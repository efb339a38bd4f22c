/* SPDX-License-Identifier: MIT */
/*
 * A DNS responder for the zone "test", over UDP and TCP, whose names say what
 * will happen: see zone[] and answer(). Truth: "ready" once it listens,
 * "answered" or "silent" for each query, with the query's id as the count.
 */
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "tests/live/truth.h"

enum { A = 1, NS = 2, CNAME = 5, SOA = 6, PTR = 12, MX = 15, TXT = 16,
       AAAA = 28, SRV = 33 };
enum { NOERROR = 0, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5 };

/* Octets of a record as they are on the wire; names are not compressed. */
#define RDATA(bytes) (bytes), sizeof(bytes) - 1

static const struct record {
	const char *name;
	unsigned type;
	const char *data;
	size_t len;
} zone[] = {
	{ "test", SOA, RDATA("\2ns\4test\0\5admin\4test\0"
			     "\0\0\0\1\0\0\16\20\0\0\2\130\0\1\121\200\0\0\0\74") },
	{ "test", NS, RDATA("\2ns\4test\0") },
	{ "host.test", A, RDATA("\300\0\2\12") },
	{ "host.test", AAAA, RDATA("\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\12") },
	{ "two.test", A, RDATA("\300\0\2\25") },
	{ "two.test", A, RDATA("\300\0\2\26") },
	{ "alias.test", CNAME, RDATA("\4host\4test\0") },
	{ "mx.test", MX, RDATA("\0\12\4mail\4test\0") },
	{ "txt.test", TXT, RDATA("\5hello\5world") },
	{ "_sip._udp.test", SRV, RDATA("\0\1\0\2\23\304\4host\4test\0") },
	{ "10.2.0.192.in-addr.arpa", PTR, RDATA("\4host\4test\0") },
	{ "slow.test", A, RDATA("\300\0\2\36") },
	{ "retry.test", A, RDATA("\300\0\2\37") },
	{ "big.test", A, RDATA("\300\0\2\40") },
};

struct message {
	uint8_t buf[1600];
	size_t len;
};

static void put(struct message *m, const void *bytes, size_t n)
{
	if (n > sizeof(m->buf) - m->len) {
		errno = EMSGSIZE;
		die("answer");
	}
	memcpy(m->buf + m->len, bytes, n);
	m->len += n;
}

static void put_u16(struct message *m, unsigned n)
{
	uint8_t bytes[2] = { (uint8_t)(n >> 8), (uint8_t)n };

	put(m, bytes, 2);
}

static void put_name(struct message *m, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");
		uint8_t len = (uint8_t)n;

		put(m, &len, 1);
		put(m, name, n);
		name += n + (name[n] == '.');
	}
	put(m, "", 1);
}

static unsigned put_records(struct message *m, const char *name, unsigned type,
			    bool *exists)
{
	unsigned count = 0;

	for (size_t i = 0; i < sizeof(zone) / sizeof(zone[0]); i++) {
		const struct record *r = &zone[i];

		if (strcasecmp(r->name, name) != 0)
			continue;
		*exists = true;
		if (r->type != type && r->type != CNAME)
			continue;
		put_name(m, r->name);
		put_u16(m, r->type);
		put_u16(m, 1);
		put_u16(m, 0);
		put_u16(m, 60); /* time to live */
		put_u16(m, (unsigned)r->len);
		put(m, r->data, r->len);
		count++;
		if (r->type == CNAME && type != CNAME)
			return count + put_records(m, "host.test", type, exists);
	}
	return count;
}

/* The question's name as text, and where it ends; 0: not a question. */
static size_t question(const uint8_t *q, size_t len, char name[256])
{
	size_t at = 12, out = 0;

	while (at < len && q[at]) {
		size_t n = q[at];

		if (n > 63 || at + n + 1 >= len || out + n + 1 > 255)
			return 0;
		if (out)
			name[out++] = '.';
		memcpy(name + out, q + at + 1, n);
		out += n;
		at += n + 1;
	}
	name[out] = '\0';
	return at + 5 <= len ? at + 5 : 0;
}

/* False: say nothing. */
static bool answer(const uint8_t *q, size_t len, bool tcp, struct message *m)
{
	static unsigned retries;
	char name[256];
	size_t end = len < 12 ? 0 : question(q, len, name);
	unsigned rcode = NOERROR, flags = 0x8580; /* QR AA RD RA */
	bool exists = false;

	if (!end || strcasecmp(name, "silent.test") == 0)
		return false;
	if (strcasecmp(name, "retry.test") == 0 && retries++ % 2 == 0)
		return false;
	if (strcasecmp(name, "slow.test") == 0)
		sleep_until_ns(clock_ns(CLOCK_MONOTONIC) + 200000000);

	m->len = 0;
	put(m, q, end);
	unsigned type = (unsigned)(q[end - 4] << 8 | q[end - 3]);
	unsigned count = 0;
	if (strcasecmp(name, "fail.test") == 0)
		rcode = SERVFAIL;
	else if (strcasecmp(name, "no.test") == 0)
		rcode = REFUSED;
	else if (strcasecmp(name, "big.test") == 0 && !tcp)
		flags |= 0x0200; /* TC */
	else
		count = put_records(m, name, type, &exists);
	if (rcode == NOERROR && !exists && !(flags & 0x0200))
		rcode = NXDOMAIN;
	flags |= rcode;

	const uint8_t head[] = { (uint8_t)(flags >> 8), (uint8_t)flags, 0, 1,
				 0, (uint8_t)count, 0, 0, 0, 0 };
	memcpy(m->buf + 2, head, sizeof(head));
	return true;
}

static void said(const char *proto, int fd, const union endpoint *from,
		 const uint8_t *q, bool answered)
{
	union endpoint here;
	socklen_t size = sizeof(here);

	getsockname(fd, &here.any, &size);
	truth_line(answered ? "answered" : "silent", proto, &here, from,
		   (uint64_t)(q[0] << 8 | q[1]));
}

static void serve_udp(int fd)
{
	uint8_t q[1500];
	union endpoint from;
	socklen_t size = sizeof(from);
	ssize_t n = recvfrom(fd, q, sizeof(q), 0, &from.any, &size);
	struct message m;

	if (n < 12)
		return;
	bool yes = answer(q, (size_t)n, false, &m);
	if (yes && sendto(fd, m.buf, m.len, 0, &from.any, size) < 0)
		die("sendto");
	said("udp", fd, &from, q, yes);
}

static void serve_tcp(int listener)
{
	uint8_t q[1500];
	union endpoint from;
	socklen_t size = sizeof(from);
	int fd = accept(listener, &from.any, &size);
	struct message m;

	if (fd < 0)
		return;
	for (;;) {
		size_t have = 0, need = 2;

		while (have < need) {
			ssize_t n = read(fd, q + have, need - have);

			if (n <= 0)
				goto done;
			have += (size_t)n;
			if (have == 2)
				need = 2 + (size_t)(q[0] << 8 | q[1]);
			if (need > sizeof(q) || need < 14)
				goto done;
		}
		bool yes = answer(q + 2, need - 2, true, &m);
		struct message out = { .len = 0 };

		put_u16(&out, (unsigned)m.len);
		put(&out, m.buf, m.len);
		if (yes && write(fd, out.buf, out.len) != (ssize_t)out.len)
			break;
		said("tcp", fd, &from, q + 2, yes);
	}
done:
	close(fd);
}

static int bound(int type, const union endpoint *here)
{
	int on = 1, fd = socket(here->any.sa_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &here->any, endpoint_size(here)))
		die("bind");
	return fd;
}

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4) {
		dprintf(2, "dnsd ADDRESS PORT [WORKERS]\n");
		return 2;
	}
	alarm(TRUTH_LIFE_S);
	signal(SIGPIPE, SIG_IGN);

	union endpoint here = endpoint_parse(argv[1],
		(uint16_t)number(argv[2], 65535));
	struct pollfd fds[2] = {
		{ .fd = bound(SOCK_DGRAM, &here), .events = POLLIN },
		{ .fd = bound(SOCK_STREAM, &here), .events = POLLIN },
	};
	if (listen(fds[1].fd, 64))
		die("listen");
	truth_socket("ready", "udp", fds[0].fd, 0);
	/* They share both sockets. */
	for (unsigned long n = argc == 4 ? number(argv[3], 64) : 1; n > 1; n--)
		if (fork_child() == 0)
			break;
	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents)
			serve_udp(fds[0].fd);
		if (fds[1].revents)
			serve_tcp(fds[1].fd);
	}
	return 0;
}
