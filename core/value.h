/* SPDX-License-Identifier: MIT */
/* What a field of a row gives: a value with its kind, never a text. */
#ifndef NX_VALUE_H
#define NX_VALUE_H

#include "core/packet.h"

enum value_kind {
	VALUE_NONE, VALUE_BOOL, VALUE_NUMBER, VALUE_SIZE, VALUE_DURATION,
	VALUE_TIME, VALUE_TEXT, VALUE_ADDRESS, VALUE_LIST /* of texts */,
};

#define VALUE_LIST_MAX 64

/* Not zeroed by those who make one: only what its kind names is set. */
struct value {
	enum value_kind kind;
	uint64_t number; /* BOOL, NUMBER, SIZE (bytes), DURATION (ns), TIME (model ns) */
	const char *text; /* TEXT: borrowed from the row or buf */
	struct address address;
	const char *list[VALUE_LIST_MAX]; /* borrowed likewise */
	size_t list_len;
	bool list_cut; /* LIST: more elements than there was room for */
	char buf[8192]; /* for texts that the getter makes */
};

struct model;

/* A value for people. m may be NULL: times are then taken as wall time. */
void value_text(const struct value *v, const struct model *m, char *text, size_t size);

#endif
