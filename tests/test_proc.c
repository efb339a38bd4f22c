/* SPDX-License-Identifier: MIT */
#include "core/proc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/event.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct strings *texts;

static void procs_begin(struct procs *p, size_t capacity)
{
	texts = strings_new((size_t)1 << 20);
	assert_non_null(texts);
	assert_int_equal(procs_init(p, capacity, texts, 5), 0);
}

static void procs_end(struct procs *p)
{
	procs_release(p);
	assert_int_equal(strings_used(texts), 0);
	strings_free(texts);
}

/* Lengths count bytes given, NULs among them. */
static struct event_proc event_of(uint32_t pid, uint64_t start, const char *comm,
				  const char *exe, size_t exe_len,
				  const char *args, size_t args_len)
{
	struct event_proc e = {
		.head = { .type = EVENT_PROC, .pid = pid, .start_ns = start },
		.exe_len = (uint16_t)exe_len,
		.args_len = (uint16_t)args_len,
	};

	memcpy(e.comm, comm, strnlen(comm, EVENT_COMM));
	memcpy(e.exe, exe, exe_len);
	memcpy(e.args, args, args_len);
	return e;
}

static const char sixteen[] = "0123456789abcdef";

static const struct text_claim {
	const char *label, *comm, *exe;
	size_t exe_len;
	const char *args;
	size_t args_len;
	const char *want_comm, *want_exe, *want_cmdline;
} claims[] = {
	{ "plain", "curl", "/usr/bin/curl", 13, "curl\0example.com\0", 17,
	  "curl", "/usr/bin/curl", "curl example.com" },
	{ "nothing known", "x", "", 0, "", 0, "x", NULL, NULL },
	{ "last argument cut", "a", "/a", 2, "a\0-fo", 5, "a", "/a", "a -fo" },
	{ "an empty argument between", "a", "/a", 2, "a\0\0b\0", 5, "a", "/a", "a  b" },
	{ "empty arguments at the end", "a", "/a", 2, "a\0\0\0", 4, "a", "/a", "a" },
	{ "only NULs", "a", "/a", 2, "\0\0", 2, "a", "/a", NULL },
	{ "comm without NUL", sixteen, "/a", 2, "", 0, sixteen, "/a", NULL },
	{ "escapes", "\033[2J", "/tmp/\033]0;x\a", 11, "a\0\n\0", 4, "\\027[2J",
	  "/tmp/\\027]0;x\\007", "a \\010" },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct text_claim *c = &claims[i];
		struct procs p;
		struct event_proc e = event_of(7, 100, c->comm, c->exe,
					       c->exe_len, c->args, c->args_len);

		procs_begin(&p, 4);
		const struct proc *proc = proc_event(&p, &e);

		if (!proc || !proc->known || strcmp(proc->comm, c->want_comm) != 0)
			fail_msg("%s: comm %s", c->label, proc ? proc->comm : "");
		if (c->want_exe ? !proc->exe || strcmp(proc->exe, c->want_exe) != 0 :
				  proc->exe != NULL)
			fail_msg("%s: exe %s", c->label, proc->exe);
		if (c->want_cmdline ? !proc->cmdline ||
					      strcmp(proc->cmdline,
						     c->want_cmdline) != 0 :
				      proc->cmdline != NULL)
			fail_msg("%s: cmdline %s", c->label, proc->cmdline);
		/* The same again takes no more room. */
		size_t used = strings_used(texts);
		proc_event(&p, &e);
		if (strings_used(texts) != used)
			fail_msg("%s: told twice", c->label);
		procs_end(&p);
	}
}

static void test_longest(void **state)
{
	(void)state;
	struct procs p;
	struct event_proc e = event_of(7, 1, "x", "", 0, "", 0);

	procs_begin(&p, 4);
	memset(e.comm, 1, sizeof(e.comm));
	memset(e.exe, 1, sizeof(e.exe));
	memset(e.args, 1, sizeof(e.args));
	e.exe_len = e.args_len = 0xffff;
	const struct proc *proc = proc_event(&p, &e);
	assert_int_equal(strlen(proc->exe), 4 * EVENT_EXE);
	assert_int_equal(strlen(proc->cmdline), 4 * EVENT_ARGS);
	assert_true(strlen(proc->comm) >= 4 * (EVENT_COMM - 1));
	procs_end(&p);
}

static void test_identity(void **state)
{
	(void)state;
	struct procs p;

	procs_begin(&p, 4);
	struct proc *a = proc_touch(&p, 7, 100), *b = proc_touch(&p, 7, 200);

	assert_null(proc_touch(&p, 0, 100));
	assert_null(proc_find(&p, 0, 100));
	assert_ptr_not_equal(a, b);
	assert_int_equal(a->id, 1);
	assert_int_equal(b->id, 2);
	assert_false(a->known);
	assert_ptr_equal(proc_touch(&p, 7, 100), a);
	assert_null(proc_find(&p, 7, 300));

	/* Its event fills the entry that a packet made. */
	struct event_proc e = event_of(7, 100, "late", "/l", 2, "", 0);
	assert_ptr_equal(proc_event(&p, &e), a);
	assert_true(a->known);
	assert_false(b->known);
	procs_end(&p);
}

