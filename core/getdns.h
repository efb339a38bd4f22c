/* SPDX-License-Identifier: MIT */
/* Getters of THE FIELD TABLE: dns.*, of messages, queries and their records. */
#ifndef NX_GETDNS_H
#define NX_GETDNS_H

#include "core/field.h"

field_getter getdns_is, getdns_name, getdns_rr, getdns_class, getdns_id;
field_getter getdns_rcode, getdns_state, getdns_latency, getdns_ttl;
field_getter getdns_query_time, getdns_answer_time, getdns_retries;
field_getter getdns_late, getdns_options;
field_getter getdns_resolver, getdns_upstream, getdns_tries, getdns_for;
field_getter getdns_answers, getdns_mx, getdns_ns, getdns_txt, getdns_cname;
field_getter getdns_ip, getdns_ptr, getdns_srv, getdns_soa;
field_getter getdns_record_name, getdns_record_type, getdns_record_section;
field_getter getdns_record_data;

#endif
