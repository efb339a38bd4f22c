/* SPDX-License-Identifier: MIT */
/*
 * Which flow a packet or a socket's event belongs to. Live, a flow is one end:
 * found by the socket's cookie or by the 5-tuple as this end sees it and the
 * network namespace. The packets of a handshake carry the listener's cookie,
 * so they are found by their 5-tuple. A 5-tuple that is used again belongs to
 * the newest flow; the older one gets another key and stays.
 */
#ifndef NX_ENDS_H
#define NX_ENDS_H

#include "core/flow.h"

struct event_socket;
struct model;

/*
 * The flow of a TCP packet, made when there is none; NULL: it belongs to no
 * flow (a copy, or a reset of what we know nothing about). *tx: see
 * flow_segment(). *copy: another socket has it, too, and it is that one's.
 */
struct flow *ends_of_packet(struct model *m, const struct packet *p, bool *tx,
			    bool *copy);
/* The flow whose segment p, an ICMP error, quotes; NULL: none that is known. */
struct flow *ends_of_quote(const struct model *m, const struct packet *p);
/* The flow of a TCP socket's event, made if the event says that there is one. */
struct flow *ends_of_socket(struct model *m, const struct event_socket *e);

#endif
