/* SPDX-License-Identifier: MIT */
#include "tui/command.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/text.h"
#include "tests/offscreen.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* No key stands for two things at one place; every row can be explained. */
static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < commands_count; i++) {
		const struct command *c = &commands[i];
		size_t len = strlen(c->help);

		if (!c->run || !c->keys[0] || !(c->places & ANYWHERE))
			fail_msg("%s: incomplete", c->name);
		if (len < 10 || c->help[len - 1] == '.' ||
		    !isupper((unsigned char)c->help[0]))
			fail_msg("%s: help is no sentence: %s", c->name,
				 c->help);
		for (size_t j = 0; j < i; j++) {
			if (strcmp(commands[j].name, c->name) == 0)
				fail_msg("%s: two of that name", c->name);
		}
		for (int k = 0; k < COMMAND_KEYS && c->keys[k]; k++) {
			for (unsigned place = 1; place <= IN_PAGE; place <<= 1) {
				if ((c->places & place) &&
				    command_find(c->keys[k], place) != c)
					fail_msg("%s: key %d is another's",
						 c->name, c->keys[k]);
			}
		}
	}
}

static const struct {
	const char *label;
	int key;
	unsigned place;
	const char *want; /* NULL: no command */
} finds[] = {
	{ "filter in a list", '/', IN_LIST, "filter" },
	{ "no filter in a page", '/', IN_PAGE, NULL },
	{ "carriage return", '\r', IN_LIST, "open" },
	{ "keypad enter", KEY_ENTER, IN_LIST, "open" },
	{ "hold", ' ', IN_LIST, "hold" },
	{ "escape in a page", 27, IN_PAGE, "back" },
	{ "F1", KEY_F(1), IN_PAGE, "help" },
	{ "down in a page", 'j', IN_PAGE, "down" },
	{ "no key", 0, IN_LIST, NULL },
	{ "an unused key", 'X', IN_LIST, NULL },
};

static void test_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(finds); i++) {
		const struct command *c =
			command_find(finds[i].key, finds[i].place);

		if (!finds[i].want ? c != NULL :
		    !c || strcmp(c->name, finds[i].want) != 0)
			fail_msg("%s: %s", finds[i].label,
				 c ? c->name : "nothing");
	}
}

static const struct {
	const char *label;
	int key;
	const char *want;
} key_texts[] = {
	{ "letter", 'q', "q" },
	{ "space", ' ', "Space" },
	{ "control", COMMAND_CTRL('l'), "Ctrl-L" },
	{ "tab is not Ctrl-I", '\t', "Tab" },
	{ "back tab", KEY_BTAB, "Shift-Tab" },
	{ "function key", KEY_F(1), "F1" },
	{ "page", KEY_NPAGE, "PgDn" },
	{ "second face of Enter", '\r', "" },
};

static void test_key_text(void **state)
{
	char text[COMMAND_KEY_TEXT], keys[64];

	(void)state;
	for (size_t i = 0; i < N(key_texts); i++) {
		command_key_text(key_texts[i].key, text);
		if (strcmp(text, key_texts[i].want) != 0)
			fail_msg("%s: %s", key_texts[i].label, text);
	}
	command_keys_text(command_find('?', IN_LIST), keys, sizeof(keys));
	assert_string_equal(keys, "?, F1");
	command_keys_text(command_find('\n', IN_LIST), keys, sizeof(keys));
	assert_string_equal(keys, "Enter");
}

static const struct {
	const char *label;
	int width;
	const char *want; /* how the line ends */
} hints[] = {
	{ "room for all", 79, "/ filter  Enter detail  e export  ? help  Space hold  z zoom  q quit" },
	{ "last label gone", 67, "/ filter  Enter detail  e export  ? help  Space hold  z zoom  q" },
	{ "keys alone", 27, " /  Enter  e  ?  Space  z  q" },
	{ "fewer keys", 12, " /  Enter  e" },
	{ "no room", 0, " " },
};

static void test_hints(void **state)
{
	(void)state;
	assert_true(offscreen_open("C.UTF-8", 24, 80));
	for (size_t i = 0; i < N(hints); i++) {
		erase();
		int taken = command_draw_hints(stdscr, 5, 80, hints[i].width,
					       IN_LIST);
		const char *line = offscreen_line(5);
		size_t len = strlen(line), want = strlen(hints[i].want);

		if (taken > hints[i].width)
			fail_msg("%s: %d cells", hints[i].label, taken);
		if (len < want ||
		    strcmp(line + len - want, hints[i].want) != 0)
			fail_msg("%s: \"%s\"", hints[i].label, line);
		for (int x = 0; x < 80 - hints[i].width; x++) {
			if (line[x] != ' ')
				fail_msg("%s: cell %d is drawn",
					 hints[i].label, x);
		}
	}
	offscreen_close();
}

struct man {
	size_t lines;
	bool question; /* the row of "?" is as mdoc needs it */
};

static void take_line(void *ctx, const char *text)
{
	struct man *man = ctx;

	if (man->lines % 2 == 0 ? strncmp(text, ".It Ic ", 7) != 0 :
				  text[0] == '.')
		fail_msg("man page line %zu: %s", man->lines, text);
	if (strcmp(text, ".It Ic \\&? , \\&F1") == 0)
		man->question = true;
	man->lines++;
}

static void test_man(void **state)
{
	struct man man = { 0 };

	(void)state;
	command_man(take_line, &man);
	assert_int_equal(man.lines, 2 * commands_count);
	assert_true(man.question);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_key_text),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_man),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
