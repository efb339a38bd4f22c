/* SPDX-License-Identifier: MIT */
/* gzip'd capture files: every way to be read, every way to be damaged. */
#include "core/gunzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/capfile.h"
#include "tests/image.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { PACKETS = 50, KEPT = 200 };

static struct image plain, packed;

/* A pcap of packets whose bytes do not pack well. */
static void make_plain(void)
{
	uint8_t bytes[KEPT];
	uint32_t x = 1;

	plain = (struct image){ 0 };
	image_u32(&plain, 0xa1b2c3d4);
	image_u16(&plain, 2);
	image_u16(&plain, 4);
	image_u32(&plain, 0);
	image_u32(&plain, 0);
	image_u32(&plain, 65535);
	image_u32(&plain, LINK_RAW);
	for (uint32_t i = 0; i < PACKETS; i++) {
		for (size_t k = 0; k < KEPT; k++) {
			x = x * 1664525 + 1013904223;
			bytes[k] = (uint8_t)(x >> 24);
		}
		image_u32(&plain, i);
		image_u32(&plain, 0);
		image_u32(&plain, KEPT);
		image_u32(&plain, KEPT);
		image_put(&plain, bytes, KEPT);
	}
}

/* Append plain[from] to plain[to - 1] as one member. */
static void pack(struct image *m, size_t from, size_t to)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	z.next_in = plain.bytes + from;
	z.avail_in = (uInt)(to - from);
	z.next_out = m->bytes + m->len;
	z.avail_out = (uInt)(sizeof(m->bytes) - m->len);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	m->len = sizeof(m->bytes) - z.avail_out;
	deflateEnd(&z);
}

struct seen {
	unsigned packets;
	int rc;
	struct errmsg err;
};

static struct seen read_all(struct image *m)
{
	struct seen s = { 0 };
	struct capfile *f;
	struct frame frame;

	m->pos = 0;
	s.rc = capfile_open(&f, "x.gz", image_read, m, &s.err);
	if (s.rc < 0)
		return s;
	while ((s.rc = capfile_next(f, &frame, &s.err)) == 1 ||
	       (s.rc == -EAGAIN && m->again)) {
		if (s.rc != 1)
			continue;
		const uint8_t *want =
			plain.bytes + 24 + 16 + s.packets * (16 + KEPT);
		assert_int_equal(frame.data.len, KEPT);
		assert_memory_equal(frame.data.data, want, KEPT);
		s.packets++;
	}
	struct errmsg again = { 0 };
	if (!m->again) {
		assert_int_equal(capfile_next(f, &frame, &again), s.rc);
		assert_string_equal(again.text, s.err.text);
	}
	capfile_close(f);
	return s;
}

static void test_whole(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		unsigned members;
		size_t step;
		bool again;
		size_t zeros;
	} claims[] = {
		{ "one member", 1, 0, false, 0 },
		{ "byte by byte", 1, 1, false, 0 },
		{ "from a pipe", 1, 7, true, 0 },
		{ "three members", 3, 0, false, 0 },
		{ "three members, byte by byte, pipe", 3, 1, true, 0 },
		{ "filled up with zeros", 2, 0, false, 1000 },
		{ "zeros, byte by byte", 2, 1, false, 3 },
	};

	make_plain();
	for (size_t i = 0; i < COUNT(claims); i++) {
		packed = (struct image){ 0 };
		for (size_t k = 0; k < claims[i].members; k++)
			pack(&packed, plain.len * k / claims[i].members,
			     plain.len * (k + 1) / claims[i].members);
		for (size_t k = 0; k < claims[i].zeros; k++)
			image_u8(&packed, 0);
		packed.step = claims[i].step;
		packed.again = claims[i].again;
		struct seen s = read_all(&packed);
		if (s.rc != 0 || s.packets != PACKETS)
			fail_msg("%s: %u packets, %d %s", claims[i].label,
				 s.packets, s.rc, s.err.text);
	}
}

