/* SPDX-License-Identifier: MIT */
#include "core/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/runes.h"

#define RUNE_MAX 0x10ffff

/*
 * Decode the UTF-8 character at s, of which left bytes may be read. Returns
 * its length, or 0 when the bytes are not UTF-8: overlong forms, surrogates
 * and what is above U+10FFFF too (RFC 3629 3).
 */
static size_t rune_decode(const uint8_t *s, size_t left, int32_t *rune)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 :
		   s[0] < 0xc2 ? 0 :
		   s[0] < 0xe0 ? 2 :
		   s[0] < 0xf0 ? 3 :
		   s[0] < 0xf5 ? 4 :
				 0;
	if (n == 0 || n > left)
		return 0;
	int32_t r = n == 1 ? s[0] : s[0] & (0x7f >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		r = r << 6 | (s[i] & 0x3f);
	}
	if (r < least[n] || r > RUNE_MAX || (r >= 0xd800 && r < 0xe000))
		return 0;
	*rune = r;
	return n;
}

size_t text_rune(const char *s, int32_t *rune)
{
	if (!*s) {
		*rune = -1;
		return 0;
	}
	size_t n = rune_decode((const uint8_t *)s, strnlen(s, 4), rune);
	if (n > 0)
		return n;
	*rune = -1;
	return 1;
}

int text_rune_width(int32_t rune)
{
	if (rune >= ' ' && rune <= '~')
		return 1;
	if (rune < 0 || rune > RUNE_MAX)
		return -1;
	size_t low = 0, high = runes_count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (rune > runes[mid].last)
			low = mid + 1;
		else if (rune < runes[mid].first)
			high = mid;
		else
			return runes[mid].width;
	}
	return 1;
}

/*
 * Bytes from s on that may stay as they are: one printable character. A mark
 * stays only behind the character it combines with: else it would change
 * what stands before the text on the screen.
 */
static size_t printable(const uint8_t *s, size_t left, bool base)
{
	int32_t rune;
	size_t n = rune_decode(s, left, &rune);
	int width = n ? text_rune_width(rune) : -1;

	return width > 0 || (width == 0 && base) ? n : 0;
}

size_t text_clean(char *text, size_t size, const void *bytes, size_t len,
		  bool reversible)
{
	const uint8_t *s = bytes;
	size_t out = 0;
	bool base = false;

	if (size == 0)
		return 0;
	for (size_t i = 0; i < len;) {
		char escape[4] = { '\\', '\\', '\0', '\0' };
		const void *piece = s + i;
		size_t used = 1, n = 1;
		if (s[i] == '\\' && reversible) {
			piece = escape;
			n = 2;
			base = true;
		} else if (s[i] < ' ' || s[i] > '~') {
			used = n = printable(s + i, len - i, base);
			base = n > 0;
		} else {
			base = true;
		}
		if (n == 0) { /* RFC 1035 5.1 */
			escape[1] = (char)('0' + s[i] / 100);
			escape[2] = (char)('0' + s[i] / 10 % 10);
			escape[3] = (char)('0' + s[i] % 10);
			piece = escape;
			n = 4;
			used = 1;
		}
		if (n > size - 1 - out)
			break;
		memcpy(text + out, piece, n);
		out += n;
		i += used;
	}
	text[out] = '\0';
	return out;
}

size_t text_width(const char *text)
{
	size_t cells = 0;
	int32_t rune;

	for (size_t n; (n = text_rune(text, &rune)) > 0; text += n) {
		int width = text_rune_width(rune);
		cells += width < 0 ? 1 : (size_t)width;
	}
	return cells;
}

struct unit {
	uint64_t size; /* of the next smaller: ns, one, bytes */
	const char *name;
};

/*
 * n as "1.2k": tenths below `tenths` units, else whole units; rounded, so that
 * 999.96 us is 1.0ms. Ascending units; n is below the first: no fraction.
 */
static void scaled(char *text, size_t size, uint64_t n,
		   const struct unit *units, size_t count, uint64_t tenths)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t u = units[i].size;
		bool last = i + 1 == count;
		uint64_t ten = n / u * 10 + (n % u * 10 + u / 2) / u;
		uint64_t whole = n / u + (n % u >= u - u / 2);
		uint64_t limit = last ? UINT64_MAX : units[i + 1].size / u;
		if (i > 0 && ten < tenths * 10) {
			snprintf(text, size, "%llu.%llu%s",
				 (unsigned long long)ten / 10,
				 (unsigned long long)ten % 10, units[i].name);
			return;
		}
		if (whole < limit) {
			snprintf(text, size, "%llu%s",
				 (unsigned long long)whole, units[i].name);
			return;
		}
	}
}

