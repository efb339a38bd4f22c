/* SPDX-License-Identifier: MIT */
#include "core/ingest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/happen.h"
#include "core/hash.h"
#include "tests/traffic.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* 10.0.0.1:40000 > 10.0.0.2:80, SYN, no options; checksums are not judged. */
static const uint8_t syn[] = {
	0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	0x9c, 0x40, 0, 80, 0, 0, 3, 0xe8, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0,
	0, 0,
};

static struct model m;
static struct ingest in;

/* What the listener was told last. */
static struct {
	unsigned calls;
	struct frame frame;
	char ifname[80];
	uint32_t has;
	uint32_t pid;
	uint8_t status;
} heard;

static void on_packet(void *ctx, const struct packet *p, const struct owner *o)
{
	assert_ptr_equal(ctx, &heard);
	heard.calls++;
	heard.frame = *p->frame;
	assert_true(strlen(p->frame->ifname) < sizeof(heard.ifname));
	memcpy(heard.ifname, p->frame->ifname, strlen(p->frame->ifname) + 1);
	heard.has = p->has;
	heard.status = (uint8_t)p->status;
	heard.pid = o->proc ? o->proc->key.pid : 0;
}

static void begin(bool live)
{
	assert_int_equal(model_init(&m, live, NULL, 1, NULL), 0);
	in = (struct ingest){ .model = &m, .on_packet = on_packet, .ctx = &heard };
	memset(&heard, 0, sizeof(heard));
}

static struct event_packet packet_head(void)
{
	return (struct event_packet){
		.head = { .time_ns = SECOND,
			  .type = EVENT_PACKET,
			  .how = EVENT_HOW_CURRENT,
			  .direction = EVENT_EGRESS,
			  .pid = 100,
			  .tid = 101,
			  .ns_tid = 7,
			  .start_ns = 5,
			  .cookie = 9,
			  .netns = 3,
			  .cpu = 2 },
		.ifindex = 4,
		.wire_len = sizeof(syn),
		.data_len = sizeof(syn),
		.ifname = "eth0",
	};
}

static void test_packet(void **state)
{
	(void)state;
	uint8_t record[sizeof(struct event_packet) + sizeof(syn) + 1];
	struct event_packet e = packet_head();

	begin(true);
	memcpy(record + 1, &e, sizeof(e)); /* it need not be aligned */
	memcpy(record + 1 + sizeof(e), syn, sizeof(syn));
	ingest_event(&in, record + 1, sizeof(record) - 1);
	ingest_event(&in, record + 1, sizeof(record) - 1);
	assert_int_equal(heard.calls, 2);
	assert_int_equal(heard.frame.number, 2);
	assert_int_equal(heard.frame.link, LINK_RAW);
	assert_true(heard.frame.live);
	assert_int_equal(heard.frame.tid, 101);
	assert_int_equal(heard.frame.ns_tid, 7);
	assert_int_equal(heard.frame.netns, 3);
	assert_int_equal(heard.frame.ifindex, 4);
	assert_int_equal(heard.frame.cpu, 2);
	assert_string_equal(heard.ifname, "eth0");
	assert_int_equal(heard.has, PACKET_IP4 | PACKET_TCP);
	assert_int_equal(heard.status, PACKET_OK);
	assert_int_equal(heard.pid, 100);
	assert_int_equal(m.counters.events, 2);
	assert_int_equal(m.counters.packets, 2);
	assert_int_equal(m.counters.bytes_out, 2 * sizeof(syn));
	assert_int_equal(m.counters.bad_records, 0);
	const struct flow *f = table_first(&m.flows);
	assert_int_equal(f->key.local_port, 40000);
	assert_int_equal(f->syn_count, 2);
	assert_int_equal(f->state, FLOW_SYN_SENT);
	model_release(&m);
}

