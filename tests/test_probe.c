/* SPDX-License-Identifier: MIT */
#include "bpf/probe.h"

#include <bpf/btf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define HYBRID                                                                 \
	"31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"           \
	"37 31 0:34 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw\n"    \
	"41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"

static const struct chosen_claim {
	const char *label, *text, *want;
} chosen[] = {
	{ "none", "[none] integrity confidentiality\n", "none" },
	{ "the second", "none [integrity] confidentiality\n", "integrity" },
	{ "no such file", "", "" },
	{ "nothing chosen", "none integrity\n", "" },
	{ "bracket left open", "none [integrity\n", "integrity" },
	{ "longer than the room", "[confidentiality-and-more]\n",
	  "confidentiality" },
};

static void test_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(chosen); i++) {
		char word[16];

		probe_chosen(chosen[i].text, word, sizeof(word));
		if (strcmp(word, chosen[i].want))
			fail_msg("%s: %s", chosen[i].label, word);
	}
}

static const struct memlock_claim {
	const char *label, *text;
	uint64_t want;
} memlocks[] = {
	{ "a map", "pos:\t0\nmap_type:\t27\nmemlock:\t16855384\nmap_id:\t5\n",
	  16855384 },
	{ "a ring, of which an older kernel says nothing",
	  "pos:\t0\nmap_type:\t27\nkey_size:\t0\nmax_entries:\t16777216\nmemlock:\t0\n",
	  16777216 },
	{ "a ring with its pages",
	  "pos:\t0\nmap_type:\t27\nmax_entries:\t4096\nmemlock:\t20816\n",
	  20816 },
	{ "the entries of other maps are not bytes",
	  "pos:\t0\nmap_type:\t1\nmax_entries:\t16777216\nmemlock:\t4096\n",
	  4096 },
	{ "not a map", "pos:\t0\nflags:\t02\n", 0 },
	{ "empty", "", 0 },
	{ "in another word", "pos:\t0\nxmemlock:\t7\n", 0 },
};

static void test_memlock(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(memlocks); i++)
		if (probe_memlock(memlocks[i].text) != memlocks[i].want)
			fail_msg("%s", memlocks[i].label);
}

static const struct mount_claim {
	const char *label, *text;
	size_t n;
	const char *want; /* NULL: none */
} mounts[] = {
	{ "nothing", "", 0, NULL },
	{ "unified",
	  "29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
	  0, "/sys/fs/cgroup" },
	{ "hybrid", HYBRID, 0, "/sys/fs/cgroup/unified" },
	{ "hybrid has one", HYBRID, 1, NULL },
	{ "version 1 only",
	  "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n", 0,
	  NULL },
	{ "no optional field", "1 2 0:3 / /c rw - cgroup2 none rw\n", 0, "/c" },
	{ "three optional fields",
	  "1 2 0:3 / /c rw shared:1 master:2 unbindable - cgroup2 none rw\n", 0,
	  "/c" },
	{ "no newline at the end", "1 2 0:3 / /c rw - cgroup2 none rw", 0,
	  "/c" },
	{ "the whole before a part",
	  "1 2 0:3 /a/b /part rw - cgroup2 none rw\n1 2 0:3 / /all rw - cgroup2 none rw\n",
	  0, "/all" },
	{ "a part after the whole",
	  "1 2 0:3 /a/b /part rw - cgroup2 none rw\n1 2 0:3 / /all rw - cgroup2 none rw\n",
	  1, "/part" },
	{ "a part alone", "1 2 0:3 /a /part rw - cgroup2 none rw\n", 0,
	  "/part" },
	{ "space and backslash in the path",
	  "1 2 0:3 / /a\\040b\\134c rw - cgroup2 none rw\n", 0, "/a b\\c" },
	{ "broken escape at the end", "1 2 0:3 / /a\\04 rw - cgroup2 none rw\n",
	  0, "/a\\04" },
	{ "backslash last", "1 2 0:3 / /a\\ rw - cgroup2 none rw\n", 0,
	  "/a\\" },
	{ "type in another field",
	  "1 2 0:3 / /cgroup2 rw - tmpfs cgroup2 rw\n", 0, NULL },
	{ "dash of the next line", "1 2 0:3 / /c rw\n - cgroup2 none rw\n", 0,
	  NULL },
	{ "too few fields", "1 2 - cgroup2 none rw\n", 0, NULL },
};

