/* SPDX-License-Identifier: MIT */
/* The cells of the ICMP pane: series, echoes, errors. */
#include "tui/cell.h"

#include <stdio.h>

#include "core/names.h"
#include "core/neighbor.h"
#include "core/text.h"

/* Of a message to all it matters who said it: that end is never left out. */
static bool says_to_us(const struct row *row)
{
	return row->kind == ROW_ICMP_ERROR && row->icmp_error->message &&
	       !row->icmp_error->ours;
}

/*
 * One end of a series or of what an ICMP error is about: the packet that it
 * quotes, since the error itself only ran from somewhere on the way to here.
 */
static void icmp_end(const struct row *row, bool src, int width,
		     char text[CELL_TEXT])
{
	const struct icmp_error *e = row->icmp_error;
	const struct quote *q;

	text[0] = '\0';
	if (row->kind == ROW_SERIES) {
		address_text(src ? &row->series->key.src :
				   &row->series->key.dst, text);
	} else if (row->kind == ROW_ICMP_ERROR) {
		q = &e->quote;
		if (says_to_us(row))
			address_text(src ? &e->dst : &e->src, text);
		else if (q->src.family == 0)
			address_text(src ? &e->src : &e->dst, text);
		else if (q->src_port || q->dst_port)
			cell_endpoint(src ? &q->src : &q->dst, NULL,
				      src ? q->src_port : q->dst_port, width,
				      text);
		else
			address_text(src ? &q->src : &q->dst, text);
	} /* A pair stands below its series. */
}

void cell_icmp_from(const struct row *row, int width, char text[CELL_TEXT])
{
	icmp_end(row, true, width, text);
}

void cell_icmp_to(const struct row *row, int width, char text[CELL_TEXT])
{
	icmp_end(row, false, width, text);
}

void cell_icmp_arrow(const struct row *row, int width, char text[CELL_TEXT])
{
	(void)width;
	snprintf(text, CELL_TEXT, "%s", row->kind == ROW_PING ? "" :
		 says_to_us(row)	 ? "<" :
					   ">");
}

/* Of an echo its own number, of others a count. */
static uint32_t ping_number(const struct ping *p)
{
	return p->key.kind == PAIR_ECHO ? p->key.seq : p->number;
}

void cell_icmp_seq(const struct row *row, int width, char text[CELL_TEXT])
{
	(void)width;
	text[0] = '\0';
	if (row->kind == ROW_PING)
		snprintf(text, CELL_TEXT, "%u", ping_number(row->ping));
	else if (row->kind == ROW_SERIES &&
		 row->series->key.kind == PAIR_NEIGHBOR)
		snprintf(text, CELL_TEXT, "x%u", row->series->sent);
	else if (row->kind == ROW_SERIES &&
		 row->series->first_seq != row->series->last_seq)
		snprintf(text, CELL_TEXT, "%u-%u", row->series->first_seq,
			 row->series->last_seq);
	else if (row->kind == ROW_SERIES)
		snprintf(text, CELL_TEXT, "%u", row->series->last_seq);
}

static uint32_t series_lost(const struct series *s)
{
	return s->unanswered + s->errors;
}

/* Whether a neighbour is there; or whether an address is free. */
static void neighbor_text(const struct series *s, char text[CELL_TEXT])
{
	const char *is = s->answered		  ? "neighbour" :
			 s->sent == s->unanswered ? "no neighbour" :
						    "who has";

	if (neighbor_is_claim(&s->key.src))
		is = s->answered ? "in use!" : "claimed";
	if (s->answered && s->unanswered)
		snprintf(text, CELL_TEXT, "%s, %u lost", is, s->unanswered);
	else
		snprintf(text, CELL_TEXT, "%s", is);
}

/* Of a claim it is good that nobody answers. */
static enum role neighbor_role(const struct series *s)
{
	bool claim = neighbor_is_claim(&s->key.src);

	if (s->answered)
		return claim ? ROLE_BAD : s->unanswered ? ROLE_WARN : ROLE_GOOD;
	return claim ? ROLE_GOOD :
	       s->sent == s->unanswered ? ROLE_BAD : ROLE_DIM;
}

