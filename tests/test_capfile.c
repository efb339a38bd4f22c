/* SPDX-License-Identifier: MIT */
/* Reading capture files: formats, byte orders, damage. */
#include "core/capfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/image.h"

#define S 1000000000ull

/* What is compared of the packets of a file: "TIME/KEPT/WIRE/LINK/DIR/NAME ...". */
struct seen {
	size_t packets;
	int rc; /* the last result of capfile_open() or capfile_next() */
	char text[2048];
	struct errmsg err;
};

static void see(struct seen *s, const struct frame *f)
{
	size_t n = strlen(s->text);

	assert_int_equal(f->number, s->packets + 1);
	s->packets++;
	snprintf(s->text + n, sizeof(s->text) - n, "%s%llu.%09llu/%zu/%u/%u/%u/%s",
		 n ? " " : "", (unsigned long long)(f->time_ns / S),
		 (unsigned long long)(f->time_ns % S), f->data.len, f->wire_len,
		 f->link, f->direction, f->ifname);
	/* Every byte can be read. */
	unsigned sum = 0;
	for (size_t i = 0; i < f->data.len; i++)
		sum += f->data.data[i];
	assert_true(sum <= 255 * f->data.len);
}

static struct seen read_all(struct image *m)
{
	struct seen s = { 0 };
	struct capfile *f;
	struct frame frame;

	m->pos = 0;
	s.rc = capfile_open(&f, "x.pcap", image_read, m, &s.err);
	if (s.rc < 0) {
		assert_null(f);
		return s;
	}
	while ((s.rc = capfile_next(f, &frame, &s.err)) == 1 ||
	       (s.rc == -EAGAIN && m->again)) {
		if (s.rc == 1)
			see(&s, &frame);
	}
	/* An end and an error stay what they are. */
	struct errmsg again = { 0 };
	if (!m->again) {
		assert_int_equal(capfile_next(f, &frame, &again), s.rc);
		assert_string_equal(again.text, s.err.text);
	}
	capfile_close(f);
	return s;
}

static void pcap_start(struct image *m, uint32_t magic, unsigned minor,
		       uint32_t link)
{
	image_u32(m, magic);
	image_u16(m, 2);
	image_u16(m, minor);
	image_u32(m, 0);
	image_u32(m, 0);
	image_u32(m, 65535);
	image_u32(m, link);
}

static void pcap_packet(struct image *m, uint32_t s, uint32_t fraction,
			uint32_t kept, uint32_t wire, const void *data)
{
	image_u32(m, s);
	image_u32(m, fraction);
	image_u32(m, kept);
	image_u32(m, wire);
	image_put(m, data, kept);
}

static void test_pcap(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		uint32_t magic;
		unsigned minor;
		bool big;
		uint32_t link, first, second;
		const char *want;
	} claims[] = {
		{ "little, us", 0xa1b2c3d4, 4, false, 1, 5, 9, "7.000000042/5/9/1/0/any" },
		{ "big, us", 0xa1b2c3d4, 4, true, 1, 5, 9, "7.000000042/5/9/1/0/any" },
		{ "little, ns", 0xa1b23c4d, 4, false, 101, 5, 9, "7.000000042/5/9/101/0/any" },
		{ "big, ns", 0xa1b23c4d, 4, true, 101, 5, 9, "7.000000042/5/9/101/0/any" },
		{ "check sequence bits", 0xa1b2c3d4, 4, false, 0x24000001, 5, 9, "7.000000042/5/9/1/0/any" },
		{ "2.3, lengths swapped", 0xa1b2c3d4, 3, false, 1, 9, 5, "7.000000042/5/9/1/0/any" },
		{ "2.3, lengths right", 0xa1b2c3d4, 3, false, 1, 5, 9, "7.000000042/5/9/1/0/any" },
		{ "2.2, lengths swapped", 0xa1b2c3d4, 2, false, 1, 9, 5, "7.000000042/5/9/1/0/any" },
		{ "kept more than was", 0xa1b2c3d4, 4, false, 1, 5, 3, "7.000000042/5/5/1/0/any" },
		{ "of no bytes", 0xa1b2c3d4, 4, false, 1, 0, 0, "7.000000042/0/0/1/0/any" },
	};
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct image m = { .big = claims[i].big };
		bool ns = claims[i].magic == 0xa1b23c4d;
		char want[64];

		pcap_start(&m, claims[i].magic, claims[i].minor,
			   claims[i].link);
		image_u32(&m, 7);
		image_u32(&m, 42);
		image_u32(&m, claims[i].first);
		image_u32(&m, claims[i].second);
		image_put(&m, "hello", claims[i].first ? 5 : 0);
		struct seen s = read_all(&m);
		snprintf(want, sizeof(want), "%s%s", ns ? "7.000000042" : "7.000042000",
			 strchr(claims[i].want, '/'));
		if (s.rc || strcmp(s.text, want))
			fail_msg("%s: %d, \"%s\" \"%s\"", claims[i].label, s.rc,
				 s.text, s.err.text);
	}
}

