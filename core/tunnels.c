/* SPDX-License-Identifier: MIT */
#include "core/tunnels.h"

#include <stdlib.h>
#include <string.h>

#include "core/tell.h"
#include "core/tunnel.h"

struct tunnel_seen {
	const char *name; /* tunnel_name() */
	struct address low, high; /* its ends, in this order */
	uint32_t outer; /* the tunnel that it is in itself */
	uint32_t depth; /* 1: in none */
	uint32_t id;
	bool has_id;
};

void tunnels_release(struct tunnels *t)
{
	free(t->seen);
	*t = (struct tunnels){ 0 };
}

static bool is_same(const struct tunnel_seen *a, const struct tunnel_seen *b)
{
	return strcmp(a->name, b->name) == 0 && a->outer == b->outer &&
	       a->has_id == b->has_id && a->id == b->id &&
	       memcmp(&a->low, &b->low, sizeof(a->low)) == 0 &&
	       memcmp(&a->high, &b->high, sizeof(a->high)) == 0;
}

static uint32_t add(struct tunnels *t, const struct tunnel_seen *new)
{
	if (!t->seen)
		t->seen = malloc(TUNNELS_MAX * sizeof(*t->seen));
	if (!t->seen || t->count == TUNNELS_MAX || new->depth > TUNNEL_DEPTH) {
		t->full++;
		return 0;
	}
	t->seen[t->count] = *new;
	return t->last = ++t->count;
}

uint32_t tunnels_number(struct tunnels *t, const struct packet *p)
{
	struct tunnel_seen s = { .name = tunnel_name(p),
				 .outer = p->frame->tunnel };

	if (!s.name)
		return 0;
	bool turn = memcmp(&p->src, &p->dst, sizeof(p->src)) > 0;
	s.low = turn ? p->dst : p->src;
	s.high = turn ? p->src : p->dst;
	s.depth = s.outer ? t->seen[s.outer - 1].depth + 1 : 1;
	/* Of GTP each direction has its own. */
	if (strcmp(s.name, "gtp") != 0)
		s.has_id = tunnel_network(p, &s.id);
	if (t->last && is_same(&t->seen[t->last - 1], &s))
		return t->last;
	for (uint32_t i = 0; i < t->count; i++)
		if (is_same(&t->seen[i], &s))
			return t->last = i + 1;
	return add(t, &s);
}

void tunnels_tell(const struct tunnels *t, uint32_t number,
		  const struct tell *to)
{
	uint32_t chain[TUNNEL_DEPTH], n = 0;
	char text[TELL_TEXT];

	for (; number && number <= t->count && n < TUNNEL_DEPTH;
	     number = t->seen[number - 1].outer)
		chain[n++] = number - 1;
	while (n--) {
		const struct tunnel_seen *s = &t->seen[chain[n]];
		struct line l = line_of(text, sizeof(text));

		line_put(&l, s->name);
		if (s->has_id) {
			line_char(&l, ' ');
			line_number(&l, s->id);
		}
		line_put(&l, " between ");
		line_address(&l, s->low.family, s->low.bytes);
		line_put(&l, " and ");
		line_address(&l, s->high.family, s->high.bytes);
		tell_line(to, &l);
	}
}
