/* SPDX-License-Identifier: MIT */
#include "core/conf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static const struct conf_claim {
	const char *label, *text;
	size_t len; /* 0: strlen(text) */
	int rc;
	const char *want; /* what was read as "[section]name=value;", or the message */
} confs[] = {
	{ "empty", "", 0, 0, "" },
	{ "one", "theme = light\n", 0, 0, "[]theme=light;" },
	{ "no newline at the end", "a = b", 0, 0, "[]a=b;" },
	{ "comments and blank lines", "# a\n\n; b\n \t\na = b\n", 0, 0, "[]a=b;" },
	{ "hash in a value", "fg = #ff0000\n", 0, 0, "[]fg=#ff0000;" },
	{ "comment after a value", "a = b ; c\n", 0, 0, "[]a=b;" },
	{ "carriage returns", "a = b\r\nc = d\r\n", 0, 0, "[]a=b;[]c=d;" },
	{ "byte order mark", "\xEF\xBB\xBF" "a = b\n", 0, 0, "[]a=b;" },
	{ "leading blanks do not continue a line", "a = b\n  c = d\n", 0, 0, "[]a=b;[]c=d;" },
	{ "section", "a = b\n[keys]\nq = quit\n", 0, 0, "[]a=b;[keys]q=quit;" },
	{ "empty value", "a =\n", 0, 0, "[]a=;" },
	{ "no value", "# x\na = b\nword\nc = d\n", 0, -EINVAL, "F:3: expected NAME = VALUE" },
	{ "section without end", "[keys\n", 0, -EINVAL, "F:1: expected NAME = VALUE" },
	{ "refused by the caller", "a = b\nbad = 1\nc = d\n", 0, -ERANGE, "F:2: bad is bad" },
	{ "first error wins, syntax", "word\nbad = 1\n", 0, -EINVAL, "F:1: expected NAME = VALUE" },
	{ "first error wins, caller", "bad = 1\nword\n", 0, -ERANGE, "F:1: bad is bad" },
	{ "NUL", "a = b\nc = \0d\n", 13, -EINVAL, "F:2: a NUL byte" },
	{ "long line", "a = b\nc = " FIFTY FIFTY FIFTY FIFTY "\n", 0, -EINVAL,
	  "F:2: the line is too long" },
	{ "longest line", "c = " FIFTY FIFTY FIFTY TEN TEN TEN TEN "0123\n", 0, 0,
	  "[]c=" FIFTY FIFTY FIFTY TEN TEN TEN TEN "0123;" },
};

static int collect(void *ctx, const char *section, const char *name,
		   const char *value, struct errmsg *err)
{
	char *got = ctx;
	size_t len = strlen(got);

	if (strcmp(name, "bad") == 0)
		return errmsg_set(err, -ERANGE, "%s is bad", name);
	snprintf(got + len, 1024 - len, "[%s]%s=%s;", section, name, value);
	return 0;
}

static void test_conf(void **state)
{
	(void)state;
	int failed = 0;

	for (size_t i = 0; i < N(confs); i++) {
		const struct conf_claim *c = &confs[i];
		struct errmsg err = { 0 };
		char got[1024] = "";
		int rc = conf_parse("F", c->text,
				    c->len ? c->len : strlen(c->text), collect,
				    got, &err);
		const char *said = rc ? err.text : got;
		if (rc != c->rc || strcmp(said, c->want) != 0) {
			print_error("%s: want %d \"%s\", got %d \"%s\"\n",
				    c->label, c->rc, c->want, rc, said);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void test_too_large(void **state)
{
	(void)state;
	static char text[CONF_MAX + 1];
	struct errmsg err = { 0 };

	assert_int_equal(conf_parse("F", text, sizeof(text), collect, NULL,
				    &err), -EFBIG);
}

/* No bytes make the reader fail but by an error with a line. */
static void test_any_bytes(void **state)
{
	(void)state;
	static const char alphabet[] = "a=[]#; \t\r\n\n\xff\0:";
	unsigned seed = 7;

	for (int turn = 0; turn < 5000; turn++) {
		char text[64], got[1024] = "";
		struct errmsg err = { 0 };
		size_t len = (size_t)turn % sizeof(text);
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = alphabet[(seed >> 16) % sizeof(alphabet)];
		}
		int rc = conf_parse("F", text, len, collect, got, &err);
		assert_true(rc == 0 || strncmp(err.text, "F:", 2) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conf),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
