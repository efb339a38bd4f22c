/* SPDX-License-Identifier: MIT */
#include "bpf/procfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "bpf/exe.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define NAMES(text) text, sizeof(text) /* its last NUL ends the last name */

static const struct exe_claim {
	const char *label, *bytes;
	size_t len;
	uint32_t form;
	bool known;
	const char *want;
} exes[] = {
	{ "names from the last", NAMES("curl\0bin\0usr"), EXE_WHOLE, true,
	  "/usr/bin/curl" },
	{ "one name", NAMES("init"), EXE_WHOLE, true, "/init" },
	{ "without a beginning", NAMES("curl\0bin"), EXE_CUT, false,
	  ".../bin/curl" },
	{ "no names", "", 0, EXE_WHOLE, false, "" },
	{ "no names, cut", "", 0, EXE_CUT, false, "" },
	{ "last name not ended", "curl\0bi", 7, EXE_CUT, false, ".../curl" },
	{ "length above the room", NAMES("a\0b"), EXE_WHOLE, true, "/b/a" },
	{ "a path", NAMES("/usr/bin/curl"), EXE_PATH, true, "/usr/bin/curl" },
	{ "a relative path", NAMES("./curl"), EXE_PATH, false, "./curl" },
	{ "nothing", "", 0, EXE_PATH, false, "" },
	{ "bytes of the name stay", NAMES("a\033[2J\0b"), EXE_WHOLE, true,
	  "/b/a\033[2J" },
};

static void test_exe(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(exes); i++) {
		const struct exe_claim *c = &exes[i];
		struct event_proc e = { .exe_len = (uint16_t)c->len,
					.pad = c->form };

		memcpy(e.exe, c->bytes, c->len);
		bool known = procfile_exe(&e);
		if (known != c->known || e.pad ||
		    e.exe_len != strlen(c->want) ||
		    memcmp(e.exe, c->want, e.exe_len))
			fail_msg("%s: \"%.*s\"", c->label, (int)e.exe_len,
				 e.exe);
	}
}

/* The most that the kernel side can write: whole, and one name too many. */
static void test_exe_full(void **state)
{
	struct event_proc e = { .exe_len = EVENT_EXE, .pad = EXE_WHOLE };

	(void)state;
	for (size_t i = 0; i < EVENT_EXE; i += 2)
		e.exe[i] = 'a';
	assert_true(procfile_exe(&e));
	assert_int_equal(e.exe_len, EVENT_EXE);
	assert_memory_equal(e.exe, "/a/a", 4);
	assert_memory_equal(e.exe + EVENT_EXE - 2, "/a", 2);

	memset(e.exe, 'b', sizeof(e.exe));
	memcpy(e.exe, "prog", 5);
	e.exe_len = 0xffff;
	e.pad = EXE_CUT;
	assert_false(procfile_exe(&e));
	assert_int_equal(e.exe_len, 8);
	assert_memory_equal(e.exe, ".../prog", 8);

	memset(e.exe, 'c', sizeof(e.exe));
	e.exe[EVENT_EXE - 1] = 0;
	e.exe_len = EVENT_EXE;
	e.pad = EXE_CUT;
	assert_false(procfile_exe(&e));
	assert_int_equal(e.exe_len, EVENT_EXE);
	assert_memory_equal(e.exe, "...c", 4);
}

#define TO_22ND " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "

static const struct stat_claim {
	const char *label, *text;
	uint64_t want;
} stats[] = {
	{ "plain", "7 (curl)" TO_22ND "4711 20", 4711 },
	{ "space in the name", "7 (a b)" TO_22ND "4711 20", 4711 },
	{ "name that looks like the end", "7 (a) R 1 2 (b)" TO_22ND "4711 1",
	  4711 },
	{ "parenthesis alone in the name", "7 ())" TO_22ND "4711 20", 4711 },
	{ "cut before it", "7 (curl) S 1 2 3", 0 },
	{ "no name", "7 curl S 1 2", 0 },
	{ "empty", "", 0 },
};

static void test_start(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(stats); i++) {
		uint64_t got = procfile_start(stats[i].text);
		if (got != stats[i].want)
			fail_msg("%s: %llu", stats[i].label,
				 (unsigned long long)got);
	}
}

/* This process, as the kernel would tell of it. */
static struct event_proc self(void)
{
	struct event_proc e = { .head = { .pid = (uint32_t)getpid() } };
	char text[1024] = "";
	FILE *f = fopen("/proc/self/stat", "r");

	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	e.head.start_ns = procfile_start(text) *
			  (1000000000ULL / (uint64_t)sysconf(_SC_CLK_TCK));
	return e;
}

static void test_complete(void **state)
{
	char exe[EVENT_EXE];
	struct event_proc e = self();
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe));

	(void)state;
	assert_true(len > 0 && (size_t)len < sizeof(exe));
	e.head.start_ns += 999; /* the rest of the tick does not matter */
	procfile_complete(&e, false);
	assert_int_equal(e.exe_len, len);
	assert_memory_equal(e.exe, exe, (size_t)len);
	assert_true(e.args_len > 0);

	e = self();
	memcpy(e.exe, "/known", 6);
	e.exe_len = 6;
	procfile_complete(&e, true);
	assert_int_equal(e.exe_len, 6);
	assert_true(e.args_len > 0);

	e = self();
	e.args[0] = 'x';
	e.args_len = 1;
	procfile_complete(&e, false);
	assert_int_equal(e.exe_len, len);
	assert_int_equal(e.args_len, 1);
}

static void test_reused_pid(void **state)
{
	struct event_proc e = self();

	(void)state;
	e.head.start_ns += 1000000000;
	procfile_complete(&e, false);
	assert_int_equal(e.exe_len, 0);
	assert_int_equal(e.args_len, 0);
	e.head.pid = 0;
	procfile_complete(&e, false);
	assert_int_equal(e.exe_len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exe),
		cmocka_unit_test(test_exe_full),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_reused_pid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
