/* SPDX-License-Identifier: MIT */
#include "core/option.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define KIB 1024ull
#define MS 1000000ull /* ns */
#define DAY (86400000 * MS)
#define ENTRIES_MAX (1u << 24) /* core/table.h */
#define HELP_COLUMN 27

/* The member's own C type picks the kind, so the two cannot disagree. */
#define SETS(member)                                         \
	.offset = offsetof(struct options, member),          \
	.kind = _Generic(((struct options *)0)->member,      \
			 bool: OPTION_FLAG,                  \
			 const char *: OPTION_TEXT,          \
			 uint32_t: OPTION_NUMBER,            \
			 uint64_t: OPTION_SIZE_OR_TIME)

/* clang-format off */
const struct option_row option_rows[] = {
	{ "read", 'r', "FILE", SETS(read),
	  .help = "Read pcap or pcapng, also gzip'd (-: standard input)" },
	{ "write", 'w', "FILE", SETS(write),
	  .help = "Record to pcapng, with the process of each packet" },
	{ "output", 'o', "FORMAT", SETS(output),
	  .help = "No screen: print events as \"json\", one a line" },
	{ "events", 'e', "LIST", SETS(events),
	  .help = "Which events -o prints (see --list-events)" },
	{ "export", 'x', "FILE", SETS(export),
	  .help = "Write the session document at the end (-: stdout)" },
	{ "count", 'c', "N", SETS(count), .min = 1, .max = UINT32_MAX,
	  .help = "Stop after N printed events (with -x: packets)" },
	{ "duration", 'd', "TIME", SETS(duration_ns), .min = MS, .max = 3650 * DAY,
	  .time = true,
	  .help = "Stop after this time (\"10s\", \"5m\")" },
	{ "snap", 's', "BYTES", SETS(snap), .min = 96, .max = 65535, .conf = true,
	  .help = "Keep this many bytes of each packet (128)" },
	{ "cgroup", 0, "PATH", SETS(cgroup),
	  .help = "Only that cgroup: one service, one container" },
	{ "dns-port", 0, "LIST", SETS(dns_port), .conf = true,
	  .help = "More ports that carry DNS than 53, 5353 and 5355" },
	{ "no-names", 'n', NULL, SETS(no_names), .conf = true,
	  .help = "Show addresses, not the names learnt for them" },
	{ "not-me", 0, NULL, SETS(not_me), .conf = true,
	  .help = "Hide the connection that carries this session" },
	{ "theme", 't', "NAME", SETS(theme), .conf = true,
	  .help = "Colours: dark, light, mono, or a file" },
	{ "config", 0, "FILE", SETS(config),
	  .help = "Instead of ~/.config/netexplore/config" },
	{ "demo", 0, NULL, SETS(demo),
	  .help = "Play a built-in session, made up; needs no rights" },
	{ "ring-size", 0, "SIZE", SETS(ring_bytes), .min = 4 * KIB,
	  .max = KIB * KIB * KIB, .conf = true,
	  .help = "Room between kernel and program (16MiB)" },
	{ "max-flows", 0, "N", SETS(max_flows), .min = 16, .max = ENTRIES_MAX,
	  .conf = true, .help = "TCP connections kept (65536)" },
	{ "max-dns", 0, "N", SETS(max_dns), .min = 16, .max = ENTRIES_MAX,
	  .conf = true, .help = "DNS queries kept (65536)" },
	{ "max-pings", 0, "N", SETS(max_pings), .min = 16, .max = ENTRIES_MAX,
	  .conf = true, .help = "ICMP echo pairs kept (16384)" },
	{ "max-processes", 0, "N", SETS(max_processes), .min = 16,
	  .max = ENTRIES_MAX, .conf = true, .help = "Processes kept (16384)" },
	{ "probe", 0, NULL, SETS(probe),
	  .help = "Print what live capture has here, and what it lacks" },
	{ "list-fields", 0, NULL, SETS(list_fields),
	  .help = "Print the fields of the filter language" },
	{ "list-events", 0, NULL, SETS(list_events),
	  .help = "Print the events for -e" },
	{ "help", 'h', NULL, SETS(help), .help = "Print this" },
	{ "version", 'V', NULL, SETS(version), .help = "Print the version" },
};
/* clang-format on */
const size_t option_rows_count = N(option_rows);

