/* SPDX-License-Identifier: MIT */
/* Protocol numbers and their names, each table with its source (events.md section 4). */
#ifndef NX_NAMES_H
#define NX_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* Long enough for every text below. */
#define NAMES_TEXT 64

/* "TCP", "ICMPv4"; a number where there is no name. For IPv4's protocol and IPv6's next header. */
const char *names_ip_protocol(uint8_t protocol, char text[NAMES_TEXT]);
/* "EchoRequest", "DestinationUnreachable(Port)". family is 4 or 6. */
const char *names_icmp(uint8_t family, uint8_t type, uint8_t code, char text[NAMES_TEXT]);
/* An error in a few letters for people, "port unreach"; NULL: it is none that has any. */
const char *names_icmp_short(uint8_t family, uint8_t type, uint8_t code);
/* The same as the events have it: what events.md 4 does not list is "160(0)". */
const char *names_icmp_event(uint8_t family, uint8_t type, uint8_t code, char text[NAMES_TEXT]);
/* "AAAA", "TYPE123" (RFC 3597). */
const char *names_dns_type(uint16_t type, char text[NAMES_TEXT]);
/* The number of a DNS type's name, any case, or of "TYPE123"; -1: no such. */
int names_dns_type_number(const char *name);
const char *names_dns_class(uint16_t class); /* "IN" ... "Unknown" */
const char *names_dns_opcode(uint8_t opcode); /* "query" ... "unknown" */
const char *names_dns_rcode_long(uint16_t rcode); /* "no error", as in the events */
const char *names_dns_rcode(uint16_t rcode, char text[NAMES_TEXT]); /* "NOERROR", "NXDOMAIN", "RCODE99" */
const char *names_dns_option(uint16_t code); /* EDNS: "Cookie" ... "Unknown" */
/* IANA service of a port ("https"); "" when none. protocol: IPPROTO_TCP or _UDP. */
const char *names_service(uint8_t protocol, uint16_t port);
/* The port of a service name, or -1. */
int names_service_port(const char *name);
/* "none" "current" ...: enum event_how (bpf/event.h), events.md section 2. */
const char *names_how(uint8_t how);
/* "ingress" "egress" "unknown": enum event_direction. */
const char *names_direction(uint8_t direction);

#endif
