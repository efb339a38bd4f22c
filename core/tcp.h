/* SPDX-License-Identifier: MIT */
/* TCP's options and flags: RFC 9293 3.1 and 3.2. */
#ifndef NX_TCP_H
#define NX_TCP_H

#include "core/packet.h"

/*
 * Take the options into *t. A bad length ends the list: hosts ignore the rest,
 * and the segment is good.
 */
void tcp_options(struct tcp_header *t, struct span options);
/*
 * They as tcpdump writes them, but for the padding:
 * "mss 1460,sackOK,TS val 1 ecr 0,wscale 7,tfo", "sack {10:20}{30:40}".
 */
void tcp_options_text(struct span options, char *text, size_t size);

/* "SYN,ACK" (order FIN SYN RST PSH ACK URG ECE CWR NS; "" for none). */
void tcp_flags_text(uint16_t flags, char text[40]);

#endif
