/* SPDX-License-Identifier: MIT */
/*
 * How a field's getter gives its value: fills *out and returns true, or returns
 * false when there is nothing to give, which is what the getter returns too.
 */
#ifndef NX_GIVE_H
#define NX_GIVE_H

#include <string.h>

#include "core/field.h"
#include "core/tell.h"

static inline bool give_number(struct value *out, enum value_kind kind,
			       uint64_t n)
{
	out->kind = kind;
	out->number = n;
	return true;
}

/* For what is never zero when it is known. */
static inline bool give_known(struct value *out, enum value_kind kind,
			      uint64_t n)
{
	return n && give_number(out, kind, n);
}

/* Something that a row either is or has not: `tcp`, `dns`. */
static inline bool give_true(struct value *out, bool is)
{
	return is && give_number(out, VALUE_BOOL, 1);
}

static inline bool give_text(struct value *out, const char *text)
{
	out->kind = VALUE_TEXT;
	out->text = text;
	return text && *text;
}

static inline bool give_address(struct value *out, const struct address *a)
{
	out->kind = VALUE_ADDRESS;
	if (!a || !a->family)
		return false;
	out->address = *a;
	return true;
}

static inline void give_list(struct value *out)
{
	out->kind = VALUE_LIST;
	out->list_len = 0;
	out->list_cut = false;
}

/* One more element, borrowed. */
static inline void give_element(struct value *out, const char *text)
{
	if (out->list_len == VALUE_LIST_MAX)
		out->list_cut = true;
	else
		out->list[out->list_len++] = text;
}

/* One more element, copied into out->buf; *used are the bytes taken in it. */
static inline void give_copy(struct value *out, size_t *used, const char *text)
{
	size_t n = strlen(text) + 1;

	if (n > sizeof(out->buf) - *used) {
		out->list_cut = true;
		return;
	}
	memcpy(out->buf + *used, text, n);
	give_element(out, out->buf + *used);
	*used += n;
}

/* For struct tell: each text becomes an element of the list `out`. */
struct give_told {
	struct value *out;
	size_t used; /* of out->buf */
};

static inline void give_told(void *ctx, const char *text)
{
	struct give_told *to = ctx;

	give_copy(to->out, &to->used, text);
}

#endif
