/* SPDX-License-Identifier: MIT */
#include "core/dnsfind.h"

#include <netinet/in.h>

#include "core/hash.h"

#define MDNS 5353 /* RFC 6762 3 */
#define LLMNR 5355 /* RFC 4795 2 */
#define MDNS_CLASS 0x7fff /* the top bit is another one, RFC 6762 5.4, 10.2 */

/* What dns_asked_key.who is. */
enum kind {
	BY_ASKER, /* the cookie of the socket that asked */
	BY_SERVER, /* the cookie of the socket that was asked */
	BY_ENDS, /* a hash of addresses and ports; no question */
	BY_GROUP, /* multicast: the cookie of who asked, 0 in a file */
	BY_PROCESS, /* a hash of the process that asked */
	BY_PEER, /* a hash of addresses and ports, in whatever namespace */
	BY_RETRY, /* a hash of who asked whom, for the same again by TCP */
};

/* No program tries again earlier than that. */
#define RETRY_MIN_NS 200000000u

int dnsfind_init(struct dnstree *t, size_t capacity, uint64_t seed)
{
	_Static_assert(sizeof(struct dns_asked_key) == 32, "padding");
	/* A query may have four entries. */
	return table_init(&t->asked, capacity * 4, sizeof(struct dns_asked),
			  sizeof(struct dns_asked_key), seed);
}

static bool has_port(const struct packet *p, uint16_t port)
{
	return p->src_port == port || p->dst_port == port;
}

bool dnsfind_is_mdns(const struct packet *p)
{
	return has_port(p, MDNS) || has_port(p, LLMNR);
}

bool dnsfind_is_multicast(const struct packet *p)
{
	const struct address *a = &p->dst;

	return dnsfind_is_mdns(p) && (a->family == 6 ? a->bytes[0] == 0xff :
						       a->bytes[0] >> 4 == 14);
}

/* Names are equal whatever their case, RFC 1035 2.3.3. */
uint64_t dnsfind_name_hash(const struct model *m, const char *name)
{
	char lower[DNS_NAME_MAX];
	size_t n = 0;

	for (; name[n] && n < sizeof(lower); n++)
		lower[n] = (char)(name[n] >= 'A' && name[n] <= 'Z' ?
					  name[n] + 32 :
					  name[n]);
	return hash_bytes(m->dns.table.seed, lower, n);
}

static uint16_t class_of(const struct packet *p, uint16_t class)
{
	return dnsfind_is_mdns(p) ? class & MDNS_CLASS : class;
}

/* Is the socket that saw p the one that was asked? */
static bool is_server(const struct model *m, const struct packet *p)
{
	return m->live &&
	       (p->frame->direction == EVENT_EGRESS) == p->dns.qr;
}

struct dns_key dnsfind_key(const struct model *m, const struct packet *p,
			   const struct dns_question *q)
{
	bool answer = p->dns.qr;

	return (struct dns_key){
		.src = answer ? p->dst : p->src,
		.dst = answer ? p->src : p->dst,
		.src_port = answer ? p->dst_port : p->src_port,
		.dst_port = answer ? p->src_port : p->dst_port,
		.msg_id = p->dns.id,
		.type = q->type,
		.class = class_of(p, q->class),
		.served = is_server(m, p),
		.protocol = p->protocol,
		.netns = frame_network(p->frame, m->live),
		.name_hash = dnsfind_name_hash(m, q->name),
	};
}

static uint64_t ends_hash(const struct model *m, const struct dns_key *k)
{
	struct {
		struct address src, dst;
		uint16_t src_port, dst_port;
		uint8_t protocol, served;
	} ends = { k->src, k->dst, k->src_port, k->dst_port, k->protocol,
		   k->served };

	_Static_assert(sizeof(ends) == 40, "padding");
	return hash_bytes(m->dns.table.seed, &ends, sizeof(ends));
}

static struct dns_asked_key asked_key(const struct model *m,
				      const struct dns_key *k, uint64_t cookie,
				      enum kind kind)
{
	struct dns_asked_key key = {
		.who = kind == BY_ENDS || kind == BY_PEER ? ends_hash(m, k) :
							    cookie,
		.netns = kind == BY_PEER ? 0 : k->netns,
		.msg_id = k->msg_id,
		.kind = (uint8_t)kind,
	};

	if (kind == BY_ENDS)
		return key;
	key.name_hash = k->name_hash;
	key.type = k->type;
	key.class = k->class;
	/* Answers by multicast have the id 0, RFC 6762 18.1. */
	if (kind == BY_GROUP && (k->dst_port == MDNS || k->src_port == MDNS))
		key.msg_id = 0;
	return key;
}

static void remember(struct model *m, struct dns_node *n, uint64_t cookie,
		     enum kind kind)
{
	struct dns_asked_key key = asked_key(m, &n->key, cookie, kind);
	struct dns_asked *e = table_touch(&m->dns.asked, &key, NULL);

	e->node = n;
	e->node_id = n->id;
}

static uint64_t process_hash(const struct model *m, const struct proc_key *k)
{
	return hash_bytes(m->dns.table.seed, k, sizeof(*k));
}

static struct dns_node *recall(const struct model *m, const struct dns_key *k,
			       uint64_t cookie, enum kind kind)
{
	struct dns_asked_key key = asked_key(m, k, cookie, kind);
	const struct dns_asked *e = table_find(&m->dns.asked, &key);

	return e && e->node->id == e->node_id ? e->node : NULL;
}