/* The kernel gives a number; capture knows its name. */
static void test_drop(void **state)
{
	(void)state;
	static const char *const names[] = { NULL, "NO_SOCKET", NULL };
	static const struct {
		const char *label;
		uint16_t reason;
		size_t count;
		const char *want;
	} claims[] = {
		{ "not dropped", 0, 3, NULL },
		{ "a reason", 1, 3, "NO_SOCKET" },
		{ "without a name", 2, 3, NULL },
		{ "behind the last", 3, 3, NULL },
		{ "the greatest", UINT16_MAX, 3, NULL },
		{ "no names are known", 1, 0, NULL },
	};

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		uint8_t record[sizeof(struct event_packet) + sizeof(syn)];
		struct event_packet e = packet_head();

		begin(true);
		in.drops = claims[i].count ? names : NULL;
		in.drops_count = claims[i].count;
		e.drop_reason = claims[i].reason;
		memcpy(record, &e, sizeof(e));
		memcpy(record + sizeof(e), syn, sizeof(syn));
		ingest_event(&in, record, sizeof(record));
		assert_int_equal(heard.calls, 1);
		if (heard.frame.drop != claims[i].want &&
		    (!heard.frame.drop || !claims[i].want ||
		     strcmp(heard.frame.drop, claims[i].want)))
			fail_msg("%s: %s", claims[i].label,
				 heard.frame.drop ? heard.frame.drop : "none");
		model_release(&m);
	}
}

static const struct name_claim {
	const char *label;
	char name[EVENT_IFNAME];
	const char *want;
} names[] = {
	{ "none", "", "any" },
	{ "plain", "eth0", "eth0" },
	{ "without NUL", { 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k',
			   'l', 'm', 'n', 'o', 'p' }, "abcdefghijklmnop" },
	{ "escapes", "\033[2J", "\\027[2J" },
	{ "all of it escapes", { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
	  "\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001" },
};

static void test_interface(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		uint8_t record[sizeof(struct event_packet) + sizeof(syn)];
		struct event_packet e = packet_head();

		begin(true);
		memcpy(e.ifname, names[i].name, EVENT_IFNAME);
		memcpy(record, &e, sizeof(e));
		memcpy(record + sizeof(e), syn, sizeof(syn));
		ingest_event(&in, record, sizeof(record));
		if (strcmp(heard.ifname, names[i].want) != 0)
			fail_msg("%s: %s", names[i].label, heard.ifname);
		model_release(&m);
	}
}

/* A record that contradicts event.h: a change, and whether it is bad then. */
static const struct record_claim {
	const char *label;
	size_t at, len; /* bytes that are set to `value` (little-endian) */
	uint64_t value;
	size_t size; /* of the record; 0: as it is */
	bool bad;
} records[] = {
	{ "good", 0, 0, 0, 0, false },
	{ "nothing", 0, 0, 0, 1, true },
	{ "head cut", 0, 0, 0, 47, true },
	{ "packet head cut", 0, 0, 0, 79, true },
	{ "bytes cut", 0, 0, 0, sizeof(struct event_packet) + 39, true },
	{ "bytes behind it", 0, 0, 0, sizeof(struct event_packet) + 41, false },
	{ "no type", offsetof(struct event, type), 1, 0, 0, true },
	{ "unknown type", offsetof(struct event, type), 1, EVENT_TYPES, 0, true },
	{ "unknown how", offsetof(struct event, how), 1, EVENT_HOW_JOINED, 0, true },
	{ "unknown direction", offsetof(struct event, direction), 1, 3, 0, true },
	{ "no direction", offsetof(struct event, direction), 1, 0, 0, true },
	{ "more bytes than the packet had", offsetof(struct event_packet, wire_len), 4, 39, 0, true },
	{ "more bytes than there are", offsetof(struct event_packet, data_len), 4, 41, 0, true },
	{ "far more bytes", offsetof(struct event_packet, data_len), 4, 0xffffffff, 0, true },
	{ "a GSO packet", offsetof(struct event_packet, wire_len), 4, 70000, 0, false },
	{ "without bytes", offsetof(struct event_packet, data_len), 4, 0, 0, false },
};

