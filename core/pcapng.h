/* SPDX-License-Identifier: MIT */
/*
 * Reads pcapng: any number of sections in either byte order, enhanced, simple
 * and obsolete packet blocks, notes of ours; other blocks are passed over.
 * Source: draft-ietf-opsawg-pcapng.
 */
#ifndef NX_PCAPNG_H
#define NX_PCAPNG_H

#include "core/capnote.h"
#include "core/inbuf.h"
#include "core/packet.h"

/* Interfaces of one section; a file with more is refused. */
#define PCAPNG_INTERFACES 4096

enum pcapng_block { /* block types: section 4 */
	PCAPNG_INTERFACE = 1,
	PCAPNG_OBSOLETE_PACKET = 2,
	PCAPNG_SIMPLE_PACKET = 3,
	PCAPNG_PACKET = 6,
	PCAPNG_SECTION = 0x0a0d0d0a, /* reads the same both ways */
};

enum pcapng_option { /* option codes: sections 3.5 and 4 */
	PCAPNG_END = 0,
	PCAPNG_COMMENT = 1,
	PCAPNG_FLAGS = 2, /* of a packet */
	PCAPNG_SHB_HARDWARE = 2,
	PCAPNG_SHB_OS = 3,
	PCAPNG_SHB_APPLICATION = 4,
	PCAPNG_IF_NAME = 2,
	PCAPNG_IF_TSRESOL = 9,
	PCAPNG_IF_TSOFFSET = 14,
};

#define PCAPNG_BYTE_ORDER 0x1a2b3c4du
/* Bytes that pcapng_is() looks at. */
#define PCAPNG_MAGIC 4

struct pcapng_interface {
	uint32_t link, snap; /* snap 0: no limit */
	uint32_t netns, ifindex; /* from our note; 0: not said */
	int64_t offset_s; /* added to times */
	uint8_t resolution; /* if_tsresol */
	char name[32]; /* printable; "any" when not said */
};

struct pcapng {
	bool little; /* byte order of this section */
	bool begun; /* a section head was read */
	size_t interfaces;
	size_t interface_room;
	struct pcapng_interface *interface;
	uint64_t time_ns; /* of the last packet that had one */
	struct errmsg foreign; /* the first packet whose link type nobody knows here */
	/* The note of the packet just returned. */
	bool noted;
	struct capnote note;
};

int pcapng_init(struct pcapng *p); /* 0 or -ENOMEM */
void pcapng_release(struct pcapng *p);
bool pcapng_is(struct cursor magic);
/* As capfile_next(). frame->ifname and frame->drop are valid until the next call. */
int pcapng_next(struct pcapng *p, struct inbuf *in, struct frame *out,
		struct errmsg *err);

#endif