static const struct options defaults = {
	.snap = 128,
	.ring_bytes = 16 * KIB * KIB,
	.max_flows = 65536,
	.max_dns = 65536,
	.max_pings = 16384,
	.max_processes = 16384,
};

/* Options that the design names and this version has not. */
static const char *const later[] = { "resolve" };
static const char *const later_outputs[] = { "text", "tracee-v1beta1" };

static int refuse_number(const struct option_row *row, const char *value,
			 struct errmsg *err)
{
	return errmsg_set(err, -EINVAL,
			  "--%s wants a number from %llu to %llu, not \"%s\"",
			  row->name, (unsigned long long)row->min,
			  (unsigned long long)row->max, value);
}

static int set_number(const struct option_row *row, uint32_t *member,
		      const char *value, struct errmsg *err)
{
	char *end;

	/* strtoull() takes blanks and a sign; a number here has neither. */
	if (*value < '0' || *value > '9')
		return refuse_number(row, value, err);
	errno = 0;
	unsigned long long n = strtoull(value, &end, 10);
	if (errno || *end || n < row->min || n > row->max)
		return refuse_number(row, value, err);
	*member = (uint32_t)n;
	return 0;
}

static int set_size_or_time(const struct option_row *row, uint64_t *member,
			    const char *value, struct errmsg *err)
{
	uint64_t n;
	char least[16], most[16];
	int rc = row->time ? text_parse_duration(value, &n) :
			     text_parse_size(value, &n);

	if (rc == 0 && n >= row->min && n <= row->max) {
		*member = n;
		return 0;
	}
	if (row->time)
		return errmsg_set(err, -EINVAL,
				  "--%s wants a time such as 500ms, 10s or 5m, "
				  "not \"%s\"",
				  row->name, value);
	text_size(least, sizeof(least), row->min);
	text_size(most, sizeof(most), row->max);
	return errmsg_set(err, -EINVAL,
			  "--%s wants a size from %s to %s, not \"%s\"",
			  row->name, least, most, value);
}

/* value is NULL for a flag on the command line, and kept by the caller. */
static int set_member(struct options *o, const struct option_row *row,
		      const char *value, struct errmsg *err)
{
	void *member = (char *)o + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)member = !value || strcmp(value, "yes") == 0;
		if (value && !*(bool *)member && strcmp(value, "no") != 0)
			return errmsg_set(err, -EINVAL,
					  "%s is \"yes\" or \"no\", not \"%s\"",
					  row->name, value);
		return 0;
	case OPTION_TEXT:
		if (!*value)
			return errmsg_set(err, -EINVAL,
					  "--%s wants %s, not an empty text",
					  row->name, row->argument);
		*(const char **)member = value;
		return 0;
	case OPTION_NUMBER:
		return set_number(row, member, value, err);
	case OPTION_SIZE_OR_TIME:
		return set_size_or_time(row, member, value, err);
	}
	return 0;
}

int option_set(struct options *o, const char *name, const char *value,
	       struct errmsg *err)
{
	for (size_t i = 0; i < N(option_rows); i++) {
		const struct option_row *row = &option_rows[i];
		if (!row->conf || strcmp(row->name, name) != 0)
			continue;
		if (row->kind == OPTION_TEXT) {
			if (o->kept_count == OPTION_KEPT)
				return errmsg_set(err, -E2BIG, "too many texts");
			char *copy = strdup(value);
			if (!copy)
				return errmsg_set(err, -ENOMEM, "out of memory");
			o->kept[o->kept_count++] = copy;
			value = copy;
		}
		return set_member(o, row, value, err);
	}
	return errmsg_set(err, -EINVAL,
			  "\"%s\" is not an option for this file", name);
}

/* "5300,8053": up to 16 ports. */
static int parse_dns_ports(struct dns_ports *ports, const char *list,
			   struct errmsg *err)
{
	const char *p = list;

