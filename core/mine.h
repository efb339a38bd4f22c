/* SPDX-License-Identifier: MIT */
/*
 * What is this program's own: the connections that carry its terminal or its
 * output. To show their packets makes the next of them.
 */
#ifndef NX_MINE_H
#define NX_MINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/flow.h"

#define MINE_ENDS 8
#define MINE_COOKIES 3 /* standard input, output and error */

struct mine { /* begins as zeros: nothing is */
	struct mine_end {
		struct flow_key key; /* of this host's end */
		uint8_t protocol; /* IPPROTO_* */
	} ends[MINE_ENDS];
	size_t ends_count;
	uint64_t cookies[MINE_COOKIES]; /* sockets that the program itself has; 0: none */
	bool hides; /* --not-me: it is to be counted, and else not to be there */
};

/* More than there is room for are left out. */
void mine_add(struct mine *m, uint8_t protocol, const struct flow_key *key);
/*
 * Is it, at either end? The other end may be in any network namespace.
 * cookie: of the socket, 0: not known.
 */
bool mine_is(const struct mine *m, uint8_t protocol, uint64_t cookie,
	     const struct flow_key *key);

#endif
