/* SPDX-License-Identifier: MIT */
/* A name anywhere in a message: its first octet says where it starts. */
#include <string.h>

#include "core/dns.h"
#include "tests/fuzz/fuzz.h"

/* Octets that the name has on the wire, uncompressed: RFC 1035 3.1. */
static size_t wire_len(const char *text)
{
	size_t n = 1, label = 0;

	for (const char *s = text; *s; s++) {
		if (*s == '.') {
			must(label > 0 && label < 64, "labels' lengths", text);
			n += label + 1;
			label = 0;
			continue;
		}
		label++;
		if (*s != '\\')
			continue;
		s++;
		if (*s != '.' && *s != '\\') {
			must(strspn(s, "0123456789") >= 3, "\\DDD", text);
			s += 2;
		}
	}
	if (!*text)
		return 1;
	must(label > 0 && label < 64, "labels' lengths", text);
	return n + label + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[DNS_NAME_MAX];

	if (size < 1)
		return 0;
	struct cursor c = cursor_of(data + 1, size - 1);
	c.pos = data[0] < c.len ? data[0] : c.len;
	size_t start = c.pos;
	memset(text, 0x7f, sizeof(text));
	enum dns_status status = dns_name_decode(&c, text);
	must(memchr(text, 0, sizeof(text)), "a name ends with NUL", "");
	must(c.pos <= c.len, "the cursor is in range", text);
	for (const char *s = text; *s; s++)
		must(*s >= '!' && *s <= '~', "a name is printable", text);
	if (status != DNS_OK)
		return 0;
	must(c.pos > start && !c.failed, "a name has octets", text);
	must(wire_len(text) <= 255, "255 octets at most", text);
	return 0;
}
