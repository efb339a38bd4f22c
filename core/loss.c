/* SPDX-License-Identifier: MIT */
#include "core/loss.h"

#include <string.h>

#include "core/model.h"

/* The member's type is checked: 1 / 0 does not compile. */
#define COUNTS(member)                                        \
	(offsetof(struct model, member) +                     \
	 0 / _Generic(((struct model *)0)->member, uint64_t: 1, default: 0))

/* clang-format off */
const struct loss losses[] = {
	{ "packet_ring", "packet ring", LOSS_RECORD, COUNTS(counters.lost[EVENT_RING_PACKET]) },
	{ "socket_ring", "socket ring", LOSS_RECORD, COUNTS(counters.lost[EVENT_RING_SOCKET]) },
	{ "read_error", "read errors", LOSS_RECORD, COUNTS(counters.read_error) },
	{ "bad_records", "bad records", LOSS_PART, COUNTS(counters.bad_records) },
	{ "no_storage", "owners without room", LOSS_PART, COUNTS(counters.no_storage) },
	{ "no_reader", "datagrams without room for their reader", LOSS_PART, COUNTS(counters.no_reader) },
	{ "missed_runs", "kernel programs left out", LOSS_PART, COUNTS(counters.missed_runs) },
	{ "texts", "texts without room", LOSS_PART, COUNTS(counters.strings_full) },
	{ "incomplete_dns", "incomplete DNS over TCP", LOSS_PART, COUNTS(streams.incomplete) },
	{ "incomplete_datagrams", "incomplete IP datagrams", LOSS_PART, COUNTS(fragments.incomplete) },
	{ "tunnels", "packets in tunnels not looked into", LOSS_PART, COUNTS(tunnels.full) },
	{ "evicted_flows", "flows", LOSS_ENTRY, COUNTS(flows.evicted) },
	{ "evicted_pings", "pings", LOSS_ENTRY, COUNTS(pings.table.evicted) },
	{ "evicted_series", "series", LOSS_ENTRY, COUNTS(pings.series.evicted) },
	{ "evicted_errors", "ICMP errors", LOSS_ENTRY, COUNTS(pings.errors_evicted) },
	{ "evicted_dns", "DNS", LOSS_ENTRY, COUNTS(dns.table.evicted) },
	{ "evicted_streams", "DNS streams", LOSS_ENTRY, COUNTS(streams.table.evicted) },
	{ "evicted_reads", "datagrams that waited for their reader", LOSS_ENTRY, COUNTS(reads.evicted) },
	{ "evicted_names", "names", LOSS_ENTRY, COUNTS(learnt.evicted) },
	{ "evicted_processes", "processes", LOSS_ENTRY, COUNTS(procs.table.evicted) },
};
/* clang-format on */
const size_t losses_count = sizeof(losses) / sizeof(losses[0]);

uint64_t loss_count(const struct model *m, const struct loss *l)
{
	uint64_t n;

	memcpy(&n, (const char *)m + l->offset, sizeof(n));
	return n;
}

uint64_t loss_sum(const struct model *m, enum loss_kind kind)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < losses_count; i++)
		if (losses[i].kind == kind)
			sum += loss_count(m, &losses[i]);
	return sum;
}
