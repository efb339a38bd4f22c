/* SPDX-License-Identifier: MIT */
#include "core/dnslink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/dnsway.h"
#include "tests/asked.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define NAME "www.example.org"

/* The processes: two clients, a resolver with a child and one that runs
 * another program, a second resolver, and one that has no part in it. */
enum { CURL = 100, DIG, STUB = 200, CHILD, SCRIPT, SECOND_STUB = 300, OTHER };

/* Where each of them asks, and is asked. */
static const struct path
	c_out = { '>', 1, "127.0.0.1", 4000, "127.0.0.53", 53, 1, CURL },
	c_back = { '<', 1, "127.0.0.53", 53, "127.0.0.1", 4000, 1, CURL },
	d_out = { '>', 2, "127.0.0.1", 4001, "127.0.0.53", 53, 1, DIG },
	d_back = { '<', 2, "127.0.0.53", 53, "127.0.0.1", 4001, 1, DIG },
	c_in = { '<', 3, "127.0.0.1", 4000, "127.0.0.53", 53, 1, STUB },
	c_reply = { '>', 3, "127.0.0.53", 53, "127.0.0.1", 4000, 1, STUB },
	d_in = { '<', 3, "127.0.0.1", 4001, "127.0.0.53", 53, 1, STUB },
	d_reply = { '>', 3, "127.0.0.53", 53, "127.0.0.1", 4001, 1, STUB },
	/* curl's next try, from another socket. */
	t_out = { '>', 4, "127.0.0.1", 4009, "127.0.0.53", 53, 1, CURL },
	t_back = { '<', 4, "127.0.0.53", 53, "127.0.0.1", 4009, 1, CURL },
	t_in = { '<', 3, "127.0.0.1", 4009, "127.0.0.53", 53, 1, STUB },
	t_reply = { '>', 3, "127.0.0.53", 53, "127.0.0.1", 4009, 1, STUB },
	/* Another host asks the same resolver. */
	h_in = { '<', 3, "10.0.0.7", 4002, "10.0.0.5", 53, 1, STUB },
	/* A client in another namespace, and what it asks. */
	n_out = { '>', 8, "10.1.0.2", 4003, "10.1.0.1", 53, 2, CURL },
	n_in = { '<', 3, "10.1.0.2", 4003, "10.1.0.1", 53, 1, STUB },
	m_out = { '>', 9, "10.1.0.2", 4003, "10.1.0.1", 53, 3, DIG };

/* Sockets towards the servers above: of whom, to where. */
static const struct upstream {
	char letter;
	uint64_t cookie;
	const char *server;
	uint16_t port; /* of the asker */
	uint32_t pid;
} upstreams[] = {
	{ 'u', 10, "10.0.0.53", 5001, STUB },
	{ 'v', 11, "10.0.0.54", 5002, STUB },
	{ 'k', 12, "10.0.0.53", 5003, CHILD },
	{ 'p', 13, "10.0.0.53", 5004, SCRIPT },
	{ 'x', 14, "10.0.0.53", 5005, OTHER },
	{ 'U', 15, "10.0.0.53", 5006, STUB }, /* in another case */
	{ 'e', 16, "10.0.0.53", 5007, STUB }, /* another type */
	{ 'n', 17, "10.0.0.53", 5008, STUB }, /* the CNAME's target */
	{ 'o', 18, "10.0.0.53", 5009, STUB }, /* another name */
	{ 's', 19, "127.0.0.2", 5010, STUB }, /* the second resolver */
	{ 'w', 20, "10.0.0.55", 5011, SECOND_STUB },
};

static uint64_t now;
static const struct dns_node *seen[128]; /* by letter */

static void process(uint32_t pid, uint32_t parent, const char *exe)
{
	struct event_proc e = {
		.head = { .type = EVENT_PROC, .pid = pid, .start_ns = pid * 1000u },
		.ppid = parent,
		.parent_start_ns = parent * 1000u,
		.exe_len = (uint16_t)strlen(exe),
	};

	memcpy(e.comm, exe + 1, strlen(exe + 1));
	memcpy(e.exe, exe, strlen(exe));
	proc_event(&m.procs, &e);
}

static void processes(void)
{
	process(CURL, 1, "/curl");
	process(DIG, 1, "/dig");
	process(STUB, 1, "/stub");
	process(CHILD, STUB, "/stub");
	process(SCRIPT, STUB, "/script");
	process(SECOND_STUB, 1, "/second");
	process(OTHER, 1, "/other");
}

static const struct upstream *upstream_of(char letter)
{
	for (size_t i = 0; i < N(upstreams); i++)
		if (upstreams[i].letter == letter)
			return &upstreams[i];
	return NULL;
}

