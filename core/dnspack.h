/* SPDX-License-Identifier: MIT */
/* The records of an answer as one text, for a store of texts. */
#ifndef NX_DNSPACK_H
#define NX_DNSPACK_H

#include "core/dnstree.h"

#define DNSPACK_MAX 65535

struct dnspack {
	size_t len, limit; /* bytes in bytes[], and how many there may be */
	uint16_t count;
	uint16_t missing; /* records that found no room */
	uint16_t offset[DNSPACK_MAX / 10]; /* a record has at least 10 bytes */
	char bytes[DNSPACK_MAX];
};

/*
 * Begin. A message of message_len bytes may become ten times as long and
 * somewhat more, so that a small one cannot fill the store.
 */
void dnspack_begin(struct dnspack *d, size_t message_len);
/* Go on behind the records that the node has. */
void dnspack_again(struct dnspack *d, const struct dns_node *n);
/* Add a record; question: the name that need not be kept with it. */
void dnspack_add(struct dnspack *d, const char *question,
		 const struct dns_answer *record);
/* Finish: bytes[0 .. len) is to be kept as the node's `answers`. */
void dnspack_end(struct dnspack *d);

#endif
