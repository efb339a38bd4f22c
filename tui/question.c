/* SPDX-License-Identifier: MIT */
#include "tui/question.h"

#include <stdio.h>

#include "core/filter.h"

static int check_filter(const char *text, struct errmsg *err)
{
	struct filter *f = NULL;
	int rc = filter_parse(&f, text, err);

	filter_free(f);
	return rc;
}

/* What a filter is made of: the fields, and the words of its grammar. */
static const char *filter_word(size_t i)
{
	static const char *const words[] = {
		"src", "dst", "host", "net", "port", "portrange", "tcp", "udp",
		"icmp", "icmp6", "dns", "ip", "ip6", "and", "or", "not", "in",
		"contains", "icontains", "startswith", "endswith", "matches",
		"imatches",
	};

	if (i < fields_count)
		return fields[i].name;
	i -= fields_count;
	return i < sizeof(words) / sizeof(words[0]) ? words[i] : NULL;
}

const struct prompt_use question_filter = {
	.label = " / ",
	.hint = " Enter applies it, Esc leaves, Tab completes; empty: all rows",
	.check = check_filter,
	.word = filter_word,
};

const struct prompt_use question_file = {
	.label = " export to: ",
	.hint = " Enter writes the file, Esc leaves",
};

void question_file_name(char name[QUESTION_NAME], time_t now)
{
	struct tm tm;

	if (!localtime_r(&now, &tm) ||
	    !strftime(name, QUESTION_NAME, "netexplore-%Y%m%d-%H%M%S.json",
		      &tm))
		snprintf(name, QUESTION_NAME, "netexplore.json");
}
