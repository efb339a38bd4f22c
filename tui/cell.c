/* SPDX-License-Identifier: MIT */
#include "tui/cell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/getps.h"
#include "core/names.h"
#include "core/text.h"
#include "tui/draw.h"

#define TREE_WIDE 36 /* cells from which on a level is indented by 2, not 1 */

/* Copy as much of s as fits into `cells` cells. */
static void put_cells(char *text, size_t size, const char *s, int cells)
{
	size_t len = 0;

	while (s[len]) {
		int32_t rune;
		size_t n = text_rune(s + len, &rune);
		int w = text_rune_width(rune);

		cells -= w < 0 ? 1 : w;
		if (cells < 0 || len + n >= size)
			break;
		len += n;
	}
	memcpy(text, s, len);
	text[len] = '\0';
}

/* head and tail together in `width` cells; the head is cut, the tail stays. */
static void keep_tail(char text[CELL_TEXT], const char *head,
		      const char *tail, int width)
{
	int room = width - (int)text_width(tail);
	char cut[CELL_TEXT];

	if ((int)text_width(head) <= room) {
		snprintf(text, CELL_TEXT, "%s%s", head, tail);
		return;
	}
	put_cells(cut, sizeof(cut) - 64, head, room > 1 ? room - 1 : 0);
	snprintf(text, CELL_TEXT, "%.440s%s%.64s", cut,
		 room < 1 ? "" : draw_utf8() ? "…" : "~", tail);
}

static bool is_kernels(const struct row *row)
{
	return getps_how_of(row) == EVENT_HOW_KERNEL ||
	       (row->kind == ROW_SERIES && row->series->kernel_answers) ||
	       (row->kind == ROW_PING &&
		row->ping->state == PING_ANSWERED_BY_US);
}

/* Nobody's though somebody's: a file need not say, an ICMP error has no socket. */
static bool is_missed(const struct row *row)
{
	return row->model->live && row->kind != ROW_ICMP_ERROR &&
	       !is_kernels(row);
}

void cell_owner(const struct row *row, int width, char text[CELL_TEXT])
{
	char tail[16];

	if (row->proc) {
		snprintf(tail, sizeof(tail), " %u", row->proc->key.pid);
		keep_tail(text, row->proc->comm[0] ? row->proc->comm : "?",
			  tail, width);
	} else if (is_kernels(row)) {
		snprintf(text, CELL_TEXT, "kernel");
	} else {
		snprintf(text, CELL_TEXT, "%s", is_missed(row) ? "unknown" : "-");
	}
}

enum role cell_owner_role(const struct row *row)
{
	return row->proc ? ROLE_PROCESS :
	       is_missed(row) ? ROLE_WARN : ROLE_DIM;
}

void cell_container(const struct row *row, int width, char text[CELL_TEXT])
{
	const char *id = row->proc ? row->proc->container : NULL;
	const struct contname *c =
		contname_find(&row->model->procs.containers, id);
	const char *name = contname_text(c, CONTNAME_NAME);
	const char *pod = contname_text(c, CONTNAME_POD);

	(void)width;
	if (name || pod)
		snprintf(text, CELL_TEXT, "%s", name ? name : pod);
	else
		snprintf(text, CELL_TEXT, "%.12s", id ? id : "");
}

/* "10.0.0.5:80", "[fe80::1]:80", "*:80". */
void cell_endpoint(const struct address *a, const char *name, uint16_t port,
		     int width, char text[CELL_TEXT])
{
	static const uint8_t any[16];
	char head[ADDRESS_TEXT + 2] = "*", tail[8];

	if (a->family == 0) {
		text[0] = '\0';
		return;
	}
	snprintf(tail, sizeof(tail), ":%u", port);
	if (memcmp(a->bytes, any, sizeof(any)) != 0) {
		char plain[ADDRESS_TEXT];

		address_text(a, plain);
		snprintf(head, sizeof(head), a->family == 6 ? "[%s]" : "%s",
			 plain);
	}
	keep_tail(text, name && name[0] ? name : head, tail, width);
}

