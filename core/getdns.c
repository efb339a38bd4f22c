/* SPDX-License-Identifier: MIT */
#include "core/getdns.h"

#include <netinet/in.h>

#include "core/dnsway.h"
#include "core/give.h"
#include "core/learnt.h"
#include "core/names.h"

#define MDNS_PORT 5353 /* RFC 6762 */
#define LLMNR_PORT 5355 /* RFC 4795 */

static bool is_message(const struct row *row)
{
	return row->kind == ROW_PACKET && row->packet->has & PACKET_DNS;
}

/* A connection is DNS by its port, as nothing else of it is kept. */
bool getdns_is(const struct row *row, struct value *out)
{
	uint16_t src = 0, dst = 0;

	switch (row->kind) {
	case ROW_FLOW:
		flow_src(row->flow, &src);
		flow_dst(row->flow, &dst);
		return give_true(out, dns_port(NULL, dst) || dns_port(NULL, src));
	case ROW_DNS:
	case ROW_ANSWER:
		return give_true(out, true);
	default:
		return give_true(out, is_message(row));
	}
}

/* The first question: there is no more than one in practice. */
static bool question(const struct row *row, struct dns_question *q)
{
	if (!is_message(row))
		return false;
	struct dns_reader r = dns_reader_of(&row->packet->dns);
	return dns_next_question(&r, q);
}

/* What its process asked for itself. */
static bool flow_name(const struct row *row, struct value *out)
{
	const struct learnt l = row->model ?
					learnt_of_flow(row->model, row->flow) :
					(struct learnt){ 0 };
	const struct learnt_fact *f = l.fact;

	return f && l.by != LEARNT_OTHER &&
	       memcmp(&f->key.who.proc, &row->flow->proc,
		      sizeof(row->flow->proc)) == 0 &&
	       give_text(out, f->name);
}

bool getdns_name(const struct row *row, struct value *out)
{
	struct dns_question q;

	out->kind = VALUE_TEXT;
	switch (row->kind) {
	case ROW_FLOW:
		return flow_name(row, out);
	case ROW_DNS:
	case ROW_ANSWER:
		out->text = row->dns->name; /* "", the root, is a name too */
		return out->text;
	default:
		if (!question(row, &q))
			return false;
		memcpy(out->buf, q.name, strlen(q.name) + 1);
		out->text = out->buf;
		return true;
	}
}

/* Type and class of the question, of either kind of row. */
static bool asked(const struct row *row, uint16_t *type, uint16_t *class)
{
	struct dns_question q;

	if (row->kind & ROW_ANY_DNS) {
		*type = row->dns->key.type;
		*class = row->dns->key.class;
		return true;
	}
	if (!question(row, &q))
		return false;
	*type = q.type;
	*class = q.class;
	return true;
}

bool getdns_rr(const struct row *row, struct value *out)
{
	uint16_t type, class;

	return asked(row, &type, &class) &&
	       give_text(out, names_dns_type(type, out->buf));
}

bool getdns_class(const struct row *row, struct value *out)
{
	uint16_t type, class;

	return asked(row, &type, &class) &&
	       give_text(out, names_dns_class(class));
}

bool getdns_id(const struct row *row, struct value *out)
{
	if (row->kind & ROW_ANY_DNS)
		return give_number(out, VALUE_NUMBER, row->dns->key.msg_id);
	return is_message(row) &&
	       give_number(out, VALUE_NUMBER, row->packet->dns.id);
}

bool getdns_rcode(const struct row *row, struct value *out)
{
	uint16_t rcode;

	if (row->kind & ROW_ANY_DNS) {
		if (!row->dns->answer_ns)
			return false;
		rcode = row->dns->rcode;
	} else {
		if (!is_message(row) || !row->packet->dns.qr)
			return false;
		rcode = row->packet->dns.rcode;
	}
	return give_text(out, names_dns_rcode(rcode, out->buf));
}

bool getdns_state(const struct row *row, struct value *out)
{
	return give_text(out, dns_state_text(row->dns->state));
}

