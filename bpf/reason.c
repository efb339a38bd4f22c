/* SPDX-License-Identifier: MIT */
#include "bpf/reason.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct reason *current; /* libbpf's function has no context */

/* The last line of a verifier's log before its statistics. */
static void take_log(struct reason *r, const char *log)
{
	const char *end = strstr(log, "\nprocessed ");

	if (!end)
		end = strstr(log, "-- END PROG LOAD LOG");
	if (!end)
		end = log + strlen(log);
	while (end > log && end[-1] == '\n')
		end--;
	const char *line = end;
	while (line > log && line[-1] != '\n')
		line--;
	snprintf(r->verifier, sizeof(r->verifier), "%.*s", (int)(end - line),
		 line);
}

void reason_take(struct reason *r, const char *text)
{
	static const char prefix[] = "libbpf: ";
	const char *log = strstr(text, "BEGIN PROG LOAD LOG --\n");

	if (log) {
		take_log(r, strchr(log, '\n') + 1);
		return;
	}
	/* The first is the cause, the others are what follows from it; but for
	 * what is only tried, and has another way. */
	if (r->program[0] || strstr(text, "Retrying without BTF") ||
	    strstr(text, "RLIMIT_MEMLOCK"))
		return;
	if (!strncmp(text, prefix, sizeof(prefix) - 1))
		text += sizeof(prefix) - 1;
	snprintf(r->program, sizeof(r->program), "%.*s",
		 (int)strcspn(text, "\n"), text);
}

__attribute__((format(printf, 2, 0)))
static int on_libbpf(enum libbpf_print_level level, const char *format,
		     va_list args)
{
	char *text = NULL;

	/* A verifier's log may be megabytes, and its end is what counts. */
	if (level == LIBBPF_WARN && current &&
	    vasprintf(&text, format, args) >= 0) {
		reason_take(current, text);
		free(text);
	}
	return 0;
}

void reason_begin(struct reason *r)
{
	*r = (struct reason){ 0 };
	current = r;
	libbpf_set_print(on_libbpf);
}

void reason_end(void)
{
	current = NULL;
	libbpf_set_print(on_libbpf);
}