void cell_from(const struct row *row, int width, char text[CELL_TEXT])
{
	const struct flow *f = row->flow;
	const struct address *a = &f->key.local;
	uint16_t port = f->key.local_port;

	if (f->direction == FLOW_BETWEEN)
		a = flow_src(f, &port);
	cell_endpoint(a, NULL, port, width, text);
	/* A stump of an address says nothing; the port alone does. */
	if (width < 12 && (int)text_width(text) >= width)
		snprintf(text, CELL_TEXT, ":%u", port);
	if (port == 0) /* it has none yet, or never had */
		text[0] = '\0';
}

/* A listening socket, open or closed, has none. */
static bool has_peer(const struct flow *f)
{
	return f->state != FLOW_LISTENING && f->key.remote.family != 0 &&
	       f->key.remote_port != 0;
}

static bool names = true;

void cell_show_names(bool on)
{
	names = on;
}

/* A name that its process did not ask for itself before is marked. */
static struct learnt peer_name(const struct row *row)
{
	return names ? learnt_of_flow(row->model, row->flow) :
		       (struct learnt){ 0 };
}

void cell_to(const struct row *row, int width, char text[CELL_TEXT])
{
	const struct flow *f = row->flow;
	const struct address *a = &f->key.remote;
	uint16_t port = f->key.remote_port;
	const struct learnt l = peer_name(row);
	char name[CELL_TEXT] = "";

	if (f->direction == FLOW_BETWEEN)
		a = flow_dst(f, &port);
	if (l.fact)
		snprintf(name, sizeof(name), "%s%.440s",
			 l.by == LEARNT_OWN ? "" : "~", l.fact->name);
	cell_endpoint(a, name, port, width, text);
	if (!has_peer(f))
		text[0] = '\0';
}

enum role cell_to_role(const struct row *row)
{
	return peer_name(row).fact ? ROLE_NAME : ROLE_ADDRESS;
}

void cell_arrow(const struct row *row, int width, char text[CELL_TEXT])
{
	const struct flow *f = row->flow;

	(void)width;
	snprintf(text, CELL_TEXT, "%s",
		 !has_peer(f) ? " " :
		 f->direction == FLOW_INCOMING ? "<" : ">");
}

/* Why it was not set up, when that is an ICMP error; NULL. */
static const char *unreachable(const struct row *row)
{
	const struct flow *f = row->flow;
	const struct icmp_error *e;

	if (f->state != FLOW_SYN_SENT && f->state != FLOW_SYN_RECEIVED &&
	    f->state != FLOW_UNANSWERED)
		return NULL;
	e = icmperror_find(row->model, f->icmp_error);
	return e ? names_icmp_short(e->src.family, e->type, e->code) : NULL;
}

void cell_state(const struct row *row, int width, char text[CELL_TEXT])
{
	const char *why = unreachable(row);

	if (why) {
		snprintf(text, CELL_TEXT, "%s", why);
		return;
	}
	snprintf(text, CELL_TEXT, "%s", !row->flow->carries_us ?
		 flow_state_text(row->flow->state) :
		 width < 12 ? "session" : "this session");
}

enum role cell_state_role(const struct row *row)
{
	if (row->flow->carries_us)
		return ROLE_DIM;
	if (unreachable(row))
		return ROLE_BAD;
	switch (row->flow->state) {
	case FLOW_OPEN:
		return ROLE_GOOD;
	case FLOW_SYN_SENT:
	case FLOW_SYN_RECEIVED:
		return ROLE_WARN;
	case FLOW_RESET:
	case FLOW_REFUSED:
	case FLOW_UNANSWERED:
	case FLOW_FAILED:
		return ROLE_BAD;
	case FLOW_CLOSED:
	case FLOW_LISTENING:
		return ROLE_DIM;
	default:
		return ROLE_NORMAL;
	}
}

