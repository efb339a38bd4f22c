/* SPDX-License-Identifier: MIT */
#include "core/tracee.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/names.h"
#include "core/near.h"
#include "core/tracedns.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * events.md sections 1, 3 and 5. The first nine are in the order in which a
 * packet's events come.
 */
const struct tracee_event tracee_events[] = {
	{ "net_packet_ipv4", "network_events all", 2007, true,
	  "The IPv4 header of a packet." },
	{ "net_packet_ipv6", "network_events all", 2008, true,
	  "The IPv6 header of a packet." },
	{ "net_packet_tcp", "network_events all", 2009, true,
	  "The TCP header of a segment." },
	{ "net_packet_udp", "network_events all", 2010, true,
	  "The UDP header of a datagram." },
	{ "net_packet_icmp", "network_events all", 2011, true,
	  "An ICMP message over IPv4." },
	{ "net_packet_icmpv6", "network_events all", 2012, true,
	  "An ICMPv6 message." },
	{ "net_packet_dns", "network_events all", 2013, true,
	  "A DNS message with all its sections." },
	{ "net_packet_dns_request", "network_events all", 2014, true,
	  "The questions of a DNS query." },
	{ "net_packet_dns_response", "network_events all", 2015, true,
	  "The questions and answers of a DNS response." },
	{ "net_flow_tcp_begin", "flows all", 2016, false,
	  "A TCP connection was set up." },
	{ "net_flow_tcp_end", "flows all", 2017, false,
	  "A TCP connection ended." },
	{ "Connect", "sockets all", 2101, false,
	  "A process connected to an address." },
	{ "Accept", "sockets all", 2102, false,
	  "A process accepted a connection." },
	{ "Send", "sockets all", 2103, false, "A process sent data." },
	{ "Recv", "sockets all", 2104, false, "A process received data." },
	{ "Disconnect", "sockets all", 2105, false, "A connection ended." },
	{ "Reconnect", "sockets all", 2106, false,
	  "A process connected again to where it failed or was disconnected." },
	{ "Retransmit", "sockets all", 2107, false,
	  "A segment was sent again." },
	{ "QueryDns", "sockets all", 2108, false, "A process asked the DNS." },
	{ "ReplyDns", "sockets all", 2109, false,
	  "The DNS answered a process." },
};

const size_t tracee_events_count = COUNT(tracee_events);

/* How the packet events are made: rows as in tracee_events[]. */
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
		if (e->ready)
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
		if (!word && !without)
			return errmsg_set(err, -EINVAL,
					  "%.*s: this version does not print "
					  "it yet",
					  (int)len, list);
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
		snprintf(text, sizeof(text), "%-24s %4d  %-18s  %s%s", e->name,
			 e->id, e->sets, e->help,
			 e->ready ? "" : " (not in this version)");
		line(ctx, text);
	}
}

/* A number for a process that is the same in all its events; FNV-1a. */
static uint32_t entity(uint32_t pid, uint64_t start_ns)
{
	uint32_t hash = 2166136261u;

	for (int i = 0; pid && i < 12; i++) {
		uint8_t part = (uint8_t)(i < 8 ? start_ns >> 8 * i :
						 pid >> 8 * (i - 8));
		hash = (hash ^ part) * 16777619u;
	}
	return pid ? hash : 0;
}

/* All that the envelope says of the process; zeros when it is not known. */
struct who {
	struct proc proc;
	uint32_t tid, ns_tid; /* of the thread that was seen; 0: not known */
	const char *exe;
};

static void who_of(struct who *w, const struct packet *p,
		   const struct owner *owner)
{
	const struct proc *proc = owner ? owner->proc : NULL;

	*w = (struct who){ .exe = "" };
	if (!proc)
		return;
	w->proc = *proc;
	w->exe = proc->exe ? proc->exe : "";
	/* After a join the frame may still name another process' thread. */
	if (p->frame->pid == proc->key.pid) {
		w->tid = p->frame->tid;
		w->ns_tid = p->frame->ns_tid;
	}
}

struct printer {
	const struct model *model;
	const struct owner *owner;
	const char *hostname;
	struct who who;
	struct traceargs args;
};

