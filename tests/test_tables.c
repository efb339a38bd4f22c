/* SPDX-License-Identifier: MIT */
/* What must hold for the program's tables, whatever rows they get. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/field.h"
#include "core/clause.h"

#define NAMES_MAX 512

static struct {
	const char *text;
	size_t len;
	const char *of; /* the field that has it */
} names[NAMES_MAX];
static size_t names_count;

static void add_names(const char *words, const char *of)
{
	while (words && *words) {
		size_t n = strcspn(words, " ");
		assert_true(names_count < NAMES_MAX);
		names[names_count].text = words;
		names[names_count].len = n;
		names[names_count++].of = of;
		words += n;
		if (*words == ' ' && (words[1] == ' ' || !words[1]))
			fail_msg("%s: stray space in the aliases", of);
		words += *words == ' ';
	}
}

static void test_field_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < fields_count; i++) {
		add_names(fields[i].name, fields[i].name);
		add_names(fields[i].aliases, fields[i].name);
	}
	for (size_t i = 0; i < names_count; i++) {
		size_t n = names[i].len;
		const char *t = names[i].text;
		/* A filter takes it as one word, and nothing else of it is lost. */
		if (n == 0 || strspn(t, "abcdefghijklmnopqrstuvwxyz0123456789._") < n)
			fail_msg("%s: bad name %.*s", names[i].of, (int)n, t);
		for (size_t k = 0; k < i; k++)
			if (names[k].len == n && !memcmp(names[k].text, t, n))
				fail_msg("%.*s names both %s and %s", (int)n, t,
					 names[k].of, names[i].of);
		for (size_t k = 0; k < clause_operators_count; k++)
			if (strlen(clause_operators[k].name) == n &&
			    !memcmp(clause_operators[k].name, t, n))
				fail_msg("%.*s is an operator too", (int)n, t);
	}
}

/* Words of a filter's grammar: a field of that name could not stand alone. */
static const char *const reserved[] = {
	"and", "or", "not", "host", "net", "port", "portrange",
};

static void test_reserved(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (field_find(reserved[i]))
			fail_msg("%s is a word of the grammar", reserved[i]);
}

static void check_field(const struct field *f)
{
	size_t help = f->help ? strlen(f->help) : 0;

	if (help < 3 || f->help[help - 1] != '.')
		fail_msg("%s: help is not a sentence", f->name);
	if (f->help[0] < 'A' || f->help[0] > 'Z')
		fail_msg("%s: help starts small", f->name);
	if (!f->title || !*f->title || strlen(f->title) > 16)
		fail_msg("%s: no title, or too long a one", f->name);
	if (!f->get || !f->rows || f->rows >= 1u << ROW_KINDS)
		fail_msg("%s: no getter, or no rows", f->name);
	if (!f->width)
		fail_msg("%s: no width", f->name);
	if (f->kind <= VALUE_NONE || f->kind > VALUE_LIST)
		fail_msg("%s: no type", f->name);
	if (f->flags & FIELD_PORT && f->kind != VALUE_NUMBER)
		fail_msg("%s: a port is a number", f->name);
	if (f->flags & (FIELD_NAME | FIELD_NOCASE) && f->kind != VALUE_TEXT &&
	    f->kind != VALUE_LIST)
		fail_msg("%s: only texts have case", f->name);
	/* The JSON name carries the unit. */
	size_t json = f->json ? strlen(f->json) : 0;
	bool ns = json > 3 && !strcmp(f->json + json - 3, "_ns");
	if (f->json &&
	    ns != (f->kind == VALUE_DURATION || f->kind == VALUE_TIME))
		fail_msg("%s: %s does not say its unit", f->name, f->json);
}

static void test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < fields_count; i++)
		check_field(&fields[i]);
}

/* Two members of one object must not have the same name. */
static void test_json_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < fields_count; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct field *a = &fields[i], *b = &fields[k];
			unsigned both = a->rows & b->rows;
			bool ps = !strncmp(a->name, "ps.", 3) !=
				  !strncmp(b->name, "ps.", 3);
			/* Processes are objects of their own. */
			if (!a->json || !b->json || ps || !both)
				continue;
			/* One is of ICMP, one of DNS; a packet is no object. */
			if (both != ROW_PACKET && !strcmp(a->json, b->json))
				fail_msg("%s and %s are both %s", a->name,
					 b->name, a->json);
		}
	}
}

static void test_operators(void **state)
{
	(void)state;
	for (size_t i = 0; i < clause_operators_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(clause_operators[i].name,
						clause_operators[k].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_field_names),
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_json_names),
		cmocka_unit_test(test_operators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
