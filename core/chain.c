/* SPDX-License-Identifier: MIT */
#include "core/chain.h"

#include <netinet/in.h>

/* Every turn takes eight bytes or more, so the walk ends with the packet. */
bool chain_walk(struct chain *chain, struct cursor *c, uint8_t family)
{
	for (;;) {
		uint8_t type = chain->next;
		switch (type) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
		case IPPROTO_MH: /* RFC 6275 6.1 */
		case 139: /* HIP, RFC 7401 5.1 */
		case 140: /* Shim6, RFC 5533 5.1 */
		case IPPROTO_FRAGMENT:
			if (family == 4)
				return true;
			break;
		case IPPROTO_AH:
			break;
		default:
			return true;
		}
		size_t at = c->pos;
		chain->end = at + 8;
		uint8_t next = cursor_u8(c), len = cursor_u8(c);
		uint16_t third = cursor_u16(c);
		size_t size = type == IPPROTO_FRAGMENT ? 8 :
			      type == IPPROTO_AH       ? 4u * (len + 2u) :
							 8u * (len + 1u);
		if (!c->failed)
			chain->end = at + size;
		struct cursor rest = *c;
		cursor_skip(c, size - 4);
		if (c->failed)
			return false;
		chain->next = next;
		if (type != IPPROTO_FRAGMENT)
			continue;
		/* Offset 0 and no more to come: whole (RFC 6946). */
		chain->offset = third >> 3;
		chain->more = third & 1;
		chain->fragment = chain->offset > 0 || chain->more;
		chain->id = cursor_u32(&rest);
		chain->first = next;
		chain->data_at = c->pos;
		if (chain->offset > 0)
			return true;
	}
}