static void process_members(struct json *j, const struct printer *t)
{
	const struct proc *p = &t->who.proc;

	json_number(j, "threadStartTime",
		    p->key.pid ? model_wall(t->model, p->key.start_ns) : 0);
	json_number(j, "processorId", t->args.packet->frame->cpu);
	json_number(j, "processId", p->ns_pid);
	json_number(j, "cgroupId", p->cgroup_id);
	json_number(j, "threadId", t->who.ns_tid);
	json_number(j, "parentProcessId", p->ns_ppid);
	json_number(j, "hostProcessId", p->key.pid);
	json_number(j, "hostThreadId", t->who.tid);
	json_number(j, "hostParentProcessId", p->ppid);
	json_number(j, "userId", p->uid);
	json_number(j, "mountNamespace", p->mnt_ns);
	json_number(j, "pidNamespace", p->pid_ns);
	json_text(j, "processName", p->comm);
	json_open_object(j, "executable");
	json_text(j, "path", t->who.exe);
	json_close_object(j);
}

static void container_members(struct json *j)
{
	json_text(j, "containerId", "");
	json_text(j, "containerImage", "");
	json_text(j, "containerName", "");
	json_text(j, "podName", "");
	json_text(j, "podNamespace", "");
	json_text(j, "podUID", "");
	json_open_object(j, "container");
	json_close_object(j);
	json_open_object(j, "kubernetes");
	json_close_object(j);
}

static void event_members(struct json *j, const struct printer *t,
			  const struct tracee_event *e, unsigned args)
{
	const struct proc *p = &t->who.proc;
	uint32_t process = entity(p->key.pid, p->key.start_ns);
	char id[12];

	snprintf(id, sizeof(id), "%d", e->id);
	json_text(j, "eventId", id);
	json_text(j, "eventName", e->name);
	json_open_array(j, "matchedPolicies");
	json_text(j, NULL, "");
	json_close_array(j);
	json_number(j, "argsNum", args);
	json_number(j, "returnValue", 0);
	json_text(j, "syscall", "");
	json_open_array(j, "stackAddresses");
	json_number(j, NULL, 0);
	json_close_array(j);
	json_open_object(j, "contextFlags");
	json_flag(j, "containerStarted", false);
	json_flag(j, "isCompat", false);
	json_close_object(j);
	/* Of threads, only the first's start is known: its process'. */
	json_number(j, "threadEntityId",
		    t->who.tid == p->key.pid ? process : 0);
	json_number(j, "processEntityId", process);
	json_number(j, "parentEntityId", entity(p->ppid, p->parent_start_ns));
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

static void own_members(struct json *j, const struct printer *t, bool dns,
			bool whole)
{
	const struct packet *p = t->args.packet;
	const struct frame *f = p->frame;
	char cookie[24];

	snprintf(cookie, sizeof(cookie), "%llu", (unsigned long long)f->cookie);
	json_open_object(j, "netexplore");
	json_number(j, "packet", f->number);
	json_text(j, "direction", names_direction(f->direction));
	json_text(j, "iface", t->args.iface);
	json_number(j, "netns", f->netns);
	json_text(j, "cookie", cookie);
	json_text(j, "status", status_text(p, dns));
	json_text(j, "attribution", names_how(t->owner ? t->owner->how : 0));
	if (t->owner && t->owner->copy)
		json_flag(j, "copy", true);
	if (!whole)
		json_flag(j, "truncated", true);
	json_close_object(j);
}

static void print_event(struct json *j, const struct printer *t, size_t event)
{
	const struct packet_event *how = &packet_events[event];
	const struct packet *p = t->args.packet;

	json_open_object(j, NULL);
	json_number(j, "timestamp", model_wall(t->model, p->frame->time_ns));
	process_members(j, t);
	json_text(j, "hostName", t->hostname);
	container_members(j);
	event_members(j, t, &tracee_events[event], how->args);
	json_open_array(j, "args");
	bool whole = how->write(j, &t->args);
	json_close_array(j);
	own_members(j, t, how->needs & PACKET_DNS, whole);
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
		.model = m, .owner = owner, .hostname = hostname,
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
	who_of(&t.who, p, owner);
	for (size_t i = 0; i < COUNT(packet_events); i++) {
		struct json j;
		if (!(bits & 1u << i) || !says(p, i))
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
