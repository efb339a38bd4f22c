/* SPDX-License-Identifier: MIT */
#include "bpf/drops.h"

#include <bpf/btf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Two kernels, in parts; the second has one reason more in front. */
static const struct reason {
	const char *name;
	int number;
} first[] = {
	{ "SKB_NOT_DROPPED_YET", 0 },
	{ "SKB_DROP_REASON_NOT_SPECIFIED", 1 },
	{ "SKB_DROP_REASON_NO_SOCKET", 2 },
	{ "SKB_DROP_REASON_UDP_CSUM", 6 },
}, second[] = {
	{ "SKB_NOT_DROPPED_YET", 0 },
	{ "SKB_CONSUMED", 1 },
	{ "SKB_DROP_REASON_NOT_SPECIFIED", 2 },
	{ "SKB_DROP_REASON_NO_SOCKET", 3 },
	{ "SKB_DROP_REASON_LAST", 255 },
	{ "SKB_DROP_REASON_BEYOND", 256 },
	{ "SKB_DROP_REASON_SUBSYS_MASK", -65536 },
	{ "SKB_DROP_REASON_0123456789012345678901234567890123456789012345678", 9 },
};

static const struct claim {
	const char *label;
	const char *type;
	const struct reason *reasons;
	size_t n;
	int number;
	const char *want; /* NULL: none */
} claims[] = {
	{ "a reason", "skb_drop_reason", first, N(first), 2, "NO_SOCKET" },
	{ "with a gap before", "skb_drop_reason", first, N(first), 6, "UDP_CSUM" },
	{ "the gap", "skb_drop_reason", first, N(first), 3, NULL },
	{ "not dropped", "skb_drop_reason", first, N(first), 0, NULL },
	{ "not specified", "skb_drop_reason", first, N(first), 1, NULL },
	{ "renumbered", "skb_drop_reason", second, N(second), 3, "NO_SOCKET" },
	{ "made use of", "skb_drop_reason", second, N(second), 1, NULL },
	{ "not specified, renumbered", "skb_drop_reason", second, N(second), 2, NULL },
	{ "the last", "skb_drop_reason", second, N(second), 255, "LAST" },
	{ "too long", "skb_drop_reason", second, N(second), 9,
	  "01234567890123456789012345678901234567890123456" },
	{ "of another type", "other", second, N(second), 3, NULL },
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct claim *c = &claims[i];
		struct btf *btf = btf__new_empty();
		struct drops d;

		assert_non_null(btf);
		assert_true(btf__add_enum(btf, c->type, 4) > 0);
		for (size_t j = 0; j < c->n; j++)
			assert_int_equal(btf__add_enum_value(btf, c->reasons[j].name,
							     c->reasons[j].number), 0);
		memset(&d, 'x', sizeof(d));
		drops_read(&d, btf);
		btf__free(btf);
		/* The names are ours: they outlive the kernel's types. */
		const char *got = d.name[c->number] ? d.name[c->number] : "none";
		if (strcmp(got, c->want ? c->want : "none"))
			fail_msg("%s: %s", c->label, got);
	}
}

static void test_empty(void **state)
{
	(void)state;
	struct btf *btf = btf__new_empty();
	struct drops d;

	memset(&d, 'x', sizeof(d));
	drops_read(&d, btf);
	for (size_t i = 0; i < DROPS_MAX; i++)
		assert_null(d.name[i]);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
