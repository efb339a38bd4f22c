/* SPDX-License-Identifier: MIT */
/* Capture files of the old format, the magic chosen by the first octet. */
#include <stdlib.h>

#include "tests/fuzz/capture.h"

/* draft-ietf-opsawg-pcap 4, and the variant of libpcap sf-pcap.c. */
static const uint8_t magics[][4] = {
	{ 0xd4, 0xc3, 0xb2, 0xa1 }, { 0xa1, 0xb2, 0xc3, 0xd4 },
	{ 0x4d, 0x3c, 0xb2, 0xa1 }, { 0xa1, 0xb2, 0x3c, 0x4d },
	{ 0x34, 0xcd, 0xb2, 0xa1 }, { 0xa1, 0xb2, 0xcd, 0x34 },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 5)
		return 0;
	uint8_t *file = malloc(size - 1);
	must(file, "memory", "");
	memcpy(file, data + 1, size - 1);
	memcpy(file, magics[data[0] % 6], 4);
	capture_look(file, size - 1);
	free(file);
	return 0;
}
