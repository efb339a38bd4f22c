/* SPDX-License-Identifier: MIT */
/* A small model that everything goes through, and all that can be shown of it. */
#ifndef NX_FUZZ_WORLD_H
#define NX_FUZZ_WORLD_H

#include "core/ingest.h"

/* Anew for each input: what one input does must not hang on those before. */
struct world {
	struct model model;
	struct ingest ingest;
	struct happen *happen;
	size_t looked; /* packets that were heard of */
};

void world_init(struct world *w, bool live);
/* Ends the session, looks at all that is left, and releases it. */
void world_finish(struct world *w);

#endif
