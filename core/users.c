/* SPDX-License-Identifier: MIT */
#include "core/users.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define NAME 132 /* useradd(8) takes 32 bytes; one becomes four at most */

struct user_entry {
	uint32_t uid;
	uint32_t line; /* the first one counts */
	char name[NAME];
};

struct users {
	size_t count;
	struct user_entry entry[]; /* by uid, then line */
};

/* The number between two colons; false: it is none, or too large. */
static bool read_uid(const char *text, size_t len, uint32_t *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(text[i] - '0');
		if (n > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)n;
	return len > 0;
}

/* name:password:uid:... */
static bool read_line(struct user_entry *e, const char *line, size_t len)
{
	const char *end = line + len;
	const char *name_end = memchr(line, ':', len);

	if (!name_end || name_end == line)
		return false;
	const char *second = memchr(name_end + 1, ':',
				    (size_t)(end - name_end - 1));
	if (!second)
		return false;
	const char *third = memchr(second + 1, ':', (size_t)(end - second - 1));
	if (!third ||
	    !read_uid(second + 1, (size_t)(third - second - 1), &e->uid))
		return false;
	text_clean(e->name, sizeof(e->name), line, (size_t)(name_end - line),
		   false);
	return true;
}

static int by_uid(const void *a, const void *b)
{
	const struct user_entry *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

struct users *users_new(const char *passwd, size_t len)
{
	size_t lines = 1;

	if (len > USERS_FILE_MAX)
		len = USERS_FILE_MAX;
	for (size_t i = 0; i < len; i++)
		lines += passwd[i] == '\n';
	struct users *u = calloc(1, sizeof(*u) + lines * sizeof(u->entry[0]));
	if (!u)
		return NULL;
	for (size_t at = 0; at < len;) {
		const char *line = passwd + at;
		const char *end = memchr(line, '\n', len - at);
		size_t n = end ? (size_t)(end - line) : len - at;
		struct user_entry *e = &u->entry[u->count];

		e->line = (uint32_t)u->count;
		u->count += read_line(e, line, n);
		at += n + 1;
	}
	qsort(u->entry, u->count, sizeof(u->entry[0]), by_uid);
	return u;
}

void users_free(struct users *u)
{
	free(u);
}

const char *users_find(const struct users *u, uint32_t uid)
{
	size_t low = 0, high = u ? u->count : 0;

	/* The first that is not below. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (u->entry[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return u && low < u->count && u->entry[low].uid == uid ?
		       u->entry[low].name :
		       NULL;
}
