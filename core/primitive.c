/* SPDX-License-Identifier: MIT */
#include "core/primitive.h"

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

static int host(struct reader *r, enum side side)
{
	static const char expected[] = "an address, a network or a name";
	struct token t = r->now;
	struct literal read = { 0 };

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