bool getdns_latency(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_DURATION, row->dns->latency_ns);
}

bool getdns_query_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, row->dns->query_ns);
}

bool getdns_answer_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, row->dns->answer_ns);
}

bool getdns_retries(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_NUMBER, row->dns->retries);
}

bool getdns_late(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_BOOL, row->dns->late);
}

/* --- its way (dnsway.h) --- */

bool getdns_resolver(const struct row *row, struct value *out)
{
	const struct dns_node *n = dnslink_served(row->dns);
	const struct proc *p = n && row->model && n->proc.pid ?
				       model_proc(row->model, &n->proc) :
				       NULL;

	/* In a file it is whose packets it carries. */
	return p && n->direction == PAIR_SERVED && give_text(out, p->comm);
}

static size_t way_of(const struct row *row, struct dnsway way[DNSWAY_MAX])
{
	return row->model ? dnsway_lines(row->model, row->dns, way) : 0;
}

bool getdns_upstream(const struct row *row, struct value *out)
{
	struct dnsway way[DNSWAY_MAX];
	size_t n = way_of(row, way), used = 0;
	char text[ADDRESS_TEXT];

	give_list(out);
	for (size_t i = 0; i < n; i++) {
		if (way[i].kind != DNSWAY_VIA)
			continue;
		address_text(&way[i].query->key.dst, text);
		give_copy(out, &used, text);
	}
	return out->list_len > 0;
}

bool getdns_tries(const struct row *row, struct value *out)
{
	const struct dns_node *via[DNSLINK_MAX];
	size_t n = dnslink_via(row->dns, via);
	uint64_t tries = 0;

	for (size_t i = 0; i < n; i++)
		tries += 1u + via[i]->retries;
	return give_known(out, VALUE_NUMBER, tries);
}

bool getdns_for(const struct row *row, struct value *out)
{
	struct dnsway way[DNSWAY_MAX];
	size_t n = way_of(row, way), used = 0;
	char text[ADDRESS_TEXT];

	give_list(out);
	for (size_t i = 0; i < n; i++) {
		if (way[i].kind != DNSWAY_FOR)
			continue;
		const struct dns_node *q = way[i].query;
		const struct proc *p =
			q->direction == PAIR_ASKED && q->proc.pid ?
				model_proc(row->model, &q->proc) :
				NULL;

		address_text(&q->key.src, text);
		give_copy(out, &used, p && p->comm[0] ? p->comm : text);
	}
	return out->list_len > 0;
}

/*
 * Of Fibratus' query options those that can be seen on the wire (events.md 5).
 */
bool getdns_options(const struct row *row, struct value *out)
{
	const struct packet *p = row->packet;

	if (!is_message(row))
		return false;
	give_list(out);
	if (p->dns.opcode == 0)
		give_element(out, "STANDARD");
	if (p->protocol == IPPROTO_TCP)
		give_element(out, "USE_TCP_ONLY");
	if (!p->dns.rd)
		give_element(out, "NO_RECURSION");
	if (p->dst_port == MDNS_PORT || p->dst_port == LLMNR_PORT)
		give_element(out, "MULTICAST_ONLY");
	return true;
}

static bool wanted(uint16_t type, const uint16_t types[2])
{
	return !types || type == types[0] || type == types[1];
}

/* Data of the answer records of two types; NULL: of all. */
static bool answers(const struct row *row, struct value *out,
		    const uint16_t types[2])
{
	struct dns_answer a;

	give_list(out);
	if (row->kind & ROW_ANY_DNS) {
		for (size_t i = 0; dnstree_answer(row->dns, i, &a); i++)
			if (a.section == DNS_ANSWER && wanted(a.type, types))
				give_element(out, a.data);
		return out->list_len > 0;
	}
	if (!is_message(row))
		return false;
	struct dns_reader r = dns_reader_of(&row->packet->dns);
	struct dns_record record;
	char text[DNS_DATA_MAX];
	size_t used = 0;
	while (dns_next_record(&r, &record) && record.section == DNS_ANSWER) {
		if (!wanted(record.type, types))
			continue;
		dns_data_text(&row->packet->dns, &record, false, text);
		give_copy(out, &used, text);
	}
	return out->list_len > 0;
}