static void test_mounts(void **state)
{
	char path[PROBE_PATH];

	(void)state;
	for (size_t i = 0; i < N(mounts); i++) {
		const struct mount_claim *c = &mounts[i];
		bool found = probe_mount(c->text, c->n, path);

		if (found != !!c->want || (found && strcmp(path, c->want)))
			fail_msg("%s: \"%s\"", c->label, found ? path : "none");
	}
}

static const struct caps_claim {
	const char *label, *status, *want;
} caps[] = {
	{ "root", "Name:\tx\nCapEff:\t000001ffffffffff\n", "" },
	{ "plain user", "Name:\tx\nCapEff:\t0000000000000000\n",
	  "CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN" },
	{ "exactly the three", "N:\nCapEff:\t000000c000001000\nX:\n", "" },
	{ "without BPF", "N:\nCapEff:\t0000004000001000\n", "CAP_BPF" },
	{ "without PERFMON", "N:\nCapEff:\t0000008000001000\n", "CAP_PERFMON" },
	{ "without NET_ADMIN", "N:\nCapEff:\t000000c000000000\n",
	  "CAP_NET_ADMIN" },
	{ "SYS_ADMIN stands for all", "N:\nCapEff:\t0000000000200000\n", "" },
	{ "only permitted, not effective",
	  "N:\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000000000\n",
	  "CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN" },
	{ "a name that looks like the line",
	  "Name:\tCapEff:ffffffffff\nCapEff:\t0\n",
	  "CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN" },
	{ "no such line", "Name:\tx\n", "CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN" },
};

static void test_capabilities(void **state)
{
	char names[64], small[8];

	(void)state;
	for (size_t i = 0; i < N(caps); i++) {
		probe_lacking(caps[i].status, names, sizeof(names));
		if (strcmp(names, caps[i].want))
			fail_msg("%s: \"%s\"", caps[i].label, names);
	}
	probe_lacking("\nCapEff:\t0\n", small, sizeof(small));
	assert_int_equal(strlen(small), sizeof(small) - 1);
}

static void test_words(void **state)
{
	(void)state;
	assert_false(probe_locked("[none] integrity confidentiality\n"));
	assert_false(probe_locked("none [integrity] confidentiality\n"));
	assert_true(probe_locked("none integrity [confidentiality]\n"));
	assert_false(probe_locked(""));
	assert_true(probe_uid_map_is_initial(
		"         0          0 4294967295\n"));
	assert_false(probe_uid_map_is_initial(
		"         0       1000          1\n"));
	assert_false(probe_uid_map_is_initial("0 0 1000\n"));
	assert_false(probe_uid_map_is_initial(""));
}

/* A tracepoint's type as the kernel describes it: `args` with __data. */
static void add_hook(struct btf *btf, const char *name, int args)
{
	int proto = btf__add_func_proto(btf, 0);

	for (int i = 0; i < args; i++)
		btf__add_func_param(btf, NULL, 0);
	int pointer = btf__add_ptr(btf, proto);
	btf__add_typedef(btf, name, pointer);
}

