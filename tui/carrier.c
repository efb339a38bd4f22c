/* SPDX-License-Identifier: MIT */
#include "tui/carrier.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANCESTORS_MAX 64
#define SOCKETS_MAX 1024 /* of one process */
#define ESTABLISHED 1 /* TCP_ESTABLISHED, net/tcp_states.h */

struct process {
	int ppid;
	char comm[64];
};

struct sockets {
	uint64_t inode[SOCKETS_MAX];
	int fd[SOCKETS_MAX];
	size_t n;
};

static FILE *open_proc(const char *proc, int pid, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%d/%s", proc, pid, name);
	return fopen(path, "re");
}

/* proc_pid_stat(5): the name stands in parentheses and may hold any itself. */
static bool read_process(const char *proc, int pid, struct process *out)
{
	char line[512];
	FILE *f = open_proc(proc, pid, "stat");

	if (!f)
		return false;
	size_t len = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[len] = '\0';
	char *open = strchr(line, '('), *close = strrchr(line, ')');
	if (!open || !close || close < open)
		return false;
	*close = '\0';
	snprintf(out->comm, sizeof(out->comm), "%s", open + 1);
	return sscanf(close + 1, " %*c %d", &out->ppid) == 1;
}

static void read_sockets(const char *proc, int pid, struct sockets *out)
{
	char path[PATH_MAX], text[64];

	out->n = 0;
	snprintf(path, sizeof(path), "%s/%d/fd", proc, pid);
	DIR *dir = opendir(path);
	if (!dir)
		return;
	for (struct dirent *e; out->n < SOCKETS_MAX && (e = readdir(dir));) {
		ssize_t len = readlinkat(dirfd(dir), e->d_name, text,
					 sizeof(text) - 1);
		text[len > 0 ? len : 0] = '\0';
		if (sscanf(text, "socket:[%" SCNu64 "]",
			   &out->inode[out->n]) == 1)
			out->fd[out->n++] = (int)strtol(e->d_name, NULL, 10);
	}
	closedir(dir);
}

/* "0100007F:1F90": 32-bit words as this host's byte order prints them. */
static bool parse_end(const char *text, struct address *address,
		      uint16_t *port)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	size_t digits = strspn(text, "0123456789ABCDEFabcdef");
	uint8_t bytes[16] = { 0 };

	if ((digits != 8 && digits != 32) || text[digits] != ':')
		return false;
	for (size_t i = 0; i < digits / 8; i++) {
		char word[9];
		snprintf(word, sizeof(word), "%.8s", text + 8 * i);
		uint32_t n = (uint32_t)strtoul(word, NULL, 16);
		memcpy(bytes + 4 * i, &n, 4);
	}
	*port = (uint16_t)strtoul(text + digits + 1, NULL, 16);
	*address = (struct address){ .family = digits == 8 ? 4 : 6 };
	if (digits == 32 && memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		address->family = 4;
		memcpy(address->bytes, bytes + 12, 4);
	} else {
		memcpy(address->bytes, bytes, digits / 2);
	}
	return true;
}

/* A line of proc_pid_net(5), "tcp". */
static bool parse_line(const char *line, struct flow_key *key, uint64_t *inode)
{
	char local[64], remote[64];
	unsigned state;

	*key = (struct flow_key){ 0 };
	return sscanf(line,
		      " %*[0-9]: %63s %63s %x %*s %*s %*s %*s %*s %" SCNu64,
		      local, remote, &state, inode) == 4 &&
	       state == ESTABLISHED &&
	       parse_end(local, &key->local, &key->local_port) &&
	       parse_end(remote, &key->remote, &key->remote_port);
}

/*
 * Look through the established connections that a process can see. `take`
 * is asked for each; it returns true when the search is over.
 */
static void each_connection(const char *proc, int pid,
			    bool (*take)(void *ctx, const struct flow_key *key,
					 uint64_t inode),
			    void *ctx)
{
	static const char *const names[] = { "net/tcp", "net/tcp6" };
	char line[512];

	for (size_t i = 0; i < 2; i++) {
		FILE *f = open_proc(proc, pid, names[i]);
		bool over = false;
		while (f && !over && fgets(line, sizeof(line), f)) {
			struct flow_key key;
			uint64_t inode;
			over = parse_line(line, &key, &inode) &&
			       take(ctx, &key, inode);
		}
		if (f)
			fclose(f);
		if (over)
			return;
	}
}

