/* SPDX-License-Identifier: MIT */
/*
 * Who asks for a neighbour's link address, and whether it is there (RFC 4861
 * 7.2): pairs like echoes, of this host's questions and of those in a file. A
 * question from no address is whether an address is free (RFC 4862 5.4).
 */
#ifndef NX_NEIGHBOR_H
#define NX_NEIGHBOR_H

#include "core/ping.h"

/*
 * Take a solicitation or an advertisement. False: it is neither, or it answers
 * nothing that was asked, so it says something of its own.
 */
bool neighbor_packet(struct model *m, const struct packet *p,
		     const struct owner *owner);
/* Is a pair, a series a question whether its own address is free? */
bool neighbor_is_claim(const struct address *src);

#endif
