/* SPDX-License-Identifier: MIT */
/* THE OPTION TABLE: getopt, --help, range errors and the man page derive from it. */
#ifndef NX_OPTION_H
#define NX_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/errmsg.h"
#include "core/packet.h"

#define OPTION_KEPT 16

struct options {
	const char *read; /* file, "-": standard input; NULL: live */
	const char *write; /* pcapng to record to */
	const char *output; /* "json"; NULL: the screen */
	const char *events;
	const char *export; /* session document */
	const char *cgroup;
	const char *theme, *config;
	const char *dns_port; /* list, read into dns_ports */
	uint32_t count; /* 0: no limit */
	uint64_t duration_ns; /* 0: no limit */
	uint32_t snap; /* bytes */
	uint64_t ring_bytes; /* packet ring; a power of two is made of it */
	uint32_t max_flows, max_dns, max_pings, max_processes;
	bool no_names, not_me, demo, probe, list_fields, list_events, help, version;
	struct dns_ports dns_ports;
	char *filter; /* the remaining words joined by spaces (heap), or NULL */
	char *kept[OPTION_KEPT]; /* texts of option_set() (heap) */
	size_t kept_count;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_SIZE_OR_TIME };

struct option_row {
	const char *name; /* long, without -- */
	char letter; /* 0: none */
	const char *argument; /* "FILE"; NULL for a flag */
	size_t offset; /* of the member it sets */
	enum option_kind kind;
	uint64_t min, max;
	bool time; /* OPTION_SIZE_OR_TIME: a duration, not a size */
	bool conf; /* may stand in the configuration file */
	const char *help;
};

extern const struct option_row option_rows[];
extern const size_t option_rows_count;

/* Defaults, then argv. 0 or -EINVAL with a message ("--snap wants a number from 96 to 65535, not \"9\""). */
int option_parse(struct options *o, int argc, char **argv, struct errmsg *err);
/*
 * The same with a configuration between the two: `configure` is called once,
 * with what --config said (NULL: nothing), and calls option_set(). It is not
 * called for --help and the like. What it returns is returned.
 */
typedef int option_configure(struct options *o, const char *config, struct errmsg *err);
int option_parse_with(struct options *o, int argc, char **argv,
		      option_configure *configure, struct errmsg *err);
/* One line of the configuration: long name and value; a flag is "yes" or "no". */
int option_set(struct options *o, const char *name, const char *value, struct errmsg *err);
void option_release(struct options *o);
void option_help(void (*line)(void *ctx, const char *text), void *ctx); /* --help */

#endif