void text_duration(char *text, size_t size, uint64_t ns)
{
	static const struct unit units[] = {
		{ 1, "ns" },
		{ 1000, "us" },
		{ 1000000, "ms" },
		{ 1000000000, "s" },
	};
	uint64_t s = ns / 1000000000;
	unsigned long long m = s / 60, h = m / 60, d = h / 24;

	if (d >= 100)
		snprintf(text, size, "%llud", d);
	else if (d > 0)
		snprintf(text, size, "%llud%02lluh", d, h % 24);
	else if (h > 0)
		snprintf(text, size, "%lluh%02llum", h, m % 60);
	else if (m > 0)
		snprintf(text, size, "%llum%02llus", m,
			 (unsigned long long)s % 60);
	else
		scaled(text, size, ns, units, 4, 100);
}

void text_count(char *text, size_t size, uint64_t n)
{
	static const struct unit units[] = {
		{ 1, "" },
		{ 1000, "k" },
		{ 1000000, "M" },
		{ 1000000000, "G" },
		{ 1000000000000, "T" },
		{ 1000000000000000, "P" },
		{ 1000000000000000000, "E" },
	};
	scaled(text, size, n, units, 7, 10);
}

void text_size(char *text, size_t size, uint64_t bytes)
{
	static const struct unit units[] = {
		{ 1, "B" },	       { 1ull << 10, "KiB" },
		{ 1ull << 20, "MiB" }, { 1ull << 30, "GiB" },
		{ 1ull << 40, "TiB" }, { 1ull << 50, "PiB" },
		{ 1ull << 60, "EiB" },
	};
	scaled(text, size, bytes, units, 7, 100);
}

void text_clock(char *text, size_t size, uint64_t epoch_ns)
{
	time_t s = (time_t)(epoch_ns / 1000000000);
	struct tm tm;

	if (!localtime_r(&s, &tm))
		memset(&tm, 0, sizeof(tm));
	snprintf(text, size, "%02d:%02d:%02d.%03u", tm.tm_hour, tm.tm_min,
		 tm.tm_sec, (unsigned)(epoch_ns / 1000000 % 1000));
}

/*
 * A decimal number with an optional fraction, as whole and billionths.
 * Returns what follows it, or NULL; *over: the whole part has no room.
 */
static const char *number(const char *text, uint64_t *whole, uint64_t *nano,
			  bool *over)
{
	uint64_t digit = 100000000;

	*whole = *nano = 0;
	*over = false;
	if (!isdigit((unsigned char)*text))
		return NULL;
	for (; isdigit((unsigned char)*text); text++)
		if (__builtin_mul_overflow(*whole, 10u, whole) ||
		    __builtin_add_overflow(*whole, (uint64_t)(*text - '0'),
					   whole))
			*over = true;
	if (*text != '.')
		return text;
	if (!isdigit((unsigned char)*++text))
		return NULL;
	for (; isdigit((unsigned char)*text); text++, digit /= 10)
		*nano += digit * (uint64_t)(*text - '0');
	return text;
}

/* number * unit, where unit is 1 or divides into billionths well enough. */
static bool multiply(uint64_t whole, uint64_t nano, uint64_t unit,
		     uint64_t *out)
{
	uint64_t n, part = (uint64_t)((unsigned __int128)nano * unit /
				      1000000000);

	if (__builtin_mul_overflow(whole, unit, &n) ||
	    __builtin_add_overflow(n, part, &n))
		return false;
	*out = n;
	return true;
}

int text_parse_duration(const char *text, uint64_t *ns)
{
	static const struct unit units[] = {
		{ 1, "ns" },	      { 1000, "us" },
		{ 1000000, "ms" },    { 1000000000, "s" },
		{ 60000000000, "m" }, { 3600000000000, "h" },
		{ 1000000000, "" },
	};
	uint64_t whole, nano;
	bool over;
	const char *name = number(text, &whole, &nano, &over);

	if (!name || over)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(name, units[i].name) == 0)
			return multiply(whole, nano, units[i].size, ns) ?
				       0 :
				       -EINVAL;
	return -EINVAL;
}

int text_parse_size(const char *text, uint64_t *bytes)
{
	static const char letters[] = "kMGT";
	uint64_t whole, nano, unit = 1;
	bool over;
	const char *s = number(text, &whole, &nano, &over);

	if (!s)
		return -EINVAL;
	const char *at = *s ? strchr(letters, *s == 'K' ? 'k' : *s) : NULL;
	if (at) {
		bool binary = s[1] == 'i';
		for (const char *p = letters; p <= at; p++)
			unit *= binary ? 1024 : 1000;
		s += binary ? 2 : 1;
	}
	if ((strcmp(s, "") != 0 && strcmp(s, "B") != 0) ||
	    (nano != 0 && unit == 1)) /* no half bytes */
		return -EINVAL;
	return !over && multiply(whole, nano, unit, bytes) ? 0 : -ERANGE;
}
