/* SPDX-License-Identifier: MIT */
/*
 * Rows to try fields and filters on: what curl did when it fetched a page, a
 * ping, and the packets of it. One of each kind of row, made by hand.
 */
#ifndef NX_SAMPLE_H
#define NX_SAMPLE_H

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/learnt.h"
#include "core/model.h"
#include "core/rows.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MS 1000000ull
/* Model time is the time since boot; the host booted then. */
#define BOOT_NS 1714557600000000000ull /* 2024-05-01 10:00:00 UTC */

enum sample_row {
	FLOW, LISTENER, SERIES, PING, ICMP_ERROR, DNS, DNS_TCP, PROC, SYN,
	RESPONSE, SAMPLE_ROWS
};

struct sample {
	struct model model;
	struct flow flow, listener;
	struct series series;
	struct ping ping;
	struct icmp_error icmp_error;
	struct dns_node dns, dns_tcp;
	struct packet syn, response;
	struct frame syn_frame, response_frame;
	struct owner owner;
	uint8_t response_bytes[128];
	struct row row[SAMPLE_ROWS];
};

/* SYN, 10.0.0.5:51594 > 93.184.216.34:443, don't fragment, TTL 64. */
static const uint8_t sample_syn[] = {
	0x45, 0x00, 0x00, 0x28, 0x12, 0x34, 0x40, 0x00, 0x40, 0x06,
	0x00, 0x00, 10,	  0,	0,    5,    93,	  184,	216,  34,
	0xc9, 0x8a, 0x01, 0xbb, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00,
	0x00, 0x00, 0x50, 0x02, 0xfa, 0xf0, 0x00, 0x00, 0x00, 0x00,
};

/*
 * example.com is x.cdn.net (TTL 43) is 93.184.216.34 (TTL 60), from
 * 10.0.0.1:53 to 10.0.0.5:40000.
 */
static const char sample_response[] =
	"\x45\x00\x00\x60\x00\x07\x00\x00\x40\x11\x00\x00\x0a\x00\x00\x01"
	"\x0a\x00\x00\x05\x00\x35\x9c\x40\x00\x4c\x00\x00"
	"\xce\xa6\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00"
	"\7example\3com\0\0\1\0\1"
	"\xc0\x0c\0\5\0\1\0\0\0\x2b\0\x0b\1x\3cdn\3net\0"
	"\xc0\x29\0\1\0\1\0\0\0\x3c\0\4\x5d\xb8\xd8\x22";

static inline struct address sample_address(const char *text)
{
	struct address a = { .family = strchr(text, ':') ? 6 : 4 };

	assert_int_equal(inet_pton(a.family == 4 ? AF_INET : AF_INET6, text,
				   a.bytes),
			 1);
	return a;
}

static inline void sample_procs(struct sample *s)
{
	static const char args[] = "curl\0example.com";
	struct event_proc e = {
		.head = { .pid = 812, .start_ns = 1000 },
		.ppid = 1,
		.comm = "bash",
	};

	proc_event(&s->model.procs, &e);
	e = (struct event_proc){
		.head = { .pid = 31337, .start_ns = 2000, .flags = EVENT_EXEC },
		.parent_start_ns = 1000,
		.ppid = 812,
		.uid = 1000,
		.gid = 1001,
		.exe_len = 13,
		.args_len = sizeof(args),
		.comm = "curl",
		.exe = "/usr/bin/curl",
	};
	memcpy(e.args, args, sizeof(args));
	proc_event(&s->model.procs, &e);
	s->owner.proc = proc_find(&s->model.procs, 31337, 2000);
	s->owner.how = EVENT_HOW_CURRENT;
	assert_non_null(s->owner.proc);

	struct address web = sample_address("93.184.216.34");
	const struct learnt_who who = { .proc = s->owner.proc->key,
					.netns = 4026531840 };
	learnt_add(&s->model, &who, &web, "Example.com", 60, 5, NULL);
}

static inline void sample_tcp(struct sample *s)
{
	s->flow = (struct flow){
		.key = { sample_address("10.0.0.5"),
			 sample_address("93.184.216.34"), 51594, 443, 0,
			 4026531840, 0 },
		.id = 1, .proc = s->owner.proc->key,
		.first_ns = 1000 * MS, .last_ns = 1500 * MS,
		.syn_ns = 1000 * MS, .syn_ack_ns = 1012 * MS,
		.ack_ns = 1012 * MS + 50000, .rtt_ns = 12 * MS,
		.tx_bytes = 1000, .rx_bytes = 3000, .syn_count = 1,
		.state = FLOW_OPEN, .local_is_src = true, .how = EVENT_HOW_STATE,
		.close_reason = "",
	};
	s->listener = (struct flow){
		.key = { .local = sample_address("::"), .local_port = 8080 },
		.id = 2, .first_ns = 1, .last_ns = 1, .state = FLOW_LISTENING,
		.direction = FLOW_INCOMING, .local_is_src = true,
		.close_reason = "",
	};
}