/* Kuznetzov's variant says on which interface, and which way. */
static void test_pcap_modified(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct image m = { .big = big };

		pcap_start(&m, 0xa1b2cd34, 4, 1);
		for (unsigned type = 0; type < 5; type += 4) {
			image_u32(&m, 1);
			image_u32(&m, 2);
			image_u32(&m, 3);
			image_u32(&m, 3);
			image_u32(&m, 2);
			image_u16(&m, 0x0800);
			image_u8(&m, type);
			image_u8(&m, 0);
			image_put(&m, "abc", 3);
		}
		struct seen s = read_all(&m);
		assert_int_equal(s.rc, 0);
		assert_string_equal(s.text, "1.000002000/3/3/1/1/any "
					    "1.000002000/3/3/1/2/any");
	}
}

static void ng_option(struct image *m, unsigned code, const void *bytes,
		      size_t len)
{
	image_u16(m, code);
	image_u16(m, (unsigned)len);
	image_put(m, bytes, len);
	image_pad(m);
}

static size_t ng_begin(struct image *m, uint32_t type)
{
	size_t start = m->len;

	image_u32(m, type);
	image_u32(m, 0);
	return start;
}

static void ng_end(struct image *m, size_t start)
{
	uint32_t len = (uint32_t)(m->len - start + 4);

	image_u32(m, len);
	image_set32(m, start + 4, len);
}

static void ng_section(struct image *m)
{
	size_t start = ng_begin(m, 0x0a0d0d0a);

	image_u32(m, 0x1a2b3c4d);
	image_u16(m, 1);
	image_u16(m, 0);
	image_u64(m, UINT64_MAX);
	ng_option(m, 4, "a test", 6);
	ng_option(m, 0, NULL, 0);
	ng_end(m, start);
}

/* resolution and offset_s: no option when 0. */
static void ng_interface(struct image *m, unsigned link, const char *name,
			 unsigned resolution, int64_t offset_s)
{
	size_t start = ng_begin(m, 1);

	image_u16(m, link);
	image_u16(m, 0);
	image_u32(m, 4); /* snap length, for the simple packets */
	if (name)
		ng_option(m, 2, name, strlen(name));
	if (resolution)
		ng_option(m, 9, &(uint8_t){ (uint8_t)resolution }, 1);
	if (offset_s) {
		image_u16(m, 14);
		image_u16(m, 8);
		image_u64(m, (uint64_t)offset_s);
	}
	ng_end(m, start);
}

static void ng_packet(struct image *m, uint32_t interface, uint64_t time,
		      uint32_t flags)
{
	size_t start = ng_begin(m, 6);

	image_u32(m, interface);
	image_u32(m, (uint32_t)(time >> 32));
	image_u32(m, (uint32_t)time);
	image_u32(m, 5);
	image_u32(m, 9);
	image_put(m, "hello", 5);
	image_pad(m);
	if (flags) {
		image_u16(m, 2);
		image_u16(m, 4);
		image_u32(m, flags);
	}
	ng_end(m, start);
}

