/* SPDX-License-Identifier: MIT */
/* IP fragments: any order, copies, overlaps, in bounded memory. */
#include "core/fragments.h"

#include "core/hash.h"
#include "tests/wire.h"

#define SECOND ((uint64_t)1000000000)

enum { PAYLOAD = 4000 }; /* UDP with its header */

static struct fragments f;
static struct packet whole;
static uint8_t datagram[PAYLOAD];

static void make_datagram(void)
{
	for (size_t i = 0; i < sizeof(datagram); i++)
		datagram[i] = (uint8_t)(i * 7 + i / 256);
	memcpy(datagram, "\x30\x39\x27\x0f\x0f\xa0\0\0", 8);
}

/* Bytes from..to of a datagram; cut: so many were not captured. */
static bool take4(uint8_t id, size_t from, size_t to, bool more, size_t cut,
		  uint64_t now_ns)
{
	uint8_t ip[20 + 1600] = { 0x45, 0, 0, 0, 0, id, 0, 0, 64, 17, 0, 0,
				  10, 0, 0, 1, 10, 0, 0, 2 };
	size_t len = 20 + to - from;

	assert_true(len <= sizeof(ip) && from % 8 == 0);
	ip[2] = (uint8_t)(len >> 8);
	ip[3] = (uint8_t)len;
	ip[6] = (uint8_t)((more ? 0x20 : 0) | from / 8 >> 8);
	ip[7] = (uint8_t)(from / 8);
	for (size_t i = from; i < to; i++)
		ip[20 + i - from] = datagram[i % PAYLOAD];
	struct frame frame = frame_of(LINK_RAW, ip, len - cut);
	frame.wire_len = (uint32_t)len;
	frame.time_ns = now_ns;
	struct packet p;
	packet_decode(&p, &frame, NULL);
	assert_true(p.has & PACKET_FRAGMENT);
	return fragments_take(&f, &p, false, NULL, &whole);
}

static bool is_whole(void)
{
	return whole.has & PACKET_UDP && !(whole.has & PACKET_FRAGMENT) &&
	       whole.status == PACKET_OK && whole.src_port == 12345 &&
	       whole.payload.len == PAYLOAD - 8 &&
	       memcmp(whole.payload.data, datagram + 8, PAYLOAD - 8) == 0;
}

static void test_orders(void **state)
{
	(void)state;
	/* Parts of 1000 bytes: 0 to 3, the last without "more". Upper case: cut;
	 * "w": 61 s pass; "o": an overlap; "l": a last part that ends earlier. */
	static const struct {
		const char *label, *script, *want; /* "1": whole with this one */
		uint64_t incomplete;
	} claims[] = {
		{ "in order", "0123", "0001", 0 },
		{ "backwards", "3210", "0001", 0 },
		{ "copies", "00122133", "00000010", 0 },
		{ "one missing", "013", "000", 0 },
		{ "too late", "012w3", "00000", 1 },
		{ "overlap", "01o23", "00000", 1 },
		{ "two ends", "3l012", "00000", 1 },
		{ "a part not captured", "0B23", "0000", 0 },
		{ "and sent once more", "0B231", "00001", 0 },
	};

	make_datagram();
	for (size_t i = 0; i < N(claims); i++) {
		uint64_t now = SECOND;
		char told[16] = "";

		assert_int_equal(fragments_init(&f, 1024, 1), 0);
		for (size_t k = 0; claims[i].script[k]; k++) {
			char c = claims[i].script[k];
			bool done = false;
			if (c >= '0' && c <= '3')
				done = take4(1, 1000u * (size_t)(c - '0'),
					     1000u * (size_t)(c - '0') + 1000,
					     c < '3', 0, now);
			else if (c == 'B')
				done = take4(1, 1000, 2000, true, 5, now);
			else if (c == 'o')
				done = take4(1, 1504, 2504, true, 0, now);
			else if (c == 'l')
				done = take4(1, 2000, 2500, false, 0, now);
			else
				now += 61 * SECOND;
			told[k] = done ? '1' : '0';
			if (done && !is_whole())
				fail_msg("%s: not what was sent",
					 claims[i].label);
		}
		if (strcmp(told, claims[i].want) != 0 ||
		    f.incomplete != claims[i].incomplete)
			fail_msg("%s: %s, %u incomplete", claims[i].label, told,
				 (unsigned)f.incomplete);
		fragments_release(&f);
	}
}

