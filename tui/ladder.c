/* SPDX-License-Identifier: MIT */
/*
 *            10.0.0.5:51594                    93.184.216.34:443
 *            │─ SYN seq 0 ─────────────────────────────────────▶│
 *    +12.1ms │◀───────────────────────────── SYN,ACK seq 0 ack 1│
 *      +30us │─ ACK seq 1 ack 1 ───────────────────────────────▶│
 *      +1.0s │─ PSH,ACK seq 1 ack 1 len 74 ────────────────────▶│ again
 */
#include "tui/ladder.h"

#include <stdio.h>
#include <string.h>

#include "core/tcp.h"
#include "core/text.h"
#include "tui/draw.h"

#define BAR_X 10 /* column of the left end */
#define NOTE_CELLS 6 /* what a note needs right of the arrows */
#define ARROW_MIN 24
#define ARROW_MAX 60
#define ARROW_BYTES 256 /* of its text: each cell up to 3 bytes */

/* What is known of the numbers of one direction. */
struct side {
	bool known; /* `base` is */
	uint32_t base; /* first sequence number */
	bool begun; /* `next` is */
	uint32_t next; /* the one after the highest seen */
};

static void note_step(struct ladder_step *s, struct side *own,
		      const struct side *other)
{
	uint32_t syn = s->step.flags & TCP_SYN ? 1 : 0;
	uint32_t fin = s->step.flags & TCP_FIN ? 1 : 0;
	uint32_t end = s->step.seq + s->step.len + syn + fin;

	if (!own->known && !(s->step.flags & TCP_RST)) {
		own->known = true;
		own->base = s->step.seq;
	}
	s->has_seq = own->known;
	s->seq = s->step.seq - own->base;
	s->has_ack = (s->step.flags & TCP_ACK) && other->known;
	s->ack = s->step.ack - other->base;

	/* Serial numbers wrap: compare by distance (RFC 9293 3.4). */
	int32_t ahead = (int32_t)(s->step.seq - own->next);
	s->note = LADDER_PLAIN;
	if (own->begun && !(s->step.flags & TCP_RST)) {
		if (ahead > 0)
			s->note = LADDER_GAP;
		else if (ahead == -1 && s->step.len <= 1 && !syn && !fin)
			s->note = LADDER_KEEPALIVE; /* RFC 9293 3.8.4 */
		else if (ahead < 0 && end != s->step.seq)
			s->note = LADDER_RETRANSMIT;
	}
	if (!own->begun || (int32_t)(end - own->next) > 0)
		own->next = end;
	own->begun = true;
}

int ladder_steps(const struct flow *f, bool live,
		 struct ladder_step out[LADDER_STEPS])
{
	struct side src = { .known = f->syn_ns != 0, .base = f->syn_seq };
	struct side dst = { .known = f->syn_ack_ns != 0,
			    .base = f->syn_ack_seq };
	int n = 0;

	while (n < LADDER_STEPS && flow_step(f, (size_t)n, &out[n].step)) {
		struct ladder_step *s = &out[n];
		bool egress = s->step.direction == EVENT_EGRESS;

		s->from_src = live ? egress == f->local_is_src : egress;
		s->since_ns = n ? s->step.time_ns - out[n - 1].step.time_ns : 0;
		s->missing = 0;
		if (n == FLOW_FIRST_STEPS && f->steps_seen > LADDER_STEPS) {
			/* What was not kept may have been anything. */
			s->missing = f->steps_seen - LADDER_STEPS;
			src.begun = dst.begun = false;
		}
		if (s->from_src)
			note_step(s, &src, &dst);
		else
			note_step(s, &dst, &src);
		n++;
	}
	return n;
}

static void label_text(const struct ladder_step *s, char *text, size_t size)
{
	char flags[40];
	size_t len;

	tcp_flags_text(s->step.flags, flags);
	len = (size_t)snprintf(text, size, "%s", flags[0] ? flags : "no flags");
	if (s->has_seq && len < size)
		len += (size_t)snprintf(text + len, size - len, " seq %u",
					s->seq);
	if (s->has_ack && len < size)
		len += (size_t)snprintf(text + len, size - len, " ack %u",
					s->ack);
	if (s->step.len && len < size)
		snprintf(text + len, size - len, " len %u", s->step.len);
}

