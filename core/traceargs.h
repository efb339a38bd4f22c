/* SPDX-License-Identifier: MIT */
/* The `args` of the packet events (events.md section 3). For core/tracee.c. */
#ifndef NX_TRACEARGS_H
#define NX_TRACEARGS_H

#include "core/json.h"
#include "core/packet.h"

/* What several events of one packet say alike. */
struct traceargs {
	const struct packet *packet;
	char src[ADDRESS_TEXT], dst[ADDRESS_TEXT];
	const char *iface;
};

/*
 * A writer puts an event's arguments into an open array. The packet has the
 * header in question. False: there was no room for all; what was written is
 * whole, and TRACEARGS_ROOM bytes are left for what comes behind.
 */
typedef bool traceargs_writer(struct json *j, const struct traceargs *a);

#define TRACEARGS_ROOM 2048

traceargs_writer traceargs_ip4, traceargs_ip6, traceargs_tcp, traceargs_udp,
	traceargs_icmp, traceargs_icmp6;

/* One argument. */
void traceargs_text(struct json *j, const char *name, const char *value);
void traceargs_number(struct json *j, const char *name, const char *type, uint64_t value);
/* One whose value is a list of texts, left open for json_text(j, NULL, ...). */
void traceargs_open_list(struct json *j, const char *name, const char *type);
void traceargs_close_list(struct json *j);
/* One argument whose value is an object, left open. */
void traceargs_open(struct json *j, const char *name, const char *type);
void traceargs_close(struct json *j);
void traceargs_ends(struct json *j, const struct traceargs *a); /* src, dst */
void traceargs_ports(struct json *j, const struct traceargs *a);

#endif
