/* SPDX-License-Identifier: MIT */
#include "core/rowjson.h"

#include <assert.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "core/loss.h"
#include "core/names.h"
#include "core/tcp.h"
#include "core/text.h"
#include "core/wayjson.h"

/* An object that is being made; after one failure nothing more is added. */
struct maker {
	struct json_object *object;
	bool failed;
};

static struct maker maker_new(void)
{
	struct json_object *o = json_object_new_object();

	return (struct maker){ o, !o };
}

/* Takes what; name is a constant. */
static void add(struct maker *k, const char *name, struct json_object *what)
{
	const unsigned flags = JSON_C_OBJECT_ADD_KEY_IS_NEW |
			       JSON_C_OBJECT_ADD_CONSTANT_KEY;

	if (!k->failed && what &&
	    !json_object_object_add_ex(k->object, name, what, flags))
		return;
	json_object_put(what);
	k->failed = true;
}

static struct json_object *maker_end(struct maker *k)
{
	if (!k->failed)
		return k->object;
	json_object_put(k->object);
	return NULL;
}

static void add_number(struct maker *k, const char *name, uint64_t n)
{
	add(k, name, json_object_new_uint64(n));
}

static void add_text(struct maker *k, const char *name, const char *text)
{
	add(k, name, json_object_new_string(text));
}

static void add_address(struct maker *k, const char *name,
			const struct address *a)
{
	char text[ADDRESS_TEXT];

	address_text(a, text);
	add_text(k, name, text);
}

static struct json_object *list_array(const struct value *v)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; array && i < v->list_len; i++) {
		struct json_object *o = json_object_new_string(v->list[i]);

		if (o && json_object_array_add(array, o) == 0)
			continue;
		json_object_put(o);
		json_object_put(array);
		return NULL;
	}
	return array;
}

/* A member from a field, unless the row does not have it. */
static void add_field(struct maker *k, const char *name, const struct field *f,
		      const struct row *row)
{
	struct value v;

	if (!field_get(f, row, &v))
		return;
	switch (v.kind) {
	case VALUE_BOOL:
		if (v.number) /* only what is so is said */
			add(k, name, json_object_new_boolean(true));
		break;
	case VALUE_TIME:
		add_number(k, name, model_wall(row->model, v.number));
		break;
	case VALUE_NUMBER:
	case VALUE_SIZE:
	case VALUE_DURATION:
		add_number(k, name, v.number);
		break;
	case VALUE_ADDRESS:
		add_address(k, name, &v.address);
		break;
	case VALUE_TEXT:
		add_text(k, name, v.text);
		break;
	case VALUE_LIST:
		add(k, name, list_array(&v));
		break;
	case VALUE_NONE:
		assert(false); /* no field is */
		break;
	}
}

/* Fields, each with the member's name behind it where it is not the field's json. */
static const char *const flow_members[] = {
	"net.direction", "net.sip", "net.sport", "net.dip", "net.dport",
	"net.dport.name", "net.name", "net.name.by", "net.name.age",
	"net.name.expired", "net.name.pid", "tcp.state", "tcp.close",
	"tcp.error", "icmp.error", "tcp.syn.time", "tcp.synack.time",
	"tcp.ack.time", "tcp.rtt", "tcp.syn.count", "tcp.retransmits",
	"tcp.reordered", "tcp.tx.packets", "tcp.tx.bytes", "tcp.rx.packets",
	"tcp.rx.bytes", "tcp.tx.zero", "tcp.rx.zero", "tcp.tx.options",
	"tcp.rx.options", "tcp.end.time", "net.tunnel",
};

static const char *const ping_members[] = {
	"net.direction", "net.sip", "net.dip", "net.name", "net.name.by",
	"net.name.age", "net.name.expired", "net.name.pid", "ip.version", "icmp.id",
	"icmp.seq", "icmp.request.time", "icmp.reply.time", "icmp.rtt",
	"icmp.state", "icmp.error error", "icmp.late", "net.tunnel",
};

