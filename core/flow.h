/* SPDX-License-Identifier: MIT */
/*
 * TCP connections: handshake and life, one entry for each socket end when
 * live, one for each connection from a capture file (session.md).
 */
#ifndef NX_FLOW_H
#define NX_FLOW_H

#include "core/learnt.h"
#include "core/packet.h"
#include "core/proc.h"
#include "core/wait.h"

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
	FLOW_LISTENING, FLOW_FAILED,
};

enum flow_direction { FLOW_OUTGOING, FLOW_INCOMING, FLOW_BETWEEN /* from a file: no end is ours */ };

/*
 * What was seen of a flow. The state follows from these, from fins, counts and
 * error alone, so it does not depend on the order in which they came: what the
 * kernel says of a socket often arrives before the packets that caused it.
 */
enum flow_seen {
	FLOW_SAW_SYN = 1 << 0,
	FLOW_SAW_SYN_ACK = 1 << 1, /* that answers the SYN */
	FLOW_SAW_ACK = 1 << 2, /* of the SYN-ACK, or any later segment of an open connection */
	FLOW_SAW_REFUSAL = 1 << 3, /* RST that answers the SYN */
	FLOW_SAW_TX_RST = 1 << 4,
	FLOW_SAW_RX_RST = 1 << 5,
	FLOW_SAW_MIDDLE = 1 << 6, /* its first packet was none of a handshake */
	FLOW_SAW_CONNECT = 1 << 7, /* kernel: SYN_SENT */
	FLOW_SAW_ESTABLISHED = 1 << 8, /* kernel */
	FLOW_SAW_LISTEN = 1 << 9, /* kernel */
	FLOW_SAW_START = 1 << 10, /* kernel: open when the capture began */
	FLOW_SAW_CLOSE = 1 << 11, /* kernel: TCP is done with it */
	FLOW_SAW_RELEASE = 1 << 12, /* kernel: no process has it any more */
	FLOW_SAW_TIMEOUT = 1 << 13, /* FLOW_LIMIT_NS passed without an answer */
	FLOW_SAW_TX = 1 << 14, /* a segment: tx_next counts */
	FLOW_SAW_RX = 1 << 15,
	FLOW_SAW_SUCCESSOR = 1 << 16, /* another connection has its 5-tuple */
	FLOW_SAW_CALL = 1 << 17, /* kernel: connect(), before it does anything */
	/* It began while we looked. */
	FLOW_SAW_BEGINNING = FLOW_SAW_SYN | FLOW_SAW_SYN_ACK |
			     FLOW_SAW_CALL | FLOW_SAW_CONNECT |
			     FLOW_SAW_ESTABLISHED,
	FLOW_SAW_RST = FLOW_SAW_TX_RST | FLOW_SAW_RX_RST,
};

#define FLOW_LIMIT_NS 75000000000u /* a SYN without an answer, session.md */

struct flow_step { /* one segment */
	uint64_t time_ns;
	uint32_t seq, ack, len;
	uint16_t flags; /* enum tcp_flag */
	uint8_t direction; /* enum event_direction; from a file: egress is from src */
};

enum flow_option { /* what an end can, by its SYN or SYN-ACK */
	FLOW_OPTION_KNOWN = 1 << 0, /* it was seen */
	FLOW_OPTION_SCALE = 1 << 1,
	FLOW_OPTION_SACK = 1 << 2,
	FLOW_OPTION_TIMES = 1 << 3,
	FLOW_OPTION_FAST_OPEN = 1 << 4,
};

struct flow_options {
	uint16_t mss; /* 0: none */
	uint8_t scale;
	uint8_t has; /* enum flow_option */
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
	uint32_t reordered; /* segments that came behind later ones */
	uint32_t tx_zero, rx_zero; /* how often that end's window became 0 */
	struct flow_options tx_options, rx_options;
	uint32_t syn_seq, syn_ack_seq; /* initial sequence numbers */
	uint32_t tx_next, rx_next; /* next new sequence number, for retransmits */
	uint32_t tx_hole[2], rx_hole[2]; /* from, to: numbers before next that were not seen; equal: none */
	uint32_t syn_len; /* data in the SYN, RFC 7413 */
	uint32_t steps_seen;
	uint32_t seen; /* enum flow_seen */
	uint32_t older; /* key.generation of the flow that had the 5-tuple before; 0: none */
	uint64_t icmp_error; /* the last one that quotes a segment of it (icmperror.h); 0: none */
	uint64_t owner_ns; /* when proc was seen to be the owner */
	struct learnt_ref name; /* of where it goes: learnt_of_flow() */
	struct wait wait; /* for an answer to the SYN; once ended, to make room */
	struct wait tell; /* happen.c's own, like the next two */
	uint64_t open_ns; /* when both ends were known to be connected; 0: not yet */
	uint8_t told;
	uint8_t end_rank; /* flow.c's own: how good end_ns is */
	uint8_t counted; /* model.c's own: what it counted of this flow */
	uint8_t state; /* enum flow_state */
	uint8_t direction; /* enum flow_direction */
	uint8_t how; /* enum event_how */
	uint8_t fins; /* bit 0: tx FIN seen, bit 1: rx FIN seen */
	uint8_t full; /* bit 0: tx window is 0, bit 1: rx window */
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

/* By its state, has it not ended? */
bool flow_goes_on(const struct flow *f);
/* Was there a handshake, or another proof that both ends were connected? */
bool flow_established(const struct flow *f);
/*
 * Take a TCP packet of this flow. tx: from this end (live) or from src (file).
 * The caller has set key, direction and local_is_src.
 */
void flow_segment(struct flow *f, const struct packet *p, bool tx);
struct event_socket;
/* Take what the kernel said of this flow's socket; not EVENT_OWNER. */
void flow_socket(struct flow *f, const struct event_socket *e);
/* Another connection has its 5-tuple now, so it is over. */
void flow_replaced(struct flow *f);
/* Would this SYN (without ACK) begin another connection with the same 5-tuple? */
bool flow_begins_anew(const struct flow *f, const struct packet *p, bool tx);

#endif
