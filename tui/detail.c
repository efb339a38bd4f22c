/* SPDX-License-Identifier: MIT */
#include "tui/detail.h"

#include <stdio.h>
#include <string.h>

#include "core/geticmp.h"
#include "core/getnet.h"
#include "core/names.h"
#include "core/tcp.h"
#include "core/text.h"
#include "tui/ladder.h"

#define HELP_WIDTH 60 /* pages narrower than this leave the help out */
#define PAIRS_MAX 200 /* of a series */
#define ANCESTORS_MAX 16

void detail_title(const struct row *row, char text[CELL_TEXT])
{
	char owner[CELL_TEXT], from[CELL_TEXT], to[CELL_TEXT];
	char arrow[CELL_TEXT];

	cell_owner(row, 64, owner);
	switch (row->kind) {
	case ROW_FLOW:
		cell_from(row, 80, from);
		cell_to(row, 128, to);
		cell_arrow(row, 1, arrow);
		if (!to[0])
			arrow[0] = '\0';
		snprintf(text, CELL_TEXT, "%.100s  %.100s%s%.4s%s%.250s", owner,
			 from, to[0] ? " " : "", arrow, to[0] ? " " : "", to);
		break;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK: {
		const struct row query = detail_query(row);

		cell_owner(&query, 64, owner);
		cell_title(&query, to);
		snprintf(text, CELL_TEXT, "%.100s  %.384s", owner, to);
		break;
	}
	case ROW_SERIES:
	case ROW_ICMP_ERROR:
		cell_icmp_from(row, 80, from);
		cell_icmp_to(row, 80, to);
		snprintf(text, CELL_TEXT, "%.100s  %.100s > %.100s", owner,
			 from, to);
		break;
	case ROW_PING:
		address_text(&row->ping->key.src, from);
		address_text(&row->ping->key.dst, to);
		snprintf(text, CELL_TEXT, "%.100s  %.100s > %.100s seq %u",
			 owner, from, to, row->ping->key.seq);
		break;
	default:
		snprintf(text, CELL_TEXT, "%s", owner);
		break;
	}
}

void detail_fact(struct page *p, const char *name, const char *text,
		 enum role role)
{
	page_put(p, 0, ROLE_DIM, name);
	page_wrap(p, DETAIL_VALUE_X, role, text);
	page_end(p);
}

/* The last ICMP error about a flow or a query. */
void detail_icmp(struct page *p, const struct row *row, uint64_t id)
{
	const struct icmp_error *e = icmperror_find(row->model, id);
	char text[CELL_TEXT], name[NAMES_TEXT], from[ADDRESS_TEXT];
	char after[16], mtu[24] = "";

	if (!e)
		return;
	address_text(&e->src, from);
	text_duration(after, sizeof(after), e->after_ns);
	if (e->mtu)
		snprintf(mtu, sizeof(mtu), ", MTU %u", e->mtu);
	snprintf(text, sizeof(text), "%s from %s%s%s%s",
		 names_icmp(e->src.family, e->type, e->code, name), from, mtu,
		 e->after_ns ? ", after " : "", e->after_ns ? after : "");
	detail_fact(p, "ICMP", text, ROLE_BAD);
}

/* Where its name came from, and who is at the other end. */
static void write_flow(struct page *p, const struct row *row)
{
	const struct flow *f = row->flow;
	const struct flow *peer = model_peer(row->model, f);
	char src[CELL_TEXT], dst[CELL_TEXT], text[CELL_TEXT];
	const struct address *a;
	uint16_t port;

	cell_state(row, 80, text);
	detail_fact(p, "State", text, cell_state_role(row));
	if (f->carries_us)
		detail_fact(p, "", "It carries this terminal.", ROLE_DIM);
	detail_icmp(p, row, f->icmp_error);

	detail_name(p, row);
	if (peer) {
		struct row other = { .kind = ROW_FLOW, .model = row->model,
				     .flow = peer };

		other.proc = model_proc(row->model, &peer->proc);
		cell_owner(&other, 80, text);
		detail_fact(p, "Other end", text, ROLE_PROCESS);
	}

	a = flow_src(f, &port);
	cell_endpoint(a, NULL, port, 60, src);
	a = flow_dst(f, &port);
	cell_endpoint(a, NULL, port, 60, dst);
	if (f->steps_seen > 0) {
		page_heading(p, "Segments");
		ladder_write(p, f, row->model->live, src, dst);
	}
}

