/* SPDX-License-Identifier: MIT */
#include "tui/builtin.h"

#include <string.h>

/*
 * The assembler copies the file; its path is from the root of the sources, or
 * of the build for what is made there.
 */
#define INCLUDE_FILE(symbol, path)                            \
	__asm__(".pushsection .rodata\n"                      \
		".globl " #symbol ", " #symbol "_end\n"       \
		".hidden " #symbol ", " #symbol "_end\n"      \
		#symbol ": .incbin \"" path "\"\n"            \
		#symbol "_end: .byte 0\n"                     \
		".popsection\n");                             \
	extern const char symbol[], symbol##_end[]

INCLUDE_FILE(builtin_dark, "themes/dark.theme");
INCLUDE_FILE(builtin_light, "themes/light.theme");
INCLUDE_FILE(builtin_mono, "themes/mono.theme");
INCLUDE_FILE(builtin_demo, "demo.pcapng"); /* tests/demo/demo.c */

const struct builtin builtins[] = {
	{ "dark.theme", builtin_dark, builtin_dark_end },
	{ "light.theme", builtin_light, builtin_light_end },
	{ "mono.theme", builtin_mono, builtin_mono_end },
	{ "demo.pcapng", builtin_demo, builtin_demo_end },
};
const size_t builtins_count = sizeof(builtins) / sizeof(builtins[0]);

const struct builtin *builtin_find(const char *name)
{
	for (size_t i = 0; i < builtins_count; i++)
		if (strcmp(builtins[i].name, name) == 0)
			return &builtins[i];
	return NULL;
}
