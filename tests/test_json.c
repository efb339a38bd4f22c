/* SPDX-License-Identifier: MIT */
#include "core/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <json-c/json.h>

#include "tests/strict.h"
#include "tests/strictjson.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* What json-c, strict about UTF-8 too, reads from the bytes written. */
static struct json_object *parse(const struct json *j)
{
	struct json_tokener *t = json_tokener_new();
	json_tokener_set_flags(t, strict_flags());
	struct json_object *o = json_tokener_parse_ex(t, j->buf, (int)j->len);
	enum json_tokener_error e = json_tokener_get_error(t);
	if (e != json_tokener_success)
		fail_msg("%s: %.*s", json_tokener_error_desc(e), (int)j->len,
			 j->buf);
	assert_int_equal(json_tokener_get_parse_end(t), j->len);
	json_tokener_free(t);
	return o;
}

static void test_shapes(void **state)
{
	char buf[512];
	struct json j;

	(void)state;
	json_init(&j, buf, sizeof(buf));
	json_open_object(&j, NULL);
	json_number(&j, "n", UINT64_MAX);
	json_signed(&j, "s", INT64_MIN);
	json_signed(&j, "p", INT64_MAX);
	json_open_array(&j, "list");
	json_text(&j, NULL, "a");
	json_number(&j, NULL, 0);
	json_open_object(&j, NULL);
	json_close_object(&j);
	json_flag(&j, NULL, true);
	json_null(&j, NULL);
	json_close_array(&j);
	json_open_array(&j, "empty");
	json_close_array(&j);
	json_flag(&j, "no", false);
	json_null(&j, "null");
	json_open_object(&j, "inner");
	json_text(&j, "t", "");
	json_close_object(&j);
	json_close_object(&j);
	assert_false(j.full);
	const char want[] =
		"{\"n\":18446744073709551615,\"s\":-9223372036854775808,"
		"\"p\":9223372036854775807,\"list\":[\"a\",0,{},true,null],"
		"\"empty\":[],\"no\":false,\"null\":null,"
		"\"inner\":{\"t\":\"\"}}";
	assert_int_equal(j.len, sizeof(want) - 1);
	assert_memory_equal(buf, want, j.len);
	struct json_object *o = parse(&j);
	assert_string_equal(json_object_to_json_string_ext(
				    o, JSON_C_TO_STRING_PLAIN |
					       JSON_C_TO_STRING_NOSLASHESCAPE),
			    want);
	json_object_put(o);
}

