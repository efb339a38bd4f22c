/* SPDX-License-Identifier: MIT */
#include "tui/detail.h"

#include <netinet/in.h>
#include <stdio.h>
#include <strings.h>

#include "core/dnsway.h"
#include "core/getname.h"
#include "core/line.h"
#include "core/names.h"
#include "core/rows.h"
#include "core/text.h"

struct row detail_query(const struct row *row)
{
	const struct dns_node *n = row->kind == ROW_LINK ?
					   cell_dns_query(row) : NULL;
	struct row query = n ? rows_of_dns(row->model, n) : *row;

	if (row->kind == ROW_LINK || row->kind == ROW_ANSWER)
		query.kind = ROW_DNS;
	return query;
}

static void owner_of(const struct model *m, const struct dns_node *n,
		     char text[CELL_TEXT])
{
	const struct row row = rows_of_dns(m, n);

	cell_owner(&row, 60, text);
}

/* --- the name of where something goes --- */

static void who_learnt(const struct model *m, const struct learnt_fact *f,
		       char text[CELL_TEXT])
{
	const struct proc *p = model_proc(m, &f->key.who.proc);

	if (p)
		snprintf(text, CELL_TEXT, "%.60s %u", p->comm, p->key.pid);
	else if (f->key.who.host.family)
		address_text(&f->key.who.host, text);
	else
		snprintf(text, CELL_TEXT, "a process that is not known");
}

static void name_text(const struct row *row, const struct learnt *l,
		      char text[CELL_TEXT])
{
	const struct learnt_fact *f = l->fact;
	char who[CELL_TEXT], ago[16], over[64] = "";

	who_learnt(row->model, f, who);
	text_duration(ago, sizeof(ago), learnt_age(l));
	if (learnt_expired(l))
		snprintf(over, sizeof(over),
			 "; its time to live of %u s was over", l->ttl);
	if (l->by == LEARNT_OWN) {
		snprintf(text, CELL_TEXT, "%.300s, from a DNS answer %s before%s",
			 f->name, ago, over);
	} else if (l->by == LEARNT_OTHER) {
		snprintf(text, CELL_TEXT,
			 "%.250s, from a DNS answer to %.70s %s before%s",
			 f->name, who, ago, over);
	} else {
		text_duration(ago, sizeof(ago),
			      wait_span(l->begin_ns, f->time_ns));
		snprintf(text, CELL_TEXT,
			 "%.250s, from a DNS answer to %.70s, %s after it was first seen",
			 f->name, who, ago);
	}
}

/* Nobody resolved it, as far as can be told. */
static void unresolved_text(const struct row *row, char text[CELL_TEXT])
{
	const struct model *m = row->model;

	if (!m->live)
		snprintf(text, CELL_TEXT, "not resolved in this file");
	else if (row->proc && row->proc->key.start_ns < m->first_ns)
		snprintf(text, CELL_TEXT,
			 "not resolved since the start; %.60s runs for longer "
			 "and may have asked before", row->proc->comm);
	else
		snprintf(text, CELL_TEXT,
			 "not resolved since the start: no DNS answer had it");
}

static void write_chain(struct page *p, const struct learnt *l)
{
	const struct dns_node *n = learnt_query(l);
	const char *chain[DNS_CHAIN_MAX];
	char text[CELL_TEXT], address[ADDRESS_TEXT];
	size_t count = n ? dnstree_chain(n, chain) : 0;
	struct line line = line_of(text, sizeof(text));

	if (count < 2)
		return;
	for (size_t i = 0; i < count; i++) {
		line_put(&line, chain[i]);
		line_put(&line, " > ");
	}
	address_text(&l->fact->key.address, address);
	line_put(&line, address);
	line_end(&line);
	detail_fact(p, "By way of", text, ROLE_NAME);
}

void detail_name(struct page *p, const struct row *row)
{
	const struct learnt l = getname_of(row);
	char text[CELL_TEXT];

	if (l.fact) {
		name_text(row, &l, text);
		detail_fact(p, "Name", text, ROLE_NAME);
		write_chain(p, &l);
	} else if (l.by == LEARNT_NONE) {
		unresolved_text(row, text);
		detail_fact(p, "Name", text, ROLE_WARN);
	}
}

/* --- a query --- */

/* "10.0.0.1:53 over TCP, 2 tries: NOERROR, 12.1ms". */
static void went(const struct dns_node *n, char text[CELL_TEXT])
{
	char server[CELL_TEXT], rcode[NAMES_TEXT], took[32] = "", tries[32] = "";

	cell_endpoint(&n->key.dst, NULL, n->key.dst_port, 60, server);
	if (n->latency_ns)
		text_duration(took, sizeof(took), n->latency_ns);
	if (n->retries)
		snprintf(tries, sizeof(tries), ", %u tries", n->retries + 1u);
	snprintf(text, CELL_TEXT, "%.70s%s%s: %s%s%s", server,
		 n->key.protocol == IPPROTO_TCP ? " over TCP" : "", tries,
		 n->answer_ns ? names_dns_rcode(n->rcode, rcode) :
		 n->state == DNS_STATE_WAITING ? "no answer yet" :
		 "no answer",
		 took[0] ? ", " : "", took);
}

