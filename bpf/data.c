/* SPDX-License-Identifier: MIT */
#include "bpf/data.h"

#include <bpf/libbpf.h>
#include <string.h>

#include "bpf/missing.h"
#include "bpf/probe.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char ADDRESS[] = "the other end of a datagram is not known to Send and Recv if the socket is not connected";

/* The hooks for an address are of no use without the tracepoint for the size. */
static const struct data_program {
	const char *name;
	const char *hook;
	int args;
	const char *cost; /* NULL: that of the program before */
} programs[] = {
	{ "nx_send", "sock_send_length", 3,
	  "Send and Recv are one event a packet, not one a system call" },
	{ "nx_recv_data", "sock_recv_length", 3, NULL },
	{ "nx_retransmit", "tcp_retransmit_skb", 2,
	  "Retransmit is judged by the packets" },
	{ "nx_sendmsg4", "sock_send_length", 3, ADDRESS },
	{ "nx_sendmsg6", "sock_send_length", 3, ADDRESS },
	{ "nx_recvmsg4", "sock_recv_length", 3, ADDRESS },
	{ "nx_recvmsg6", "sock_recv_length", 3, ADDRESS },
};

static bool is_there(const struct btf *btf, const struct data_program *p,
		     struct missing *missing)
{
	if (probe_hook(btf, p->hook) >= p->args)
		return true;
	if (p->cost && p->cost != ADDRESS)
		missing_add(missing, "this kernel has no tracepoint %s: %s",
			    p->hook, p->cost);
	return false;
}

bool data_choose(struct bpf_object *obj, const struct btf *btf, bool wanted,
		 struct missing *missing)
{
	bool all = wanted;

	for (size_t i = 0; i < COUNT(programs); i++) {
		if (wanted && is_there(btf, &programs[i], missing))
			continue;
		all = false;
		bpf_program__set_autoload(
			bpf_object__find_program_by_name(obj, programs[i].name),
			false);
	}
	return all;
}

const char *data_program(size_t i)
{
	return i < COUNT(programs) ? programs[i].name : NULL;
}

const char *data_cost(const char *program)
{
	for (size_t i = 0; i < COUNT(programs); i++)
		if (strcmp(programs[i].name, program) == 0)
			return programs[i].cost;
	return NULL;
}