static void test_bad_packets(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(records); i++) {
		const struct record_claim *c = &records[i];
		struct event_packet e = packet_head();
		size_t size = sizeof(e) + sizeof(syn);
		uint8_t *record = calloc(1, size + 1);

		begin(true);
		memcpy(record, &e, sizeof(e));
		memcpy(record + sizeof(e), syn, sizeof(syn));
		memcpy(record + c->at, &c->value, c->len);
		size = c->size ? c->size : size;
		uint8_t *exact = malloc(size);
		memcpy(exact, record, size); /* so that a sanitizer sees an overrun */
		ingest_event(&in, exact, size);
		if (m.counters.bad_records != c->bad ||
		    heard.calls != !c->bad || m.counters.events != 1)
			fail_msg("%s: %u bad, %u heard", c->label,
				 (unsigned)m.counters.bad_records, heard.calls);
		model_release(&m);
		free(exact);
		free(record);
	}
}

static void test_other_records(void **state)
{
	(void)state;
	struct event_proc proc = { .head = { .type = EVENT_PROC, .pid = 100,
					     .start_ns = 5 },
				   .comm = "curl", .exe = "/usr/bin/curl",
				   .exe_len = 13 };
	struct event_proc_exit gone = { .head = { .type = EVENT_EXIT, .pid = 100,
						  .start_ns = 5, .time_ns = 9 } };
	struct event_socket socket = socket_event(EVENT_STATE, 9, SECOND,
						  TCP_CLOSE, TCP_LISTEN);

	begin(true);
	ingest_event(&in, &proc, sizeof(proc));
	const struct proc *p = proc_find(&m.procs, 100, 5);
	assert_string_equal(p->exe, "/usr/bin/curl");
	ingest_event(&in, &gone, sizeof(gone));
	assert_int_equal(p->exit_ns, 9);
	socket_ends(&socket, "0.0.0.0", 80, "0.0.0.0", 0);
	ingest_event(&in, &socket, sizeof(socket));
	assert_int_equal(m.flows.count, 1);
	assert_int_equal(m.counters.bad_records, 0);
	assert_int_equal(m.counters.events, 3);

	ingest_event(&in, &proc, sizeof(proc) - 1);
	ingest_event(&in, &gone, sizeof(gone) - 1);
	ingest_event(&in, &socket, sizeof(socket) - 1);
	proc.exe_len = EVENT_EXE + 1;
	ingest_event(&in, &proc, sizeof(proc));
	proc.exe_len = 0;
	proc.args_len = EVENT_ARGS + 1;
	ingest_event(&in, &proc, sizeof(proc));
	proc.args_len = 0;
	proc.head.pid = 0;
	ingest_event(&in, &proc, sizeof(proc));
	socket.family = 5;
	ingest_event(&in, &socket, sizeof(socket));
	assert_int_equal(m.counters.bad_records, 7);
	assert_int_equal(m.flows.count, 1);
	assert_int_equal(heard.calls, 0);
	model_release(&m);
}

static void test_frame(void **state)
{
	(void)state;
	struct frame frame = { .number = 41, .data = { syn, sizeof(syn) },
			       .wire_len = sizeof(syn), .link = LINK_RAW,
			       .ifname = "any" };

	begin(false);
	ingest_frame(&in, &frame); /* without a time */
	assert_int_equal(heard.frame.number, 41);
	assert_int_equal(m.counters.packets, 1);
	const struct flow *f = table_first(&m.flows);
	assert_true(f->syn_ns != 0);
	assert_false(m.live);
	/* A recording of ours: a packet at a socket. */
	frame.live = true;
	frame.netns = 3;
	frame.direction = EVENT_EGRESS;
	frame.pid = 100;
	frame.how = EVENT_HOW_CURRENT;
	frame.time_ns = SECOND;
	ingest_frame(&in, &frame);
	assert_true(m.live);
	f = table_last(&m.flows);
	assert_int_equal(f->direction, FLOW_OUTGOING);
	assert_int_equal(f->proc.pid, 100);
	/* What is not IP is counted as that. */
	frame.data.len = 0;
	ingest_frame(&in, &frame);
	assert_int_equal(m.counters.not_ip, 1);
	model_release(&m);
}

enum { TURNS = 60000 };

/* Of each connection each thing is told once, and its end last. */
static void on_happening(void *ctx, const struct happening *h)
{
	uint16_t *told = ctx;

	if (!h->flow || h->kind == HAPPEN_SEND || h->kind == HAPPEN_RECV ||
	    h->kind == HAPPEN_RETRANSMIT)
		return;
	assert_true(h->flow->id <= TURNS);
	if (told[h->flow->id] & (1u << h->kind | 1u << HAPPEN_END))
		fail_msg("flow %u: %d told again, or after its end",
			 (unsigned)h->flow->id, h->kind);
	told[h->flow->id] |= (uint16_t)(1u << h->kind);
}

