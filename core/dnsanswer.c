/* SPDX-License-Identifier: MIT */
#include "core/dnsanswer.h"

#include <netinet/in.h>

#include "core/dnsfind.h"
#include "core/dnslink.h"
#include "core/dnspack.h"
#include "core/learnt.h"
#include "core/owner.h"

/* Types that ask for more than one, RFC 1035 3.2.3, RFC 1995: any record
 * answers them. */
enum { TYPE_IXFR = 251, TYPE_ANY = 255 };
enum { RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5 };
enum { OPCODE_QUERY = 0 };

/* The address that a record of the answer is; false: it is none. */
static bool address_in(const struct packet *p, const struct dns_record *r,
		       struct address *out)
{
	struct cursor c = cursor_of(p->dns.bytes.data, p->dns.bytes.len);
	size_t len = r->type == DNS_A ? 4 : 16;

	if (r->section != DNS_ANSWER ||
	    (r->type != DNS_A && r->type != DNS_AAAA) || r->data_len != len)
		return false;
	*out = (struct address){ .family = r->type == DNS_A ? 4 : 6 };
	cursor_skip(&c, r->data_at);
	const uint8_t *bytes = cursor_take(&c, len);
	if (!bytes)
		return false;
	memcpy(out->bytes, bytes, len);
	return true;
}

/* Remember the addresses under the name that was asked for. */
static void learn(struct model *m, const struct packet *p,
		  const struct dns_node *n)
{
	const struct learnt_who who = {
		.proc = n->proc,
		.host = m->live ? (struct address){ 0 } : n->key.src,
		.netns = n->key.netns,
	};
	struct dns_reader r = dns_reader_of(&p->dns);
	uint32_t way = UINT32_MAX; /* the least TTL on the way to the address */
	struct dns_record record;
	struct address a;

	while (dns_next_record(&r, &record) && record.section == DNS_ANSWER) {
		if (record.type == DNS_CNAME && record.ttl < way)
			way = record.ttl;
		if (address_in(p, &record, &a))
			learnt_add(m, &who, &a, n->name,
				   record.ttl < way ? record.ttl : way,
				   p->frame->time_ns, n);
	}
}

/* Is the record one of those that were asked for, or on the way to them? */
static bool is_asked_for(const struct dns_node *n, const struct dns_record *r)
{
	return r->section == DNS_ANSWER &&
	       (r->type == n->key.type ||
		(n->key.type >= TYPE_IXFR && n->key.type <= TYPE_ANY));
}

/*
 * Keep the records. Returns whether one is what was asked for: behind CNAMEs,
 * too, for it has the type and those have not.
 */
static bool take_records(struct model *m, const struct packet *p,
			 struct dns_node *n)
{
	struct dns_reader r = dns_reader_of(&p->dns);
	struct dns_record record;
	struct dnspack pack;
	char data[DNS_DATA_MAX];
	bool found = false;
	unsigned seen = 0, all = 0;

	dnspack_begin(&pack, p->dns.bytes.len);
	dnspack_again(&pack, n);
	for (; dns_next_record(&r, &record); seen++) {
		struct dns_answer a = {
			.type = record.type,
			.section = (uint8_t)record.section,
			.ttl = record.ttl,
			.name = record.name,
			.data = data,
		};

		dns_data_text(&p->dns, &record, false, data);
		dnspack_add(&pack, n->name, &a);
		found |= is_asked_for(n, &record);
	}
	dnspack_end(&pack);
	for (int s = DNS_ANSWER; s <= DNS_ADDITIONAL; s++)
		all += p->dns.count[s];
	all = all > seen ? all - seen + pack.missing : pack.missing;
	n->answers_missing = (uint16_t)(all < UINT16_MAX ? all : UINT16_MAX);
	strings_drop(m->strings, n->answers);
	n->answers = pack.count ? dnstree_keep(&m->dns, n, pack.bytes,
					       pack.len) :
				  NULL;
	n->answer_count = n->answers ? pack.count : 0;
	n->answers_len = n->answers ? (uint32_t)pack.len : 0;
	/* One of those that could not be read may be it. */
	return found || p->dns.whole[DNS_ANSWER] < p->dns.count[DNS_ANSWER];
}

static uint8_t state_of(const struct packet *p, bool found)
{
	switch (p->dns.rcode) {
	case 0:
		break;
	case RCODE_SERVFAIL:
		return DNS_STATE_SERVFAIL;
	case RCODE_NXDOMAIN:
		return DNS_STATE_NXDOMAIN;
	case RCODE_REFUSED:
		return DNS_STATE_REFUSED;
	default:
		return DNS_STATE_ERROR;
	}
	if (p->dns.tc)
		return DNS_STATE_TRUNCATED;
	/* UPDATE and NOTIFY ask for nothing. */
	return found || p->dns.opcode != OPCODE_QUERY ? DNS_STATE_ANSWERED :
							DNS_STATE_NODATA;
}

