/* SPDX-License-Identifier: MIT */
#include "core/field.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/getdns.h"
#include "core/geticmp.h"
#include "core/getip.h"
#include "core/getname.h"
#include "core/getnet.h"
#include "core/getps.h"
#include "core/gettcp.h"
#include "core/near.h"

/* Rows that have ports. */
#define ROW_ANY_PORTS (ROW_FLOW | ROW_ANY_DNS | ROW_PACKET | ROW_SOCKET)
/* Rows of which the other end may have a name. */
#define ROW_ANY_NAMED (ROW_FLOW | ROW_ANY_PING | ROW_PACKET)
/* Rows that are, or may be, ICMP. */
#define ROW_ANY_ICMP (ROW_ANY_PING | ROW_ICMP_ERROR | ROW_PACKET)

/* clang-format off */
const struct field fields[] = {
	/* Of every row. */
	{ .name = "evt.time", .title = "TIME", .kind = VALUE_TIME, .rows = ROW_ANY, .width = 12, .get = getnet_time,
	  .help = "When it was first seen; of a process, when it started." },
	{ .name = "evt.name", .aliases = "event", .title = "EVENT", .kind = VALUE_TEXT, .rows = ROW_PACKET | ROW_SOCKET, .flags = FIELD_NOCASE, .width = 23, .get = getnet_event,
	  .help = "Name of the event that -o prints, such as net_packet_tcp." },
	{ .name = "evt.seq", .title = "NUMBER", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 8, .get = getnet_seq,
	  .help = "Number of the packet, from 1." },

	/* Protocols: words that stand alone. */
	{ .name = "ip", .title = "IP", .kind = VALUE_BOOL, .rows = ROW_ANY_NET, .width = 3, .get = getnet_is_ip4,
	  .help = "It is IPv4." },
	{ .name = "ip6", .title = "IP6", .kind = VALUE_BOOL, .rows = ROW_ANY_NET, .width = 3, .get = getnet_is_ip6,
	  .help = "It is IPv6." },
	{ .name = "tcp", .title = "TCP", .kind = VALUE_BOOL, .rows = ROW_ANY_PORTS, .width = 3, .get = getnet_is_tcp,
	  .help = "It is TCP, or DNS over TCP." },
	{ .name = "udp", .title = "UDP", .kind = VALUE_BOOL, .rows = ROW_ANY_DNS | ROW_PACKET | ROW_SOCKET, .width = 3, .get = getnet_is_udp,
	  .help = "It is UDP, or DNS over UDP." },
	{ .name = "icmp", .title = "ICMP", .kind = VALUE_BOOL, .rows = ROW_ANY_ICMP, .width = 4, .get = getnet_is_icmp,
	  .help = "It is ICMP, that of IPv4." },
	{ .name = "icmp6", .title = "ICMP6", .kind = VALUE_BOOL, .rows = ROW_ANY_ICMP, .width = 5, .get = getnet_is_icmp6,
	  .help = "It is ICMPv6." },
	{ .name = "dns", .title = "DNS", .kind = VALUE_BOOL, .rows = ROW_ANY_PORTS, .width = 3, .get = getdns_is,
	  .help = "It is DNS; of a connection, by its port." },

	/* Ends. */
	{ .name = "net.sip", .aliases = "src", .json = "src", .title = "SOURCE", .kind = VALUE_ADDRESS, .rows = ROW_ANY_NET, .flags = FIELD_WORD, .width = 15, .get = getnet_sip,
	  .help = "Address of who sent the SYN, the query, the request or the packet." },
	{ .name = "net.dip", .aliases = "dst", .json = "dst", .title = "DESTINATION", .kind = VALUE_ADDRESS, .rows = ROW_ANY_NET, .flags = FIELD_WORD, .width = 15, .get = getnet_dip,
	  .help = "Address of the other end." },
	{ .name = "net.sport", .aliases = "src.port src_port", .json = "src_port", .title = "SPORT", .kind = VALUE_NUMBER, .rows = ROW_ANY_PORTS, .flags = FIELD_PORT, .width = 5, .get = getnet_sport,
	  .help = "Port at the source." },
	{ .name = "net.dport", .aliases = "dst.port dst_port", .json = "dst_port", .title = "DPORT", .kind = VALUE_NUMBER, .rows = ROW_ANY_PORTS, .flags = FIELD_PORT, .width = 5, .get = getnet_dport,
	  .help = "Port at the destination." },
	{ .name = "net.sport.name", .aliases = "src.port.name", .title = "SSERVICE", .kind = VALUE_TEXT, .rows = ROW_ANY_PORTS, .flags = FIELD_NOCASE | FIELD_WORD, .width = 10, .get = getnet_sport_name,
	  .help = "IANA's name of the source port." },
	{ .name = "net.dport.name", .aliases = "dst.port.name", .json = "service", .title = "SERVICE", .kind = VALUE_TEXT, .rows = ROW_ANY_PORTS, .flags = FIELD_NOCASE | FIELD_WORD, .width = 10, .get = getnet_dport_name,
	  .help = "IANA's name of the destination port." },
	{ .name = "net.sip.names", .aliases = "src.name", .title = "SNAME", .kind = VALUE_LIST, .rows = ROW_ANY_NET, .flags = FIELD_NAME, .width = 24, .get = getname_sip,
	  .help = "Names of the source address, from DNS answers: those that its process got first, then those that others got." },
	{ .name = "net.dip.names", .aliases = "dst.name", .title = "NAME", .kind = VALUE_LIST, .rows = ROW_ANY_NET, .flags = FIELD_NAME, .width = 24, .get = getname_dip,
	  .help = "Names of the destination address, from DNS answers: those that its process got first, then those that others got." },
	{ .name = "net.name", .json = "name", .title = "NAME", .kind = VALUE_TEXT, .rows = ROW_ANY_NAMED, .flags = FIELD_NAME | FIELD_WORD, .width = 24, .get = getname_name,
	  .help = "Name by which the other end's address was learnt, when it began to be used: by its process itself, or else by another one." },
	{ .name = "net.name.by", .json = "name_by", .title = "LEARNT BY", .kind = VALUE_TEXT, .rows = ROW_ANY_NAMED, .flags = FIELD_NOCASE, .width = 9, .get = getname_by,
	  .help = "Who learnt the name: own (the process itself), other, later (it was in use already), none (not resolved since the start)." },
	{ .name = "net.name.age", .json = "name_age_ns", .title = "LEARNT", .kind = VALUE_DURATION, .rows = ROW_ANY_NAMED, .width = 8, .get = getname_age,
	  .help = "How long before the beginning the answer with the name came." },
	{ .name = "net.name.expired", .json = "name_expired", .title = "EXPIRED", .kind = VALUE_BOOL, .rows = ROW_ANY_NAMED, .width = 7, .get = getname_expired,
	  .help = "The answer's time to live was over at the beginning." },
	{ .name = "net.name.pid", .json = "name_pid", .title = "ASKER", .kind = VALUE_NUMBER, .rows = ROW_ANY_NAMED, .width = 7, .get = getname_asker,
	  .help = "Number of the process that asked for the name." },
	{ .name = "net.name.chain", .title = "CHAIN", .kind = VALUE_LIST, .rows = ROW_ANY_NAMED, .flags = FIELD_NAME, .width = 28, .get = getname_chain,
	  .help = "The name asked for and the names that its CNAMEs led to." },
	{ .name = "net.l4.proto", .aliases = "proto", .title = "PROTO", .kind = VALUE_TEXT, .rows = ROW_ANY_NET, .flags = FIELD_NOCASE | FIELD_WORD, .width = 6, .get = getnet_proto,
	  .help = "Protocol above IP: TCP, UDP, ICMP, ICMPv6 and others." },
	{ .name = "net.size", .aliases = "len", .title = "SIZE", .kind = VALUE_SIZE, .rows = ROW_PACKET | ROW_SOCKET, .width = 7, .get = getnet_size,
	  .help = "Bytes of the packet, from its IP header on." },
	{ .name = "net.direction", .json = "direction", .title = "DIRECTION", .kind = VALUE_TEXT, .rows = ROW_FLOW | ROW_ANY_PING | ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NOCASE, .width = 9, .get = getnet_direction,
	  .help = "Connection: outgoing, incoming; DNS and pings: asked, served; packet: ingress, egress." },
	{ .name = "net.iface", .title = "IFACE", .kind = VALUE_TEXT, .rows = ROW_PACKET, .flags = FIELD_WORD, .width = 8, .get = getnet_iface,
	  .help = "Network interface, \"any\" where it is not known." },
	{ .name = "net.drop", .title = "DROP", .kind = VALUE_TEXT, .rows = ROW_PACKET, .flags = FIELD_NOCASE | FIELD_WORD, .width = 16, .get = getnet_drop,
	  .help = "Why the kernel dropped a packet that came to no socket, in its own word: NO_SOCKET for a closed port." },
	{ .name = "net.netns", .title = "NETNS", .kind = VALUE_NUMBER, .rows = ROW_ANY, .width = 10, .get = getnet_netns,
	  .help = "Network namespace: the inode number that ip netns and lsns show." },
	{ .name = "net.tunnel", .json = "tunnel", .title = "TUNNEL", .kind = VALUE_LIST, .rows = ROW_FLOW | ROW_ANY_PING | ROW_ANY_DNS | ROW_ICMP_ERROR, .flags = FIELD_NOCASE, .width = 24, .get = getnet_tunnel,
	  .help = "From a file: the tunnels that it was in, outermost first, as in \"vxlan 42 between 192.0.2.1 and 192.0.2.2\"." },
	{ .name = "net.encap", .title = "ENCAP", .kind = VALUE_LIST, .rows = ROW_PACKET, .flags = FIELD_NOCASE, .width = 8, .get = getip_encap,
	  .help = "What is around IP (vlan, qinq, mpls, pppoe, ...), and which tunnel is in it (ip, gre, vxlan, geneve, ...)." },
	{ .name = "net.inner", .title = "INNER", .kind = VALUE_LIST, .rows = ROW_PACKET, .flags = FIELD_NOCASE, .width = 40, .get = getip_inner,
	  .help = "The packets in a tunnel, one in the other: their ends, protocol, flags or DNS question." },
	{ .name = "net.inner.sip", .title = "ISOURCE", .kind = VALUE_ADDRESS, .rows = ROW_PACKET, .width = 15, .get = getip_inner_sip,
	  .help = "Source of the packet in a tunnel." },
	{ .name = "net.inner.dip", .title = "IDEST", .kind = VALUE_ADDRESS, .rows = ROW_PACKET, .width = 15, .get = getip_inner_dip,
	  .help = "Destination of the packet in a tunnel." },

	/* IP. */
	{ .name = "ip.version", .json = "family", .title = "IPV", .kind = VALUE_NUMBER, .rows = ROW_ANY_NET, .width = 3, .get = getnet_version,
	  .help = "Version of IP: 4 or 6." },
	{ .name = "ip.ttl", .aliases = "ip.hoplimit", .title = "TTL", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 3, .get = getip_ttl,
	  .help = "Time to live, or hop limit of IPv6." },
	{ .name = "ip.id", .title = "IPID", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 5, .get = getip_id,
	  .help = "Identification, IPv4." },
	{ .name = "ip.tos", .title = "TOS", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 3, .get = getip_tos,
	  .help = "Type of service, or traffic class of IPv6." },
	{ .name = "ip.flags", .title = "IPFLAGS", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 7, .get = getip_flags,
	  .help = "IPv4: 1 more fragments, 2 don't fragment, 4 reserved, added up." },
	{ .name = "ip.options", .title = "IPOPTIONS", .kind = VALUE_LIST, .rows = ROW_PACKET, .flags = FIELD_NOCASE, .width = 20, .get = getip_options,
	  .help = "IPv4 options, IPv6 extension headers and their options." },
	{ .name = "ip.frag", .title = "FRAG", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 5, .get = getip_frag,
	  .help = "Fragment offset in units of 8 bytes, IPv4." },

	/* TCP: a connection. */
	{ .name = "tcp.state", .json = "state", .title = "STATE", .kind = VALUE_TEXT, .rows = ROW_FLOW, .flags = FIELD_NOCASE | FIELD_WORD, .width = 12, .get = gettcp_state,
	  .help = "One of syn_sent, syn_received, open, closed, reset, refused, unanswered, failed, midstream, existing or listening." },
	{ .name = "tcp.close", .json = "close_reason", .title = "CLOSED BY", .kind = VALUE_TEXT, .rows = ROW_FLOW, .flags = FIELD_NOCASE | FIELD_WORD, .width = 14, .get = gettcp_close,
	  .help = "Why the connection ended." },
	{ .name = "tcp.error", .json = "error", .title = "ERROR", .kind = VALUE_TEXT, .rows = ROW_FLOW, .flags = FIELD_NOCASE | FIELD_WORD, .width = 14, .get = gettcp_error,
	  .help = "Error that the kernel gave the socket, such as ECONNREFUSED." },
	{ .name = "tcp.rtt", .json = "rtt_ns", .title = "RTT", .kind = VALUE_DURATION, .rows = ROW_FLOW, .width = 8, .get = gettcp_rtt,
	  .help = "SYN to SYN-ACK (outgoing) or SYN-ACK to ACK (incoming), unless repeated." },
	{ .name = "tcp.syn.time", .json = "syn_ns", .title = "SYN", .kind = VALUE_TIME, .rows = ROW_FLOW, .width = 12, .get = gettcp_syn_time,
	  .help = "When the first SYN was seen." },
	{ .name = "tcp.synack.time", .json = "syn_ack_ns", .title = "SYN-ACK", .kind = VALUE_TIME, .rows = ROW_FLOW, .width = 12, .get = gettcp_syn_ack_time,
	  .help = "When the SYN-ACK was seen." },
	{ .name = "tcp.ack.time", .json = "ack_ns", .title = "ACK", .kind = VALUE_TIME, .rows = ROW_FLOW, .width = 12, .get = gettcp_ack_time,
	  .help = "When the ACK that ends the handshake was seen." },
	{ .name = "tcp.end.time", .json = "end_ns", .title = "END", .kind = VALUE_TIME, .rows = ROW_FLOW, .width = 12, .get = gettcp_end_time,
	  .help = "When the connection ended." },
	{ .name = "tcp.syn.count", .json = "syn_count", .title = "SYNS", .kind = VALUE_NUMBER, .rows = ROW_FLOW, .width = 4, .get = gettcp_syn_count,
	  .help = "SYNs seen; more than one: it was repeated." },
	{ .name = "tcp.retransmits", .json = "retransmits", .title = "RETRANS", .kind = VALUE_NUMBER, .rows = ROW_FLOW, .width = 7, .get = gettcp_retransmits,
	  .help = "Segments sent again." },
	{ .name = "tcp.reordered", .json = "reordered", .title = "REORD", .kind = VALUE_NUMBER, .rows = ROW_FLOW, .width = 7, .get = gettcp_reordered,
	  .help = "Segments that came behind later ones: they took longer, or replace what was lost before it could be seen." },
	{ .name = "tcp.duration", .title = "DURATION", .kind = VALUE_DURATION, .rows = ROW_FLOW, .width = 8, .get = gettcp_duration,
	  .help = "From the first to the last that was seen of the connection." },
	{ .name = "tcp.bytes", .title = "BYTES", .kind = VALUE_SIZE, .rows = ROW_FLOW, .width = 7, .get = gettcp_bytes,
	  .help = "Payload bytes both ways." },
	{ .name = "tcp.tx.packets", .json = "tx_packets", .title = "TX PKT", .kind = VALUE_NUMBER, .rows = ROW_FLOW, .width = 6, .get = gettcp_tx_packets,
	  .help = "Segments sent by this end; in a file, by the source." },
	{ .name = "tcp.tx.bytes", .json = "tx_bytes", .title = "TX", .kind = VALUE_SIZE, .rows = ROW_FLOW, .width = 7, .get = gettcp_tx_bytes,
	  .help = "Payload bytes sent by this end; in a file, by the source." },
	{ .name = "tcp.rx.packets", .json = "rx_packets", .title = "RX PKT", .kind = VALUE_NUMBER, .rows = ROW_FLOW, .width = 6, .get = gettcp_rx_packets,
	  .help = "Segments received by this end; in a file, by the source." },
	{ .name = "tcp.rx.bytes", .json = "rx_bytes", .title = "RX", .kind = VALUE_SIZE, .rows = ROW_FLOW, .width = 7, .get = gettcp_rx_bytes,
	  .help = "Payload bytes received by this end; in a file, by the source." },
	{ .name = "tcp.tx.zero", .json = "tx_zero_windows", .title = "TX ZERO", .kind = VALUE_NUMBER, .rows = ROW_FLOW, .width = 7, .get = gettcp_tx_zero,
	  .help = "How often this end (in a file, the source) had no room for more (zero window), as its program did not read." },
	{ .name = "tcp.rx.zero", .json = "rx_zero_windows", .title = "RX ZERO", .kind = VALUE_NUMBER, .rows = ROW_FLOW, .width = 7, .get = gettcp_rx_zero,
	  .help = "How often the other end had no room for more (zero window)." },
	{ .name = "tcp.tx.options", .json = "tx_options", .title = "TX OPTIONS", .kind = VALUE_TEXT, .rows = ROW_FLOW, .flags = FIELD_NOCASE, .width = 30, .get = gettcp_tx_options,
	  .help = "Options of the SYN or SYN-ACK of this end (in a file, the source), in the words of tcpdump." },
	{ .name = "tcp.rx.options", .json = "rx_options", .title = "RX OPTIONS", .kind = VALUE_TEXT, .rows = ROW_FLOW, .flags = FIELD_NOCASE, .width = 30, .get = gettcp_rx_options,
	  .help = "Those of the other end." },
	{ .name = "tcp.session", .title = "SESSION", .kind = VALUE_BOOL, .rows = ROW_FLOW, .width = 7, .get = gettcp_session,
	  .help = "It carries this very terminal." },

	/* TCP: a segment. */
	{ .name = "tcp.flags", .title = "FLAGS", .kind = VALUE_TEXT, .rows = ROW_PACKET, .flags = FIELD_NOCASE | FIELD_WORD, .width = 11, .get = gettcp_flags,
	  .help = "Flags that are set: SYN,ACK." },
	{ .name = "tcp.syn", .title = "SYN", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_syn,
	  .help = "SYN is set." },
	{ .name = "tcp.ack", .title = "ACK", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_ack,
	  .help = "ACK is set." },
	{ .name = "tcp.fin", .title = "FIN", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_fin,
	  .help = "FIN is set." },
	{ .name = "tcp.rst", .title = "RST", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_rst,
	  .help = "RST is set." },
	{ .name = "tcp.psh", .title = "PSH", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_psh,
	  .help = "PSH is set." },
	{ .name = "tcp.urg", .title = "URG", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_urg,
	  .help = "URG is set." },
	{ .name = "tcp.ece", .title = "ECE", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_ece,
	  .help = "ECE is set." },
	{ .name = "tcp.cwr", .title = "CWR", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_cwr,
	  .help = "CWR is set." },
	{ .name = "tcp.ns", .title = "NS", .kind = VALUE_BOOL, .rows = ROW_PACKET, .width = 3, .get = gettcp_ns,
	  .help = "NS (RFC 3540, historic) is set." },
	{ .name = "tcp.seq", .title = "SEQ", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 10, .get = gettcp_seq,
	  .help = "Sequence number." },
	{ .name = "tcp.ack.seq", .title = "ACKSEQ", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 10, .get = gettcp_ack_number,
	  .help = "Acknowledgment number, where ACK is set." },
	{ .name = "tcp.window", .title = "WINDOW", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 6, .get = gettcp_window,
	  .help = "Window as in the header, not scaled." },
	{ .name = "tcp.len", .title = "PAYLOAD", .kind = VALUE_SIZE, .rows = ROW_PACKET, .width = 7, .get = gettcp_len,
	  .help = "Payload bytes of the segment." },
	{ .name = "tcp.mss", .title = "MSS", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 5, .get = gettcp_mss,
	  .help = "Maximum segment size that a SYN asks for." },
	{ .name = "tcp.wscale", .title = "WSCALE", .kind = VALUE_NUMBER, .rows = ROW_PACKET, .width = 6, .get = gettcp_wscale,
	  .help = "Window scale that a SYN gives: later windows are this many bits longer." },
	{ .name = "tcp.options", .title = "OPTIONS", .kind = VALUE_TEXT, .rows = ROW_PACKET, .flags = FIELD_NOCASE, .width = 30, .get = gettcp_options,
	  .help = "Options of the header, in the words of tcpdump: mss 1460,sackOK,TS val 1 ecr 0,wscale 7." },

	/* ICMP. */
	{ .name = "icmp.type", .title = "TYPE", .kind = VALUE_NUMBER, .rows = ROW_ANY_ICMP, .width = 4, .get = geticmp_type,
	  .help = "Type; of an echo pair that of its request." },
	{ .name = "icmp.code", .title = "CODE", .kind = VALUE_NUMBER, .rows = ROW_ANY_ICMP, .width = 4, .get = geticmp_code,
	  .help = "Code." },
	{ .name = "icmp.typecode", .json = "typeCode", .title = "TYPE", .kind = VALUE_TEXT, .rows = ROW_ANY_ICMP, .flags = FIELD_NOCASE | FIELD_WORD, .width = 24, .get = geticmp_typecode,
	  .help = "Type and code by name: DestinationUnreachable(Port)." },
	{ .name = "icmp.id", .json = "id", .title = "ID", .kind = VALUE_NUMBER, .rows = ROW_ANY_PING | ROW_PACKET, .width = 5, .get = geticmp_id,
	  .help = "Identifier of an echo." },
	{ .name = "icmp.seq", .json = "seq", .title = "SEQ", .kind = VALUE_NUMBER, .rows = ROW_PING | ROW_PACKET, .width = 5, .get = geticmp_seq,
	  .help = "Sequence number of an echo." },
	{ .name = "icmp.state", .json = "state", .title = "STATE", .kind = VALUE_TEXT, .rows = ROW_PING, .flags = FIELD_NOCASE | FIELD_WORD, .width = 10, .get = geticmp_state,
	  .help = "One of waiting, answered, unanswered, error, orphan or answered_by_us." },
	{ .name = "icmp.error", .json = "icmp_error", .title = "ERROR", .kind = VALUE_TEXT, .rows = ROW_PING | ROW_FLOW | ROW_DNS, .flags = FIELD_NOCASE | FIELD_WORD, .width = 24, .get = geticmp_error,
	  .help = "The ICMP error that came for the request, a segment or the query." },
	{ .name = "icmp.mtu", .json = "mtu", .title = "MTU", .kind = VALUE_SIZE, .rows = ROW_ICMP_ERROR | ROW_PACKET, .width = 7, .get = geticmp_mtu,
	  .help = "The longest packet that the way on takes, of an error that says so." },
	{ .name = "icmp.says", .json = "says", .title = "SAYS", .kind = VALUE_LIST, .rows = ROW_ICMP_ERROR | ROW_PACKET, .flags = FIELD_NOCASE | FIELD_WORD, .width = 30, .get = geticmp_says,
	  .help = "What a message says beside its type: targets, flags, options, groups of listeners, labels of routers." },
	{ .name = "icmp.target", .title = "TARGET", .kind = VALUE_ADDRESS, .rows = ROW_ANY_PING | ROW_PACKET, .width = 15, .get = geticmp_target,
	  .help = "The neighbour that is looked for or advertised, the router to go by." },
	{ .name = "icmp.claim", .json = "claim", .title = "CLAIM", .kind = VALUE_BOOL, .rows = ROW_ANY_PING, .width = 5, .get = geticmp_claim,
	  .help = "A host asks whether anybody has the address that it is about to take: an answer is a conflict." },
	{ .name = "icmp.link", .json = "link", .title = "LINK", .kind = VALUE_TEXT, .rows = ROW_PING, .flags = FIELD_NOCASE | FIELD_WORD, .width = 17, .get = geticmp_link,
	  .help = "The link address that a neighbour answered with." },
	{ .name = "icmp.count", .json = "count", .title = "COUNT", .kind = VALUE_NUMBER, .rows = ROW_ICMP_ERROR, .width = 5, .get = geticmp_count,
	  .help = "How often a message that is no error came, saying the same." },
	{ .name = "icmp.hop", .json = "hop", .title = "HOP", .kind = VALUE_NUMBER, .rows = ROW_ICMP_ERROR, .width = 3, .get = geticmp_hop,
	  .help = "How many hops away the packet's time to live ended, where it was seen being sent." },
	{ .name = "icmp.after", .json = "after_ns", .title = "AFTER", .kind = VALUE_DURATION, .rows = ROW_ICMP_ERROR, .width = 8, .get = geticmp_after,
	  .help = "From the packet that the error is about to the error." },
	{ .name = "icmp.rtt", .json = "rtt_ns", .title = "RTT", .kind = VALUE_DURATION, .rows = ROW_ANY_PING, .width = 8, .get = geticmp_rtt,
	  .help = "Request to reply; of a series the mean." },
	{ .name = "icmp.rtt.min", .title = "MIN", .kind = VALUE_DURATION, .rows = ROW_SERIES, .width = 8, .get = geticmp_rtt_min,
	  .help = "Shortest round trip of the series." },
	{ .name = "icmp.rtt.max", .title = "MAX", .kind = VALUE_DURATION, .rows = ROW_SERIES, .width = 8, .get = geticmp_rtt_max,
	  .help = "Longest round trip of the series." },
	{ .name = "icmp.request.time", .json = "request_ns", .title = "REQUEST", .kind = VALUE_TIME, .rows = ROW_PING, .width = 12, .get = geticmp_request_time,
	  .help = "When the request was seen." },
	{ .name = "icmp.reply.time", .json = "reply_ns", .title = "REPLY", .kind = VALUE_TIME, .rows = ROW_PING, .width = 12, .get = geticmp_reply_time,
	  .help = "When the reply was seen." },
	{ .name = "icmp.size", .title = "SIZE", .kind = VALUE_SIZE, .rows = ROW_PING, .width = 7, .get = geticmp_size,
	  .help = "Bytes of the echo's data." },
	{ .name = "icmp.late", .json = "late", .title = "LATE", .kind = VALUE_BOOL, .rows = ROW_PING, .width = 4, .get = geticmp_late,
	  .help = "The reply came after the time limit." },
	{ .name = "icmp.duplicates", .title = "DUP", .kind = VALUE_NUMBER, .rows = ROW_ANY_PING, .width = 4, .get = geticmp_duplicates,
	  .help = "Further replies to the same request." },
	{ .name = "icmp.sent", .title = "SENT", .kind = VALUE_NUMBER, .rows = ROW_SERIES, .width = 6, .get = geticmp_sent,
	  .help = "Requests of the series." },
	{ .name = "icmp.answered", .title = "ANSWERED", .kind = VALUE_NUMBER, .rows = ROW_SERIES, .width = 8, .get = geticmp_answered,
	  .help = "Requests that were answered." },
	{ .name = "icmp.lost", .title = "LOST", .kind = VALUE_NUMBER, .rows = ROW_SERIES, .width = 5, .get = geticmp_lost,
	  .help = "Requests without an answer in time." },
	{ .name = "icmp.loss", .title = "LOSS%", .kind = VALUE_NUMBER, .rows = ROW_SERIES, .width = 5, .get = geticmp_loss,
	  .help = "Percent of the requests without an answer." },
	{ .name = "icmp.quote.proto", .title = "QPROTO", .kind = VALUE_TEXT, .rows = ROW_ICMP_ERROR | ROW_PACKET, .flags = FIELD_NOCASE, .width = 6, .get = geticmp_quote_proto,
	  .help = "Protocol of the packet that an ICMP error quotes." },
	{ .name = "icmp.quote.sip", .title = "QSOURCE", .kind = VALUE_ADDRESS, .rows = ROW_ICMP_ERROR | ROW_PACKET, .flags = FIELD_WORD, .width = 15, .get = geticmp_quote_sip,
	  .help = "Source address of the quoted packet." },
	{ .name = "icmp.quote.sport", .title = "QSPORT", .kind = VALUE_NUMBER, .rows = ROW_ICMP_ERROR | ROW_PACKET, .flags = FIELD_PORT, .width = 6, .get = geticmp_quote_sport,
	  .help = "Source port of the quoted packet." },
	{ .name = "icmp.quote.dip", .title = "QDEST", .kind = VALUE_ADDRESS, .rows = ROW_ICMP_ERROR | ROW_PACKET, .flags = FIELD_WORD, .width = 15, .get = geticmp_quote_dip,
	  .help = "Destination address of the quoted packet." },
	{ .name = "icmp.quote.dport", .title = "QDPORT", .kind = VALUE_NUMBER, .rows = ROW_ICMP_ERROR | ROW_PACKET, .flags = FIELD_PORT, .width = 6, .get = geticmp_quote_dport,
	  .help = "Destination port of the quoted packet." },

	/* DNS. */
	{ .name = "dns.name", .json = "query", .title = "NAME", .kind = VALUE_TEXT, .rows = ROW_FLOW | ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NAME | FIELD_WORD, .width = 28, .get = getdns_name,
	  .help = "Name asked for; of a connection, the name by which its process learnt the address." },
	{ .name = "dns.rr", .aliases = "dns.type", .json = "type", .title = "TYPE", .kind = VALUE_TEXT, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NOCASE | FIELD_WORD, .width = 6, .get = getdns_rr,
	  .help = "Record type asked for: A, AAAA, MX and so on." },
	{ .name = "dns.class", .json = "class", .title = "CLASS", .kind = VALUE_TEXT, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NOCASE, .width = 5, .get = getdns_class,
	  .help = "Class asked for, nearly always IN." },
	{ .name = "dns.id", .json = "id", .title = "ID", .kind = VALUE_NUMBER, .rows = ROW_ANY_DNS | ROW_PACKET, .width = 5, .get = getdns_id,
	  .help = "Number of the message." },
	{ .name = "dns.state", .json = "state", .title = "STATE", .kind = VALUE_TEXT, .rows = ROW_ANY_DNS, .flags = FIELD_NOCASE | FIELD_WORD, .width = 10, .get = getdns_state,
	  .help = "One of waiting, answered, nodata, nxdomain, servfail, refused, error, truncated, unanswered or orphan." },
	{ .name = "dns.rcode", .json = "rcode", .title = "RCODE", .kind = VALUE_TEXT, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NOCASE | FIELD_WORD, .width = 9, .get = getdns_rcode,
	  .help = "Response code of the answer: NOERROR, NXDOMAIN and so on." },
	{ .name = "dns.latency", .json = "latency_ns", .title = "LATENCY", .kind = VALUE_DURATION, .rows = ROW_ANY_DNS, .width = 8, .get = getdns_latency,
	  .help = "Query to answer." },
	{ .name = "dns.query.time", .json = "query_ns", .title = "QUERY", .kind = VALUE_TIME, .rows = ROW_ANY_DNS, .width = 12, .get = getdns_query_time,
	  .help = "When the query was first seen." },
	{ .name = "dns.answer.time", .json = "answer_ns", .title = "ANSWER", .kind = VALUE_TIME, .rows = ROW_ANY_DNS, .width = 12, .get = getdns_answer_time,
	  .help = "When the answer was seen." },
	{ .name = "dns.retries", .json = "retries", .title = "RETRIES", .kind = VALUE_NUMBER, .rows = ROW_ANY_DNS, .width = 7, .get = getdns_retries,
	  .help = "How often the query was repeated." },
	{ .name = "dns.late", .json = "late", .title = "LATE", .kind = VALUE_BOOL, .rows = ROW_ANY_DNS, .width = 4, .get = getdns_late,
	  .help = "The answer came after the time limit." },
	{ .name = "dns.resolver", .title = "RESOLVER", .kind = VALUE_TEXT, .rows = ROW_ANY_DNS, .flags = FIELD_WORD, .width = 15, .get = getdns_resolver,
	  .help = "Name of the process of this host that the query came in at." },
	{ .name = "dns.upstream", .title = "UPSTREAM", .kind = VALUE_LIST, .rows = ROW_ANY_DNS, .width = 20, .get = getdns_upstream,
	  .help = "Addresses of the servers that it was sent on to." },
	{ .name = "dns.upstream.tries", .title = "TRIES", .kind = VALUE_NUMBER, .rows = ROW_ANY_DNS, .width = 5, .get = getdns_tries,
	  .help = "How often it was sent on, to whatever server." },
	{ .name = "dns.for", .title = "FOR", .kind = VALUE_LIST, .rows = ROW_ANY_DNS, .flags = FIELD_WORD, .width = 20, .get = getdns_for,
	  .help = "Names of the processes (of other hosts: addresses) for which it was sent on." },
	{ .name = "dns.ttl", .title = "TTL", .kind = VALUE_NUMBER, .rows = ROW_ANY_DNS | ROW_PACKET, .width = 6, .get = getdns_ttl,
	  .help = "Seconds that a record holds; of a whole answer the least." },
	{ .name = "dns.options", .title = "OPTIONS", .kind = VALUE_LIST, .rows = ROW_PACKET, .flags = FIELD_NOCASE, .width = 20, .get = getdns_options,
	  .help = "STANDARD, USE_TCP_ONLY, NO_RECURSION, MULTICAST_ONLY, as the message shows." },
	{ .name = "dns.answers", .title = "ANSWERS", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NAME | FIELD_WORD, .width = 28, .get = getdns_answers,
	  .help = "Data of all records of the answer." },
	{ .name = "dns.answers.ip", .title = "IP", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NAME, .width = 28, .get = getdns_ip,
	  .help = "Addresses in the answer." },
	{ .name = "dns.answers.cname", .title = "CNAME", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NAME, .width = 28, .get = getdns_cname,
	  .help = "Canonical names in the answer." },
	{ .name = "dns.answers.mx", .title = "MX", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NAME, .width = 28, .get = getdns_mx,
	  .help = "Mail exchanges in the answer." },
	{ .name = "dns.answers.ns", .title = "NS", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NAME, .width = 28, .get = getdns_ns,
	  .help = "Name servers in the answer." },
	{ .name = "dns.answers.ptr", .title = "PTR", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NAME, .width = 28, .get = getdns_ptr,
	  .help = "Names of an address in the answer." },
	{ .name = "dns.answers.txt", .title = "TXT", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .width = 28, .get = getdns_txt,
	  .help = "Texts in the answer." },
	{ .name = "dns.answers.srv", .title = "SRV", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NAME, .width = 28, .get = getdns_srv,
	  .help = "Services in the answer." },
	{ .name = "dns.answers.soa", .title = "SOA", .kind = VALUE_LIST, .rows = ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NOCASE, .width = 28, .get = getdns_soa,
	  .help = "Starts of authority in the answer." },
	{ .name = "dns.record.name", .title = "RECORD", .kind = VALUE_TEXT, .rows = ROW_ANSWER, .flags = FIELD_NAME | FIELD_WORD, .width = 28, .get = getdns_record_name,
	  .help = "Owner name of one record." },
	{ .name = "dns.record.type", .title = "RTYPE", .kind = VALUE_TEXT, .rows = ROW_ANSWER, .flags = FIELD_NOCASE | FIELD_WORD, .width = 6, .get = getdns_record_type,
	  .help = "Type of one record." },
	{ .name = "dns.record.section", .title = "SECTION", .kind = VALUE_TEXT, .rows = ROW_ANSWER, .flags = FIELD_NOCASE, .width = 10, .get = getdns_record_section,
	  .help = "Where the record stands: answer, authority or additional." },
	{ .name = "dns.record.data", .title = "DATA", .kind = VALUE_TEXT, .rows = ROW_ANSWER, .flags = FIELD_NAME | FIELD_WORD, .width = 28, .get = getdns_record_data,
	  .help = "What one record says." },

	/* The process. */
	{ .name = "ps.name", .aliases = "comm", .json = "name", .title = "NAME", .kind = VALUE_TEXT, .rows = ROW_ANY, .flags = FIELD_WORD, .width = 15, .get = getps_name,
	  .help = "Name of the process." },
	{ .name = "ps.pid", .aliases = "pid", .json = "pid", .title = "PID", .kind = VALUE_NUMBER, .rows = ROW_ANY, .width = 7, .get = getps_pid,
	  .help = "Number of the process, as the host sees it." },
	{ .name = "ps.tid", .title = "TID", .kind = VALUE_NUMBER, .rows = ROW_PACKET | ROW_SOCKET, .width = 7, .get = getps_tid,
	  .help = "Number of the thread that was seen, as the host sees it." },
	{ .name = "ps.ppid", .json = "ppid", .title = "PPID", .kind = VALUE_NUMBER, .rows = ROW_ANY, .width = 7, .get = getps_ppid,
	  .help = "Number of the parent process." },
	{ .name = "ps.exe", .json = "exe", .title = "PROGRAM", .kind = VALUE_TEXT, .rows = ROW_ANY, .flags = FIELD_WORD, .width = 24, .get = getps_exe,
	  .help = "Path of the program." },
	{ .name = "ps.cmdline", .json = "cmdline", .title = "COMMAND", .kind = VALUE_TEXT, .rows = ROW_ANY, .flags = FIELD_WORD, .width = 32, .get = getps_cmdline,
	  .help = "The program's arguments, joined by spaces." },
	{ .name = "ps.uid", .json = "uid", .title = "UID", .kind = VALUE_NUMBER, .rows = ROW_ANY, .width = 6, .get = getps_uid,
	  .help = "Real user id of the process." },
	{ .name = "ps.user", .json = "user", .title = "USER", .kind = VALUE_TEXT, .rows = ROW_ANY, .width = 8, .get = getps_user,
	  .help = "Name of the process' real user, of this machine's /etc/passwd." },
	{ .name = "ps.gid", .title = "GID", .kind = VALUE_NUMBER, .rows = ROW_ANY, .width = 6, .get = getps_gid,
	  .help = "Real group id of the process." },
	{ .name = "ps.cgroup.id", .title = "CGROUP", .kind = VALUE_NUMBER, .rows = ROW_ANY, .width = 10, .get = getps_cgroup,
	  .help = "Number of the process' cgroup (version 2)." },
	{ .name = "ps.container", .aliases = "container.id", .json = "container", .title = "CONTAINER ID", .kind = VALUE_TEXT, .rows = ROW_ANY, .flags = FIELD_WORD, .width = 12, .get = getps_container,
	  .help = "Id of the container that the process is in." },
	{ .name = "ps.container.name", .aliases = "container container.name", .json = "container_name", .title = "CONTAINER", .kind = VALUE_TEXT, .rows = ROW_ANY, .flags = FIELD_WORD, .width = 16, .get = getps_container_name,
	  .help = "Name of that container, from the files of docker, containerd, CRI-O or podman." },
	{ .name = "ps.container.image", .aliases = "container.image", .json = "container_image", .title = "IMAGE", .kind = VALUE_TEXT, .rows = ROW_ANY, .flags = FIELD_WORD, .width = 24, .get = getps_container_image,
	  .help = "Image that the container was made from." },
	{ .name = "ps.pod", .aliases = "pod k8s.pod", .json = "pod_name", .title = "POD", .kind = VALUE_TEXT, .rows = ROW_ANY, .flags = FIELD_WORD, .width = 24, .get = getps_pod,
	  .help = "Name of the Kubernetes pod that the container is in." },
	{ .name = "ps.pod.namespace", .aliases = "k8s.namespace k8s.ns", .json = "pod_namespace", .title = "K8S NAMESPACE", .kind = VALUE_TEXT, .rows = ROW_ANY, .flags = FIELD_WORD, .width = 16, .get = getps_pod_namespace,
	  .help = "Kubernetes namespace of that pod." },
	{ .name = "ps.pod.uid", .json = "pod_uid", .title = "POD UID", .kind = VALUE_TEXT, .rows = ROW_ANY, .width = 36, .get = getps_pod_uid,
	  .help = "Unique id of that pod." },
	{ .name = "ps.parent.name", .title = "PARENT", .kind = VALUE_TEXT, .rows = ROW_ANY, .width = 15, .get = getps_parent,
	  .help = "Name of the parent process, where it is known." },
	{ .name = "ps.ancestor", .json = "ancestors", .title = "ANCESTORS", .kind = VALUE_LIST, .rows = ROW_ANY, .width = 28, .get = getps_ancestor,
	  .help = "Names of parent, grandparent and so on, as far as they are known." },
	{ .name = "ps.start.time", .json = "start_ns", .title = "STARTED", .kind = VALUE_TIME, .rows = ROW_ANY, .width = 12, .get = getps_start,
	  .help = "When the process started." },
	{ .name = "ps.exit.time", .title = "EXITED", .kind = VALUE_TIME, .rows = ROW_ANY, .width = 12, .get = getps_exit,
	  .help = "When the process ended." },
	{ .name = "ps.how", .title = "KNOWN BY", .kind = VALUE_TEXT, .rows = ROW_FLOW | ROW_ANY_PING | ROW_ANY_DNS | ROW_PACKET, .flags = FIELD_NOCASE, .width = 9, .get = getps_how,
	  .help = "How the process is known: current, received, state, created, inherited, start, joined, kernel, none." },
	{ .name = "ps.tx.packets", .title = "TX PKT", .kind = VALUE_NUMBER, .rows = ROW_PROC, .width = 6, .get = getps_tx_packets,
	  .help = "Packets that the process sent." },
	{ .name = "ps.tx.bytes", .title = "TX", .kind = VALUE_SIZE, .rows = ROW_PROC, .width = 7, .get = getps_tx_bytes,
	  .help = "Bytes that the process sent." },
	{ .name = "ps.rx.packets", .title = "RX PKT", .kind = VALUE_NUMBER, .rows = ROW_PROC, .width = 6, .get = getps_rx_packets,
	  .help = "Packets that the process received." },
	{ .name = "ps.rx.bytes", .title = "RX", .kind = VALUE_SIZE, .rows = ROW_PROC, .width = 7, .get = getps_rx_bytes,
	  .help = "Bytes that the process received." },
};
/* clang-format on */