	ports->n = 0;
	while (p) {
		char *end = NULL;
		unsigned long n = *p >= '0' && *p <= '9' ? strtoul(p, &end, 10) :
							   0;
		if (n < 1 || n > 65535 || (*end && *end != ','))
			return errmsg_set(err, -EINVAL,
					  "--dns-port wants ports from 1 to "
					  "65535 with commas between, not "
					  "\"%s\"",
					  list);
		if (ports->n == N(ports->port))
			return errmsg_set(err, -EINVAL,
					  "--dns-port takes %zu ports at most",
					  N(ports->port));
		ports->port[ports->n++] = (uint16_t)n;
		p = *end == ',' ? end + 1 : NULL;
	}
	return 0;
}

static int check_output(const struct options *o, struct errmsg *err)
{
	if (!o->output || strcmp(o->output, "json") == 0)
		return 0;
	for (size_t i = 0; i < N(later_outputs); i++)
		if (strcmp(o->output, later_outputs[i]) == 0)
			return errmsg_set(err, -EINVAL,
					  "-o %s is not in this version; "
					  "-o json is",
					  o->output);
	return errmsg_set(err, -EINVAL, "-o wants json, not \"%s\"", o->output);
}

/* Options that contradict each other, or say nothing where they stand. */
static int check_together(const struct options *o, struct errmsg *err)
{
	const char *document = o->export ? o->export : "";
	const char *recording = o->write ? o->write : "";
	int to_stdout = (o->output != NULL) + (strcmp(document, "-") == 0) +
			(strcmp(recording, "-") == 0);

	if (to_stdout > 1)
		return errmsg_set(err, -EINVAL,
				  "only one of -o, -x - and -w - can have the "
				  "standard output");
	if (*recording && strcmp(document, recording) == 0)
		return errmsg_set(err, -EINVAL,
				  "-w and -x name the same file");
	if (o->read && o->demo)
		return errmsg_set(err, -EINVAL, "--demo and -r exclude each other");
	if (o->probe && (o->read || o->demo))
		return errmsg_set(err, -EINVAL,
				  "--probe is for live capture only");
	if (o->cgroup && (o->read || o->demo))
		return errmsg_set(err, -EINVAL,
				  "--cgroup is for live capture only");
	if (o->events && !o->output)
		return errmsg_set(err, -EINVAL, "-e is for -o json");
	if (o->count && !o->output && !o->export)
		return errmsg_set(err, -EINVAL, "-c is for -o json or -x");
	return 0;
}

static int join_words(struct options *o, int argc, char **argv,
		      struct errmsg *err)
{
	size_t size = 0, len = 0;

	for (int i = optind; i < argc; i++)
		size += strlen(argv[i]) + 1;
	if (size == 0)
		return 0;
	o->filter = malloc(size);
	if (!o->filter)
		return errmsg_set(err, -ENOMEM, "out of memory");
	for (int i = optind; i < argc; i++)
		len += (size_t)snprintf(o->filter + len, size - len, "%s%s",
					i > optind ? " " : "", argv[i]);
	return 0;
}

static int refuse_option(int argc, char **argv, struct errmsg *err)
{
	const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
	const char *name = strncmp(word, "--", 2) == 0 ? word + 2 : "";

	for (size_t i = 0; i < N(later); i++)
		if (strcmp(name, later[i]) == 0)
			return errmsg_set(err, -EINVAL,
					  "--%s is not in this version", name);
	/* getopt() leaves a letter that it does not know, or the number of a
	 * long option that got a value it does not take. */
	if (optopt >= UCHAR_MAX)
		return errmsg_set(err, -EINVAL, "--%s takes no value",
				  option_rows[optopt - UCHAR_MAX - 1].name);
	if (optopt)
		return errmsg_set(err, -EINVAL,
				  "no option -%c; --help lists them", optopt);
	return errmsg_set(err, -EINVAL, "no option %s; --help lists them",
			  word);
}

/* getopt()'s own tables, made of ours. */
struct getopt_tables {
	struct option longs[N(option_rows) + 1];
	char letters[2 * N(option_rows) + 2];
};

