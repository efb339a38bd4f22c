/* SPDX-License-Identifier: MIT */
/* All that is known of one row: how it went, then every field it has. */
#ifndef NX_DETAIL_H
#define NX_DETAIL_H

#include "tui/cell.h"
#include "tui/page.h"

/* One line for the frame. */
void detail_title(const struct row *row, char text[CELL_TEXT]);
void detail_write(struct page *p, const struct row *row);

#endif
