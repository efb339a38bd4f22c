/* SPDX-License-Identifier: MIT */
/* A recording reads back as it was, with its processes. */
#include "core/capfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/capnote.h"
#include "core/container.h"
#include "tests/image.h"

#define OFFSET 1700000000000000000ll

static struct image file;
static struct capfile_writer writer;

static int start(void **state)
{
	(void)state;
	memset(&file, 0, sizeof(file));
	memset(&writer, 0, sizeof(writer));
	file.len = capfile_write_head(file.bytes, 1024, "x86_64", "Linux 6.1",
				      "netexplore 0.1.0");
	return file.len ? 0 : -1;
}

static const struct frame base = {
	.time_ns = 5000000001,
	.data = { (const uint8_t *)"E123456", 7 },
	.wire_len = 1500,
	.link = LINK_RAW,
	.direction = EVENT_EGRESS,
	.how = EVENT_HOW_CURRENT,
	.flags = EVENT_ON_LISTENER,
	.live = true,
	.pid = 31337,
	.tid = 31338,
	.ns_tid = 7,
	.start_ns = 4000000000,
	.cookie = UINT64_MAX,
	.netns = 4026531840,
	.ifindex = 2,
	.cpu = 3,
	.ifname = "eth0",
};

#define CONTAINER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct proc curl = {
	.key = { .pid = 31337, .start_ns = 4000000000 },
	.known = true,
	.parent_start_ns = 3000000000,
	.cgroup_id = 1ull << 40,
	.container = CONTAINER,
	.ppid = 1000,
	.ns_pid = 6,
	.ns_ppid = 1,
	.uid = 1001,
	.gid = 1002,
	.mnt_ns = 4026531841,
	.pid_ns = 4026531836,
	.net_ns = 4026531840,
	.comm = "curl",
	.exe = "/usr/bin/curl",
	.cmdline = "curl -s example.com",
};

static const struct contname *called; /* what its container is called */

/* With room for `room` bytes; returns what was written. */
static size_t write_into(const struct frame *f, const struct proc *p,
			 size_t room)
{
	size_t n = capfile_write_packet(&writer, file.bytes + file.len, room, f,
					p, called, OFFSET);

	assert_true(n <= room);
	assert_true(n % 4 == 0);
	file.len += n;
	return n;
}

static void write_one(const struct frame *f, const struct proc *p)
{
	assert_true(write_into(f, p, 16384) > 0);
}

static struct capfile *reading(void)
{
	struct capfile *f;
	struct errmsg err = { 0 };

	file.pos = 0;
	assert_int_equal(capfile_open(&f, "x", image_read, &file, &err), 0);
	return f;
}

static void next(struct capfile *f, struct frame *frame)
{
	struct errmsg err = { 0 };

	if (capfile_next(f, frame, &err) != 1)
		fail_msg("no packet: %s", err.text);
}

static void at_end(struct capfile *f)
{
	struct frame frame;
	struct errmsg err = { 0 };

	assert_int_equal(capfile_next(f, &frame, &err), 0);
	capfile_close(f);
}

static void test_frame(void **state)
{
	(void)state;
	struct frame got;

	write_one(&base, &curl);
	struct capfile *f = reading();
	next(f, &got);
	assert_int_equal(got.number, 1);
	assert_int_equal(got.time_ns, base.time_ns + OFFSET);
	assert_int_equal(got.data.len, 7);
	assert_memory_equal(got.data.data, "E123456", 7);
	assert_int_equal(got.wire_len, base.wire_len);
	assert_int_equal(got.link, base.link);
	assert_int_equal(got.direction, base.direction);
	assert_int_equal(got.how, base.how);
	assert_int_equal(got.flags, base.flags);
	assert_true(got.live);
	assert_int_equal(got.pid, base.pid);
	assert_int_equal(got.tid, base.tid);
	assert_int_equal(got.ns_tid, base.ns_tid);
	assert_int_equal(got.start_ns, base.start_ns + OFFSET);
	assert_int_equal(got.cookie, base.cookie);
	assert_int_equal(got.netns, base.netns);
	assert_int_equal(got.ifindex, base.ifindex);
	assert_int_equal(got.cpu, base.cpu);
	assert_string_equal(got.ifname, "eth0");
	at_end(f);
}

