/* SPDX-License-Identifier: MIT */
#include "core/getnet.h"

#include <netinet/in.h>

#include "core/give.h"
#include "core/link.h"
#include "core/names.h"
#include "core/tell.h"

static void flow_ends(const struct flow *f, struct getnet_ends *e)
{
	e->src = flow_src(f, &e->src_port);
	e->dst = flow_dst(f, &e->dst_port);
	e->ports = true;
}

static void packet_ends(const struct packet *p, struct getnet_ends *e)
{
	*e = (struct getnet_ends){ &p->src, &p->dst, p->src_port, p->dst_port,
			    p->has & (PACKET_TCP | PACKET_UDP) };
}

static void dns_ends(const struct dns_key *k, struct getnet_ends *e)
{
	*e = (struct getnet_ends){ &k->src, &k->dst, k->src_port, k->dst_port, true };
}

/* As Fibratus has them: src is this end, whoever began. */
static void socket_ends(const struct happening *h, struct getnet_ends *e)
{
	*e = (struct getnet_ends){ &h->local, &h->remote, h->local_port,
			    h->remote_port, true };
}

bool getnet_ends_of(const struct row *row, struct getnet_ends *e)
{
	*e = (struct getnet_ends){ 0 };
	switch (row->kind) {
	case ROW_FLOW:
		flow_ends(row->flow, e);
		return true;
	case ROW_SERIES:
		e->src = &row->series->key.src;
		e->dst = &row->series->key.dst;
		return true;
	case ROW_PING:
		e->src = &row->ping->key.src;
		e->dst = &row->ping->key.dst;
		return true;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		dns_ends(&row->dns->key, e);
		return true;
	case ROW_PACKET:
		packet_ends(row->packet, e);
		return true;
	case ROW_ICMP_ERROR:
		e->src = &row->icmp_error->src;
		e->dst = &row->icmp_error->dst;
		return true;
	case ROW_SOCKET:
		if (row->happening->kind <= HAPPEN_END)
			flow_ends(row->happening->flow, e);
		else
			socket_ends(row->happening, e);
		return true;
	case ROW_PROC:
		break;
	}
	return false;
}

/* Both ends have the same family, but a listener has no other end. */
static uint8_t family_of(const struct row *row)
{
	struct getnet_ends e;

	return getnet_ends_of(row, &e) ? e.src->family : 0;
}

/* IPPROTO_* of what a row shows; -1: a packet that is not IP. */
static int protocol_of(const struct row *row)
{
	switch (row->kind) {
	case ROW_FLOW:
		return IPPROTO_TCP;
	case ROW_SERIES:
	case ROW_PING:
	case ROW_ICMP_ERROR:
		return family_of(row) == 6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		return row->dns->key.protocol;
	case ROW_PACKET:
		if (!(row->packet->has & (PACKET_IP4 | PACKET_IP6)))
			return -1;
		return row->packet->protocol;
	case ROW_SOCKET:
		return row->happening->protocol;
	case ROW_PROC:
		break;
	}
	return -1;
}

static uint64_t time_of(const struct row *row)
{
	switch (row->kind) {
	case ROW_FLOW:
		return row->flow->first_ns;
	case ROW_SERIES:
		return row->series->first_ns;
	case ROW_PING:
		return row->ping->request_ns ? row->ping->request_ns :
					       row->ping->reply_ns;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		return row->dns->query_ns ? row->dns->query_ns :
					    row->dns->answer_ns;
	case ROW_PACKET:
		return row->packet->frame->time_ns;
	case ROW_ICMP_ERROR:
		return row->icmp_error->time_ns;
	case ROW_SOCKET:
		return row->happening->time_ns;
	case ROW_PROC:
		return row->proc ? row->proc->key.start_ns : 0;
	}
	return 0;
}

bool getnet_whose(const struct row *row, unsigned kinds, struct row *other)
{
	const struct happening *h = row->happening;

	*other = *row;
	if (row->kind != ROW_SOCKET)
		return false;
	if (kinds & ROW_FLOW && h->flow) {
		other->kind = ROW_FLOW;
		other->flow = h->flow;
		return true;
	}
	other->kind = ROW_PACKET;
	other->packet = h->packet;
	return kinds & ROW_PACKET && h->packet;
}

bool getnet_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, time_of(row));
}

bool getnet_event(const struct row *row, struct value *out)
{
	return give_text(out, row->event_name);
}

bool getnet_seq(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_NUMBER, row->packet->frame->number);
}

bool getnet_is_ip4(const struct row *row, struct value *out)
{
	return give_true(out, family_of(row) == 4);
}

bool getnet_is_ip6(const struct row *row, struct value *out)
{
	return give_true(out, family_of(row) == 6);
}

bool getnet_is_tcp(const struct row *row, struct value *out)
{
	return give_true(out, protocol_of(row) == IPPROTO_TCP);
}

