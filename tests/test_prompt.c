/* SPDX-License-Identifier: MIT */
#include "tui/prompt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/offscreen.h"
#include "tui/command.h"
#include "tui/theme.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int checks; /* calls of check() */

/* Good is what has no "bad" in it. */
static int check(const char *text, struct errmsg *err)
{
	checks++;
	if (strstr(text, "bad"))
		return errmsg_set(err, -EINVAL,
				  "column 1: that is bad\nbad\n^");
	return 0;
}

static const char *word(size_t i)
{
	static const char *const words[] = { "net.sip", "net.sport",
					     "net.dip", "tcp.rtt", "port" };

	return i < N(words) ? words[i] : NULL;
}

static const struct prompt_use use = { " / ", " a hint", check, word };

#define DEL 127
#define CTRL(c) COMMAND_CTRL(c)

static const struct {
	const char *label;
	const char *begin;
	int keys[24];
	const char *want;
	enum prompt_result result; /* of the last key */
} typed[] = {
	{ "letters", "", { 'a', 'b' }, "ab", PROMPT_TYPING },
	{ "enter on a good text", "", { 'a', '\n' }, "a", PROMPT_DONE },
	{ "carriage return", "", { 'a', '\r' }, "a", PROMPT_DONE },
	{ "enter on a bad text", "", { 'b', 'a', 'd', '\n' }, "bad", PROMPT_TYPING },
	{ "enter on nothing", "", { '\n' }, "", PROMPT_DONE },
	{ "escape", "x", { 27 }, "x", PROMPT_LEFT },
	{ "q is a letter", "", { 'q' }, "q", PROMPT_TYPING },
	{ "backspace", "abc", { DEL }, "ab", PROMPT_TYPING },
	{ "backspace on a wide character", "a日", { KEY_BACKSPACE }, "a", PROMPT_TYPING },
	{ "backspace in an empty line", "", { DEL }, "", PROMPT_LEFT },
	{ "left and insert", "ac", { KEY_LEFT, 'b' }, "abc", PROMPT_TYPING },
	{ "left over a wide character", "a日c", { KEY_LEFT, KEY_LEFT, 'b' }, "ab日c", PROMPT_TYPING },
	{ "left at the begin", "a", { KEY_LEFT, KEY_LEFT, 'b' }, "ba", PROMPT_TYPING },
	{ "right at the end", "a", { KEY_RIGHT, 'b' }, "ab", PROMPT_TYPING },
	{ "home", "bc", { KEY_HOME, 'a' }, "abc", PROMPT_TYPING },
	{ "end", "ab", { CTRL('a'), CTRL('e'), 'c' }, "abc", PROMPT_TYPING },
	{ "delete", "abc", { KEY_HOME, KEY_DC }, "bc", PROMPT_TYPING },
	{ "delete at the end", "abc", { KEY_DC }, "abc", PROMPT_TYPING },
	{ "Ctrl-U clears all", "abc", { KEY_LEFT, CTRL('u') }, "", PROMPT_TYPING },
	{ "Ctrl-K to the end", "abc", { KEY_LEFT, CTRL('k') }, "ab", PROMPT_TYPING },
	{ "Ctrl-W a word", "dst port", { CTRL('w') }, "dst ", PROMPT_TYPING },
	{ "Ctrl-W a word and blanks", "dst port  ", { CTRL('w') }, "dst ", PROMPT_TYPING },
	{ "a character of three bytes", "", { 0xe6, 0x97, 0xa5 }, "日", PROMPT_TYPING },
	{ "half a character", "", { 0xe6, 0x97 }, "", PROMPT_TYPING },
	{ "half a character, then a letter", "", { 0xe6, 0x97, 'a' }, "a", PROMPT_TYPING },
	{ "a stray byte", "", { 0xa5, 'a' }, "a", PROMPT_TYPING },
	{ "right-to-left override", "", { 0xe2, 0x80, 0xae, 'a' }, "a", PROMPT_TYPING },
	{ "C1 control", "", { 0xc2, 0x9b, 'a' }, "a", PROMPT_TYPING },
	{ "control key", "", { CTRL('x'), 'a' }, "a", PROMPT_TYPING },
	{ "mouse", "", { KEY_MOUSE, 'a' }, "a", PROMPT_TYPING },
	{ "tab, one word", "", { 't', 'c', '\t' }, "tcp.rtt ", PROMPT_TYPING },
	{ "tab, as far as all agree", "", { 'n', '\t' }, "net.", PROMPT_TYPING },
	{ "tab, further", "net.s", { 'p', '\t' }, "net.sport ", PROMPT_TYPING },
	{ "tab, other case", "NET.D", { '\t' }, "net.dip ", PROMPT_TYPING },
	{ "tab, second word", "port = 1 and tcp", { '\t' }, "port = 1 and tcp.rtt ", PROMPT_TYPING },
	{ "tab, in the middle", "t 5", { KEY_LEFT, KEY_LEFT, '\t' }, "tcp.rtt  5", PROMPT_TYPING },
	{ "tab, none", "xyz", { '\t' }, "xyz", PROMPT_TYPING },
	{ "tab, on nothing", "", { '\t' }, "", PROMPT_TYPING },
};