/* Cut anywhere, all packets come that were there, and one line says why. */
static void test_cut(void **state)
{
	(void)state;
	static struct image cut;
	unsigned before = 0;

	make_plain();
	packed = (struct image){ 0 };
	pack(&packed, 0, plain.len);
	for (size_t len = 2; len < packed.len; len += 13) {
		cut = packed;
		cut.len = len;
		struct seen s = read_all(&cut);
		char want[96];

		snprintf(want, sizeof(want),
			 "x.gz: the file ends inside its gzip data at offset %zu",
			 len);
		if (s.rc != -EBADMSG || strcmp(s.err.text, want) != 0)
			fail_msg("cut at %zu: %d %s", len, s.rc, s.err.text);
		/* More of the file is never fewer packets. */
		assert_true(s.packets >= before);
		before = s.packets;
	}
	assert_true(before >= PACKETS - 2);
}

static void test_damage(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		long at; /* from the end, if negative */
		unsigned least; /* packets that still come */
		const char *want;
	} claims[] = {
		{ "unknown method", 2, 0, "x.gz: damaged gzip data at offset " },
		{ "wrong check sum", -5, PACKETS, "x.gz: damaged gzip data at offset " },
		{ "wrong length", -1, PACKETS, "x.gz: damaged gzip data at offset " },
	};

	make_plain();
	for (size_t i = 0; i < COUNT(claims); i++) {
		packed = (struct image){ 0 };
		pack(&packed, 0, plain.len);
		long at = claims[i].at < 0 ? (long)packed.len + claims[i].at :
					     claims[i].at;
		packed.bytes[at] ^= 0x55;
		struct seen s = read_all(&packed);
		if (s.rc != -EBADMSG || s.packets < claims[i].least ||
		    strncmp(s.err.text, claims[i].want,
			    strlen(claims[i].want)) != 0)
			fail_msg("%s: %u packets, %d %s", claims[i].label,
				 s.packets, s.rc, s.err.text);
	}
}

/* Damage of what is inside is told with its own offset. */
static void test_inner(void **state)
{
	(void)state;
	make_plain();
	packed = (struct image){ 0 };
	pack(&packed, 0, plain.len - 1);
	struct seen s = read_all(&packed);

	assert_int_equal(s.rc, -EBADMSG);
	assert_int_equal(s.packets, PACKETS - 1);
	assert_string_equal(s.err.text,
			    "x.gz: the file ends inside the packet at offset 10608 of what is unpacked");
	/* Something else behind the last member. */
	packed = (struct image){ 0 };
	pack(&packed, 0, plain.len);
	image_put(&packed, "rubbish", 7);
	s = read_all(&packed);
	assert_int_equal(s.rc, -EBADMSG);
	assert_int_equal(s.packets, PACKETS);
	/* Packed, but no capture file. */
	memcpy(plain.bytes, "text", 4);
	packed = (struct image){ 0 };
	pack(&packed, 0, plain.len);
	s = read_all(&packed);
	assert_int_equal(s.rc, -EBADMSG);
	assert_non_null(strstr(s.err.text, "not a capture file"));
}

/* Any byte changed: it ends, and what it says fits one line. */
static void test_every_byte(void **state)
{
	(void)state;
	static struct image one;
	unsigned char buf[4096];

	make_plain();
	packed = (struct image){ 0 };
	pack(&packed, 0, 1024);
	for (size_t at = 0; at < packed.len; at++) {
		struct gunzip g;
		int64_t got;
		size_t all = 0;

		one = packed;
		one.bytes[at] ^= (uint8_t)(1 + at % 255);
		assert_int_equal(gunzip_init(&g, image_read, &one), 0);
		while ((got = gunzip_read(&g, buf, sizeof(buf))) > 0)
			all += (size_t)got;
		/* A bounded file, however wrong: deflate is 1032:1 at most. */
		assert_true(all <= 1032 * packed.len);
		assert_true(got == 0 || got == -EBADMSG);
		gunzip_release(&g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_inner),
		cmocka_unit_test(test_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
