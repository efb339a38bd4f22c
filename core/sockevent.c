/* SPDX-License-Identifier: MIT */
#include "core/sockevent.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "core/envelope.h"
#include "core/learnt.h"
#include "core/names.h"
#include "core/traceargs.h"
#include "core/tracee.h"

#define NAMES_MAX 2 /* of each address: a line has room for four */

struct printer {
	const struct model *model;
	const struct happening *h;
};

/* Names of an address: first what its process calls it, by DNS answers. */
static size_t names_of(const struct printer *t, const struct address *a,
		       const char *out[LEARNT_NAMES])
{
	const struct happening *h = t->h;
	const struct learnt_who who = {
		.proc = h->proc ? h->proc->key : (struct proc_key){ 0 },
		.host = t->model->live ? (struct address){ 0 } : h->local,
		.netns = h->netns,
	};

	size_t n = a->family ? learnt_names(t->model, &who, a, out) : 0;

	return n < NAMES_MAX ? n : NAMES_MAX;
}

static void names_arg(struct json *j, const struct printer *t, const char *arg,
		      const struct address *a)
{
	const char *names[LEARNT_NAMES];
	size_t n = names_of(t, a, names);

	traceargs_open_list(j, arg, "[]string");
	for (size_t i = 0; i < n; i++)
		json_text(j, NULL, names[i]);
	traceargs_close_list(j);
}

static bool has_name(const struct printer *t, const struct address *a)
{
	const char *names[LEARNT_NAMES];

	return names_of(t, a, names);
}

static void address_arg(struct json *j, const char *arg,
			const struct address *a)
{
	char text[ADDRESS_TEXT];

	address_text(a, text);
	traceargs_text(j, arg, text);
}

/* The same arguments for each; size and names where they are known. */
static void socket_args(struct json *j, const struct printer *t)
{
	const struct happening *h = t->h;

	address_arg(j, "dip", &h->remote);
	address_arg(j, "sip", &h->local);
	traceargs_number(j, "dport", "u16", h->remote_port);
	traceargs_number(j, "sport", "u16", h->local_port);
	traceargs_text(j, "l4_proto", h->protocol == IPPROTO_TCP ? "tcp" : "udp");
	traceargs_text(j, "dport_name",
		       names_service(h->protocol, h->remote_port));
	traceargs_text(j, "sport_name",
		       names_service(h->protocol, h->local_port));
	if (h->sized)
		traceargs_number(j, "size", "u32", h->size);
	if (has_name(t, &h->remote))
		names_arg(j, t, "dip_names", &h->remote);
	if (has_name(t, &h->local))
		names_arg(j, t, "sip_names", &h->local);
}

static unsigned socket_args_count(const struct printer *t)
{
	return 7u + t->h->sized + has_name(t, &t->h->remote) +
	       has_name(t, &t->h->local);
}

#define BEGIN_ARGS 7

static void begin_args(struct json *j, const struct printer *t)
{
	static const char *const directions[] = {
		[FLOW_OUTGOING] = "outgoing",
		[FLOW_INCOMING] = "incoming",
		[FLOW_BETWEEN] = "unknown", /* no end is ours */
	};
	const struct flow *f = t->h->flow;
	uint16_t src_port, dst_port;
	const struct address *src = flow_src(f, &src_port);
	const struct address *dst = flow_dst(f, &dst_port);

	traceargs_text(j, "conn_direction", directions[f->direction]);
	address_arg(j, "src", src);
	address_arg(j, "dst", dst);
	traceargs_number(j, "src_port", "u16", src_port);
	traceargs_number(j, "dst_port", "u16", dst_port);
	names_arg(j, t, "src_dns", src);
	names_arg(j, t, "dst_dns", dst);
}

/* Of one that was open before we looked, nobody knows how long it was. */
static bool has_duration(const struct flow *f)
{
	return f->seen & FLOW_SAW_BEGINNING && f->end_ns >= f->first_ns;
}

