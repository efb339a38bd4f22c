/* SPDX-License-Identifier: MIT */
/*
 * The rows below a query: the lines of its way (dnsway.h), then the records of
 * its answer, each as deep as it is steps along the CNAMEs.
 */
#ifndef NX_DNSROWS_H
#define NX_DNSROWS_H

#include "core/dnsway.h"
#include "core/filter.h"

struct dnsrows {
	const struct row *query;
	const struct filter *below;
	struct dnsway way[DNSWAY_MAX];
	const char *chain[DNS_CHAIN_MAX];
	size_t lines, steps, next_line, next_record;
};

/* What decides on records, where these do; NULL: all of a query are shown. */
const struct filter *dnsrows_filter(const struct filter *f);
/* Has it a row below it that is to be shown? below: as above. */
bool dnsrows_any(const struct row *query, const struct filter *below);
/* One after the other; query must stay as it is meanwhile. */
void dnsrows_begin(struct dnsrows *d, const struct row *query,
		   const struct filter *below);
bool dnsrows_next(struct dnsrows *d, struct row *out);

#endif
