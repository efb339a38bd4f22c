/* SPDX-License-Identifier: MIT */
#include "core/option.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define WORDS 24

/* Split at "|", so that a word may hold blanks or be empty. */
static int split(char *line, char *argv[WORDS + 1])
{
	int argc = 1;

	argv[0] = (char *)"netexplore";
	while (line && argc < WORDS) {
		argv[argc++] = line;
		line = strchr(line, '|');
		if (line)
			*line++ = '\0';
	}
	argv[argc] = NULL;
	return argc;
}

static const struct bad_claim {
	const char *label, *words, *want;
} bads[] = {
	{ "below the range", "--snap|9", "--snap wants a number from 96 to 65535, not \"9\"" },
	{ "above the range", "-s|65536", "--snap wants a number from 96 to 65535, not \"65536\"" },
	{ "no number", "-s12k", "--snap wants a number from 96 to 65535, not \"12k\"" },
	{ "sign", "-s|+128", "--snap wants a number from 96 to 65535, not \"+128\"" },
	{ "blank before", "-s| 128", "--snap wants a number from 96 to 65535, not \" 128\"" },
	{ "beyond 64 bits", "-c|99999999999999999999", "--count wants a number from 1 to 4294967295, not \"99999999999999999999\"" },
	{ "hostile value", "-s|\033[2J", "--snap wants a number from 96 to 65535, not \"\\027[2J\"" },
	{ "size", "--ring-size|1", "--ring-size wants a size from 4.0KiB to 1.0GiB, not \"1\"" },
	{ "time", "-d|soon", "--duration wants a time such as 500ms, 10s or 5m, not \"soon\"" },
	{ "no time at all", "-d|0", "--duration wants a time such as 500ms, 10s or 5m, not \"0\"" },
	{ "value is missing", "-r", "--read wants FILE" },
	{ "value is missing, long", "--snap", "--snap wants BYTES" },
	{ "value is empty", "-r|", "--read wants FILE, not an empty text" },
	{ "value of a flag", "--demo=1", "--demo takes no value" },
	{ "unknown letter", "-z", "no option -z; --help lists them" },
	{ "unknown name", "--nothing", "no option --nothing; --help lists them" },
	{ "two begin so", "--max=5", "no option --max=5; --help lists them" },
	{ "later option", "--resolve", "--resolve is not in this version" },
	{ "later format", "-o|text", "-o text is not in this version; -o json is" },
	{ "later format 2", "-o|tracee-v1beta1", "-o tracee-v1beta1 is not in this version; -o json is" },
	{ "unknown format", "-o|xml", "-o wants json, not \"xml\"" },
	{ "two want stdout", "-o|json|-x|-", "only one of -o, -x - and -w - can have the standard output" },
	{ "two others want it", "-w|-|-x|-", "only one of -o, -x - and -w - can have the standard output" },
	{ "one file for two", "-w|a|-x|a", "-w and -x name the same file" },
	{ "probe of a file", "-r|a|--probe", "--probe is for live capture only" },
	{ "file and demo", "-r|a|--demo", "--demo and -r exclude each other" },
	{ "cgroup of a file", "-r|a|--cgroup|/x", "--cgroup is for live capture only" },
	{ "events without output", "-e|all", "-e is for -o json" },
	{ "count on the screen", "-c|5", "-c is for -o json or -x" },
	{ "DNS port 0", "--dns-port|0", "--dns-port wants ports from 1 to 65535 with commas between, not \"0\"" },
	{ "DNS port too large", "--dns-port|65536", "--dns-port wants ports from 1 to 65535 with commas between, not \"65536\"" },
	{ "DNS ports end in a comma", "--dns-port|5300,", "--dns-port wants ports from 1 to 65535 with commas between, not \"5300,\"" },
	{ "DNS ports with a blank", "--dns-port|5300 1", "--dns-port wants ports from 1 to 65535 with commas between, not \"5300 1\"" },
	{ "17 DNS ports", "--dns-port|1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "--dns-port takes 16 ports at most" },
};

static void test_bad(void **state)
{
	(void)state;
	int failed = 0;

	for (size_t i = 0; i < N(bads); i++) {
		char line[256], *argv[WORDS + 1];
		struct options o;
		struct errmsg err = { 0 };
		snprintf(line, sizeof(line), "%s", bads[i].words);
		int rc = option_parse(&o, split(line, argv), argv, &err);
		if (rc != -EINVAL || strcmp(err.text, bads[i].want) != 0) {
			print_error("%s: want \"%s\", got %d \"%s\"\n",
				    bads[i].label, bads[i].want, rc, err.text);
			failed++;
		}
		option_release(&o);
	}
	assert_int_equal(failed, 0);
}

static const char *parse(struct options *o, const char *words)
{
	static char line[256];
	static struct errmsg err;
	char *argv[WORDS + 1];

	snprintf(line, sizeof(line), "%s", words);
	err = (struct errmsg){ 0 };
	if (option_parse(o, split(line, argv), argv, &err))
		return err.text;
	return NULL;
}

static void test_defaults(void **state)
{
	(void)state;
	struct options o;
	char *argv[] = { (char *)"netexplore", NULL };

	assert_int_equal(option_parse(&o, 1, argv, NULL), 0);
	assert_null(o.read);
	assert_null(o.filter);
	assert_int_equal(o.snap, 128);
	assert_int_equal(o.ring_bytes, 16 << 20);
	assert_int_equal(o.max_flows, 65536);
	assert_int_equal(o.max_processes, 16384);
	assert_int_equal(o.duration_ns, 0);
	option_release(&o);
}

static void test_good(void **state)
{
	(void)state;
	struct options o;

	assert_null(parse(&o, "-o|json|-e|all|-c|5|-d|1.5s|-s96|-n"));
	assert_string_equal(o.output, "json");
	assert_string_equal(o.events, "all");
	assert_int_equal(o.count, 5);
	assert_int_equal(o.duration_ns, 1500000000);
	assert_int_equal(o.snap, 96);
	assert_true(o.no_names);
	option_release(&o);

	assert_null(parse(&o, "-r|-|--ring-size|64KiB|--max-flows=100|--dns-port|5300,8053"));
	assert_string_equal(o.read, "-");
	assert_int_equal(o.ring_bytes, 65536);
	assert_int_equal(o.max_flows, 100);
	assert_int_equal(o.dns_ports.n, 2);
	assert_int_equal(o.dns_ports.port[1], 8053);
	option_release(&o);

	/* Checks of what belongs together do not stand in the way of help. */
	assert_null(parse(&o, "-h|-c|5"));
	assert_true(o.help);
	option_release(&o);
}

static const struct filter_claim {
	const char *label, *words, *want;
} filters[] = {
	{ "one word", "443", "443" },
	{ "words are joined", "src|10.0.0.5|port|443", "src 10.0.0.5 port 443" },
	{ "options between", "port|-n|53", "port 53" },
	{ "quoted", "net.dport in (80, 443)|and|tcp", "net.dport in (80, 443) and tcp" },
	{ "after --", "--|-n", "-n" },
	{ "empty word", "|tcp", " tcp" },
};

static void test_filter(void **state)
{
	(void)state;
	int failed = 0;

	for (size_t i = 0; i < N(filters); i++) {
		struct options o;
		const char *why = parse(&o, filters[i].words);
		if (why || !o.filter || strcmp(o.filter, filters[i].want) != 0) {
			print_error("%s: want \"%s\", got \"%s\"\n",
				    filters[i].label, filters[i].want,
				    why ? why : o.filter ? o.filter : "none");
			failed++;
		}
		option_release(&o);
	}
	assert_int_equal(failed, 0);
}

static const char *asked_config;

static int configure(struct options *o, const char *config, struct errmsg *err)
{
	char theme[] = "light", snap[] = "200";

	asked_config = config;
	int rc = option_set(o, "theme", theme, err);
	theme[0] = '\0'; /* option_set() must have kept a copy */
	if (rc == 0)
		rc = option_set(o, "snap", snap, err);
	return rc ? rc : option_set(o, "no-names", "yes", err);
}

static void test_configure(void **state)
{
	(void)state;
	struct options o;
	struct errmsg err = { 0 };
	char *argv[] = { (char *)"netexplore", (char *)"-s", (char *)"300",
			 (char *)"--config", (char *)"/c", (char *)"tcp", NULL };

	assert_int_equal(option_parse_with(&o, 6, argv, configure, &err), 0);
	assert_string_equal(asked_config, "/c");
	assert_string_equal(o.theme, "light");
	assert_int_equal(o.snap, 300); /* the command line is stronger */
	assert_true(o.no_names);
	assert_string_equal(o.filter, "tcp");

	assert_int_equal(option_set(&o, "read", "x", &err), -EINVAL);
	assert_string_equal(err.text, "\"read\" is not an option for this file");
	assert_int_equal(option_set(&o, "no-names", "perhaps", &err), -EINVAL);
	assert_string_equal(err.text, "no-names is \"yes\" or \"no\", not \"perhaps\"");
	for (int i = 0; i < 2 * OPTION_KEPT; i++)
		option_set(&o, "theme", "x", &err);
	assert_int_equal(o.kept_count, OPTION_KEPT);
	option_release(&o);
}

/* The table itself. */
static void test_rows(void **state)
{
	(void)state;

	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *a = &option_rows[i];
		assert_non_null(a->help);
		assert_true((a->kind == OPTION_FLAG) == !a->argument);
		for (size_t k = 0; k < i; k++) {
			const struct option_row *b = &option_rows[k];
			if (strcmp(a->name, b->name) == 0 ||
			    a->offset == b->offset ||
			    (a->letter && a->letter == b->letter))
				fail_msg("%s and %s", a->name, b->name);
		}
	}
}

static void check_line(void *ctx, const char *text)
{
	int *lines = ctx;

	if (strlen(text) > 80)
		fail_msg("longer than 80: %s", text);
	(*lines)++;
}

static void test_help(void **state)
{
	(void)state;
	int lines = 0;

	option_help(check_line, &lines);
	assert_true((size_t)lines > option_rows_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_configure),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_help),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