static void ng_simple(struct image *m)
{
	size_t start = ng_begin(m, 3);

	image_u32(m, 6);
	image_put(m, "abcd", 4);
	ng_end(m, start);
}

static void ng_obsolete(struct image *m)
{
	size_t start = ng_begin(m, 2);

	image_u16(m, 0);
	image_u16(m, 77);
	image_u32(m, 0);
	image_u32(m, 3000000);
	image_u32(m, 4);
	image_u32(m, 4);
	image_put(m, "abcd", 4);
	ng_end(m, start);
}

/* A block that no reader knows. */
static void ng_other(struct image *m)
{
	size_t start = ng_begin(m, 0x00000bad);

	image_put(m, "12345678", 8);
	ng_end(m, start);
}

/* One of everything, in two sections. */
static void ng_everything(struct image *m)
{
	ng_section(m);
	ng_interface(m, 1, "eth0", 0, 0);
	ng_other(m);
	ng_interface(m, 101, NULL, 9, 0);
	ng_packet(m, 0, 2000001, 1);
	ng_packet(m, 1, 2 * S + 3, 2);
	ng_simple(m);
	ng_obsolete(m);
	ng_section(m);
	ng_interface(m, 113, "\033[2J", 0x80 | 10, -1);
	ng_packet(m, 0, 5 << 10 | 512, 3);
}

static const char everything[] =
	"2.000001000/5/9/1/1/eth0 2.000000003/5/9/101/2/any "
	"2.000000003/4/6/1/0/eth0 3.000000000/4/4/1/0/eth0 "
	"4.500000000/5/9/113/0/\\027[2J";

static void test_pcapng(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++)
		for (size_t step = 0; step < 4; step++) {
			struct image m = { .big = big, .step = step };
			ng_everything(&m);
			struct seen s = read_all(&m);
			assert_string_equal(s.err.text, "");
			assert_int_equal(s.rc, 0);
			assert_string_equal(s.text, everything);
		}
}

/* Sections of both orders in one file, as `cat` makes them. */
static void test_orders_mixed(void **state)
{
	(void)state;
	struct image m = { 0 };

	ng_section(&m);
	ng_interface(&m, 1, "a", 9, 0);
	ng_packet(&m, 0, 1, 0);
	m.big = true;
	ng_section(&m);
	ng_interface(&m, 1, "b", 9, 0);
	ng_packet(&m, 0, 2, 0);
	struct seen s = read_all(&m);
	assert_int_equal(s.rc, 0);
	assert_string_equal(s.text, "0.000000001/5/9/1/0/a "
				    "0.000000002/5/9/1/0/b");
}

static void test_times(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		unsigned resolution;
		int64_t offset_s;
		uint64_t units;
		const char *want;
	} claims[] = {
		{ "us by default", 0, 0, 1700000000123456, "1700000000.123456000" },
		{ "10^-64", 64, 0, 5, "0.000000000" },
		{ "ms", 3, 0, 1700000000123, "1700000000.123000000" },
		{ "ns", 9, 0, 1700000000123456789, "1700000000.123456789" },
		{ "ps", 12, 0, 1500000000000, "1.500000000" },
		{ "10^-127", 127, 0, UINT64_MAX, "0.000000000" },
		{ "2^-1", 0x81, 0, 3, "1.500000000" },
		{ "2^-20", 0x94, 0, 1 << 19, "0.500000000" },
		{ "2^-63", 0xbf, 0, 1ull << 62, "0.500000000" },
		{ "2^-127", 0xff, 0, UINT64_MAX, "0.000000000" },
		{ "offset", 9, 1700000000, 1, "1700000000.000000001" },
		{ "before the epoch", 9, -2, 1, "0.000000000" },
		{ "offset far away", 9, INT64_MAX, UINT64_MAX, "18446744073.709551615" },
		{ "too late", 3, 0, UINT64_MAX, "18446744073.709551615" },
	};
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct image m = { 0 };
		ng_section(&m);
		ng_interface(&m, 1, NULL, claims[i].resolution,
			     claims[i].offset_s);
		ng_packet(&m, 0, claims[i].units, 0);
		struct seen s = read_all(&m);
		size_t n = strlen(claims[i].want);
		if (s.rc || strncmp(s.text, claims[i].want, n))
			fail_msg("%s: %d %s %s", claims[i].label, s.rc, s.text,
				 s.err.text);
	}
}

