/* SPDX-License-Identifier: MIT */
#include "tui/theme.h"

#include <errno.h>
#include <ncurses.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tui/builtin.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static char folder[] = "/tmp/nx-theme-XXXXXX";

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	/* No theme of the person who runs the tests. */
	setenv("XDG_CONFIG_HOME", folder, 1);
	unsetenv("NO_COLOR");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return rmdir(folder);
}

static const char *write_theme(const char *text)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/t.theme", folder);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return path;
}

static const struct check_claim {
	const char *label, *text, *want; /* "" for good; else the end of the message */
} checks[] = {
	{ "empty", "", "" },
	{ "colour alone", "title = red\n", "" },
	{ "all parts", "title = bright-red on 17 bold dim italic underline reverse\n", "" },
	{ "attributes of default", "title = default reverse\n", "" },
	{ "rgb and basic", "title = #12aBcd/cyan on #000000/black\n", "" },
	{ "unknown role", "# c\n\ntitel = red\n", ":3: no role \"titel\"" },
	{ "twice", "title = red\ntitle = red\n", ":2: title a second time" },
	{ "no colour", "title =\n", ":1: a colour is missing" },
	{ "wrong name", "title = purpel\n", ":1: no colour \"purpel\": a name such as red or bright-red, default, 0 to 255, or #rrggbb" },
	{ "number too large", "title = 256\n", NULL },
	{ "negative number", "title = -1\n", NULL },
	{ "long number", "title = 00001\n", NULL },
	{ "short rgb", "title = #fff\n", NULL },
	{ "no hex", "title = #12345g\n", NULL },
	{ "sign in hex", "title = #+12345\n", NULL },
	{ "basic is none", "title = #ffffff/200\n", ":1: \"200\" is none of the 16 named colours" },
	{ "basic is missing", "title = #ffffff/\n", ":1: \"\" is none of the 16 named colours" },
	{ "on without a colour", "title = red on\n", ":1: a colour is missing after \"on\"" },
	{ "on twice", "title = red on blue on green\n", ":1: \"on\" is not one of bold dim italic underline reverse" },
	{ "unknown attribute", "title = red blink\n", ":1: \"blink\" is not one of bold dim italic underline reverse" },
	{ "section", "[dark]\ntitle = red\n", ":2: a theme has no [dark]" },
	{ "no equals sign", "title red\n", ":1: expected NAME = VALUE" },
	{ "escape in the value", "title = \033]0;x\007\n", ":1: no colour \"\\027]0;x\\007\": a name such as red or bright-red, default, 0 to 255, or #rrggbb" },
};

static void test_check(void **state)
{
	(void)state;
	int failed = 0;

	for (size_t i = 0; i < N(checks); i++) {
		const struct check_claim *c = &checks[i];
		struct errmsg err = { 0 };
		const char *path = write_theme(c->text);
		bool good = c->want && !*c->want;
		char want[512];
		int rc = theme_check(path, &err);
		snprintf(want, sizeof(want), "%s%s", path,
			 c->want ? c->want : ":1: no colour \"");
		if (rc != (good ? 0 : -EINVAL) ||
		    (!good && strncmp(err.text, want, strlen(want)) != 0)) {
			print_error("%s: want \"%s\", got %d \"%s\"\n",
				    c->label, want, rc, err.text);
			failed++;
		}
		unlink(path);
	}
	assert_int_equal(failed, 0);
}

static void test_find(void **state)
{
	(void)state;
	struct errmsg err = { 0 };
	char name[5000];

	assert_int_equal(theme_check("no-such", &err), -ENOENT);
	assert_non_null(strstr(err.text, "no theme \"no-such\"; there are dark"));
	assert_int_equal(theme_check("/no/such.theme", &err), -ENOENT);
	assert_string_equal(err.text, "no theme file /no/such.theme");
	assert_int_equal(theme_check("/dev/zero", &err), -EINVAL);
	assert_int_equal(theme_check("/tmp", &err), -EISDIR);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(theme_check(name, &err), -ENOENT);
	assert_int_equal(theme_check(NULL, &err), 0);
}

