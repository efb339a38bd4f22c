/* SPDX-License-Identifier: MIT */
#include "core/primitive.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS "0123456789"
#define A_PORT "a port: 0 to 65535, or a name such as https"

/* Which ends `src`, `dst` and what has neither speak of. */
enum side { SIDE_BOTH, SIDE_SRC, SIDE_DST };

static bool is_number(const char *text)
{
	return !text[strspn(text, DIGITS)];
}

/* Of a pair of fields, destination first, those of the side. */
static void sides(struct reader *r, enum side side, const char *const names[2],
		  const struct literal *l)
{
	struct clause t = { .op = CLAUSE_EQUAL, .literals = l, .count = 1 };

	reader_any_of(r, names + (side == SIDE_SRC),
		      side == SIDE_BOTH ? 2 : 1, t);
}

static void ports(struct reader *r, enum side side, const struct literal *read)
{
	static const char *const names[] = { "net.dport", "net.sport" };
	struct literal *l = program_literal(r->program);

	*l = *read;
	sides(r, side, names, l);
}

static void addresses(struct reader *r, enum side side,
		      const struct literal *read)
{
	static const char *const names[] = { "net.dip", "net.sip" };
	struct literal *l = program_literal(r->program);

	*l = *read;
	sides(r, side, names, l);
}

/* A name: those known for the address; `host` finds the query for it too. */
static void host_name(struct reader *r, enum side side, char *text)
{
	static const char *const names[] = { "net.dip.names", "net.sip.names",
					     "dns.name" };
	struct literal *l = program_literal(r->program);

	literal_name(text);
	literal_text(l, text);
	struct clause t = { .op = CLAUSE_EQUAL,
			  .nocase = true,
			  .literals = l,
			  .count = 1 };
	reader_any_of(r, names + (side == SIDE_SRC),
		      side == SIDE_BOTH ? 3 : 1, t);
}

/* Copy what is before `end`; false: it is too long, or nothing. */
static bool copy_until(char to[ADDRESS_TEXT], const char *text, const char *end)
{
	size_t len = (size_t)(end - text);

	if (len == 0 || len >= ADDRESS_TEXT)
		return false;
	memcpy(to, text, len);
	to[len] = '\0';
	return true;
}

/* "1.2.3.4:80", "[::1]:53", "example.com:443": what is before the port, and the port. */
static const char *address_and_port(const char *text, char address[ADDRESS_TEXT])
{
	struct literal read = { 0 };
	bool bracket = text[0] == '[';
	const char *end = bracket ? strstr(text, "]:") : strrchr(text, ':');

	if (!end || !copy_until(address, text + bracket, end) ||
	    (!literal_address(&read, address) &&
	     (strchr(address, ':') || !strchr(address, '.'))))
		return NULL;
	end += bracket ? 2 : 1;
	return *end && is_number(end) ? end : NULL;
}

/* Up to 4 hexadecimal digits, as some tools write a port. */
static bool hex_port(const char *text, unsigned *n)
{
	size_t len = strlen(text);

	if (strncasecmp(text, "0x", 2) != 0 || len < 3 || len > 6 ||
	    text[2 + strspn(text + 2, DIGITS "abcdefABCDEF")])
		return false;
	*n = (unsigned)strtoul(text + 2, NULL, 16);
	return true;
}

/*
 * What other tools take for a value, and we would look for as a text, which
 * finds nothing. 0, or the refusal that says what to write.
 */
static int other_value(const struct reader *r, const char *text)
{
	static const char but[] = "for the text write";
	char first[ADDRESS_TEXT];
	struct literal read = { 0 };
	size_t len = strspn(text, DIGITS);
	const char *rest = text + len, *port_text;
	unsigned n;

	if (len && *rest == '/' && (!strcasecmp(rest + 1, "tcp") ||
				    !strcasecmp(rest + 1, "udp")))
		return lex_error(&r->lex, r->now, r->err,
				 "a port and a protocol are two words: port %.*s %s; %s '%.20s'",
				 (int)len, text, rest + 1, but, text);
	if ((port_text = address_and_port(text, first)))
		return lex_error(&r->lex, r->now, r->err,
				 "an address and a port are two terms: host %s port %.20s; %s '%.60s'",
				 first, port_text, but, text);
	if (hex_port(text, &n))
		return lex_error(&r->lex, r->now, r->err,
				 "a number is written in decimal: %u; %s '%.20s'",
				 n, but, text);
	if (len && literal_port_range(&read, text))
		return lex_error(&r->lex, r->now, r->err,
				 "for a range of ports: portrange %.20s; %s '%.20s'",
				 text, but, text);
	rest = strchr(text, '-');
	if (rest && copy_until(first, text, rest) &&
	    literal_address(&read, first) && literal_address(&read, rest + 1))
		return lex_error(&r->lex, r->now, r->err,
				 "addresses are given one by one or as a network: 10.0.0.0/24; %s '%.90s'",
				 but, text);
	return 0;
}

