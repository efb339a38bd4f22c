/* SPDX-License-Identifier: MIT */
#include "bpf/sites.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX ((size_t)256 << 20)

/* In the kernel's net/ipv4 and net/ipv6. */
static const struct function {
	const char *name;
	size_t kind; /* the member of struct sites that says it is there */
} functions[] = {
	{ "tcp_v4_rcv", offsetof(struct sites, tcp) },
	{ "tcp_v6_rcv", offsetof(struct sites, tcp) },
	{ "__udp4_lib_rcv", offsetof(struct sites, udp) },
	{ "__udp4_lib_mcast_deliver", offsetof(struct sites, udp) },
	{ "udp_rcv", offsetof(struct sites, udp) },
	{ "__udp6_lib_rcv", offsetof(struct sites, udp) },
	{ "__udp6_lib_mcast_deliver", offsetof(struct sites, udp) },
	{ "udpv6_rcv", offsetof(struct sites, udp) },
	{ "icmp_rcv", offsetof(struct sites, icmp) },
	{ "icmpv6_rcv", offsetof(struct sites, icmp) },
};

/* The line "ADDRESS TYPE NAME\t[MODULE]", if it is of code; its end. */
static const char *next_symbol(const char *line, uint64_t *address,
			       const char **name, size_t *len)
{
	char *p;

	*address = strtoull(line, &p, 16);
	*name = NULL;
	if (p[0] == ' ' && p[1] && strchr("tTwW", p[1]) && p[2] == ' ') {
		*name = p + 3;
		*len = strcspn(*name, "\t \n");
	}
	line = p + strcspn(p, "\n");
	return line + (*line == '\n');
}

/* Is it this function, or a part that the compiler made of it? */
static bool is_part(const char *name, size_t len, const char *function)
{
	size_t n = strlen(function);

	return len >= n && !memcmp(name, function, n) &&
	       (len == n || name[n] == '.');
}

static void take_symbol(struct sites *s, uint64_t address, const char *name,
			size_t len)
{
	if (is_part(name, len, "sock_edemux"))
		s->edemux = address;
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		const struct function *f = &functions[i];

		if (!is_part(name, len, f->name) || s->count == SITES_MAX)
			continue;
		s->of_icmp[s->count] = f->kind == offsetof(struct sites, icmp);
		s->range[s->count][0] = address;
		s->range[s->count++][1] = UINT64_MAX;
		*(bool *)((char *)s + f->kind) = true;
	}
}

void sites_parse(struct sites *s, const char *text)
{
	const char *name;
	uint64_t address;
	size_t len;

	*s = (struct sites){ 0 };
	for (const char *line = text; *line;) {
		line = next_symbol(line, &address, &name, &len);
		if (name && address)
			take_symbol(s, address, name, len);
	}
	/* The symbols of modules are in no order. */
	for (const char *line = text; *line && s->count;) {
		line = next_symbol(line, &address, &name, &len);
		for (size_t i = 0; name && i < s->count; i++)
			if (address > s->range[i][0] &&
			    address < s->range[i][1])
				s->range[i][1] = address;
	}
}

void sites_drop_icmp(struct sites *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (s->of_icmp[i])
			continue;
		s->range[kept][0] = s->range[i][0];
		s->range[kept][1] = s->range[i][1];
		s->of_icmp[kept++] = false;
	}
	s->count = kept;
	s->icmp = false;
}

void sites_read(struct sites *s)
{
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	size_t size = (size_t)8 << 20, used = 0;
	char *text = malloc(size);

	*s = (struct sites){ 0 };
	while (fd >= 0 && text) {
		ssize_t n = read(fd, text + used, size - 1 - used);

		if (n <= 0)
			break;
		used += (size_t)n;
		if (used + 1 < size)
			continue;
		char *more = size < TEXT_MAX ? realloc(text, size *= 2) : NULL;
		if (!more)
			break;
		text = more;
	}
	if (text) {
		text[used] = 0;
		sites_parse(s, text);
	}
	free(text);
	if (fd >= 0)
		close(fd);
}
