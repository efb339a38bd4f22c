/* SPDX-License-Identifier: MIT */
/* The `args` of the DNS events (events.md section 3). For core/tracee.c. */
#ifndef NX_TRACEDNS_H
#define NX_TRACEDNS_H

#include "core/traceargs.h"

traceargs_writer tracedns_message, tracedns_request, tracedns_response;
/* As Fibratus tells it: QueryDns, ReplyDns (section 5). */
traceargs_writer tracedns_query, tracedns_reply;

#endif
