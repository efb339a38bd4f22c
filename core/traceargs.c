/* SPDX-License-Identifier: MIT */
#include "core/traceargs.h"

#include "core/names.h"

void traceargs_open(struct json *j, const char *name, const char *type)
{
	json_open_object(j, NULL);
	json_text(j, "name", name);
	json_text(j, "type", type);
	json_open_object(j, "value");
}

void traceargs_close(struct json *j)
{
	json_close_object(j);
	json_close_object(j);
}

void traceargs_text(struct json *j, const char *name, const char *value)
{
	json_open_object(j, NULL);
	json_text(j, "name", name);
	json_text(j, "type", "const char*");
	json_text(j, "value", value);
	json_close_object(j);
}

void traceargs_number(struct json *j, const char *name, const char *type,
		      uint64_t value)
{
	json_open_object(j, NULL);
	json_text(j, "name", name);
	json_text(j, "type", type);
	json_number(j, "value", value);
	json_close_object(j);
}

void traceargs_open_list(struct json *j, const char *name, const char *type)
{
	json_open_object(j, NULL);
	json_text(j, "name", name);
	json_text(j, "type", type);
	json_open_array(j, "value");
}

void traceargs_close_list(struct json *j)
{
	json_close_array(j);
	json_close_object(j);
}

void traceargs_ends(struct json *j, const struct traceargs *a)
{
	traceargs_text(j, "src", a->src);
	traceargs_text(j, "dst", a->dst);
}

void traceargs_ports(struct json *j, const struct traceargs *a)
{
	traceargs_number(j, "src_port", "u16", a->packet->src_port);
	traceargs_number(j, "dst_port", "u16", a->packet->dst_port);
}

bool traceargs_ip4(struct json *j, const struct traceargs *a)
{
	const struct ip4_header *h = &a->packet->ip4;
	char text[NAMES_TEXT];

	traceargs_ends(j, a);
	traceargs_open(j, "proto_ipv4", "trace.ProtoIPv4");
	json_number(j, "version", h->version);
	json_number(j, "IHL", h->ihl);
	json_number(j, "TOS", h->tos);
	json_number(j, "length", h->length);
	json_number(j, "id", h->id);
	json_number(j, "flags", h->flags);
	json_number(j, "fragOffset", h->frag_offset);
	json_number(j, "TTL", h->ttl);
	json_text(j, "protocol", names_ip_protocol(h->protocol, text));
	json_number(j, "checksum", h->checksum);
	json_text(j, "srcIP", a->src);
	json_text(j, "dstIP", a->dst);
	traceargs_close(j);
	return true;
}

bool traceargs_ip6(struct json *j, const struct traceargs *a)
{
	const struct ip6_header *h = &a->packet->ip6;
	char text[NAMES_TEXT];

	traceargs_ends(j, a);
	traceargs_open(j, "proto_ipv6", "trace.ProtoIPv6");
	json_number(j, "version", h->version);
	json_number(j, "trafficClass", h->traffic_class);
	json_number(j, "flowLabel", h->flow_label);
	json_number(j, "length", h->length);
	json_text(j, "nextHeader", names_ip_protocol(h->next_header, text));
	json_number(j, "hopLimit", h->hop_limit);
	json_text(j, "srcIP", a->src);
	json_text(j, "dstIP", a->dst);
	traceargs_close(j);
	return true;
}

bool traceargs_tcp(struct json *j, const struct traceargs *a)
{
	static const char *const flags[] = { "FIN", "SYN", "RST", "PSH", "ACK",
					     "URG", "ECE", "CWR", "NS" };
	const struct tcp_header *h = &a->packet->tcp;

	traceargs_ends(j, a);
	traceargs_ports(j, a);
	traceargs_open(j, "proto_tcp", "trace.ProtoTCP");
	json_number(j, "srcPort", a->packet->src_port);
	json_number(j, "dstPort", a->packet->dst_port);
	json_number(j, "seq", h->seq);
	json_number(j, "ack", h->ack);
	json_number(j, "dataOffset", h->data_offset);
	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		json_number(j, flags[i], h->flags >> i & 1);
	json_number(j, "window", h->window);
	json_number(j, "checksum", h->checksum);
	json_number(j, "urgent", h->urgent);
	traceargs_close(j);
	return true;
}

bool traceargs_udp(struct json *j, const struct traceargs *a)
{
	const struct udp_header *h = &a->packet->udp;

	traceargs_ends(j, a);
	traceargs_ports(j, a);
	traceargs_open(j, "proto_udp", "trace.ProtoUDP");
	json_number(j, "srcPort", a->packet->src_port);
	json_number(j, "dstPort", a->packet->dst_port);
	json_number(j, "length", h->length);
	json_number(j, "checksum", h->checksum);
	traceargs_close(j);
	return true;
}

bool traceargs_icmp(struct json *j, const struct traceargs *a)
{
	const struct icmp_header *h = &a->packet->icmp;
	char text[NAMES_TEXT];

	traceargs_ends(j, a);
	traceargs_open(j, "proto_icmp", "trace.ProtoICMP");
	json_text(j, "typeCode", names_icmp_event(4, h->type, h->code, text));
	json_number(j, "checksum", h->checksum);
	json_number(j, "id", h->id);
	json_number(j, "seq", h->seq);
	traceargs_close(j);
	return true;
}

bool traceargs_icmp6(struct json *j, const struct traceargs *a)
{
	const struct icmp_header *h = &a->packet->icmp;
	char text[NAMES_TEXT];

	traceargs_ends(j, a);
	traceargs_open(j, "proto_icmpv6", "trace.ProtoICMPv6");
	json_text(j, "typeCode", names_icmp_event(6, h->type, h->code, text));
	json_number(j, "checksum", h->checksum);
	traceargs_close(j);
	return true;
}
