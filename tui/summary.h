/* SPDX-License-Identifier: MIT */
/* What is said on standard error when the program ends, in whatever way: every counter of loss. */
#ifndef NX_SUMMARY_H
#define NX_SUMMARY_H

#include "tui/run.h"

/* One call a line. */
void summary_lines(const struct run *r, void (*line)(void *ctx, const char *text), void *ctx);

#endif