static struct path path_to(const struct upstream *u)
{
	return (struct path){ '>', u->cookie,
			      strcmp(u->server, "127.0.0.2") ? "10.0.0.5" :
							       "127.0.0.1",
			      u->port, u->server, 53, 1, u->pid };
}

static struct path back_of(struct path p)
{
	return (struct path){ '<', p.cookie, p.dst, p.dst_port, p.src,
			      p.src_port, p.netns, p.pid };
}

static const char *name_by(char letter)
{
	return letter == 'n' ? "x.cdn.net" :
	       letter == 'o' ? "www.example.com" :
	       letter == 'U' ? "wWw.eXample.ORG" :
			       NAME;
}

static void ask_at(const struct path *path, char letter)
{
	query(path, (uint16_t)letter, name_by(letter),
	      letter == 'e' ? DNS_AAAA : DNS_A, now);
	seen[(unsigned char)letter] = table_last(&m.dns.table);
}

/* The upstream server answers; with a CNAME alone if there is a target. */
static void answer_at(const struct upstream *u, bool cname, bool fails)
{
	struct path back = back_of(path_to(u));
	struct made p;

	dns_head(&p, (uint16_t)u->letter, QR | (fails ? 2u : 0u), 1, !fails);
	dns_question(&p, name_by(u->letter), u->letter == 'e' ? DNS_AAAA : DNS_A);
	if (cname)
		dns_cname(&p, name_by(u->letter), "X.cdn.net");
	else if (!fails)
		dns_a(&p, name_by(u->letter), "192.0.2.1");
	send_path(&p, &back, now);
}

static void reply_to(const struct path *out, const struct path *in,
		     uint16_t id, const char *address)
{
	answer_a(out, id, NAME, address, now);
	answer_a(in, id, NAME, address, now);
}

/*
 * Steps, 1 ms apart. c d: curl, dig asks the stub. b: dig did so just before the
 * last step, and it is told only now. h: another host asks. A small letter of an
 * upstream: it is asked; behind '+' it answers, behind '@' with a CNAME alone,
 * behind '!' with an error. C D: the stub answers curl, dig. i: the stub's own
 * question came in at the second one, I: which answers. t: curl's next try,
 * 1 s later, T: which the stub answers. '.': 11 s.
 */
static void play(const char *steps)
{
	static const struct path second_in = { '<', 30, "127.0.0.1", 5010, "127.0.0.2", 53, 1, SECOND_STUB };
	static const struct path second_reply = { '>', 30, "127.0.0.2", 53, "127.0.0.1", 5010, 1, SECOND_STUB };

	for (; *steps; steps++, now += MS) {
		switch (*steps) {
		case 'c':
			ask_at(&c_out, 'c');
			query(&c_in, 'c', NAME, DNS_A, now);
			break;
		case 'd':
			ask_at(&d_out, 'd');
			query(&d_in, 'd', NAME, DNS_A, now);
			break;
		case 'b':
			now -= MS + 20;
			ask_at(&d_out, 'd');
			query(&d_in, 'd', NAME, DNS_A, now);
			now += MS + 20;
			break;
		case 'h':
			ask_at(&h_in, 'h');
			break;
		case 'C':
			reply_to(&c_reply, &c_back, 'c', "192.0.2.1");
			break;
		case 'D':
			reply_to(&d_reply, &d_back, 'd', "192.0.2.1");
			break;
		case 't':
			now += SECOND;
			query(&t_out, 'c', NAME, DNS_A, now);
			query(&t_in, 'c', NAME, DNS_A, now);
			break;
		case 'T':
			reply_to(&t_reply, &t_back, 'c', "192.0.2.1");
			break;
		case 'i':
			query(&second_in, 's', NAME, DNS_A, now);
			break;
		case 'I':
			answer_a(&second_reply, 's', NAME, "192.0.2.1", now);
			break;
		case '.':
			now += 11 * SECOND;
			model_advance(&m, now);
			break;
		case '+':
		case '@':
		case '!':
			answer_at(upstream_of(steps[1]), *steps == '@',
				  *steps == '!');
			steps++;
			break;
		default: {
			struct path path = path_to(upstream_of(*steps));

			ask_at(&path, *steps);
		}
		}
	}
}

static char letter_of(const struct dns_node *n)
{
	for (int i = 0; i < 128; i++)
		if (seen[i] == n)
			return (char)i;
	return '?';
}

