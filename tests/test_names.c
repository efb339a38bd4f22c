/* SPDX-License-Identifier: MIT */
#include "core/names.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/event.h"
#include "core/services.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct icmp_claim {
	uint8_t family, type, code;
	const char *want;
	const char *event; /* as the events have it; NULL: the same */
} icmps[] = {
	{ 4, 0, 0, "EchoReply", NULL },
	{ 4, 8, 0, "EchoRequest", NULL },
	{ 4, 8, 9, "EchoRequest(Code: 9)", NULL },
	{ 4, 3, 0, "DestinationUnreachable(Net)", NULL },
	{ 4, 3, 3, "DestinationUnreachable(Port)", NULL },
	{ 4, 3, 15, "DestinationUnreachable(PrecedenceCutoff)", NULL },
	{ 4, 3, 16, "DestinationUnreachable(Code: 16)", NULL },
	{ 4, 3, 255, "DestinationUnreachable(Code: 255)", NULL },
	{ 4, 5, 2, "Redirect(TOS+Net)", NULL },
	{ 4, 6, 0, "AlternateHostAddress", "6(0)" },
	{ 4, 9, 0, "RouterAdvertisement", NULL },
	{ 4, 9, 1, "RouterAdvertisement(Code: 1)", NULL },
	{ 4, 9, 16, "RouterAdvertisement(DoesNotRouteCommonTraffic)",
	  "RouterAdvertisement(Code: 16)" },
	{ 4, 11, 1, "TimeExceeded(FragmentReassemblyTimeExceeded)", NULL },
	{ 4, 12, 2, "ParameterProblem(BadLength)", NULL },
	{ 4, 18, 0, "AddressMaskReply", NULL },
	{ 4, 40, 5, "Photuris(NeedAuthorization)", "40(5)" },
	{ 4, 42, 0, "ExtendedEchoRequest", "42(0)" },
	{ 4, 43, 0, "ExtendedEchoReply(NoError)", "43(0)" },
	{ 4, 43, 4, "ExtendedEchoReply(MultipleInterfaces)", "43(4)" },
	{ 4, 43, 5, "ExtendedEchoReply(Code: 5)", "43(5)" },
	{ 4, 200, 3, "200(3)", NULL },
	{ 4, 128, 0, "128(0)", NULL },
	{ 6, 1, 4, "DestinationUnreachable(PortUnreachable)", NULL },
	{ 6, 1, 7, "DestinationUnreachable(ErrorInSourceRoutingHeader)",
	  "DestinationUnreachable(Code: 7)" },
	{ 6, 1, 8, "DestinationUnreachable(HeadersTooLong)",
	  "DestinationUnreachable(Code: 8)" },
	{ 6, 1, 9, "DestinationUnreachable(Code: 9)", NULL },
	{ 6, 2, 0, "PacketTooBig", NULL },
	{ 6, 3, 0, "TimeExceeded(HopLimitExceeded)", NULL },
	{ 6, 4, 2, "ParameterProblem(UnrecognizedIPv6Option)", NULL },
	{ 6, 4, 10, "ParameterProblem(OptionTooBig)",
	  "ParameterProblem(Code: 10)" },
	{ 6, 128, 0, "EchoRequest", NULL },
	{ 6, 135, 0, "NeighborSolicitation", NULL },
	{ 6, 138, 1, "RouterRenumbering(Result)", "138(1)" },
	{ 6, 138, 2, "RouterRenumbering(Code: 2)", "138(2)" },
	{ 6, 138, 255, "RouterRenumbering(SequenceNumberReset)", "138(255)" },
	{ 6, 143, 0, "MulticastListenerReportV2", NULL },
	{ 6, 155, 1, "RPLControl(DIO)", "155(1)" },
	{ 6, 155, 10, "RPLControl(PDR-ACK)", "155(10)" },
	{ 6, 155, 11, "RPLControl(Code: 11)", "155(11)" },
	{ 6, 155, 128, "RPLControl(SecureDIS)", "155(128)" },
	{ 6, 155, 134, "RPLControl(Code: 134)", "155(134)" },
	{ 6, 155, 136, "RPLControl(SecureDCO-ACK)", "155(136)" },
	{ 6, 155, 138, "RPLControl(ConsistencyCheck)", "155(138)" },
	{ 6, 157, 1, "DuplicateAddressRequest(EDAR64)", "157(1)" },
	{ 6, 160, 0, "ExtendedEchoRequest", "160(0)" },
	{ 6, 8, 0, "8(0)", NULL },
};

