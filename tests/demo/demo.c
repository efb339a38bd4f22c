/* SPDX-License-Identifier: MIT */
/*
 * Writes the recording that --demo plays to the standard output: 70 seconds
 * of a small server with its good and bad days, as netexplore -w would have
 * recorded them. All names and addresses are those kept for documentation
 * (RFC 2606, RFC 5737, RFC 3849). Always the same bytes.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/mkcap.h"

#define MS 1000000ull
#define BEGIN_NS 1700000000000000000ull
#define NETNS 4026531840u

#define ME "192.0.2.10"
#define ME6 "2001:db8::10"
#define STUB "127.0.0.53:53"
#define RESOLVER "192.0.2.1:53"

enum { PACKETS_MAX = 4096 };

/* A packet that waits for its turn. */
struct item {
	struct frame frame;
	const struct proc *proc;
	uint8_t *bytes;
	size_t len;
	size_t order;
};

static struct item items[PACKETS_MAX];
static size_t items_count;
static struct mkcap cap;
static uint64_t cookies = 4096;

static void keep(struct mkcap *c, const void *bytes, size_t len)
{
	assert(items_count < PACKETS_MAX);
	struct item *i = &items[items_count];
	*i = (struct item){ .frame = c->owner, .proc = c->proc, .len = len,
			    .order = items_count++ };
	i->frame.time_ns = c->now_ns;
	i->frame.wire_len = (uint32_t)len;
	i->frame.link = LINK_RAW;
	i->bytes = malloc(len);
	assert(i->bytes);
	memcpy(i->bytes, bytes, len);
}

#define PROC(name, text, number, parent, user, path, line)                \
	static const struct proc name = {                                 \
		.key = { .pid = number,                                   \
			 .start_ns = BEGIN_NS - number * 1000ull * MS },  \
		.known = true, .ppid = parent, .ns_pid = number,          \
		.ns_ppid = parent, .uid = user, .gid = user,              \
		.mnt_ns = 4026531841, .pid_ns = 4026531836,               \
		.net_ns = NETNS, .cgroup_id = 4000 + number, .comm = text, \
		.exe = path, .cmdline = line,                             \
	}

PROC(resolved, "systemd-resolve", 472, 1, 991, "/usr/lib/systemd/systemd-resolved", "/usr/lib/systemd/systemd-resolved");
PROC(nginx, "nginx", 812, 811, 33, "/usr/sbin/nginx", "nginx: worker process");
PROC(curl, "curl", 31337, 2200, 1000, "/usr/bin/curl", "curl -sS https://www.example.com/");
PROC(git, "git-remote-http", 31350, 2200, 1000, "/usr/lib/git-core/git-remote-http", "git remote-http origin https://git.example.org/tools.git");
PROC(ssh, "ssh", 30991, 2200, 1000, "/usr/bin/ssh", "ssh backup.example.net");
PROC(ping, "ping", 31400, 2200, 1000, "/usr/bin/ping", "ping 198.51.100.1");
PROC(ping6, "ping", 31401, 2200, 1000, "/usr/bin/ping", "ping -6 2001:db8:1::1");
PROC(psql, "psql", 31420, 2200, 1000, "/usr/bin/psql", "psql -h db.example.internal shop");
PROC(chronyd, "chronyd", 530, 1, 107, "/usr/sbin/chronyd", "/usr/sbin/chronyd -F 1");
PROC(php, "php-fpm8.2", 902, 900, 33, "/usr/sbin/php-fpm8.2", "php-fpm: pool www");

/* Seen at a socket of the process (NULL: of the kernel), at this moment. */
static void at(double seconds, const struct proc *p, uint64_t cookie,
	       uint8_t direction, const char *ifname)
{
	cap.now_ns = BEGIN_NS + (uint64_t)(seconds * 1e9);
	cap.proc = p;
	cap.owner = (struct frame){
		.direction = direction,
		.how = p ? EVENT_HOW_CURRENT : EVENT_HOW_KERNEL,
		.flags = p ? 0 : EVENT_NO_SOCKET,
		.live = true,
		.pid = p ? p->key.pid : 0,
		.tid = p ? p->key.pid : 0,
		.ns_tid = p ? p->key.pid : 0,
		.start_ns = p ? p->key.start_ns : 0,
		.cookie = cookie,
		.netns = NETNS,
		.ifindex = ifname[0] == 'l' ? 1 : 2,
		.cpu = (uint32_t)(cookie % 4),
		.ifname = ifname,
	};
	if (p && direction == EVENT_INGRESS)
		cap.owner.how = EVENT_HOW_RECEIVED;
}