static const char *const neighbor_members[] = {
	"net.direction", "net.sip", "net.dip target", "icmp.request.time",
	"icmp.reply.time", "icmp.rtt", "icmp.state", "icmp.claim", "icmp.link", "icmp.late",
	"net.tunnel",
};

static const char *const error_members[] = {
	"net.sip", "net.dip", "icmp.typecode", "evt.time time_ns",
	"icmp.after", "icmp.mtu", "icmp.hop", "icmp.count", "icmp.says",
	"net.tunnel",
};

static const char *const ends_members[] = {
	"net.direction", "net.sip", "net.sport", "net.dip", "net.dport",
};

static const char *const dns_members[] = {
	"dns.id", "dns.name", "dns.rr", "dns.class", "dns.query.time",
	"dns.answer.time", "dns.latency", "dns.retries", "dns.state",
	"dns.rcode", "dns.late", "icmp.error", "net.tunnel",
};

static const char *const proc_members[] = {
	"ps.pid", "ps.ppid", "ps.uid", "ps.user", "ps.name", "ps.exe", "ps.cmdline",
	"ps.ancestor", "ps.container", "ps.container.name", "ps.container.image",
	"ps.pod", "ps.pod.namespace", "ps.pod.uid", "ps.start.time",
};

#define MEMBERS_MAX 40
#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Names are looked up once; what is found is constant. */
struct found {
	bool done;
	const struct field *field[MEMBERS_MAX];
	const char *name[MEMBERS_MAX];
};

static void find_members(struct found *found, const char *const *members,
			 size_t n)
{
	char field[64];

	assert(n <= MEMBERS_MAX);
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(members[i], " ");
		assert(len < sizeof(field));
		memcpy(field, members[i], len);
		field[len] = '\0';
		found->field[i] = field_find(field);
		assert(found->field[i]);
		found->name[i] = members[i][len] ? members[i] + len + 1 :
						   found->field[i]->json;
		assert(found->name[i]);
	}
	found->done = true;
}

static void add_members(struct maker *k, const char *const *members, size_t n,
			struct found *found, const struct row *row)
{
	if (!found->done)
		find_members(found, members, n);
	for (size_t i = 0; i < n; i++)
		add_field(k, found->name[i], found->field[i], row);
}

static void add_process(struct maker *k, uint32_t process)
{
	if (process)
		add_number(k, "process", process);
}

static struct json_object *step_object(const struct model *m,
				       const struct flow_step *step)
{
	struct maker k = maker_new();
	char flags[40];

	tcp_flags_text(step->flags, flags);
	add_number(&k, "time_ns", model_wall(m, step->time_ns));
	add_text(&k, "direction", names_direction(step->direction));
	add_text(&k, "flags", flags);
	add_number(&k, "seq", step->seq);
	add_number(&k, "ack", step->ack);
	add_number(&k, "len", step->len);
	return maker_end(&k);
}

/* Takes what, and adds it to the array in k; NULL is a failure. */
static void add_element(struct maker *k, struct json_object *array,
			struct json_object *what)
{
	if (k->failed || !array || !what || json_object_array_add(array, what)) {
		json_object_put(what);
		k->failed = true;
	}
}

static void add_steps(struct maker *k, const struct row *row)
{
	struct json_object *array = json_object_new_array();
	struct flow_step step;
	size_t n = 0;

	for (; flow_step(row->flow, n, &step); n++)
		add_element(k, array, step_object(row->model, &step));
	/* How many there were, where not all are kept. */
	if (row->flow->steps_seen > n)
		add_number(k, "steps_seen", row->flow->steps_seen);
	add(k, "steps", array);
}

struct json_object *rowjson_flow(const struct row *row, uint32_t process,
				 uint32_t peer)
{
	static struct found found;
	struct maker k = maker_new();

	add_process(&k, process);
	add_members(&k, flow_members, N(flow_members), &found, row);
	if (peer != ROWJSON_NO_PEER)
		add_number(&k, "peer", peer);
	add_steps(&k, row);
	return maker_end(&k);
}

