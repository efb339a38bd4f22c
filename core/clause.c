/* SPDX-License-Identifier: MIT */
#include "core/clause.h"

#include <assert.h>

#include "core/text.h"

/* clang-format off */
const struct clause_operator clause_operators[] = {
	{ "=", CLAUSE_EQUAL, false, false },
	{ "==", CLAUSE_EQUAL, false, false },
	{ "!=", CLAUSE_UNEQUAL, false, false },
	{ "<>", CLAUSE_UNEQUAL, false, false },
	{ "<", CLAUSE_LESS, false, false },
	{ "<=", CLAUSE_LESS_EQUAL, false, false },
	{ ">", CLAUSE_GREATER, false, false },
	{ ">=", CLAUSE_GREATER_EQUAL, false, false },
	{ "~=", CLAUSE_EQUAL, true, false },
	{ "in", CLAUSE_IN, false, true },
	{ "iin", CLAUSE_IN, true, true },
	{ "contains", CLAUSE_CONTAINS, false, true },
	{ "icontains", CLAUSE_CONTAINS, true, true },
	{ "startswith", CLAUSE_STARTS, false, true },
	{ "istartswith", CLAUSE_STARTS, true, true },
	{ "endswith", CLAUSE_ENDS, false, true },
	{ "iendswith", CLAUSE_ENDS, true, true },
	{ "matches", CLAUSE_MATCHES, false, true },
	{ "imatches", CLAUSE_MATCHES, true, true },
	{ "intersects", CLAUSE_INTERSECTS, false, true },
	{ "iintersects", CLAUSE_INTERSECTS, true, true },
	{ "fuzzy", CLAUSE_FUZZY, false, true },
	{ "ifuzzy", CLAUSE_FUZZY, true, true },
	{ "fuzzynorm", CLAUSE_FUZZY, false, true },
	{ "ifuzzynorm", CLAUSE_FUZZY, true, true },
};
/* clang-format on */

const size_t clause_operators_count =
	sizeof(clause_operators) / sizeof(clause_operators[0]);

bool clause_op_takes(enum clause_op op, enum value_kind kind)
{
	bool text = kind == VALUE_TEXT || kind == VALUE_LIST;

	switch (op) {
	case CLAUSE_EQUAL:
	case CLAUSE_UNEQUAL:
		return true;
	case CLAUSE_LESS:
	case CLAUSE_LESS_EQUAL:
	case CLAUSE_GREATER:
	case CLAUSE_GREATER_EQUAL:
		return kind != VALUE_BOOL && kind != VALUE_LIST;
	case CLAUSE_IN:
		return kind != VALUE_BOOL;
	case CLAUSE_CONTAINS:
	case CLAUSE_STARTS:
	case CLAUSE_ENDS:
	case CLAUSE_MATCHES:
	case CLAUSE_INTERSECTS:
	case CLAUSE_FUZZY:
	case CLAUSE_WORD:
		return text;
	}
	return false;
}

void clause_words_init(struct clause_words *words)
{
	*words = (struct clause_words){ 0 };
	for (size_t i = 0; i < fields_count; i++) {
		for (unsigned k = 0; k < ROW_KINDS; k++) {
			if (!(fields[i].flags & FIELD_WORD) ||
			    !(fields[i].rows & 1u << k))
				continue;
			uint8_t *count = &words->kind[k].count;
			assert(*count < sizeof(words->kind[k].field));
			words->kind[k].field[(*count)++] = (uint8_t)i;
		}
	}
}

/* ASCII only: what hostile names are made of does not depend on the locale. */
static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool same(char a, char b, bool nocase)
{
	return a == b || (nocase && fold(a) == fold(b));
}

/* The first n bytes. */
static bool same_bytes(const char *a, const char *b, size_t n, bool nocase)
{
	if (!nocase)
		return !memcmp(a, b, n);
	for (size_t i = 0; i < n; i++)
		if (fold(a[i]) != fold(b[i]))
			return false;
	return true;
}

static bool contains(const char *text, size_t len, const struct literal *l,
		     bool nocase)
{
	if (l->len == 0)
		return true;
	if (!nocase)
		return memmem(text, len, l->text, l->len) != NULL;
	char first = fold(l->text[0]);
	for (size_t i = 0; i + l->len <= len; i++)
		if (fold(text[i]) == first &&
		    same_bytes(text + i, l->text, l->len, true))
			return true;
	return false;
}

/*
 * Without recursion: after a mismatch, the last `*` takes one character more.
 * Characters, so that `?` never stands for half of one.
 */
bool clause_glob(const char *pattern, const char *text, bool nocase)
{
	const char *star = NULL, *again = NULL;
	int32_t rune;

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			again = text;
		} else if (*pattern == '?') {
			pattern++;
			text += text_rune(text, &rune);
		} else if (*pattern && same(*pattern, *text, nocase)) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			again += text_rune(again, &rune);
			text = again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

/* As strcmp() does. */
static int order(const char *a, const char *b, bool nocase)
{
	while (*a && same(*a, *b, nocase)) {
		a++;
		b++;
	}
	unsigned char x = (unsigned char)(nocase ? fold(*a) : *a);
	unsigned char y = (unsigned char)(nocase ? fold(*b) : *b);
	return (x > y) - (x < y);
}