/* Files that hold no packet are files all the same. */
static void test_no_packets(void **state)
{
	(void)state;
	struct image pcap = { 0 }, unknown = { 0 }, ng = { 0 }, bare = { 0 };

	pcap_start(&pcap, 0xa1b2c3d4, 4, 1);
	pcap_start(&unknown, 0xa1b2c3d4, 4, 147);
	ng_section(&ng);
	ng_interface(&ng, 105, "wlan0", 0, 0);
	ng_section(&bare);
	struct image *const files[] = { &pcap, &unknown, &ng, &bare };
	for (size_t i = 0; i < 4; i++) {
		struct seen s = read_all(files[i]);
		assert_int_equal(s.rc, 0);
		assert_int_equal(s.packets, 0);
		assert_string_equal(s.err.text, "");
	}
}

/* A file whose second packet's head has the number at `at` replaced. */
static struct image damaged(bool ng, size_t at, uint32_t n)
{
	struct image m = { 0 };

	if (!ng) {
		pcap_start(&m, 0xa1b2c3d4, 4, 1);
		pcap_packet(&m, 1, 0, 5, 5, "hello");
	} else {
		ng_section(&m);
		ng_interface(&m, 1, NULL, 0, 0);
		ng_packet(&m, 0, 1, 0);
	}
	size_t second = m.len;
	if (!ng)
		pcap_packet(&m, 1, 0, 5, 5, "hello");
	else
		ng_packet(&m, 0, 1, 0);
	image_set32(&m, second + at, n);
	return m;
}

static void test_damage(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		bool ng;
		size_t at;
		uint32_t number;
		const char *want;
	} claims[] = {
		{ "length beyond the file", false, 8, 6, "x.pcap: the file ends inside the packet at offset 45" },
		{ "length of 256 KiB", false, 8, 262144, "x.pcap: the file ends inside the packet at offset 45" },
		{ "length above the limit", false, 8, 262145, "x.pcap: a packet of 262145 bytes, more than 262144 at offset 45" },
		{ "greatest length", false, 8, UINT32_MAX, "x.pcap: a packet of 4294967295 bytes, more than 262144 at offset 45" },
		{ "block of nothing", true, 4, 0, "x.pcap: a block of 0 bytes at offset 104" },
		{ "block of a head", true, 4, 8, "x.pcap: a block of 8 bytes at offset 104" },
		{ "block too short for its head", true, 4, 12, "x.pcap: a block of 12 bytes that ends as one of 0 at offset 104" },
		{ "block not of words", true, 4, 41, "x.pcap: a block of 41 bytes at offset 104" },
		{ "block longer than the file", true, 4, 44, "x.pcap: the file ends inside the block at offset 104" },
		{ "block of 512 KiB", true, 4, 524288, "x.pcap: the file ends inside the block at offset 104" },
		{ "block too long", true, 4, 524292, "x.pcap: a block of 524292 bytes, more than 524288 at offset 104" },
		{ "block of 4 GiB", true, 4, 0xfffffffc, "x.pcap: a block of 4294967292 bytes, more than 524288 at offset 104" },
		{ "interface not declared", true, 8, 1, "x.pcap: a packet of interface 1 of 1 at offset 104" },
		{ "greatest interface", true, 8, UINT32_MAX, "x.pcap: a packet of interface 4294967295 of 1 at offset 104" },
		{ "packet longer than its block", true, 20, 9, "x.pcap: a packet of 9 bytes is longer than its block at offset 104" },
		{ "packet too long", true, 20, 262145, "x.pcap: a packet of 262145 bytes, more than 262144 at offset 104" },
		{ "lengths disagree", true, 36, 44, "x.pcap: a block of 40 bytes that ends as one of 44 at offset 104" },
		{ "another block that never ends", true, 0, 0xbad, NULL },
	};
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct image m = damaged(claims[i].ng, claims[i].at,
					 claims[i].number);
		struct seen s = read_all(&m);
		int rc = claims[i].want ? -EBADMSG : 0;
		const char *want = claims[i].want ? claims[i].want : "";
		if (s.rc != rc || s.packets != 1 || strcmp(s.err.text, want))
			fail_msg("%s: %d after %zu packets: %s",
				 claims[i].label, s.rc, s.packets, s.err.text);
	}
}