/* One question and what came: nothing, a failure, addresses. */
struct question {
	const char *name, *alias;
	unsigned type, rcode;
	const char *address;
	uint16_t id;
};

static struct mkdns answer_of(const struct question *q, uint16_t id)
{
	struct mkdns d;

	mkdns_start(&d, id, MKDNS_ANSWER | q->rcode);
	mkdns_question(&d, q->name, q->type);
	if (q->alias)
		mkdns_name(&d, DNS_ANSWER, "@12", DNS_CNAME, 300, "", 0,
			   q->alias);
	if (q->address)
		mkdns_address(&d, q->alias ? q->alias : "@12", 60, q->address);
	return d;
}

/*
 * A program asks the stub resolver, which asks the network: four ends in all.
 * Returns when the program has its answer.
 */
static double ask(double t, const struct proc *p, const struct question *q,
		  double takes)
{
	char from[32], out[32];
	uint64_t mine = cookies++, theirs = cookies++;

	snprintf(from, sizeof(from), "127.0.0.1:%u", 40000u + q->id);
	snprintf(out, sizeof(out), ME ":%u", 50000u + q->id);
	at(t, p, mine, EVENT_EGRESS, "lo");
	mkdns_ask(&cap, from, STUB, q->id, q->name, q->type);
	at(t + 2e-5, &resolved, 77, EVENT_INGRESS, "lo");
	mkdns_ask(&cap, from, STUB, q->id, q->name, q->type);
	at(t + 3e-4, &resolved, theirs, EVENT_EGRESS, "eth0");
	mkdns_ask(&cap, out, RESOLVER, (uint16_t)(q->id ^ 0x5a5a), q->name,
		  q->type);
	if (takes <= 0) /* nobody answers, and it is asked once more */
		return t;
	struct mkdns d = answer_of(q, (uint16_t)(q->id ^ 0x5a5a));
	at(t + takes, &resolved, theirs, EVENT_INGRESS, "eth0");
	mkdns_send(&cap, &d, RESOLVER, out);
	d = answer_of(q, q->id);
	at(t + takes + 2e-4, &resolved, 77, EVENT_EGRESS, "lo");
	mkdns_send(&cap, &d, STUB, from);
	at(t + takes + 2.2e-4, p, mine, EVENT_INGRESS, "lo");
	mkdns_send(&cap, &d, STUB, from);
	return t + takes + 3e-4;
}

/* What happens on a connection, from this host's side. */
struct visit {
	const struct proc *proc;
	const char *local, *remote;
	bool incoming;
	double rtt;
	unsigned exchanges; /* requests and their answers */
	double pause; /* between them */
	const char *request, *answer;
	bool stays; /* it is not closed */
	bool again; /* one request is sent twice */
};

/* One segment; from_server is the connection's, not this host's, server. */
static void segment(struct mkconn *c, const struct visit *v, uint64_t cookie,
		    double t, bool from_server, unsigned flags,
		    const char *payload)
{
	bool out = from_server == v->incoming;

	at(t, v->proc, cookie, out ? EVENT_EGRESS : EVENT_INGRESS, "eth0");
	mkconn_send(c, from_server, flags, payload);
}

static double visit(double t, const struct visit *v)
{
	uint64_t cookie = cookies++;
	struct mkconn c = { &cap, v->incoming ? v->remote : v->local,
			    v->incoming ? v->local : v->remote,
			    (uint32_t)cookie * 7919, (uint32_t)cookie * 104729 };
	/* Where we are seen: the answer's way is all on the other side. */
	double there = v->incoming ? 2e-5 : v->rtt;
	double back = v->incoming ? v->rtt : 2e-5;

	segment(&c, v, cookie, t, false, TCP_SYN, "");
	segment(&c, v, cookie, t += there, true, TCP_SYN | TCP_ACK, "");
	segment(&c, v, cookie, t += back, false, TCP_ACK, "");
	for (unsigned i = 0; i < v->exchanges; i++) {
		segment(&c, v, cookie, t += 2e-4, false, TCP_PSH | TCP_ACK,
			v->request);
		if (v->again && i == 1) {
			t += 0.21;
			at(t, v->proc, cookie, EVENT_EGRESS, "eth0");
			mkconn_again(&c, false, TCP_PSH | TCP_ACK, v->request);
		}
		segment(&c, v, cookie, t += there + 3e-3, true,
			TCP_PSH | TCP_ACK, v->answer);
		segment(&c, v, cookie, t += back, false, TCP_ACK, "");
		t += v->pause;
	}
	if (v->stays)
		return t;
	segment(&c, v, cookie, t, false, TCP_FIN | TCP_ACK, "");
	segment(&c, v, cookie, t += there, true, TCP_FIN | TCP_ACK, "");
	segment(&c, v, cookie, t += back, false, TCP_ACK, "");
	return t;
}

