/* SPDX-License-Identifier: MIT */
#include "core/pcapng.h"

#include <errno.h>
#include <stdlib.h>

#include "core/capfile.h"
#include "core/pcap.h"
#include "core/text.h"

#define NS_PER_S 1000000000ull

/* Type and length before a block's body, the length again after it. */
enum { BLOCK_HEAD = 8, BLOCK_TAIL = 4, BLOCK_MIN = BLOCK_HEAD + BLOCK_TAIL };

int pcapng_init(struct pcapng *p)
{
	*p = (struct pcapng){ .interface_room = 4 };
	p->interface = calloc(p->interface_room, sizeof(*p->interface));
	return p->interface ? 0 : -ENOMEM;
}

void pcapng_release(struct pcapng *p)
{
	free(p->interface);
	p->interface = NULL;
}

bool pcapng_is(struct cursor magic)
{
	return cursor_u32(&magic) == PCAPNG_SECTION;
}

static uint32_t take32(const struct pcapng *p, struct cursor *c)
{
	uint32_t n = cursor_u32(c);

	return p->little ? __builtin_bswap32(n) : n;
}

static uint16_t take16(const struct pcapng *p, struct cursor *c)
{
	uint16_t n = cursor_u16(c);

	return p->little ? __builtin_bswap16(n) : n;
}

static uint64_t take64(const struct pcapng *p, struct cursor *c)
{
	uint64_t first = take32(p, c), second = take32(p, c);

	return p->little ? second << 32 | first : first << 32 | second;
}

/* Bytes are padded to 32 bits: section 3.1. */
static void take_padding(struct cursor *c, size_t len)
{
	size_t pad = (4 - len % 4) % 4;

	cursor_skip(c, pad < cursor_left(c) ? pad : cursor_left(c));
}

/*
 * The next option of a block (section 3.5): false at the end of the options,
 * and where they are damaged, which costs them alone, not the packet.
 */
static bool take_option(const struct pcapng *p, struct cursor *c,
			uint16_t *code, struct span *value)
{
	if (cursor_left(c) < 4)
		return false;
	*code = take16(p, c);
	uint16_t len = take16(p, c);
	if (*code == PCAPNG_END)
		return false;
	*value = cursor_span(c, len);
	take_padding(c, len);
	return !c->failed;
}

/* n * 10^9 / 10^exponent, without overflow but for times past 2554. */
static uint64_t decimal_ns(uint64_t n, unsigned exponent)
{
	for (; exponent < 9; exponent++)
		if (__builtin_mul_overflow(n, 10u, &n))
			return UINT64_MAX;
	for (; exponent > 9 && n; exponent--)
		n /= 10;
	return n;
}

static uint64_t binary_ns(uint64_t n, unsigned exponent)
{
	unsigned __int128 ns = (unsigned __int128)n * NS_PER_S >> exponent;

	return ns > UINT64_MAX ? UINT64_MAX : (uint64_t)ns;
}

/* A time of this interface as ns since the epoch. Sections 4.2 and 4.3. */
static uint64_t time_of(const struct pcapng_interface *i, uint64_t units)
{
	unsigned exponent = i->resolution & 0x7f;
	uint64_t ns = i->resolution & 0x80 ? binary_ns(units, exponent) :
					     decimal_ns(units, exponent);
	__int128 moved = (__int128)ns + (__int128)i->offset_s * NS_PER_S;

	if (moved < 0)
		return 0;
	return moved > UINT64_MAX ? UINT64_MAX : (uint64_t)moved;
}

/* A section head, whose own byte order is said behind its length. */
static int begin_section(struct pcapng *p, struct inbuf *in, struct cursor c,
			 struct errmsg *err)
{
	cursor_skip(&c, 4);
	uint16_t major = take16(p, &c);
	uint16_t minor = take16(p, &c);
	if (c.failed)
		return inbuf_error(in, err, -EBADMSG,
				   "the section head is too short");
	if (major != 1)
		return inbuf_error(in, err, -ENOTSUP,
				   "pcapng version %u.%u, but only 1 is known",
				   major, minor);
	p->begun = true;
	p->interfaces = 0;
	return 0;
}

static int make_room(struct pcapng *p, struct inbuf *in, struct errmsg *err)
{
	if (p->interfaces < p->interface_room)
		return 0;
	if (p->interfaces == PCAPNG_INTERFACES)
		return inbuf_error(in, err, -ENOTSUP,
				   "more than %d interfaces in a section",
				   PCAPNG_INTERFACES);
	void *more = realloc(p->interface, 2 * p->interface_room *
						   sizeof(*p->interface));
	if (!more)
		return errmsg_set(err, -ENOMEM, "out of memory");
	p->interface = more;
	p->interface_room *= 2;
	return 0;
}

