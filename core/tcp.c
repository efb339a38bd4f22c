/* SPDX-License-Identifier: MIT */
#include "core/tcp.h"

#include "core/line.h"

enum tcp_option { /* IANA "TCP Option Kind Numbers" */
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_SCALE = 3, /* RFC 7323 2.2 */
	OPTION_SACK_OK = 4, /* RFC 2018 2 */
	OPTION_SACK = 5, /* RFC 2018 3 */
	OPTION_TIMES = 8, /* RFC 7323 3.2 */
	OPTION_MD5 = 19, /* RFC 2385 3 */
	OPTION_AO = 29, /* RFC 5925 2.2 */
	OPTION_MPTCP = 30, /* RFC 8684 3 */
	OPTION_FAST_OPEN = 34, /* RFC 7413 4.1.1; before it, 254 with a number */
	OPTION_TRIAL = 254, /* RFC 6994 3 */
	FAST_OPEN_TRIAL = 0xf989,
};

struct option {
	uint8_t kind;
	struct span value; /* behind kind and length */
};

/* The next one but NOPs; false at the end, or where nobody knows what is next. */
static bool next_option(struct cursor *c, struct option *o)
{
	do {
		o->kind = cursor_u8(c);
		if (c->failed || o->kind == OPTION_END)
			return false;
	} while (o->kind == OPTION_NOP);
	uint8_t len = cursor_u8(c);
	o->value = cursor_span(c, len < 2 ? 0 : len - 2u);
	return !c->failed && len >= 2;
}

void tcp_options(struct tcp_header *t, struct span options)
{
	struct cursor c = cursor_of(options.data, options.len);
	struct option o;

	t->options = options;
	while (next_option(&c, &o)) {
		struct cursor v = cursor_of(o.value.data, o.value.len);
		size_t len = o.value.len;
		if (o.kind == OPTION_MSS && len == 2) {
			t->mss = cursor_u16(&v);
		} else if (o.kind == OPTION_SCALE && len == 1) {
			t->has_scale = true;
			t->window_scale = cursor_u8(&v);
		} else if (o.kind == OPTION_SACK_OK && len == 0) {
			t->sack_permitted = true;
		} else if (o.kind == OPTION_TIMES && len == 8) {
			t->has_timestamps = true;
			t->ts_value = cursor_u32(&v);
			t->ts_echo = cursor_u32(&v);
		} else if (o.kind == OPTION_FAST_OPEN ||
			   (o.kind == OPTION_TRIAL &&
			    cursor_u16(&v) == FAST_OPEN_TRIAL)) {
			t->fast_open = true;
		}
	}
}

/* "name value": nothing else is in it. */
static void number_text(struct line *l, const char *name, uint64_t n)
{
	line_put(l, name);
	line_char(l, ' ');
	line_number(l, n);
}

static void sack_text(struct line *l, struct cursor *v)
{
	line_put(l, "sack ");
	while (cursor_left(v) >= 8) {
		line_char(l, '{');
		line_number(l, cursor_u32(v));
		line_char(l, ':');
		line_number(l, cursor_u32(v));
		line_char(l, '}');
	}
}

static void other_text(struct line *l, const struct option *o)
{
	switch (o->kind) {
	case OPTION_MD5:
		line_put(l, "md5");
		break;
	case OPTION_AO:
		line_put(l, "ao");
		break;
	case OPTION_MPTCP:
		line_put(l, "mptcp");
		break;
	default:
		number_text(l, "option", o->kind);
	}
}

static void option_text(struct line *l, const struct option *o)
{
	struct cursor v = cursor_of(o->value.data, o->value.len);

	if (o->kind == OPTION_MSS && o->value.len == 2) {
		number_text(l, "mss", cursor_u16(&v));
	} else if (o->kind == OPTION_SCALE && o->value.len == 1) {
		number_text(l, "wscale", cursor_u8(&v));
	} else if (o->kind == OPTION_SACK_OK && o->value.len == 0) {
		line_put(l, "sackOK");
	} else if (o->kind == OPTION_SACK) {
		sack_text(l, &v);
	} else if (o->kind == OPTION_TIMES && o->value.len == 8) {
		number_text(l, "TS val", cursor_u32(&v));
		number_text(l, " ecr", cursor_u32(&v));
	} else if (o->kind == OPTION_FAST_OPEN ||
		   (o->kind == OPTION_TRIAL &&
		    cursor_u16(&v) == FAST_OPEN_TRIAL)) {
		line_put(l, "tfo");
	} else {
		other_text(l, o);
	}
}

void tcp_options_text(struct span options, char *text, size_t size)
{
	struct cursor c = cursor_of(options.data, options.len);
	struct line l = line_of(text, size);
	struct option o;

	while (next_option(&c, &o)) {
		if (l.len > 0)
			line_char(&l, ',');
		option_text(&l, &o);
	}
	line_end(&l);
}

void tcp_flags_text(uint16_t flags, char text[40])
{
	static const char names[][4] = { "FIN", "SYN", "RST", "PSH", "ACK",
					 "URG", "ECE", "CWR", "NS" };
	char *s = text;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (const char *n = flags & 1u << i ? names[i] : ""; *n; n++) {
			if (n == names[i] && s > text)
				*s++ = ',';
			*s++ = *n;
		}
	*s = '\0';
}