#define HELLO "\26\3\1\0\30 a TLS client hello."
#define TLS "\27\3\3\0\40 what nobody else can read here"

static void web(void)
{
	static const struct question names[] = {
		{ "www.example.com", "edge.example.net", DNS_A, 0, "198.51.100.80", 1 },
		{ "www.example.com", "edge.example.net", DNS_AAAA, 0, "2001:db8:1::80", 2 },
		{ "git.example.org", NULL, DNS_A, 0, "203.0.113.22", 3 },
		{ "backup.example.net", NULL, DNS_A, 0, "203.0.113.200", 4 },
		{ "wwww.example.com", NULL, DNS_A, 3, NULL, 5 },
		{ "api.example.com", NULL, DNS_A, 2, NULL, 6 },
		{ "slow.example.org", NULL, DNS_A, 0, "203.0.113.9", 7 },
	};
	struct visit v = { &curl, ME ":51594", "198.51.100.80:443", false,
			   0.0121, 3, 0.02, HELLO, TLS, false, false };

	ask(1.0, &curl, &names[1], 0.009);
	double t = ask(1.0001, &curl, &names[0], 0.0121);
	visit(t, &v);
	for (unsigned i = 0; i < 5; i++) {
		char local[32];
		snprintf(local, sizeof(local), ME ":%u", 51600 + i);
		v.local = local;
		v.rtt = 0.011 + 0.0007 * i;
		v.again = i == 3;
		visit(8.0 + 9.5 * i, &v);
	}
	t = ask(4.0, &git, &names[2], 0.031);
	v = (struct visit){ &git, ME ":38220", "203.0.113.22:443", false, 0.048,
			    6, 0.9, HELLO, TLS, false, false };
	visit(t, &v);
	t = ask(2.2, &ssh, &names[3], 0.018);
	v = (struct visit){ &ssh, ME ":42220", "203.0.113.200:22", false, 0.0236,
			    40, 1.5, "a key", "what it says", true, false };
	visit(t, &v);
	/* A name that is not, one whose server fails, one that waits. */
	ask(13.0, &curl, &names[4], 0.014);
	ask(21.0, &curl, &names[5], 1.9);
	ask(29.0, &curl, &names[6], 0);
	ask(34.0, &curl, &names[6], 0);
}

static void server(void)
{
	struct visit v = { &nginx, ME ":443", NULL, true, 0, 2, 0.05, HELLO, TLS,
			   false, false };

	for (unsigned i = 0; i < 24; i++) {
		char remote[48];
		snprintf(remote, sizeof(remote), "198.51.100.%u:%u", 20 + i * 7,
			 40112 + i * 13);
		v.remote = remote;
		v.rtt = 0.004 + 0.003 * (i * 5 % 11);
		v.exchanges = 1 + i % 4;
		visit(0.4 + 2.6 * i, &v);
	}
	v = (struct visit){ &nginx, "[" ME6 "]:443", "[2001:db8:5::7]:51000",
			    true, 0.031, 12, 3.0, HELLO, TLS, true, false };
	visit(6.5, &v);
}

