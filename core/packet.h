/* SPDX-License-Identifier: MIT */
/* From the bytes of one packet to its headers. */
#ifndef NX_PACKET_H
#define NX_PACKET_H

#include "core/address.h"
#include "core/cursor.h"
#include "core/dns.h"

/* LINKTYPE_ values (the registry at tcpdump.org) that packet_decode() reads. */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_TOKEN_RING = 6,
	LINK_PPP = 9,
	LINK_FDDI = 10,
	LINK_RAW_BSD = 12, /* DLT_RAW as some systems wrote it into files */
	LINK_RAW_OPENBSD = 14,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_RAW = 101,
	LINK_C_HDLC = 104,
	LINK_WIFI = 105,
	LINK_ATM_CLIP = 106, /* Linux': nothing before IP */
	LINK_FRAME_RELAY = 107,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_RADIOTAP = 127,
	LINK_PPI = 192,
	LINK_IPNET = 226,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_NFLOG = 239,
	LINK_PKTAP = 258,
	LINK_SLL2 = 276,
};

bool link_type_known(uint32_t link);

/* A packet as it was captured, before decoding. Borrowed for the call. */
struct frame {
	uint64_t number; /* from 1; of a capture file, its frame number */
	uint64_t time_ns; /* live: CLOCK_BOOTTIME; file: since the epoch */
	struct span data; /* from its link header (link says which) on */
	uint32_t wire_len; /* bytes it had, from that header on */
	uint32_t link; /* enum link_type; live packets are LINK_RAW */
	uint8_t direction; /* enum event_direction */
	uint8_t how; /* enum event_how */
	uint8_t flags; /* enum event_flag */
	bool live; /* seen at a socket of this host: an end, not a wire */
	uint32_t pid, tid, ns_tid; /* owner; 0: not known */
	uint64_t start_ns; /* owner's start */
	uint64_t cookie; /* 0: no socket */
	uint32_t netns, ifindex, cpu;
	uint32_t tunnel; /* of a packet in a packet: its number (tunnels_number()); 0: in none */
	const char *ifname; /* "any" when not known; printable */
	const char *drop; /* why the kernel dropped it: "NO_SOCKET"; NULL: it did not, or gave no reason */
};

/* Of which network its addresses are: a namespace, or in a file a tunnel. */
static inline uint32_t frame_network(const struct frame *f, bool live)
{
	return live ? f->netns : f->tunnel;
}

enum packet_status {
	PACKET_OK,
	PACKET_SNAPPED, /* payload that nothing here decodes was not kept; all else is whole */
	PACKET_TRUNCATED, /* the capture lacks bytes of a header or of a DNS message */
	PACKET_MALFORMED, /* a header contradicts itself or the packet's length */
};

enum packet_has { /* headers that are whole (of IP: the fixed part), in packet.has */
	PACKET_IP4 = 1 << 0,
	PACKET_IP6 = 1 << 1,
	PACKET_TCP = 1 << 2,
	PACKET_UDP = 1 << 3,
	PACKET_ICMP = 1 << 4,
	PACKET_ICMP6 = 1 << 5,
	PACKET_DNS = 1 << 6, /* a DNS message, head whole, in packet.dns */
	PACKET_ECHO = 1 << 7, /* ICMP or ICMPv6 echo request or reply: icmp.id, icmp.seq */
	PACKET_QUOTE = 1 << 8, /* an ICMP error's quoted packet is in packet.quote */
	PACKET_FRAGMENT = 1 << 9, /* not the whole datagram; no transport header if not the first */
};

enum tcp_flag { /* RFC 9293 3.1; NS is RFC 3540's, historic */
	TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16,
	TCP_URG = 32, TCP_ECE = 64, TCP_CWR = 128, TCP_NS = 256,
};

struct ip4_header { /* RFC 791 3.1 */
	uint8_t version, ihl, tos, flags, ttl, protocol; /* ihl in 32-bit words; flags: bit0 MF bit1 DF bit2 reserved */
	uint16_t length, id, frag_offset, checksum; /* frag_offset in 8 octets */
};

