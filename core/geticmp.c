/* SPDX-License-Identifier: MIT */
#include "core/geticmp.h"

#include <netinet/in.h>

#include "core/give.h"
#include "core/icmptell.h"
#include "core/names.h"
#include "core/nd.h"
#include "core/neighbor.h"

/* Echo request: RFC 792, RFC 4443 4.1. */
#define ECHO4 8
#define ECHO6 128

static uint16_t kind_of(const struct row *row)
{
	return row->kind == ROW_SERIES ? row->series->key.kind :
	       row->kind == ROW_PING   ? row->ping->key.kind :
					 (uint16_t)PAIR_ECHO;
}

/*
 * Family, type and code of what a row shows; of a pair or a series those of
 * its request. false: not ICMP.
 */
static bool type_of(const struct row *row, uint8_t *family, uint8_t *type,
		    uint8_t *code)
{
	const struct packet *p = row->packet;

	*code = 0;
	switch (row->kind) {
	case ROW_PACKET:
		if (!(p->has & (PACKET_ICMP | PACKET_ICMP6)))
			return false;
		*family = p->has & PACKET_ICMP6 ? 6 : 4;
		*type = p->icmp.type;
		*code = p->icmp.code;
		return true;
	case ROW_SERIES:
		*family = row->series->key.src.family;
		break;
	case ROW_PING:
		*family = row->ping->key.src.family;
		break;
	case ROW_ICMP_ERROR:
		*family = row->icmp_error->src.family;
		*type = row->icmp_error->type;
		*code = row->icmp_error->code;
		return true;
	default:
		return false;
	}
	*type = kind_of(row) == PAIR_NEIGHBOR ? ND_SOLICITATION :
		*family == 6		      ? ECHO6 :
						ECHO4;
	return true;
}

bool geticmp_type(const struct row *row, struct value *out)
{
	uint8_t family, type, code;

	return type_of(row, &family, &type, &code) &&
	       give_number(out, VALUE_NUMBER, type);
}

bool geticmp_code(const struct row *row, struct value *out)
{
	uint8_t family, type, code;

	return type_of(row, &family, &type, &code) &&
	       give_number(out, VALUE_NUMBER, code);
}

bool geticmp_typecode(const struct row *row, struct value *out)
{
	uint8_t family, type, code;

	return type_of(row, &family, &type, &code) &&
	       give_text(out, names_icmp(family, type, code, out->buf));
}

bool geticmp_id(const struct row *row, struct value *out)
{
	if (kind_of(row) != PAIR_ECHO)
		return false;
	switch (row->kind) {
	case ROW_PACKET:
		return row->packet->has & PACKET_ECHO &&
		       give_number(out, VALUE_NUMBER, row->packet->icmp.id);
	case ROW_SERIES:
		return give_number(out, VALUE_NUMBER, row->series->key.id);
	case ROW_PING:
		return give_number(out, VALUE_NUMBER, row->ping->key.id);
	default:
		return false;
	}
}

bool geticmp_seq(const struct row *row, struct value *out)
{
	if (row->kind == ROW_PING)
		return row->ping->key.kind == PAIR_ECHO &&
		       give_number(out, VALUE_NUMBER, row->ping->key.seq);
	return row->packet->has & PACKET_ECHO &&
	       give_number(out, VALUE_NUMBER, row->packet->icmp.seq);
}

bool geticmp_state(const struct row *row, struct value *out)
{
	return give_text(out, ping_state_text(row->ping->state));
}

/* The error that quotes the request, a segment, the query. */
bool geticmp_error(const struct row *row, struct value *out)
{
	const struct ping *p = row->ping;
	const struct icmp_error *e;

	if (row->kind == ROW_PING)
		return p->state == PING_ERROR &&
		       give_text(out, names_icmp(p->key.src.family,
						 p->error_type, p->error_code,
						 out->buf));
	e = row->model ? icmperror_find(row->model,
					row->kind == ROW_FLOW ?
						row->flow->icmp_error :
						row->dns->icmp_error) :
			 NULL;
	return e && give_text(out, names_icmp(e->src.family, e->type, e->code,
					      out->buf));
}

bool geticmp_mtu(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_SIZE,
			  row->kind == ROW_ICMP_ERROR ?
				  row->icmp_error->mtu :
				  icmperror_mtu(row->packet));
}

bool geticmp_hop(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_NUMBER, row->icmp_error->hop);
}

bool geticmp_after(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_DURATION, row->icmp_error->after_ns);
}