/* The lines below a query, by the letters of the queries that they are. */
static void lines_of(const struct dns_node *n, char *text)
{
	struct dnsway way[DNSWAY_MAX];
	size_t count = dnsway_lines(&m, n, way);

	for (size_t i = 0; i < count; i++) {
		if (way[i].kind == DNSWAY_FOR)
			*text++ = '<';
		else if (way[i].kind == DNSWAY_AT)
			*text++ = '@';
		else if (way[i].kind == DNSWAY_VIA)
			*text++ = '>';
		else
			*text++ = '.';
		for (int k = 0; k < way[i].level; k++)
			*text++ = '>';
		if (way[i].kind == DNSWAY_AT)
			*text++ = way[i].alone ? '!' : '-';
		else if (way[i].kind != DNSWAY_MORE)
			*text++ = letter_of(way[i].query);
	}
	*text = '\0';
}

static const struct link_claim {
	const char *label, *steps;
	const char *want; /* letter and its lines, each */
} links[] = {
	{ "sent on, answered", "cu+uC", "c>u u<c" },
	{ "while it waits", "cu", "c>u u<c" },
	{ "not yet sent on: who has it is known", "c", "c@-" },
	{ "two clients, one question upstream", "cud+uCD", "c>u d>u u<c<d" },
	{ "two at once, told in the other order", "cbu+uCD",
	  "c>u d>u u<c<d" },
	{ "the second asks after it was answered", "cu+uCdD", "c>u d@- u<c" },
	{ "the second server after the first", "cuv+vC", "c>u>v u<c v<c" },
	{ "what the first server still owes is nobody's", "cuv+vCdD",
	  "c>u>v d@-" },
	{ "the resolver had asked by itself", "uc+uC", "c>u u<c" },
	{ "and was slower than its own knowledge", "ucC+u", "c@- u" },
	{ "all servers failed", "cu!uC", "c>u u<c" },
	{ "another case of the name", "cU+UC", "c>U U<c" },
	{ "another type", "ceC", "c@- e" },
	{ "another name", "coC", "c@- o" },
	{ "a CNAME's target", "cu@un+nC", "c>u>n u<c n<c" },
	{ "that name without the CNAME", "cun+n+uC", "c>u n" },
	{ "another process asks the same", "cxC", "c@- x" },
	{ "a child of the resolver", "ck+kC", "c>k k<c" },
	{ "a child that runs another program", "cpC", "c@- p" },
	{ "asked when all was said", "cCu", "c@- u" },
	{ "asked when its time was up", "c.u", "c@- u" },
	{ "another host's question", "hu", "h<h>u u<h" },
	{ "a resolver behind the resolver", "csiw+wI+sC",
	  "c>s>>w s<c>w w<c" },
	{ "and it has the answer itself", "csiI+sC", "c>s@>- s<c@-" },
	{ "certain that it asked nobody", ".cC", "c@!" },
	{ "and has not yet", ".c", "c@!" },
	{ "each try from another socket", "cutv+vT", "c>u>v u<c v<c" },
	{ "two rounds of the same question", "cu+uC.cu+uC", "c>u u<c" },
};

static void begin(bool live)
{
	assert_int_equal(model_init(&m, live, NULL, 1, NULL), 0);
	processes();
	memset(seen, 0, sizeof(seen));
	now = SECOND;
	m.first_ns = now;
}

static void compare(const char *label, const char *want)
{
	char text[256], *t = text;

	for (const char *w = want; *w; w = strchr(w, ' ') ? strchr(w, ' ') + 1 :
							      w + strlen(w)) {
		*t++ = *w;
		lines_of(seen[(unsigned char)*w], t);
		t += strlen(t);
		*t++ = ' ';
	}
	t[-1] = '\0';
	if (strcmp(text, want))
		fail_msg("%s: %s, wanted %s", label, text, want);
}

static void test_links(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(links); i++) {
		begin(true);
		play(links[i].steps);
		compare(links[i].label, links[i].want);
		model_release(&m);
	}
}

/* Both ends of a query, in one namespace or in two. */
static void test_peers(void **state)
{
	(void)state;
	begin(true);
	query(&n_out, 7, NAME, DNS_A, now);
	query(&n_in, 7, NAME, DNS_A, now);
	const struct dns_node *n = table_first(&m.dns.table);
	const struct dns_node *s = table_last(&m.dns.table);
	assert_ptr_equal(dnslink_peer(n), s);
	assert_ptr_equal(dnslink_peer(s), n);
	model_release(&m);

	/* Two namespaces ask exactly the same: nobody can tell whose it is. */
	begin(true);
	query(&n_out, 7, NAME, DNS_A, now);
	query(&m_out, 7, NAME, DNS_A, now);
	query(&n_in, 7, NAME, DNS_A, now);
	assert_int_equal(m.dns.table.count, 3);
	assert_null(dnslink_peer(table_first(&m.dns.table)));
	assert_null(dnslink_peer(table_last(&m.dns.table)));
	model_release(&m);
}

