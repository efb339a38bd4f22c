/* SPDX-License-Identifier: MIT */
#include "core/mld.h"

/* Addresses that follow; each takes 16 octets, so the packet bounds them. */
static void put_sources(struct line *l, struct cursor *c, unsigned n)
{
	for (; n > 0 && !c->failed; n--) {
		const uint8_t *source = cursor_take(c, 16);

		if (!source)
			return;
		line_char(l, ' ');
		line_address(l, 6, source);
	}
}

static void tell_group(struct cursor *c, const char *what, const struct tell *t)
{
	char text[TELL_TEXT];
	struct line l = line_of(text, sizeof(text));
	const uint8_t *group = cursor_take(c, 16);

	if (!group)
		return;
	line_put(&l, what);
	line_address(&l, 6, group);
	tell_line(t, &l);
}

/* RFC 3810 5.1; the first version ends behind the group, RFC 2710 3. */
static void tell_query(const struct packet *p, struct cursor *c,
		       const struct tell *t)
{
	static const uint8_t any[16];
	char text[TELL_TEXT];
	struct line l = line_of(text, sizeof(text));
	struct cursor ahead = *c;
	const uint8_t *group = cursor_take(&ahead, 16);

	if (group && memcmp(group, any, sizeof(any)) == 0) {
		tell(t, "who listens to any group");
		*c = ahead;
	} else {
		tell_group(c, "who listens to ", t);
	}
	tell(t, "answer within %ums", p->icmp.id);
	if (c->failed || cursor_left(c) == 0)
		return;
	uint8_t bits = cursor_u8(c);
	unsigned interval = cursor_u8(c), sources = cursor_u16(c);

	if (c->failed)
		return;
	if (bits & 8)
		tell(t, "routers, go on");
	tell(t, "robustness %u", bits & 7u);
	/* RFC 3810 5.1.9: 128 and more is a mantissa and an exponent. */
	tell(t, "asked every %us",
	     interval < 128 ? interval :
			      ((interval & 15) | 16) << ((interval >> 4 & 7) + 3));
	if (sources) {
		line_put(&l, "sources");
		put_sources(&l, c, sources);
		tell_line(t, &l);
	}
}

/* RFC 3810 5.2.12: the two that join and leave a group as a whole, and more. */
static void tell_record(struct cursor *c, const struct tell *t)
{
	static const char *const names[] = {
		NULL, "listens to ", "listens to ", "leaves ", "joins ",
		"allows ", "blocks ",
	};
	char text[TELL_TEXT];
	struct line l = line_of(text, sizeof(text));
	unsigned type = cursor_u8(c), aux = cursor_u8(c);
	unsigned sources = cursor_u16(c);
	const uint8_t *group = cursor_take(c, 16);

	if (!group)
		return;
	if (type >= 1 && type <= 6) {
		line_put(&l, type == 3 && sources ? "listens to " : names[type]);
	} else {
		line_put(&l, "record ");
		line_number(&l, type);
		line_put(&l, " of ");
	}
	line_address(&l, 6, group);
	if (sources) {
		/* Modes 2 and 4 name those that are not wanted. */
		line_put(&l, type == 2 || type == 4 ? " but from" : " from");
		put_sources(&l, c, sources);
	}
	cursor_skip(c, 4u * aux);
	tell_line(t, &l);
}

void mld_tell(const struct packet *p, const struct tell *t)
{
	struct cursor c = cursor_of(p->payload.data, p->payload.len);

	switch (p->icmp.type) {
	case MLD_QUERY:
		tell_query(p, &c, t);
		break;
	case MLD_REPORT:
		tell_group(&c, "listens to ", t);
		break;
	case MLD_DONE:
		tell_group(&c, "leaves ", t);
		break;
	case MLD_REPORT2:
		/* Each record has 20 octets or more. */
		for (unsigned n = p->icmp.seq; n > 0 && !c.failed; n--)
			tell_record(&c, t);
		break;
	}
	if (c.failed)
		tell(t, "cut");
}
