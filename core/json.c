/* SPDX-License-Identifier: MIT */
#include "core/json.h"

#include <string.h>

#include "core/text.h"

void json_init(struct json *j, char *buf, size_t size)
{
	*j = (struct json){ .buf = buf, .size = size };
}

static void put(struct json *j, const char *bytes, size_t n)
{
	if (j->full || n > j->size - j->len) {
		j->full = true;
		return;
	}
	memcpy(j->buf + j->len, bytes, n);
	j->len += n;
}

/* Keys are our own: nothing in them needs an escape. */
static void key_put(struct json *j, const char *key)
{
	if (j->comma)
		put(j, ",", 1);
	j->comma = true;
	if (!key)
		return;
	put(j, "\"", 1);
	put(j, key, strlen(key));
	put(j, "\":", 2);
}

void json_open_object(struct json *j, const char *key)
{
	key_put(j, key);
	put(j, "{", 1);
	j->comma = false;
}

void json_close_object(struct json *j)
{
	put(j, "}", 1);
	j->comma = true;
}

void json_open_array(struct json *j, const char *key)
{
	key_put(j, key);
	put(j, "[", 1);
	j->comma = false;
}

void json_close_array(struct json *j)
{
	put(j, "]", 1);
	j->comma = true;
}

/* A UTF-16 unit, RFC 8259 7. */
static void put_unit(struct json *j, unsigned unit)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = { '\\', 'u', hex[unit >> 12], hex[unit >> 8 & 15],
			 hex[unit >> 4 & 15], hex[unit & 15] };

	put(j, text, sizeof(text));
}

static void put_escaped(struct json *j, unsigned rune)
{
	switch (rune) {
	case '"':
		put(j, "\\\"", 2);
		break;
	case '\\':
		put(j, "\\\\", 2);
		break;
	case '\n':
		put(j, "\\n", 2);
		break;
	case '\t':
		put(j, "\\t", 2);
		break;
	default:
		if (rune >= 0x10000) {
			put_unit(j, 0xd800 + ((rune - 0x10000) >> 10));
			rune = 0xdc00 + (rune & 0x3ff);
		}
		put_unit(j, rune);
	}
}

/* Bytes that stand for themselves, at s. */
static size_t plain(const char *s)
{
	size_t n = 0;

	while (s[n] >= ' ' && s[n] <= '~' && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

void json_text(struct json *j, const char *key, const char *text)
{
	key_put(j, key);
	put(j, "\"", 1);
	for (;;) {
		size_t n = plain(text);
		int32_t rune;
		put(j, text, n);
		text += n;
		if (!*text)
			break;
		n = text_rune(text, &rune);
		/* What a terminal must not get is escaped too: people look at
		 * this output. */
		if (rune < 0)
			put(j, "\xef\xbf\xbd", 3); /* U+FFFD */
		else if (rune < 0x80 || text_rune_width(rune) < 0)
			put_escaped(j, (unsigned)rune);
		else
			put(j, text, n);
		text += n;
	}
	put(j, "\"", 1);
}

static void put_number(struct json *j, uint64_t n)
{
	char digits[20];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while (n /= 10);
	put(j, digits + i, sizeof(digits) - i);
}

void json_number(struct json *j, const char *key, uint64_t n)
{
	key_put(j, key);
	put_number(j, n);
}

void json_signed(struct json *j, const char *key, int64_t n)
{
	key_put(j, key);
	if (n < 0)
		put(j, "-", 1);
	put_number(j, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void json_flag(struct json *j, const char *key, bool b)
{
	key_put(j, key);
	put(j, b ? "true" : "false", b ? 4 : 5);
}

void json_null(struct json *j, const char *key)
{
	key_put(j, key);
	put(j, "null", 4);
}