void cell_rtt(const struct row *row, int width, char text[CELL_TEXT])
{
	const struct flow *f = row->flow;

	(void)width;
	text[0] = '\0';
	if (f->rtt_ns)
		text_duration(text, CELL_TEXT, f->rtt_ns);
	else if (f->state == FLOW_FAILED)
		snprintf(text, CELL_TEXT, "%s",
			 f->error == EADDRNOTAVAIL ? "no port" : "not sent");
	else if (f->syn_ack_count > 1)
		snprintf(text, CELL_TEXT, "SA x%u", f->syn_ack_count);
	else if (f->syn_count > 1)
		snprintf(text, CELL_TEXT, "SYN x%u", f->syn_count);
}

static const char *tree_mark(const struct row *row)
{
	if (!row->has_children)
		return "  ";
	if (draw_utf8())
		return row->open ? "▾ " : "▸ ";
	return row->open ? "- " : "+ ";
}

/* The row's mark and what it is, indented by its depth. */
void cell_tree(const struct row *row, int width, char text[CELL_TEXT])
{
	int indent = row->depth < 16 ? row->depth : 16;
	char title[CELL_TEXT];

	if (width >= TREE_WIDE)
		indent *= 2;
	if (row->kind == ROW_PROC || row->kind == ROW_SERIES ||
	    row->kind == ROW_ICMP_ERROR)
		cell_owner(row, width - indent - 2, title);
	else
		cell_title(row, title);
	/* What is below a query never has a mark; where it is narrow it stands right below
	 * the query's text. */
	snprintf(text, CELL_TEXT, "%*s%s%.448s", indent, "",
		 width < TREE_WIDE &&
		 (row->kind == ROW_ANSWER || row->kind == ROW_LINK) ?
		 " " : tree_mark(row), title);
}

void cell_title(const struct row *row, char text[CELL_TEXT])
{
	char type[NAMES_TEXT];
	struct dns_answer answer;

	text[0] = '\0';
	switch (row->kind) {
	case ROW_DNS:
		snprintf(text, CELL_TEXT, "%s%s %.400s",
			 row->dns->key.served ? "< " : "",
			 names_dns_type(row->dns->key.type, type),
			 row->dns->name && row->dns->name[0] ?
			 row->dns->name : ".");
		break;
	case ROW_ANSWER:
		if (dnstree_answer(row->dns, row->child, &answer))
			snprintf(text, CELL_TEXT, "%s %.400s",
				 names_dns_type(answer.type, type),
				 answer.data);
		break;
	case ROW_LINK:
		cell_dns_way(row, text);
		break;
	case ROW_PING:
		snprintf(text, CELL_TEXT, "%s",
			 row->ping->key.kind == PAIR_ECHO ? "echo" : "who has");
		break;
	case ROW_ICMP_ERROR:
	default:
		cell_owner(row, CELL_TEXT, text);
		break;
	}
}

enum role cell_tree_role(const struct row *row)
{
	struct dns_answer answer;

	switch (row->kind) {
	case ROW_ANSWER:
		return dnstree_answer(row->dns, row->child, &answer) &&
		       answer.section == DNS_ANSWER ? ROLE_ADDRESS : ROLE_DIM;
	case ROW_DNS:
		return ROLE_NAME;
	case ROW_LINK:
		return ROLE_PROCESS;
	case ROW_PING:
		return ROLE_DIM;
	default:
		return cell_owner_role(row);
	}
}

static void proc_traffic(const struct row *row, uint64_t bytes,
			 uint32_t packets, char text[CELL_TEXT])
{
	char size[16];

	text[0] = '\0';
	if (!row->proc || !packets)
		return;
	text_size(size, sizeof(size), bytes);
	snprintf(text, CELL_TEXT, "%u / %s", packets, size);
}

void cell_sent(const struct row *row, int width, char text[CELL_TEXT])
{
	(void)width;
	text[0] = '\0';
	if (row->proc)
		proc_traffic(row, row->proc->bytes_tx, row->proc->packets_tx,
			     text);
}

void cell_received(const struct row *row, int width,
			  char text[CELL_TEXT])
{
	(void)width;
	text[0] = '\0';
	if (row->proc)
		proc_traffic(row, row->proc->bytes_rx, row->proc->packets_rx,
			     text);
}
