/* SPDX-License-Identifier: MIT */
#include "core/ingest.h"

#include <string.h>

#include "core/text.h"
#include "core/tunnel.h"

static bool head_is_good(const struct event *e)
{
	return e->type >= EVENT_PACKET && e->type < EVENT_TYPES &&
	       e->how < EVENT_HOW_JOINED && e->direction <= EVENT_EGRESS;
}

/* The next DNS message that ends in a segment; false: none. */
static bool next_message(struct ingest *in, struct packet *p)
{
	p->has &= ~(uint32_t)PACKET_DNS;
	if (!streams_next(&in->model->streams, &p->dns))
		return false;
	p->has |= PACKET_DNS;
	packet_judge_dns(p);
	return true;
}

static void hear(struct ingest *in, const struct packet *p,
		 const struct owner *owner)
{
	if (in->on_packet && !p->frame->tunnel)
		in->on_packet(in->ctx, p, owner);
}

/* (The events of a datagram in fragments are those of each as it came.) */
static void take_fragment(struct ingest *in, const struct packet *p,
			  const struct owner *owner)
{
	struct packet whole;

	if (fragments_take(&in->model->fragments, p,
			   in->model->live || p->frame->live, &in->dns_ports,
			   &whole))
		model_whole(in->model, &whole, owner);
}

static void take_frame(struct ingest *in, const struct frame *frame);

/* Of a tunnel in a file, what is inside. (Its events are the outer packet's.) */
static void take_inner(struct ingest *in, const struct packet *p)
{
	struct frame inner;

	if (in->model->live || !tunnel_inner(p, &inner))
		return;
	inner.tunnel = tunnels_number(&in->model->tunnels, p);
	if (inner.tunnel)
		take_frame(in, &inner);
}

static void take_frame(struct ingest *in, const struct frame *frame)
{
	struct packet p;
	struct owner owner;

	in->packets += !frame->tunnel;
	packet_decode(&p, frame, &in->dns_ports);
	if (model_hides(in->model, &p))
		return;
	enum packet_status status = p.status;
	/* What a raw socket gets of a stream is a copy. */
	bool stream = packet_is_dns_stream(&p, &in->dns_ports) &&
		      !(frame->flags & EVENT_RAW);
	if (stream) {
		streams_take(&in->model->streams, &p,
			     in->model->live || frame->live);
		next_message(in, &p);
	}
	model_packet(in->model, &p, &owner);
	hear(in, &p, &owner);
	if (p.has & PACKET_FRAGMENT)
		take_fragment(in, &p, &owner);
	/* Ends: each message has two bytes or more of what was taken. */
	while (stream && p.has & PACKET_DNS) {
		p.status = status; /* of the packet, not of the message before */
		if (!next_message(in, &p))
			break;
		p.message++;
		model_message(in->model, &p, &owner);
		hear(in, &p, &owner);
	}
	take_inner(in, &p);
}

/* The kernel's interface name as text; "any" where it cannot tell. */
static const char *interface_text(const char name[EVENT_IFNAME],
				  char text[4 * EVENT_IFNAME + 1])
{
	size_t len = strnlen(name, EVENT_IFNAME);

	if (len == 0)
		return "any";
	text_clean(text, 4 * EVENT_IFNAME + 1, name, len, false);
	return text;
}

static void give_packet(struct ingest *in, const struct event_packet *e,
			const uint8_t *data)
{
	char ifname[4 * EVENT_IFNAME + 1];
	struct frame frame = {
		.number = in->packets + 1,
		.time_ns = e->head.time_ns,
		.data = { data, e->data_len },
		.wire_len = e->wire_len,
		.link = LINK_RAW,
		.direction = e->head.direction,
		.how = e->head.how,
		.flags = e->head.flags,
		.live = true,
		.pid = e->head.pid,
		.tid = e->head.tid,
		.ns_tid = e->head.ns_tid,
		.start_ns = e->head.start_ns,
		.cookie = e->head.cookie,
		.netns = e->head.netns,
		.ifindex = e->ifindex,
		.cpu = e->head.cpu,
		.ifname = interface_text(e->ifname, ifname),
		.drop = e->drop_reason < in->drops_count ?
				in->drops[e->drop_reason] : NULL,
	};

	take_frame(in, &frame);
}

