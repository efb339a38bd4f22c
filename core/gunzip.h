/* SPDX-License-Identifier: MIT */
/*
 * A source of bytes that unpacks what is gzip'd (RFC 1952, several members in
 * a row too) and hands on everything else as it is. Memory is bounded: what
 * was unpacked is given out before more is.
 */
#ifndef NX_GUNZIP_H
#define NX_GUNZIP_H

#include <stdbool.h>
#include <zlib.h>

#include "core/inbuf.h"

enum gunzip_kind { GUNZIP_UNKNOWN, GUNZIP_PLAIN, GUNZIP_PACKED };

struct gunzip {
	inbuf_source *source;
	void *ctx;
	enum gunzip_kind kind;
	uint8_t *buf; /* packed bytes, or the first two while they are looked at */
	size_t pos, len; /* buf[pos] to buf[len - 1] are not used yet */
	uint64_t offset; /* of buf[pos] in the packed file */
	z_stream z; /* kind GUNZIP_PACKED: from its beginning to release */
	bool between; /* no member is begun */
	const char *damage; /* what is wrong with the packed bytes, at `offset`; or NULL */
};

/* 0 or -ENOMEM. */
int gunzip_init(struct gunzip *g, inbuf_source *source, void *ctx);
void gunzip_release(struct gunzip *g); /* takes a zeroed one */

/*
 * An inbuf_source; ctx: struct gunzip. All bytes before the damage are given,
 * then -EBADMSG, with g->damage set, at each call.
 */
int64_t gunzip_read(void *ctx, void *buf, size_t n);

#endif
