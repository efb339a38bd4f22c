/* SPDX-License-Identifier: MIT */
/*
 * Reads the classic capture format in both byte orders, with micro- or
 * nanoseconds, and Kuznetzov's variant of it. Source: draft-ietf-opsawg-pcap;
 * the old versions' length fields and the variant: libpcap sf-pcap.c.
 */
#ifndef NX_PCAP_H
#define NX_PCAP_H

#include "core/inbuf.h"
#include "core/packet.h"

/* Bytes that pcap_is() looks at. */
#define PCAP_MAGIC 4

struct pcap {
	bool little; /* the file's numbers are little-endian */
	bool nanoseconds;
	bool modified; /* Kuznetzov's: longer record heads */
	uint16_t minor;
	uint32_t link;
};

bool pcap_is(struct cursor magic);
/* Read the file's head: 0, or negative errno with a message. */
int pcap_head(struct pcap *p, struct inbuf *in, struct errmsg *err);
/* As capfile_next(). */
int pcap_next(struct pcap *p, struct inbuf *in, struct frame *out,
	      struct errmsg *err);
/* 0, or -ENOTSUP with a message that says which link types can be read. */
int pcap_link(uint32_t link, const struct inbuf *in, struct errmsg *err);

#endif
