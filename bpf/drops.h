/* SPDX-License-Identifier: MIT */
/*
 * Why the kernel drops packets: the names of its enum skb_drop_reason, whose
 * numbers are others in other kernels.
 */
#ifndef NX_DROPS_H
#define NX_DROPS_H

#define DROPS_MAX 256 /* reasons; Linux 6.18 has 128 */

struct btf;

struct drops {
	const char *name[DROPS_MAX]; /* by number, into text: "NO_SOCKET"; NULL: none */
	char text[DROPS_MAX][48];
};

/* Fill in *d from the kernel's types; one without reasons has no names. */
void drops_read(struct drops *d, const struct btf *btf);

#endif
