/* SPDX-License-Identifier: MIT */
/*
 * Makes small capture files for the tests, packet by packet, always the same
 * bytes. Addresses are text: "10.0.0.5:443", "[2001:db8::1]:443", and without
 * a port "10.0.0.5", "2001:db8::1". Wrong use ends the program.
 */
#ifndef NX_TEST_MKCAP_H
#define NX_TEST_MKCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/capfile.h"

enum mkcap_format { MKCAP_PCAP, MKCAP_PCAPNG /* as our recordings are */ };

struct mkcap {
	uint8_t *bytes; /* the file so far; freed by mkcap_release() */
	size_t len;
	enum mkcap_format format;
	uint32_t link; /* enum link_type */
	uint64_t now_ns; /* of the next packet, since the epoch */
	size_t snap; /* bytes kept of each packet; 0: all */
	uint16_t vlan[2]; /* tags of the next packets, outermost first; 0: none */
	uint16_t ip_id;
	bool full; /* the next segments have a window of 0 */
	bool fast_open; /* the next SYNs have a cookie, RFC 7413 4.1.1 */
	uint8_t hops; /* TTL or hop limit of the next packets; 0: 64 */
	size_t piece; /* bytes of each fragment of the next packets; 0: whole */
	bool backwards; /* the last fragment comes first */
	/* IPv4 options of the next packets, a multiple of 4 bytes. */
	uint8_t options[40];
	size_t options_len;
	/* What goes before the transport header of the next IPv6 packet. */
	uint8_t extension[128];
	size_t extension_len;
	uint8_t extension_first; /* its IP protocol number */
	/* Of the next packets in a recording. */
	struct frame owner;
	const struct proc *proc;
	struct capfile_writer writer;
	/* If set, packets go there instead of into the file. */
	void (*sink)(struct mkcap *c, const void *bytes, size_t len);
	void *ctx;
};

void mkcap_start(struct mkcap *c, enum mkcap_format format, uint32_t link);
void mkcap_release(struct mkcap *c);
void mkcap_wait(struct mkcap *c, uint64_t us);
/* One packet from its IP header on; the link header is made for it. */
void mkcap_ip(struct mkcap *c, bool ip6, const void *bytes, size_t len);
/* Bytes as they are, link header and all; wire_len 0: as many. */
void mkcap_raw(struct mkcap *c, const void *bytes, size_t len, size_t wire_len);

/* flags: enum tcp_flag; a SYN has the options that Linux sends. */
void mkcap_tcp(struct mkcap *c, const char *from, const char *to,
	       unsigned flags, uint32_t seq, uint32_t ack, const char *payload);
/* The same with any bytes as its payload. */
void mkcap_segment(struct mkcap *c, const char *from, const char *to,
		   unsigned flags, uint32_t seq, uint32_t ack,
		   const void *payload, size_t len);
void mkcap_udp(struct mkcap *c, const char *from, const char *to,
	       const void *payload, size_t len);
/* ICMP or ICMPv6; rest: octets 4 to 7. */
void mkcap_icmp(struct mkcap *c, const char *from, const char *to,
		unsigned type, unsigned code, uint32_t rest,
		const void *payload, size_t len);
/* An echo request or reply with 56 bytes of data, as ping sends. */
void mkcap_echo(struct mkcap *c, const char *from, const char *to, bool reply,
		uint16_t id, uint16_t seq);
/* The packet that was made last, from its IP header on: what an error quotes. */
size_t mkcap_last_ip(const struct mkcap *c, uint8_t *bytes, size_t size);

/* A TCP connection that keeps count. */
struct mkconn {
	struct mkcap *cap;
	const char *client, *server;
	uint32_t client_seq, server_seq;
};

/* From the client or the server; counts the bytes, and SYN and FIN as one. */
void mkconn_send(struct mkconn *t, bool from_server, unsigned flags,
		 const char *payload);
/* SYN, SYN-ACK, ACK, each `us` after the one before. */
void mkconn_open(struct mkconn *t, uint64_t us);
/* The same segment once more. */
void mkconn_again(struct mkconn *t, bool from_server, unsigned flags,
		  const char *payload);

/* A DNS message. */
struct mkdns {
	uint8_t bytes[1400];
	size_t len;
};

enum { MKDNS_QUERY = 0x0100, MKDNS_ANSWER = 0x8180, MKDNS_AUTHORITATIVE = 0x8580 };

void mkdns_start(struct mkdns *d, uint16_t id, unsigned flags);
/* Names as in "www.example.org"; "@12" is a pointer to offset 12. */
void mkdns_question(struct mkdns *d, const char *name, unsigned type);
/* data: its bytes; section: enum dns_section. */
void mkdns_record(struct mkdns *d, unsigned section, const char *name,
		  unsigned type, unsigned class, uint32_t ttl,
		  const void *data, size_t len);
/* A record of class IN whose data is an address. */
void mkdns_address(struct mkdns *d, const char *name, uint32_t ttl,
		   const char *address);
/* One whose data is `before` bytes of numbers and then a name. */
void mkdns_name(struct mkdns *d, unsigned section, const char *name,
		unsigned type, uint32_t ttl, const void *before,
		size_t before_len, const char *target);
void mkdns_send(struct mkcap *c, const struct mkdns *d, const char *from,
		const char *to);
/* A query with one question. */
void mkdns_ask(struct mkcap *c, const char *from, const char *to, uint16_t id,
	       const char *name, unsigned type);

#endif