static int add_interface(struct pcapng *p, struct inbuf *in, struct cursor c,
			 struct errmsg *err)
{
	int rc = make_room(p, in, err);
	if (rc < 0)
		return rc;
	struct pcapng_interface *i = &p->interface[p->interfaces];
	*i = (struct pcapng_interface){ .resolution = 6, .name = "any" };
	i->link = take16(p, &c);
	cursor_skip(&c, 2);
	i->snap = take32(p, &c);
	if (c.failed)
		return inbuf_error(in, err, -EBADMSG,
				   "the interface block is too short");
	uint16_t code;
	struct span value;
	struct capnote note;
	while (take_option(p, &c, &code, &value)) {
		struct cursor v = cursor_of(value.data, value.len);
		if (code == PCAPNG_IF_NAME && value.len)
			text_clean(i->name, sizeof(i->name), value.data,
				   value.len, false);
		if (code == PCAPNG_IF_TSRESOL && value.len == 1)
			i->resolution = cursor_u8(&v);
		if (code == PCAPNG_IF_TSOFFSET && value.len == 8)
			i->offset_s = (int64_t)take64(p, &v);
		if (code == PCAPNG_COMMENT && capnote_read(&note, value)) {
			i->netns = (uint32_t)note.netns;
			i->ifindex = (uint32_t)note.ifindex;
		}
	}
	p->interfaces++;
	return 0;
}

/* epb_flags (section 4.3.1) and our note. */
static void take_packet_options(struct pcapng *p, struct cursor *c,
				struct frame *out)
{
	uint16_t code;
	struct span value;

	while (take_option(p, c, &code, &value)) {
		struct cursor v = cursor_of(value.data, value.len);
		if (code == PCAPNG_FLAGS && value.len == 4) {
			/* 1 inbound, 2 outbound: as enum event_direction. */
			uint32_t direction = take32(p, &v) & 3;
			out->direction = direction == 3 ? EVENT_UNKNOWN :
							  (uint8_t)direction;
		}
		if (code == PCAPNG_COMMENT && !p->noted)
			p->noted = capnote_read(&p->note, value);
	}
	if (!p->noted)
		return;
	const struct capnote *n = &p->note;
	out->live = n->at_socket;
	out->how = n->how;
	out->drop = n->drop[0] ? n->drop : NULL;
	out->flags = (uint8_t)n->flags;
	out->pid = (uint32_t)n->pid;
	out->tid = (uint32_t)n->tid;
	out->ns_tid = (uint32_t)n->ns_tid;
	out->start_ns = n->start_ns;
	out->cookie = n->cookie;
	out->cpu = (uint32_t)n->cpu;
	if (n->netns)
		out->netns = (uint32_t)n->netns;
	if (n->ifindex)
		out->ifindex = (uint32_t)n->ifindex;
}

/* What the three packet blocks have in common, before their data. */
struct packet_head {
	size_t interface;
	bool timed;
	uint64_t units;
	uint32_t kept, wire;
};

static struct packet_head take_packet_head(const struct pcapng *p,
					   uint32_t type, struct cursor *c)
{
	struct packet_head h = { .timed = type != PCAPNG_SIMPLE_PACKET };

	if (type == PCAPNG_SIMPLE_PACKET) {
		h.wire = take32(p, c);
		uint32_t snap = p->interface[0].snap;
		h.kept = snap && snap < h.wire ? snap : h.wire;
		return h;
	}
	if (type == PCAPNG_OBSOLETE_PACKET) {
		h.interface = take16(p, c);
		cursor_skip(c, 2); /* drops */
	} else {
		h.interface = take32(p, c);
	}
	h.units = (uint64_t)take32(p, c) << 32;
	h.units |= take32(p, c);
	h.kept = take32(p, c);
	h.wire = take32(p, c);
	return h;
}

/* 1: *out is filled; else negative errno. */
static int take_packet(struct pcapng *p, struct inbuf *in, uint32_t type,
		       struct cursor c, struct frame *out, struct errmsg *err)
{
	struct packet_head h = take_packet_head(p, type, &c);

	if (c.failed)
		return inbuf_error(in, err, -EBADMSG,
				   "the packet block is too short");
	if (h.interface >= p->interfaces)
		return inbuf_error(in, err, -EBADMSG,
				   "a packet of interface %zu of %zu",
				   h.interface, p->interfaces);
	if (h.kept > CAPFILE_FRAME_MAX)
		return inbuf_error(in, err, -EBADMSG,
				   "a packet of %u bytes, more than %u",
				   h.kept, CAPFILE_FRAME_MAX);
	const struct pcapng_interface *i = &p->interface[h.interface];
	*out = (struct frame){
		.data = cursor_span(&c, h.kept),
		.wire_len = h.wire < h.kept ? h.kept : h.wire,
		.link = i->link,
		.ifname = i->name,
		.netns = i->netns,
		.ifindex = i->ifindex,
	};
	if (c.failed)
		return inbuf_error(in, err, -EBADMSG,
				   "a packet of %u bytes is longer than its block",
				   h.kept);
	/* What came by other interfaces is good: this is told at the end. */
	if (!p->foreign.code)
		pcap_link(i->link, in, &p->foreign);
	take_padding(&c, h.kept);
	if (h.timed)
		p->time_ns = time_of(i, h.units);
	out->time_ns = p->time_ns;
	if (type != PCAPNG_SIMPLE_PACKET)
		take_packet_options(p, &c, out);
	return 1;
}

