/* SPDX-License-Identifier: MIT */
/*
 * Every golden capture, cut at every length: each packet within its file, and
 * the file. Nothing is read beyond the cut (the sanitizers see to that), and
 * what is cut is never called whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capfile.h"
#include "tests/gen/cases.h"

/* The first len bytes of a made capture as a source. */
struct bytes {
	const uint8_t *at;
	size_t len, pos;
};

static int64_t read_bytes(void *ctx, void *buf, size_t n)
{
	struct bytes *b = ctx;

	if (n > b->len - b->pos)
		n = b->len - b->pos;
	memcpy(buf, b->at + b->pos, n);
	b->pos += n;
	return (int64_t)n;
}

/* Decode the first len bytes of a frame, from memory that ends there. */
static struct packet decode_cut(const struct frame *whole, size_t len)
{
	static struct frame frame;
	struct packet p;
	uint8_t *bytes = malloc(len ? len : 1);

	assert_non_null(bytes);
	if (len)
		memcpy(bytes, whole->data.data, len);
	frame = *whole;
	frame.data = (struct span){ bytes, len };
	packet_decode(&p, &frame, NULL);
	/* Walk what was decoded, too. */
	if (p.has & PACKET_DNS) {
		struct dns_reader r = dns_reader_of(&p.dns);
		struct dns_question q;
		struct dns_record record;
		char text[DNS_DATA_MAX];
		while (dns_next_question(&r, &q))
			;
		while (dns_next_record(&r, &record))
			dns_data_text(&p.dns, &record, false, text);
	}
	free(bytes);
	return p;
}

static void cut_packet(const char *name, const struct frame *f)
{
	struct packet whole = decode_cut(f, f->data.len);
	bool ip = whole.has & (PACKET_IP4 | PACKET_IP6);

	for (size_t len = 0; len < f->data.len; len++) {
		struct packet p = decode_cut(f, len);
		/* Our captures have no padding behind the IP packet. */
		if (ip && whole.status == PACKET_OK && p.status == PACKET_OK &&
		    p.has & (PACKET_IP4 | PACKET_IP6))
			fail_msg("%s: packet %llu is whole with %zu of %zu bytes",
				 name, (unsigned long long)f->number, len,
				 f->data.len);
		if (p.status == PACKET_SNAPPED && p.has != whole.has)
			fail_msg("%s: packet %llu, %zu bytes: snapped, but has %x of %x",
				 name, (unsigned long long)f->number, len,
				 p.has, whole.has);
		/* A cut takes away; it never shows what was not there. */
		if (p.has & ~whole.has & ~(unsigned)PACKET_FRAGMENT)
			fail_msg("%s: packet %llu, %zu bytes: has %x of %x",
				 name, (unsigned long long)f->number, len,
				 p.has, whole.has);
	}
}

/* All packets of the first len bytes; returns how many there were. */
static size_t read_cut(const struct mkcap *c, size_t len, bool cut,
		       const char *name)
{
	struct bytes b = { .at = c->bytes, .len = len };
	struct errmsg err = { 0 };
	struct capfile *f;
	struct frame frame;
	size_t n = 0;
	int rc = capfile_open(&f, "cut", read_bytes, &b, &err);

	if (rc < 0) {
		assert_true(err.text[0]);
		return 0;
	}
	while ((rc = capfile_next(f, &frame, &err)) == 1) {
		n++;
		if (cut)
			cut_packet(name, &frame);
	}
	assert_int_equal(rc < 0, err.text[0] != 0);
	capfile_close(f);
	return n;
}

static void test_packets(void **state)
{
	(void)state;
	for (size_t i = 0; i < gen_cases_count; i++) {
		struct mkcap c;
		gen_cases[i].make(&c);
		assert_true(read_cut(&c, c.len, true, gen_cases[i].name) > 0);
		mkcap_release(&c);
	}
}

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < gen_cases_count; i++) {
		struct mkcap c;
		gen_cases[i].make(&c);
		size_t all = read_cut(&c, c.len, false, ""), last = 0;
		/* At most some hundred cuts of a file. */
		for (size_t len = 0; len < c.len; len += 1 + c.len / 500) {
			size_t n = read_cut(&c, len, false, "");
			assert_true(n >= last && n <= all);
			last = n;
		}
		mkcap_release(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