static inline void sample_icmp(struct sample *s)
{
	struct address src = sample_address("10.0.0.5");
	struct address dst = sample_address("8.8.8.8");

	s->series = (struct series){
		.key = { .src = src, .dst = dst, .id = 27646 },
		.id = 1, .first_ns = 2000 * MS, .min_ns = 11 * MS,
		.max_ns = 13 * MS, .sum_ns = 24 * MS, .sent = 3, .answered = 2,
		.unanswered = 1,
	};
	s->ping = (struct ping){
		.key = { .src = src, .dst = dst, .id = 27646, .seq = 2 },
		.id = 2, .series_id = 1, .request_ns = 2000 * MS,
		.reply_ns = 2013 * MS, .rtt_ns = 13 * MS, .size = 56,
		.state = PING_ANSWERED,
	};
	s->icmp_error = (struct icmp_error){
		.id = 1, .time_ns = 2500 * MS,
		.src = sample_address("10.0.0.9"), .dst = src, .type = 3,
		.code = 3,
		.quote = { src, sample_address("10.0.0.9"), IPPROTO_UDP, 4000, 9,
			   0, 0 },
	};
}

static inline void sample_dns(struct sample *s)
{
	s->dns = (struct dns_node){
		.key = { .src = sample_address("10.0.0.5"),
			 .dst = sample_address("10.0.0.1"), .src_port = 40000,
			 .dst_port = 53, .msg_id = 52902, .type = DNS_A,
			 .class = 1, .protocol = IPPROTO_UDP },
		.id = 1, .query_ns = 900 * MS, .answer_ns = 921 * MS,
		.latency_ns = 21 * MS, .name = "Example.com",
		.state = DNS_STATE_ANSWERED,
	};
	s->dns_tcp = s->dns;
	s->dns_tcp.key.protocol = IPPROTO_TCP;
	s->dns_tcp.key.src = sample_address("2001:db8::5");
	s->dns_tcp.key.dst = sample_address("2001:db8::1");
	s->dns_tcp.key.type = DNS_AAAA;
	s->dns_tcp.id = 2;
	s->dns_tcp.name = "";
	s->dns_tcp.answer_ns = s->dns_tcp.latency_ns = 0;
	s->dns_tcp.state = DNS_STATE_WAITING;
}

static inline void sample_packets(struct sample *s)
{
	memcpy(s->response_bytes, sample_response, sizeof(sample_response) - 1);
	s->syn_frame = (struct frame){
		.netns = 4026531840,
		.number = 7, .time_ns = 1000 * MS,
		.data = { sample_syn, sizeof(sample_syn) },
		.wire_len = sizeof(sample_syn), .link = LINK_RAW,
		.direction = EVENT_EGRESS, .live = true, .tid = 31338,
		.ifname = "eth0",
	};
	s->response_frame = (struct frame){
		.number = 8, .time_ns = 921 * MS,
		.data = { s->response_bytes, sizeof(sample_response) - 1 },
		.wire_len = sizeof(sample_response) - 1, .link = LINK_RAW,
		.direction = EVENT_INGRESS, .live = true, .ifname = "eth0",
		.drop = "NO_SOCKET",
	};
	packet_decode(&s->syn, &s->syn_frame, NULL);
	packet_decode(&s->response, &s->response_frame, NULL);
	assert_int_equal(s->syn.status, PACKET_OK);
	assert_int_equal(s->response.status, PACKET_OK);
}

static inline void sample_init(struct sample *s)
{
	*s = (struct sample){ 0 };
	assert_int_equal(model_init(&s->model, true,
				    &(struct model_limits){ 16, 16, 16, 16, 0 },
				    7, NULL),
			 0);
	s->model.wall_offset_ns = (int64_t)BOOT_NS;
	sample_procs(s);
	sample_tcp(s);
	sample_icmp(s);
	sample_dns(s);
	sample_packets(s);

	struct row any = { .model = &s->model, .proc = s->owner.proc };
	for (int i = 0; i < SAMPLE_ROWS; i++)
		s->row[i] = any;
	s->row[FLOW].kind = s->row[LISTENER].kind = ROW_FLOW;
	s->row[FLOW].flow = &s->flow;
	s->row[LISTENER].flow = &s->listener;
	s->row[LISTENER].proc = NULL;
	s->row[SERIES].kind = ROW_SERIES;
	s->row[SERIES].series = &s->series;
	s->row[PING].kind = ROW_PING;
	s->row[PING].ping = &s->ping;
	s->row[ICMP_ERROR].kind = ROW_ICMP_ERROR;
	s->row[ICMP_ERROR].icmp_error = &s->icmp_error;
	s->row[DNS].kind = s->row[DNS_TCP].kind = ROW_DNS;
	s->row[DNS].dns = &s->dns;
	s->row[DNS_TCP].dns = &s->dns_tcp;
	s->row[PROC].kind = ROW_PROC;
	s->row[SYN].kind = s->row[RESPONSE].kind = ROW_PACKET;
	s->row[SYN].packet = &s->syn;
	s->row[RESPONSE].packet = &s->response;
	s->row[SYN].owner = s->row[RESPONSE].owner = &s->owner;
	s->row[SYN].proc = s->row[RESPONSE].proc = NULL;
}

static inline void sample_release(struct sample *s)
{
	model_release(&s->model);
}

#endif
