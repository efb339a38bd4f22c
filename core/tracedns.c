/* SPDX-License-Identifier: MIT */
#include "core/tracedns.h"

#include <netinet/in.h>

#include "core/getdns.h"
#include "core/names.h"
#include "core/text.h"

/* mDNS' top bit of a class says "unicast" or "flush": RFC 6762 5.4, 10.2. */
static const char *class_text(const struct packet *p, uint16_t class)
{
	if (p->src_port == 5353 || p->dst_port == 5353)
		class &= 0x7fff;
	return names_dns_class(class);
}

/* Of a list: what was just written stays only if the rest has room too. */
static bool keep(struct json *j, const struct json *before)
{
	if (!j->full && j->size - j->len >= TRACEARGS_ROOM)
		return true;
	*j = *before;
	return false;
}

static struct cursor data_cursor(const struct dns_msg *m,
				 const struct dns_record *r)
{
	struct cursor c = cursor_of(m->bytes.data, r->data_at + r->data_len);

	c.pos = r->data_at;
	return c;
}

/* A name within data, or "" when the data is damaged. */
static void name_member(struct json *j, const char *key, struct cursor *c)
{
	char text[DNS_NAME_MAX];

	if (c->failed || dns_name_decode(c, text) != DNS_OK) {
		c->failed = true;
		text[0] = '\0';
	}
	json_text(j, key, text);
}

/* A cursor that gives zeros, for the members of another type. */
static struct cursor nothing(void)
{
	return (struct cursor){ .failed = true };
}

static struct cursor data_if(bool wanted, const struct dns_msg *m,
			     const struct dns_record *r)
{
	return wanted ? data_cursor(m, r) : nothing();
}

static void strings_member(struct json *j, const struct dns_msg *m,
			   const struct dns_record *r)
{
	char text[256 * 4]; /* a string of 255, each byte \DDD */
	struct cursor c = data_cursor(m, r);

	json_open_array(j, "TXTs");
	while (cursor_left(&c) > 0) {
		struct span s = cursor_span(&c, cursor_u8(&c));
		text_clean(text, sizeof(text), s.data, s.len, true);
		if (!c.failed)
			json_text(j, NULL, text);
	}
	json_close_array(j);
}

static void soa_member(struct json *j, struct cursor c)
{
	json_open_object(j, "SOA");
	name_member(j, "MName", &c);
	name_member(j, "RName", &c);
	json_number(j, "serial", cursor_u32(&c));
	json_number(j, "refresh", cursor_u32(&c));
	json_number(j, "retry", cursor_u32(&c));
	json_number(j, "expire", cursor_u32(&c));
	json_number(j, "minimum", cursor_u32(&c));
	json_close_object(j);
}

static void srv_member(struct json *j, struct cursor c)
{
	json_open_object(j, "SRV");
	json_number(j, "priority", cursor_u16(&c));
	json_number(j, "weight", cursor_u16(&c));
	json_number(j, "port", cursor_u16(&c));
	name_member(j, "name", &c);
	json_close_object(j);
}

static void mx_member(struct json *j, struct cursor c)
{
	json_open_object(j, "MX");
	json_number(j, "preference", cursor_u16(&c));
	name_member(j, "name", &c);
	json_close_object(j);
}

static void opt_member(struct json *j, struct cursor c)
{
	char text[1024];

	json_open_array(j, "OPT");
	while (cursor_left(&c) > 0) {
		uint16_t code = cursor_u16(&c);
		struct span s = cursor_span(&c, cursor_u16(&c));
		if (c.failed)
			break;
		text_clean(text, sizeof(text), s.data, s.len, true);
		json_open_object(j, NULL);
		json_text(j, "code", names_dns_option(code));
		json_text(j, "data", text);
		json_close_object(j);
	}
	json_close_array(j);
}

static void uri_member(struct json *j, struct cursor c)
{
	char text[1024];

	json_open_object(j, "URI");
	json_number(j, "priority", cursor_u16(&c));
	json_number(j, "weight", cursor_u16(&c));
	struct span s = cursor_span(&c, cursor_left(&c));
	text_clean(text, sizeof(text), s.data, s.len, true);
	json_text(j, "target", text);
	json_close_object(j);
}

