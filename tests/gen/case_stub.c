/* SPDX-License-Identifier: MIT */
#include "tests/gen/cases.h"

#define CLIENT "10.0.0.7:40000"
#define OTHER "10.0.0.8:40001"
#define STUB "10.0.0.5:53"
#define NAME "www.example.com"

static void reply(struct mkcap *c, uint16_t id, unsigned flags,
		  const char *from, const char *to, const char *address)
{
	struct mkdns d;

	mkdns_start(&d, id, flags);
	mkdns_question(&d, NAME, DNS_A);
	if (address) {
		mkdns_name(&d, DNS_ANSWER, "@12", DNS_CNAME, 43, "", 0,
			   "x.cdn.net");
		mkdns_address(&d, "x.cdn.net", 60, address);
	}
	mkdns_send(c, &d, from, to);
}

void case_dns_stub(struct mkcap *c)
{
	mkcap_start(c, MKCAP_PCAP, LINK_ETHERNET);
	/* Two ask a resolver. It asks one server, which fails, and another,
	 * in another case of the name. */
	mkdns_ask(c, CLIENT, STUB, 1, NAME, DNS_A);
	mkcap_wait(c, 200);
	mkdns_ask(c, "10.0.0.5:50001", "10.0.0.1:53", 2, NAME, DNS_A);
	mkcap_wait(c, 1000);
	mkdns_ask(c, OTHER, STUB, 3, NAME, DNS_A);
	mkcap_wait(c, 1000);
	reply(c, 2, MKDNS_ANSWER | 2, "10.0.0.1:53", "10.0.0.5:50001", NULL);
	mkdns_ask(c, "10.0.0.5:50002", "10.0.0.2:53", 4, "wWw.eXample.COM",
		  DNS_A);
	mkcap_wait(c, 9000);
	reply(c, 4, MKDNS_ANSWER, "10.0.0.2:53", "10.0.0.5:50002",
	      "93.184.216.34");
	mkcap_wait(c, 100);
	reply(c, 1, MKDNS_ANSWER, STUB, CLIENT, "93.184.216.34");
	reply(c, 3, MKDNS_ANSWER, STUB, OTHER, "93.184.216.34");
	/* A third host asks what is known already. */
	mkdns_ask(c, "10.0.0.9:40002", STUB, 5, NAME, DNS_A);
	mkcap_wait(c, 50);
	reply(c, 5, MKDNS_ANSWER, STUB, "10.0.0.9:40002", "93.184.216.34");
	/* Who asked goes there; so does who did not, after the TTL; and one
	 * goes where nobody has asked for. */
	mkcap_wait(c, 400);
	struct mkconn own = { c, "10.0.0.7:51594", "93.184.216.34:443", 1, 1 };
	mkconn_open(&own, 11000);
	mkcap_wait(c, 60000000);
	struct mkconn late = { c, "10.0.0.99:51595", "93.184.216.34:443", 1, 1 };
	mkconn_open(&late, 11000);
	struct mkconn none = { c, "10.0.0.7:51596", "192.0.2.9:443", 1, 1 };
	mkconn_open(&none, 11000);
	/* A ping of what was resolved. */
	mkcap_echo(c, "10.0.0.8", "93.184.216.34", false, 7, 1);
	mkcap_wait(c, 11000);
	mkcap_echo(c, "93.184.216.34", "10.0.0.8", true, 7, 1);
}
