/* SPDX-License-Identifier: MIT */
/* Addresses of IP. */
#ifndef NX_ADDRESS_H
#define NX_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ADDRESS_TEXT 46 /* longest text of an address with NUL (INET6_ADDRSTRLEN) */

struct address {
	uint8_t family; /* 4, 6, or 0: none */
	uint8_t bytes[16]; /* as on the wire; the rest is zero */
};

/* bytes: as many as the family has. */
static inline struct address address_from(uint8_t family, const uint8_t bytes[16])
{
	struct address a = { .family = family };

	memcpy(a.bytes, bytes, family == 4 ? 4 : family == 6 ? 16 : 0);
	return a;
}

static inline bool address_equal(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* RFC 5952 text ("10.0.0.5", "fe80::1"; "" for none). */
void address_text(const struct address *a, char text[ADDRESS_TEXT]);

/* 127.0.0.0/8 and ::1 (RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
static inline bool address_is_loopback(const struct address *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	return a->family == 6 ? memcmp(a->bytes, one, sizeof(one)) == 0 :
				a->family == 4 && a->bytes[0] == 127;
}

#endif