struct ip6_header { /* RFC 8200 3 */
	uint8_t version, traffic_class, next_header, hop_limit;
	uint16_t length;
	uint32_t flow_label;
};

struct tcp_header { /* RFC 9293 3.1, options 3.2 */
	uint32_t seq, ack;
	uint16_t flags; /* enum tcp_flag */
	uint16_t window, checksum, urgent;
	uint8_t data_offset; /* 32-bit words */
	uint8_t window_scale; /* option 3, RFC 7323 2 */
	uint16_t mss; /* option 2; 0: not there */
	bool has_scale, sack_permitted, has_timestamps, fast_open;
	uint32_t ts_value, ts_echo; /* option 8 */
	struct span options; /* borrowed */
	uint32_t payload_len; /* of the segment on the wire, also when cut or a GSO packet */
};

struct udp_header { /* RFC 768 */
	uint16_t length, checksum;
};

struct icmp_header { /* RFC 792, RFC 4443 */
	uint8_t type, code;
	uint16_t checksum, id, seq; /* id, seq: octets 4-5 and 6-7 */
};

struct fragment { /* RFC 791 3.2, RFC 8200 4.5 */
	uint32_t id;
	uint32_t offset; /* octets */
	bool more; /* it is not the last */
	uint8_t next; /* protocol of what the datagram begins with */
	struct span data; /* borrowed */
};

/* What an ICMP error quotes of the packet that caused it. */
struct quote {
	struct address src, dst;
	uint8_t protocol; /* IPPROTO_* */
	uint16_t src_port, dst_port; /* TCP, UDP */
	uint16_t id, seq; /* echo request; UDP: id is its first two octets, perhaps of DNS */
	bool has_id;
	uint32_t tcp_seq; /* TCP: sequence number */
};

struct packet {
	const struct frame *frame; /* borrowed */
	enum packet_status status; /* the worst of all layers */
	uint32_t has; /* enum packet_has */
	struct address src, dst; /* outermost IP header */
	uint16_t src_port, dst_port; /* TCP, UDP */
	uint8_t protocol; /* IPPROTO_* after extension headers */
	uint32_t ip_len; /* bytes from the IP header on, by the header (GSO: by frame) */
	struct ip4_header ip4;
	struct ip6_header ip6;
	struct tcp_header tcp;
	struct udp_header udp;
	struct icmp_header icmp; /* v4 and v6 */
	struct span options; /* IPv4 options, IPv6 extension headers: whole ones */
	struct quote quote;
	struct fragment fragment; /* with PACKET_FRAGMENT */
	struct dns_msg dns; /* with PACKET_DNS; its bytes are borrowed */
	uint16_t message; /* which of the DNS messages that end in this packet, from 0 (ingest.h) */
	struct span payload; /* behind the transport header (of another protocol: the IP header), what was captured */
	uint32_t tags; /* enum link_tag (link.h): what stands before the IP header */
};

/* Ports that carry DNS beside 53, 5353 and 5355 (--dns-port). */
struct dns_ports {
	uint16_t port[16];
	size_t n;
};

bool dns_port(const struct dns_ports *extra, uint16_t port);

/*
 * Is it a TCP segment that may carry DNS? Then packet_decode() knows only a
 * message that fills it; core/stream.h knows all.
 */
bool packet_is_dns_stream(const struct packet *p,
			  const struct dns_ports *extra);

/* A message in a packet is damaged: so is the packet. */
void packet_judge_dns(struct packet *p);

/*
 * Decode what frame holds. Always fills *out; damage is data (status), never
 * an error. A packet with neither PACKET_IP4 nor PACKET_IP6 is not IP. The
 * spans of *out borrow the frame's bytes. extra may be NULL.
 */
void packet_decode(struct packet *out, const struct frame *frame,
		   const struct dns_ports *extra);

/*
 * What packet_decode() makes of a datagram in one piece, put together from
 * fragments (core/fragments.h); last is the one that made it whole, and gives
 * the frame and the IP header, but for the length. `bytes` begin with a header of protocol next.
 */
void packet_join(struct packet *out, const struct packet *last, uint8_t next,
		 struct span bytes, const struct dns_ports *extra);

#endif
