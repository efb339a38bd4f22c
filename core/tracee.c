/* SPDX-License-Identifier: MIT */
#include "core/tracee.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/envelope.h"
#include "core/icmptell.h"
#include "core/iptell.h"
#include "core/names.h"
#include "core/near.h"
#include "core/tracedns.h"
#include "core/tunnel.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * events.md sections 1, 3 and 5. The first nine are in the order in which a
 * packet's events come.
 */
const struct tracee_event tracee_events[] = {
	{ "net_packet_ipv4", "network_events all", 2007,
	  "The IPv4 header of a packet." },
	{ "net_packet_ipv6", "network_events all", 2008,
	  "The IPv6 header of a packet." },
	{ "net_packet_tcp", "network_events all", 2009,
	  "The TCP header of a segment." },
	{ "net_packet_udp", "network_events all", 2010,
	  "The UDP header of a datagram." },
	{ "net_packet_icmp", "network_events all", 2011,
	  "An ICMP message over IPv4." },
	{ "net_packet_icmpv6", "network_events all", 2012,
	  "An ICMPv6 message." },
	{ "net_packet_dns", "network_events all", 2013,
	  "A DNS message with all its sections." },
	{ "net_packet_dns_request", "network_events all", 2014,
	  "The questions of a DNS query." },
	{ "net_packet_dns_response", "network_events all", 2015,
	  "The questions and answers of a DNS response." },
	{ "net_flow_tcp_begin", "flows all", 2016,
	  "A TCP connection was set up." },
	{ "net_flow_tcp_end", "flows all", 2017,
	  "A TCP connection ended." },
	{ "Connect", "sockets all", 2101,
	  "A process connected to an address." },
	{ "Accept", "sockets all", 2102,
	  "A process accepted a connection." },
	{ "Send", "sockets all", 2103, "A process sent data." },
	{ "Recv", "sockets all", 2104, "A process received data." },
	{ "Disconnect", "sockets all", 2105, "A connection ended." },
	{ "Reconnect", "sockets all", 2106,
	  "A process connected again to where it failed or was disconnected." },
	{ "Retransmit", "sockets all", 2107,
	  "A segment was sent again." },
	{ "QueryDns", "sockets all", 2108, "A process asked the DNS." },
	{ "ReplyDns", "sockets all", 2109,
	  "The DNS answered a process." },
};

const size_t tracee_events_count = COUNT(tracee_events);

/*
 * How the events of packets are made: rows as in tracee_events[]. The others
 * are core/sockevent.c's.
 */
static const struct packet_event {
	uint32_t needs; /* enum packet_has */
	unsigned args;
	traceargs_writer *write;
} packet_events[] = {
	{ PACKET_IP4, 3, traceargs_ip4 },
	{ PACKET_IP6, 3, traceargs_ip6 },
	{ PACKET_TCP, 5, traceargs_tcp },
	{ PACKET_UDP, 5, traceargs_udp },
	{ PACKET_ICMP, 3, traceargs_icmp },
	{ PACKET_ICMP6, 3, traceargs_icmp6 },
	{ PACKET_DNS, 5, tracedns_message },
	{ PACKET_DNS, 2, tracedns_request },
	{ PACKET_DNS, 2, tracedns_response },
	[TRACEE_QUERY] = { PACKET_DNS, 3, tracedns_query },
	[TRACEE_REPLY] = { PACKET_DNS, 5, tracedns_reply },
};

static bool in_set(const struct tracee_event *e, const char *set, size_t len)
{
	for (const char *s = e->sets; *s; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		if (n == len && strncasecmp(s, set, n) == 0)
			return true;
		s += n;
	}
	return false;
}

static const char *const sets[] = { "network_events", "flows", "sockets",
				    "all" };