static void make_tables(struct getopt_tables *t)
{
	size_t len = 0;

	*t = (struct getopt_tables){ 0 };
	t->letters[len++] = ':'; /* tell a missing value apart */
	for (size_t i = 0; i < N(option_rows); i++) {
		const struct option_row *row = &option_rows[i];
		t->longs[i] = (struct option){
			.name = row->name,
			.has_arg = row->argument ? required_argument :
						   no_argument,
			.val = UCHAR_MAX + 1 + (int)i,
		};
		if (!row->letter)
			continue;
		t->letters[len++] = row->letter;
		if (row->argument)
			t->letters[len++] = ':';
	}
}

static const struct option_row *row_of(int code)
{
	for (size_t i = 0; i < N(option_rows); i++)
		if (code == UCHAR_MAX + 1 + (int)i ||
		    (option_rows[i].letter && code == option_rows[i].letter))
			return &option_rows[i];
	return NULL;
}

static int parse_words(struct options *o, int argc, char **argv,
		       struct errmsg *err)
{
	struct getopt_tables t;
	int code;

	make_tables(&t);
	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while ((code = getopt_long(argc, argv, t.letters, t.longs, NULL)) !=
	       -1) {
		const struct option_row *row = row_of(code == ':' ? optopt :
								    code);
		if (!row)
			return refuse_option(argc, argv, err);
		if (code == ':')
			return errmsg_set(err, -EINVAL, "--%s wants %s",
					  row->name, row->argument);
		int rc = set_member(o, row, row->argument ? optarg : NULL, err);
		if (rc)
			return rc;
	}
	return 0;
}

int option_parse_with(struct options *o, int argc, char **argv,
		      option_configure *configure, struct errmsg *err)
{
	*o = defaults;
	int rc = parse_words(o, argc, argv, err);

	if (rc || o->help || o->version || o->list_fields || o->list_events)
		return rc;
	if (configure) {
		const char *config = o->config;
		*o = defaults;
		rc = configure(o, config, err);
		if (rc == 0)
			rc = parse_words(o, argc, argv, err);
	}
	if (rc == 0)
		rc = check_output(o, err);
	if (rc == 0)
		rc = check_together(o, err);
	if (rc == 0 && o->dns_port)
		rc = parse_dns_ports(&o->dns_ports, o->dns_port, err);
	if (rc == 0)
		rc = join_words(o, argc, argv, err);
	return rc;
}

int option_parse(struct options *o, int argc, char **argv, struct errmsg *err)
{
	return option_parse_with(o, argc, argv, NULL, err);
}

void option_release(struct options *o)
{
	for (size_t i = 0; i < o->kept_count; i++)
		free(o->kept[i]);
	o->kept_count = 0;
	free(o->filter);
	o->filter = NULL;
}

void option_help(void (*line)(void *ctx, const char *text), void *ctx)
{
	char text[256], left[64];

	line(ctx, "usage: netexplore [OPTIONS] [FILTER...]");
	line(ctx, "");
	line(ctx, "Shows which process talks to whom: TCP handshakes, pings, DNS; live.");
	line(ctx, "");
	for (size_t i = 0; i < N(option_rows); i++) {
		const struct option_row *row = &option_rows[i];
		char letter[5] = "   ";
		if (row->letter)
			snprintf(letter, sizeof(letter), "-%c,", row->letter);
		snprintf(left, sizeof(left), "  %s --%s%s%s", letter, row->name,
			 row->argument ? " " : "",
			 row->argument ? row->argument : "");
		snprintf(text, sizeof(text), "%-*s %s", HELP_COLUMN, left,
			 row->help);
		line(ctx, text);
	}
	line(ctx, "");
	line(ctx, "FILTER: 443, 10.0.0.0/8, curl, dst port https, dns.latency > 100ms ...");
	line(ctx, "Exit status: 0 good, 1 damaged input, 2 usage or terminal, 3 kernel or");
	line(ctx, "privilege, 4 output, 128 and more: ended by a signal.");
}
