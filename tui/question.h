/* SPDX-License-Identifier: MIT */
/* What the line at the bottom is asked for: a filter, a file's name. */
#ifndef NX_QUESTION_H
#define NX_QUESTION_H

#include <stddef.h>
#include <time.h>

#include "tui/prompt.h"

extern const struct prompt_use question_filter; /* Tab completes its words */
extern const struct prompt_use question_file;

#define QUESTION_NAME 64
/* A file name to offer: "netexplore-20240131-235959.json". */
void question_file_name(char name[QUESTION_NAME], time_t now);

#endif
