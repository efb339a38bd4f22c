/* SPDX-License-Identifier: MIT */
/* A capture file in memory, for tests: made piece by piece, read as a source. */
#ifndef NX_TEST_IMAGE_H
#define NX_TEST_IMAGE_H

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct image {
	bool big; /* numbers are big-endian */
	uint8_t bytes[512 * 1024];
	size_t len;
	/* Reading. */
	size_t pos;
	size_t step; /* bytes a read gives at most; 0: all */
	bool again; /* every other read is refused with -EAGAIN */
	bool refused;
};

static inline void image_put(struct image *m, const void *bytes, size_t n)
{
	assert(n <= sizeof(m->bytes) - m->len);
	if (n)
		memcpy(m->bytes + m->len, bytes, n);
	m->len += n;
}

static inline void image_u8(struct image *m, unsigned n)
{
	image_put(m, &(uint8_t){ (uint8_t)n }, 1);
}

static inline void image_u16(struct image *m, unsigned n)
{
	image_u8(m, m->big ? n >> 8 : n);
	image_u8(m, m->big ? n : n >> 8);
}

static inline void image_u32(struct image *m, uint32_t n)
{
	image_u16(m, m->big ? n >> 16 : n);
	image_u16(m, m->big ? n : n >> 16);
}

static inline void image_u64(struct image *m, uint64_t n)
{
	image_u32(m, (uint32_t)(m->big ? n >> 32 : n));
	image_u32(m, (uint32_t)(m->big ? n : n >> 32));
}

/* Overwrite the number at `at`. */
static inline void image_set32(struct image *m, size_t at, uint32_t n)
{
	size_t len = m->len;

	assert(at + 4 <= len);
	m->len = at;
	image_u32(m, n);
	m->len = len;
}

static inline void image_pad(struct image *m)
{
	while (m->len % 4)
		image_u8(m, 0);
}

/* A capfile_source. */
static inline int64_t image_read(void *ctx, void *buf, size_t n)
{
	struct image *m = ctx;

	m->refused = m->again && !m->refused;
	if (m->refused)
		return -EAGAIN;
	if (n > m->len - m->pos)
		n = m->len - m->pos;
	if (m->step && n > m->step)
		n = m->step;
	memcpy(buf, m->bytes + m->pos, n);
	m->pos += n;
	return (int64_t)n;
}

#endif
