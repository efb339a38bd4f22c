/* SPDX-License-Identifier: MIT */
/* Records of the kernel's ring (bpf/event.h), one after the other (pieces.h). */
#include "tests/fuzz/pieces.h"
#include "tests/fuzz/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	struct world w;
	struct span piece;
	uint64_t given = 0;

	world_init(&w, true);
	while (given < PIECES_MAX && pieces_next(&c, &piece)) {
		void *memory;
		uint8_t *bytes = pieces_copy(piece, &memory);
		ingest_event(&w.ingest, bytes, piece.len);
		free(memory);
		given++;
	}
	must(w.model.counters.events == given, "each record is counted", "");
	world_finish(&w);
	return 0;
}