/* A block that is passed over may have any length, but must be there. */
static void test_long_block(void **state)
{
	(void)state;
	static struct image m;

	ng_section(&m);
	ng_interface(&m, 1, NULL, 0, 0);
	ng_packet(&m, 0, 1, 0);
	image_u32(&m, 0xbad);
	image_u32(&m, 0xfffffffc);
	image_put(&m, (const char[200]){ 0 }, 200);
	struct seen s = read_all(&m);
	assert_int_equal(s.packets, 1);
	assert_int_equal(s.rc, -EBADMSG);
	assert_string_equal(s.err.text,
			    "x.pcap: the file ends inside the block at offset 312");
}

/* More than is read of a file at first, with others around it. */
static void test_large(void **state)
{
	static const uint8_t bytes[262144] = { [0] = 9, [262143] = 9 };
	static struct image m;
	(void)state;

	pcap_start(&m, 0xa1b2c3d4, 4, 1);
	pcap_packet(&m, 7, 0, 60000, 60000, bytes);
	pcap_packet(&m, 7, 1, 100000, 100000, bytes);
	pcap_packet(&m, 7, 2, 262144, 262144, bytes);
	pcap_packet(&m, 7, 3, 5, 5, bytes);
	for (size_t step = 0; step <= 4096; step += 4096) {
		m.step = step;
		m.again = step;
		struct seen s = read_all(&m);
		assert_int_equal(s.rc, 0);
		assert_string_equal(s.text,
				    "7.000000000/60000/60000/1/0/any "
				    "7.000001000/100000/100000/1/0/any "
				    "7.000002000/262144/262144/1/0/any "
				    "7.000003000/5/5/1/0/any");
	}
}

static void test_open(void **state)
{
	(void)state;
	static const struct {
		const char *label, *bytes;
		size_t len;
		int rc;
		const char *want;
	} claims[] = {
		{ "empty", "", 0, -EBADMSG, "x.pcap: not a capture file: it is empty" },
		{ "three bytes", "\xd4\xc3\xb2", 3, -EBADMSG, "x.pcap: not a capture file: it is too short" },
		{ "text", "#!/bin/sh\n", 10, -EBADMSG, "x.pcap: not a capture file: neither pcap nor pcapng at offset 0" },
		{ "head cut", "\xd4\xc3\xb2\xa1\2\0\4\0", 8, -EBADMSG, "x.pcap: the file ends inside its own head at offset 0" },
		{ "version 3", "\xd4\xc3\xb2\xa1\3\0\4\0________________", 24, -ENOTSUP, "x.pcap: pcap version 3.4, but only 2 is known at offset 0" },
		{ "section of no order", "\n\r\r\n\34\0\0\0\1\2\3\4________________", 28, -EBADMSG, "x.pcap: a section of no known byte order at offset 0" },
		{ "section of version 2", "\n\r\r\n\34\0\0\0\x4d\x3c\x2b\x1a\2\0\0\0________\34\0\0\0", 28, -ENOTSUP, "x.pcap: pcapng version 2.0, but only 1 is known at offset 0" },
		{ "section too short", "\n\r\r\n\20\0\0\0\x4d\x3c\x2b\x1a\20\0\0\0", 16, -EBADMSG, "x.pcap: the section head is too short at offset 0" },
	};
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct image m = { 0 };
		image_put(&m, claims[i].bytes, claims[i].len);
		struct seen s = read_all(&m);
		if (s.rc != claims[i].rc || s.packets ||
		    strcmp(s.err.text, claims[i].want))
			fail_msg("%s: %d %s", claims[i].label, s.rc,
				 s.err.text);
	}
}