static int unknown_word(const char *word, size_t len, struct errmsg *err)
{
	char name[64];

	if (len == 0)
		return errmsg_set(err, -EINVAL,
				  "an event name is missing: names are "
				  "separated by single commas");
	snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), word);
	struct near near = near_of(name);
	for (size_t i = 0; i < COUNT(tracee_events); i++)
		near_try(&near, tracee_events[i].name,
			 strlen(tracee_events[i].name), tracee_events[i].name);
	for (size_t i = 0; i < COUNT(sets); i++)
		near_try(&near, sets[i], strlen(sets[i]), sets[i]);
	if (near.best)
		return errmsg_set(err, -EINVAL,
				  "no event is called %s; did you mean %s?",
				  name, near.best);
	return errmsg_set(err, -EINVAL,
			  "no event is called %s; --list-events prints them",
			  name);
}

/* One word of the list: the events it names, as bits. */
static int parse_word(const char *word, size_t len, uint32_t *bits,
		      struct errmsg *err)
{
	bool known = false;

	*bits = 0;
	for (size_t i = 0; i < COUNT(tracee_events); i++) {
		const struct tracee_event *e = &tracee_events[i];
		bool named = strlen(e->name) == len &&
			     strncasecmp(e->name, word, len) == 0;
		if (!named && !in_set(e, word, len))
			continue;
		known = true;
		*bits |= 1u << i;
	}
	return known ? 0 : unknown_word(word, len, err);
}

int tracee_parse_events(const char *list, uint32_t *bits, struct errmsg *err)
{
	uint32_t chosen = 0, word;

	parse_word(sets[0], strlen(sets[0]), &chosen, NULL);
	for (bool first = true; list; first = false) {
		size_t len = strcspn(list, ",");
		bool without = len > 0 && *list == '-';
		int rc = parse_word(list + without, len - without, &word, err);
		if (rc < 0)
			return rc;
		if (without)
			chosen &= ~word;
		else /* one that begins with -name is the default less that */
			chosen = first ? word : chosen | word;
		list = list[len] ? list + len + 1 : NULL;
	}
	if (chosen == 0)
		return errmsg_set(err, -EINVAL,
				  "nothing is left of the list of events");
	*bits = chosen;
	return 0;
}

void tracee_list(void (*line)(void *ctx, const char *text), void *ctx)
{
	char text[256];

	for (size_t i = 0; i < COUNT(tracee_events); i++) {
		const struct tracee_event *e = &tracee_events[i];
		snprintf(text, sizeof(text), "%-24s %4d  %-18s  %s", e->name,
			 e->id, e->sets, e->help);
		line(ctx, text);
	}
}

struct printer {
	struct envelope envelope;
	const struct owner *owner;
	struct traceargs args;
};

static struct envelope envelope_of(const struct model *m,
				   const struct packet *p,
				   const struct owner *owner, const char *host)
{
	const struct frame *f = p->frame;
	struct envelope e = {
		.model = m,
		.proc = owner ? owner->proc : NULL,
		.time_ns = f->time_ns,
		.cpu = f->cpu,
		.host = host,
	};

	/* After a join the frame may still name another process' thread. */
	if (e.proc && f->pid == e.proc->key.pid) {
		e.tid = f->tid;
		e.ns_tid = f->ns_tid;
	}
	return e;
}

static const char *status_text(const struct packet *p, bool dns)
{
	if (p->status == PACKET_MALFORMED)
		return "malformed";
	/* Of a fragment, a message is cut though the packet is whole. */
	if (p->status == PACKET_TRUNCATED ||
	    (dns && p->dns.status == DNS_TRUNCATED))
		return "truncated";
	return "ok";
}

#define TOLD_MAX 32 /* texts in a list of an event: it must fit its line */

struct told {
	struct json *json;
	const char *name;
	size_t n;
};

static void list_text(void *ctx, const char *text)
{
	struct told *list = ctx;

	if (list->n++ == 0)
		json_open_array(list->json, list->name);
	if (list->n <= TOLD_MAX)
		json_text(list->json, NULL, text);
}

