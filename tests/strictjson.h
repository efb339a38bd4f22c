/* SPDX-License-Identifier: MIT */
/*
 * Is a text one JSON value, by RFC 8259 to the letter, UTF-8 (RFC 3629) and
 * with no member twice? json-c takes more than that, and a hundred allocations
 * for each line; this one takes none, for texts by the million.
 */
#ifndef NX_TEST_STRICTJSON_H
#define NX_TEST_STRICTJSON_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define STRICTJSON_DEPTH 32
#define STRICTJSON_KEYS 512 /* of all objects that are open */

struct strictjson {
	const uint8_t *s, *end; /* what is still to be read */
	const char *why; /* it is none; NULL: it may be */
	unsigned depth, keys;
	struct {
		const uint8_t *at;
		size_t len;
	} key[STRICTJSON_KEYS];
};

/* Octets of the UTF-8 character at s (RFC 3629 4); 0: it is none. */
static inline size_t strictjson_utf8(const uint8_t *s, size_t left)
{
	static const struct form {
		uint8_t from, to, second_from, second_to, len;
	} forms[] = {
		{ 0x01, 0x7f, 0x80, 0xbf, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; left && i < sizeof(forms) / sizeof(forms[0]); i++) {
		const struct form *f = &forms[i];
		if (s[0] < f->from || s[0] > f->to)
			continue;
		for (size_t k = 1; k < f->len; k++)
			if (k >= left ||
			    s[k] < (k == 1 ? f->second_from : 0x80) ||
			    s[k] > (k == 1 ? f->second_to : 0xbf))
				return 0;
		return f->len;
	}
	return 0;
}

static inline bool strictjson_refuse(struct strictjson *j, const char *why)
{
	j->why = j->why ? j->why : why;
	return false;
}

static inline bool strictjson_take(struct strictjson *j, char c)
{
	bool there = j->s < j->end && *j->s == (uint8_t)c;

	j->s += there;
	return there;
}

static inline size_t strictjson_digits(struct strictjson *j)
{
	const uint8_t *from = j->s;

	while (j->s < j->end && *j->s >= '0' && *j->s <= '9')
		j->s++;
	return (size_t)(j->s - from);
}

static inline bool strictjson_number(struct strictjson *j)
{
	strictjson_take(j, '-');
	bool zero = j->s < j->end && *j->s == '0';
	size_t n = strictjson_digits(j);

	if (n == 0 || (zero && n > 1))
		return strictjson_refuse(j, "a number, or what is no value");
	if (strictjson_take(j, '.') && strictjson_digits(j) == 0)
		return strictjson_refuse(j, "a fraction");
	if (strictjson_take(j, 'e') || strictjson_take(j, 'E')) {
		if (!strictjson_take(j, '-'))
			strictjson_take(j, '+');
		if (strictjson_digits(j) == 0)
			return strictjson_refuse(j, "an exponent");
	}
	return true;
}

/* After the backslash. */
static inline bool strictjson_escape(struct strictjson *j)
{
	if (!strictjson_take(j, 'u')) {
		if (j->s == j->end || !*j->s || !strchr("\"\\/bfnrt", *j->s))
			return strictjson_refuse(j, "an escape");
		j->s++;
		return true;
	}
	for (int i = 0; i < 4; i++, j->s++)
		if (j->s == j->end || !*j->s ||
		    !strchr("0123456789abcdefABCDEF", *j->s))
			return strictjson_refuse(j, "a character's number");
	return true;
}

/* After the quotation mark. */
static inline bool strictjson_string(struct strictjson *j)
{
	while (j->s < j->end) {
		size_t n = 1;

		if (strictjson_take(j, '"'))
			return true;
		if (strictjson_take(j, '\\')) {
			if (!strictjson_escape(j))
				return false;
			continue;
		}
		if (*j->s > '~')
			n = strictjson_utf8(j->s, (size_t)(j->end - j->s));
		if (*j->s < ' ' || n == 0)
			return strictjson_refuse(j, "a character");
		j->s += n;
	}
	return strictjson_refuse(j, "a string without its end");
}

static inline bool strictjson_word(struct strictjson *j, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(j->end - j->s) < len || memcmp(j->s, word, len) != 0)
		return strictjson_refuse(j, "a word");
	j->s += len;
	return true;
}

/* A member's name and colon. first: index of the object's first name. */
static inline bool strictjson_key(struct strictjson *j, unsigned first)
{
	const uint8_t *at = j->s;

	if (!strictjson_take(j, '"') || !strictjson_string(j))
		return strictjson_refuse(j, "a member's name");
	size_t len = (size_t)(j->s - at);
	for (unsigned i = first; i < j->keys; i++)
		if (j->key[i].len == len && !memcmp(j->key[i].at, at, len))
			return strictjson_refuse(j, "a member twice");
	if (j->keys == STRICTJSON_KEYS)
		return strictjson_refuse(j, "more members than are compared");
	j->key[j->keys].at = at;
	j->key[j->keys++].len = len;
	return strictjson_take(j, ':') || strictjson_refuse(j, "a colon");
}

static inline bool strictjson_value(struct strictjson *j);

/* After the bracket. No blanks: nothing of ours has any. */
static inline bool strictjson_list(struct strictjson *j, bool object)
{
	char end = object ? '}' : ']';
	unsigned first = j->keys;

	if (++j->depth > STRICTJSON_DEPTH)
		return strictjson_refuse(j, "deeper than is read");
	if (!strictjson_take(j, end)) {
		do
			if ((object && !strictjson_key(j, first)) ||
			    !strictjson_value(j))
				return false;
		while (strictjson_take(j, ','));
		if (!strictjson_take(j, end))
			return strictjson_refuse(j, "a comma or the end");
	}
	j->depth--;
	j->keys = first;
	return true;
}

static inline bool strictjson_value(struct strictjson *j)
{
	switch (j->s < j->end ? *j->s : 0) {
	case '{':
	case '[':
		return strictjson_list(j, *j->s++ == '{');
	case '"':
		j->s++;
		return strictjson_string(j);
	case 't':
		return strictjson_word(j, "true");
	case 'f':
		return strictjson_word(j, "false");
	case 'n':
		return strictjson_word(j, "null");
	default:
		return strictjson_number(j);
	}
}

/* NULL: it is. Else what is wrong with it. */
static inline const char *strictjson(const char *text, size_t len)
{
	struct strictjson j;

	j.s = (const uint8_t *)text;
	j.end = j.s + len;
	j.why = NULL;
	j.depth = j.keys = 0;
	if (strictjson_value(&j) && j.s < j.end)
		strictjson_refuse(&j, "something behind it");
	return j.why;
}

#endif
