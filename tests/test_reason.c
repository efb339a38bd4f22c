/* SPDX-License-Identifier: MIT */
#include "bpf/reason.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define LOG(text)                                                              \
	"libbpf: prog 'nx_egress': -- BEGIN PROG LOAD LOG --\n" text           \
	"-- END PROG LOAD LOG --\n"

static const struct reason_claim {
	const char *label, *first, *second;
	const char *program, *verifier;
} reasons[] = {
	{ "program and verifier",
	  "libbpf: prog 'nx_egress': BPF program load failed: Permission denied\n",
	  LOG("0: (79) r0 = 1\nR4 invalid zero-sized read: u64=[0,128]\nprocessed 27 insns (limit 1000000)\n"),
	  "prog 'nx_egress': BPF program load failed: Permission denied",
	  "R4 invalid zero-sized read: u64=[0,128]" },
	{ "log without statistics", LOG("unknown func bpf_x#99\n"), "", "",
	  "unknown func bpf_x#99" },
	{ "empty log", LOG(""), "", "", "" },
	{ "log that is cut", "BEGIN PROG LOAD LOG --\nlast", "", "", "last" },
	{ "the first is the cause", "libbpf: map 'nx_sockets': failed\n",
	  "libbpf: failed to load object 'nx_bpf'\n",
	  "map 'nx_sockets': failed", "" },
	{ "what has another way is no cause",
	  "libbpf: Error in bpf_create_map_xattr(nx_owners):Invalid argument(-22). Retrying without BTF.\n",
	  "libbpf: map 'nx_owners': failed to create: Invalid argument(-22)\n",
	  "map 'nx_owners': failed to create: Invalid argument(-22)", "" },
	{ "nor is the limit of locked memory",
	  "libbpf: Failed to bump RLIMIT_MEMLOCK (err = -1), you might need to do it explicitly!\n",
	  "libbpf: prog 'nx_x': BPF program load failed: Permission denied\n",
	  "prog 'nx_x': BPF program load failed: Permission denied", "" },
	{ "no prefix", "something\n", "", "something", "" },
	{ "nothing", "", "", "", "" },
};

static void test_reasons(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(reasons); i++) {
		const struct reason_claim *c = &reasons[i];
		struct reason r = { 0 };

		reason_take(&r, c->first);
		if (*c->second)
			reason_take(&r, c->second);
		if (strcmp(r.program, c->program) ||
		    strcmp(r.verifier, c->verifier))
			fail_msg("%s: \"%s\", \"%s\"", c->label, r.program,
				 r.verifier);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