const size_t fields_count = sizeof(fields) / sizeof(fields[0]);

/* Is `name` (len bytes) one of the words in the list? Ignoring case. */
static bool is_word(const char *words, const char *name, size_t len)
{
	while (words && *words) {
		size_t n = strcspn(words, " ");
		if (n == len && !strncasecmp(words, name, n))
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}

/* "net_packet_tcp.args.src" -> "src": Tracee's names of what all have. */
static const char *without_event(const char *name)
{
	static const char *const argument[] = { ".args.", ".data." };

	if (strncasecmp(name, "net_packet_", 11))
		return name;
	const char *dot = strchr(name, '.');
	for (int i = 0; dot && i < 2; i++) {
		const char *rest = dot + 6;
		if (!strncasecmp(dot, argument[i], 6) &&
		    is_word("src dst src_port dst_port", rest, strlen(rest)))
			return rest;
	}
	return name;
}

const struct field *field_find(const char *name)
{
	name = without_event(name);

	size_t len = strlen(name);
	for (size_t i = 0; i < fields_count; i++) {
		const struct field *f = &fields[i];
		if (!strcasecmp(f->name, name) || is_word(f->aliases, name, len))
			return f;
	}
	return NULL;
}

const char *field_nearest(const char *name)
{
	struct near near = near_of(name);

	for (size_t i = 0; i < fields_count; i++) {
		const char *words[] = { fields[i].name, fields[i].aliases };
		for (int k = 0; k < 2; k++) {
			for (const char *w = words[k]; w && *w;) {
				size_t n = strcspn(w, " ");
				near_try(&near, w, n, fields[i].name);
				w += n + (w[n] == ' ');
			}
		}
	}
	return near.best;
}

const char *field_kind_text(enum value_kind kind)
{
	static const char *const names[] = {
		[VALUE_NONE] = "nothing",   [VALUE_BOOL] = "yes/no",
		[VALUE_NUMBER] = "number",  [VALUE_SIZE] = "size",
		[VALUE_DURATION] = "duration", [VALUE_TIME] = "time",
		[VALUE_TEXT] = "text",	    [VALUE_ADDRESS] = "address",
		[VALUE_LIST] = "list of text",
	};

	return names[kind];
}

bool field_get(const struct field *f, const struct row *row, struct value *out)
{
	struct row other;

	if (f->rows & row->kind)
		return f->get(row, out);
	return getnet_whose(row, f->rows, &other) && f->get(&other, out);
}

void field_text(const struct field *f, const struct row *row, char *text,
		size_t size)
{
	struct value v;

	if (size == 0)
		return;
	if (!field_get(f, row, &v))
		snprintf(text, size, "-");
	else if (f->flags & FIELD_NAME && v.kind == VALUE_TEXT && !*v.text)
		snprintf(text, size, "."); /* the root, RFC 1035 5.1 */
	else
		value_text(&v, row->model, text, size);
}

void field_list(void (*line)(void *ctx, const char *text), void *ctx)
{
	for (size_t i = 0; i < fields_count; i++) {
		const struct field *f = &fields[i];
		char text[512];
		snprintf(text, sizeof(text), "%-18s %-12s %s%s%s%s", f->name,
			 field_kind_text(f->kind), f->help,
			 f->aliases ? " Also: " : "",
			 f->aliases ? f->aliases : "", f->aliases ? "." : "");
		line(ctx, text);
	}
}
