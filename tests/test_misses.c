/* SPDX-License-Identifier: MIT */
#include "bpf/misses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct claim {
	const char *label, *program;
	bool want;
} claims[] = {
	{ "the next program catches it", "nx_state", false },
	{ "the program before has told it", "nx_state_again", false },
	{ "a reader that is not known", "nx_recv", true },
	{ "a process that ended", "nx_exit", true },
	{ "a packet that no hook saw", "nx_dropped", true },
	{ "one that has a name like it", "nx_state_other", true },
};

static void test_lose(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++)
		if (misses_lose(claims[i].program) != claims[i].want)
			fail_msg("%s", claims[i].label);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lose) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