static void test_icmp(void **state)
{
	char text[NAMES_TEXT];

	(void)state;
	for (size_t i = 0; i < N(icmps); i++) {
		const struct icmp_claim *c = &icmps[i];
		const char *got = names_icmp(c->family, c->type, c->code, text);
		if (strcmp(got, c->want) != 0)
			fail_msg("%s: \"%s\"", c->want, got);
		got = names_icmp_event(c->family, c->type, c->code, text);
		if (strcmp(got, c->event ? c->event : c->want) != 0)
			fail_msg("%s, in an event: \"%s\"", c->want, got);
	}
	for (unsigned i = 0; i < 65536; i++) /* none is longer than its room */
		for (uint8_t family = 4; family <= 6; family += 2)
			assert_true(strlen(names_icmp(family, (uint8_t)(i >> 8),
						      (uint8_t)i, text)) <
				    NAMES_TEXT - 1);
}

/* IANA's registries: every type that is assigned, and no other, has a name. */
static void test_icmp_types(void **state)
{
	static const char *const assigned[] = {
		" 0 3 4 5 6 8 9 10 11 12 13 14 15 16 17 18 30 31 32 33 34 35"
		" 36 37 38 39 40 41 42 43 253 254 ",
		" 1 2 3 4 100 101 127 128 129 130 131 132 133 134 135 136 137"
		" 138 139 140 141 142 143 144 145 146 147 148 149 150 151 152"
		" 153 154 155 156 157 158 159 160 161 200 201 255 ",
	};
	char text[NAMES_TEXT], number[8];

	(void)state;
	for (unsigned v6 = 0; v6 < 2; v6++) {
		for (unsigned type = 0; type < 256; type++) {
			const char *name = names_icmp(v6 ? 6 : 4, (uint8_t)type,
						      0, text);
			snprintf(number, sizeof(number), " %u ", type);
			if (!strstr(assigned[v6], number) !=
			    (name[0] >= '0' && name[0] <= '9'))
				fail_msg("ICMPv%u %u: %s", v6 ? 6 : 4, type,
					 name);
		}
	}
}

static void test_ip_protocol(void **state)
{
	char text[NAMES_TEXT];

	(void)state;
	assert_string_equal(names_ip_protocol(0, text), "IPv6HopByHop");
	assert_string_equal(names_ip_protocol(6, text), "TCP");
	assert_string_equal(names_ip_protocol(17, text), "UDP");
	assert_string_equal(names_ip_protocol(58, text), "ICMPv6");
	assert_string_equal(names_ip_protocol(137, text), "MPLS");
	assert_string_equal(names_ip_protocol(3, text), "3");
	assert_string_equal(names_ip_protocol(255, text), "255");
}

/* Each type's name leads back to its number. */
static void test_dns_types(void **state)
{
	char text[NAMES_TEXT];
	unsigned named = 0;

	(void)state;
	for (unsigned i = 0; i < 65536; i++) {
		const char *name = names_dns_type((uint16_t)i, text);
		named += strncmp(name, "TYPE", 4) != 0;
		if (names_dns_type_number(name) != (int)i)
			fail_msg("%u: %s", i, name);
	}
	assert_int_equal(named, 97);
	assert_string_equal(names_dns_type(65, text), "HTTPS");
	assert_string_equal(names_dns_type(255, text), "ANY");
	assert_string_equal(names_dns_type(123, text), "TYPE123");
	assert_int_equal(names_dns_type_number("aaaa"), 28);
	assert_int_equal(names_dns_type_number("type1"), 1);
	assert_int_equal(names_dns_type_number("TYPE65536"), -1);
	assert_int_equal(names_dns_type_number("TYPE"), -1);
	assert_int_equal(names_dns_type_number("TYPE1x"), -1);
	assert_int_equal(names_dns_type_number("TYPE000000000000001"), -1);
	assert_int_equal(names_dns_type_number(""), -1);
}

