/* SPDX-License-Identifier: MIT */
#include "tests/gen/cases.h"

#define HOST "10.0.0.5:40000"
#define OTHER "10.0.0.5:40001"
#define SERVER "10.0.0.1:53"

/* The head of an answer with the question that was asked. */
static struct mkdns answer(uint16_t id, unsigned flags, const char *name,
			   unsigned type)
{
	struct mkdns d;

	mkdns_start(&d, id, flags);
	mkdns_question(&d, name, type);
	return d;
}

void case_dns_answers(struct mkcap *c)
{
	struct mkdns d;

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Two questions at once, answered the other way round. */
	mkdns_ask(c, HOST, SERVER, 52902, "www.example.com", DNS_A);
	mkdns_ask(c, OTHER, SERVER, 52903, "www.example.com", DNS_AAAA);
	mkcap_wait(c, 9000);
	d = answer(52903, MKDNS_ANSWER, "www.example.com", DNS_AAAA);
	mkdns_address(&d, "@12", 300, "2606:2800:220:1::1");
	mkdns_send(c, &d, SERVER, OTHER);
	mkcap_wait(c, 3100);
	/* A chain of names, then two addresses. */
	d = answer(52902, MKDNS_ANSWER, "www.example.com", DNS_A);
	mkdns_name(&d, DNS_ANSWER, "@12", DNS_CNAME, 43, "", 0, "x.cdn.net");
	mkdns_name(&d, DNS_ANSWER, "x.cdn.net", DNS_CNAME, 20, "", 0,
		   "edge.x.cdn.net");
	mkdns_address(&d, "edge.x.cdn.net", 60, "93.184.216.34");
	mkdns_address(&d, "edge.x.cdn.net", 60, "93.184.216.35");
	mkdns_send(c, &d, SERVER, HOST);
	/* The connection to the address that was learnt. */
	mkcap_wait(c, 400);
	struct mkconn t = { c, "10.0.0.5:51594", "93.184.216.34:443", 1, 1 };
	mkconn_open(&t, 11000);
	/* Upper case asks the same; over IPv6. */
	mkcap_wait(c, 1000);
	mkdns_ask(c, "[2001:db8::5]:5555", "[2001:db8::53]:53", 7,
		  "WWW.Example.COM", DNS_A);
	mkcap_wait(c, 500);
	d = answer(7, MKDNS_AUTHORITATIVE, "www.example.com", DNS_A);
	mkdns_address(&d, "@12", 0, "93.184.216.34");
	mkdns_send(c, &d, "[2001:db8::53]:53", "[2001:db8::5]:5555");
}

void case_dns_failures(struct mkcap *c)
{
	static const struct {
		const char *name;
		unsigned flags;
	} asked[] = {
		{ "no.such.example.com", MKDNS_ANSWER | 3 },
		{ "broken.example.com", MKDNS_ANSWER | 2 },
		{ "not.allowed.example.com", MKDNS_ANSWER | 5 },
		{ "badly.asked.example.com", MKDNS_ANSWER | 1 },
		{ "no.address.example.com", MKDNS_ANSWER },
		{ "too.long.example.com", MKDNS_ANSWER | 0x0200 },
	};

	static const char soa[] = "\2ns\0\4root\0\0\0\0\1\0\0\34\40"
				  "\0\0\7\10\0\22\165\0\0\0\1\54";

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	for (uint16_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		mkdns_ask(c, HOST, SERVER, i, asked[i].name, DNS_A);
		mkcap_wait(c, 2000);
		struct mkdns d = answer(i, asked[i].flags, asked[i].name,
					DNS_A);
		/* Who could have known: the zone's head. */
		if (asked[i].flags != (MKDNS_ANSWER | 1))
			mkdns_record(&d, DNS_AUTHORITY, "example.com", DNS_SOA,
				     1, 900, soa, sizeof(soa) - 1);
		mkdns_send(c, &d, SERVER, HOST);
		mkcap_wait(c, 100000);
	}
}