bool getnet_is_udp(const struct row *row, struct value *out)
{
	return give_true(out, protocol_of(row) == IPPROTO_UDP);
}

bool getnet_is_icmp(const struct row *row, struct value *out)
{
	return give_true(out, protocol_of(row) == IPPROTO_ICMP);
}

bool getnet_is_icmp6(const struct row *row, struct value *out)
{
	return give_true(out, protocol_of(row) == IPPROTO_ICMPV6);
}

bool getnet_sip(const struct row *row, struct value *out)
{
	struct getnet_ends e;

	return getnet_ends_of(row, &e) && give_address(out, e.src);
}

bool getnet_dip(const struct row *row, struct value *out)
{
	struct getnet_ends e;

	return getnet_ends_of(row, &e) && give_address(out, e.dst);
}

bool getnet_sport(const struct row *row, struct value *out)
{
	struct getnet_ends e;

	return getnet_ends_of(row, &e) && e.ports && e.src->family &&
	       give_number(out, VALUE_NUMBER, e.src_port);
}

bool getnet_dport(const struct row *row, struct value *out)
{
	struct getnet_ends e;

	return getnet_ends_of(row, &e) && e.ports && e.dst->family &&
	       give_number(out, VALUE_NUMBER, e.dst_port);
}

static bool port_name(const struct row *row, struct value *out,
		      field_getter *port)
{
	return port(row, out) &&
	       give_text(out, names_service((uint8_t)protocol_of(row),
					    (uint16_t)out->number));
}

bool getnet_sport_name(const struct row *row, struct value *out)
{
	return port_name(row, out, getnet_sport);
}

bool getnet_dport_name(const struct row *row, struct value *out)
{
	return port_name(row, out, getnet_dport);
}

bool getnet_proto(const struct row *row, struct value *out)
{
	int protocol = protocol_of(row);

	if (protocol < 0)
		return false;
	/* "ICMP" is what everybody types; names.h has Tracee's "ICMPv4". */
	if (protocol == IPPROTO_ICMP)
		return give_text(out, "ICMP");
	return give_text(out,
			 names_ip_protocol((uint8_t)protocol, out->buf));
}

bool getnet_size(const struct row *row, struct value *out)
{
	if (row->kind == ROW_SOCKET)
		return row->happening->sized &&
		       give_number(out, VALUE_SIZE, row->happening->size);
	return give_known(out, VALUE_SIZE, row->packet->ip_len);
}

bool getnet_iface(const struct row *row, struct value *out)
{
	return give_text(out, row->packet->frame->ifname);
}

bool getnet_drop(const struct row *row, struct value *out)
{
	return give_text(out, row->packet->frame->drop);
}

uint32_t getnet_netns_of(const struct row *row)
{
	switch (row->kind) {
	case ROW_FLOW:
		return row->flow->key.netns;
	case ROW_SERIES:
		return row->series->key.netns;
	case ROW_PING:
		return row->ping->key.netns;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		return row->dns->key.netns;
	case ROW_PACKET:
		return row->packet->frame->netns;
	case ROW_ICMP_ERROR:
		return row->icmp_error->netns;
	case ROW_SOCKET:
		return row->happening->netns;
	case ROW_PROC:
		return row->proc ? row->proc->net_ns : 0;
	}
	return 0;
}

/* Its number; 0: it is in none. */
static uint32_t tunnel_of(const struct row *row)
{
	const uint32_t kinds = ROW_FLOW | ROW_ANY_PING | ROW_ANY_DNS |
			       ROW_LINK | ROW_ICMP_ERROR;

	return row->model && !row->model->live && row->kind & kinds ?
		       getnet_netns_of(row) : 0;
}

bool getnet_netns(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_NUMBER,
			  tunnel_of(row) ? 0 : getnet_netns_of(row));
}

bool getnet_tunnel(const struct row *row, struct value *out)
{
	struct give_told to = { .out = out };

	give_list(out);
	if (!tunnel_of(row))
		return false;
	tunnels_tell(&row->model->tunnels, tunnel_of(row),
		     &(struct tell){ give_told, &to });
	return out->list_len > 0;
}

bool getnet_direction(const struct row *row, struct value *out)
{
	switch (row->kind) {
	case ROW_FLOW:
		return give_text(out,
				 flow_direction_text(row->flow->direction));
	case ROW_SERIES:
		return give_text(out,
				 pair_direction_text(row->series->direction));
	case ROW_PING:
		return give_text(out,
				 pair_direction_text(row->ping->direction));
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		return give_text(out, pair_direction_text(row->dns->direction));
	case ROW_PACKET:
		return row->packet->frame->direction != EVENT_UNKNOWN &&
		       give_text(out, names_direction(
					      row->packet->frame->direction));
	case ROW_ICMP_ERROR:
	case ROW_SOCKET: /* its flow's or packet's: field_get() */
	case ROW_PROC:
		break;
	}
	return false;
}

bool getnet_version(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_NUMBER, family_of(row));
}
