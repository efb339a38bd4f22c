/* SPDX-License-Identifier: MIT */
#include "core/text.h"

#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "core/errmsg.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct clean_claim {
	const char *label, *bytes;
	size_t len, size;
	bool reversible;
	const char *want;
} cleans[] = {
	{ "plain", "curl", 4, 64, false, "curl" },
	{ "empty", "", 0, 64, false, "" },
	{ "backslash stays", "a\\b", 3, 64, false, "a\\b" },
	{ "backslash doubles", "a\\b", 3, 64, true, "a\\\\b" },
	{ "escape sequence", "\033[2J", 4, 64, false, "\\027[2J" },
	{ "NUL", "a\0b", 3, 64, false, "a\\000b" },
	{ "newline", "a\nb", 3, 64, false, "a\\010b" },
	{ "DEL", "\177", 1, 64, false, "\\127" },
	{ "C1 raw", "\x9b" "m", 2, 64, false, "\\155m" },
	{ "C1 as UTF-8", "\xc2\x9b" "m", 3, 64, false, "\\194\\155m" },
	{ "umlaut", "\xc3\xa4", 2, 64, false, "\xc3\xa4" },
	{ "wide", "\xe6\x97\xa5", 3, 64, false, "\xe6\x97\xa5" },
	{ "emoji", "\xf0\x9f\x98\x80", 4, 64, false, "\xf0\x9f\x98\x80" },
	{ "broken UTF-8", "a\xff" "b", 3, 64, false, "a\\255b" },
	{ "cut UTF-8", "a\xe6\x97", 3, 64, false, "a\\230\\151" },
	{ "overlong slash", "\xc0\xaf", 2, 64, false, "\\192\\175" },
	{ "overlong of three", "\xe0\x80\xaf", 3, 64, false, "\\224\\128\\175" },
	{ "surrogate", "\xed\xa0\x80", 3, 64, false, "\\237\\160\\128" },
	{ "above U+10FFFF", "\xf4\x90\x80\x80", 4, 64, false, "\\244\\144\\128\\128" },
	{ "right-to-left override", "\xe2\x80\xae", 3, 64, false, "\\226\\128\\174" },
	{ "isolate", "\xe2\x81\xa6", 3, 64, false, "\\226\\129\\166" },
	{ "zero-width space", "a\xe2\x80\x8b", 4, 64, false, "a\\226\\128\\139" },
	{ "byte order mark", "\xef\xbb\xbf", 3, 64, false, "\\239\\187\\191" },
	{ "variation selector", "a\xef\xb8\x8f", 4, 64, false, "a\\239\\184\\143" },
	{ "tag character", "\xf3\xa0\x80\x81", 4, 64, false, "\\243\\160\\128\\129" },
	{ "Hangul filler", "\xe3\x85\xa4", 3, 64, false, "\\227\\133\\164" },
	{ "line separator", "\xe2\x80\xa8", 3, 64, false, "\\226\\128\\168" },
	{ "noncharacter", "\xef\xbf\xbf", 3, 64, false, "\\239\\191\\191" },
	{ "mark on a letter", "e\xcc\x81", 3, 64, false, "e\xcc\x81" },
	{ "mark on nothing", "\xcc\x81" "e", 3, 64, false, "\\204\\129e" },
	{ "mark on an escape", "\1\xcc\x81", 3, 64, false, "\\001\\204\\129" },
	{ "cut at the end", "abcdef", 6, 4, false, "abc" },
	{ "cut before an escape", "ab\1", 3, 6, false, "ab" },
	{ "escape just fits", "ab\1", 3, 7, false, "ab\\001" },
	{ "cut before a character", "a\xc3\xa4", 3, 3, false, "a" },
	{ "room for the NUL alone", "abc", 3, 1, false, "" },
};

static void test_clean(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(cleans); i++) {
		const struct clean_claim *c = &cleans[i];
		char got[64];
		memset(got, 'x', sizeof(got));
		size_t len = text_clean(got, c->size, c->bytes, c->len,
					c->reversible);
		if (strcmp(got, c->want) != 0 || len != strlen(c->want))
			fail_msg("%s: \"%s\" (%zu)", c->label, got, len);
		if (c->size < sizeof(got) && got[c->size] != 'x')
			fail_msg("%s: written past the end", c->label);
	}
	char none = 'x';
	assert_int_equal(text_clean(&none, 0, "a", 1, false), 0);
	assert_int_equal(none, 'x');
}