static void failures(void)
{
	static const struct question db = { "db.example.internal", NULL, DNS_A,
					    0, "192.0.2.50", 20 };
	uint8_t quoted[28] = { 0 };

	/* The database does not run: refused, three times. */
	for (unsigned i = 0; i < 3; i++) {
		char local[32];
		double t = ask(11.0 + 12 * i, &psql, &db, 0.0009);
		uint64_t cookie = cookies++;
		snprintf(local, sizeof(local), ME ":%u", 60100 + i);
		at(t, &psql, cookie, EVENT_EGRESS, "eth0");
		mkcap_tcp(&cap, local, "192.0.2.50:5432", TCP_SYN, 9000, 0, "");
		at(t + 4e-4, &psql, cookie, EVENT_INGRESS, "eth0");
		mkcap_tcp(&cap, "192.0.2.50:5432", local, TCP_RST | TCP_ACK, 0,
			  9001, "");
	}
	/* A host that is not there: no answer, and it is tried again. */
	uint64_t cookie = cookies++;
	static const double tries[] = { 16.0, 17.02, 19.04, 23.2, 31.4 };
	for (unsigned i = 0; i < 5; i++) {
		at(tries[i], &php, cookie, EVENT_EGRESS, "eth0");
		mkcap_tcp(&cap, ME ":33404", "203.0.113.66:6379", TCP_SYN, 500,
			  0, "");
	}
	/* Time comes from a server that has gone: an error tells so. */
	for (unsigned i = 0; i < 3; i++) {
		uint64_t c = cookies++;
		char local[32];
		uint8_t ntp[48] = { 0x23 };
		snprintf(local, sizeof(local), ME ":%u", 45000 + i);
		at(5.0 + 20 * i, &chronyd, c, EVENT_EGRESS, "eth0");
		mkcap_udp(&cap, local, "198.51.100.123:123", ntp, sizeof(ntp));
		const struct item *sent = &items[items_count - 1];
		memcpy(quoted, sent->bytes, sizeof(quoted));
		at(5.0 + 20 * i + 0.02, NULL, 0, EVENT_INGRESS, "eth0");
		mkcap_icmp(&cap, "198.51.100.123", ME, 3, 3, 0, quoted,
			   sizeof(quoted));
	}
}

static void pings(void)
{
	uint64_t c4 = cookies++, c6 = cookies++;

	for (uint16_t seq = 1; seq <= 60; seq++) {
		double t = 3.0 + seq;
		double rtt = 0.0118 + 0.0011 * (seq * 7 % 5);
		bool lost = seq == 14 || (seq >= 31 && seq <= 33);
		at(t, &ping, c4, EVENT_EGRESS, "eth0");
		mkcap_echo(&cap, ME, "198.51.100.1", false, 27646, seq);
		if (lost)
			continue;
		at(t + (seq == 40 ? 0.34 : rtt), &ping, c4, EVENT_INGRESS,
		   "eth0");
		mkcap_echo(&cap, "198.51.100.1", ME, true, 27646, seq);
	}
	for (uint16_t seq = 1; seq <= 20; seq++) {
		at(20.5 + seq, &ping6, c6, EVENT_EGRESS, "eth0");
		mkcap_echo(&cap, ME6, "2001:db8:1::1", false, 411, seq);
		at(20.509 + seq, &ping6, c6, EVENT_INGRESS, "eth0");
		mkcap_echo(&cap, "2001:db8:1::1", ME6, true, 411, seq);
	}
	/* Somebody asks this host; its kernel answers. */
	for (uint16_t seq = 1; seq <= 5; seq++) {
		at(37.0 + seq, NULL, 0, EVENT_EGRESS, "eth0");
		mkcap_echo(&cap, ME, "203.0.113.77", true, 9, seq);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->frame.time_ns != y->frame.time_ns)
		return x->frame.time_ns < y->frame.time_ns ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

int main(void)
{
	static uint8_t buf[16384];
	static struct capfile_writer writer;

	mkcap_start(&cap, MKCAP_PCAPNG, LINK_RAW);
	cap.sink = keep;
	web();
	server();
	failures();
	pings();
	mkcap_release(&cap);
	qsort(items, items_count, sizeof(items[0]), by_time);

	size_t n = capfile_write_head(buf, sizeof(buf), "", "Linux",
				      "netexplore demo");
	fwrite(buf, 1, n, stdout);
	for (size_t i = 0; i < items_count; i++) {
		struct item *it = &items[i];
		it->frame.data = (struct span){ it->bytes, it->len };
		n = capfile_write_packet(&writer, buf, sizeof(buf), &it->frame,
					 it->proc, NULL, 0);
		assert(n > 0);
		fwrite(buf, 1, n, stdout);
		free(it->bytes);
	}
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
