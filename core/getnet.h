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
field_getter getnet_sip_names, getnet_dip_names;
field_getter getnet_proto, getnet_size;
field_getter getnet_iface, getnet_drop, getnet_netns, getnet_direction;
field_getter getnet_version;

/*
 * What happened to a socket has the fields of the connection and the packet it
 * is of: the row of the one that is of these kinds; false: there is none.
 */
bool getnet_whose(const struct row *row, unsigned kinds, struct row *other);

#endif
