/* SPDX-License-Identifier: MIT */
/*
 * TCP connections: handshake and life, one entry for each socket end when
 * live, one for each connection from a capture file (session.md).
 */
#ifndef NX_FLOW_H
#define NX_FLOW_H

#include "core/packet.h"
#include "core/proc.h"

/*
 * Live: local and remote as the end sees them, so the two ends of a local
 * connection are two keys. From a file: `local` is the end that sorts lower.
 */
struct flow_key {
	struct address local, remote;
	uint16_t local_port, remote_port;
	uint16_t pad; /* 0 */
	uint32_t netns;
	uint32_t generation; /* 0: the newest of this 5-tuple; an older one of the
				same 5-tuple is re-keyed with its id's low bits */
};

enum flow_state {
	FLOW_SYN_SENT, FLOW_SYN_RECEIVED, FLOW_OPEN, FLOW_CLOSED, FLOW_RESET,
	FLOW_REFUSED, FLOW_UNANSWERED, FLOW_MIDSTREAM, FLOW_EXISTING,
	FLOW_LISTENING,
};

enum flow_direction { FLOW_OUTGOING, FLOW_INCOMING, FLOW_BETWEEN /* from a file: no end is ours */ };

struct flow_step { /* one segment */
	uint64_t time_ns;
	uint32_t seq, ack, len;
	uint16_t flags; /* enum tcp_flag */
	uint8_t direction; /* enum event_direction; from a file: egress is from src */
};

#define FLOW_FIRST_STEPS 8
#define FLOW_LAST_STEPS 4

struct flow {
	struct flow_key key;
	uint64_t id; /* from 1, in order of the first packet or event */
	uint64_t cookie; /* 0: not known yet */
	uint64_t proc_id; /* struct proc's id; 0: not known */
	struct proc_key proc; /* pid 0: not known */
	uint64_t first_ns, last_ns; /* last_ns: last packet or event */
	uint64_t syn_ns, syn_ack_ns, ack_ns, end_ns; /* 0: not seen. syn_ns: of the first SYN */
	uint64_t rtt_ns; /* 0: none or ambiguous (Karn) */
	uint64_t tx_bytes, rx_bytes; /* TCP payload; tx: from src (file) or from this end (live) */
	uint32_t tx_packets, rx_packets;
	uint32_t retransmits, syn_count, syn_ack_count;
	uint32_t syn_seq, syn_ack_seq; /* initial sequence numbers */
	uint32_t tx_next, rx_next; /* next new sequence number, for retransmits */
	uint32_t steps_seen;
	uint8_t state; /* enum flow_state */
	uint8_t direction; /* enum flow_direction */
	uint8_t how; /* enum event_how */
	uint8_t fins; /* bit 0: tx FIN seen, bit 1: rx FIN seen */
	bool local_is_src; /* src (who sent the SYN) is key.local */
	bool kernel_closed; /* the kernel said the socket is closed */
	bool carries_us; /* the connection that carries this terminal */
	const char *close_reason; /* "", or a constant such as "fin", "reset by peer" */
	uint32_t error; /* errno the kernel gave, or 0 */
	struct flow_step first[FLOW_FIRST_STEPS];
	struct flow_step last[FLOW_LAST_STEPS]; /* ring: step n is last[n % FLOW_LAST_STEPS] */
};

const char *flow_state_text(uint8_t state); /* session.md's word: "open", "syn_sent" ... */
const char *flow_direction_text(uint8_t direction); /* "outgoing" "incoming" "" */
/* src and dst: who sent the SYN is src; without one, a live end that is ours and the remote. */
const struct address *flow_src(const struct flow *f, uint16_t *port);
const struct address *flow_dst(const struct flow *f, uint16_t *port);
/* Steps kept: the first, then the last. false: no step i. */
bool flow_step(const struct flow *f, size_t i, struct flow_step *out);

#endif
