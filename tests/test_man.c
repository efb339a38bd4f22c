/* SPDX-License-Identifier: MIT */
/*
 * The documents say what the tables say: the blocks between BEGIN and END in
 * man/netexplore.1 and README.md are derived from them, and the map in
 * CONTRIBUTING.md from the headers. With UPDATE=1 they are written anew (`make
 * docs`).
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "core/field.h"
#include "core/option.h"
#include "core/tracee.h"
#include "tui/command.h"

#define MAN "man/netexplore.1"
#define README "README.md"
#define MAP "CONTRIBUTING.md"

/* Text of a man page: a backslash and a leading dot are commands there. */
static void put_mdoc(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++)
		fputs(*text == '\\' ? "\\e" : (const char[]){ *text, 0 }, out);
}

/* A sentence on lines of its own, with its full stop. */
static void put_sentence(FILE *out, const char *text)
{
	size_t n = strlen(text);

	put_mdoc(out, text);
	fputs(n && text[n - 1] == '.' ? "\n" : ".\n", out);
}

static void put_line(void *out, const char *text)
{
	fprintf(out, "%s\n", text);
}

static void man_options(FILE *out)
{
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *o = &option_rows[i];
		fputs(".It", out);
		if (o->letter)
			fprintf(out, " Fl %c ,", o->letter);
		fprintf(out, " Fl -%s", o->name);
		if (o->argument)
			fprintf(out, " Ar %s", o->argument);
		fputc('\n', out);
		put_sentence(out, o->help);
	}
}

static void man_keys(FILE *out)
{
	command_man(put_line, out);
}

static void man_fields(FILE *out)
{
	for (size_t i = 0; i < fields_count; i++) {
		const struct field *f = &fields[i];
		fprintf(out, ".It Ic %s Pq %s\n", f->name,
			field_kind_text(f->kind));
		put_sentence(out, f->help);
		if (!f->aliases || !f->aliases[0])
			continue;
		fputs("Also", out);
		for (const char *a = f->aliases; *a;) {
			size_t n = strcspn(a, " ");
			fprintf(out, "%s\n.Ic %.*s", a == f->aliases ? "" : " ,",
				(int)n, a);
			a += n + strspn(a + n, " ");
		}
		fputs(" .\n", out);
	}
}

static void man_events(FILE *out)
{
	for (size_t i = 0; i < tracee_events_count; i++) {
		fprintf(out, ".It Cm %s\n", tracee_events[i].name);
		put_sentence(out, tracee_events[i].help);
	}
}

static void readme_options(FILE *out)
{
	fputs("```\n", out);
	option_help(put_line, out);
	fputs("```\n", out);
}

static void readme_keys(FILE *out)
{
	fputs("| key | |\n| --- | --- |\n", out);
	for (size_t i = 0; i < commands_count; i++) {
		char keys[64];
		command_keys_text(&commands[i], keys, sizeof(keys));
		fprintf(out, "| `%s` | %s |\n", keys, commands[i].help);
	}
}

/* A whole file. The caller frees it. */
static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!f || getdelim(&text, &size, EOF, f) <= 0)
		fail_msg("cannot read %s", path);
	fclose(f);
	return text;
}

/* How a file's first comment behind its licence begins: a sentence or two. */
static void put_purpose(FILE *out, const char *path)
{
	char *text = slurp(path), last = 0;
	const char *c = text + strcspn(text, "\n"); /* the licence */

	c += strspn(c, "\n");
	if (strncmp(c, "/*", 2) != 0)
		fail_msg("%s does not open with its purpose", path);
	size_t n = 0;
	for (c += 2; *c && strncmp(c, "*/", 2) != 0; c++) {
		if (strncmp(c, "\n */", 4) == 0)
			break;
		if (*c == '\n' && c[1] == ' ' && c[2] == '*')
			c += 2; /* a line's begin */
		if (*c == '*' && c[-1] == ' ')
			continue;
		char put = strchr("\n\t ", *c) ? ' ' : *c;
		if (put == ' ' && (last == 0 || last == ' '))
			continue;
		if (put == ' ' && last == '.' && n > 30)
			break;
		fputc(put == '|' ? '/' : put, out); /* "|" ends a cell */
		last = put;
		n++;
	}
	free(text);
}

