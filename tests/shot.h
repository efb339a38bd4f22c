/* SPDX-License-Identifier: MIT */
/* What is printed for one packet, and questions to it. */
#ifndef NX_TEST_SHOT_H
#define NX_TEST_SHOT_H

#include "core/tracee.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <json-c/json.h>

#include "tests/strict.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define B(bytes) bytes, sizeof(bytes) - 1

#define ALL 0x1ffu
#define IP4(len, protocol) \
	"\x45\0" len "\x12\x34\x40\0\100" protocol "\xab\xcd\12\0\0\1\12\0\0\2"
#define IP6(len, next) \
	"\x60\0\0\0" len next "\100" \
	"\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1" \
	"\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\2"
#define SYN \
	IP4("\0\50", "\6") "\x30\x39\0\120\0\0\0\1\0\0\0\2\x50\2\1\0\xbe\xef\0\0"
#define QUERY "\x12\x34\1\0\0\1\0\0\0\0\0\0\2ex\0\0\1\0\1"

struct lines {
	char *text[16];
	size_t n;
};

static inline void take(void *ctx, const char *text, size_t len)
{
	struct lines *l = ctx;

	assert_true(l->n < N(l->text));
	l->text[l->n++] = strndup(text, len);
	assert_null(memchr(text, '\n', len));
}

static inline void drop(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->text[i]);
	l->n = 0;
}

/* What is printed for raw IP bytes. */
struct shot {
	struct model model;
	struct frame frame;
	struct owner owner;
	struct packet packet;
	struct lines lines;
};

static char buf[256 * 1024];

static inline struct shot *shot_of(const void *bytes, size_t len)
{
	static struct shot s;

	memset(&s, 0, sizeof(s));
	s.frame = (struct frame){ .link = LINK_RAW, .data = { bytes, len },
				  .wire_len = (uint32_t)len, .number = 7,
				  .time_ns = 1671040290192938971,
				  .ifname = "eth0" };
	return &s;
}

static inline void print(struct shot *s, uint32_t bits, const struct filter *f)
{
	packet_decode(&s->packet, &s->frame, NULL);
	size_t n = tracee_print(&s->model, &s->packet, &s->owner, bits, f,
				"host", buf, sizeof(buf), take, &s->lines);
	assert_int_equal(n, s->lines.n);
}

static inline struct json_object *parse(const char *text)
{
	struct json_tokener *t = json_tokener_new();
	json_tokener_set_flags(t, strict_flags());
	struct json_object *o = json_tokener_parse_ex(t, text,
						      (int)strlen(text));
	if (!o)
		fail_msg("not JSON: %.200s", text);
	json_tokener_free(t);
	return o;
}

/* The value at a path: members by name, elements by "#n". Fails when absent. */
static inline struct json_object *at(struct json_object *o, const char *path)
{
	char copy[128], *save, *end;

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		struct json_object *next = NULL;
		bool there;
		if (*w == '#') {
			size_t i = strtoul(w + 1, &end, 10);
			there = i < json_object_array_length(o);
			next = there ? json_object_array_get_idx(o, i) : NULL;
		} else {
			there = json_object_object_get_ex(o, w, &next);
		}
		if (!there)
			fail_msg("no %s of \"%s\"", w, path);
		o = next;
	}
	return o;
}

static inline void check_text(struct json_object *o, const char *path, const char *want)
{
	const char *got = json_object_to_json_string_ext(
		at(o, path), JSON_C_TO_STRING_PLAIN |
				     JSON_C_TO_STRING_NOSLASHESCAPE);
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s, not %s", path, got, want);
}

#endif