static void test_link_type(void **state)
{
	(void)state;
	struct image old = { 0 }, ng = { 0 };

	pcap_start(&old, 0xa1b2c3d4, 4, 147);
	pcap_packet(&old, 1, 0, 5, 5, "hello");
	struct seen s = read_all(&old);
	assert_int_equal(s.rc, -ENOTSUP);
	assert_int_equal(s.packets, 0);
	assert_non_null(strstr(s.err.text, "x.pcap: a packet of link type 147,"));
	assert_non_null(strstr(s.err.text, " at offset 24"));

	ng_section(&ng);
	ng_interface(&ng, 1, "eth0", 0, 0);
	ng_interface(&ng, 195, "wpan0", 0, 0);
	ng_packet(&ng, 0, 1, 0);
	size_t at = ng.len;
	ng_packet(&ng, 1, 1, 0);
	ng_packet(&ng, 1, 1, 0);
	ng_packet(&ng, 0, 1, 0);
	/* The other interface's packets are good; it is told at the end. */
	s = read_all(&ng);
	assert_int_equal(s.rc, -ENOTSUP);
	assert_int_equal(s.packets, 4);
	char where[40];
	snprintf(where, sizeof(where), " at offset %zu", at);
	assert_non_null(strstr(s.err.text, "x.pcap: a packet of link type 195,"));
	assert_non_null(strstr(s.err.text, where));
}

/* Damaged options cost themselves, never the packet. */
static void test_options(void **state)
{
	(void)state;
	struct image m = { 0 };

	ng_section(&m);
	size_t start = ng_begin(&m, 1);
	image_u16(&m, 1);
	image_u16(&m, 0);
	image_u32(&m, 0);
	ng_option(&m, 2, "lo", 2);
	image_u16(&m, 9);
	image_u16(&m, 0xffff); /* longer than the block */
	ng_end(&m, start);
	ng_packet(&m, 0, 1000000, 1);
	struct seen s = read_all(&m);
	assert_int_equal(s.rc, 0);
	assert_string_equal(s.text, "1.000000000/5/9/1/1/lo");
}

static void test_interfaces(void **state)
{
	(void)state;
	static struct image m;

	ng_section(&m);
	for (int i = 0; i < 4096; i++)
		ng_interface(&m, 1, NULL, 0, 0);
	ng_packet(&m, 4095, 0, 0);
	struct seen s = read_all(&m);
	assert_int_equal(s.rc, 0);
	assert_int_equal(s.packets, 1);
	ng_interface(&m, 1, NULL, 0, 0);
	s = read_all(&m);
	assert_int_equal(s.rc, -ENOTSUP);
	assert_non_null(strstr(s.err.text, "more than 4096 interfaces"));
}

/* The places where a file may end: behind its head and behind each packet. */
static bool is_boundary(const size_t *ends, size_t n, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (ends[i] == len)
			return true;
	return false;
}