/* Whatever bytes come: no crash, and each record is counted once. */
static void test_noise(void **state)
{
	(void)state;
	static uint16_t told[TURNS + 1];
	uint64_t rng = 5, begun = 0, open = 0;
	struct happen *happen;

	begin(true);
	assert_int_equal(happen_new(&happen, on_happening, told, 65536, 1), 0);
	m.happen = happen;
	for (unsigned turn = 1; turn <= TURNS; turn++) {
		union {
			uint8_t bytes[1024];
			struct event_packet packet;
			struct event_socket socket;
		} r;
		uint64_t x = hash_next(&rng);
		size_t size = sizeof(struct event_packet) + sizeof(syn);

		memset(&r, 0, sizeof(r));
		r.packet = packet_head();
		memcpy(r.bytes + sizeof(struct event_packet), syn, sizeof(syn));
		r.packet.head.time_ns += turn * 1000000u;
		if (x & 1) { /* few values, so that they meet */
			r.socket.head.type = (uint8_t)(EVENT_OWNER +
				x / 2 % (EVENT_TYPES - EVENT_OWNER));
			r.socket.head.cookie = x / 16 % 32;
			r.socket.family = x & 64 ? 4 : 6;
			r.socket.protocol = IPPROTO_TCP;
			r.socket.old_state = (uint8_t)(x / 128 % 13);
			r.socket.new_state = (uint8_t)(x / 2048 % 13);
			r.socket.local_port = x & 1 << 20 ? 40000 : 0;
			r.socket.remote_port = 80;
			memcpy(r.socket.local, syn + 12, 4);
			memcpy(r.socket.remote, syn + 16, 4);
			size = sizeof(r.socket);
		} else {
			r.packet.head.direction = (uint8_t)(1 + (x >> 21 & 1));
			r.packet.head.cookie = x / 16 % 32;
			r.packet.head.flags = (uint8_t)(x >> 26 & 11);
			r.bytes[sizeof(struct event_packet) + 33] = (uint8_t)(x >> 40 & 31);
			r.bytes[sizeof(struct event_packet) + 27] = (uint8_t)(x >> 45 & 3);
		}
		if ((x >> 50 & 7) == 0) {
			uint64_t at = hash_next(&rng);
			r.bytes[at % size] = (uint8_t)(at >> 32);
		}
		if ((x >> 53 & 63) == 0)
			size = hash_next(&rng) % size;
		ingest_event(&in, r.bytes, size);
	}
	assert_int_equal(m.counters.events, TURNS);
	assert_true(m.counters.bad_records > 100);
	/* Each connection that began is in one counter, or goes on. */
	uint64_t alive = 0;
	for (const struct flow *f = table_first(&m.flows); f;
	     f = table_next(&m.flows, f)) {
		if (f->end_ns && f->end_ns < f->first_ns)
			fail_msg("flow %u ends before it begins", (unsigned)f->id);
		alive += f->seen & FLOW_SAW_BEGINNING &&
			 (f->state == FLOW_SYN_SENT || f->state == FLOW_OPEN ||
			  f->state == FLOW_SYN_RECEIVED ||
			  f->state == FLOW_LISTENING);
	}
	assert_int_equal(m.flows.evicted, 0);
	assert_int_equal(m.counters.tcp_begun,
			 alive + m.counters.tcp_refused + m.counters.tcp_reset +
				 m.counters.tcp_unanswered + m.counters.tcp_failed +
				 m.counters.tcp_ended);
	model_finish(&m);
	for (const struct flow *f = table_first(&m.flows); f;
	     f = table_next(&m.flows, f)) {
		begun += told[f->id] >> HAPPEN_BEGIN & 1;
		open += f->open_ns != 0;
	}
	assert_true(begun > 100);
	assert_int_equal(begun, open);
	model_release(&m);
	happen_free(happen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packet),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_interface),
		cmocka_unit_test(test_bad_packets),
		cmocka_unit_test(test_other_records),
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