/* A list of what is told of the packet; none where nothing is. */
static void own_list(struct json *j, const char *name, const struct packet *p,
		     void (*told)(const struct packet *p, const struct tell *t))
{
	struct told list = { j, name, 0 };

	told(p, &(struct tell){ list_text, &list });
	if (list.n)
		json_close_array(j);
}

/* has: what the event is of, enum packet_has. */
static void own_members(struct json *j, const struct printer *t, uint32_t has,
			bool whole)
{
	const struct packet *p = t->args.packet;
	const struct frame *f = p->frame;

	json_open_object(j, "netexplore");
	json_number(j, "packet", f->number);
	json_text(j, "direction", names_direction(f->direction));
	json_text(j, "iface", t->args.iface);
	envelope_socket(j, f->netns, f->cookie);
	json_text(j, "status", status_text(p, has & PACKET_DNS));
	json_text(j, "attribution", names_how(t->owner ? t->owner->how : 0));
	if (t->owner && t->owner->copy)
		json_flag(j, "copy", true);
	if (f->drop)
		json_text(j, "drop", f->drop);
	if (has & (PACKET_IP4 | PACKET_IP6)) {
		own_list(j, "options", p, iptell);
		own_list(j, "inner", p, tunnel_tell);
	}
	if (has & (PACKET_ICMP | PACKET_ICMP6))
		own_list(j, "says", p, icmptell);
	if (!whole)
		json_flag(j, "truncated", true);
	json_close_object(j);
}

static void print_event(struct json *j, const struct printer *t, size_t event)
{
	const struct packet_event *how = &packet_events[event];

	envelope_open(j, &t->envelope, &tracee_events[event], how->args);
	json_open_array(j, "args");
	bool whole = how->write(j, &t->args);
	json_close_array(j);
	own_members(j, t, how->needs, whole);
	json_close_object(j);
}

/* A query gives no response, and a response no request: events.md 3. */
static bool says(const struct packet *p, size_t event)
{
	traceargs_writer *write = packet_events[event].write;

	if (!(p->has & packet_events[event].needs))
		return false;
	/* Its headers were told with the first of its messages. */
	if (p->message && !(packet_events[event].needs & PACKET_DNS))
		return false;
	if (write == tracedns_request)
		return !p->dns.qr;
	/* These two are of who asks, not of who is asked. */
	if (write == tracedns_query)
		return !p->dns.qr && p->frame->direction != EVENT_INGRESS;
	if (write == tracedns_reply)
		return p->dns.qr && p->frame->direction != EVENT_EGRESS;
	return write != tracedns_response || p->dns.qr;
}

size_t tracee_print(const struct model *m, const struct packet *p,
		    const struct owner *owner, uint32_t bits,
		    const struct filter *f, const char *hostname, char *buf,
		    size_t size,
		    void (*line)(void *ctx, const char *text, size_t len),
		    void *ctx)
{
	struct printer t = {
		.envelope = envelope_of(m, p, owner, hostname),
		.owner = owner,
		.args = { .packet = p, .iface = p->frame->ifname ?
							p->frame->ifname :
							"any" },
	};
	struct row row = { .kind = ROW_PACKET, .id = p->frame->number,
			   .model = m, .proc = owner ? owner->proc : NULL,
			   .packet = p, .owner = owner };
	size_t printed = 0;

	address_text(&p->src, t.args.src);
	address_text(&p->dst, t.args.dst);
	for (size_t i = 0; i < COUNT(packet_events); i++) {
		struct json j;
		if (!(bits & 1u << i) || !packet_events[i].write || !says(p, i))
			continue;
		row.event_name = tracee_events[i].name;
		if (f && !filter_match(f, &row))
			continue;
		json_init(&j, buf, size);
		print_event(&j, &t, i);
		if (j.full)
			continue; /* size is less than the contract's */
		line(ctx, buf, j.len);
		printed++;
	}
	return printed;
}