static int has_purpose(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return (n > 2 && !strcmp(d->d_name + n - 2, ".h")) ||
	       (n > 6 && !strcmp(d->d_name + n - 6, ".bpf.c"));
}

static void map(FILE *out)
{
	static const char *const dirs[] = { "bpf", "core", "tui" };

	fputs("| | |\n| --- | --- |\n", out);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		struct dirent **found;
		int n = scandir(dirs[i], &found, has_purpose, alphasort);
		for (int f = 0; f < n; f++) {
			char path[512];
			snprintf(path, sizeof(path), "%s/%s", dirs[i],
				 found[f]->d_name);
			fprintf(out, "| `%s` | ", path);
			put_purpose(out, path);
			fputs(" |\n", out);
			free(found[f]);
		}
		if (n > 0)
			free(found);
	}
}

static const struct block {
	const char *file, *begin, *end;
	void (*write)(FILE *out);
} blocks[] = {
	{ MAN, ".\\\" BEGIN options\n", ".\\\" END options\n", man_options },
	{ MAN, ".\\\" BEGIN keys\n", ".\\\" END keys\n", man_keys },
	{ MAN, ".\\\" BEGIN fields\n", ".\\\" END fields\n", man_fields },
	{ MAN, ".\\\" BEGIN events\n", ".\\\" END events\n", man_events },
	{ README, "<!-- BEGIN options -->\n", "<!-- END options -->\n", readme_options },
	{ README, "<!-- BEGIN keys -->\n", "<!-- END keys -->\n", readme_keys },
	{ MAP, "<!-- BEGIN map -->\n", "<!-- END map -->\n", map },
};

static void rewrite(const char *path, const char *text, const char *begin,
		    const char *block, const char *end)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f, "%.*s%s%s", (int)(begin - text), text, block, end);
	assert_int_equal(fclose(f), 0);
}

static void test_block(void **state)
{
	const struct block *b = *state;
	char *text = slurp(b->file), *want = NULL;
	size_t size;
	FILE *out = open_memstream(&want, &size);

	b->write(out);
	fclose(out);
	char *begin = strstr(text, b->begin);
	char *end = begin ? strstr(begin, b->end) : NULL;
	if (!end)
		fail_msg("%s has no block %s", b->file, b->begin);
	begin += strlen(b->begin);
	size_t n = (size_t)(end - begin);
	if (n != strlen(want) || memcmp(begin, want, n) != 0) {
		if (!getenv("UPDATE"))
			fail_msg("%s: the block %sdiffers from the table: make docs",
				 b->file, b->begin);
		rewrite(b->file, text, begin, want, end);
	}
	free(want);
	free(text);
}

/* groff has nothing to say about the man page. */
static void test_groff(void **state)
{
	(void)state;
	if (system("command -v groff >/dev/null 2>&1") != 0) {
		const char *ci = getenv("CI");
		if (ci && !strcmp(ci, "true"))
			fail_msg("groff is not installed");
		skip();
	}
	FILE *f = popen("groff -mdoc -ww -z " MAN " 2>&1", "r");
	char said[512] = "";
	assert_non_null(f);
	size_t n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = 0;
	int status = pclose(f);
	if (n || status)
		fail_msg("groff: %s", said);
}

/* The sections that a reader looks for. */
static void test_sections(void **state)
{
	(void)state;
	static const char *const sections[] = {
		"NAME", "SYNOPSIS", "DESCRIPTION", "KEYS", "FILTERS", "EVENTS",
		"FILES", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES",
	};
	char *text = slurp(MAN);

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		char line[64];
		snprintf(line, sizeof(line), "\n.Sh %s\n", sections[i]);
		if (!strstr(text, line))
			fail_msg("no section %s", sections[i]);
	}
	free(text);
}

int main(void)
{
	enum { BLOCKS = sizeof(blocks) / sizeof(blocks[0]) };
	struct CMUnitTest tests[BLOCKS + 2];
	size_t n = 0;

	for (size_t i = 0; i < BLOCKS; i++)
		tests[n++] = (struct CMUnitTest){
			.name = blocks[i].begin, .test_func = test_block,
			.initial_state = (void *)(uintptr_t)&blocks[i],
		};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_groff);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_sections);
	return _cmocka_run_group_tests("man", tests, n, NULL, NULL);
}
