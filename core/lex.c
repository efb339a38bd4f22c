/* SPDX-License-Identifier: MIT */
#include "core/lex.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"

/* Longest first. */
static const char *const signs[] = {
	"==", "!=", "<>", "<=", ">=", "~=", "&&", "||", "=", "<", ">", "!",
};

struct lex lex_of(const char *source)
{
	return (struct lex){ .source = source };
}

static bool is_space(char c)
{
	return (c > '\0' && c <= ' ') || c == '\177';
}

static bool in_word(char c)
{
	return c && !is_space(c) && !strchr("()'\",=!<>~&|", c);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * The character that the escape at s (a backslash) stands for, and its length.
 * -1: there is no such escape. A NUL byte cannot be in a text.
 */
static int escape(const char *s, size_t *len)
{
	static const char names[] = "nt\\'\"";
	static const char stand_for[] = "\n\t\\'\"";

	*len = 2;
	const char *name = s[1] ? strchr(names, s[1]) : NULL;
	if (name)
		return (unsigned char)stand_for[name - names];
	if (s[1] != 'x' || hex(s[2]) < 0 || hex(s[3]) < 0)
		return -1;
	*len = 4;
	int c = hex(s[2]) * 16 + hex(s[3]);
	return c ? c : -1;
}

static struct token quoted(struct lex *l)
{
	const char *s = l->source;
	struct token t = { TOKEN_TEXT, l->pos, 0, NULL };
	size_t i = l->pos + 1;

	while (s[i] && s[i] != s[t.at]) {
		size_t n = 1;
		if (s[i] == '\\' && escape(s + i, &n) < 0) {
			l->pos = i + 1;
			return (struct token){
				TOKEN_BAD, i, 1,
				"no such escape; expected \\n \\t \\\\ \\' \\\" or \\xHH"
			};
		}
		i += n;
	}
	if (!s[i]) {
		l->pos = i;
		return (struct token){ TOKEN_BAD, t.at, 1,
				       "this text has no closing quote" };
	}
	l->pos = i + 1;
	t.len = l->pos - t.at;
	return t;
}

struct token lex_next(struct lex *l)
{
	while (is_space(l->source[l->pos]))
		l->pos++;

	const char *s = l->source + l->pos;
	struct token t = { TOKEN_END, l->pos, 0, NULL };
	if (!*s)
		return t;
	if (*s == '\'' || *s == '"')
		return quoted(l);
	while (in_word(s[t.len]))
		t.len++;
	if (t.len > 0) {
		t.kind = TOKEN_WORD;
		l->pos += t.len;
		return t;
	}
	const char *single = strchr("(),", *s);
	if (single) {
		t.kind = *s == '(' ? TOKEN_OPEN :
			 *s == ')' ? TOKEN_CLOSE :
				     TOKEN_COMMA;
		t.len = 1;
		l->pos++;
		return t;
	}
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		t.len = strlen(signs[i]);
		if (!strncmp(s, signs[i], t.len)) {
			t.kind = TOKEN_SIGN;
			l->pos += t.len;
			return t;
		}
	}
	l->pos++;
	return (struct token){ TOKEN_BAD, t.at, 1, "no such sign" };
}

bool lex_is(const struct lex *l, struct token t, const char *text)
{
	return (t.kind == TOKEN_WORD || t.kind == TOKEN_SIGN) &&
	       t.len == strlen(text) &&
	       !strncasecmp(l->source + t.at, text, t.len);
}

size_t lex_copy(const struct lex *l, struct token t, char *text)
{
	const char *s = l->source + t.at;
	size_t len = 0;

	if (t.kind != TOKEN_TEXT) {
		memcpy(text, s, t.len);
		text[t.len] = '\0';
		return t.len;
	}
	for (size_t i = 1; i + 1 < t.len;) {
		size_t n = 1;
		text[len++] = s[i] == '\\' ? (char)escape(s + i, &n) : s[i];
		i += n;
	}
	text[len] = '\0';
	return len;
}

/* What of the source an error shows, in bytes on each side of the column. */
#define BEFORE 44
#define BEHIND 28

/* Move to the start of the character that byte at is in. */
static size_t char_start(const char *s, size_t at)
{
	for (int i = 0; i < 3 && at > 0 && (s[at] & 0xc0) == 0x80; i++)
		at--;
	return at;
}

static size_t column_of(const char *s, size_t at)
{
	size_t column = 1;

	for (size_t i = 0; i < at; i++)
		column += (s[i] & 0xc0) != 0x80;
	return column;
}

/* A piece of the source on one line: line breaks and tabs as spaces. */
static void piece(char *text, size_t size, const char *s, size_t len)
{
	char flat[BEFORE + BEHIND + 8];

	len = len < sizeof(flat) ? len : sizeof(flat);
	for (size_t i = 0; i < len; i++)
		flat[i] = is_space(s[i]) ? ' ' : s[i];
	text_clean(text, size, flat, len, false);
}

int lex_error(const struct lex *l, struct token t, struct errmsg *err,
	      const char *format, ...)
{
	const char *s = l->source;
	size_t len = strlen(s);
	char message[512];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);

	size_t from = t.at > BEFORE ? char_start(s, t.at - BEFORE) : 0;
	size_t end = len - t.at > BEHIND ? char_start(s, t.at + BEHIND) : len;
	char before[4 * (BEFORE + 8)], behind[4 * (BEHIND + 8)];
	piece(before, sizeof(before), s + from, t.at - from);
	piece(behind, sizeof(behind), s + t.at, end - t.at);
	const char *dots = from ? "..." : "";
	int indent = (int)(text_width(before) + strlen(dots));
	return errmsg_set(err, -EINVAL, "column %zu: %s\n  %s%s%s%s\n  %*s^",
			  column_of(s, t.at), message, dots, before, behind,
			  end < len ? "..." : "", indent, "");
}