static void record(struct json *j, const struct packet *p,
		   const struct dns_record *r)
{
	enum { URI = 256 };
	const struct dns_msg *m = &p->dns;
	uint16_t type = r->type;
	char name[NAMES_TEXT], text[DNS_DATA_MAX];

	/* What contradicts its type is only in `status`. */
	if (dns_data_text(m, r, true, text) != DNS_OK)
		type = 0;
	bool address = type == DNS_A || type == DNS_AAAA;
	json_open_object(j, NULL);
	json_text(j, "name", r->name);
	json_text(j, "type", names_dns_type(r->type, name));
	/* Of OPT it is a size: RFC 6891 6.1.2. */
	json_text(j, "class",
		  r->type == DNS_OPT ? "Unknown" : class_text(p, r->class));
	json_number(j, "TTL", r->ttl);
	json_text(j, "IP", address ? text : "");
	json_text(j, "NS", type == DNS_NS ? text : "");
	json_text(j, "CNAME", type == DNS_CNAME ? text : "");
	json_text(j, "PTR", type == DNS_PTR ? text : "");
	if (type == DNS_TXT)
		strings_member(j, m, r);
	else
		json_null(j, "TXTs");
	soa_member(j, data_if(type == DNS_SOA, m, r));
	srv_member(j, data_if(type == DNS_SRV, m, r));
	mx_member(j, data_if(type == DNS_MX, m, r));
	opt_member(j, data_if(type == DNS_OPT, m, r));
	uri_member(j, data_if(type == URI, m, r));
	json_text(j, "TXT", type == DNS_TXT ? text : "");
	json_close_object(j);
}

static bool question(struct json *j, const struct packet *p,
		     const struct dns_question *q, const char *const keys[3])
{
	struct json before = *j;
	char name[NAMES_TEXT];

	json_open_object(j, NULL);
	json_text(j, keys[0], q->name);
	json_text(j, keys[1], names_dns_type(q->type, name));
	json_text(j, keys[2], class_text(p, q->class));
	json_close_object(j);
	return keep(j, &before);
}

/* All records of a section, or as many as there is room for. */
static bool section(struct json *j, const struct packet *p,
		    struct dns_reader *reader, enum dns_section s)
{
	static const char *const keys[] = { "questions", "answers",
					    "authorities", "additionals" };
	struct dns_record r;
	bool whole = true;

	json_open_array(j, keys[s]);
	while (whole && reader->done[s] < p->dns.whole[s] &&
	       dns_next_record(reader, &r)) {
		struct json before = *j;
		record(j, p, &r);
		whole = keep(j, &before);
	}
	json_close_array(j);
	return whole;
}

static void head(struct json *j, const struct dns_msg *m)
{
	static const char *const counts[] = { "QDCount", "ANCount", "NSCount",
					      "ARCount" };

	json_number(j, "ID", m->id);
	json_number(j, "QR", m->qr);
	json_text(j, "opCode", names_dns_opcode(m->opcode));
	json_number(j, "AA", m->aa);
	json_number(j, "TC", m->tc);
	json_number(j, "RD", m->rd);
	json_number(j, "RA", m->ra);
	json_number(j, "Z", m->z);
	json_text(j, "responseCode", names_dns_rcode_long(m->rcode));
	for (int i = 0; i < 4; i++)
		json_number(j, counts[i], m->count[i]);
}

bool tracedns_message(struct json *j, const struct traceargs *a)
{
	static const char *const keys[] = { "name", "type", "class" };
	const struct packet *p = a->packet;
	struct dns_reader reader = dns_reader_of(&p->dns);
	struct dns_question q;
	bool whole = true;

	traceargs_ends(j, a);
	traceargs_ports(j, a);
	traceargs_open(j, "proto_dns", "trace.ProtoDNS");
	head(j, &p->dns);
	json_open_array(j, "questions");
	while (whole && dns_next_question(&reader, &q))
		whole = question(j, p, &q, keys);
	json_close_array(j);
	for (int s = DNS_ANSWER; s <= DNS_ADDITIONAL; s++) {
		if (whole) {
			whole = section(j, p, &reader, (enum dns_section)s);
		} else { /* an empty list, so that all keys are there */
			reader = (struct dns_reader){ .msg = &p->dns };
			memcpy(reader.done, p->dns.whole, sizeof(reader.done));
			section(j, p, &reader, (enum dns_section)s);
		}
	}
	traceargs_close(j);
	return whole;
}

static void metadata(struct json *j, const struct traceargs *a)
{
	const struct packet *p = a->packet;
	bool tcp = p->has & PACKET_TCP;

	traceargs_open(j, "metadata", "trace.PktMeta");
	json_text(j, "src_ip", a->src);
	json_text(j, "dst_ip", a->dst);
	json_number(j, "src_port", p->src_port);
	json_number(j, "dst_port", p->dst_port);
	json_number(j, "protocol", tcp ? IPPROTO_TCP : IPPROTO_UDP);
	json_number(j, "packet_len", p->has & PACKET_IP4 ? p->ip4.length :
							   p->ip6.length);
	json_text(j, "iface", a->iface);
	traceargs_close(j);
}

static const char *const query_keys[] = { "query", "query_type",
					  "query_class" };

bool tracedns_request(struct json *j, const struct traceargs *a)
{
	struct dns_reader reader = dns_reader_of(&a->packet->dns);
	struct dns_question q;
	bool whole = true;

	metadata(j, a);
	traceargs_open_list(j, "dns_questions", "[]trace.DnsQueryData");
	while (whole && dns_next_question(&reader, &q))
		whole = question(j, a->packet, &q, query_keys);
	traceargs_close_list(j);
	return whole;
}