/*
 * Make a block's head ready: 1, 0 at the end of the file, or negative errno.
 * *len: of the whole block.
 */
static int need_head(struct pcapng *p, struct inbuf *in, uint32_t *type,
		     uint32_t *len, struct errmsg *err)
{
	int rc = inbuf_need(in, BLOCK_HEAD);
	if (rc == 0 && inbuf_ended(in))
		return 0;
	if (rc > 0) {
		struct cursor c = inbuf_peek(in, BLOCK_HEAD);
		*type = take32(p, &c);
		*len = take32(p, &c);
		if (*type == PCAPNG_SECTION)
			rc = inbuf_need(in, BLOCK_MIN);
	}
	if (rc <= 0)
		return inbuf_short(in, err, rc, "the block");
	if (*type == PCAPNG_SECTION) {
		struct cursor c = inbuf_peek(in, BLOCK_MIN);
		cursor_skip(&c, BLOCK_HEAD);
		uint32_t order = cursor_u32(&c);
		if (order != PCAPNG_BYTE_ORDER &&
		    __builtin_bswap32(order) != PCAPNG_BYTE_ORDER)
			return inbuf_error(in, err, -EBADMSG,
					   "a section of no known byte order");
		p->little = order != PCAPNG_BYTE_ORDER;
		c = inbuf_peek(in, BLOCK_HEAD);
		cursor_skip(&c, 4);
		*len = take32(p, &c);
	}
	if (*len < BLOCK_MIN || *len % 4)
		return inbuf_error(in, err, -EBADMSG, "a block of %u bytes",
				   *len);
	return 1;
}

static bool is_read(uint32_t type)
{
	return type == PCAPNG_SECTION || type == PCAPNG_INTERFACE ||
	       type == PCAPNG_PACKET || type == PCAPNG_SIMPLE_PACKET ||
	       type == PCAPNG_OBSOLETE_PACKET;
}

/* One whole block of len bytes. 1: it was a packet, 0: another, or negative errno. */
static int take_block(struct pcapng *p, struct inbuf *in, uint32_t type,
		      uint32_t len, struct frame *out, struct errmsg *err)
{
	struct cursor c = inbuf_peek(in, len);

	cursor_skip(&c, len - BLOCK_TAIL);
	uint32_t again = take32(p, &c);
	if (again != len)
		return inbuf_error(in, err, -EBADMSG,
				   "a block of %u bytes that ends as one of %u",
				   len, again);
	c = inbuf_peek(in, len - BLOCK_TAIL);
	cursor_skip(&c, BLOCK_HEAD);
	if (type == PCAPNG_SECTION)
		return begin_section(p, in, c, err);
	if (!is_read(type))
		return 0;
	if (!p->begun)
		return inbuf_error(in, err, -EBADMSG, "a block of no section");
	if (type == PCAPNG_INTERFACE)
		return add_interface(p, in, c, err);
	return take_packet(p, in, type, c, out, err);
}

/* At the end of the file. */
static int told_late(const struct pcapng *p, struct errmsg *err)
{
	if (p->foreign.code && err)
		*err = p->foreign;
	return p->foreign.code;
}

int pcapng_next(struct pcapng *p, struct inbuf *in, struct frame *out,
		struct errmsg *err)
{
	p->noted = false;
	for (;;) { /* each turn steps over a block, or returns */
		uint32_t type = 0, len = 0;
		int rc = need_head(p, in, &type, &len, err);
		if (rc == 0)
			return told_late(p, err);
		if (rc < 0)
			return rc;
		if (len > INBUF_SIZE && is_read(type))
			return inbuf_error(in, err, -EBADMSG,
					   "a block of %u bytes, more than %zu",
					   len, INBUF_SIZE);
		if (len > INBUF_SIZE) {
			inbuf_skip(in, len);
			continue;
		}
		rc = inbuf_need(in, len);
		if (rc <= 0)
			return inbuf_short(in, err, rc, "the block");
		rc = take_block(p, in, type, len, out, err);
		if (rc < 0)
			return rc;
		inbuf_skip(in, len);
		if (rc > 0)
			return 1;
	}
}
