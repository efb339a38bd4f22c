/* SPDX-License-Identifier: MIT */
/* Getters of THE FIELD TABLE: icmp.*, of packets, echo pairs, series, errors. */
#ifndef NX_GETICMP_H
#define NX_GETICMP_H

#include "core/field.h"

field_getter geticmp_type, geticmp_code, geticmp_typecode, geticmp_id;
field_getter geticmp_seq, geticmp_state, geticmp_error, geticmp_mtu, geticmp_hop, geticmp_after;
field_getter geticmp_rtt;
field_getter geticmp_request_time, geticmp_reply_time, geticmp_size;
field_getter geticmp_claim, geticmp_link, geticmp_says, geticmp_target;
field_getter geticmp_count;
field_getter geticmp_late, geticmp_duplicates;
field_getter geticmp_rtt_min, geticmp_rtt_max;
field_getter geticmp_sent, geticmp_answered, geticmp_lost, geticmp_loss;
field_getter geticmp_quote_proto, geticmp_quote_sip, geticmp_quote_dip;
field_getter geticmp_quote_sport, geticmp_quote_dport;

#endif
