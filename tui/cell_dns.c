/* SPDX-License-Identifier: MIT */
#include "tui/cell.h"

#include <netinet/in.h>
#include <stdio.h>
#include <strings.h>

#include "core/dnsway.h"
#include "core/names.h"
#include "core/text.h"

#define DNS_PORT 53

/* The line of its way that a ROW_LINK is; false: it is no more. */
static bool way_of(const struct row *row, struct dnsway *out)
{
	struct dnsway way[DNSWAY_MAX];

	if (row->kind != ROW_LINK ||
	    row->child >= dnsway_lines(row->model, row->dns, way))
		return false;
	*out = way[row->child];
	return true;
}

/* Who asks it: "curl 9806"; of another host, or in a file, its address. */
static void asker(const struct row *row, const struct dns_node *n,
		  char text[CELL_TEXT])
{
	const struct row other = { .kind = ROW_DNS, .model = row->model,
				   .dns = n,
				   .proc = model_proc(row->model, &n->proc) };

	if (other.proc && n->direction == PAIR_ASKED)
		cell_owner(&other, 40, text);
	else
		address_text(&n->key.src, text);
}

/* "dnsmasq 812 > 10.0.0.1", with what is not as it usually is behind it. */
static void sent_on(const struct row *row, const struct dnsway *w,
		    char text[CELL_TEXT])
{
	const struct dns_node *n = w->query;
	char who[CELL_TEXT] = "", server[CELL_TEXT], tries[16] = "";
	bool other = strcasecmp(n->name, row->dns->name) != 0;

	/* Below the resolver itself its name is known already. */
	if (row->model->live &&
	    (w->level > 0 || row->dns->direction != PAIR_SERVED))
		asker(row, n, who);
	if (n->key.dst_port == DNS_PORT)
		address_text(&n->key.dst, server);
	else
		cell_endpoint(&n->key.dst, NULL, n->key.dst_port, 60, server);
	if (n->retries)
		snprintf(tries, sizeof(tries), " x%u", n->retries + 1u);
	snprintf(text, CELL_TEXT, "via %.60s%s%.60s%s%s%s%.250s", who,
		 who[0] ? " > " : "", server,
		 n->key.protocol == IPPROTO_TCP ? " tcp" : "", tries,
		 other ? " " : "", other ? n->name : "");
}

void cell_dns_way(const struct row *row, char text[CELL_TEXT])
{
	char who[CELL_TEXT];
	struct dnsway w;
	struct row at;

	text[0] = '\0';
	if (!way_of(row, &w))
		return;
	switch (w.kind) {
	case DNSWAY_FOR:
		asker(row, w.query, who);
		snprintf(text, CELL_TEXT, "for %.100s", who);
		break;
	case DNSWAY_VIA:
		sent_on(row, &w, text);
		break;
	case DNSWAY_AT:
		at = (struct row){ .kind = ROW_DNS, .model = row->model,
				   .dns = w.query };
		at.proc = model_proc(row->model, &w.query->proc);
		cell_owner(&at, 40, who);
		snprintf(text, CELL_TEXT, "%s %.100s%s",
			 w.query->answer_ns ? "by" : "at", who,
			 w.alone ? ", no query on seen" : "");
		break;
	default:
		snprintf(text, CELL_TEXT, "and more");
		break;
	}
}

const struct dns_node *cell_dns_query(const struct row *row)
{
	struct dnsway w;

	if (row->kind == ROW_DNS)
		return row->dns;
	return way_of(row, &w) ? w.query : NULL;
}

/* The ICMP error that came in place of an answer; NULL. */
static const char *query_error(const struct row *row,
			       const struct dns_node *n)
{
	const struct icmp_error *e;

	if (n->state != DNS_STATE_WAITING && n->state != DNS_STATE_UNANSWERED)
		return NULL;
	e = icmperror_find(row->model, n->icmp_error);
	return e ? names_icmp_short(e->src.family, e->type, e->code) : NULL;
}

void cell_dns_result(const struct row *row, int width, char text[CELL_TEXT])
{
	struct dns_answer answer;

	(void)width;
	text[0] = '\0';
	if (row->kind == ROW_ANSWER) {
		if (dnstree_answer(row->dns, row->child, &answer))
			snprintf(text, CELL_TEXT, "TTL %u", answer.ttl);
		return;
	}
	const struct dns_node *n = cell_dns_query(row);

	if (!n)
		return;
	if (query_error(row, n))
		snprintf(text, CELL_TEXT, "%s", query_error(row, n));
	else if (n->state == DNS_STATE_WAITING)
		snprintf(text, CELL_TEXT, "waiting");
	else if (n->state == DNS_STATE_ANSWERED)
		text_duration(text, CELL_TEXT, n->latency_ns);
	else
		snprintf(text, CELL_TEXT, "%s", dns_state_text(n->state));
}

enum role cell_dns_role(const struct row *row)
{
	const struct dns_node *n = cell_dns_query(row);

	if (!n)
		return ROLE_DIM;
	if (query_error(row, n))
		return ROLE_BAD;
	switch (n->state) {
	case DNS_STATE_WAITING:
		return ROLE_DIM;
	case DNS_STATE_ANSWERED:
		return ROLE_NUMBER;
	case DNS_STATE_NODATA:
	case DNS_STATE_TRUNCATED:
	case DNS_STATE_ORPHAN:
		return ROLE_WARN;
	default:
		return ROLE_BAD;
	}
}

void cell_dns_server(const struct row *row, int width, char text[CELL_TEXT])
{
	text[0] = '\0';
	if (row->kind == ROW_DNS)
		cell_endpoint(&row->dns->key.dst, NULL, row->dns->key.dst_port,
			 width, text);
}
