/* SPDX-License-Identifier: MIT */
/*
 * Golden cases: each folder of tests/cases/ is a capture that goes the whole
 * way, from the file to the lines of `-o json`, the session document and the
 * screen. See tests/cases/README.md. With UPDATE=1 in the environment what is
 * expected is written anew.
 */
#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/gen/cases.h"
#include "tests/gen/replay.h"
#include "tests/gen/terminal.h"

#define CASES "tests/cases"
#define MAX_CASES 256

/* A whole file of a case; NULL when it is not there. The caller frees it. */
static char *slurp(const char *name, const char *file)
{
	char path[512];
	FILE *f;
	char *text = NULL;
	size_t size = 0;

	snprintf(path, sizeof(path), CASES "/%s/%s", name, file);
	f = fopen(path, "r");
	if (!f)
		return NULL;
	if (getdelim(&text, &size, EOF, f) < 0 && text)
		text[0] = 0;
	fclose(f);
	return text ? text : calloc(1, 1);
}

static void write_file(const char *name, const char *file, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), CASES "/%s/%s", name, file);
	FILE *f = fopen(path, "w");
	if (!f || fputs(text, f) == EOF || fclose(f) == EOF)
		fail_msg("%s: %s", path, strerror(errno));
}

/* Say which line differs first. */
static void differs(const char *name, const char *file, const char *want,
		    const char *got)
{
	int line = 1;

	for (;;) {
		size_t n = strcspn(want, "\n"), m = strcspn(got, "\n");
		if (n != m || memcmp(want, got, n) != 0 || !want[n] || !got[m])
			break;
		want += n + 1;
		got += n + 1;
		line++;
	}
	fail_msg(CASES "/%s/%s:%d:\nwant %.*s\ngot  %.*s", name, file, line,
		 (int)strcspn(want, "\n"), want, (int)strcspn(got, "\n"), got);
}

static void compare(const char *name, const char *file, const char *got)
{
	char *want = slurp(name, file);

	if (getenv("UPDATE") && (!want || strcmp(want, got)))
		write_file(name, file, got);
	else if (!want)
		fail_msg(CASES "/%s/%s is missing: make golden", name, file);
	else if (strcmp(want, got))
		differs(name, file, want, got);
	free(want);
}

static void run_case(void **state)
{
	const char *name = *state;
	char *from = slurp(name, "from");
	char *about = slurp(name, "about");
	char *keys = slurp(name, "keys");
	char *filter = slurp(name, "filter");
	char *events = slurp(name, "events");
	struct replay r;

	if (!about || !about[0])
		fail_msg(CASES "/%s/about does not say what it shows", name);
	if (from)
		from[strcspn(from, "\n")] = 0;
	if (filter)
		filter[strcspn(filter, "\n")] = 0;
	if (events)
		events[strcspn(events, "\n")] = 0;
	const struct gen_case *made = gen_case_find(from ? from : name);
	if (!made)
		fail_msg(CASES "/%s: no such case in tests/gen/cases.c", name);

	replay_case(&r, made, filter, events);
	/* What is not asked for is the other case's. */
	if (!from || filter || events)
		compare(name, "want.json", r.events);
	if (!from || filter)
		compare(name, "want.session.json", r.session);
	if (!from || !events) {
		char *screen = terminal_screen(&r.run.model, made->name,
					       filter, keys);
		compare(name, "want.screen", screen);
		free(screen);
	}
	replay_release(&r);
	free(from);
	free(about);
	free(keys);
	free(filter);
	free(events);
}

/* Each case the generator knows has a folder, so none is forgotten. */
static void test_all_used(void **state)
{
	(void)state;
	for (size_t i = 0; i < gen_cases_count; i++) {
		char *about = slurp(gen_cases[i].name, "about");
		if (!about)
			fail_msg("no folder " CASES "/%s", gen_cases[i].name);
		free(about);
	}
}

/* The generator makes the same bytes each time. */
static void test_same_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < gen_cases_count; i++) {
		struct mkcap a, b;
		gen_cases[i].make(&a);
		gen_cases[i].make(&b);
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.bytes, b.bytes, a.len);
		mkcap_release(&a);
		mkcap_release(&b);
	}
}

static int is_case(const struct dirent *d)
{
	return d->d_type == DT_DIR && d->d_name[0] != '.';
}

int main(void)
{
	struct dirent **folder;
	struct CMUnitTest tests[MAX_CASES + 2] = {
		cmocka_unit_test(test_all_used),
		cmocka_unit_test(test_same_bytes),
	};
	size_t count = 2;

	if (!setlocale(LC_ALL, "C.UTF-8")) {
		fprintf(stderr, "test_golden: no locale C.UTF-8\n");
		return 1;
	}
	int n = scandir(CASES, &folder, is_case, alphasort);
	for (int i = 0; i < n && count < MAX_CASES; i++) {
		char *name = strdup(folder[i]->d_name);
		tests[count++] = (struct CMUnitTest){
			.name = name, .test_func = run_case,
			.initial_state = name,
		};
		free(folder[i]);
	}
	if (n > 0)
		free(folder);
	int failed = _cmocka_run_group_tests("golden", tests, count, NULL,
					     NULL);
	for (size_t i = 2; i < count; i++)
		free(tests[i].initial_state);
	return failed;
}