struct search {
	const struct sockets *sockets;
	int fd; /* the lowest that is a connection; INT_MAX: none yet */
	struct flow_key key;
};

/* What sshd forwards has higher descriptors than its own connection. */
static bool take_lowest(void *ctx, const struct flow_key *key, uint64_t inode)
{
	struct search *s = ctx;

	for (size_t i = 0; i < s->sockets->n; i++)
		if (s->sockets->inode[i] == inode &&
		    s->sockets->fd[i] < s->fd) {
			s->fd = s->sockets->fd[i];
			s->key = *key;
		}
	return false;
}

static uint32_t read_netns(const char *proc, int pid)
{
	char path[PATH_MAX], text[64];
	unsigned netns = 0;

	snprintf(path, sizeof(path), "%s/%d/ns/net", proc, pid);
	ssize_t len = readlink(path, text, sizeof(text) - 1);
	if (len < 0)
		return 0;
	text[len] = '\0';
	sscanf(text, "net:[%u]", &netns);
	return netns;
}

/* The connection that this one process holds. */
static bool find_held(const char *proc, int pid, struct flow_key *key)
{
	struct sockets sockets;

	read_sockets(proc, pid, &sockets);
	if (sockets.n == 0)
		return false;
	struct search s = { .sockets = &sockets, .fd = INT_MAX };
	each_connection(proc, pid, take_lowest, &s);
	if (s.fd == INT_MAX)
		return false;
	*key = s.key;
	key->netns = read_netns(proc, pid);
	return true;
}

/*
 * Of the nearest ancestor that holds one: it is returned, 0: none does.
 * *multiplexer tells the kind of terminal server on the way: its name is what
 * its clients begin with.
 */
static int find_above(const char *proc, int pid, struct mine *m,
		      const char **multiplexer)
{
	struct flow_key key;
	struct process p;

	for (int i = 0; i < ANCESTORS_MAX && pid > 1; i++) {
		if (!read_process(proc, pid, &p))
			return 0;
		if (i > 0 && find_held(proc, pid, &key)) {
			mine_add(m, IPPROTO_TCP, &key);
			return pid;
		}
		if (strncmp(p.comm, "tmux: server", 12) == 0)
			*multiplexer = "tmux: client";
		else if (strcmp(p.comm, "screen") == 0)
			*multiplexer = "screen";
		pid = p.ppid;
	}
	return 0;
}

/* Of an ancestor of each client of the terminal server. */
static void find_clients(const char *proc, const char *name, struct mine *m)
{
	DIR *dir = opendir(proc);

	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir));) {
		const char *ignored = NULL;
		struct process p;
		int pid = (int)strtol(e->d_name, NULL, 10);

		if (pid > 1 && read_process(proc, pid, &p) &&
		    strncmp(p.comm, name, strlen(name)) == 0)
			find_above(proc, pid, m, &ignored);
	}
	closedir(dir);
}

struct named {
	struct address remote, local;
	uint16_t remote_port, local_port;
	struct flow_key key;
	bool found;
};

static bool take_named(void *ctx, const struct flow_key *key, uint64_t inode)
{
	struct named *n = ctx;

	(void)inode;
	n->found = key->remote_port == n->remote_port &&
		   key->local_port == n->local_port &&
		   memcmp(&key->remote, &n->remote, sizeof(n->remote)) == 0 &&
		   memcmp(&key->local, &n->local, sizeof(n->local)) == 0;
	if (n->found)
		n->key = *key;
	return n->found;
}

static bool parse_address(const char *text, struct address *out)
{
	*out = (struct address){ 0 };
	if (inet_pton(AF_INET, text, out->bytes) == 1)
		out->family = 4;
	else if (inet_pton(AF_INET6, text, out->bytes) == 1)
		out->family = 6;
	return out->family != 0;
}

/* "client-address client-port server-address server-port" (ssh(1)), if it still is one. */
static void find_named(const char *proc, int pid, const char *ssh,
		       struct mine *m)
{
	struct named n = { .found = false };
	char remote[64], local[64];

