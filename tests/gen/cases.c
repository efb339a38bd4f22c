/* SPDX-License-Identifier: MIT */
#include "tests/gen/cases.h"

#include <string.h>

const struct gen_case gen_cases[] = {
	{ "tcp-open", case_tcp_open },
	{ "tcp-open6", case_tcp_open6 },
	{ "tcp-refused", case_tcp_refused },
	{ "tcp-unanswered", case_tcp_unanswered },
	{ "tcp-reset", case_tcp_reset },
	{ "tcp-reused", case_tcp_reused },
	{ "tcp-midstream", case_tcp_midstream },
	{ "tcp-ambiguous", case_tcp_ambiguous },
	{ "tcp-shapes", case_tcp_shapes },
	{ "tcp-trouble", case_tcp_trouble },
	{ "icmp-echo", case_icmp_echo },
	{ "icmp6-echo", case_icmp6_echo },
	{ "icmp-errors", case_icmp_errors },
	{ "icmp-pairs", case_icmp_pairs },
	{ "icmp-fragments", case_icmp_fragments },
	{ "icmp6-neighbors", case_icmp6_neighbors },
	{ "icmp6-routers", case_icmp6_routers },
	{ "icmp6-listeners", case_icmp6_listeners },
	{ "tunnels", case_tunnels },
	{ "tunnel-flows", case_tunnel_flows },
	{ "ip4-options", case_ip4_options },
	{ "icmp-extensions", case_icmp_extensions },
	{ "dns-answers", case_dns_answers },
	{ "dns-failures", case_dns_failures },
	{ "dns-waiting", case_dns_waiting },
	{ "dns-types", case_dns_types },
	{ "dns-multicast", case_dns_multicast },
	{ "dns-hostile", case_dns_hostile },
	{ "dns-stub", case_dns_stub },
	{ "dns-tcp", case_dns_tcp },
	{ "dns-tcp-midstream", case_dns_tcp_midstream },
	{ "dns-truncated", case_dns_truncated },
	{ "vlan", case_vlan },
	{ "sll", case_sll },
	{ "sll2", case_sll2 },
	{ "null", case_null },
	{ "loop", case_loop },
	{ "raw", case_raw },
	{ "ip6-extensions", case_ip6_extensions },
	{ "fragments", case_fragments },
	{ "dns-fragments", case_dns_fragments },
	{ "truncated", case_truncated },
	{ "malformed", case_malformed },
	{ "recording", case_recording },
};
const size_t gen_cases_count = sizeof(gen_cases) / sizeof(gen_cases[0]);

const struct gen_case *gen_case_find(const char *name)
{
	for (size_t i = 0; i < gen_cases_count; i++)
		if (!strcmp(gen_cases[i].name, name))
			return &gen_cases[i];
	return NULL;
}