void case_dns_waiting(struct mkcap *c)
{
	struct mkdns d;

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Asked twice, answered once. */
	mkdns_ask(c, HOST, SERVER, 1, "slow.example.com", DNS_A);
	mkcap_wait(c, 5000000);
	mkdns_ask(c, HOST, SERVER, 1, "slow.example.com", DNS_A);
	mkcap_wait(c, 20000);
	d = answer(1, MKDNS_ANSWER, "slow.example.com", DNS_A);
	mkdns_address(&d, "@12", 60, "10.1.2.3");
	mkdns_send(c, &d, SERVER, HOST);
	/* Asked of two servers; only one answers, and late. */
	mkdns_ask(c, OTHER, SERVER, 2, "late.example.com", DNS_A);
	mkdns_ask(c, OTHER, "10.0.0.2:53", 2, "late.example.com", DNS_A);
	mkcap_wait(c, 12000000);
	d = answer(2, MKDNS_ANSWER, "late.example.com", DNS_A);
	mkdns_address(&d, "@12", 60, "10.1.2.4");
	mkdns_send(c, &d, "10.0.0.2:53", OTHER);
	/* An answer that nobody asked for. */
	d = answer(3, MKDNS_ANSWER, "orphan.example.com", DNS_A);
	mkdns_address(&d, "@12", 60, "10.1.2.5");
	mkdns_send(c, &d, SERVER, HOST);
	/* One that still waits when the file ends. */
	mkdns_ask(c, HOST, SERVER, 4, "never.example.com", DNS_A);
}

void case_dns_types(struct mkcap *c)
{
	struct mkdns d;
	const char *name = "example.org";

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	mkdns_start(&d, 9, MKDNS_QUERY);
	mkdns_question(&d, name, 255);
	/* Its buffer of 1232 octets and a cookie: RFC 6891, RFC 7873. */
	mkdns_record(&d, DNS_ADDITIONAL, "", DNS_OPT, 1232, 0x8000,
		     "\0\12\0\10abcdefgh", 12);
	mkdns_send(c, &d, HOST, SERVER);
	mkcap_wait(c, 4000);
	d = answer(9, MKDNS_AUTHORITATIVE, name, 255);
	mkdns_name(&d, DNS_ANSWER, "@12", DNS_NS, 3600, "", 0, "ns1.@12");
	mkdns_record(&d, DNS_ANSWER, "@12", DNS_SOA, 1, 3600,
		     "\3ns1\300\14\12hostmaster\300\14"
		     "\0\0\7\347\0\0\34\40\0\0\7\10\0\22\165\0\0\0\1\54",
		     39);
	mkdns_name(&d, DNS_ANSWER, "@12", DNS_MX, 3600, "\0\12", 2, "mx.@12");
	mkdns_record(&d, DNS_ANSWER, "@12", DNS_TXT, 1, 60,
		     "\13v=spf1 -all\6a \"b\" \\", 19);
	mkdns_name(&d, DNS_ANSWER, "_sip._tcp.@12", DNS_SRV, 60,
		   "\0\1\0\2\23\304", 6, "sip.example.org");
	mkdns_name(&d, DNS_ANSWER, "5.0.0.10.in-addr.arpa", DNS_PTR, 60, "", 0,
		   "host.example.org");
	mkdns_record(&d, DNS_ANSWER, "@12", 65280, 1, 60, "\1\2\377", 3);
	mkdns_record(&d, DNS_ANSWER, "version.bind", DNS_TXT, 3, 0, "\3x-1", 4);
	mkdns_record(&d, DNS_ADDITIONAL, "", DNS_OPT, 1232, 0, "", 0);
	mkdns_send(c, &d, SERVER, HOST);
}

