/* SPDX-License-Identifier: MIT */
/*
 * Whose a packet is. The kernel says what it knows at the hook; a handshake
 * runs on the listener, and packets before accept() belong to who made the
 * listener: these join the flow's owner when that is known.
 */
#ifndef NX_OWNER_H
#define NX_OWNER_H

#include "core/model.h"

/*
 * How much "how" says: 3 a process that used the socket itself, 2 one that
 * made or held it, 1 the listener's, 0 nothing.
 */
int owner_rank(uint8_t how);

/*
 * Decide *owner for a packet and tell its flow (NULL: none) and its process.
 * *owner comes with copy and session set and the rest zero.
 */
void owner_of_packet(struct model *m, const struct packet *p, struct flow *f,
		     struct owner *owner);
/* What a socket's event says of its user; f may be NULL. */
void owner_of_socket(struct model *m, const struct event *e, struct flow *f);

/* The owner of something with several packets: the better one of both. */
void owner_keep(const struct owner *owner, struct proc_key *proc,
		uint64_t *proc_id, uint8_t *how);

#endif