/* A closed port serves nothing, and it is not `served`. */
static void test_closed_port(void **state)
{
	struct made p;
	struct owner owner;

	(void)state;
	begin(true);
	query(&c_out, 7, NAME, DNS_A, now);
	dns_head(&p, 7, 0x0100, 1, 0);
	dns_question(&p, NAME, DNS_A);
	send_path(&p, &c_in, now); /* for its bytes */
	table_remove(&m.dns.table, table_last(&m.dns.table));
	p.frame.how = EVENT_HOW_KERNEL;
	p.frame.pid = 0;
	p.frame.cookie = 0;
	p.frame.flags = EVENT_NO_SOCKET;
	model_packet(&m, &p.p, &owner);
	assert_int_equal(m.dns.table.count, 1);
	model_release(&m);
}

/* --- from a file: hosts instead of processes --- */

static const struct file_claim {
	const char *label;
	struct path first, second;
	bool linked;
} files[] = {
	{ "the host that was asked asks on",
	  { .src = "10.0.0.7", .src_port = 1, .dst = "10.0.0.5", .dst_port = 53 },
	  { .src = "10.0.0.5", .src_port = 2, .dst = "10.0.0.53", .dst_port = 53 },
	  true },
	{ "another host asks the same",
	  { .src = "10.0.0.7", .src_port = 1, .dst = "10.0.0.5", .dst_port = 53 },
	  { .src = "10.0.0.6", .src_port = 2, .dst = "10.0.0.53", .dst_port = 53 },
	  false },
	{ "asked on the loopback, it leaves this host",
	  { .src = "127.0.0.1", .src_port = 1, .dst = "127.0.0.53", .dst_port = 53 },
	  { .way = '>', .src = "10.0.0.5", .src_port = 2, .dst = "10.0.0.53", .dst_port = 53 },
	  true },
	{ "the same, but the file does not say whose it is",
	  { .src = "127.0.0.1", .src_port = 1, .dst = "127.0.0.53", .dst_port = 53 },
	  { .src = "10.0.0.5", .src_port = 2, .dst = "10.0.0.53", .dst_port = 53 },
	  false },
	{ "the same query on both sides of a router",
	  { .src = "10.0.0.7", .src_port = 1, .dst = "8.8.8.8", .dst_port = 53 },
	  { .src = "8.8.8.8", .src_port = 2, .dst = "8.8.8.8", .dst_port = 53 },
	  false },
};

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(files); i++) {
		const struct file_claim *c = &files[i];
		const struct dns_node *via[DNSLINK_MAX], *from[DNSLINK_MAX];

		begin(false);
		query(&c->first, 7, NAME, DNS_A, now);
		query(&c->second, 8, NAME, DNS_A, now + MS);
		const struct dns_node *first = table_first(&m.dns.table);
		const struct dns_node *second = table_last(&m.dns.table);
		size_t n = dnslink_via(first, via);
		if (n != c->linked || dnslink_for(second, from) != n)
			fail_msg("%s: %zu", c->label, n);
		if (n && (via[0] != second || from[0] != first))
			fail_msg("%s: others", c->label);
		model_release(&m);
	}
}

/* All of it goes, in whatever order, and nothing points to it. */
static void test_evicted(void **state)
{
	static const struct model_limits few = { .dns = 4 };

	(void)state;
	for (size_t keep = 0; keep < 6; keep++) {
		assert_int_equal(model_init(&m, true, &few, 1, NULL), 0);
		processes();
		now = SECOND;
		play("cuvd");
		for (size_t i = 0; i < keep; i++) {
			struct path p = path_to(&upstreams[i % N(upstreams)]);

			p.src_port = (uint16_t)(6000 + i);
			query(&p, (uint16_t)i, "other", DNS_A, now++);
			for (struct dns_node *n = table_first(&m.dns.table); n;
			     n = table_next(&m.dns.table, n)) {
				char text[64];

				lines_of(n, text);
			}
		}
		assert_true(m.dns.errands.count <= 4);
		model_release(&m);
	}

	/* What made room for others is not what was never sent. */
	assert_int_equal(model_init(&m, true, &few, 1, NULL), 0);
	processes();
	now = SECOND;
	m.first_ns = 1;
	play(".cu+uC");
	const uint64_t u = seen['u']->id;
	for (uint16_t id = 0; id < 8 && seen['u']->id == u; id++, now += MS) {
		struct path p = path_to(upstream_of('x'));
		const struct dns_node *c = seen['c'];

		/* The query is used, what was sent on is not. */
		table_use(&m.dns.table, (void *)c);
		table_use(&m.dns.table, (void *)dnslink_peer(c));
		query(&p, id, "other", DNS_A, now);
	}
	assert_int_not_equal(seen['u']->id, u);
	assert_non_null(dnslink_served(seen['c']));
	assert_false(dnslink_alone(&m, seen['c']));
	model_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_closed_port),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_evicted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
