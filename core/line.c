/* SPDX-License-Identifier: MIT */
#include "core/line.h"

#include <arpa/inet.h>

#include "core/text.h"

struct line line_of(char *text, size_t size)
{
	if (text)
		*text = '\0';
	return (struct line){ .text = text, .size = size, .full = !text };
}

void line_char(struct line *l, char c)
{
	if (l->full)
		return;
	if (l->len + 1 >= l->size) {
		l->full = true;
		return;
	}
	l->text[l->len++] = c;
	l->text[l->len] = '\0';
}

void line_put(struct line *l, const char *piece)
{
	while (*piece && !l->full)
		line_char(l, *piece++);
}

void line_number(struct line *l, uint64_t n)
{
	char digits[20];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while (n /= 10);
	while (i < sizeof(digits))
		line_char(l, digits[i++]);
}

void line_hex(struct line *l, struct span bytes)
{
	for (size_t i = 0; i < bytes.len && !l->full; i++) {
		line_char(l, "0123456789abcdef"[bytes.data[i] >> 4]);
		line_char(l, "0123456789abcdef"[bytes.data[i] & 15]);
	}
}

/* Groups of `bits` from the bytes, as letters of `alphabet`. */
static void based(struct line *l, struct span bytes, const char *alphabet,
		  unsigned bits)
{
	uint32_t pool = 0;
	unsigned held = 0;

	for (size_t i = 0; i < bytes.len && !l->full; i++) {
		pool = pool << 8 | bytes.data[i];
		for (held += 8; held >= bits; held -= bits)
			line_char(l, alphabet[pool >> (held - bits) &
					      ((1u << bits) - 1)]);
	}
	if (held > 0)
		line_char(l, alphabet[pool << (bits - held) &
				      ((1u << bits) - 1)]);
}

void line_base64(struct line *l, struct span bytes)
{
	based(l, bytes,
	      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	      "0123456789+/",
	      6);
	for (size_t i = bytes.len; i % 3 != 0; i++)
		line_char(l, '=');
}

void line_base32hex(struct line *l, struct span bytes)
{
	based(l, bytes, "0123456789ABCDEFGHIJKLMNOPQRSTUV", 5);
}

void line_address(struct line *l, uint8_t family, const uint8_t *bytes)
{
	char text[INET6_ADDRSTRLEN];

	if (l->full || !bytes)
		return;
	inet_ntop(family == 6 ? AF_INET6 : AF_INET, bytes, text, sizeof(text));
	line_put(l, text);
}

void line_clean(struct line *l, struct span bytes)
{
	if (l->full)
		return;
	size_t room = l->size - l->len;
	size_t n = text_clean(l->text + l->len, room, bytes.data, bytes.len,
			      true);
	l->len += n;
	/* A piece that was cut has less than one escape's room left. */
	if (n + 4 >= room && bytes.len > 0)
		l->full = true;
}

void line_quoted(struct line *l, struct span bytes)
{
	line_char(l, '"');
	while (bytes.len > 0 && !l->full) {
		const uint8_t *quote = memchr(bytes.data, '"', bytes.len);
		size_t n = quote ? (size_t)(quote - bytes.data) : bytes.len;
		line_clean(l, (struct span){ bytes.data, n });
		if (quote) {
			line_put(l, "\\\"");
			n++;
		}
		bytes.data += n;
		bytes.len -= n;
	}
	line_char(l, '"');
}

void line_back(struct line *l, const struct line *to)
{
	*l = *to;
	if (l->text)
		l->text[l->len] = '\0';
}

void line_end(struct line *l)
{
	if (!l->text || !l->full || l->size < 4)
		return;
	/* At a character's end: no part of one is left. */
	size_t at = l->len < l->size - 4 ? l->len : l->size - 4;
	while (at > 0 && (l->text[at] & 0xc0) == 0x80)
		at--;
	memcpy(l->text + at, "...", 4);
	l->len = at + 3;
}
