/* SPDX-License-Identifier: MIT */
/* Packets as the event lines of events.md (`-o json`). */
#ifndef NX_TRACEE_H
#define NX_TRACEE_H

#include "core/errmsg.h"
#include "core/filter.h"
#include "core/happen.h"
#include "core/json.h"
#include "core/model.h"

/* Bits of an event set: bit n is tracee_events[n]. */
struct tracee_event {
	const char *name; /* "net_packet_tcp" */
	const char *sets; /* "network_events ..." */
	int id; /* events.md section 3 */
	const char *help;
};

/*
 * Rows of tracee_events[]: first what a packet says, then, from TRACEE_BEGIN
 * on, what happens to sockets, in the order of enum happen_kind.
 */
enum tracee_row { TRACEE_BEGIN = 9, TRACEE_QUERY = 18, TRACEE_REPLY };
#define TRACEE_BIT(happen_kind) (1u << (TRACEE_BEGIN + (happen_kind)))
/* Those that core/sockevent.h prints, and of them those that need capture_options.tells_data. */
#define TRACEE_SOCKET_BITS ((1u << TRACEE_QUERY) - (1u << TRACEE_BEGIN))
#define TRACEE_DATA_BITS \
	(TRACEE_BIT(HAPPEN_SEND) | TRACEE_BIT(HAPPEN_RECV) | \
	 TRACEE_BIT(HAPPEN_RETRANSMIT))

extern const struct tracee_event tracee_events[];
extern const size_t tracee_events_count;

/* "network_events,-net_packet_tcp" -> bits. NULL: the default. 0 or -EINVAL with the nearest match. */
int tracee_parse_events(const char *list, uint32_t *bits, struct errmsg *err);
void tracee_list(void (*line)(void *ctx, const char *text), void *ctx); /* --list-events */

/*
 * Print the chosen events of a packet, one JSON object a line. `line` gets
 * text without the newline, once for each event. Returns how many. The filter
 * has matched the packet already but for terms on evt.name, which it decides
 * here. buf is for the writer; lines longer than size (at least 256 KiB) end
 * early with fewer records and "truncated": true in `netexplore`.
 */
size_t tracee_print(const struct model *m, const struct packet *p,
		    const struct owner *owner, uint32_t bits,
		    const struct filter *f, const char *hostname, char *buf,
		    size_t size,
		    void (*line)(void *ctx, const char *text, size_t len),
		    void *ctx);

#endif
