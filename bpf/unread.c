/* SPDX-License-Identifier: MIT */
#include "bpf/unread.h"

#include <bpf/libbpf.h>

#include "bpf/missing.h"
#include "bpf/probe.h"

void unread_choose(struct bpf_object *obj, const struct btf *btf,
		   volatile uint8_t *by_skb, volatile uint8_t *by_size,
		   struct missing *missing)
{
	struct bpf_program *p =
		bpf_object__find_program_by_name(obj, "nx_read_udp");

	*by_skb = probe_fentry(btf, "skb_consume_udp");
	*by_size = probe_hook(btf, "sock_recv_length") >= 3;
	bpf_program__set_autoload(p, *by_skb);
	if (!*by_skb && !*by_size)
		missing_add(missing, "this kernel has no tracepoint sock_recv_length and does not let skb_consume_udp be watched: where several processes read from one socket, it is not known which of them reads a datagram");
}