static void test_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(typed); i++) {
		struct prompt *p = prompt_new(&use);
		enum prompt_result result = PROMPT_TYPING;

		prompt_open(p, typed[i].begin);
		for (size_t k = 0; k < N(typed[i].keys) && typed[i].keys[k];
		     k++)
			result = prompt_key(p, typed[i].keys[k]);
		if (strcmp(prompt_text(p), typed[i].want) != 0 ||
		    result != typed[i].result)
			fail_msg("%s: \"%s\", result %d", typed[i].label,
				 prompt_text(p), result);
		prompt_free(p);
	}
}

static void type(struct prompt *p, const char *text)
{
	for (; *text; text++)
		prompt_key(p, (unsigned char)*text);
}

static void test_history(void **state)
{
	struct prompt *p = prompt_new(&use);

	(void)state;
	prompt_remember(p, "given");
	for (int i = 0; i < 3; i++) {
		static const char *const lines[] = { "one", "two", "two" };

		prompt_open(p, "");
		type(p, lines[i]);
		assert_int_equal(prompt_key(p, '\n'), PROMPT_DONE);
	}
	prompt_open(p, "");
	type(p, "half");
	static const struct {
		int key;
		const char *want;
	} walk[] = {
		{ KEY_UP, "two" }, { KEY_UP, "one" }, { KEY_UP, "given" },
		{ KEY_UP, "given" }, { KEY_DOWN, "one" }, { KEY_DOWN, "two" },
		{ KEY_DOWN, "half" }, { KEY_DOWN, "half" },
	};
	for (size_t i = 0; i < N(walk); i++) {
		prompt_key(p, walk[i].key);
		if (strcmp(prompt_text(p), walk[i].want) != 0)
			fail_msg("step %zu: \"%s\"", i, prompt_text(p));
	}
	/* The oldest makes room. */
	for (int i = 0; i < 2 * PROMPT_HISTORY; i++) {
		char line[16];

		snprintf(line, sizeof(line), "line %d", i);
		prompt_remember(p, line);
	}
	prompt_open(p, "");
	for (int i = 0; i < 3 * PROMPT_HISTORY; i++)
		prompt_key(p, KEY_UP);
	assert_string_equal(prompt_text(p), "line 64");
	prompt_free(p);
}

/* A text that is pasted is judged once, not with each byte; it is bounded. */
static void test_long(void **state)
{
	struct prompt *p = prompt_new(&use);
	struct errmsg err;

	(void)state;
	prompt_open(p, "");
	checks = 0;
	for (int i = 0; i < PROMPT_MAX + 1000; i++)
		prompt_key(p, 'x');
	assert_int_equal(strlen(prompt_text(p)), PROMPT_MAX - 1);
	assert_true(prompt_good(p, &err));
	assert_true(prompt_good(p, NULL));
	assert_int_equal(checks, 1);
	prompt_free(p);
}

static void test_draw(void **state)
{
	struct prompt *p = prompt_new(&use);
	char wide[400];
	int y, x;

	(void)state;
	assert_true(offscreen_open("C.UTF-8", 10, 40));
	prompt_open(p, "");
	type(p, "port 53");
	prompt_draw(p, stdscr, 8, 0, 40);
	getyx(stdscr, y, x); /* reading cells moves it */
	assert_non_null(strstr(offscreen_line(8), " / port 53 "));
	assert_non_null(strstr(offscreen_line(9), " a hint "));
	assert_int_equal(y, 8);
	assert_int_equal(x, 10);

	/* Wrong: the message below, its first line alone. */
	type(p, " bad");
	prompt_draw(p, stdscr, 8, 0, 40);
	assert_non_null(strstr(offscreen_line(9), "column 1: that is bad  "));
	prompt_key(p, CTRL('w'));
	prompt_draw(p, stdscr, 8, 0, 40);
	assert_non_null(strstr(offscreen_line(9), " a hint "));

	/* Several words: they are listed. */
	prompt_open(p, "net");
	prompt_key(p, '\t');
	prompt_draw(p, stdscr, 8, 0, 40);
	assert_non_null(strstr(offscreen_line(9),
			       "net.sip  net.sport  net.dip"));

	/* The cursor stays in the window, at both ends of a long text. */
	for (int i = 0; i < 100; i++)
		snprintf(wide + 3 * i, sizeof(wide) - (size_t)(3 * i), "日");
	prompt_open(p, wide);
	prompt_draw(p, stdscr, 8, 0, 40);
	getyx(stdscr, y, x);
	if (x > 39 || x < 36)
		fail_msg("end of a long text: cursor in column %d", x);
	prompt_key(p, KEY_HOME);
	prompt_draw(p, stdscr, 8, 0, 40);
	getyx(stdscr, y, x);
	assert_int_equal(x, 3);
	offscreen_close();
	prompt_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_draw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
