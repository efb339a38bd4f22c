/* SPDX-License-Identifier: MIT */
#include "core/inbuf.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* To begin with: few files have a larger piece. */
#define SIZE_FIRST ((size_t)64 * 1024)

int inbuf_init(struct inbuf *b, const char *name, inbuf_source *source,
	       void *ctx)
{
	*b = (struct inbuf){ .name = name, .source = source, .ctx = ctx };
	b->buf = malloc(SIZE_FIRST);
	b->size = SIZE_FIRST;
	return b->buf ? 0 : -ENOMEM;
}

void inbuf_release(struct inbuf *b)
{
	free(b->buf);
	b->buf = NULL;
}

/* Take what is already here off the bytes that are to be skipped. */
static void use_skip(struct inbuf *b)
{
	size_t ready = b->len - b->pos;
	size_t n = b->skip < ready ? (size_t)b->skip : ready;

	b->pos += n;
	b->skip -= n;
}

static bool grow(struct inbuf *b)
{
	uint8_t *buf = realloc(b->buf, INBUF_SIZE);

	if (!buf)
		return false;
	b->buf = buf;
	b->size = INBUF_SIZE;
	return true;
}

int inbuf_need(struct inbuf *b, size_t n)
{
	assert(n <= INBUF_SIZE);

	if (n > b->size && !grow(b))
		return -ENOMEM;
	use_skip(b);
	/* Each turn takes at least one byte from the source. */
	while (b->skip || b->len - b->pos < n) {
		if (b->pos) {
			b->len -= b->pos;
			memmove(b->buf, b->buf + b->pos, b->len);
			b->pos = 0;
		}
		size_t room = b->size - b->len;
		int64_t got = b->source(b->ctx, b->buf + b->len, room);
		if (got <= 0)
			return (int)got;
		assert((uint64_t)got <= room);
		b->len += (size_t)got;
		use_skip(b);
	}
	return 1;
}

bool inbuf_ended(const struct inbuf *b)
{
	return b->len == b->pos && b->skip == 0;
}

struct cursor inbuf_peek(const struct inbuf *b, size_t n)
{
	assert(b->skip == 0 && n <= b->len - b->pos);

	return cursor_of(b->buf + b->pos, n);
}

void inbuf_skip(struct inbuf *b, uint64_t n)
{
	b->offset += n;
	b->skip += n;
	use_skip(b);
}

int inbuf_short(const struct inbuf *b, struct errmsg *err, int rc,
		const char *what)
{
	if (rc == -EAGAIN)
		return rc;
	if (rc < 0)
		return inbuf_error(b, err, rc, "cannot read: %s",
				   strerror(-rc));
	return inbuf_error(b, err, -EBADMSG, "the file ends inside %s", what);
}

int inbuf_error(const struct inbuf *b, struct errmsg *err, int code,
		const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return errmsg_set(err, code, "%s: %s at offset %" PRIu64, b->name,
			  what, b->offset - b->skip);
}