static void give_due(struct ingest *in, uint64_t now_ns)
{
	struct reads_packet p;

	while (reads_due(&in->model->reads, now_ns, &p))
		give_packet(in, &p.e, p.data);
}

static void make_room(struct ingest *in)
{
	struct reads_packet p;

	while (reads_room(&in->model->reads, &p))
		give_packet(in, &p.e, p.data);
}

static bool take_packet(struct ingest *in, const uint8_t *record, size_t size)
{
	struct event_packet e;

	if (size < sizeof(e))
		return false;
	memcpy(&e, record, sizeof(e));
	if (e.data_len > size - sizeof(e) || e.data_len > EVENT_SNAP_MAX + 1 ||
	    e.data_len > e.wire_len || e.head.direction == EVENT_UNKNOWN)
		return false;
	give_due(in, e.head.time_ns);
	if (e.head.flags & EVENT_UNREAD) {
		make_room(in);
		if (reads_take(&in->model->reads, &e, record))
			return true;
	}
	give_packet(in, &e, record + sizeof(e));
	return true;
}

static bool take_read(struct ingest *in, const void *record, size_t size)
{
	struct reads *r = &in->model->reads;
	struct event_read e;
	struct reads_packet p;

	if (size < sizeof(e))
		return false;
	memcpy(&e, record, sizeof(e));
	if (reads_read(r, &e, &p))
		give_packet(in, &p.e, p.data);
	while (e.all && reads_all(r, &e, &p))
		give_packet(in, &p.e, p.data);
	return true;
}

static bool take_proc(struct ingest *in, const void *record, size_t size)
{
	struct event_proc e;

	if (size < sizeof(e))
		return false;
	memcpy(&e, record, sizeof(e));
	if (e.exe_len > EVENT_EXE || e.args_len > EVENT_ARGS || e.head.pid == 0)
		return false;
	model_event(in->model, &e.head);
	return true;
}

static bool take_exit(struct ingest *in, const void *record, size_t size)
{
	struct event_proc_exit e;

	if (size < sizeof(e))
		return false;
	memcpy(&e, record, sizeof(e));
	model_event(in->model, &e.head);
	return true;
}

static bool take_socket(struct ingest *in, const void *record, size_t size)
{
	struct event_socket e;

	if (size < sizeof(e))
		return false;
	memcpy(&e, record, sizeof(e));
	if (e.family != 0 && e.family != 4 && e.family != 6)
		return false;
	model_event(in->model, &e.head);
	return true;
}

void ingest_event(struct ingest *in, const void *record, size_t size)
{
	struct event head;
	bool good = false;

	in->model->counters.events++;
	if (size >= sizeof(head)) {
		memcpy(&head, record, sizeof(head));
		good = head_is_good(&head);
	}
	if (good) {
		switch (head.type) {
		case EVENT_PACKET:
			good = take_packet(in, record, size);
			break;
		case EVENT_PROC:
			good = take_proc(in, record, size);
			break;
		case EVENT_READ:
			good = take_read(in, record, size);
			break;
		case EVENT_EXIT:
			good = take_exit(in, record, size);
			break;
		default:
			good = take_socket(in, record, size);
		}
	}
	if (!good)
		in->model->counters.bad_records++;
}

void ingest_advance(struct ingest *in, uint64_t now_ns)
{
	give_due(in, now_ns);
	model_advance(in->model, now_ns);
}

void ingest_finish(struct ingest *in)
{
	give_due(in, UINT64_MAX);
	model_finish(in->model);
}

void ingest_frame(struct ingest *in, const struct frame *frame)
{
	struct frame timed = *frame;

	/* Some files have no times; to the model, 0 is "not seen". */
	if (timed.time_ns == 0)
		timed.time_ns = 1;
	in->model->counters.events++;
	take_frame(in, &timed);
}
