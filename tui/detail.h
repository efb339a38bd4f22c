/* SPDX-License-Identifier: MIT */
/* All that is known of one row: how it went, then every field it has. */
#ifndef NX_DETAIL_H
#define NX_DETAIL_H

#include "tui/cell.h"
#include "tui/page.h"

/* One line for the frame. */
void detail_title(const struct row *row, char text[CELL_TEXT]);
void detail_write(struct page *p, const struct row *row);

/* For the parts of this module: a line "name  text", and where the text begins. */
#define DETAIL_VALUE_X 16
void detail_fact(struct page *p, const char *name, const char *text,
		 enum role role);
/* The last ICMP error about a flow or a query. */
void detail_icmp(struct page *p, const struct row *row, uint64_t id);
/* detail_dns.c: the name of where a row goes; a query; the query a row is of. */
void detail_name(struct page *p, const struct row *row);
void detail_dns(struct page *p, const struct row *row);
struct row detail_query(const struct row *row);

#endif