static void cut_everywhere(struct image *m, const size_t *ends, size_t n)
{
	struct image whole = *m;
	struct seen all = read_all(&whole);

	assert_int_equal(all.rc, 0);
	for (size_t len = 0; len < m->len; len++) {
		struct image cut = *m;
		cut.len = len;
		struct seen s = read_all(&cut);
		int want = is_boundary(ends, n, len) ? 0 : -EBADMSG;
		if (s.rc != want || strncmp(s.text, all.text, strlen(s.text)) ||
		    (want && !s.err.text[0]))
			fail_msg("cut to %zu bytes: %d after %zu: %s", len,
				 s.rc, s.packets, s.err.text);
	}
}

static void test_cut(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct image m = { .big = big }, ng = { .big = big };
		size_t ends[16], n = 0;

		pcap_start(&m, 0xa1b2c3d4, 4, 1);
		ends[n++] = m.len;
		pcap_packet(&m, 1, 0, 5, 5, "hello");
		ends[n++] = m.len;
		pcap_packet(&m, 1, 0, 0, 9, "");
		cut_everywhere(&m, ends, n);

		n = 0;
		ng_section(&ng);
		ends[n++] = ng.len;
		ng_interface(&ng, 1, "eth0", 0, 0);
		ends[n++] = ng.len;
		ng_packet(&ng, 0, 2000001, 1);
		ends[n++] = ng.len;
		ng_simple(&ng);
		ends[n++] = ng.len;
		ng_other(&ng);
		ends[n++] = ng.len;
		ng_obsolete(&ng);
		cut_everywhere(&ng, ends, n);
	}
}

/* Whatever one byte becomes, reading ends, and an error has its message. */
static void test_every_byte(void **state)
{
	(void)state;
	static const uint8_t values[] = { 0, 1, 4, 0x7f, 0x80, 0xff };

	for (int big = 0; big < 2; big++) {
		struct image m = { .big = big };
		ng_everything(&m);
		for (size_t at = 0; at < m.len; at++)
			for (size_t v = 0; v < sizeof(values); v++) {
				struct image bad = m;
				bad.bytes[at] = values[v];
				struct seen s = read_all(&bad);
				assert_true(s.packets <= 5);
				assert_true(s.rc <= 0);
				assert_true((s.rc < 0) == (s.err.text[0] != 0));
			}
	}
}

static void read_slowly(struct image *m, const char *want)
{
	struct capfile *f;
	struct errmsg err = { 0 };
	struct seen s = { 0 };
	struct frame frame;
	int refused = 0;

	assert_int_equal(capfile_open(&f, "x", image_read, m, &err), 0);
	while ((s.rc = capfile_next(f, &frame, &s.err)) != 0) {
		assert_true(s.rc == 1 || s.rc == -EAGAIN);
		if (s.rc == 1)
			see(&s, &frame);
		else
			refused++;
	}
	assert_true(refused > 20);
	assert_string_equal(s.text, want);
	capfile_close(f);
}

/* A source that has nothing yet is asked again, and nothing is lost. */
static void test_again(void **state)
{
	(void)state;
	struct image ng = { .step = 3, .again = true }, m = ng;

	ng_everything(&ng);
	read_slowly(&ng, everything);
	pcap_start(&m, 0xa1b2c3d4, 4, 1);
	pcap_packet(&m, 1, 0, 5, 5, "hello");
	pcap_packet(&m, 2, 0, 0, 9, "");
	read_slowly(&m, "1.000000000/5/5/1/0/any 2.000000000/0/9/1/0/any");
}

static int64_t read_fails(void *ctx, void *buf, size_t n)
{
	(void)ctx;
	(void)buf;
	(void)n;
	return -EIO;
}

static void test_source_fails(void **state)
{
	(void)state;
	struct capfile *f;
	struct errmsg err = { 0 };

	assert_int_equal(capfile_open(&f, "x", read_fails, NULL, &err), -EIO);
	assert_string_equal(err.text, "x: cannot read: Input/output error at offset 0");
	capfile_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pcap),
		cmocka_unit_test(test_pcap_modified),
		cmocka_unit_test(test_pcapng),
		cmocka_unit_test(test_orders_mixed),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_no_packets),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_long_block),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_link_type),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_interfaces),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_source_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
