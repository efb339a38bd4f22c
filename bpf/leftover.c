/* SPDX-License-Identifier: MIT */
#include "bpf/leftover.h"

#include <string.h>

#include "bpf/probe.h"

static uint8_t hook_args(const struct btf *btf, const char *name)
{
	int args = probe_hook(btf, name);

	return args > 0 ? (uint8_t)args : 0;
}

void leftover_probe(struct leftover *l, const struct btf *btf,
		    struct missing *missing)
{
	*l = (struct leftover){
		.kfree_args = hook_args(btf, "kfree_skb"),
		.consume_args = hook_args(btf, "consume_skb"),
	};
	sites_read(&l->sites);
	bool dropped = l->kfree_args >= 2 && l->sites.tcp && l->sites.udp;
	bool consumed = l->consume_args >= 2 && l->sites.icmp;
	bool icmp = !consumed && probe_fentry(btf, "icmp_rcv");
	bool icmp6 = !consumed && probe_fentry(btf, "icmpv6_rcv");
	/* Some kernels drop, by name, what icmpv6_rcv() has made use of. */
	if (icmp || icmp6)
		sites_drop_icmp(&l->sites);
	bool queue = hook_args(btf, "net_dev_queue") >= 1;
	const char *why =
		l->sites.count ?
			"this kernel does not tell where packets end" :
			"/proc/kallsyms hides addresses (kernel.kptr_restrict, CAP_SYSLOG)";

	const struct leftover_program programs[] = {
		{ "nx_dropped", dropped }, { "nx_consumed", consumed },
		{ "nx_icmp", icmp },	   { "nx_icmp6", icmp6 },
		{ "nx_queue", queue },
	};
	memcpy(l->programs, programs, sizeof(programs));
	if (!dropped)
		missing_add(missing, "%s: packets to closed ports and the last ones of connections that this end closed first are not seen",
			    why);
	if (!consumed && !icmp)
		missing_add(missing, "%s: echo requests that the kernel answers and ICMP errors are not seen",
			    why);
	if (!queue)
		missing_add(missing, "this kernel has no tracepoint net_dev_queue: resets that the kernel sends over IPv6 are not seen");
}