/* What reversible text says, as bytes. */
static size_t reverse(uint8_t *out, const char *text)
{
	size_t n = 0;

	while (*text) {
		if (text[0] == '\\' && text[1] == '\\') {
			out[n++] = '\\';
			text += 2;
		} else if (text[0] == '\\') {
			out[n++] = (uint8_t)((text[1] - '0') * 100 +
					     (text[2] - '0') * 10 + text[3] -
					     '0');
			text += 4;
		} else {
			out[n++] = (uint8_t)*text++;
		}
	}
	return n;
}

/* Any bytes: the text is printable, and says the same bytes again. */
static void test_clean_properties(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint8_t in[24], out[128];
		char text[128];
		size_t len = (size_t)(rand_r(&seed) % 24);
		for (size_t i = 0; i < len; i++)
			in[i] = (uint8_t)(rand_r(&seed) >> 3);
		size_t n = text_clean(text, sizeof(text), in, len, true);
		assert_int_equal(n, strlen(text));
		assert_int_equal(reverse(out, text), len);
		assert_memory_equal(out, in, len);
		int32_t rune;
		for (const char *s = text; *s; s += text_rune(s, &rune)) {
			text_rune(s, &rune);
			assert_true(text_rune_width(rune) >= 0);
		}
	}
}

static const struct width_claim {
	const char *label, *text;
	size_t want;
} widths[] = {
	{ "ASCII", "curl", 4 },
	{ "empty", "", 0 },
	{ "wide", "\xe6\x97\xa5\xe6\x9c\xac", 4 },
	{ "mark", "e\xcc\x81", 1 },
	{ "control", "a\033b", 3 },
	{ "broken", "a\xff" "b", 3 },
	{ "cut", "\xe6\x97", 2 },
	{ "box", "\xe2\x94\x80\xe2\x94\x80", 2 },
};

static void test_width(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(widths); i++)
		if (text_width(widths[i].text) != widths[i].want)
			fail_msg("%s: %zu", widths[i].label,
				 text_width(widths[i].text));
	assert_int_equal(text_rune_width(-1), -1);
	assert_int_equal(text_rune_width(0x110000), -1);
	assert_int_equal(text_rune_width(0), -1);
	assert_int_equal(text_rune_width(0x10ffff), -1);
}

/*
 * ncurses counts cells by the C library's table: no character that we show
 * may have another width there (another version of Unicode: a few).
 */
static void test_width_libc(void **state)
{
	int differ = 0, shown = 0;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	for (int32_t r = 0x20; r < 0x110000; r++) {
		int ours = text_rune_width(r), libc = wcwidth((wchar_t)r);
		shown += ours >= 0;
		differ += ours >= 0 && libc >= 0 && ours != libc;
	}
	setlocale(LC_CTYPE, "C");
	assert_true(shown > 250000);
	assert_true(differ < 300);
}

static const struct scale_claim {
	void (*print)(char *text, size_t size, uint64_t n);
	uint64_t n;
	const char *want;
} scales[] = {
	{ text_duration, 0, "0ns" },
	{ text_duration, 999, "999ns" },
	{ text_duration, 1000, "1.0us" },
	{ text_duration, 850000, "850us" },
	{ text_duration, 999999, "1.0ms" },
	{ text_duration, 12344678, "12.3ms" },
	{ text_duration, 99960000, "100ms" },
	{ text_duration, 3200000000, "3.2s" },
	{ text_duration, 60000000000, "1m00s" },
	{ text_duration, 250000000000, "4m10s" },
	{ text_duration, 3900000000000, "1h05m" },
	{ text_duration, 270000000000000, "3d03h" },
	{ text_duration, UINT64_MAX, "213503d" },
	{ text_count, 0, "0" },
	{ text_count, 999, "999" },
	{ text_count, 1204, "1.2k" },
	{ text_count, 9999, "10k" },
	{ text_count, 999999, "1.0M" },
	{ text_count, 34000000, "34M" },
	{ text_count, UINT64_MAX, "18E" },
	{ text_size, 512, "512B" },
	{ text_size, 1023, "1023B" },
	{ text_size, 1229, "1.2KiB" },
	{ text_size, 102400, "100KiB" },
	{ text_size, 1048575, "1.0MiB" },
	{ text_size, 3565158, "3.4MiB" },
	{ text_size, UINT64_MAX, "16.0EiB" },
};