static uint64_t *counter(struct model *m, uint8_t state)
{
	switch (state) {
	case DNS_STATE_NXDOMAIN:
	case DNS_STATE_SERVFAIL:
	case DNS_STATE_REFUSED:
	case DNS_STATE_ERROR:
		return &m->counters.dns_failed;
	}
	return &m->counters.dns_answered;
}

static void count(struct model *m, const struct dns_node *n, uint8_t before)
{
	if (!dnstree_counts(n))
		return;
	if (before == DNS_STATE_UNANSWERED)
		m->counters.dns_unanswered--;
	if (n->query_ns == 0)
		return; /* never counted as a query */
	++*counter(m, n->state);
}

/*
 * "Truncated" means: ask again by TCP (RFC 7766 5). What was said there is
 * the end of the first query, too.
 */
static void end_truncated(struct model *m, const struct dns_node *tcp)
{
	struct dns_node *n = dnsfind_retried(m, tcp);

	if (!n || n->state != DNS_STATE_TRUNCATED ||
	    tcp->state == DNS_STATE_TRUNCATED ||
	    wait_span(n->answer_ns, tcp->query_ns) > DNS_LIMIT_NS)
		return;
	if (dnstree_counts(n)) {
		--*counter(m, n->state);
		++*counter(m, tcp->state);
	}
	n->state = tcp->state;
	n->rcode = tcp->rcode;
}

/* Only who asked learns a name. */
static bool learns(const struct dns_node *n)
{
	return n->direction != PAIR_SERVED && n->query_ns && n->name[0];
}

static void take_time(struct dns_node *n, uint64_t now)
{
	n->answer_ns = now;
	if (n->query_ns) {
		n->latency_ns = wait_span(n->query_ns, now);
		n->late = wait_span(n->last_query_ns, now) > DNS_LIMIT_NS;
	}
}

/* All of an answer, of which the first fragment is known already. */
static void complete(struct model *m, const struct packet *p,
		     struct dns_node *n)
{
	uint8_t before = n->state;

	/* Its first records are in it once more. */
	strings_drop(m->strings, n->answers);
	n->answers = NULL;
	n->answer_count = 0;
	n->answers_len = 0;
	uint8_t now = state_of(p, take_records(m, p, n));

	n->partial = false;
	if (learns(n))
		learn(m, p, n);
	m->generation++;
	take_time(n, p->frame->time_ns);
	if (before == DNS_STATE_ORPHAN)
		return;
	n->state = now;
	if (dnstree_counts(n) && n->query_ns) {
		--*counter(m, before);
		++*counter(m, now);
	}
}

void dnsanswer_take(struct model *m, const struct packet *p,
		    struct dns_node *n, const struct owner *owner)
{
	uint8_t before = n->state;
	uint64_t now = p->frame->time_ns;
	bool first = before == DNS_STATE_WAITING ||
		     before == DNS_STATE_UNANSWERED;

	if (n->partial && !(p->has & PACKET_FRAGMENT)) {
		complete(m, p, n);
		return;
	}
	if (!first && (!n->multicast || now - n->last_query_ns > DNS_LIMIT_NS))
		return;
	table_use(&m->dns.table, n);
	bool found = take_records(m, p, n);

	m->generation++;
	if (!first) {
		if (learns(n))
			learn(m, p, n);
		return;
	}
	wait_drop(&m->dns.waiting, &n->wait);
	n->state = state_of(p, found);
	n->rcode = p->dns.rcode;
	n->truncated = p->dns.tc;
	n->partial = p->has & PACKET_FRAGMENT;
	take_time(n, now);
	/* Who answers is who serves. */
	if (n->direction == PAIR_SERVED && owner->proc) {
		n->proc = owner->proc->key;
		n->proc_id = owner->proc->id;
		n->how = owner->how;
	} else {
		owner_keep(owner, &n->proc, &n->proc_id, &n->how);
	}
	if (learns(n))
		learn(m, p, n);
	count(m, n, before);
	if (!n->query_ns)
		return;
	dnslink_answer(m, n);
	if (n->key.protocol == IPPROTO_TCP)
		end_truncated(m, n);
	else if (n->state == DNS_STATE_TRUNCATED)
		dnsfind_truncated(m, n);
}