bool getdns_answers(const struct row *row, struct value *out)
{
	return answers(row, out, NULL);
}

bool getdns_mx(const struct row *row, struct value *out)
{
	return answers(row, out, (const uint16_t[]){ DNS_MX, DNS_MX });
}

bool getdns_ns(const struct row *row, struct value *out)
{
	return answers(row, out, (const uint16_t[]){ DNS_NS, DNS_NS });
}

bool getdns_txt(const struct row *row, struct value *out)
{
	return answers(row, out, (const uint16_t[]){ DNS_TXT, DNS_TXT });
}

bool getdns_cname(const struct row *row, struct value *out)
{
	return answers(row, out, (const uint16_t[]){ DNS_CNAME, DNS_CNAME });
}

bool getdns_ip(const struct row *row, struct value *out)
{
	return answers(row, out, (const uint16_t[]){ DNS_A, DNS_AAAA });
}

bool getdns_ptr(const struct row *row, struct value *out)
{
	return answers(row, out, (const uint16_t[]){ DNS_PTR, DNS_PTR });
}

bool getdns_srv(const struct row *row, struct value *out)
{
	return answers(row, out, (const uint16_t[]){ DNS_SRV, DNS_SRV });
}

bool getdns_soa(const struct row *row, struct value *out)
{
	return answers(row, out, (const uint16_t[]){ DNS_SOA, DNS_SOA });
}

/* Of a query or message: how long all of its answer holds. */
static bool least_ttl(const struct row *row, uint32_t *ttl)
{
	bool any = false;
	struct dns_answer a;

	*ttl = UINT32_MAX;
	if (row->kind == ROW_DNS) {
		for (size_t i = 0; dnstree_answer(row->dns, i, &a); i++) {
			if (a.section != DNS_ANSWER)
				continue;
			*ttl = a.ttl < *ttl ? a.ttl : *ttl;
			any = true;
		}
		return any;
	}
	if (!is_message(row))
		return false;
	struct dns_reader r = dns_reader_of(&row->packet->dns);
	struct dns_record record;
	while (dns_next_record(&r, &record) && record.section == DNS_ANSWER) {
		*ttl = record.ttl < *ttl ? record.ttl : *ttl;
		any = true;
	}
	return any;
}

static bool record(const struct row *row, struct dns_answer *a)
{
	return dnstree_answer(row->dns, row->child, a);
}

bool getdns_ttl(const struct row *row, struct value *out)
{
	struct dns_answer a;
	uint32_t ttl;

	if (row->kind == ROW_ANSWER)
		return record(row, &a) && give_number(out, VALUE_NUMBER, a.ttl);
	return least_ttl(row, &ttl) && give_number(out, VALUE_NUMBER, ttl);
}

bool getdns_record_name(const struct row *row, struct value *out)
{
	struct dns_answer a;

	if (!record(row, &a))
		return false;
	out->kind = VALUE_TEXT;
	out->text = a.name; /* NULL: there was no room for it */
	return out->text;
}

bool getdns_record_type(const struct row *row, struct value *out)
{
	struct dns_answer a;

	return record(row, &a) &&
	       give_text(out, names_dns_type(a.type, out->buf));
}

bool getdns_record_section(const struct row *row, struct value *out)
{
	static const char *const sections[] = {
		[DNS_QUESTION] = "question",
		[DNS_ANSWER] = "answer",
		[DNS_AUTHORITY] = "authority",
		[DNS_ADDITIONAL] = "additional",
	};
	struct dns_answer a;

	return record(row, &a) && a.section <= DNS_ADDITIONAL &&
	       give_text(out, sections[a.section]);
}

bool getdns_record_data(const struct row *row, struct value *out)
{
	struct dns_answer a;

	if (!record(row, &a))
		return false;
	out->kind = VALUE_TEXT;
	out->text = a.data;
	return true;
}