/* One text against one literal; CLAUSE_UNEQUAL is the caller's. */
static bool text_one(const struct clause *t, const char *text, size_t len,
		     const struct literal *l)
{
	switch (t->op) {
	case CLAUSE_EQUAL:
	case CLAUSE_UNEQUAL:
	case CLAUSE_IN:
	case CLAUSE_INTERSECTS:
		return len == l->len &&
		       same_bytes(text, l->text, len, t->nocase);
	case CLAUSE_LESS:
		return order(text, l->text, t->nocase) < 0;
	case CLAUSE_LESS_EQUAL:
		return order(text, l->text, t->nocase) <= 0;
	case CLAUSE_GREATER:
		return order(text, l->text, t->nocase) > 0;
	case CLAUSE_GREATER_EQUAL:
		return order(text, l->text, t->nocase) >= 0;
	case CLAUSE_CONTAINS:
	case CLAUSE_WORD:
		return contains(text, len, l, t->nocase);
	case CLAUSE_STARTS:
		return len >= l->len &&
		       same_bytes(text, l->text, l->len, t->nocase);
	case CLAUSE_ENDS:
		return len >= l->len && same_bytes(text + len - l->len, l->text,
						   l->len, t->nocase);
	case CLAUSE_MATCHES:
		return clause_glob(l->text, text, t->nocase);
	case CLAUSE_FUZZY:
		break;
	}
	return false;
}

/* Any of the literals. */
static bool text_any(const struct clause *t, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < t->count; i++)
		if (text_one(t, text, len, &t->literals[i]))
			return true;
	return false;
}

static bool list_any(const struct clause *t, const struct value *v)
{
	for (size_t i = 0; i < v->list_len; i++)
		if (text_any(t, v->list[i]))
			return true;
	return false;
}

/* Is each literal an element? */
static bool intersects(const struct clause *t, const char *const *list,
		       size_t n)
{
	for (size_t i = 0; i < t->count; i++) {
		bool found = false;
		for (size_t k = 0; k < n && !found; k++)
			found = text_one(t, list[k], strlen(list[k]),
					 &t->literals[i]);
		if (!found)
			return false;
	}
	return true;
}

static bool text_match(const struct clause *t, const struct value *v)
{
	if (t->op == CLAUSE_INTERSECTS)
		return v->kind == VALUE_LIST ?
			       intersects(t, v->list, v->list_len) :
			       intersects(t, &v->text, 1);
	bool any = v->kind == VALUE_LIST ? list_any(t, v) :
					   text_any(t, v->text);
	return any != (t->op == CLAUSE_UNEQUAL);
}

static bool number_match(const struct clause *t, uint64_t n)
{
	const struct literal *l = t->literals;
	bool inside = false;

	switch (t->op) {
	case CLAUSE_LESS:
		return n < l->low;
	case CLAUSE_LESS_EQUAL:
		return n <= l->high;
	case CLAUSE_GREATER:
		return n > l->high;
	case CLAUSE_GREATER_EQUAL:
		return n >= l->low;
	default:
		break;
	}
	for (size_t i = 0; i < t->count && !inside; i++)
		inside = n >= l[i].low && n <= l[i].high;
	return inside != (t->op == CLAUSE_UNEQUAL);
}

static bool in_network(const struct address *a, const struct literal *net)
{
	unsigned whole = net->prefix / 8, rest = net->prefix % 8;

	if (a->family != net->address.family ||
	    memcmp(a->bytes, net->address.bytes, whole))
		return false;
	unsigned mask = 0xff00u >> rest & 0xff;
	return !rest || (a->bytes[whole] & mask) == net->address.bytes[whole];
}

static bool address_match(const struct clause *t, const struct address *a)
{
	const struct address *b = &t->literals[0].address;
	bool inside = false;

	if (t->op >= CLAUSE_LESS && t->op <= CLAUSE_GREATER_EQUAL) {
		if (a->family != b->family)
			return false;
		int sign = memcmp(a->bytes, b->bytes, sizeof(a->bytes));
		return t->op == CLAUSE_LESS	? sign < 0 :
		       t->op == CLAUSE_LESS_EQUAL ? sign <= 0 :
		       t->op == CLAUSE_GREATER	? sign > 0 :
						  sign >= 0;
	}
	for (size_t i = 0; i < t->count && !inside; i++)
		inside = in_network(a, &t->literals[i]);
	return inside != (t->op == CLAUSE_UNEQUAL);
}

/* What a bare word looks into; addresses only when it could be part of one. */
static bool word_match(const struct clause *t, const struct row *row,
		       struct value *v)
{
	int k = __builtin_ctz(row->kind);
	size_t count = t->words->kind[k].count;
	const uint8_t *list = t->words->kind[k].field;
	char address[ADDRESS_TEXT];

	for (size_t i = 0; i < count; i++) {
		const struct field *f = &fields[list[i]];
		bool is_address = f->kind == VALUE_ADDRESS;
		if ((is_address && !t->literals->in_address) || !f->get(row, v))
			continue;
		if (is_address) {
			address_text(&v->address, address);
			if (text_any(t, address))
				return true;
		} else if (text_match(t, v)) {
			return true;
		}
	}
	return false;
}

bool clause_match(const struct clause *t, const struct row *row,
		struct value *scratch)
{
	if (t->op == CLAUSE_WORD)
		return word_match(t, row, scratch);
	if (!field_get(t->field, row, scratch))
		return false;
	switch (scratch->kind) {
	case VALUE_BOOL:
	case VALUE_NUMBER:
	case VALUE_SIZE:
	case VALUE_DURATION:
		return number_match(t, scratch->number);
	case VALUE_TIME:
		return number_match(t, row->model ? model_wall(row->model,
							       scratch->number) :
						    scratch->number);
	case VALUE_TEXT:
	case VALUE_LIST:
		return text_match(t, scratch);
	case VALUE_ADDRESS:
		return address_match(t, &scratch->address);
	case VALUE_NONE:
		break;
	}
	return false;
}