/* Of a series the mean. */
bool geticmp_rtt(const struct row *row, struct value *out)
{
	const struct series *s = row->series;

	if (row->kind == ROW_PING)
		return give_known(out, VALUE_DURATION, row->ping->rtt_ns);
	return s->answered && s->sum_ns &&
	       give_number(out, VALUE_DURATION, s->sum_ns / s->answered);
}

bool geticmp_request_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, row->ping->request_ns);
}

bool geticmp_reply_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, row->ping->reply_ns);
}

bool geticmp_size(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_SIZE, row->ping->size);
}

bool geticmp_claim(const struct row *row, struct value *out)
{
	return kind_of(row) == PAIR_NEIGHBOR &&
	       give_true(out, neighbor_is_claim(row->kind == ROW_SERIES ?
							&row->series->key.src :
							&row->ping->key.src));
}

bool geticmp_link(const struct row *row, struct value *out)
{
	static const uint8_t none[6];
	struct line l = line_of(out->buf, sizeof(out->buf));

	if (memcmp(row->ping->link, none, sizeof(none)) == 0)
		return false;
	tell_put_mac(&l, (struct span){ row->ping->link, sizeof(none) });
	return give_text(out, out->buf);
}

bool geticmp_says(const struct row *row, struct value *out)
{
	struct give_told to = { .out = out };
	const struct icmp_error *e = row->icmp_error;

	give_list(out);
	if (row->kind == ROW_PACKET)
		icmptell(row->packet, &(struct tell){ give_told, &to });
	else
		for (size_t at = 0; at < e->says_len;
		     at += strlen(e->says + at) + 1)
			give_element(out, e->says + at);
	return out->list_len > 0;
}

bool geticmp_target(const struct row *row, struct value *out)
{
	struct address target;

	if (row->kind == ROW_PACKET)
		return nd_target(row->packet, &target) &&
		       give_address(out, &target);
	return kind_of(row) == PAIR_NEIGHBOR &&
	       give_address(out, row->kind == ROW_SERIES ?
					 &row->series->key.dst :
					 &row->ping->key.dst);
}

bool geticmp_count(const struct row *row, struct value *out)
{
	return row->icmp_error->message &&
	       give_number(out, VALUE_NUMBER, row->icmp_error->count);
}

bool geticmp_late(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_BOOL, row->ping->late);
}

bool geticmp_duplicates(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_NUMBER,
			   row->kind == ROW_PING ? row->ping->duplicates :
						   row->series->duplicates);
}

bool geticmp_rtt_min(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_DURATION, row->series->min_ns);
}

bool geticmp_rtt_max(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_DURATION, row->series->max_ns);
}

bool geticmp_sent(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_NUMBER, row->series->sent);
}

bool geticmp_answered(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_NUMBER, row->series->answered);
}

bool geticmp_lost(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_NUMBER, row->series->unanswered);
}

/* Of those whose fate is known; one that still waits is not lost. */
bool geticmp_loss(const struct row *row, struct value *out)
{
	const struct series *s = row->series;
	uint64_t lost = (uint64_t)s->unanswered + s->errors;
	uint64_t known = lost + s->answered;

	return known && give_number(out, VALUE_NUMBER, lost * 100 / known);
}

/* NULL: not an error, or nothing readable in it. */
static const struct quote *quote_of(const struct row *row)
{
	const struct quote *q = row->kind == ROW_ICMP_ERROR ?
					&row->icmp_error->quote :
				row->packet->has & PACKET_QUOTE ?
					&row->packet->quote :
					NULL;

	return q && q->src.family ? q : NULL;
}

bool geticmp_quote_proto(const struct row *row, struct value *out)
{
	const struct quote *q = quote_of(row);

	if (!q)
		return false;
	return give_text(out, q->protocol == IPPROTO_ICMP ?
				      "ICMP" :
				      names_ip_protocol(q->protocol, out->buf));
}

bool geticmp_quote_sip(const struct row *row, struct value *out)
{
	const struct quote *q = quote_of(row);

	return q && give_address(out, &q->src);
}

bool geticmp_quote_dip(const struct row *row, struct value *out)
{
	const struct quote *q = quote_of(row);

	return q && give_address(out, &q->dst);
}

static bool quotes_ports(const struct quote *q)
{
	return q && (q->protocol == IPPROTO_TCP || q->protocol == IPPROTO_UDP);
}

bool geticmp_quote_sport(const struct row *row, struct value *out)
{
	const struct quote *q = quote_of(row);

	return quotes_ports(q) && give_number(out, VALUE_NUMBER, q->src_port);
}

bool geticmp_quote_dport(const struct row *row, struct value *out)
{
	const struct quote *q = quote_of(row);

	return quotes_ports(q) && give_number(out, VALUE_NUMBER, q->dst_port);
}
