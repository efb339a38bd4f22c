/* SPDX-License-Identifier: MIT */
/*
 * A window of bounded size over a source of bytes, for files that are read
 * from the front only and may be pipes.
 */
#ifndef NX_INBUF_H
#define NX_INBUF_H

#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/errmsg.h"

/* The largest piece that inbuf_need() can give. */
#define INBUF_SIZE ((size_t)512 * 1024)

/* Give up to n bytes into buf: how many, 0 at the end, or negative errno. */
typedef int64_t inbuf_source(void *ctx, void *buf, size_t n);

struct inbuf {
	const char *name; /* of the file, for messages; borrowed */
	inbuf_source *source;
	void *ctx;
	uint8_t *buf;
	size_t size; /* of buf: INBUF_SIZE once a piece needs it */
	size_t pos, len; /* buf[pos] to buf[len - 1] are not used yet */
	uint64_t skip; /* bytes still to be thrown away before buf[pos] */
	uint64_t offset; /* of buf[pos] in the file, when nothing is to skip */
};

/* 0 or -ENOMEM. */
int inbuf_init(struct inbuf *b, const char *name, inbuf_source *source,
	       void *ctx);
void inbuf_release(struct inbuf *b);

/*
 * Have n bytes (at most INBUF_SIZE) ready without using them. 1: they are;
 * 0: the source ended before; negative errno, -ENOMEM or of the source, which
 * may be -EAGAIN: the same call may be made again later.
 */
int inbuf_need(struct inbuf *b, size_t n);
/* Nothing is left, and nothing was to be skipped: a clean end, after inbuf_need() gave 0. */
bool inbuf_ended(const struct inbuf *b);
/* The next n bytes, which inbuf_need() made ready: valid until the next inbuf_need(). */
struct cursor inbuf_peek(const struct inbuf *b, size_t n);
/* Step over n bytes, ready or not. */
void inbuf_skip(struct inbuf *b, uint64_t n);

/*
 * What a caller returns when inbuf_need() did not give 1: rc with "cannot
 * read", or -EBADMSG with "the file ends inside WHAT"; -EAGAIN without a
 * message.
 */
int inbuf_short(const struct inbuf *b, struct errmsg *err, int rc,
		const char *what);

/* "NAME: what at offset N" of the next byte that is there; returns code. */
int inbuf_error(const struct inbuf *b, struct errmsg *err, int code,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