/* What an error is about, when more than its quote is known of it. */
static void write_about(struct page *p, const struct row *row)
{
	const struct icmp_error *e = row->icmp_error;
	struct row about = { .model = row->model };
	char text[CELL_TEXT];

	about.flow = icmperror_flow(e);
	about.kind = ROW_FLOW;
	if (about.flow) {
		cell_state(&about, 80, text);
		detail_fact(p, "Connection", text, cell_state_role(&about));
	}
	about.dns = icmperror_query(e);
	about.kind = ROW_DNS;
	if (about.dns) {
		cell_title(&about, text);
		detail_fact(p, "Query", text, ROLE_NAME);
	}
}

/* What the message says, a line each. */
static void write_says(struct page *p, const struct icmp_error *e)
{
	for (size_t at = 0; at < e->says_len; at += strlen(e->says + at) + 1)
		detail_fact(p, at ? "" : "Says", e->says + at, ROLE_NORMAL);
}

static void write_error(struct page *p, const struct row *row)
{
	const struct icmp_error *e = row->icmp_error;
	char text[CELL_TEXT], name[NAMES_TEXT], plain[ADDRESS_TEXT];

	detail_fact(p, e->message ? "Message" : "Error",
		   names_icmp(e->src.family, e->type, e->code, name),
		   cell_icmp_role(row));
	write_says(p, e);
	address_text(&e->src, plain);
	snprintf(text, sizeof(text), "%s%s", plain,
		 e->ours ? ", this host" : "");
	detail_fact(p, e->message ? "Sent by" : "Reported by", text,
		   ROLE_ADDRESS);
	if (e->message) {
		address_text(&e->dst, plain);
		detail_fact(p, "to", plain, ROLE_ADDRESS);
	}
	if (e->quote.src.family == 0)
		return;
	cell_endpoint(&e->quote.src, NULL, e->quote.src_port, 60, text);
	detail_fact(p, "About a packet", text, ROLE_ADDRESS);
	cell_endpoint(&e->quote.dst, NULL, e->quote.dst_port, 60, text);
	detail_fact(p, "to", text, ROLE_ADDRESS);
	detail_fact(p, "of protocol",
		   names_ip_protocol(e->quote.protocol, name), ROLE_NORMAL);
	if (e->tcp_flags) {
		tcp_flags_text(e->tcp_flags, text);
		detail_fact(p, "a segment", text, ROLE_NORMAL);
	}
	if (e->after_ns) {
		text_duration(text, 16, e->after_ns);
		detail_fact(p, "sent before", text, ROLE_NUMBER);
	}
	write_about(p, row);
}

/* A pair of a series. */
static void write_pair(struct page *p, const struct row *one)
{
	const struct ping *ping = one->ping;
	bool echo = ping->key.kind == PAIR_ECHO;
	char result[CELL_TEXT], rtt[CELL_TEXT];
	struct value link;

	cell_icmp_result(one, 20, result);
	cell_icmp_rtt(one, 10, rtt);
	page_print(p, 2, ROLE_NUMBER, "%s %u", echo ? "seq" : "no.",
		   echo ? ping->key.seq : ping->number);
	page_put(p, 14, cell_icmp_role(one), result);
	if (echo)
		page_print(p, 32, ROLE_NUMBER, "%8.16s  %u bytes", rtt,
			   ping->size);
	else
		page_print(p, 32, ROLE_NUMBER, "%8.16s  %.20s", rtt,
			   geticmp_link(one, &link) ? link.text : "");
	page_end(p);
}

/* The pairs of a series, the newest first. */
static void write_series(struct page *p, const struct row *row)
{
	const struct table *t = &row->model->pings.table;
	const struct ping *ping;
	int n = 0;

	if (row->series->key.kind == PAIR_ECHO)
		detail_name(p, row);
	page_heading(p, row->series->key.kind == PAIR_ECHO ?
				"Echoes, the newest first" :
				"Questions for the neighbour, the newest first");
	for (ping = table_last(t); ping && n < PAIRS_MAX;
	     ping = table_previous(t, ping)) {
		struct row one = { .kind = ROW_PING, .model = row->model,
				   .ping = ping };

		if (ping->series_id != row->series->id)
			continue;
		write_pair(p, &one);
		n++;
	}
}

