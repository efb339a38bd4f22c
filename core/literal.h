/* SPDX-License-Identifier: MIT */
/* The values that filters compare with, read by the type of their field. */
#ifndef NX_LITERAL_H
#define NX_LITERAL_H

#include <stdbool.h>

#include "core/field.h"

struct literal {
	/* Numbers, sizes, durations (ns), times (ns since the epoch), yes/no: a
	   range, as "10:00:00" is a whole second. */
	uint64_t low, high;
	const char *text; /* VALUE_TEXT, VALUE_LIST: borrowed */
	size_t len;
	struct address address; /* a network's lowest */
	uint8_t prefix; /* bits that count: 32 or 128 for one address */
	bool in_address; /* text: might be a part of an address */
};

/*
 * Read text as a value for the field. NULL, or what was expected instead ("a
 * duration such as 10ms"). `is_quoted`: it stood in quotes. The literal borrows text.
 */
const char *literal_read(struct literal *out, const struct field *f,
			 const char *text, bool is_quoted);
/* Read "10.0.0.5", "fe80::1", "10.0.0.0/8". A v4-mapped address is IPv4. */
bool literal_address(struct literal *out, const char *text);
/* Read a port's number or IANA name. */
bool literal_port(struct literal *out, const char *text);
/* Read "8000-8100". */
bool literal_port_range(struct literal *out, const char *text);
void literal_text(struct literal *out, const char *text);
/* Take off a domain name's last dot, with and without which it is the same. */
void literal_name(char *text);

#endif