struct json_object *rowjson_evicted(const struct row *row, uint32_t process,
				    uint32_t peer)
{
	static struct found found;
	struct maker k = maker_new();

	add_process(&k, process);
	add_members(&k, ends_members, N(ends_members), &found, row);
	if (peer != ROWJSON_NO_PEER)
		add_number(&k, "peer", peer);
	add(&k, "evicted", json_object_new_boolean(true));
	return maker_end(&k);
}

struct json_object *rowjson_ping(const struct row *row, uint32_t process)
{
	static struct found found[2];
	bool echo = row->ping->key.kind == PAIR_ECHO;
	struct row seen = *row;
	struct ping ping = *row->ping;
	struct maker k = maker_new();

	/* The session ends here, and there was no answer. */
	if (ping.state == PING_WAITING)
		ping.state = PING_UNANSWERED;
	seen.ping = &ping;
	add_process(&k, process);
	add_members(&k, echo ? ping_members : neighbor_members,
		    echo ? N(ping_members) : N(neighbor_members), &found[echo],
		    &seen);
	if (ping.duplicates)
		add_number(&k, "duplicates", ping.duplicates);
	return maker_end(&k);
}

static void lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* "icmp" and "icmpv6"; the other names as Tracee has them, in small letters. */
static void add_protocol(struct maker *k, const char *name, uint8_t protocol)
{
	char text[NAMES_TEXT], small[NAMES_TEXT] = "icmp";

	if (protocol != IPPROTO_ICMP) {
		const char *s = names_ip_protocol(protocol, text);
		size_t len = strnlen(s, sizeof(small) - 1);
		memcpy(small, s, len);
		small[len] = '\0';
		lower(small);
	}
	add_text(k, name, small);
}

static void add_quote(struct maker *k, const struct quote *q)
{
	struct maker f = maker_new();
	bool ports = q->protocol == IPPROTO_TCP || q->protocol == IPPROTO_UDP;

	add_protocol(&f, "proto", q->protocol);
	add_address(&f, "src", &q->src);
	if (ports)
		add_number(&f, "src_port", q->src_port);
	add_address(&f, "dst", &q->dst);
	if (ports)
		add_number(&f, "dst_port", q->dst_port);
	if (q->protocol == IPPROTO_ICMP || q->protocol == IPPROTO_ICMPV6) {
		add_number(&f, "id", q->id);
		add_number(&f, "seq", q->seq);
	}
	add(k, "flow", maker_end(&f));
}

struct json_object *rowjson_error(const struct row *row, uint32_t process)
{
	static struct found found;
	struct maker k = maker_new();

	add_process(&k, process);
	add_members(&k, error_members, N(error_members), &found, row);
	if (row->icmp_error->quote.src.family)
		add_quote(&k, &row->icmp_error->quote);
	return maker_end(&k);
}

static struct json_object *answer_object(const struct dns_answer *a)
{
	struct maker k = maker_new();
	char type[NAMES_TEXT];

	if (a->name)
		add_text(&k, "name", a->name);
	add_text(&k, "type", names_dns_type(a->type, type));
	add_number(&k, "ttl", a->ttl);
	add_text(&k, "data", a->data);
	return maker_end(&k);
}

static void add_answers(struct maker *k, const struct dns_node *n)
{
	struct json_object *array = json_object_new_array();
	struct dns_answer a;

	for (size_t i = 0; dnstree_answer(n, i, &a); i++)
		if (a.section == DNS_ANSWER)
			add_element(k, array, answer_object(&a));
	add(k, "answers", array);
	if (n->answers_missing)
		add_number(k, "answers_missing", n->answers_missing);
}