static bool answer(struct json *j, const struct dns_msg *m,
		   const struct dns_record *r)
{
	struct json before = *j;
	char name[NAMES_TEXT], text[DNS_DATA_MAX];

	dns_data_text(m, r, true, text);
	json_open_object(j, NULL);
	json_text(j, "answer_type", names_dns_type(r->type, name));
	json_number(j, "ttl", r->ttl);
	json_text(j, "answer", text);
	json_close_object(j);
	return keep(j, &before);
}

/* One question and what was said to it; q NULL: there was none (mDNS). */
static bool response(struct json *j, const struct packet *p,
		     const struct dns_question *q, struct dns_reader *answers)
{
	struct json before = *j;
	struct dns_record r;
	char name[NAMES_TEXT];
	bool whole = true;

	json_open_object(j, NULL);
	json_open_object(j, "query_data");
	json_text(j, query_keys[0], q ? q->name : "");
	json_text(j, query_keys[1], q ? names_dns_type(q->type, name) : "");
	json_text(j, query_keys[2], q ? class_text(p, q->class) : "");
	json_close_object(j);
	json_open_array(j, "dns_answer");
	while (whole && answers->done[DNS_ANSWER] < p->dns.whole[DNS_ANSWER] &&
	       dns_next_record(answers, &r))
		whole = answer(j, &p->dns, &r);
	json_close_array(j);
	json_close_object(j);
	return whole && keep(j, &before);
}

/* The answers are with the first question: nobody asks more than one. */
bool tracedns_response(struct json *j, const struct traceargs *a)
{
	const struct packet *p = a->packet;
	struct dns_reader reader = dns_reader_of(&p->dns);
	struct dns_reader answers = dns_reader_of(&p->dns);
	struct dns_question q;
	bool whole = true;

	metadata(j, a);
	traceargs_open_list(j, "dns_response", "[]trace.DnsResponseData");
	while (whole && dns_next_question(&reader, &q))
		whole = response(j, p, &q, &answers);
	if (p->dns.whole[DNS_QUESTION] == 0 && p->dns.whole[DNS_ANSWER] > 0)
		whole = response(j, p, NULL, &answers);
	traceargs_close_list(j);
	return whole;
}

/* --- the same as Fibratus says it (events.md section 5) --- */

/* Its names of types that have others, or none, in IANA's registry. */
static const char *fibratus_type(uint16_t type, char text[NAMES_TEXT])
{
	static const struct {
		uint16_t type;
		const char *name;
	} names[] = {
		{ 16, "TEXT" },	  { 23, "NSAPPTR" }, { 100, "UINFO" },
		{ 101, "UID" },	  { 102, "GID" },    { 103, "UNSPEC" },
		{ 248, "ADDRS" }, { 0xff01, "WINS" }, { 0xff02, "WINSR" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return names_dns_type(type, text);
}

static void options_arg(struct json *j, const struct packet *p)
{
	const struct row row = { .kind = ROW_PACKET, .packet = p };
	struct value v;

	traceargs_open_list(j, "options", "[]string");
	if (getdns_options(&row, &v))
		for (size_t i = 0; i < v.list_len; i++)
			json_text(j, NULL, v.list[i]);
	traceargs_close_list(j);
}

/* The first question: nobody asks more than one. false: there is none (mDNS). */
static bool asked(const struct packet *p, struct dns_question *q)
{
	struct dns_reader reader = dns_reader_of(&p->dns);

	return dns_next_question(&reader, q);
}

bool tracedns_query(struct json *j, const struct traceargs *a)
{
	struct dns_question q;
	char text[NAMES_TEXT];
	bool any = asked(a->packet, &q);

	traceargs_text(j, "name", any ? q.name : "");
	traceargs_text(j, "rr", any ? fibratus_type(q.type, text) : "");
	options_arg(j, a->packet);
	return true;
}

static bool answers_arg(struct json *j, const struct packet *p)
{
	struct dns_reader reader = dns_reader_of(&p->dns);
	struct dns_record r;
	char text[DNS_DATA_MAX];
	bool whole = true;

	traceargs_open_list(j, "answers", "[]string");
	while (whole && reader.done[DNS_ANSWER] < p->dns.whole[DNS_ANSWER] &&
	       dns_next_record(&reader, &r)) {
		struct json before = *j;

		if (r.section != DNS_ANSWER)
			continue;
		dns_data_text(&p->dns, &r, false, text);
		json_text(j, NULL, text);
		whole = keep(j, &before);
	}
	traceargs_close_list(j);
	return whole;
}

bool tracedns_reply(struct json *j, const struct traceargs *a)
{
	struct dns_question q;
	char text[NAMES_TEXT];
	bool any = asked(a->packet, &q);

	traceargs_text(j, "name", any ? q.name : "");
	bool whole = answers_arg(j, a->packet);
	traceargs_text(j, "rr", any ? fibratus_type(q.type, text) : "");
	options_arg(j, a->packet);
	traceargs_text(j, "rcode", names_dns_rcode(a->packet->dns.rcode, text));
	return whole;
}
