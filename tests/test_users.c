/* SPDX-License-Identifier: MIT */
#include "core/users.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char passwd[] =
	"root:x:0:0:root:/root:/bin/bash\n"
	"toor:x:0:0:second:/root:/bin/sh\n"
	"+::::::\n"
	"# a comment\n"
	"\n"
	"nobody:x:65534:65534::/:/usr/sbin/nologin\n"
	":x:7:7:no name::\n"
	"minus:x:-1:0:::\n"
	"words:x:12a:0:::\n"
	"blank:x: 13:0:::\n"
	"empty:x::0:::\n"
	"large:x:4294967296:0:::\n"
	"last:x:4294967294:0:::\n"
	"esc\033[2J:x:14:14:::\n"
	"short:x:15\n"
	"anna:x:1000:1000:Anna:/:/bin/sh";

static const struct claim {
	const char *label;
	uint32_t uid;
	const char *want;
} claims[] = {
	{ "the first of two", 0, "root" },
	{ "in the middle", 65534, "nobody" },
	{ "the last line, without its end", 1000, "anna" },
	{ "a great number", 4294967294u, "last" },
	{ "a number that overflows is no other", 1, NULL },
	{ "nobody has it", 42, NULL },
	{ "no name", 7, NULL },
	{ "letters in the number", 12, NULL },
	{ "a blank before it", 13, NULL },
	{ "control bytes", 14, "esc\\027[2J" },
	{ "a line that ends too soon", 15, NULL },
	{ "minus one", 4294967295u, NULL },
};

static void test_find(void **state)
{
	struct users *u = users_new(passwd, strlen(passwd));

	(void)state;
	assert_non_null(u);
	for (size_t i = 0; i < N(claims); i++) {
		const char *name = users_find(u, claims[i].uid);

		if (!name != !claims[i].want ||
		    (name && strcmp(name, claims[i].want)))
			fail_msg("%s: %s", claims[i].label,
				 name ? name : "none");
	}
	users_free(u);
}

/* Every beginning of the text, in memory of exactly its size. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t n = 0; n <= strlen(passwd); n++) {
		char *text = malloc(n ? n : 1);

		assert_non_null(text);
		memcpy(text, passwd, n);
		struct users *u = users_new(text, n);
		assert_non_null(u);
		free(text);
		const char *root = users_find(u, 0);
		if (n >= 9 ? !root || strcmp(root, "root") : root != NULL)
			fail_msg("cut at %zu", n);
		users_free(u);
	}
}

static void test_none(void **state)
{
	(void)state;
	assert_null(users_find(NULL, 0));
	users_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
