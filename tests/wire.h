/* SPDX-License-Identifier: MIT */
/* Packets put together from headers, and what holds for every cut of them. */
#ifndef NX_TEST_WIRE_H
#define NX_TEST_WIRE_H

#include "core/packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define B(bytes) bytes, sizeof(bytes) - 1

/* Headers to put together. Lengths are written out: they are what is tested. */
#define ETH(type) "\2\0\0\0\0\1\2\0\0\0\0\2" type
#define IP4(len, fragment, protocol) \
	"\x45\0" len "\x12\x34" fragment "\100" protocol "\xab\xcd" \
	"\12\0\0\1" "\12\0\0\2"
#define IP6(len, next) \
	"\x60\x12\x34\x56" len next "\100" \
	"\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1" \
	"\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\2"
#define UDP(src, dst, len) src dst len "\0\0"
#define TCP(offset, flags) \
	"\x30\x39\0\120" "\0\0\0\1" "\0\0\0\2" offset flags "\1\0" "\xbe\xef\0\0"
#define ECHO(type) type "\0\xaa\xbb\x11\x22\0\7"
#define WHOLE "\0\0"
#define QUERY "\x12\x34\1\0\0\1\0\0\0\0\0\0\2ex\0\0\1\0\1" /* 20 bytes */

#define IP_UDP IP4("\0\40", WHOLE, "\21") UDP("\x30\x39", "\x27\x0f", "\0\14") "data"
#define IP6_UDP IP6("\0\14", "\21") UDP("\x30\x39", "\x27\x0f", "\0\14") "data"

static inline struct frame frame_of(uint32_t link, const void *bytes, size_t len)
{
	return (struct frame){ .link = link, .data = { bytes, len },
			       .wire_len = (uint32_t)len };
}

static inline void in_frame(const struct frame *f, struct span s)
{
	assert_true(s.len <= f->data.len);
	if (s.len > 0)
		assert_true(s.data >= f->data.data &&
			    s.data + s.len <= f->data.data + f->data.len);
}

/* Decode the first n bytes, in memory of just that size. */
static inline enum packet_status decode_cut(uint32_t link, const char *bytes, size_t n,
				     size_t wire, size_t *ip_len)
{
	uint8_t *exact = malloc(n + (n == 0));
	memcpy(exact, bytes, n);
	struct frame f = frame_of(link, exact, n);
	f.wire_len = (uint32_t)wire;
	struct packet p;
	packet_decode(&p, &f, NULL);
	in_frame(&f, p.payload);
	if (p.has & PACKET_DNS)
		in_frame(&f, p.dns.bytes);
	*ip_len = p.has & (PACKET_IP4 | PACKET_IP6) ? p.ip_len : 0;
	free(exact);
	return p.status;
}

/*
 * Every prefix of a whole packet: never OK; truncated (or, of payload
 * alone, snapped) when the capture was cut, and malformed when the wire had no more.
 */
static inline void prefixes(const char *label, uint32_t link, const char *bytes,
		     size_t len, size_t padding)
{
	size_t ip_len;

	for (size_t n = 0; n + padding < len; n++) {
		enum packet_status cut = decode_cut(link, bytes, n, len, &ip_len);
		if (cut != PACKET_TRUNCATED && cut != PACKET_SNAPPED)
			fail_msg("%s cut at %zu: %d", label, n, cut);
		enum packet_status lie = decode_cut(link, bytes, n, n, &ip_len);
		/* A length of 0 claims nothing. */
		bool by_frame = ip_len == n && ip_len > 0;
		if (lie == PACKET_OK && !by_frame)
			fail_msg("%s of %zu: OK", label, n);
	}
}

#endif
