/* SPDX-License-Identifier: MIT */
/* Extension headers between an IP header and what it carries. */
#ifndef NX_CHAIN_H
#define NX_CHAIN_H

#include "core/cursor.h"

struct chain {
	uint8_t next; /* protocol of what stands at the cursor */
	bool fragment; /* not the whole datagram */
	bool more; /* it is not the datagram's last */
	uint16_t offset; /* of the fragment, in 8 octets */
	uint32_t id; /* of its datagram */
	uint8_t first; /* what stands behind the fragment header, at data_at */
	size_t data_at;
	size_t end; /* after a failure: where the header that was cut ends */
};

/*
 * Walk the extension headers that begin at c, the first of type chain->next
 * (RFC 8200 4; of IPv4, the authentication header alone: RFC 4302 2). True: c
 * stands on what chain->next names. False: cut. Stops behind the fragment
 * header of a fragment that is not the first.
 */
bool chain_walk(struct chain *chain, struct cursor *c, uint8_t family);

#endif