static void test_dns_words(void **state)
{
	char text[NAMES_TEXT];

	(void)state;
	assert_string_equal(names_dns_class(1), "IN");
	assert_string_equal(names_dns_class(255), "Any");
	assert_string_equal(names_dns_class(0x8001), "Unknown");
	assert_string_equal(names_dns_opcode(0), "query");
	assert_string_equal(names_dns_opcode(5), "update");
	assert_string_equal(names_dns_opcode(3), "unknown");
	assert_string_equal(names_dns_rcode_long(2), "server failure");
	assert_string_equal(names_dns_rcode_long(16), "bad opt version");
	assert_string_equal(names_dns_rcode_long(23), "bad cookie");
	assert_string_equal(names_dns_rcode_long(15), "unknown");
	assert_string_equal(names_dns_rcode(3, text), "NXDOMAIN");
	assert_string_equal(names_dns_rcode(99, text), "RCODE99");
	assert_string_equal(names_dns_option(10), "Cookie");
	assert_string_equal(names_dns_option(4), "Unknown");
}

static void test_services(void **state)
{
	(void)state;
	assert_string_equal(names_service(IPPROTO_TCP, 443), "https");
	assert_string_equal(names_service(IPPROTO_UDP, 53), "domain");
	assert_string_equal(names_service(IPPROTO_TCP, 5432), "postgresql");
	assert_string_equal(names_service(IPPROTO_TCP, 513), "login");
	assert_string_equal(names_service(IPPROTO_UDP, 513), "who");
	assert_string_equal(names_service(IPPROTO_TCP, 0), "");
	assert_string_equal(names_service(IPPROTO_TCP, 65535), "");
	assert_string_equal(names_service(IPPROTO_SCTP, 443), "");
	assert_int_equal(names_service_port("https"), 443);
	assert_int_equal(names_service_port("HTTPS"), 443);
	assert_int_equal(names_service_port("www"), 80);
	assert_int_equal(names_service_port("no-such-name"), -1);
}

/* Ascending ports, and no port of a protocol twice: or it is not found. */
static void test_services_table(void **state)
{
	(void)state;
	assert_true(services_count > 500);
	for (size_t i = 0; i < services_count; i++) {
		const struct service *s = &services[i];
		assert_true(i == 0 || s->port >= s[-1].port);
		for (size_t j = i + 1;
		     j < services_count && services[j].port == s->port; j++)
			if (s->protocols & services[j].protocols)
				fail_msg("%u: %s, %s", s->port, s->name,
					 services[j].name);
		const char *tcp = names_service(IPPROTO_TCP, s->port);
		const char *udp = names_service(IPPROTO_UDP, s->port);
		assert_true(strcmp(tcp, s->name) == 0 ||
			    strcmp(udp, s->name) == 0);
		assert_true(names_service_port(s->name) >= 0);
	}
}

static void test_event_words(void **state)
{
	(void)state;
	assert_string_equal(names_how(EVENT_HOW_NONE), "none");
	assert_string_equal(names_how(EVENT_HOW_START), "start");
	assert_string_equal(names_how(EVENT_HOW_JOINED), "joined");
	assert_string_equal(names_how(EVENT_HOW_SHARED), "shared");
	assert_string_equal(names_how(200), "none");
	assert_string_equal(names_direction(EVENT_INGRESS), "ingress");
	assert_string_equal(names_direction(EVENT_EGRESS), "egress");
	assert_string_equal(names_direction(EVENT_UNKNOWN), "unknown");
	assert_string_equal(names_direction(9), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_icmp_types),
		cmocka_unit_test(test_ip_protocol),
		cmocka_unit_test(test_dns_types),
		cmocka_unit_test(test_dns_words),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_services_table),
		cmocka_unit_test(test_event_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
