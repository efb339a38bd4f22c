/* SPDX-License-Identifier: MIT */
/* Getters of THE FIELD TABLE: evt.*, net.* and the protocol words. */
#ifndef NX_GETNET_H
#define NX_GETNET_H

#include "core/field.h"

field_getter getnet_time, getnet_event, getnet_seq;
field_getter getnet_is_ip4, getnet_is_ip6, getnet_is_tcp, getnet_is_udp;
field_getter getnet_is_icmp, getnet_is_icmp6;
field_getter getnet_sip, getnet_dip, getnet_sport, getnet_dport;
field_getter getnet_sport_name, getnet_dport_name;
field_getter getnet_proto, getnet_size;
field_getter getnet_iface, getnet_drop, getnet_netns, getnet_tunnel, getnet_direction;
field_getter getnet_version;

/* The two ends of what a row shows: src sent the SYN, the query, the request. */
struct getnet_ends {
	const struct address *src, *dst;
	uint16_t src_port, dst_port;
	bool ports; /* there are ports at all */
};

bool getnet_ends_of(const struct row *row, struct getnet_ends *e);
uint32_t getnet_netns_of(const struct row *row); /* 0: not known */

/*
 * What happened to a socket has the fields of the connection and the packet it
 * is of: the row of the one that is of these kinds; false: there is none.
 */
bool getnet_whose(const struct row *row, unsigned kinds, struct row *other);

#endif
