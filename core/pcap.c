/* SPDX-License-Identifier: MIT */
#include "core/pcap.h"

#include <errno.h>

#include "bpf/event.h"
#include "core/capfile.h"

#define NS_PER_S 1000000000ull

enum { FILE_HEAD = 24, RECORD_HEAD = 16, MODIFIED_HEAD = 24 };

static const struct variant {
	uint32_t magic; /* as the writer's byte order reads it */
	bool nanoseconds, modified;
} variants[] = {
	{ 0xa1b2c3d4, false, false },
	{ 0xa1b23c4d, true, false },
	{ 0xa1b2cd34, false, true },
};

static const struct variant *variant_of(uint32_t magic)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (variants[i].magic == magic)
			return &variants[i];
	return NULL;
}

bool pcap_is(struct cursor magic)
{
	uint32_t big = cursor_u32(&magic);

	return !magic.failed &&
	       (variant_of(big) || variant_of(__builtin_bswap32(big)));
}

static uint32_t take32(const struct pcap *p, struct cursor *c)
{
	uint32_t n = cursor_u32(c);

	return p->little ? __builtin_bswap32(n) : n;
}

static uint16_t take16(const struct pcap *p, struct cursor *c)
{
	uint16_t n = cursor_u16(c);

	return p->little ? __builtin_bswap16(n) : n;
}

int pcap_head(struct pcap *p, struct inbuf *in, struct errmsg *err)
{
	*p = (struct pcap){ 0 };

	int rc = inbuf_need(in, FILE_HEAD);
	if (rc <= 0)
		return inbuf_short(in, err, rc, "its own head");
	struct cursor c = inbuf_peek(in, FILE_HEAD);
	uint32_t magic = cursor_u32(&c);
	const struct variant *v = variant_of(magic);
	if (!v) {
		p->little = true;
		v = variant_of(__builtin_bswap32(magic));
	}
	if (!v)
		return inbuf_error(in, err, -EBADMSG, "not a capture file");
	p->nanoseconds = v->nanoseconds;
	p->modified = v->modified;

	uint16_t major = take16(p, &c);
	p->minor = take16(p, &c);
	if (major != 2)
		return inbuf_error(in, err, -ENOTSUP,
				   "pcap version %u.%u, but only 2 is known",
				   major, p->minor);
	cursor_skip(&c, 12);
	/* The upper bits say whether frames end with a check sequence. */
	p->link = take32(p, &c) & 0x03ffffff;
	inbuf_skip(in, FILE_HEAD);
	return 0;
}

/* Versions before 2.4 had the lengths the other way round (libpcap). */
static void order_lengths(const struct pcap *p, uint32_t *kept, uint32_t *wire)
{
	if (p->minor < 3 || (p->minor == 3 && *kept > *wire)) {
		uint32_t swap = *kept;
		*kept = *wire;
		*wire = swap;
	}
}

int pcap_link(uint32_t link, const struct inbuf *in, struct errmsg *err)
{
	if (link_type_known(link))
		return 0;
	return inbuf_error(in, err, -ENOTSUP,
			   "a packet of link type %u, which cannot be read (what can: Ethernet, raw IP, Linux SLL, SLL2 and NFLOG, PPP, Cisco HDLC, frame relay, NULL, LOOP, 802.11, radiotap, PPI, PKTAP, FDDI, token ring, IPNET)",
			   link);
}

int pcap_next(struct pcap *p, struct inbuf *in, struct frame *out,
	      struct errmsg *err)
{
	size_t head = p->modified ? MODIFIED_HEAD : RECORD_HEAD;
	int rc = inbuf_need(in, head);
	if (rc == 0 && inbuf_ended(in))
		return 0;
	if (rc <= 0)
		return inbuf_short(in, err, rc, "the packet");

	struct cursor c = inbuf_peek(in, head);
	uint64_t seconds = take32(p, &c);
	uint64_t fraction = take32(p, &c);
	uint32_t kept = take32(p, &c);
	uint32_t wire = take32(p, &c);
	order_lengths(p, &kept, &wire);
	if (kept > CAPFILE_FRAME_MAX)
		return inbuf_error(in, err, -EBADMSG,
				   "a packet of %u bytes, more than %u", kept,
				   CAPFILE_FRAME_MAX);
	rc = inbuf_need(in, head + kept);
	if (rc <= 0)
		return inbuf_short(in, err, rc, "the packet");
	rc = pcap_link(p->link, in, err);
	if (rc < 0)
		return rc;

	*out = (struct frame){
		.time_ns = seconds * NS_PER_S +
			   (p->nanoseconds ? fraction : fraction * 1000),
		.wire_len = wire < kept ? kept : wire,
		.link = p->link,
		.ifname = "any",
	};
	if (p->modified) {
		out->ifindex = take32(p, &c);
		cursor_skip(&c, 2);
		/* PACKET_OUTGOING of linux/if_packet.h; all others came in. */
		out->direction = cursor_u8(&c) == 4 ? EVENT_EGRESS :
						      EVENT_INGRESS;
	}
	c = inbuf_peek(in, head + kept);
	cursor_skip(&c, head);
	out->data = cursor_span(&c, kept);
	inbuf_skip(in, head + kept);
	return 1;
}
