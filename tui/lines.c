/* SPDX-License-Identifier: MIT */
#include "tui/lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/sockevent.h"
#include "core/tracee.h"
#include "tui/out.h"

#define LINE_MAX_BYTES (256 * 1024)
#define PACKET_EVENTS 5 /* at most: IP, transport, DNS, request or response, QueryDns or ReplyDns */
#define PACKET_MAX (PACKET_EVENTS * (size_t)LINE_MAX_BYTES)
/* Untouched memory costs nothing: the worst case is rare. */
#define BUFFER (LINES_PACKETS * PACKET_MAX + 2 * PACKET_MAX)

struct lines {
	struct lines_options options;
	struct out *out;
	uint64_t count, lost;
	char line[LINE_MAX_BYTES];
};

int lines_new(struct lines **out, const struct lines_options *options,
	      struct errmsg *err)
{
	struct lines *l = malloc(sizeof(*l));

	if (!l)
		return errmsg_set(err, -ENOMEM, "out of memory");
	memset(l, 0, offsetof(struct lines, line));
	l->options = *options;
	int rc = out_new(&l->out, STDOUT_FILENO, "standard output", BUFFER,
			 err);
	if (rc) {
		free(l);
		return rc;
	}
	*out = l;
	return 0;
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	out_free(l->out);
	free(l);
}

static void add_line(void *ctx, const char *text, size_t len)
{
	struct lines *l = ctx;

	if (lines_done(l))
		return;
	char *room = out_room(l->out, len + 1);
	if (!room) { /* what happens at once has no bound: LINES_PACKETS */
		struct errmsg err;
		out_flush(l->out, &err); /* its error comes again */
		room = out_room(l->out, len + 1);
	}
	if (!room) {
		l->lost++;
		return;
	}
	memcpy(room, text, len);
	room[len] = '\n';
	out_add(l->out, len + 1);
	l->count++;
}

void lines_packet(struct lines *l, const struct model *m,
		  const struct packet *p, const struct owner *owner)
{
	if (!lines_done(l))
		tracee_print(m, p, owner, l->options.events, l->options.filter,
			     l->options.host, l->line, sizeof(l->line),
			     add_line, l);
}

void lines_happening(struct lines *l, const struct model *m,
		     const struct happening *h)
{
	if (lines_done(l))
		return;
	size_t n = sockevent_print(m, h, l->options.events, l->options.filter,
				   l->options.host, l->line);
	if (n)
		add_line(l, l->line, n);
}

bool lines_done(const struct lines *l)
{
	return l->options.limit && l->count >= l->options.limit;
}

struct out *lines_out(struct lines *l)
{
	return l->out;
}

bool lines_have_room(struct lines *l)
{
	return BUFFER - out_waiting(l->out) >= LINES_PACKETS * PACKET_MAX;
}

/* Lines that no reader has got whole: each ends in the bytes that wait. */
static uint64_t unwritten(const struct lines *l)
{
	const char *p = out_rest(l->out), *end = p + out_waiting(l->out);
	uint64_t n = 0;

	for (; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		n++;
	return n;
}

uint64_t lines_count(const struct lines *l)
{
	return l->count - unwritten(l);
}

uint64_t lines_lost(const struct lines *l)
{
	return l->lost + unwritten(l);
}

void lines_put(void *ctx, const char *text)
{
	(void)ctx;
	puts(text);
}

int lines_end(void)
{
	return fflush(stdout) == 0 || errno == EPIPE ? 0 : -errno;
}
