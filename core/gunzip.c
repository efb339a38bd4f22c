/* SPDX-License-Identifier: MIT */
#include "core/gunzip.h"

#include <errno.h>
#include <stdlib.h>

#define PACKED ((size_t)64 * 1024)

/* RFC 1952 2.3.1: the first two octets of a member. */
static const uint8_t magic[2] = { 0x1f, 0x8b };

int gunzip_init(struct gunzip *g, inbuf_source *source, void *ctx)
{
	*g = (struct gunzip){ .source = source, .ctx = ctx };
	g->buf = malloc(PACKED);
	return g->buf ? 0 : -ENOMEM;
}

void gunzip_release(struct gunzip *g)
{
	if (g->kind == GUNZIP_PACKED)
		inflateEnd(&g->z);
	free(g->buf);
	*g = (struct gunzip){ 0 };
}

/* More of the source behind what is in buf, whose beginning is kept. */
static int64_t fill(struct gunzip *g)
{
	if (g->pos) {
		g->len -= g->pos;
		memmove(g->buf, g->buf + g->pos, g->len);
		g->pos = 0;
	}
	int64_t got = g->source(g->ctx, g->buf + g->len, PACKED - g->len);
	if (got > 0)
		g->len += (size_t)got;
	return got;
}

/* What kind of file is it? 0 or negative errno. */
static int look(struct gunzip *g)
{
	while (g->len < sizeof(magic)) {
		int64_t got = fill(g);
		if (got < 0)
			return (int)got;
		if (got == 0)
			break;
	}
	if (g->len < sizeof(magic) || memcmp(g->buf, magic, sizeof(magic))) {
		g->kind = GUNZIP_PLAIN;
		return 0;
	}
	/* 16: a gzip head and check sum, and no other format. */
	if (inflateInit2(&g->z, 16 + MAX_WBITS) != Z_OK)
		return -ENOMEM;
	g->kind = GUNZIP_PACKED;
	return 0;
}

static int64_t read_plain(struct gunzip *g, void *buf, size_t n)
{
	size_t ready = g->len - g->pos;

	if (ready == 0)
		return g->source(g->ctx, buf, n);
	if (n > ready)
		n = ready;
	memcpy(buf, g->buf + g->pos, n);
	g->pos += n;
	return (int64_t)n;
}

/*
 * Behind a member: 1: another begins; 0: the end, or nothing but zeros, with
 * which tapes and some tools fill up; negative errno.
 */
static int next_member(struct gunzip *g)
{
	for (;;) {
		while (g->pos < g->len && g->buf[g->pos] == 0) {
			g->pos++;
			g->offset++;
		}
		if (g->pos < g->len)
			break;
		int64_t got = fill(g);
		if (got <= 0)
			return (int)got;
	}
	if (inflateReset(&g->z) != Z_OK)
		return -ENOMEM;
	g->between = false;
	return 1;
}

static int damaged(struct gunzip *g, const char *what)
{
	g->damage = what;
	return -EBADMSG;
}

/* One step: some of the packed bytes. 0 or negative errno. */
static int step(struct gunzip *g)
{
	if (g->pos == g->len) {
		int64_t got = fill(g);
		if (got == 0)
			return damaged(g, "the file ends inside its gzip data");
		if (got < 0)
			return (int)got;
	}
	g->z.next_in = g->buf + g->pos;
	g->z.avail_in = (uInt)(g->len - g->pos);
	int rc = inflate(&g->z, Z_NO_FLUSH);
	size_t used = g->len - g->pos - g->z.avail_in;
	g->pos += used;
	g->offset += used;
	switch (rc) {
	case Z_STREAM_END:
		g->between = true;
		return 0;
	case Z_OK:
	case Z_BUF_ERROR: /* a turn that could do nothing; the next will */
		return 0;
	case Z_MEM_ERROR:
		return -ENOMEM;
	}
	return damaged(g, "damaged gzip data");
}

static int64_t read_packed(struct gunzip *g, void *buf, size_t n)
{
	int rc = 0;

	g->z.next_out = buf;
	g->z.avail_out = n < UINT32_MAX ? (uInt)n : UINT32_MAX;
	uInt room = g->z.avail_out;
	/* Each turn takes a packed byte at least, or gives one. */
	while (rc == 0 && g->z.avail_out == room) {
		if (g->between) {
			rc = next_member(g);
			if (rc <= 0)
				return rc;
		}
		rc = step(g);
	}
	/* First what was unpacked before the damage; that is told next time. */
	if (g->z.avail_out < room)
		return room - g->z.avail_out;
	return rc;
}

int64_t gunzip_read(void *ctx, void *buf, size_t n)
{
	struct gunzip *g = ctx;

	if (g->damage)
		return -EBADMSG;
	if (g->kind == GUNZIP_UNKNOWN) {
		int rc = look(g);
		if (rc < 0)
			return rc;
	}
	return g->kind == GUNZIP_PACKED ? read_packed(g, buf, n) :
					  read_plain(g, buf, n);
}
