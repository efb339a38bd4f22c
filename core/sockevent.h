/* SPDX-License-Identifier: MIT */
/* What happens to sockets as event lines: connections (events.md section 3) and what Fibratus tells (section 5). */
#ifndef NX_SOCKEVENT_H
#define NX_SOCKEVENT_H

#include "core/filter.h"
#include "core/happen.h"
#include "core/model.h"

#define SOCKEVENT_MAX 16384 /* bytes of a line, at most */

/*
 * Print what happened, if the bits (tracee.h) and the filter choose it, as one
 * JSON object. Returns its length without a newline; 0: not chosen. buf: of
 * SOCKEVENT_MAX bytes.
 */
size_t sockevent_print(const struct model *m, const struct happening *h,
		       uint32_t bits, const struct filter *f,
		       const char *host, char buf[SOCKEVENT_MAX]);

#endif