static void end_args(struct json *j, const struct printer *t)
{
	const struct flow *f = t->h->flow;

	begin_args(j, t);
	if (has_duration(f))
		traceargs_number(j, "duration_ns", "u64",
				 f->end_ns - f->first_ns);
	if (f->rtt_ns)
		traceargs_number(j, "rtt_ns", "u64", f->rtt_ns);
	traceargs_number(j, "tx_bytes", "u64", f->tx_bytes);
	traceargs_number(j, "rx_bytes", "u64", f->rx_bytes);
	traceargs_number(j, "tx_packets", "u32", f->tx_packets);
	traceargs_number(j, "rx_packets", "u32", f->rx_packets);
	traceargs_number(j, "retransmits", "u32", f->retransmits);
	traceargs_text(j, "close_reason", f->close_reason);
}

static unsigned end_args_count(const struct printer *t)
{
	const struct flow *f = t->h->flow;

	return BEGIN_ARGS + 6u + has_duration(f) + !!f->rtt_ns;
}

static uint8_t direction_of(const struct happening *h)
{
	switch (h->kind) {
	case HAPPEN_CONNECT:
	case HAPPEN_RECONNECT:
	case HAPPEN_SEND:
	case HAPPEN_RETRANSMIT:
		return EVENT_EGRESS;
	case HAPPEN_ACCEPT:
	case HAPPEN_RECV:
		return EVENT_INGRESS;
	}
	return EVENT_UNKNOWN;
}

static void error_member(struct json *j, uint32_t error)
{
	const char *name = strerrorname_np((int)error);
	char text[12];

	snprintf(text, sizeof(text), "%u", error);
	json_text(j, "error", name ? name : text);
}

static void own_members(struct json *j, const struct printer *t)
{
	const struct happening *h = t->h;
	const struct packet *p = h->packet;

	json_open_object(j, "netexplore");
	if (p)
		json_number(j, "packet", p->frame->number);
	json_text(j, "direction", names_direction(direction_of(h)));
	json_text(j, "iface", p && p->frame->ifname ? p->frame->ifname : "any");
	envelope_socket(j, h->netns, h->cookie);
	json_text(j, "status", "ok");
	json_text(j, "attribution", names_how(h->proc ? h->how : 0));
	if (h->error)
		error_member(j, h->error);
	if (*h->reason)
		json_text(j, "close_reason", h->reason);
	if (p)
		json_text(j, "per", "packet");
	json_close_object(j);
}

static void write_args(struct json *j, const struct printer *t)
{
	json_open_array(j, "args");
	if (t->h->kind == HAPPEN_BEGIN)
		begin_args(j, t);
	else if (t->h->kind == HAPPEN_END)
		end_args(j, t);
	else
		socket_args(j, t);
	json_close_array(j);
}

static bool chosen(const struct printer *t, const char *name,
		   const struct filter *f)
{
	const struct happening *h = t->h;
	const struct row row = {
		.kind = ROW_SOCKET,
		.id = h->flow ? h->flow->id : 0,
		.model = t->model,
		.proc = h->proc,
		.happening = h,
		.event_name = name,
	};

	return filter_match(f, &row);
}

size_t sockevent_print(const struct model *m, const struct happening *h,
		       uint32_t bits, const struct filter *f,
		       const char *host, char buf[SOCKEVENT_MAX])
{
	const struct tracee_event *event = &tracee_events[TRACEE_BEGIN + h->kind];
	const struct printer t = { .model = m, .h = h };
	const struct envelope e = {
		.model = m, .proc = h->proc, .time_ns = h->time_ns,
		.cpu = h->cpu, .tid = h->tid, .ns_tid = h->ns_tid, .host = host,
	};
	struct json j;

	if (!(bits & TRACEE_BIT(h->kind)) || !chosen(&t, event->name, f))
		return 0;
	unsigned args = h->kind == HAPPEN_BEGIN ? BEGIN_ARGS :
			h->kind == HAPPEN_END	? end_args_count(&t) :
						  socket_args_count(&t);

	json_init(&j, buf, SOCKEVENT_MAX);
	envelope_open(&j, &e, event, args);
	write_args(&j, &t);
	own_members(&j, &t);
	json_close_object(&j);
	return j.full ? 0 : j.len;
}