static void test_hooks(void **state)
{
	struct btf *btf = btf__new_empty();

	(void)state;
	assert_non_null(btf);
	add_hook(btf, "btf_trace_three", 4);
	add_hook(btf, "btf_trace_none", 1);
	add_hook(btf, "btf_trace_broken", 0);
	add_hook(btf, "other_three", 4);
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	btf__add_typedef(btf, "btf_trace_number", number);
	int pointer = btf__add_ptr(btf, number);
	btf__add_typedef(btf, "btf_trace_pointer", pointer);
	assert_int_equal(probe_hook(btf, "three"), 3);
	assert_int_equal(probe_hook(btf, "none"), 0);
	assert_int_equal(probe_hook(btf, "broken"), -ENOENT);
	assert_int_equal(probe_hook(btf, "number"), -ENOENT);
	assert_int_equal(probe_hook(btf, "pointer"), -ENOENT);
	assert_int_equal(probe_hook(btf, "other"), -ENOENT);
	assert_int_equal(probe_hook(btf, "absent"), -ENOENT);
	btf__free(btf);
}

static const struct section_claim {
	const char *label, *section;
	unsigned attach_type;
	bool want;
} sections[] = {
	{ "tracepoint", "tp_btf/three", 99, true },
	{ "tracepoint that is not there", "tp_btf/four", 5, false },
	{ "function", "fentry/__cgroup_bpf_run_filter_skb", 99, true },
	{ "function that is not there", "fentry/three", 5, false },
	{ "iterator", "iter/task", 99, true },
	{ "iterator that is not there", "iter/task_file", 5, false },
	{ "control group", "cgroup/sock_create", 5, true },
	{ "newer than the kernel", "cgroup/sock_create", 6, false },
	{ "no hook named", "socket", 5, false },
};

static void test_sections(void **state)
{
	struct btf *btf = btf__new_empty();

	(void)state;
	assert_non_null(btf);
	add_hook(btf, "btf_trace_three", 4);
	btf__add_struct(btf, "bpf_iter__task", 8);
	btf__add_enum(btf, "bpf_attach_type", 4);
	btf__add_enum_value(btf, "A", 5);
	assert_false(probe_section(btf, "cgroup/sock_create", 5));
	int proto = btf__add_func_proto(btf, 0);
	btf__add_func(btf, "__cgroup_bpf_run_filter_skb", BTF_FUNC_GLOBAL,
		      proto);
	for (size_t i = 0; i < N(sections); i++) {
		const struct section_claim *c = &sections[i];

		if (probe_section(btf, c->section, c->attach_type) != c->want)
			fail_msg("%s", c->label);
		if (probe_section(NULL, c->section, c->attach_type))
			fail_msg("%s: without BTF", c->label);
	}
	btf__free(btf);
}

/* The sizes are those of Linux 6.1 on a 64-bit machine. */
static void test_storage(void **state)
{
	struct btf *btf = btf__new_empty();
	uint32_t first = 1;

	(void)state;
	assert_non_null(btf);
	assert_int_equal(probe_storage(NULL, 48, &first), 0);
	assert_int_equal(first, 0);
	assert_int_equal(probe_storage(btf, 48, &first), 0);
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	btf__add_struct(btf, "bpf_local_storage", 168);
	btf__add_struct(btf, "bpf_local_storage_data", 8);
	btf__add_field(btf, "smap", number, 0, 0);
	btf__add_field(btf, "data", number, 64, 0);
	btf__add_struct(btf, "bpf_local_storage_elem", 128);
	btf__add_field(btf, "local_storage", number, 0, 0);
	btf__add_field(btf, "sdata", number, 512, 0);
	assert_int_equal(probe_storage(btf, 48, &first), 64 + 8 + 48);
	assert_int_equal(first, 168);
	btf__free(btf);
}

static void test_wanted_cgroup(void **state)
{
	char path[PROBE_PATH];
	struct errmsg err = { 0 };
	int fd = -1;

	(void)state;
	assert_int_equal(probe_cgroup("/nonexistent", &fd, path, &err),
			 -ENOENT);
	assert_non_null(strstr(err.text, "/nonexistent"));
	assert_int_equal(probe_cgroup("/proc", &fd, path, &err), -EBADF);
	assert_non_null(strstr(err.text, "cgroup v2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_hooks),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_storage),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_memlock),
		cmocka_unit_test(test_wanted_cgroup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