void case_dns_multicast(struct mkcap *c)
{
	const char *group = "224.0.0.251:5353", *me = "10.0.0.5:5353";
	struct mkdns d;

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* mDNS (RFC 6762): two questions at once, the second by unicast. */
	mkdns_start(&d, 0, 0);
	mkdns_question(&d, "printer.local", DNS_A);
	mkdns_question(&d, "_ipp._tcp.local", DNS_PTR);
	d.bytes[d.len - 2] = 0x80;
	mkdns_send(c, &d, me, group);
	mkcap_wait(c, 3000);
	/* Answers name no question; the top bit of their class says "all". */
	mkdns_start(&d, 0, 0x8400);
	mkdns_record(&d, DNS_ANSWER, "Printer.local", DNS_A, 0x8001, 120,
		     "\12\0\0\10", 4);
	mkdns_send(c, &d, "10.0.0.8:5353", group);
	mkcap_wait(c, 2000);
	mkdns_start(&d, 0, 0x8400);
	mkdns_name(&d, DNS_ANSWER, "_ipp._tcp.local", DNS_PTR, 4500, "", 0,
		   "Office._ipp._tcp.local");
	mkdns_name(&d, DNS_ADDITIONAL, "Office._ipp._tcp.local", DNS_SRV, 120,
		   "\0\0\0\0\2\167", 6, "printer.local");
	mkdns_record(&d, DNS_ADDITIONAL, "Office._ipp._tcp.local", DNS_TXT,
		     0x8001, 4500, "\11txtvers=1\6pdl=ps", 17);
	mkdns_record(&d, DNS_ADDITIONAL, "printer.local", 47, 0x8001, 120,
		     "\7printer\5local\0\0\4\100\0\0\10", 21);
	mkdns_send(c, &d, "10.0.0.8:5353", me);
	/* Somebody says who he is; nobody asked. */
	mkcap_wait(c, 1000000);
	mkdns_start(&d, 0, 0x8400);
	mkdns_address(&d, "tv.local", 120, "10.0.0.11");
	mkdns_send(c, &d, "10.0.0.11:5353", group);
	/* LLMNR (RFC 4795): asked of all, answered to the one; one that is not. */
	mkdns_ask(c, "10.0.0.5:50000", "224.0.0.252:5355", 77, "nas", DNS_A);
	mkcap_wait(c, 4000);
	d = answer(77, 0x8000, "nas", DNS_A);
	mkdns_address(&d, "@12", 30, "10.0.0.9");
	mkdns_send(c, &d, "10.0.0.9:5355", "10.0.0.5:50000");
	mkdns_ask(c, "[fe80::5]:50001", "[ff02::1:3]:5355", 78, "wpad", DNS_AAAA);
}

void case_dns_hostile(struct mkcap *c)
{
	struct mkdns d;

	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Bytes that a terminal would obey, and a dot within a label. */
	mkdns_start(&d, 1, MKDNS_QUERY);
	mkdns_question(&d, "\033]0;owned\007.\233[2J.\342\200\256.a\\b", DNS_A);
	mkdns_send(c, &d, HOST, SERVER);
	mkdns_start(&d, 2, MKDNS_QUERY);
	mkdns_question(&d, "a_b.c", DNS_A);
	d.bytes[14] = '.';
	mkdns_send(c, &d, HOST, SERVER);
	/* A pointer to itself, one forwards, a label that runs out. */
	mkdns_start(&d, 3, MKDNS_QUERY);
	mkdns_question(&d, "@12", DNS_A);
	mkdns_send(c, &d, HOST, SERVER);
	mkdns_start(&d, 4, MKDNS_QUERY);
	mkdns_question(&d, "@20", DNS_A);
	mkdns_send(c, &d, HOST, SERVER);
	mkdns_start(&d, 5, MKDNS_QUERY);
	mkdns_question(&d, "short.example", DNS_A);
	d.bytes[12] = 63;
	mkdns_send(c, &d, HOST, SERVER);
	/* The head says more records than there are. */
	d = answer(6, MKDNS_ANSWER, "more.example", DNS_A);
	mkdns_address(&d, "@12", 60, "10.0.0.6");
	d.bytes[6] = 255;
	mkdns_send(c, &d, SERVER, HOST);
	/* An address of three octets, and a record longer than the message. */
	d = answer(7, MKDNS_ANSWER, "three.example", DNS_A);
	mkdns_record(&d, DNS_ANSWER, "@12", DNS_A, 1, 60, "\1\2\3", 3);
	mkdns_send(c, &d, SERVER, HOST);
	d = answer(8, MKDNS_ANSWER, "long.example", DNS_A);
	mkdns_address(&d, "@12", 60, "10.0.0.8");
	d.bytes[d.len - 5] = 200;
	mkdns_send(c, &d, SERVER, HOST);
	/* A head alone, and half of one. */
	mkcap_udp(c, HOST, SERVER, "\0\11\1\0\0\1\0\0\0\0\0\0", 12);
	mkcap_udp(c, HOST, SERVER, "\0\12\1\0\0\1", 6);
}
