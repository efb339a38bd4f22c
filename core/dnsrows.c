/* SPDX-License-Identifier: MIT */
#include "core/dnsrows.h"

const struct filter *dnsrows_filter(const struct filter *f)
{
	return filter_asks(f, ROW_ANSWER, ROW_DNS) ? f : NULL;
}

static struct row row_below(const struct row *query, enum row_kind kind,
			    size_t child, size_t deeper)
{
	struct row row = *query;

	row.kind = kind;
	row.depth = (uint8_t)(2 + deeper);
	row.child = (uint32_t)child;
	row.open = row.has_children = false;
	return row;
}

/* Record i of the query, if there is one and it is to be shown. */
static bool answer_row(const struct row *query, size_t i,
		       const struct filter *below, struct dns_answer *a,
		       struct row *out)
{
	if (!dnstree_answer(query->dns, i, a))
		return false;
	*out = row_below(query, ROW_ANSWER, i, 0);
	return !below || filter_match(below, out);
}

bool dnsrows_any(const struct row *query, const struct filter *below)
{
	struct dnsway way[DNSWAY_MAX];
	struct dns_answer a;
	struct row row;

	for (size_t i = 0; i < query->dns->answer_count; i++)
		if (answer_row(query, i, below, &a, &row))
			return true;
	return !below && dnsway_lines(query->model, query->dns, way);
}

void dnsrows_begin(struct dnsrows *d, const struct row *query,
		   const struct filter *below)
{
	d->query = query;
	d->below = below;
	d->lines = below ? 0 : dnsway_lines(query->model, query->dns, d->way);
	d->steps = dnstree_chain(query->dns, d->chain);
	d->next_line = d->next_record = 0;
}

bool dnsrows_next(struct dnsrows *d, struct row *out)
{
	struct dns_answer a;

	if (d->next_line < d->lines) {
		*out = row_below(d->query, ROW_LINK, d->next_line,
				 d->way[d->next_line].level);
		d->next_line++;
		return true;
	}
	while (d->next_record < d->query->dns->answer_count) {
		if (!answer_row(d->query, d->next_record++, d->below, &a, out))
			continue;
		/* Among some of them the way is not to be seen. */
		if (!d->below && a.section == DNS_ANSWER && a.name)
			out->depth += (uint8_t)dnstree_step(d->chain, d->steps,
							    a.name);
		return true;
	}
	return false;
}
