/* SPDX-License-Identifier: MIT */
/*
 * Capture files of the new format, and whatever else begins a file. What is
 * not gzip'd is read once more gzip'd: that must not change what is read.
 */
#include <stdlib.h>
#include <zlib.h>

#include "tests/fuzz/capture.h"

static size_t pack(uint8_t *out, size_t room, const uint8_t *data, size_t size)
{
	z_stream z = { 0 };

	/* A small window, for which little memory is made ready. */
	must(deflateInit2(&z, 1, Z_DEFLATED, 9 + 16, 1,
			  Z_DEFAULT_STRATEGY) == Z_OK, "memory", "");
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)size;
	z.next_out = out;
	z.avail_out = (uInt)room;
	must(deflate(&z, Z_FINISH) == Z_STREAM_END, "it has room", "");
	deflateEnd(&z);
	return room - z.avail_out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t packed[2 * FUZZ_MAX + 1024];

	if (size > FUZZ_MAX)
		return 0;
	struct capture_result plain = capture_look(data, size);
	if (size < 2 || (data[0] == 0x1f && data[1] == 0x8b))
		return 0;
	struct capture c = { .data = packed };
	c.len = pack(packed, sizeof(packed), data, size);
	capture_same(plain, capture_all(c), "gzip'd");
	return 0;
}
