/* SPDX-License-Identifier: MIT */
/* Getters of THE FIELD TABLE: tcp.*, of a segment or of a connection. */
#ifndef NX_GETTCP_H
#define NX_GETTCP_H

#include "core/field.h"

field_getter gettcp_syn, gettcp_ack, gettcp_fin, gettcp_rst, gettcp_psh;
field_getter gettcp_urg, gettcp_ece, gettcp_cwr, gettcp_ns, gettcp_flags;
field_getter gettcp_seq, gettcp_ack_number, gettcp_window, gettcp_len;
field_getter gettcp_state, gettcp_close, gettcp_error, gettcp_rtt;
field_getter gettcp_syn_time, gettcp_syn_ack_time, gettcp_ack_time;
field_getter gettcp_end_time, gettcp_syn_count, gettcp_retransmits;
field_getter gettcp_duration, gettcp_bytes;
field_getter gettcp_tx_packets, gettcp_tx_bytes;
field_getter gettcp_rx_packets, gettcp_rx_bytes, gettcp_session;
field_getter gettcp_reordered, gettcp_tx_zero, gettcp_rx_zero;
field_getter gettcp_tx_options, gettcp_rx_options;
field_getter gettcp_mss, gettcp_wscale, gettcp_options;

#endif