struct json_object *rowjson_dns(const struct row *row, uint32_t process,
				wayjson_place *place, void *ctx)
{
	static struct found ends, found;
	struct row seen = *row;
	struct dns_node node = *row->dns;
	struct maker k = maker_new();

	if (node.state == DNS_STATE_WAITING)
		node.state = DNS_STATE_UNANSWERED;
	seen.dns = &node;
	add_process(&k, process);
	add_members(&k, ends_members, N(ends_members), &ends, &seen);
	add_protocol(&k, "transport", node.key.protocol);
	add_members(&k, dns_members, N(dns_members), &found, &seen);
	k.failed = k.failed || !wayjson_add(k.object, row->dns, place, ctx);
	if (node.answer_ns)
		add_answers(&k, &node);
	return maker_end(&k);
}

struct json_object *rowjson_proc(const struct row *row,
				 const struct proc_key *key, uint32_t number)
{
	static struct found found;
	struct maker k = maker_new();

	add_number(&k, "id", number);
	if (row->proc)
		add_members(&k, proc_members, N(proc_members), &found, row);
	else
		add_number(&k, "pid", key->pid);
	return maker_end(&k);
}

struct count {
	const char *name;
	uint64_t n;
};

static void add_counts(struct maker *k, const struct count *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_number(k, list[i].name, list[i].n);
}

static void add_group(struct maker *k, const char *name,
		      const struct count *list, size_t n)
{
	struct maker group = maker_new();

	add_counts(&group, list, n);
	add(k, name, maker_end(&group));
}

static void add_lost(struct maker *k, const struct model *m)
{
	struct maker group = maker_new();

	for (size_t i = 0; i < losses_count; i++)
		add_number(&group, losses[i].json, loss_count(m, &losses[i]));
	add(k, "lost", maker_end(&group));
}

/* produced = delivered + lost, for each ring: whoever reads it can check it. */
static void add_rings(struct maker *k, const char *name,
		      const uint64_t count[EVENT_RINGS])
{
	const struct count rings[] = {
		{ "packet_ring", count[EVENT_RING_PACKET] },
		{ "socket_ring", count[EVENT_RING_SOCKET] },
	};

	add_group(k, name, rings, N(rings));
}

struct json_object *rowjson_counters(const struct model *m)
{
	const struct model_counters *c = &m->counters;
	const struct count owners[] = { { "no_socket", c->no_socket },
					{ "kernel", c->kernel },
					{ "unknown", c->unknown } };
	const struct count tcp[] = { { "begun", c->tcp_begun },
				     { "handshakes", c->tcp_handshakes },
				     { "refused", c->tcp_refused },
				     { "reset", c->tcp_reset },
				     { "unanswered", c->tcp_unanswered },
				     { "failed", c->tcp_failed },
				     { "ended", c->tcp_ended } };
	const struct count icmp[] = { { "requests", c->icmp_requests },
				      { "answered", c->icmp_answered },
				      { "unanswered", c->icmp_unanswered } };
	const struct count dns[] = { { "queries", c->dns_queries },
				     { "answered", c->dns_answered },
				     { "failed", c->dns_failed },
				     { "unanswered", c->dns_unanswered } };
	struct maker k = maker_new();

	add_number(&k, "packets", c->packets);
	add_number(&k, "events", c->events);
	add_number(&k, "copies", c->copies);
	if (m->mine.hides)
		add_number(&k, "hidden", c->hidden);
	add_lost(&k, m);
	/* A recording was taken at sockets, too, but came through no ring. */
	if (c->produced[EVENT_RING_PACKET] || c->produced[EVENT_RING_SOCKET]) {
		add_rings(&k, "produced", c->produced);
		add_rings(&k, "delivered", c->delivered);
	}
	add_group(&k, "unattributed", owners, N(owners));
	add_number(&k, "truncated", c->truncated);
	add_number(&k, "malformed", c->malformed);
	add_number(&k, "not_ip", c->not_ip);
	add_group(&k, "tcp", tcp, N(tcp));
	add_group(&k, "icmp", icmp, N(icmp));
	add_group(&k, "dns", dns, N(dns));
	return maker_end(&k);
}