static void test_fork_and_exec(void **state)
{
	(void)state;
	struct procs p;
	struct event_proc e = event_of(1, 10, "sh", "/bin/sh", 7, "sh\0-c\0", 6);

	procs_begin(&p, 8);
	proc_event(&p, &e);
	e = event_of(2, 20, "sh", "", 0, "", 0);
	e.ppid = 1;
	e.parent_start_ns = 10;
	struct proc *child = proc_event(&p, &e);
	assert_string_equal(child->exe, "/bin/sh");
	assert_null(child->cmdline);
	assert_int_equal(proc_parent(&p, child)->key.pid, 1);

	/* A parent with this pid and another start is not the parent. */
	e.head.pid = 3;
	e.parent_start_ns = 11;
	assert_null(proc_event(&p, &e)->exe);

	e = event_of(2, 20, "curl", "/usr/bin/curl", 13, "curl\0x\0", 7);
	e.head.flags = EVENT_EXEC;
	e.ppid = 1;
	e.parent_start_ns = 10;
	assert_ptr_equal(proc_event(&p, &e), child);
	assert_string_equal(child->exe, "/usr/bin/curl");
	assert_string_equal(child->cmdline, "curl x");

	/* Exec of what the kernel could not name: nothing old may stay. */
	e = event_of(2, 20, "memfd", "", 0, "", 0);
	e.head.flags = EVENT_EXEC;
	e.ppid = 1;
	e.parent_start_ns = 10;
	proc_event(&p, &e);
	assert_null(child->exe);
	assert_null(child->cmdline);
	procs_end(&p);
}

/* Told for who came from it: what is not said is neither guessed nor lost. */
static void test_ancestor(void **state)
{
	(void)state;
	struct procs p;
	struct event_proc e = event_of(1, 10, "sshd", "/bin/sshd", 9, "", 0);

	procs_begin(&p, 8);
	proc_event(&p, &e);
	e = event_of(2, 20, "bash", "", 0, "", 0);
	e.head.flags = EVENT_ANCESTOR;
	e.ppid = 1;
	e.parent_start_ns = 10;
	struct proc *proc = proc_event(&p, &e);
	assert_string_equal(proc->comm, "bash");
	assert_null(proc->exe);
	assert_false(proc->used);

	e = event_of(2, 20, "bash", "/bin/bash", 9, "bash\0-i\0", 8);
	proc_event(&p, &e);
	e = event_of(2, 20, "bash", "", 0, "", 0);
	e.head.flags = EVENT_ANCESTOR;
	assert_ptr_equal(proc_event(&p, &e), proc);
	assert_string_equal(proc->exe, "/bin/bash");
	assert_string_equal(proc->cmdline, "bash -i");
	procs_end(&p);
}

static void test_room(void **state)
{
	(void)state;
	struct procs p;
	struct event_proc e = event_of(1, 1, "a", "/usr/bin/a", 10, "a\0", 2);

	procs_begin(&p, 2);
	proc_event(&p, &e)->used = true;
	e.head.pid = 2;
	proc_event(&p, &e);
	/* 2 never had a socket: once ended, it goes before 1 does. */
	assert_non_null(proc_exit(&p, 2, 1, 50));
	assert_null(proc_exit(&p, 9, 1, 50));
	e.head.pid = 3;
	proc_event(&p, &e);
	assert_null(proc_find(&p, 2, 1));
	assert_non_null(proc_find(&p, 1, 1));
	assert_int_equal(p.table.evicted, 1);

	/* 3 had one, and has ended: it goes before 1, which was seen longer ago. */
	assert_int_equal(proc_exit(&p, 3, 1, 60)->exit_ns, 60);
	proc_find(&p, 3, 1)->used = true;
	proc_touch(&p, 3, 1);
	proc_exit(&p, 3, 1, 61);
	e.head.pid = 4;
	proc_event(&p, &e);
	assert_null(proc_find(&p, 3, 1));
	assert_non_null(proc_find(&p, 1, 1));
	/* When nobody has ended, the one that was not seen for longest goes. */
	proc_touch(&p, 5, 1);
	assert_null(proc_find(&p, 1, 1));
	assert_non_null(proc_find(&p, 4, 1));
	procs_end(&p);
}

/* A daemon that is silent keeps its name while thousands come and go. */
static void test_long_life(void **state)
{
	(void)state;
	struct procs p;
	struct event_proc e = event_of(1, 1, "db", "/usr/bin/db", 11, "db\0", 3);

	procs_begin(&p, 64);
	for (uint32_t pid = 1; pid <= 32; pid++) {
		e.head.pid = pid;
		proc_event(&p, &e)->used = true;
	}
	for (uint32_t pid = 100; pid < 5100; pid++) {
		e.head.pid = pid;
		proc_event(&p, &e)->used = true;
		proc_exit(&p, pid, 1, pid);
	}
	for (uint32_t pid = 1; pid <= 32; pid++)
		assert_non_null(proc_find(&p, pid, 1));
	procs_end(&p);
}

static void test_no_room_for_text(void **state)
{
	(void)state;
	struct procs p;
	static const char *kept[65536 + 1];
	size_t n = 0;

	procs_begin(&p, 2);
	while ((kept[n] = strings_put(texts, "x", 1)))
		n++;
	struct event_proc e = event_of(1, 1, "a", "/usr/bin/a", 10, "a\0", 2);
	const struct proc *proc = proc_event(&p, &e);
	assert_null(proc->exe);
	assert_string_equal(proc->comm, "a");
	assert_int_equal(p.texts_lost, 2);
	while (n)
		strings_drop(texts, kept[--n]);
	procs_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_fork_and_exec),
		cmocka_unit_test(test_ancestor),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_long_life),
		cmocka_unit_test(test_no_room_for_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