/* "│─ label ────▶│" or "│◀──── label ─│", `cells` between the bars. */
static void arrow_text(const struct ladder_step *s, int cells, char *text)
{
	const char *bar = draw_utf8() ? "│" : "|";
	const char *line = draw_utf8() ? "─" : "-";
	const char *head = !draw_utf8() ? (s->from_src ? ">" : "<") :
			   s->from_src ? "▶" : "◀";
	char label[128];
	size_t at = 0;

	label_text(s, label, sizeof(label));
	label[cells > 6 ? cells - 6 : 0] = '\0'; /* it is ASCII */
	int lines = cells - 1 - 3 - (int)strlen(label);
	at += (size_t)snprintf(text, ARROW_BYTES, "%s%s", bar,
			       s->from_src ? line : head);
	if (s->from_src)
		at += (size_t)snprintf(text + at, ARROW_BYTES - at, " %s ",
				       label);
	for (int i = 0; i < lines && at < ARROW_BYTES - 64; i++)
		at += (size_t)snprintf(text + at, ARROW_BYTES - at, "%s", line);
	if (!s->from_src)
		at += (size_t)snprintf(text + at, ARROW_BYTES - at, " %s ",
				       label);
	snprintf(text + at, ARROW_BYTES - at, "%s%s",
		 s->from_src ? head : line, bar);
}

/* clang-format off */
static const struct {
	const char *text;
	enum role role;
} notes[] = {
	[LADDER_PLAIN] = { "", ROLE_NORMAL },
	[LADDER_RETRANSMIT] = { "again", ROLE_BAD },
	[LADDER_GAP] = { "gap", ROLE_WARN },
	[LADDER_KEEPALIVE] = { "alive?", ROLE_DIM },
};
/* clang-format on */

static void write_step(struct page *p, const struct ladder_step *s, int cells)
{
	char text[ARROW_BYTES], since[16], delta[24];

	if (s->missing) {
		page_print(p, BAR_X, ROLE_DIM, "%s %u segments not kept",
			   draw_utf8() ? "⋮" : ":", s->missing);
		page_end(p);
	}
	text_duration(since, sizeof(since), s->since_ns);
	snprintf(delta, sizeof(delta), "+%s", since);
	if (s->since_ns)
		page_print(p, 0, ROLE_NUMBER, "%9s", delta);
	arrow_text(s, cells, text);
	page_put(p, BAR_X, s->note == LADDER_RETRANSMIT ? ROLE_BAD :
			   s->step.flags & TCP_RST ? ROLE_BAD :
			   s->from_src ? ROLE_NORMAL : ROLE_NAME, text);
	page_put(p, BAR_X + cells + 3, notes[s->note].role,
		 notes[s->note].text);
	page_end(p);
}

void ladder_write(struct page *p, const struct flow *f, bool live,
		  const char *src, const char *dst)
{
	struct ladder_step steps[LADDER_STEPS];
	int n = ladder_steps(f, live, steps);
	int cells = page_width(p) - BAR_X - 3 - NOTE_CELLS;

	if (cells > ARROW_MAX)
		cells = ARROW_MAX;
	if (cells < ARROW_MIN)
		cells = ARROW_MIN;
	if (n == 0)
		return;

	/* Where both names do not fit into one line they take two. */
	int right = BAR_X + cells + 2 - (int)text_width(dst);
	page_put(p, BAR_X, ROLE_ADDRESS, src);
	if (right <= BAR_X + (int)text_width(src) + 1)
		page_end(p);
	page_put(p, right > 0 ? right : 0, ROLE_ADDRESS, dst);
	page_end(p);
	for (int i = 0; i < n; i++)
		write_step(p, &steps[i], cells);
}
