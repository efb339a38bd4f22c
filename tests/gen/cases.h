/* SPDX-License-Identifier: MIT */
/* The captures of tests/cases/, one function each: a case's name is its folder's. */
#ifndef NX_TEST_CASES_H
#define NX_TEST_CASES_H

#include "tests/gen/mkcap.h"

struct gen_case {
	const char *name;
	void (*make)(struct mkcap *c); /* mkcap_start() and the packets */
};

/* NULL: no such case. */
const struct gen_case *gen_case_find(const char *name);
extern const struct gen_case gen_cases[];
extern const size_t gen_cases_count;

/* tests/gen/case_tcp.c */
void case_tcp_open(struct mkcap *c);
void case_tcp_open6(struct mkcap *c);
void case_tcp_refused(struct mkcap *c);
void case_tcp_unanswered(struct mkcap *c);
void case_tcp_reset(struct mkcap *c);
void case_tcp_reused(struct mkcap *c);
void case_tcp_midstream(struct mkcap *c);
void case_tcp_ambiguous(struct mkcap *c);
void case_tcp_shapes(struct mkcap *c);
void case_tcp_trouble(struct mkcap *c);
/* tests/gen/case_icmp.c */
void case_icmp_echo(struct mkcap *c);
void case_icmp6_echo(struct mkcap *c);
void case_icmp_errors(struct mkcap *c);
void case_icmp_pairs(struct mkcap *c);
void case_icmp_fragments(struct mkcap *c);
/* tests/gen/case_nd.c */
void case_icmp6_neighbors(struct mkcap *c);
void case_icmp6_routers(struct mkcap *c);
void case_icmp6_listeners(struct mkcap *c);
/* tests/gen/case_tunnel.c */
void case_tunnels(struct mkcap *c);
void case_tunnel_flows(struct mkcap *c);
void case_ip4_options(struct mkcap *c);
void case_icmp_extensions(struct mkcap *c);
/* tests/gen/case_dns.c */
void case_dns_answers(struct mkcap *c);
void case_dns_failures(struct mkcap *c);
void case_dns_waiting(struct mkcap *c);
void case_dns_types(struct mkcap *c);
void case_dns_multicast(struct mkcap *c);
void case_dns_hostile(struct mkcap *c);
/* tests/gen/case_stub.c */
void case_dns_stub(struct mkcap *c);
/* tests/gen/case_stream.c */
void case_dns_tcp(struct mkcap *c);
void case_dns_tcp_midstream(struct mkcap *c);
void case_dns_truncated(struct mkcap *c);
void case_dns_fragments(struct mkcap *c);
/* tests/gen/case_link.c */
void case_vlan(struct mkcap *c);
void case_sll(struct mkcap *c);
void case_sll2(struct mkcap *c);
void case_null(struct mkcap *c);
void case_loop(struct mkcap *c);
void case_raw(struct mkcap *c);
void case_ip6_extensions(struct mkcap *c);
void case_fragments(struct mkcap *c);
void case_truncated(struct mkcap *c);
void case_malformed(struct mkcap *c);
void case_recording(struct mkcap *c);

#endif
