/* SPDX-License-Identifier: MIT */
/*
 * THE FIELD TABLE. Columns, filter terms, sort, detail and session members
 * all derive from it. A getter returns a value, never text.
 */
#ifndef NX_FIELD_H
#define NX_FIELD_H

#include "core/happen.h"
#include "core/model.h"
#include "core/value.h"

enum row_kind { /* bits, so that a field can say which rows have it */
	ROW_FLOW = 1 << 0,
	ROW_SERIES = 1 << 1, /* pings of one socket */
	ROW_PING = 1 << 2, /* one echo pair */
	ROW_DNS = 1 << 3, /* one query */
	ROW_ANSWER = 1 << 4, /* one record of an answer */
	ROW_PROC = 1 << 5, /* a process, heading what is its own */
	ROW_PACKET = 1 << 6, /* a packet passing by; only valid in its callback */
	ROW_ICMP_ERROR = 1 << 7,
	ROW_SOCKET = 1 << 8, /* something that happened (happen.h), passing by; has its flow's and packet's fields, too */
	ROW_LINK = 1 << 9, /* a line of a query's way (dnsway.h); no field is of it */
};

#define ROW_KINDS 10 /* bits above */

/* Sets of them that many fields share. */
#define ROW_ANY_DNS (ROW_DNS | ROW_ANSWER)
#define ROW_ANY_PING (ROW_SERIES | ROW_PING)
#define ROW_ANY_NET (ROW_FLOW | ROW_ANY_PING | ROW_ANY_DNS | ROW_PACKET | ROW_ICMP_ERROR | ROW_SOCKET)
#define ROW_ANY (ROW_ANY_NET | ROW_PROC)

/* One line of a pane, or the packet a filter is asked about. */
struct row {
	enum row_kind kind;
	uint8_t depth;
	bool open, has_children; /* trees */
	uint64_t id; /* of what it shows; with kind, stays the same between rebuilds */
	uint32_t child; /* ROW_ANSWER: which record; ROW_LINK: which line */
	const struct model *model;
	const struct proc *proc; /* owner; NULL: not known */
	union {
		const struct flow *flow;
		const struct series *series;
		const struct ping *ping;
		const struct dns_node *dns; /* ROW_DNS, ROW_ANSWER, ROW_LINK */
		const struct icmp_error *icmp_error;
		const struct packet *packet;
		const struct happening *happening;
	};
	const struct owner *owner; /* ROW_PACKET */
	const char *event_name; /* ROW_PACKET and ROW_SOCKET in `-o`: "net_packet_tcp"; else NULL */
};

/* Fills *out and returns true, or returns false: the row does not have it. */
typedef bool field_getter(const struct row *row, struct value *out);

enum field_flag {
	FIELD_NOCASE = 1 << 0, /* texts compare ignoring case: words of protocols */
	FIELD_NAME = 1 << 1, /* domain names: ignoring case and a last dot */
	FIELD_PORT = 1 << 2, /* a port: filters take its IANA name too */
	FIELD_WORD = 1 << 3, /* a bare word of a filter looks into it */
};

struct field {
	const char *name; /* "net.dport": canonical, what filters say */
	const char *aliases; /* other names, separated by spaces; NULL: none */
	const char *json; /* session member name, or NULL */
	const char *title; /* column heading */
	enum value_kind kind;
	unsigned rows; /* enum row_kind bits that can have it */
	unsigned flags; /* enum field_flag */
	uint8_t width; /* cells of the column */
	field_getter *get;
	const char *help; /* one sentence */
};

extern const struct field fields[];
extern const size_t fields_count;

/*
 * By canonical name or alias, any case; NULL: no such field. Tracee's
 * "net_packet_X.args.N" and "net_packet_X.data.N" are aliases of N = src, dst,
 * src_port, dst_port.
 */
const struct field *field_find(const char *name);
/* The canonical name nearest by edit distance; NULL when none is near. */
const char *field_nearest(const char *name);
const char *field_kind_text(enum value_kind kind); /* "number", "address", "yes/no" ... */
/* field->get(), when rows of this kind can have the field. */
bool field_get(const struct field *f, const struct row *row, struct value *out);
/* The value for people ("12.1ms", "-" when absent); printable. */
void field_text(const struct field *f, const struct row *row, char *text, size_t size);
/* Print the table for --list-fields through `line`, one call a line. */
void field_list(void (*line)(void *ctx, const char *text), void *ctx);

#endif