static int host(struct reader *r, enum side side)
{
	static const char expected[] = "an address, a network or a name";
	struct token t = r->now;
	struct literal read = { 0 };
	int rc;

	if ((t.kind != TOKEN_WORD && t.kind != TOKEN_TEXT) ||
	    reader_is_joint(r))
		return reader_unexpected(r, expected);
	char *text = reader_take(r);
	if (literal_address(&read, text)) {
		addresses(r, side, &read);
	} else if (is_number(text)) {
		return lex_error(&r->lex, t, r->err,
				 "expected %s, not a number; for a port: port %.20s",
				 expected, text);
	} else if (strchr(text, '/')) {
		return reader_unexpected(r, expected);
	} else if (t.kind == TOKEN_WORD && (rc = other_value(r, text)) != 0) {
		return rc;
	} else {
		host_name(r, side, text);
	}
	reader_step(r);
	return 0;
}

static int net(struct reader *r, enum side side)
{
	struct literal read = { 0 };

	if ((r->now.kind != TOKEN_WORD && r->now.kind != TOKEN_TEXT) ||
	    !literal_address(&read, reader_take(r)))
		return reader_unexpected(r, "a network such as 10.0.0.0/8");
	addresses(r, side, &read);
	reader_step(r);
	return 0;
}

static int port(struct reader *r, enum side side)
{
	struct literal read = { 0 };

	if (r->now.kind != TOKEN_WORD || !literal_port(&read, reader_take(r)))
		return reader_unexpected(r, A_PORT);
	ports(r, side, &read);
	reader_step(r);
	return 0;
}

static int port_range(struct reader *r, enum side side)
{
	struct literal read = { 0 };

	if (r->now.kind != TOKEN_WORD ||
	    !literal_port_range(&read, reader_take(r)))
		return reader_unexpected(r, "two ports such as 8000-8100");
	ports(r, side, &read);
	reader_step(r);
	return 0;
}

static const struct {
	const char *name;
	int (*parse)(struct reader *r, enum side side);
} words[] = {
	{ "host", host },
	{ "net", net },
	{ "port", port },
	{ "portrange", port_range },
};

bool primitive_word(struct reader *r, int *rc)
{
	enum side side = reader_is(r, "src") ? SIDE_SRC :
			 reader_is(r, "dst") ? SIDE_DST :
					       SIDE_BOTH;

	if (side != SIDE_BOTH)
		reader_step(r);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (reader_is(r, words[i].name)) {
			reader_step(r);
			*rc = words[i].parse(r, side);
			return true;
		}
	}
	if (side != SIDE_BOTH)
		*rc = host(r, side);
	return side != SIDE_BOTH;
}

/* "10.0.0.0/33": an address with what cannot be a prefix length. */
static int bad_prefix(const struct reader *r, const char *text)
{
	char address[ADDRESS_TEXT];
	struct literal read = { 0 };
	size_t len = strcspn(text, "/");

	if (!text[len] || len >= sizeof(address))
		return 0;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!literal_address(&read, address))
		return 0;
	return lex_error(&r->lex, r->now, r->err,
			 "expected a prefix length of 0 to %d after the /",
			 read.prefix);
}

bool primitive_value(struct reader *r, const char *text, int *rc)
{
	struct literal read = { 0 };

	*rc = 0;
	if (literal_address(&read, text)) {
		addresses(r, SIDE_BOTH, &read);
	} else if (!is_number(text)) {
		*rc = bad_prefix(r, text);
		*rc = *rc ? *rc : other_value(r, text);
		return *rc != 0;
	} else if (literal_port(&read, text)) {
		ports(r, SIDE_BOTH, &read);
	} else {
		*rc = lex_error(&r->lex, r->now, r->err,
				"a number alone is a port, 0 to 65535; for the text write '%.20s'",
				text);
		return true;
	}
	reader_step(r);
	return true;
}