/* From one namespace to another; but not when two ask alike at once. */
static void remember_peer(struct model *m, struct dns_node *n)
{
	struct dns_asked_key key = asked_key(m, &n->key, 0, BY_PEER);
	struct dns_asked *e = table_touch(&m->dns.asked, &key, NULL);
	bool unclear = e->node && e->node->id == e->node_id &&
		       e->node->state == DNS_STATE_WAITING &&
		       e->node->key.netns != n->key.netns;

	e->node = n;
	e->node_id = unclear ? UINT64_MAX : n->id;
}

struct dns_node *dnsfind_peer(struct model *m, const struct dns_node *n)
{
	struct dns_key key = n->key;

	key.served = !key.served;
	struct dns_node *other = table_find(&m->dns.table, &key);

	if (!other && !address_is_loopback(&key.dst))
		other = recall(m, &key, 0, BY_PEER);
	return other && other->state == DNS_STATE_WAITING ? other : NULL;
}

void dnsfind_remember(struct model *m, const struct packet *p,
		      struct dns_node *n)
{
	uint64_t cookie = m->live ? p->frame->cookie : 0;

	if (n->multicast) {
		remember(m, n, cookie, BY_GROUP);
		return;
	}
	remember(m, n, 0, BY_ENDS);
	if (m->live && !address_is_loopback(&n->key.dst))
		remember_peer(m, n);
	if (cookie)
		remember(m, n, cookie, n->key.served ? BY_SERVER : BY_ASKER);
	if (n->direction == PAIR_ASKED && n->proc.pid)
		remember(m, n, process_hash(m, &n->proc), BY_PROCESS);
}

/* Is the answer for who asked, from a port of the kind that was asked? */
static bool fits(const struct dns_node *n, const struct dns_key *k)
{
	return n->key.src_port == k->src_port &&
	       n->key.dst_port == k->dst_port &&
	       n->key.protocol == k->protocol &&
	       memcmp(&n->key.src, &k->src, sizeof(k->src)) == 0;
}

struct dns_node *dnsfind_first_try(struct model *m, const struct dns_key *key,
				   const struct proc_key *proc,
				   uint64_t time_ns)
{
	struct dns_node *n =
		recall(m, key, process_hash(m, proc), BY_PROCESS);

	if (!n || n->state != DNS_STATE_WAITING ||
	    n->key.protocol != key->protocol ||
	    n->key.dst_port != key->dst_port ||
	    memcmp(&n->key.dst, &key->dst, sizeof(key->dst)) != 0 ||
	    time_ns < n->last_query_ns + RETRY_MIN_NS)
		return NULL;
	return n;
}

struct dns_node *dnsfind_query(struct model *m, const struct packet *p,
			       const struct dns_question *q)
{
	struct dns_key key = dnsfind_key(m, p, q);
	uint64_t cookie = m->live ? p->frame->cookie : 0;
	struct dns_node *n = table_find(&m->dns.table, &key);

	if (n && n->state != DNS_STATE_ORPHAN)
		return n;
	if (p->dns.count[DNS_QUESTION] == 0)
		n = recall(m, &key, 0, BY_ENDS);
	else if (dnsfind_is_mdns(p) && !key.served)
		n = recall(m, &key, cookie, BY_GROUP);
	else if (cookie)
		n = recall(m, &key, cookie, key.served ? BY_SERVER : BY_ASKER);
	else
		n = NULL;
	return n && fits(n, &key) ? n : NULL;
}

struct dns_node *dnsfind_quoted(struct model *m, const struct packet *p)
{
	const struct quote *q = &p->quote;
	const struct dns_key key = {
		.src = q->src,
		.dst = q->dst,
		.src_port = q->src_port,
		.dst_port = q->dst_port,
		.msg_id = q->id,
		.protocol = q->protocol,
		.netns = frame_network(p->frame, m->live),
	};

	return q->protocol == IPPROTO_UDP && q->has_id ?
		       recall(m, &key, 0, BY_ENDS) :
		       NULL;
}

struct dns_node *dnsfind_multicast(struct model *m, const struct packet *p,
				   const struct dns_question *q)
{
	struct dns_key key = dnsfind_key(m, p, q);

	return recall(m, &key, m->live ? p->frame->cookie : 0, BY_GROUP);
}

/* By TCP it has another socket and port, and perhaps another id. */
static struct dns_asked_key retry_key(const struct model *m,
				      const struct dns_key *k)
{
	struct {
		struct address src, dst;
		uint16_t dst_port, served;
	} who = { k->src, k->dst, k->dst_port, k->served };

	_Static_assert(sizeof(who) == 38, "padding");
	return (struct dns_asked_key){
		.who = hash_bytes(m->dns.table.seed, &who, sizeof(who)),
		.name_hash = k->name_hash,
		.netns = k->netns,
		.type = k->type,
		.class = k->class,
		.kind = BY_RETRY,
	};
}

void dnsfind_truncated(struct model *m, struct dns_node *n)
{
	struct dns_asked_key key = retry_key(m, &n->key);
	struct dns_asked *e = table_touch(&m->dns.asked, &key, NULL);

	e->node = n;
	e->node_id = n->id;
}

struct dns_node *dnsfind_retried(const struct model *m,
				 const struct dns_node *n)
{
	struct dns_asked_key key = retry_key(m, &n->key);
	const struct dns_asked *e = table_find(&m->dns.asked, &key);

	return e && e->node->id == e->node_id ? e->node : NULL;
}
