/* SPDX-License-Identifier: MIT */
/*
 * Where in the kernel's code packets end that pass no socket, from
 * /proc/kallsyms: what the programs of leftover.bpf.c are told from.
 */
#ifndef NX_SITES_H
#define NX_SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SITES_MAX 16

struct sites {
	uint64_t range[SITES_MAX][2]; /* addresses from, to (not in it) */
	bool of_icmp[SITES_MAX];
	size_t count;
	uint64_t edemux; /* sock_edemux(); 0: not there */
	bool tcp, udp, icmp; /* there are ranges of it */
};

/*
 * Parse the text of a /proc/kallsyms. A function may be in several parts, each
 * with a suffix of the compiler (".cold", ".isra.0"); a part ends where the
 * next symbol begins. Where addresses are hidden there are no ranges.
 */
void sites_parse(struct sites *s, const char *text);
/* Leave out ICMP: it is told in another way. */
void sites_drop_icmp(struct sites *s);
/* The running kernel's; none when they cannot be read. */
void sites_read(struct sites *s);

#endif
