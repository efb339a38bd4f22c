/* SPDX-License-Identifier: MIT */
/*
 * Chosen members of JSON lines as a table for awk: flat NAME... < LINES. jq
 * takes minutes over half a million events. A line is one object; the names
 * come in the order in which they stand there, at whatever depth, and @NAME is
 * the value of the argument so called. What is not there is "-".
 */
#include "tests/live/truth.h"

#define NAMES_MAX 32

struct wanted {
	char key[64];
	size_t key_len;
	bool argument;
};

/* A number, a word, or the text in a string as it stands there. */
static void print_value(const char *at)
{
	size_t n = *at == '"' ? strcspn(++at, "\"") : strcspn(at, ",}] \n");

	fwrite(at, 1, n, stdout);
}

/* Returns where to look for the next. */
static const char *print_member(const char *line, const struct wanted *w)
{
	static const char value[] = "\"value\":";
	const char *at = strstr(line, w->key);

	if (at)
		at += w->key_len;
	if (at && w->argument) {
		at = strstr(at, value);
		at = at ? at + strlen(value) : NULL;
	}
	if (!at) {
		putchar('-');
		return line;
	}
	print_value(at + strspn(at, " "));
	return at;
}

int main(int argc, char **argv)
{
	struct wanted wanted[NAMES_MAX];
	size_t room = 0;
	char *line = NULL;

	if (argc < 2 || argc - 1 > NAMES_MAX) {
		dprintf(2, "flat [@]NAME... < LINES\n");
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		struct wanted *w = &wanted[i - 1];

		w->argument = argv[i][0] == '@';
		w->key_len = (size_t)snprintf(
			w->key, sizeof(w->key),
			w->argument ? "\"name\":\"%s\"" : "\"%s\":",
			argv[i] + w->argument);
		if (w->key_len >= sizeof(w->key))
			die(argv[i]);
	}
	while (getline(&line, &room, stdin) > 0) {
		const char *at = line;

		for (int i = 0; i < argc - 1; i++) {
			if (i)
				putchar('\t');
			at = print_member(at, &wanted[i]);
		}
		putchar('\n');
	}
	free(line);
	return fflush(stdout) != 0;
}
