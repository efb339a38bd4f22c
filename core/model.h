/* SPDX-License-Identifier: MIT */
/*
 * What is known of the network: owns all tables and counters. No clock: time
 * comes with the packets and by model_advance(). Nothing allocates after
 * model_init().
 */
#ifndef NX_MODEL_H
#define NX_MODEL_H

#include "bpf/event.h"
#include "core/copies.h"
#include "core/dnstree.h"
#include "core/errmsg.h"
#include "core/flow.h"
#include "core/fragments.h"
#include "core/mine.h"
#include "core/packet.h"
#include "core/ping.h"
#include "core/proc.h"
#include "core/reads.h"
#include "core/sent.h"
#include "core/stream.h"
#include "core/tunnels.h"

struct model_limits { /* entries; 0 stands for the default of session.md */
	size_t flows, dns, pings, processes;
	size_t strings; /* bytes for names, answers and command lines */
};

/*
 * "counters" of session.md, and what the screen's top line shows. Each TCP
 * connection that was seen to begin is in tcp_begun and, in the end, in one of
 * refused, reset, unanswered and ended; each query that was asked is in
 * dns_queries and in one of answered, failed and unanswered. A late answer
 * moves it.
 */
struct model_counters {
	uint64_t packets; /* packets given to the model, copies apart */
	uint64_t copies;
	uint64_t events; /* every record from the kernel, or packet of the file */
	uint64_t bytes_in, bytes_out;
	uint64_t session_packets, session_bytes; /* of the connection that carries this terminal; in the sums above, too */
	uint64_t session_bytes_out; /* those of them that went out */
	uint64_t hidden, hidden_bytes; /* packets of it that are not to be there (mine.h), in no other sum here */
	uint64_t hidden_records; /* and all that the kernel said of it: they are in events */
	uint64_t lost[EVENT_RINGS]; /* packet records, socket records. Set by the caller from the capture's counters */
	uint64_t produced[EVENT_RINGS], delivered[EVENT_RINGS];
	uint64_t read_error;
	uint64_t no_storage; /* sockets whose owner found no room in the kernel */
	uint64_t no_reader; /* datagrams without room in the kernel to find out who reads them */
	uint64_t missed_runs; /* of the kernel programs, left out by the kernel. All four by the caller, too */
	uint64_t bad_records; /* records from the ring that contradict event.h */
	uint64_t no_socket, kernel, unknown; /* unattributed */
	uint64_t truncated, malformed, not_ip;
	uint64_t strings_full; /* texts that found no room */
	uint64_t tcp_begun, tcp_handshakes, tcp_refused, tcp_reset, tcp_unanswered, tcp_failed, tcp_ended;
	uint64_t icmp_requests, icmp_answered, icmp_unanswered;
	uint64_t dns_queries, dns_answered, dns_failed, dns_unanswered;
};

struct model {
	bool live; /* packets are seen at sockets: also those of a recording of ours */
	uint64_t now_ns; /* the latest time that packets or model_advance() gave */
	uint64_t first_ns; /* of the first packet; 0: none yet */
	int64_t wall_offset_ns; /* wall time = time_ns + this; 0 from a file */
	uint64_t generation; /* moves when a row changes (not for carries_us) */
	uint64_t texts_lost; /* names that found no room; the parts count their own */
	struct model_counters counters;
	struct strings *strings;
	struct procs procs;
	struct table flows; /* of struct flow */
	struct table cookies; /* of struct cookie_entry (cookies.h): socket -> flow, owner */
	struct table peers; /* of struct peers_entry (peers.h): both ends of a connection */
	struct table learnt; /* of struct learnt_fact (learnt.h): who learnt which name of which address */
	struct table known; /* of struct learnt_head: address -> what was learnt of it */
	uint64_t learnt_facts; /* so far */
	struct wait_list syns; /* flows that wait for an answer to their SYN */
	struct wait_list ended; /* flows that have ended: they make room before others */
	struct pings pings;
	struct dnstree dns;
	struct table sent; /* of struct sent (sent.h): datagrams that an ICMP error may quote */
	struct streams streams; /* DNS over TCP, for who takes packets in (ingest.h) */
	struct fragments fragments; /* IP, likewise */
	struct tunnels tunnels; /* that a file's packets were in, likewise */
	struct reads reads; /* datagrams that wait for their reader, likewise */
	struct copies copies;
	struct mine mine; /* the connections that carry this terminal or our output */
	uint64_t next_flow_id;
	const struct users *users; /* borrowed: names of users (users.h); NULL: not known, as of another machine's */
	struct happen *happen; /* borrowed: who wants to hear what happens (happen.h); NULL: nobody */
};

/* Of a limit, what its lesser tables and pools get: one entry for each `by`, but a few. */
static inline size_t model_part(size_t limit, size_t by)
{
	return limit / by > 16 ? limit / by : 16;
}

/* 0 or -ENOMEM with a message. limits may be NULL. seed: random, for the hashes. */
int model_init(struct model *m, bool live, const struct model_limits *limits,
	       uint64_t seed, struct errmsg *err);
void model_release(struct model *m);

/* Who a packet belongs to, after the model saw it. */
struct owner {
	const struct proc *proc; /* NULL: not known */
	uint8_t how; /* enum event_how, EVENT_HOW_JOINED too */
	bool copy; /* also handed to another socket, to which it belongs */
	bool session; /* of the connection that carries this terminal */
};

/* Is it one of our own, and not to be shown? Then it is counted, and not to be taken. */
bool model_hides(struct model *m, const struct packet *p);
/* Take a packet. *owner is valid until the next call. */
void model_packet(struct model *m, const struct packet *p, struct owner *owner);
/*
 * Take a further DNS message that ended in a packet model_packet() has taken:
 * p->dns, with p->message counting from 1. owner: what model_packet() gave.
 */
void model_message(struct model *m, const struct packet *p,
		   const struct owner *owner);
/*
 * Take a datagram that was put together from fragments, each of which
 * model_packet() has taken; owner: of the last. An answer of DNS was paired by
 * its first fragment, and can be read now; of an echo request the length is
 * known. All else that ICMP says counts when it is whole, as it does for a
 * host, but for errors, which tell what they quote before.
 */
void model_whole(struct model *m, const struct packet *p,
		 const struct owner *owner);
/* Take any other record; the caller has checked its size and type. */
void model_event(struct model *m, const struct event *e);
/* Time has passed: entries whose time is up change their state. Bounded work. */
void model_advance(struct model *m, uint64_t now_ns);
/* At the end of a session or file: what still waits (TCP: a SYN without an answer) becomes unanswered. */
void model_finish(struct model *m);

/* Wall time of a model time. */
static inline uint64_t model_wall(const struct model *m, uint64_t time_ns)
{
	return time_ns + (uint64_t)m->wall_offset_ns;
}

const struct proc *model_proc(const struct model *m, const struct proc_key *key); /* NULL: not known */
/* The other end of a local connection, or NULL. */
const struct flow *model_peer(const struct model *m, const struct flow *f);
/* Evicted entries of all tables, in sum. */
uint64_t model_evicted(const struct model *m);
/* All that is lost: both rings, read errors. Evictions and texts apart. */
uint64_t model_lost(const struct model *m);

#endif
