/* SPDX-License-Identifier: MIT */
/* Files that are inside the program, so that it also works uninstalled. */
#ifndef NX_BUILTIN_H
#define NX_BUILTIN_H

#include <stddef.h>

struct builtin {
	const char *name; /* "dark.theme", "demo.pcapng" */
	const char *data; /* not NUL-terminated */
	const char *end;
};

extern const struct builtin builtins[];
extern const size_t builtins_count;

const struct builtin *builtin_find(const char *name); /* NULL: no such file */

#endif