/* What is shipped names every role: a line for each, none twice. */
static void test_shipped(void **state)
{
	(void)state;
	static const char *const names[] = { "dark", "light", "mono" };

	for (size_t i = 0; i < N(names); i++) {
		char file[32];
		struct errmsg err = { 0 };
		int lines = 0;
		snprintf(file, sizeof(file), "%s.theme", names[i]);
		const struct builtin *b = builtin_find(file);
		assert_non_null(b);
		for (const char *p = b->data; p < b->end; p++)
			if ((p == b->data || p[-1] == '\n') && *p >= 'a')
				lines++;
		assert_int_equal(lines, ROLES);
		if (theme_check(names[i], &err))
			fail_msg("%s", err.text);
	}
}

static const struct look_claim {
	const char *label, *term, *line; /* line: of role title */
	bool no_color;
	int front, back; /* -2: no colour pair at all */
	attr_t attr;
} looks[] = {
	{ "256: rgb", "xterm-256color", "title = #5fafff on #303030 bold", false, 75, 236, A_BOLD },
	{ "256: nearest", "xterm-256color", "title = #60b0fe", false, 75, -1, 0 },
	{ "256: number", "xterm-256color", "title = 200/red on 7", false, 200, 7, 0 },
	{ "256: bright name", "xterm-256color", "title = bright-red", false, 9, -1, 0 },
	{ "8: basic", "xterm", "title = #5fafff/cyan on 236/blue dim", false, 6, 4, A_DIM },
	{ "8: bright is bold", "xterm", "title = bright-red on bright-blue", false, 1, 4, A_BOLD },
	{ "8: nearest", "xterm", "title = #f01020 on 46", false, 1, 2, 0 },
	{ "8: default", "xterm", "title = default on red", false, -1, 1, 0 },
	{ "attributes alone", "xterm-256color", "title = default underline", false, -2, -2, A_UNDERLINE },
	{ "NO_COLOR takes the fallback", "xterm-256color", "title = red on blue dim", true, -2, -2, A_BOLD },
	{ "NO_COLOR keeps attributes", "xterm-256color", "title = default underline", true, -2, -2, A_UNDERLINE },
	{ "vt100 has no colour", "vt100", "title = red on blue dim", false, -2, -2, A_BOLD },
};

static void test_looks(void **state)
{
	(void)state;
	int failed = 0;

	/* Before any theme there are the fallbacks. */
	assert_int_equal(theme_attr(ROLE_SELECTED), A_REVERSE);
	for (size_t i = 0; i < N(looks); i++) {
		const struct look_claim *l = &looks[i];
		struct errmsg err = { 0 };
		int front = -2, back = -2;
		FILE *out = fopen("/dev/null", "w");
		FILE *in = fopen("/dev/null", "r");
		SCREEN *screen = newterm(l->term, out, in);
		assert_non_null(screen);
		if (l->no_color)
			setenv("NO_COLOR", "1", 1);
		const char *path = write_theme(l->line);
		if (theme_load(path, &err))
			fail_msg("%s: %s", l->label, err.text);
		unlink(path);
		attr_t attr = (attr_t)theme_attr(ROLE_TITLE);
		if (PAIR_NUMBER((int)attr) > 0)
			extended_pair_content(PAIR_NUMBER((int)attr), &front,
					      &back);
		if (front != l->front || back != l->back ||
		    (attr & ~(attr_t)A_COLOR) != l->attr) {
			print_error("%s: got %d on %d, %#x\n", l->label, front,
				    back, attr);
			failed++;
		}
		unsetenv("NO_COLOR");
		endwin();
		delscreen(screen);
		fclose(out);
		fclose(in);
	}
	assert_int_equal(failed, 0);
}

/* A theme that is wrong leaves the one in force. */
static void test_bad_keeps_old(void **state)
{
	(void)state;
	unsigned long before = theme_attr(ROLE_TITLE);
	struct errmsg err;
	const char *path = write_theme("title = default reverse\nx = y\n");

	assert_int_equal(theme_load(path, &err), -EINVAL);
	assert_int_equal(theme_attr(ROLE_TITLE), before);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_bad_keeps_old),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
