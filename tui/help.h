/* SPDX-License-Identifier: MIT */
/* The help: keys from the command table, words from where they are made. */
#ifndef NX_HELP_H
#define NX_HELP_H

#include "tui/page.h"

/* Write it. missing: what this kernel lacks, NULL-terminated; may be NULL. */
void help_write(struct page *p, const char *const *missing);

#endif
