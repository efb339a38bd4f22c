/* SPDX-License-Identifier: MIT */
#include "core/quote.h"

#include <netinet/in.h>

#include "core/chain.h"

/* RFC 792 promises 64 bits of the datagram's data: ports, or id and seq. */
static void quoted_data(struct quote *out, struct cursor *c)
{
	uint16_t first = cursor_u16(c), second = cursor_u16(c);

	if (c->failed)
		return;
	switch (out->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		out->src_port = first;
		out->dst_port = second;
		if (out->protocol == IPPROTO_TCP) {
			out->tcp_seq = cursor_u32(c);
			break;
		}
		cursor_skip(c, 4);
		out->id = cursor_u16(c);
		out->has_id = !c->failed;
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (first >> 8 != 8 && first >> 8 != 128)
			break;
		first = cursor_u16(c);
		second = cursor_u16(c);
		if (c->failed)
			break;
		out->id = first;
		out->seq = second;
		out->has_id = true;
		break;
	}
}

static void quoted_upper(struct quote *out, struct cursor *c, uint8_t next,
			 uint8_t family)
{
	struct chain chain = { .next = next };
	bool whole = chain_walk(&chain, c, family);

	out->protocol = chain.next;
	if (whole && chain.offset == 0)
		quoted_data(out, c);
}

bool quote_ip4(struct quote *out, struct span bytes)
{
	struct cursor c = cursor_of(bytes.data, bytes.len);
	uint8_t first = cursor_u8(&c);
	size_t size = 4u * (first & 15);

	cursor_skip(&c, 5);
	uint16_t fragment = cursor_u16(&c);
	cursor_skip(&c, 1);
	uint8_t protocol = cursor_u8(&c);
	cursor_skip(&c, 2);
	struct span src = cursor_span(&c, 4), dst = cursor_span(&c, 4);
	if (c.failed || first >> 4 != 4 || size < 20)
		return false;
	cursor_skip(&c, size - 20);
	out->src.family = out->dst.family = 4;
	memcpy(out->src.bytes, src.data, 4);
	memcpy(out->dst.bytes, dst.data, 4);
	out->protocol = protocol;
	if (!(fragment & 0x1fff))
		quoted_upper(out, &c, protocol, 4);
	return true;
}

bool quote_ip6(struct quote *out, struct span bytes)
{
	struct cursor c = cursor_of(bytes.data, bytes.len);
	uint32_t first = cursor_u32(&c);

	cursor_skip(&c, 2);
	uint8_t next = cursor_u8(&c);
	cursor_skip(&c, 1);
	struct span src = cursor_span(&c, 16), dst = cursor_span(&c, 16);
	if (c.failed || first >> 28 != 6)
		return false;
	out->src.family = out->dst.family = 6;
	memcpy(out->src.bytes, src.data, 16);
	memcpy(out->dst.bytes, dst.data, 16);
	quoted_upper(out, &c, next, 6);
	return true;
}