static void write_via(struct page *p, const struct row *row,
		      const struct dnsway *w, bool again)
{
	char who[CELL_TEXT] = "", how[CELL_TEXT], text[CELL_TEXT];
	const struct dns_node *n = w->query;

	if (row->model->live)
		owner_of(row->model, n, who);
	went(n, how);
	snprintf(text, sizeof(text), "%.70s%s%.250s%s%.120s", who,
		 who[0] ? " > " : "", how,
		 strcasecmp(n->name, row->dns->name) ? ", for " : "",
		 strcasecmp(n->name, row->dns->name) ? n->name : "");
	detail_fact(p, again ? "" : "Sent on", text, ROLE_ADDRESS);
}

static void write_for(struct page *p, const struct row *row,
		      const struct dns_node *n, bool again)
{
	char who[CELL_TEXT] = "", from[CELL_TEXT], text[CELL_TEXT];

	cell_endpoint(&n->key.src, NULL, n->key.src_port, 60, from);
	if (n->proc.pid && n->direction == PAIR_ASKED)
		owner_of(row->model, n, who);
	snprintf(text, sizeof(text), "%.70s%s%.70s", who,
		 who[0] ? ", from " : "", from);
	detail_fact(p, again ? "" : "Asked for", text, ROLE_PROCESS);
}

static void write_at(struct page *p, const struct row *row,
		     const struct dnsway *w)
{
	char who[CELL_TEXT], text[CELL_TEXT];

	owner_of(row->model, w->query, who);
	snprintf(text, sizeof(text), "%.70s%s", who, !w->alone ? "" :
		 ", which sent no query on that was seen: it knew by itself, "
		 "or asks in another way (encrypted, a file)");
	detail_fact(p, "Resolver", text, ROLE_PROCESS);
}

static void write_way(struct page *p, const struct row *row)
{
	struct dnsway way[DNSWAY_MAX];
	size_t n = dnsway_lines(row->model, row->dns, way);
	uint8_t last = DNSWAY_MORE;

	for (size_t i = 0; i < n; i++) {
		bool again = way[i].kind == last;

		switch (way[i].kind) {
		case DNSWAY_FOR:
			write_for(p, row, way[i].query, again);
			break;
		case DNSWAY_VIA:
			write_via(p, row, &way[i], again);
			break;
		case DNSWAY_AT:
			write_at(p, row, &way[i]);
			break;
		default:
			detail_fact(p, "", "and more", ROLE_DIM);
			break;
		}
		last = way[i].kind;
	}
}

static void write_record(struct page *p, const struct dns_answer *answer)
{
	char type[NAMES_TEXT], text[CELL_TEXT];

	/* The name and what belongs to it stand apart where there is room. */
	int data_x = page_width(p) >= 72 ? page_width(p) * 2 / 5 + 16 : 4;

	page_put(p, 2, ROLE_NAME, answer->name[0] ? answer->name : ".");
	if (data_x > 4 && (int)text_width(answer->name) < data_x - 20) {
		snprintf(text, sizeof(text), "%7u %s", answer->ttl,
			 names_dns_type(answer->type, type));
		page_put(p, data_x - 18, ROLE_NUMBER, text);
	} else {
		page_end(p);
		page_print(p, 4, ROLE_NUMBER, "TTL %u %s", answer->ttl,
			   names_dns_type(answer->type, type));
		if (data_x == 4)
			page_end(p);
	}
	page_wrap(p, data_x, ROLE_ADDRESS, answer->data);
	page_end(p);
}

void detail_dns(struct page *p, const struct row *row)
{
	static const char *const headings[] = {
		[DNS_QUESTION] = "Question", [DNS_ANSWER] = "Answer",
		[DNS_AUTHORITY] = "Authority", [DNS_ADDITIONAL] = "Additional",
	};
	char type[NAMES_TEXT], text[CELL_TEXT];
	const struct dns_node *n = row->dns;
	struct dns_answer answer;

	detail_fact(p, "State", dns_state_text(n->state), ROLE_NORMAL);
	detail_icmp(p, row, n->icmp_error);
	cell_endpoint(&n->key.src, NULL, n->key.src_port, 60, text);
	detail_fact(p, "Asked by", text, ROLE_ADDRESS);
	cell_endpoint(&n->key.dst, NULL, n->key.dst_port, 60, text);
	detail_fact(p, "Server", text, ROLE_ADDRESS);

	write_way(p, row);

	page_heading(p, headings[DNS_QUESTION]);
	page_print(p, 2, ROLE_NAME, "%.900s  %s %s",
		   n->name && n->name[0] ? n->name : ".",
		   names_dns_class(n->key.class),
		   names_dns_type(n->key.type, type));
	page_end(p);
	for (int section = DNS_ANSWER; section <= DNS_ADDITIONAL; section++) {
		bool any = false;

		for (size_t i = 0; dnstree_answer(n, i, &answer); i++) {
			if (answer.section != section)
				continue;
			if (!any)
				page_heading(p, headings[section]);
			any = true;
			write_record(p, &answer);
		}
	}
	if (n->answers_missing) {
		page_print(p, 2, ROLE_WARN, "%u more records were not kept",
			   n->answers_missing);
		page_end(p);
	}
}