/* What the container is called is in the recording, and told again when it is learnt later. */
static void test_container(void **state)
{
	static const struct contname known = {
		.text = { "web \"1\"", "nginx:1.25\\", "shop-1", "default", "7c1d" },
	};
	struct frame got;
	struct event_proc e;
	struct contname_facts f;
	char id[CONTAINER_ID];

	(void)state;
	write_one(&base, &curl);
	called = &known;
	write_one(&base, &curl);
	write_one(&base, &curl);
	called = NULL;
	struct capfile *file_in = reading();
	next(file_in, &got);
	assert_true(capfile_proc(file_in, &e));
	assert_true(capfile_container(file_in, id, &f));
	assert_string_equal(id, CONTAINER);
	assert_string_equal(f.text[CONTNAME_NAME], "");
	next(file_in, &got);
	assert_true(capfile_proc(file_in, &e));
	assert_true(capfile_container(file_in, id, &f));
	for (int i = 0; i < CONTNAME_TEXTS; i++)
		assert_string_equal(f.text[i], known.text[i]);
	next(file_in, &got);
	assert_false(capfile_proc(file_in, &e));
	at_end(file_in);
}

static void test_process(void **state)
{
	(void)state;
	struct frame got;
	struct event_proc e;

	write_one(&base, &curl);
	struct capfile *f = reading();
	assert_false(capfile_proc(f, &e));
	next(f, &got);
	assert_true(capfile_proc(f, &e));
	assert_int_equal(e.head.type, EVENT_PROC);
	assert_int_equal(e.head.time_ns, got.time_ns);
	assert_int_equal(e.head.pid, 31337);
	assert_int_equal(e.head.start_ns, curl.key.start_ns + OFFSET);
	assert_int_equal(e.parent_start_ns, curl.parent_start_ns + OFFSET);
	assert_int_equal(e.cgroup_id, curl.cgroup_id);
	char id[CONTAINER_ID];
	assert_true(container_find(&e, id));
	assert_string_equal(id, CONTAINER);
	assert_int_equal(e.ppid, curl.ppid);
	assert_int_equal(e.ns_pid, curl.ns_pid);
	assert_int_equal(e.ns_ppid, curl.ns_ppid);
	assert_int_equal(e.uid, curl.uid);
	assert_int_equal(e.gid, curl.gid);
	assert_int_equal(e.mnt_ns, curl.mnt_ns);
	assert_int_equal(e.pid_ns, curl.pid_ns);
	assert_int_equal(e.net_ns, curl.net_ns);
	assert_memory_equal(e.comm, "curl\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(e.exe_len, strlen(curl.exe));
	assert_memory_equal(e.exe, curl.exe, strlen(curl.exe));
	assert_int_equal(e.args_len, strlen(curl.cmdline) + 1);
	assert_string_equal(e.args, curl.cmdline);
	assert_false(capfile_proc(f, &e));
	at_end(f);
}

/* A process is told once, and again when it has become another program. */
static void test_told(void **state)
{
	(void)state;
	struct proc later = curl, unknown = { .key = curl.key };
	struct frame got;
	struct event_proc e;

	later.cmdline = "wget";
	const struct {
		const char *label;
		const struct proc *proc;
		const char *args; /* NULL: not told */
	} claims[] = {
		{ "known by its pid alone", &unknown, "" },
		{ "told when known", &curl, "curl -s example.com" },
		{ "not told again", &curl, NULL },
		{ "another program", &later, "wget" },
		{ "known already", &unknown, NULL },
		{ "no process", NULL, NULL },
	};
	size_t n = sizeof(claims) / sizeof(claims[0]);
	for (size_t i = 0; i < n; i++) {
		size_t len = file.len;
		write_one(&base, claims[i].proc);
		bool has = memmem(file.bytes + len, file.len - len, " exe=", 5);
		bool want = claims[i].args && claims[i].args[0];
		if (has != want)
			fail_msg("%s: written %d", claims[i].label, has);
	}
	struct capfile *f = reading();
	for (size_t i = 0; i < n; i++) {
		next(f, &got);
		bool told = capfile_proc(f, &e);
		if (told != (claims[i].args != NULL) ||
		    (told && strcmp(e.args, claims[i].args)))
			fail_msg("%s", claims[i].label);
	}
	at_end(f);
}

/* What the kernel dropped, by the name that it had there and then. */
static void test_drop(void **state)
{
	(void)state;
	struct frame f = base, got;

	f.drop = "NO_SOCKET";
	write_one(&f, &curl);
	write_one(&f, NULL);
	write_one(&base, NULL);
	struct capfile *in = reading();
	for (int i = 0; i < 3; i++) {
		next(in, &got);
		if (i == 2)
			assert_null(got.drop);
		else
			assert_string_equal(got.drop, "NO_SOCKET");
	}
	at_end(in);
}

/* The owner that the model found after the fact is the one that is kept. */
static void test_joined(void **state)
{
	(void)state;
	struct frame f = base, got;

	f.pid = 1;
	f.start_ns = 99;
	write_one(&f, &curl);
	f.pid = 0;
	f.start_ns = 0;
	f.how = EVENT_HOW_KERNEL;
	write_one(&f, NULL);
	f.live = false;
	f.how = EVENT_HOW_NONE;
	write_one(&f, NULL);

	struct capfile *in = reading();
	next(in, &got);
	assert_int_equal(got.pid, 31337);
	assert_int_equal(got.start_ns, curl.key.start_ns + OFFSET);
	assert_int_equal(got.how, EVENT_HOW_JOINED);
	assert_int_equal(got.tid, 0);
	next(in, &got);
	assert_int_equal(got.pid, 0);
	assert_int_equal(got.start_ns, 0);
	assert_int_equal(got.how, EVENT_HOW_KERNEL);
	assert_true(got.live);
	next(in, &got);
	assert_false(got.live);
	assert_int_equal(got.how, EVENT_HOW_NONE);
	at_end(in);
}

/* Texts that look like the note's own grammar, and the longest there are. */
static void test_texts(void **state)
{
	(void)state;
	static char longest[257], escaped[1025];
	static const struct {
		const char *comm, *text;
	} claims[] = {
		{ "a b", "a b=c" },
		{ "\"", "say \"pid=1\" exe=\"x\"" },
		{ "\\", "\\\\ \\\" \\" },
		{ "日本語", "übung=\"x\"" },
		{ "\\001\\002", "\\027[2J" },
		{ "", "" },
		{ "0123456789abcdef", longest },
		{ "\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001", escaped },
	};
	memset(longest, '"', 256);
	for (int i = 0; i < 256; i++)
		memcpy(escaped + i * 4, "\\007", 4);
	size_t n = sizeof(claims) / sizeof(claims[0]);
	for (size_t i = 0; i < n; i++) {
		struct proc p = curl;
		struct frame f = base;
		f.pid = p.key.pid = (uint32_t)i + 1;
		snprintf(p.comm, sizeof(p.comm), "%s", claims[i].comm);
		p.exe = p.cmdline = claims[i].text;
		write_one(&f, &p);
	}
	struct capfile *f = reading();
	for (size_t i = 0; i < n; i++) {
		struct frame got;
		struct event_proc e;
		next(f, &got);
		assert_int_equal(got.pid, i + 1);
		assert_true(capfile_proc(f, &e));
		const char *text = claims[i].text, *comm = claims[i].comm;
		if (text == escaped) {
			text = memset(longest, 7, 256);
			comm = "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1";
		}
		if (strncmp(e.comm, comm, 16) || e.exe_len != strlen(text) ||
		    memcmp(e.exe, text, e.exe_len) ||
		    strncmp(e.args, text, 256))
			fail_msg("\"%s\": \"%.16s\" \"%.256s\" \"%.256s\"",
				 claims[i].text, e.comm, e.exe, e.args);
	}
	at_end(f);
}

/* Namespaces come and go: more interfaces than the writer remembers. */
static void test_interfaces(void **state)
{
	(void)state;
	struct frame got;
	enum { N = CAPFILE_INTERFACES + 44 };

	for (uint32_t i = 0; i < N; i++) {
		struct frame f = base;
		f.netns = i / 2 + 1;
		f.ifname = i % 2 ? "lo" : "eth0";
		f.live = false;
		f.pid = 0;
		write_one(&f, NULL);
		if (i % 2)
			write_one(&f, NULL); /* the same again: no new block */
	}
	struct capfile *f = reading();
	for (uint32_t i = 0; i < N; i++) {
		next(f, &got);
		assert_int_equal(got.netns, i / 2 + 1);
		assert_string_equal(got.ifname, i % 2 ? "lo" : "eth0");
		if (i % 2)
			next(f, &got);
	}
	assert_int_equal(got.number, N * 3 / 2);
	at_end(f);
}

/* With too little room there is no packet, and never one in part. */
static void test_room(void **state)
{
	(void)state;
	static char longest[1025];
	struct proc p = curl;
	struct frame got;
	struct event_proc e;
	uint8_t small[40];

	assert_int_equal(capfile_write_head(small, sizeof(small), "x", "y", "z"), 0);
	memset(longest, '"', 1024);
	p.exe = p.cmdline = longest;
	memset(p.comm, '"', sizeof(p.comm) - 1);
	for (size_t room = 0; room < 7 + 2048; room += 13)
		assert_int_equal(write_into(&base, &p, room), 0);
	/* Enough for a packet, not for so long a command line. */
	assert_true(write_into(&base, &p, 7 + 2048) > 0);
	assert_null(memmem(file.bytes, file.len, "exe=", 4));
	/* It is told when there is room. */
	assert_true(write_into(&base, &p, 8192) > 0);
	struct capfile *f = reading();
	next(f, &got);
	assert_true(capfile_proc(f, &e)); /* its name */
	assert_int_equal(e.exe_len, 0);
	next(f, &got);
	assert_true(capfile_proc(f, &e));
	assert_int_equal(e.exe_len, 256);
	at_end(f);
}

/* Notes as others may have written them. */
static void test_notes(void **state)
{
	(void)state;
	static const struct {
		const char *label, *text;
		bool ours;
		uint64_t pid;
		const char *comm;
	} claims[] = {
		{ "empty", "", false, 0, "" },
		{ "a person's", "look at this", false, 0, "" },
		{ "a longer word", "netexplorer pid=1", false, 0, "" },
		{ "the word alone", "netexplore", true, 0, "" },
		{ "any order", "netexplore comm=\"x\" pid=5", true, 5, "x" },
		{ "not known", "netexplore new=1 newer=\"pid=3\" pid=5", true, 5, "" },
		{ "no value", "netexplore pid= comm pid", true, 0, "" },
		{ "spaces", "netexplore   =  pid=5  ", true, 5, "" },
		{ "negative", "netexplore pid=-1", true, 0, "" },
		{ "not a number", "netexplore pid=0x10", true, 0, "" },
		{ "greatest", "netexplore pid=4294967295", true, UINT32_MAX, "" },
		{ "too great", "netexplore pid=4294967296", true, 0, "" },
		{ "far too great", "netexplore pid=99999999999999999999999", true, 0, "" },
		{ "quote not closed", "netexplore comm=\"a b", true, 0, "a b" },
		{ "backslash at the end", "netexplore comm=\"a\\", true, 0, "a" },
		{ "name bare", "netexplore comm=a pid=5", true, 5, "" },
		{ "number quoted", "netexplore pid=\"5\"", true, 0, "" },
		{ "too long", "netexplore comm=\"0123456789012345678901234567890123456789012345678901234567890123456789\" pid=5",
		  true, 5, "012345678901234567890123456789012345678901234567890123456789012" },
	};
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct capnote n;
		/* On the heap and without a NUL, so that ASan sees an overrun. */
		size_t len = strlen(claims[i].text);
		uint8_t *text = malloc(len ? len : 1);
		memcpy(text, claims[i].text, len);
		bool ours = capnote_read(&n, (struct span){ text, len });
		free(text);
		if (ours != claims[i].ours || n.pid != claims[i].pid ||
		    strcmp(n.comm, claims[i].comm))
			fail_msg("%s: %d %llu \"%s\"", claims[i].label, ours,
				 (unsigned long long)n.pid, n.comm);
	}
	static const struct {
		const char *label, *text, *drop;
	} drops[] = {
		{ "none", "netexplore pid=1", "" },
		{ "a reason", "netexplore drop=TCP_RFC7323_PAWS pid=1", "TCP_RFC7323_PAWS" },
		{ "empty", "netexplore drop= pid=1", "" },
		{ "not printable", "netexplore drop=NO\033[2J", "" },
		{ "small letters", "netexplore drop=no_socket", "" },
		{ "quoted", "netexplore drop=\"NO_SOCKET\"", "" },
		{ "as long as can be", "netexplore drop=01234567890123456789012345678901234567890123456",
		  "01234567890123456789012345678901234567890123456" },
		{ "too long", "netexplore drop=012345678901234567890123456789012345678901234567", "" },
	};
	struct capnote n;
	for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++) {
		const uint8_t *text = (const uint8_t *)drops[i].text;
		assert_true(capnote_read(&n, (struct span){ text, strlen(drops[i].text) }));
		if (strcmp(n.drop, drops[i].drop))
			fail_msg("%s: \"%s\"", drops[i].label, n.drop);
	}
	assert_true(capnote_read(&n, (struct span){ (const uint8_t *)"netexplore \0pid=1\0=\0", 20 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_frame, start),
		cmocka_unit_test_setup(test_drop, start),
		cmocka_unit_test_setup(test_container, start),
		cmocka_unit_test_setup(test_process, start),
		cmocka_unit_test_setup(test_told, start),
		cmocka_unit_test_setup(test_joined, start),
		cmocka_unit_test_setup(test_texts, start),
		cmocka_unit_test_setup(test_interfaces, start),
		cmocka_unit_test_setup(test_room, start),
		cmocka_unit_test(test_notes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