/* Where the container's process is; what is not known is said, and why. */
static void write_container(struct page *p, const struct row *row)
{
	static const char *const why[] = {
		[CONTNAME_WAITING] = "its name is not read yet",
		[CONTNAME_ABSENT] = "its name is in no runtime's files here",
		[CONTNAME_DENIED] = "its name is in files that only root may read",
	};
	const char *id = row->proc ? row->proc->container : NULL;
	const struct contnames *names = &row->model->procs.containers;
	const struct contname *c = contname_find(names, id);
	char text[CELL_TEXT];

	if (!c)
		return;
	const char *name = contname_text(c, CONTNAME_NAME);
	const char *image = contname_text(c, CONTNAME_IMAGE);
	const char *pod = contname_text(c, CONTNAME_POD);
	const char *ns = contname_text(c, CONTNAME_POD_NAMESPACE);
	bool silent = c->state == CONTNAME_KNOWN || !names->ask;

	snprintf(text, sizeof(text), "%.200s%s%.200s%s%s", name ? name : id,
		 image ? ", from image " : "", image ? image : "",
		 silent ? "" : ": ", silent ? "" : why[c->state]);
	detail_fact(p, "Container", text, ROLE_PROCESS);
	if (!pod)
		return;
	snprintf(text, sizeof(text), "%.200s%s%.200s", pod,
		 ns ? ", in namespace " : "", ns ? ns : "");
	detail_fact(p, "Pod", text, ROLE_PROCESS);
}

static void write_ancestors(struct page *p, const struct row *row)
{
	const struct proc *proc = row->proc;
	char text[128];

	/* The bound also ends a circle that wrong parents could make. */
	for (int i = 0; i < ANCESTORS_MAX && proc; i++) {
		proc = proc_parent(&row->model->procs, proc);
		if (!proc)
			break;
		snprintf(text, sizeof(text), "%s %u",
			 proc->comm[0] ? proc->comm : "?", proc->key.pid);
		detail_fact(p, i ? "" : "Started by", text, ROLE_PROCESS);
	}
}

static void write_field(struct page *p, const struct field *f,
			const struct row *row)
{
	char text[sizeof(((struct value *)0)->buf) + 64];
	int width = page_width(p);
	int help_x = width * 9 / 20 > 38 ? width * 9 / 20 : 38;

	field_text(f, row, text, sizeof(text));
	page_put(p, 0, ROLE_HEADING, f->title);
	if ((int)text_width(f->title) >= DETAIL_VALUE_X)
		page_end(p);
	page_wrap(p, DETAIL_VALUE_X, ROLE_NORMAL, text);
	if (width < HELP_WIDTH) {
		page_end(p);
		return;
	}
	if ((int)text_width(text) >= help_x - DETAIL_VALUE_X)
		page_end(p);
	snprintf(text, sizeof(text), "%s: %s", f->name, f->help);
	page_wrap(p, help_x, ROLE_DIM, text);
	page_end(p);
}

static void write_fields(struct page *p, const struct row *row)
{
	page_heading(p, "Fields, by the names that filters know");
	for (size_t i = 0; i < fields_count; i++) {
		struct value v;

		if ((fields[i].rows & row->kind) && fields[i].get(row, &v))
			write_field(p, &fields[i], row);
	}
}

static void write_tunnels(struct page *p, const struct row *row)
{
	struct value v;

	if (!getnet_tunnel(row, &v))
		return;
	for (size_t i = 0; i < v.list_len; i++)
		detail_fact(p, i ? "" : "Tunnel", v.list[i], ROLE_ADDRESS);
}

void detail_write(struct page *p, const struct row *row)
{
	const struct row query = detail_query(row);

	if (row->kind == ROW_LINK)
		row = &query;
	write_tunnels(p, row);
	switch (row->kind) {
	case ROW_FLOW:
		write_flow(p, row);
		break;
	case ROW_DNS:
	case ROW_ANSWER:
		detail_dns(p, row);
		break;
	case ROW_SERIES:
		write_series(p, row);
		break;
	case ROW_ICMP_ERROR:
		write_error(p, row);
		break;
	default:
		break;
	}
	write_container(p, row);
	write_ancestors(p, row);
	write_fields(p, row);
}
