/* SPDX-License-Identifier: MIT */
#include "core/names.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bpf/event.h"
#include "core/services.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct number_name {
	uint16_t number;
	const char *name;
};

/* Tables are in ascending order; NULL when the number is not there. */
static const char *find(const struct number_name *table, size_t count,
			unsigned number)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (table[mid].number == number)
			return table[mid].name;
		if (table[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* IANA "Assigned Internet Protocol Numbers", in the spelling of events.md 4. */
static const struct number_name ip_protocols[] = {
	{ 0, "IPv6HopByHop" },	   { 1, "ICMPv4" },
	{ 2, "IGMP" },		   { 4, "IPv4" },
	{ 6, "TCP" },		   { 17, "UDP" },
	{ 27, "RUDP" },		   { 41, "IPv6" },
	{ 43, "IPv6Routing" },	   { 44, "IPv6Fragment" },
	{ 47, "GRE" },		   { 50, "IPSecESP" },
	{ 51, "IPSecAH" },	   { 58, "ICMPv6" },
	{ 59, "NoNextHeader" },	   { 60, "IPv6Destination" },
	{ 89, "OSPF" },		   { 97, "EtherIP" },
	{ 112, "VRRP" },	   { 132, "SCTP" },
	{ 136, "UDPLite" },	   { 137, "MPLS" },
};

const char *names_ip_protocol(uint8_t protocol, char text[NAMES_TEXT])
{
	const char *name = find(ip_protocols, COUNT(ip_protocols), protocol);

	if (name)
		return name;
	snprintf(text, NAMES_TEXT, "%u", protocol);
	return text;
}

struct icmp_name {
	uint8_t type;
	uint8_t codes_told; /* of `codes`, the first so many are in events.md 4 */
	bool told; /* and so is the type */
	const char *name;
	const char *codes; /* from 0 on, or from n with "n=", separated by spaces; NULL: none */
};

/*
 * IANA "ICMP Type Numbers" with their codes: RFC 792, 950, 1122 3.2.2.1, 1256,
 * 1393, 1475, 1788, 1812 5.2.7.1, 2521, 4065, 4727, 5944, 6918, 8335.
 */
/* clang-format off */
static const struct icmp_name icmp4_names[] = {
	{ 0, 0, true, "EchoReply", NULL },
	{ 3, 16, true, "DestinationUnreachable",
	  "Net Host Protocol Port FragmentationNeeded SourceRoutingFailed "
	  "NetUnknown HostUnknown SourceIsolated NetAdminProhibited "
	  "HostAdminProhibited NetTOS HostTOS CommAdminProhibited "
	  "HostPrecedence PrecedenceCutoff" },
	{ 4, 0, true, "SourceQuench", NULL },
	{ 5, 4, true, "Redirect", "Net Host TOS+Net TOS+Host" },
	{ 6, 0, false, "AlternateHostAddress", NULL },
	{ 8, 0, true, "EchoRequest", NULL },
	{ 9, 0, true, "RouterAdvertisement", "16=DoesNotRouteCommonTraffic" },
	{ 10, 0, true, "RouterSolicitation", NULL },
	{ 11, 2, true, "TimeExceeded",
	  "TTLExceeded FragmentReassemblyTimeExceeded" },
	{ 12, 3, true, "ParameterProblem",
	  "PointerIndicatesError MissingOption BadLength" },
	{ 13, 0, true, "TimestampRequest", NULL },
	{ 14, 0, true, "TimestampReply", NULL },
	{ 15, 0, true, "InfoRequest", NULL },
	{ 16, 0, true, "InfoReply", NULL },
	{ 17, 0, true, "AddressMaskRequest", NULL },
	{ 18, 0, true, "AddressMaskReply", NULL },
	{ 30, 0, false, "Traceroute", "Forwarded NoRoute" },
	{ 31, 0, false, "DatagramConversionError", NULL },
	{ 32, 0, false, "MobileHostRedirect", NULL },
	{ 33, 0, false, "IPv6WhereAreYou", NULL },
	{ 34, 0, false, "IPv6IAmHere", NULL },
	{ 35, 0, false, "MobileRegistrationRequest", NULL },
	{ 36, 0, false, "MobileRegistrationReply", NULL },
	{ 37, 0, false, "DomainNameRequest", NULL },
	{ 38, 0, false, "DomainNameReply", NULL },
	{ 39, 0, false, "SKIP", NULL },
	{ 40, 0, false, "Photuris",
	  "BadSPI AuthenticationFailed DecompressionFailed DecryptionFailed "
	  "NeedAuthentication NeedAuthorization" },
	{ 41, 0, false, "ExperimentalMobility", NULL },
	{ 42, 0, false, "ExtendedEchoRequest", NULL },
	{ 43, 0, false, "ExtendedEchoReply",
	  "NoError MalformedQuery NoSuchInterface NoSuchTableEntry "
	  "MultipleInterfaces" },
	{ 253, 0, false, "Experiment1", NULL },
	{ 254, 0, false, "Experiment2", NULL },
};

/*
 * IANA "ICMPv6 type Numbers" with their codes: RFC 2710, 2894, 3122, 3810,
 * 3971, 4065, 4286, 4443, 4620, 4861, 5568, 6275, 6550, 6554, 6743, 6775, 6997,
 * 6998, 7112, 7731, 8335, 8505, 8754, 8883, 9009, 9914.
 */
static const struct icmp_name icmp6_names[] = {
	{ 1, 7, true, "DestinationUnreachable",
	  "NoRouteToDst AdminProhibited BeyondScopeOfSrc AddressUnreachable "
	  "PortUnreachable SrcAddressFailedPolicy RejectRouteToDst "
	  "ErrorInSourceRoutingHeader HeadersTooLong" },
	{ 2, 0, true, "PacketTooBig", NULL },
	{ 3, 2, true, "TimeExceeded",
	  "HopLimitExceeded FragmentReassemblyTimeExceeded" },
	{ 4, 3, true, "ParameterProblem",
	  "ErroneousHeaderField UnrecognizedNextHeader "
	  "UnrecognizedIPv6Option IncompleteHeaderChain SRUpperLayerHeader "
	  "UnrecognizedNextHeaderAtNode ExtensionHeaderTooBig "
	  "ExtensionHeaderChainTooLong TooManyExtensionHeaders "
	  "TooManyOptions OptionTooBig" },
	{ 100, 0, false, "PrivateError1", NULL },
	{ 101, 0, false, "PrivateError2", NULL },
	{ 127, 0, false, "ReservedForErrors", NULL },
	{ 128, 0, true, "EchoRequest", NULL },
	{ 129, 0, true, "EchoReply", NULL },
	{ 130, 0, true, "MulticastListenerQuery", NULL },
	{ 131, 0, true, "MulticastListenerReport", NULL },
	{ 132, 0, true, "MulticastListenerDone", NULL },
	{ 133, 0, true, "RouterSolicitation", NULL },
	{ 134, 0, true, "RouterAdvertisement", NULL },
	{ 135, 0, true, "NeighborSolicitation", NULL },
	{ 136, 0, true, "NeighborAdvertisement", NULL },
	{ 137, 0, true, "Redirect", NULL },
	{ 138, 0, false, "RouterRenumbering",
	  "Command Result 255=SequenceNumberReset" },
	{ 139, 0, false, "NodeInformationQuery", "IPv6Address Name IPv4Address" },
	{ 140, 0, false, "NodeInformationReply", "Success Refused UnknownQtype" },
	{ 141, 0, false, "InverseNeighborSolicitation", NULL },
	{ 142, 0, false, "InverseNeighborAdvertisement", NULL },
	{ 143, 0, true, "MulticastListenerReportV2", NULL },
	{ 144, 0, false, "HomeAgentAddressDiscoveryRequest", NULL },
	{ 145, 0, false, "HomeAgentAddressDiscoveryReply", NULL },
	{ 146, 0, false, "MobilePrefixSolicitation", NULL },
	{ 147, 0, false, "MobilePrefixAdvertisement", NULL },
	{ 148, 0, false, "CertificationPathSolicitation", NULL },
	{ 149, 0, false, "CertificationPathAdvertisement", NULL },
	{ 150, 0, false, "ExperimentalMobility", NULL },
	{ 151, 0, false, "MulticastRouterAdvertisement", NULL },
	{ 152, 0, false, "MulticastRouterSolicitation", NULL },
	{ 153, 0, false, "MulticastRouterTermination", NULL },
	{ 154, 0, false, "FMIPv6", NULL },
	{ 155, 0, false, "RPLControl",
	  "DIS DIO DAO DAO-ACK P2P-DRO P2P-DRO-ACK Measurement DCO DCO-ACK "
	  "PDR PDR-ACK 128=SecureDIS SecureDIO SecureDAO SecureDAO-ACK "
	  "SecureP2P-DRO SecureP2P-DRO-ACK 135=SecureDCO SecureDCO-ACK "
	  "138=ConsistencyCheck" },
	{ 156, 0, false, "ILNPv6LocatorUpdate", NULL },
	{ 157, 0, false, "DuplicateAddressRequest",
	  "DAR EDAR64 EDAR128 EDAR192 EDAR256" },
	{ 158, 0, false, "DuplicateAddressConfirmation",
	  "DAC EDAC64 EDAC128 EDAC192 EDAC256" },
	{ 159, 0, false, "MPLControl", NULL },
	{ 160, 0, false, "ExtendedEchoRequest", NULL },
	{ 161, 0, false, "ExtendedEchoReply",
	  "NoError MalformedQuery NoSuchInterface NoSuchTableEntry "
	  "MultipleInterfaces" },
	{ 200, 0, false, "PrivateMessage1", NULL },
	{ 201, 0, false, "PrivateMessage2", NULL },
	{ 255, 0, false, "ReservedForMessages", NULL },
};
/* clang-format on */

/* The name of number n in a list of words; its length, or 0. */
static size_t word(const char *list, unsigned n, const char **out)
{
	for (unsigned at = 0; list && *list; at++) {
		size_t len = strcspn(list, " "), head = strcspn(list, "= ");

		*out = list;
		if (head < len) {
			at = (unsigned)strtoul(list, NULL, 10);
			*out = list + head + 1;
			len -= head + 1;
		}
		if (at == n)
			return len;
		list = *out + len;
		list += *list == ' ';
	}
	return 0;
}

static const struct icmp_name *icmp_find(uint8_t family, uint8_t type)
{
	const struct icmp_name *table = family == 4 ? icmp4_names : icmp6_names;
	size_t n = family == 4 ? COUNT(icmp4_names) : COUNT(icmp6_names);

	for (size_t i = 0; i < n; i++)
		if (table[i].type == type)
			return &table[i];
	return NULL;
}

/* told: only what events.md 4 has a name for. */
static const char *icmp_text(uint8_t family, uint8_t type, uint8_t code,
			     bool told, char text[NAMES_TEXT])
{
	const struct icmp_name *n = icmp_find(family, type);
	const char *name;
	size_t len;

	if (!n || (told && !n->told)) {
		snprintf(text, NAMES_TEXT, "%u(%u)", type, code);
		return text;
	}
	bool has_codes = told ? n->codes_told > 0 :
				n->codes && word(n->codes, 0, &name) > 0;
	if (!has_codes && code == 0)
		return n->name;
	len = told && code >= n->codes_told ? 0 : word(n->codes, code, &name);
	if (len > 0)
		snprintf(text, NAMES_TEXT, "%s(%.*s)", n->name, (int)len, name);
	else
		snprintf(text, NAMES_TEXT, "%s(Code: %u)", n->name, code);
	return text;
}

const char *names_icmp(uint8_t family, uint8_t type, uint8_t code,
		       char text[NAMES_TEXT])
{
	return icmp_text(family, type, code, false, text);
}

const char *names_icmp_short(uint8_t family, uint8_t type, uint8_t code)
{
	static const char *const unreachable4[] = {
		"net unreach",	"host unreach", "no protocol", "port unreach",
		"too big",	"source route", "no net",      "no host",
		"isolated",	"prohibited",	"prohibited",  "net unreach",
		"host unreach", "prohibited",	"prohibited",  "prohibited",
	};
	static const char *const unreachable6[] = {
		"no route",	"prohibited", "beyond scope", "host unreach",
		"port unreach", "prohibited", "prohibited",   "source route",
		"too long",
	};

	if (family == 4 && type == 3 && code < COUNT(unreachable4))
		return unreachable4[code];
	if (family == 6 && type == 1 && code < COUNT(unreachable6))
		return unreachable6[code];
	if (family == 6 && type == 2)
		return "too big";
	if (type == (family == 6 ? 3 : 11))
		return code == 0 ? "out of hops" : "incomplete";
	if (type == (family == 6 ? 4 : 12))
		return "bad header";
	return family == 4 && type == 4 ? "slow down" :
	       family == 4 && type == 5 ? "redirect" :
					  NULL;
}

const char *names_icmp_event(uint8_t family, uint8_t type, uint8_t code,
			     char text[NAMES_TEXT])
{
	return icmp_text(family, type, code, true, text);
}

/* IANA "Resource Record (RR) TYPEs", QTYPEs among them; ANY is its "*". */
/* clang-format off */
static const struct number_name dns_types[] = {
	{ 1, "A" }, { 2, "NS" }, { 3, "MD" }, { 4, "MF" }, { 5, "CNAME" },
	{ 6, "SOA" }, { 7, "MB" }, { 8, "MG" }, { 9, "MR" }, { 10, "NULL" },
	{ 11, "WKS" }, { 12, "PTR" }, { 13, "HINFO" }, { 14, "MINFO" },
	{ 15, "MX" }, { 16, "TXT" }, { 17, "RP" }, { 18, "AFSDB" },
	{ 19, "X25" }, { 20, "ISDN" }, { 21, "RT" }, { 22, "NSAP" },
	{ 23, "NSAP-PTR" }, { 24, "SIG" }, { 25, "KEY" }, { 26, "PX" },
	{ 27, "GPOS" }, { 28, "AAAA" }, { 29, "LOC" }, { 30, "NXT" },
	{ 31, "EID" }, { 32, "NIMLOC" }, { 33, "SRV" }, { 34, "ATMA" },
	{ 35, "NAPTR" }, { 36, "KX" }, { 37, "CERT" }, { 38, "A6" },
	{ 39, "DNAME" }, { 40, "SINK" }, { 41, "OPT" }, { 42, "APL" },
	{ 43, "DS" }, { 44, "SSHFP" }, { 45, "IPSECKEY" }, { 46, "RRSIG" },
	{ 47, "NSEC" }, { 48, "DNSKEY" }, { 49, "DHCID" }, { 50, "NSEC3" },
	{ 51, "NSEC3PARAM" }, { 52, "TLSA" }, { 53, "SMIMEA" },
	{ 55, "HIP" }, { 56, "NINFO" }, { 57, "RKEY" }, { 58, "TALINK" },
	{ 59, "CDS" }, { 60, "CDNSKEY" }, { 61, "OPENPGPKEY" },
	{ 62, "CSYNC" }, { 63, "ZONEMD" }, { 64, "SVCB" }, { 65, "HTTPS" },
	{ 66, "DSYNC" }, { 67, "HHIT" }, { 68, "BRID" }, { 99, "SPF" },
	{ 100, "UINFO" }, { 101, "UID" }, { 102, "GID" }, { 103, "UNSPEC" },
	{ 104, "NID" }, { 105, "L32" }, { 106, "L64" }, { 107, "LP" },
	{ 108, "EUI48" }, { 109, "EUI64" }, { 128, "NXNAME" },
	{ 249, "TKEY" }, { 250, "TSIG" }, { 251, "IXFR" }, { 252, "AXFR" },
	{ 253, "MAILB" }, { 254, "MAILA" }, { 255, "ANY" }, { 256, "URI" },
	{ 257, "CAA" }, { 258, "AVC" }, { 259, "DOA" }, { 260, "AMTRELAY" },
	{ 261, "RESINFO" }, { 262, "WALLET" }, { 263, "CLA" }, { 264, "IPN" },
	{ 32768, "TA" }, { 32769, "DLV" },
};
/* clang-format on */

const char *names_dns_type(uint16_t type, char text[NAMES_TEXT])
{
	const char *name = find(dns_types, COUNT(dns_types), type);

	if (name)
		return name;
	snprintf(text, NAMES_TEXT, "TYPE%u", type); /* RFC 3597 5 */
	return text;
}

int names_dns_type_number(const char *name)
{
	for (size_t i = 0; i < COUNT(dns_types); i++)
		if (strcasecmp(dns_types[i].name, name) == 0)
			return dns_types[i].number;
	if (strncasecmp(name, "TYPE", 4) != 0)
		return -1;
	const char *digits = name + 4;
	size_t n = strspn(digits, "0123456789");
	if (n == 0 || n > 5 || digits[n])
		return -1;
	long number = strtol(digits, NULL, 10);
	return number <= UINT16_MAX ? (int)number : -1;
}

const char *names_dns_class(uint16_t class)
{
	/* IANA "DNS CLASSes", events.md 4; 2: RFC 1035 3.2.4. */
	static const struct number_name classes[] = {
		{ 1, "IN" }, { 2, "CS" },    { 3, "CH" },
		{ 4, "HS" }, { 255, "Any" },
	};
	const char *name = find(classes, COUNT(classes), class);

	return name ? name : "Unknown";
}

const char *names_dns_opcode(uint8_t opcode)
{
	/* IANA "DNS OpCodes", in the spelling of events.md 4. */
	static const struct number_name opcodes[] = {
		{ 0, "query" },	 { 1, "inverse query" }, { 2, "status" },
		{ 4, "notify" }, { 5, "update" },
	};
	const char *name = find(opcodes, COUNT(opcodes), opcode);

	return name ? name : "unknown";
}

const char *names_dns_rcode_long(uint16_t rcode)
{
	/* IANA "DNS RCODEs", in the spelling of events.md 4. */
	static const struct number_name rcodes[] = {
		{ 0, "no error" },
		{ 1, "format error" },
		{ 2, "server failure" },
		{ 3, "non-existent domain" },
		{ 4, "not implemented" },
		{ 5, "query refused" },
		{ 6, "name exists when it should not" },
		{ 7, "rr set exists when it should not" },
		{ 8, "rr set that should exist does not" },
		{ 9, "server not authoritative for zone" },
		{ 10, "name not contained in zone" },
		{ 16, "bad opt version" },
		{ 17, "key not recognized" },
		{ 18, "signature out of time window" },
		{ 19, "bad tkey mode" },
		{ 20, "duplicate key name" },
		{ 21, "algorithm not supported" },
		{ 22, "bad truncation" },
		{ 23, "bad cookie" },
	};
	const char *name = find(rcodes, COUNT(rcodes), rcode);

	return name ? name : "unknown";
}

const char *names_dns_rcode(uint16_t rcode, char text[NAMES_TEXT])
{
	/* IANA "DNS RCODEs"; NOTIMP as dig and session.md write it. */
	static const struct number_name rcodes[] = {
		{ 0, "NOERROR" },  { 1, "FORMERR" },	{ 2, "SERVFAIL" },
		{ 3, "NXDOMAIN" }, { 4, "NOTIMP" },	{ 5, "REFUSED" },
		{ 6, "YXDOMAIN" }, { 7, "YXRRSET" },	{ 8, "NXRRSET" },
		{ 9, "NOTAUTH" },  { 10, "NOTZONE" },	{ 11, "DSOTYPENI" },
		{ 16, "BADVERS" }, { 17, "BADKEY" },	{ 18, "BADTIME" },
		{ 19, "BADMODE" }, { 20, "BADNAME" },	{ 21, "BADALG" },
		{ 22, "BADTRUNC" }, { 23, "BADCOOKIE" },
	};
	const char *name = find(rcodes, COUNT(rcodes), rcode);

	if (name)
		return name;
	snprintf(text, NAMES_TEXT, "RCODE%u", rcode);
	return text;
}

const char *names_dns_option(uint16_t code)
{
	/* IANA "DNS EDNS0 Option Codes (OPT)", spelled as in events.md 4. */
	static const struct number_name options[] = {
		{ 3, "NSID" },
		{ 5, "DAU" },
		{ 6, "DHU" },
		{ 7, "N3U" },
		{ 8, "EDNSClientSubnet" },
		{ 9, "EDNSExpire" },
		{ 10, "Cookie" },
		{ 11, "EDNSKeepAlive" },
		{ 12, "CodePadding" },
		{ 13, "CodeChain" },
		{ 14, "CodeEDNSKeyTag" },
		{ 15, "ExtendedDNSError" },
	};
	const char *name = find(options, COUNT(options), code);

	return name ? name : "Unknown";
}

const char *names_service(uint8_t protocol, uint16_t port)
{
	unsigned want = protocol == IPPROTO_TCP ? SERVICE_TCP :
			protocol == IPPROTO_UDP ? SERVICE_UDP :
						  0;
	size_t low = 0, high = services_count;

	while (low < high) { /* the first row of the port */
		size_t mid = low + (high - low) / 2;
		if (services[mid].port < port)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < services_count && services[low].port == port; low++)
		if (services[low].protocols & want)
			return services[low].name;
	return "";
}

int names_service_port(const char *name)
{
	for (size_t i = 0; i < services_count; i++)
		if (strcasecmp(services[i].name, name) == 0)
			return services[i].port;
	for (size_t i = 0; i < service_aliases_count; i++)
		if (strcasecmp(service_aliases[i].name, name) == 0)
			return service_aliases[i].port;
	return -1;
}

const char *names_how(uint8_t how)
{
	static const char *const names[] = {
		[EVENT_HOW_NONE] = "none",
		[EVENT_HOW_CURRENT] = "current",
		[EVENT_HOW_RECEIVED] = "received",
		[EVENT_HOW_STATE] = "state",
		[EVENT_HOW_CREATED] = "created",
		[EVENT_HOW_INHERITED] = "inherited",
		[EVENT_HOW_START] = "start",
		[EVENT_HOW_KERNEL] = "kernel",
		[EVENT_HOW_SHARED] = "shared",
		[EVENT_HOW_JOINED] = "joined",
	};
	return how < COUNT(names) ? names[how] : "none";
}

const char *names_direction(uint8_t direction)
{
	switch (direction) {
	case EVENT_INGRESS:
		return "ingress";
	case EVENT_EGRESS:
		return "egress";
	}
	return "unknown";
}