static void test_scales(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(scales); i++) {
		char got[32];
		scales[i].print(got, sizeof(got), scales[i].n);
		if (strcmp(got, scales[i].want) != 0)
			fail_msg("%s: \"%s\"", scales[i].want, got);
	}
}

static void test_scale_widths(void **state)
{
	(void)state;
	for (uint64_t n = 1; n < UINT64_MAX / 3; n += n / 7 + 1) {
		char got[64];
		text_duration(got, sizeof(got), n);
		assert_true(strlen(got) <= 8);
		text_count(got, sizeof(got), n);
		assert_true(strlen(got) <= 5);
		text_size(got, sizeof(got), n);
		assert_true(strlen(got) <= 7);
	}
}

static void test_clock(void **state)
{
	char got[32];

	(void)state;
	setenv("TZ", "UTC", 1);
	text_clock(got, sizeof(got), 1671040290192938971);
	assert_string_equal(got, "17:51:30.192");
	text_clock(got, sizeof(got), 0);
	assert_string_equal(got, "00:00:00.000");
}

static const struct parse_claim {
	const char *text;
	int want;
	uint64_t value;
} durations[] = {
	{ "10ms", 0, 10000000 },	 { "2s", 0, 2000000000 },
	{ "5m", 0, 300000000000 },	 { "1h", 0, 3600000000000 },
	{ "250us", 0, 250000 },		 { "1000ns", 0, 1000 },
	{ "3", 0, 3000000000 },		 { "0.5s", 0, 500000000 },
	{ "1.5", 0, 1500000000 },	 { "0", 0, 0 },
	{ "", -EINVAL, 0 },		 { "ms", -EINVAL, 0 },
	{ "-1s", -EINVAL, 0 },		 { "1 s", -EINVAL, 0 },
	{ "10xs", -EINVAL, 0 },		 { "1.s", -EINVAL, 0 },
	{ "18446744073709551616ns", -EINVAL, 0 },
	{ "18446744073709551615ns", 0, UINT64_MAX },
	{ "9999999999h", -EINVAL, 0 },
}, sizes[] = {
	{ "64", 0, 64 },		 { "64KiB", 0, 65536 },
	{ "16MiB", 0, 16777216 },	 { "1GiB", 0, 1073741824 },
	{ "64k", 0, 64000 },		 { "2M", 0, 2000000 },
	{ "64kB", 0, 64000 },		 { "1.5KiB", 0, 1536 },
	{ "8B", 0, 8 },			 { "", -EINVAL, 0 },
	{ "k", -EINVAL, 0 },		 { "64q", -EINVAL, 0 },
	{ "64KiBx", -EINVAL, 0 },	 { "-1", -EINVAL, 0 },
	{ "0.5", -EINVAL, 0 },
	{ "18446744073709551616", -ERANGE, 0 },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "99999999TiB", -ERANGE, 0 },
};

static void check_parse(const struct parse_claim *c, size_t n,
			int (*parse)(const char *text, uint64_t *value))
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = 77;
		int rc = parse(c[i].text, &value);
		uint64_t want = c[i].want ? 77 : c[i].value;
		if (rc != c[i].want || value != want)
			fail_msg("\"%s\": %d, %llu", c[i].text, rc,
				 (unsigned long long)value);
	}
}

static void test_parse(void **state)
{
	(void)state;
	check_parse(durations, N(durations), text_parse_duration);
	check_parse(sizes, N(sizes), text_parse_size);
}

static void test_errmsg(void **state)
{
	struct errmsg err = { 0 };

	(void)state;
	assert_int_equal(errmsg_set(&err, -ENOENT, "no %s", "a\nb\033"), -2);
	assert_int_equal(err.code, -ENOENT);
	assert_string_equal(err.text, "no a\\010b\\027");
	errmsg_set(&err, -EINVAL, "bad: %s\n%*s^", "x", 4, "");
	assert_string_equal(err.text, "bad: x\n    ^");
	assert_int_equal(errmsg_set(NULL, -EPERM, "x"), -EPERM);

	char big[4096];
	memset(big, 1, sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	errmsg_set(&err, -E2BIG, "%s", big);
	assert_true(strlen(err.text) > sizeof(err.text) - 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_clean_properties),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_width_libc),
		cmocka_unit_test(test_scales),
		cmocka_unit_test(test_scale_widths),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_errmsg),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
