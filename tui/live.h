/* SPDX-License-Identifier: MIT */
/* Live capture: on the screen, or as lines and files without one. */
#ifndef NX_LIVE_H
#define NX_LIVE_H

#include <stdbool.h>

#include "core/option.h"

/* The exit status; what went wrong and the summary have been told on standard error. */
int live_run(const struct options *o, bool screen);
/* --probe: print what there is for it. RUN_GOOD when live capture works. */
int live_probe(const struct options *o);

#endif
