/* SPDX-License-Identifier: MIT */
/*
 * What happens to sockets, told once each, as it is found in what the kernel
 * says and in the packets: connections that begin and end, data that is sent
 * and received (events.md sections 3 and 5). Only when somebody listens.
 *
 * What is not sure at once is told later, with the time at which it happened:
 * who accepted a connection when the process first uses it, and an end when
 * the last packets, which the kernel's word often overtakes, are here.
 */
#ifndef NX_HAPPEN_H
#define NX_HAPPEN_H

#include "core/packet.h"
#include "core/proc.h"

struct event_socket;
struct flow;
struct model;
struct owner;

enum happen_kind { /* in the order of tracee_events[] from TRACEE_BEGIN on */
	HAPPEN_BEGIN, HAPPEN_END, /* of a TCP connection, at one end or (file) between two */
	HAPPEN_CONNECT, /* it succeeded, or with error or reason it did not */
	HAPPEN_ACCEPT, HAPPEN_SEND, HAPPEN_RECV, HAPPEN_DISCONNECT,
	HAPPEN_RECONNECT, /* beside HAPPEN_CONNECT */
	HAPPEN_RETRANSMIT,
};

struct happening {
	uint8_t kind; /* enum happen_kind */
	uint8_t protocol; /* IPPROTO_TCP or _UDP */
	uint8_t how; /* enum event_how, of proc */
	bool sized; /* size says something */
	uint64_t time_ns;
	uint64_t cookie; /* 0: not known */
	uint32_t netns, cpu, tid, ns_tid; /* 0: not known */
	uint32_t size; /* bytes of data */
	uint32_t error; /* errno of a connect that failed; 0: none, or not known */
	const char *reason; /* why it failed, a constant; "": it did not */
	struct address local, remote; /* from a file: local is who connects, sends */
	uint16_t local_port, remote_port; /* 0: not known */
	const struct proc *proc; /* NULL: not known */
	const struct flow *flow; /* NULL: none */
	const struct packet *packet; /* that it was found in, of which it is one of many; or NULL */
};

/* All borrowed for the call. */
typedef void happen_fn(void *ctx, const struct happening *h);

#define HAPPEN_ACCEPT_NS 1000000000u /* so long the first use of an accepted socket is waited for */
#define HAPPEN_LINGER_NS 500000000u /* and the last packets of a connection */
#define HAPPEN_AGAIN_NS 60000000000u /* a connect so long after the last is a reconnect */

struct happen; /* opaque */

/*
 * 0 or -ENOMEM. The model that is to be listened to gets *out as its `happen`
 * and must not be fed any more after happen_free(). flows: as its limit.
 */
int happen_new(struct happen **out, happen_fn *fn, void *ctx, size_t flows,
	       uint64_t seed);
void happen_free(struct happen *h); /* takes NULL */
/*
 * The kernel does not tell what is sent, received and sent again (a file, an
 * old kernel): judge by the packets. Else these are only counted as it tells.
 */
void happen_by_packet(struct happen *h, bool by_packet);

/* The next are the model's. Each is a no-op when nobody listens. */

/* f was judged anew. */
void happen_flow(struct model *m, struct flow *f);
/* f is about to go. */
void happen_forget(struct model *m, struct flow *f);
/* A packet was taken. f: of its connection, NULL: none; tx, again: as in flow_segment(), and sent before. */
void happen_packet(struct model *m, const struct packet *p,
		   const struct owner *owner, const struct flow *f, bool tx,
		   bool again);
/* So was a socket's event. f may be NULL. */
void happen_socket(struct model *m, const struct event_socket *e,
		   const struct flow *f);
void happen_advance(struct model *m, size_t budget);
/* Nothing more comes. */
void happen_finish(struct model *m);

#endif
