/* SPDX-License-Identifier: MIT */
#include "core/getname.h"

#include "core/getnet.h"
#include "core/give.h"
#include "core/learnt.h"

/* Who owns what a row shows; pid 0: not known, or a file without processes. */
static struct proc_key owner_of(const struct row *row)
{
	switch (row->kind) {
	case ROW_FLOW:
		return row->flow->proc;
	case ROW_SERIES:
		return row->series->proc;
	case ROW_PING:
		return row->ping->proc;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		return row->dns->proc;
	case ROW_PACKET:
		if (row->owner && row->owner->proc)
			return row->owner->proc->key;
		break;
	case ROW_ICMP_ERROR:
		return row->icmp_error->proc;
	case ROW_SOCKET:
		if (row->happening->proc)
			return row->happening->proc->key;
		break;
	case ROW_PROC:
		break;
	}
	return (struct proc_key){ 0 };
}

/* host: who it is in a file. */
static struct learnt_who who_of(const struct row *row,
				const struct address *host)
{
	return (struct learnt_who){
		.proc = owner_of(row),
		.host = row->model->live ? (struct address){ 0 } : *host,
		.netns = getnet_netns_of(row),
	};
}

static bool names(const struct row *row, struct value *out,
		  const struct address *a, const struct address *host)
{
	const char *found[LEARNT_NAMES];

	give_list(out);
	if (!row->model || !a->family)
		return false;
	const struct learnt_who who = who_of(row, host);
	size_t n = learnt_names(row->model, &who, a, found);

	for (size_t i = 0; i < n; i++)
		give_element(out, found[i]);
	return n;
}

bool getname_sip(const struct row *row, struct value *out)
{
	struct getnet_ends e;

	return getnet_ends_of(row, &e) && names(row, out, e.src, e.dst);
}

bool getname_dip(const struct row *row, struct value *out)
{
	struct getnet_ends e;

	return getnet_ends_of(row, &e) && names(row, out, e.dst, e.src);
}

/* The series of an echo, where it is still known. */
static const struct series *series_with(const struct model *m,
					const struct ping *p)
{
	const struct series_key key = { .src = p->key.src, .dst = p->key.dst,
					.id = p->key.id, .kind = p->key.kind,
					.netns = p->key.netns,
					.cookie = p->key.cookie };
	const struct series *s = table_find(&m->pings.series, &key);

	return s && s->id == p->series_id ? s : NULL;
}

/* Of a packet its other end, at the time when it passes. */
static struct learnt of_packet(const struct row *row)
{
	const struct packet *p = row->packet;
	bool in = p->frame->direction == EVENT_INGRESS;

	if (!(p->has & (PACKET_IP4 | PACKET_IP6)))
		return (struct learnt){ 0 };
	const struct learnt_who who = who_of(row, in ? &p->dst : &p->src);

	return learnt_find(row->model, &who, in ? &p->src : &p->dst,
			   p->frame->time_ns);
}

struct learnt getname_of(const struct row *row)
{
	const struct series *s;

	if (!row->model)
		return (struct learnt){ 0 };
	switch (row->kind) {
	case ROW_FLOW:
		return learnt_of_flow(row->model, row->flow);
	case ROW_SERIES:
		return learnt_of_series(row->model, row->series);
	case ROW_PING:
		s = series_with(row->model, row->ping);
		return s ? learnt_of_series(row->model, s) :
			   (struct learnt){ 0 };
	case ROW_PACKET:
		return of_packet(row);
	default:
		return (struct learnt){ 0 };
	}
}

bool getname_name(const struct row *row, struct value *out)
{
	const struct learnt l = getname_of(row);

	return l.fact && give_text(out, l.fact->name);
}

bool getname_by(const struct row *row, struct value *out)
{
	return give_text(out, learnt_by_text(getname_of(row).by));
}

bool getname_age(const struct row *row, struct value *out)
{
	const struct learnt l = getname_of(row);

	return give_known(out, VALUE_DURATION, learnt_age(&l));
}

bool getname_expired(const struct row *row, struct value *out)
{
	const struct learnt l = getname_of(row);

	return l.fact && give_number(out, VALUE_BOOL, learnt_expired(&l));
}

bool getname_asker(const struct row *row, struct value *out)
{
	const struct learnt l = getname_of(row);

	return l.fact &&
	       give_known(out, VALUE_NUMBER, l.fact->key.who.proc.pid);
}

bool getname_chain(const struct row *row, struct value *out)
{
	const struct learnt l = getname_of(row);
	const struct dns_node *n = learnt_query(&l);
	const char *chain[DNS_CHAIN_MAX];

	give_list(out);
	if (!n)
		return false;
	size_t count = dnstree_chain(n, chain);

	for (size_t i = 0; i < count; i++)
		give_element(out, chain[i]);
	return true;
}