static const struct text_claim {
	const char *label, *text, *want; /* what json-c reads */
	const char *raw; /* what is written, NULL: not asked */
} texts[] = {
	{ "plain", "curl", "curl", "\"curl\"" },
	{ "quote and backslash", "a\"b\\c", "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "slash stays", "a/b", "a/b", "\"a/b\"" },
	{ "controls", "\1\n\t\r\033\177", "\1\n\t\r\033\177",
	  "\"\\u0001\\n\\t\\u000d\\u001b\\u007f\"" },
	{ "C1", "\xc2\x9b", "\xc2\x9b", "\"\\u009b\"" },
	{ "umlaut", "\xc3\xa4", "\xc3\xa4", "\"\xc3\xa4\"" },
	{ "four bytes", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", NULL },
	{ "bidi is escaped", "\xe2\x80\xae", "\xe2\x80\xae", "\"\\u202e\"" },
	{ "a pair of units", "\xf3\xa0\x80\x81", "\xf3\xa0\x80\x81",
	  "\"\\udb40\\udc01\"" },
	{ "invalid", "a\xff" "b", "a\xef\xbf\xbd" "b", NULL },
	{ "cut", "\xe6\x97", "\xef\xbf\xbd\xef\xbf\xbd", NULL },
	{ "surrogate", "\xed\xa0\x80",
	  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL },
	{ "overlong", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", NULL },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		char buf[256];
		struct json j;
		json_init(&j, buf, sizeof(buf));
		json_text(&j, NULL, texts[i].text);
		struct json_object *o = parse(&j);
		if (strcmp(json_object_get_string(o), texts[i].want) != 0)
			fail_msg("%s: %s", texts[i].label, buf);
		if (texts[i].raw && (j.len != strlen(texts[i].raw) ||
				     memcmp(buf, texts[i].raw, j.len) != 0))
			fail_msg("%s: %.*s", texts[i].label, (int)j.len, buf);
		json_object_put(o);
	}
}

/* Each byte value, alone and between letters; then any bytes. */
static void test_bytes(void **state)
{
	unsigned seed = 3;

	(void)state;
	for (int round = 1; round < 20000; round++) {
		char text[40] = "", buf[512];
		struct json j;
		size_t len = round < 512 ? (round < 256 ? 1 : 3) :
					   (size_t)rand_r(&seed) % 39;
		for (size_t i = 0; i < len; i++)
			text[i] = (char)(round < 256 ? round :
					 round < 512 ? (i == 1 ? round : 'x') :
						       rand_r(&seed) >> 4);
		json_init(&j, buf, sizeof(buf));
		json_text(&j, NULL, text);
		assert_false(j.full);
		for (size_t i = 0; i < j.len; i++)
			assert_true((unsigned char)buf[i] >= ' ' &&
				    buf[i] != 127);
		struct json_object *o = parse(&j);
		const char *got = json_object_get_string(o);
		if (round < 128 && strcmp(got, text) != 0)
			fail_msg("byte %d", round);
		if (round >= 128 && round < 256)
			assert_string_equal(got, "\xef\xbf\xbd");
		json_object_put(o);
	}
}

/* At every size: full or whole, and never past the end. */
static void test_full(void **state)
{
	(void)state;
	for (size_t size = 0; size < 64; size++) {
		char buf[64];
		struct json j;
		memset(buf, '#', sizeof(buf));
		json_init(&j, buf, size);
		json_open_object(&j, NULL);
		json_text(&j, "name", "a\"b");
		json_number(&j, "n", 12345);
		json_open_array(&j, "list");
		json_flag(&j, NULL, true);
		json_close_array(&j);
		json_close_object(&j);
		const char want[] = "{\"name\":\"a\\\"b\",\"n\":12345,\"list\":[true]}";
		assert_int_equal(j.full, size < sizeof(want) - 1);
		assert_true(j.len <= size);
		assert_memory_equal(buf, want, j.len);
		for (size_t i = size; i < sizeof(buf); i++)
			assert_int_equal(buf[i], '#');
	}
}

/* What the fuzz targets hold lines against: refused, and why; NULL: taken. */
static const struct strict_claim {
	const char *text, *want;
} strict_claims[] = {
	{ "{}", NULL },
	{ "[]", NULL },
	{ "{\"a\":[1,-0,2.5e-3,true,false,null,\"\\u00e9\\n\"]}", NULL },
	{ "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", NULL },
	{ "\"\xc3\xa9 \xf0\x9f\x90\xa7\"", NULL },
	{ "", "a number, or what is no value" },
	{ "{} ", "something behind it" },
	{ "{}\n", "something behind it" },
	{ "{}{}", "something behind it" },
	{ "01", "a number, or what is no value" },
	{ "-", "a number, or what is no value" },
	{ "NaN", "a number, or what is no value" },
	{ "1.", "a fraction" },
	{ "1e", "an exponent" },
	{ "nul", "a word" },
	{ "\"a", "a string without its end" },
	{ "\"\n\"", "a character" },
	{ "\"\xc0\x80\"", "a character" },
	{ "\"\xed\xa0\x80\"", "a character" },
	{ "\"\xc3\"", "a character" },
	{ "\"\\x41\"", "an escape" },
	{ "\"\\u12g4\"", "a character's number" },
	{ "[1,]", "a number, or what is no value" },
	{ "[1 2]", "a comma or the end" },
	{ "[1", "a comma or the end" },
	{ "{\"a\":1,}", "a member's name" },
	{ "{a:1}", "a member's name" },
	{ "{\"a\" 1}", "a colon" },
	{ "{\"a\":1,\"b\":2,\"a\":3}", "a member twice" },
	{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
	  "deeper than is read" },
};

static void test_strict(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(strict_claims); i++) {
		const struct strict_claim *c = &strict_claims[i];
		const char *why = strictjson(c->text, strlen(c->text));
		if (!why != !c->want || (why && strcmp(why, c->want) != 0))
			fail_msg("%s: %s", c->text, why ? why : "taken");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_strict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
