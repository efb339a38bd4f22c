/* SPDX-License-Identifier: MIT */
/*
 * A record is its head, its name with NUL (none when it is the question's) and
 * its data with NUL. Behind all of them lie their offsets, two bytes each. All
 * is copied in and out, so nothing needs to be aligned.
 */
#include "core/dnspack.h"

#include <string.h>
#include <strings.h>

struct record_head {
	uint32_t ttl;
	uint16_t type;
	uint8_t section;
	uint8_t same_name; /* as the question */
};

#define FACTOR 10
#define EXTRA 1024

void dnspack_begin(struct dnspack *d, size_t message_len)
{
	_Static_assert(sizeof(struct record_head) == 8, "padding");
	d->len = 0;
	d->count = d->missing = 0;
	d->limit = message_len < (DNSPACK_MAX - EXTRA) / FACTOR ?
			   message_len * FACTOR + EXTRA :
			   DNSPACK_MAX;
}

void dnspack_again(struct dnspack *d, const struct dns_node *n)
{
	size_t offsets = n->answer_count * sizeof(*d->offset);

	if (!n->answers)
		return;
	d->count = n->answer_count;
	d->len = n->answers_len - offsets;
	memcpy(d->bytes, n->answers, d->len);
	memcpy(d->offset, n->answers + d->len, offsets);
	d->limit = d->limit + n->answers_len < DNSPACK_MAX ?
			   d->limit + n->answers_len :
			   DNSPACK_MAX;
}

void dnspack_add(struct dnspack *d, const char *question,
		 const struct dns_answer *record)
{
	struct record_head head = {
		.ttl = record->ttl,
		.type = record->type,
		.section = record->section,
		.same_name = strcmp(record->name, question) == 0,
	};
	size_t name = head.same_name ? 0 : strlen(record->name) + 1;
	size_t data = strlen(record->data) + 1;
	size_t offsets = (d->count + 1u) * sizeof(*d->offset);

	if (d->len + sizeof(head) + name + data + offsets > d->limit) {
		if (d->missing < UINT16_MAX)
			d->missing++;
		return;
	}
	d->offset[d->count++] = (uint16_t)d->len;
	memcpy(d->bytes + d->len, &head, sizeof(head));
	d->len += sizeof(head);
	memcpy(d->bytes + d->len, record->name, name);
	d->len += name;
	memcpy(d->bytes + d->len, record->data, data);
	d->len += data;
}

void dnspack_end(struct dnspack *d)
{
	size_t offsets = d->count * sizeof(*d->offset);

	memcpy(d->bytes + d->len, d->offset, offsets);
	d->len += offsets;
}

bool dnstree_answer(const struct dns_node *n, size_t i, struct dns_answer *out)
{
	struct record_head head;
	uint16_t offset;

	if (!n->answers || i >= n->answer_count)
		return false;
	memcpy(&offset,
	       n->answers + n->answers_len -
		       (n->answer_count - i) * sizeof(offset),
	       sizeof(offset));
	memcpy(&head, n->answers + offset, sizeof(head));
	const char *text = n->answers + offset + sizeof(head);

	out->type = head.type;
	out->section = head.section;
	out->ttl = head.ttl;
	out->name = head.same_name ? n->name : text;
	out->data = head.same_name ? text : text + strlen(text) + 1;
	return true;
}

/* Records are in no certain order; each step looks at all of them. */
static const char *canonical(const struct dns_node *n, const char *name)
{
	struct dns_answer a;

	for (size_t i = 0; dnstree_answer(n, i, &a); i++)
		if (a.type == DNS_CNAME && a.section == DNS_ANSWER &&
		    strcasecmp(a.name, name) == 0)
			return a.data;
	return NULL;
}

size_t dnstree_chain(const struct dns_node *n, const char *out[DNS_CHAIN_MAX])
{
	size_t count = 1;

	out[0] = n->name;
	while (count < DNS_CHAIN_MAX) {
		const char *next = canonical(n, out[count - 1]);

		if (!next || dnstree_step(out, count, next) ||
		    strcasecmp(next, out[0]) == 0)
			break; /* the end, or a circle */
		out[count++] = next;
	}
	return count;
}

size_t dnstree_step(const char *const chain[], size_t n, const char *name)
{
	while (n > 1 && strcasecmp(chain[n - 1], name) != 0)
		n--;
	return n ? n - 1 : 0;
}