static const char *ping_text(const struct ping *p)
{
	const char *why = names_icmp_short(p->key.src.family, p->error_type,
					   p->error_code);

	return p->state == PING_ERROR && why ? why : ping_state_text(p->state);
}

/*
 * In short, the number that matters first: it is not cut. Of a message the
 * first that it says: "joins ff02::fb".
 */
static void error_text(const struct icmp_error *e, char text[CELL_TEXT])
{
	char name[NAMES_TEXT];
	const char *why = names_icmp_short(e->src.family, e->type, e->code);

	if (e->message && e->says_len)
		why = e->says;
	if (!why)
		why = names_icmp(e->src.family, e->type, e->code, name);
	if (e->mtu)
		snprintf(text, CELL_TEXT, "MTU %u, %s", e->mtu, why);
	else if (e->hop)
		snprintf(text, CELL_TEXT, "hop %u, %s", e->hop, why);
	else
		snprintf(text, CELL_TEXT, "%s", why);
}

void cell_icmp_result(const struct row *row, int width,
			char text[CELL_TEXT])
{
	const struct series *s = row->series;

	(void)width;
	text[0] = '\0';
	if (row->kind == ROW_PING)
		snprintf(text, CELL_TEXT, "%s%s",
			 row->ping->late ? "late " : "",
			 row->ping->state == PING_WAITING ?
			 "waiting" : ping_text(row->ping));
	else if (row->kind == ROW_ICMP_ERROR)
		error_text(row->icmp_error, text);
	else if (s->key.kind == PAIR_NEIGHBOR)
		neighbor_text(s, text);
	else if (s->kernel_answers)
		snprintf(text, CELL_TEXT, "by us");
	else if (s->sent)
		snprintf(text, CELL_TEXT, "%u%% lost",
			 (unsigned)((uint64_t)series_lost(s) * 100 / s->sent));
}

enum role cell_icmp_role(const struct row *row)
{
	switch (row->kind) {
	case ROW_PING:
		if (row->ping->key.kind == PAIR_NEIGHBOR &&
		    neighbor_is_claim(&row->ping->key.src))
			return row->ping->state == PING_ANSWERED ? ROLE_BAD :
								   ROLE_DIM;
		switch (row->ping->state) {
		case PING_ANSWERED:
		case PING_ANSWERED_BY_US:
			return row->ping->late ? ROLE_WARN : ROLE_GOOD;
		case PING_WAITING:
			return ROLE_DIM;
		default:
			return ROLE_BAD;
		}
	case ROW_ICMP_ERROR:
		return row->icmp_error->message ? ROLE_NORMAL : ROLE_BAD;
	default:
		if (row->series->key.kind == PAIR_NEIGHBOR)
			return neighbor_role(row->series);
		return series_lost(row->series) == 0 ? ROLE_GOOD :
		       row->series->answered ? ROLE_WARN : ROLE_BAD;
	}
}

void cell_icmp_rtt(const struct row *row, int width, char text[CELL_TEXT])
{
	uint64_t ns = 0;

	(void)width;
	text[0] = '\0';
	if (row->kind == ROW_PING)
		ns = row->ping->rtt_ns;
	else if (row->kind == ROW_ICMP_ERROR)
		ns = row->icmp_error->after_ns;
	else if (row->kind == ROW_SERIES && row->series->answered)
		ns = row->series->sum_ns / row->series->answered;
	if (ns)
		text_duration(text, CELL_TEXT, ns);
}

int cell_icmp_spark(const struct row *row, uint64_t values[SERIES_RECENT])
{
	const struct series *s = row->series;

	if (row->kind != ROW_SERIES)
		return 0;
	uint32_t n = s->recent < SERIES_RECENT ? s->recent : SERIES_RECENT;
	for (uint32_t i = 0; i < n; i++)
		values[i] = s->recent_ns[(s->recent - n + i) % SERIES_RECENT];
	return (int)n;
}
