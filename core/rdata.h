/* SPDX-License-Identifier: MIT */
/* The data of DNS records: checked, and as text. For core/dns.c. */
#ifndef NX_RDATA_H
#define NX_RDATA_H

#include "core/dns.h"

/*
 * As dns_name_decode(), adding what it took to *work (a unit is an octet or a
 * pointer). text may be NULL: only check. In core/dns.c.
 */
enum dns_status dns_name_walk(struct cursor *c, char *text, size_t *work);

/*
 * Check a record's data against its type and, unless text is NULL, write it as
 * dns_data_text() says (size at least 8). DNS_OK or DNS_MALFORMED.
 */
enum dns_status rdata_text(struct span msg, const struct dns_record *record,
			   bool brief, char *text, size_t size, size_t *work);

#endif
