/* SPDX-License-Identifier: MIT */
/*
 * Packets of one link type through the model and to its lines. The input: a
 * byte for the link type, one for how much was cut off each packet, and
 * frames (pieces.h), each with a byte for its direction and the time since
 * the one before.
 */
#include "tests/fuzz/pieces.h"
#include "tests/fuzz/world.h"

static const uint16_t links[] = {
	LINK_ETHERNET, LINK_RAW, LINK_NULL, LINK_LOOP, LINK_SLL, LINK_SLL2,
	LINK_IPV4, LINK_IPV6, LINK_RAW_BSD, LINK_RAW_OPENBSD, LINK_PPP,
	LINK_PPP_HDLC, LINK_PPP_ETHER, LINK_C_HDLC, LINK_FRAME_RELAY,
	LINK_WIFI, LINK_RADIOTAP, LINK_PPI, LINK_PKTAP, LINK_NFLOG,
	LINK_IPNET, LINK_TOKEN_RING, LINK_FDDI, LINK_ATM_CLIP,
};

static void take(struct world *w, uint32_t link, uint32_t cut,
		 struct span piece, uint64_t *time_ns)
{
	void *memory;
	uint8_t *bytes = pieces_copy(piece, &memory);
	uint8_t how = piece.len ? bytes[0] : 0;
	size_t skip = piece.len ? 1 : 0;
	struct frame f = {
		.number = w->ingest.packets + 1,
		.time_ns = *time_ns += (uint64_t)(how >> 2) << 26,
		.data = { bytes + skip, piece.len - skip },
		.wire_len = (uint32_t)(piece.len - skip) + cut,
		.link = link,
		.direction = how % 3,
		.ifname = "any",
	};

	ingest_frame(&w->ingest, &f);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	uint8_t link = cursor_u8(&c), cut = cursor_u8(&c);
	uint64_t time_ns = 1700000000000000000u;
	struct world w;
	struct span piece;

	if (c.failed)
		return 0;
	world_init(&w, false);
	for (int i = 0; i < PIECES_MAX && pieces_next(&c, &piece); i++)
		take(&w, links[link % (sizeof(links) / sizeof(links[0]))], cut,
		     piece, &time_ns);
	world_finish(&w);
	return 0;
}