	if (!ssh || sscanf(ssh, "%63s %" SCNu16 " %63s %" SCNu16, remote,
			   &n.remote_port, local, &n.local_port) != 4 ||
	    !parse_address(remote, &n.remote) ||
	    !parse_address(local, &n.local))
		return;
	each_connection(proc, pid, take_named, &n);
	if (!n.found)
		return;
	n.key.netns = read_netns(proc, pid);
	mine_add(m, IPPROTO_TCP, &n.key);
}

int carrier_find(const char *proc, int pid, const char *ssh, struct mine *m)
{
	const char *multiplexer = NULL;
	int holder = find_above(proc, pid, m, &multiplexer);

	if (!holder && multiplexer)
		find_clients(proc, multiplexer, m);
	else if (!holder)
		find_named(proc, pid, ssh, m);
	return holder;
}

/* --- what standard input, output and error are --- */

static struct address address_of(const struct sockaddr_storage *from,
				 uint16_t *port)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const struct sockaddr_in *in4 = (const void *)from;
	const struct sockaddr_in6 *in6 = (const void *)from;
	struct address a = { .family = from->ss_family == AF_INET ? 4 : 6 };

	if (a.family == 4) {
		memcpy(a.bytes, &in4->sin_addr, 4);
		*port = ntohs(in4->sin_port);
		return a;
	}
	*port = ntohs(in6->sin6_port);
	if (memcmp(&in6->sin6_addr, mapped, sizeof(mapped)) == 0) {
		a.family = 4;
		memcpy(a.bytes, in6->sin6_addr.s6_addr + 12, 4);
	} else {
		memcpy(a.bytes, &in6->sin6_addr, 16);
	}
	return a;
}

/* The network namespace of a socket, which may be another than ours. */
static uint32_t netns_of(const char *proc, int fd)
{
	int ns = ioctl(fd, SIOCGSKNS);
	struct stat st;
	bool known = ns >= 0 && !fstat(ns, &st);

	if (ns >= 0)
		close(ns);
	return known ? (uint32_t)st.st_ino : read_netns(proc, getpid());
}

/* A socket of the network: its packets are ours. */
static bool take_own(const char *proc, int fd, struct mine *m)
{
	struct sockaddr_storage local = { 0 }, remote = { 0 };
	socklen_t size = sizeof(local), int_size = sizeof(int);
	socklen_t cookie_size = sizeof(m->cookies[fd]);
	struct flow_key key = { 0 };
	int protocol = 0;

	if (getsockname(fd, (void *)&local, &size) ||
	    (local.ss_family != AF_INET && local.ss_family != AF_INET6) ||
	    getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &int_size))
		return false;
	getsockopt(fd, SOL_SOCKET, SO_COOKIE, &m->cookies[fd], &cookie_size);
	size = sizeof(remote);
	if (!getpeername(fd, (void *)&remote, &size)) {
		key.netns = netns_of(proc, fd);
		key.local = address_of(&local, &key.local_port);
		key.remote = address_of(&remote, &key.remote_port);
		mine_add(m, (uint8_t)protocol, &key);
	}
	return true;
}

/* A pipe, or a pair of sockets, whose other end `holder` has. */
static bool leads_to(const char *proc, int fd, int holder)
{
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);
	char path[PATH_MAX], want[64], text[64];
	struct stat st;
	bool found = false;

	if (fstat(fd, &st) || holder <= 0)
		return false;
	if (S_ISSOCK(st.st_mode))
		return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) &&
		       peer.pid == holder;
	if (!S_ISFIFO(st.st_mode))
		return false;
	snprintf(want, sizeof(want), "pipe:[%ju]", (uintmax_t)st.st_ino);
	snprintf(path, sizeof(path), "%s/%d/fd", proc, holder);
	DIR *dir = opendir(path);
	for (struct dirent *e; dir && !found && (e = readdir(dir));) {
		ssize_t len = readlinkat(dirfd(dir), e->d_name, text,
					 sizeof(text) - 1);
		text[len > 0 ? len : 0] = '\0';
		found = strcmp(text, want) == 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

bool carrier_output(const char *proc, int holder, struct mine *m)
{
	bool own = false;

	for (int fd = 0; fd < MINE_COOKIES; fd++)
		own |= take_own(proc, fd, m) && fd == STDOUT_FILENO;
	return own || (m->ends_count && isatty(STDOUT_FILENO)) ||
	       leads_to(proc, STDOUT_FILENO, holder);
}