/* Any parts in any order: whole exactly once, when the last one comes. */
static void test_random(void **state)
{
	(void)state;
	uint64_t random = 5;

	make_datagram();
	assert_int_equal(fragments_init(&f, 1024, 1), 0);
	for (unsigned round = 0; round < 500; round++) {
		size_t from[PAYLOAD / 8], to[PAYLOAD / 8], parts = 0;
		size_t at = 0;

		while (at < PAYLOAD) {
			size_t n = 8 * (1 + hash_next(&random) % 150);
			from[parts] = at;
			at = at + n < PAYLOAD ? at + n : PAYLOAD;
			to[parts++] = at;
		}
		for (size_t left = parts; left > 0; left--) {
			size_t k = hash_next(&random) % left;
			bool done = take4((uint8_t)round, from[k], to[k],
					  to[k] < PAYLOAD, 0, SECOND);
			assert_int_equal(done, left == 1);
			from[k] = from[left - 1];
			to[k] = to[left - 1];
		}
		assert_true(is_whole());
		assert_int_equal(f.table.count, 0);
		assert_int_equal(f.chunks.used, 0);
	}
	assert_int_equal(f.incomplete, 0);
	fragments_release(&f);
}

/* Floods of first fragments, one above the longest datagram: bounded, counted. */
static void test_room(void **state)
{
	(void)state;
	make_datagram();
	assert_int_equal(fragments_init(&f, 1024, 1), 0);
	for (unsigned round = 0; round < 3000; round++) {
		assert_false(take4((uint8_t)round, 1504 * (round / 256), 1504 * (round / 256) + 1504, true, 0,
				   round * SECOND / 100));
		assert_true(f.chunks.used <= f.chunks.capacity);
	}
	assert_true(f.incomplete > 0);
	/* RFC 791: no datagram is longer than 65535; "ping of death". */
	uint64_t before = f.incomplete;
	assert_false(take4(7, 65528, 65528 + 1000, false, 0, 100 * SECOND));
	assert_true(f.incomplete >= before);
	fragments_release(&f);
}

/* IPv6: the id is in the header, which others may stand before and behind. */
static void test_ip6(void **state)
{
	(void)state;
#define SOURCE "\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define TARGET "\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\2"
	static const char first[] =
		"\x60\0\0\0\0\50\0\100" SOURCE TARGET
		"\54\0\1\4\0\0\0\0" /* hop-by-hop */
		"\74\0\0\1\0\0\0\7" /* fragment 0, more */
		"\21\0\1\4\0\0\0\0" /* destination options */
		"\x30\x39\x27\x0f\0\30\0\0" "abcdefgh";
	static const char second[] =
		"\x60\0\0\0\0\20\54\100" SOURCE TARGET
		"\74\0\0\40\0\0\0\7" "ijklmnop";
	static const char other[] =
		"\x60\0\0\0\0\20\54\100" SOURCE TARGET
		"\74\0\0\40\0\0\0\10" "ijklmnop";
	struct frame a = frame_of(LINK_RAW, B(first));
	struct frame b = frame_of(LINK_RAW, B(second));
	struct frame c = frame_of(LINK_RAW, B(other));
	struct packet p;

	/* Fragments carry multiples of eight octets: offset 24 is 8 + 8 + 8. */
	uint8_t moved[sizeof(second)];
	memcpy(moved, second, sizeof(second));
	moved[40 + 3] = 24;
	b.data.data = moved;
	assert_int_equal(fragments_init(&f, 1024, 1), 0);
	packet_decode(&p, &a, NULL);
	assert_int_equal(p.status, PACKET_OK);
	assert_int_equal(p.fragment.id, 7);
	assert_false(fragments_take(&f, &p, false, NULL, &whole));
	packet_decode(&p, &c, NULL);
	assert_false(fragments_take(&f, &p, false, NULL, &whole));
	packet_decode(&p, &b, NULL);
	assert_true(fragments_take(&f, &p, false, NULL, &whole));
	assert_true(whole.has & PACKET_UDP);
	assert_int_equal(whole.dst_port, 9999);
	assert_int_equal(whole.payload.len, 16);
	assert_memory_equal(whole.payload.data, "abcdefghijklmnop", 16);
	fragments_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_ip6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
