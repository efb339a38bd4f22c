/* SPDX-License-Identifier: MIT */
#include "core/conf.h"

#include <errno.h>
#include <ini.h>
#include <string.h>

struct conf {
	const char *text;
	size_t len, pos;
	unsigned line; /* of the line that inih works on */
	conf_fn *fn;
	void *ctx;
	int rc; /* of the first line that failed */
	unsigned bad_line;
	struct errmsg why; /* without file and line */
};

static void fail(struct conf *c, int code, const char *why)
{
	if (c->rc)
		return;
	c->rc = code;
	c->bad_line = c->line;
	if (why)
		errmsg_set(&c->why, code, "%s", why);
}

/*
 * inih's idea of a line reader. Leading blanks are taken off, because inih
 * would take such a line for a continuation of the one before.
 */
static char *read_line(char *buf, int size, void *stream)
{
	struct conf *c = stream;

	if (c->rc || c->pos == c->len)
		return NULL;
	c->line++;
	const char *start = c->text + c->pos;
	const char *newline = memchr(start, '\n', c->len - c->pos);
	size_t len = newline ? (size_t)(newline - start) : c->len - c->pos;
	c->pos += len + (newline ? 1 : 0);
	if (c->line == 1 && len >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0) {
		start += 3;
		len -= 3;
	}
	while (len > 0 && (*start == ' ' || *start == '\t')) {
		start++;
		len--;
	}
	if (memchr(start, '\0', len)) {
		fail(c, -EINVAL, "a NUL byte");
		return NULL;
	}
	if (len + 2 > (size_t)size) {
		fail(c, -EINVAL, "the line is too long");
		return NULL;
	}
	memcpy(buf, start, len);
	buf[len] = '\n';
	buf[len + 1] = '\0';
	return buf;
}

static int on_pair(void *user, const char *section, const char *name,
		   const char *value)
{
	struct conf *c = user;

	if (c->rc)
		return 0;
	int rc = c->fn(c->ctx, section, name, value, &c->why);
	if (rc)
		fail(c, rc, NULL);
	return rc == 0;
}

int conf_parse(const char *file, const char *text, size_t len, conf_fn *fn,
	       void *ctx, struct errmsg *err)
{
	struct conf c = { .text = text, .len = len, .fn = fn, .ctx = ctx };

	if (len > CONF_MAX)
		return errmsg_set(err, -EFBIG, "%s: larger than %d bytes",
				  file, CONF_MAX);
	int line = ini_parse_stream(read_line, &c, on_pair, &c);
	if (line < 0)
		return errmsg_set(err, -ENOMEM, "%s: out of memory", file);
	/* A line that inih itself refuses comes without a call; the first of
	 * the two kinds of error is the one to tell. */
	if (line > 0 && (!c.rc || (unsigned)line < c.bad_line))
		return errmsg_set(err, -EINVAL,
				  "%s:%d: expected NAME = VALUE", file, line);
	if (c.rc)
		return errmsg_set(err, c.rc, "%s:%u: %s", file, c.bad_line,
				  c.why.text);
	return 0;
}
