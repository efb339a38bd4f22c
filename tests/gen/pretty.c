/* SPDX-License-Identifier: MIT */
#include "tests/gen/pretty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "tests/strict.h"

/* A record of the events is one line; a DNS message is not. */
#define LINE 360

static const char *plain(struct json_object *o)
{
	return json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static bool is_nest(struct json_object *o)
{
	return json_object_is_type(o, json_type_object) ||
	       json_object_is_type(o, json_type_array);
}

/* On one line, with spaces. */
static void print_line(FILE *out, struct json_object *o)
{
	const char *comma = "";

	if (json_object_is_type(o, json_type_object)) {
		fputc('{', out);
		json_object_object_foreach(o, key, value) {
			struct json_object *k = json_object_new_string(key);
			fprintf(out, "%s%s: ", comma, plain(k));
			json_object_put(k);
			print_line(out, value);
			comma = ", ";
		}
		fputc('}', out);
	} else if (json_object_is_type(o, json_type_array)) {
		fputc('[', out);
		for (size_t i = 0; i < json_object_array_length(o); i++) {
			fputs(comma, out);
			print_line(out, json_object_array_get_idx(o, i));
			comma = ", ";
		}
		fputc(']', out);
	} else {
		fputs(plain(o), out);
	}
}

static void indent(FILE *out, int column)
{
	fprintf(out, "\n%*s", column, "");
}

static void print(FILE *out, struct json_object *o, int column)
{
	const char *comma = "";
	bool object = json_object_is_type(o, json_type_object);

	if (!is_nest(o) || (column > 0 && strlen(plain(o)) <= LINE)) {
		print_line(out, o);
		return;
	}
	fputc(object ? '{' : '[', out);
	if (object) {
		json_object_object_foreach(o, key, value) {
			struct json_object *k = json_object_new_string(key);
			fputs(comma, out);
			indent(out, column + 1);
			fprintf(out, "%s: ", plain(k));
			json_object_put(k);
			print(out, value, column + 1);
			comma = ",";
		}
	} else {
		for (size_t i = 0; i < json_object_array_length(o); i++) {
			fputs(comma, out);
			indent(out, column + 1);
			print(out, json_object_array_get_idx(o, i), column + 1);
			comma = ",";
		}
	}
	fputc(object ? '}' : ']', out);
}

static struct json_object *parse(const char *text, size_t len)
{
	struct json_tokener *t = json_tokener_new_ex(32);
	assert_non_null(t);

	json_tokener_set_flags(t, strict_flags());
	struct json_object *o = json_tokener_parse_ex(t, text, (int)len);
	enum json_tokener_error e = json_tokener_get_error(t);
	if (!o || e != json_tokener_success)
		fail_msg("%s: %.*s", json_tokener_error_desc(e), (int)len,
			 text);
	json_tokener_free(t);
	return o;
}

void pretty_document(FILE *out, const char *text, size_t len)
{
	struct json_object *o = parse(text, len);

	print(out, o, 0);
	fputc('\n', out);
	json_object_put(o);
}

void pretty_event(FILE *out, const char *text, size_t len,
		  struct json_object **last)
{
	struct json_object *whole = parse(text, len);
	struct json_object *news = json_object_new_object();

	json_object_object_foreach(whole, key, value) {
		struct json_object *before;
		if (strcmp(key, "eventName") && *last &&
		    json_object_object_get_ex(*last, key, &before) &&
		    json_object_equal(value, before))
			continue;
		json_object_object_add(news, key, json_object_get(value));
	}
	print(out, news, 0);
	fputc('\n', out);
	json_object_put(news);
	json_object_put(*last);
	*last = whole;
}

void pretty_forget(struct json_object **last)
{
	json_object_put(*last);
	*last = NULL;
}
