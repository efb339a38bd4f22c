#!/bin/sh
# SPDX-License-Identifier: MIT
# Can clang make fuzzers here? Else say what is missing, and exit 1.
# In the environment: CLANG.

CLANG=${CLANG:-clang}
program=$(mktemp) || exit 1
trap 'rm -f "$program"' EXIT
why=$(echo 'int LLVMFuzzerTestOneInput(const char *p, unsigned long n)
	{ return p && n > 0 ? 0 : 0; }' |
	"$CLANG" -fsanitize=fuzzer,address,undefined -x c - -o "$program" 2>&1) &&
	exit 0
version=$("$CLANG" -dumpversion 2>/dev/null | sed 's/\..*//')
{
	echo "no fuzzing: $CLANG cannot link with its fuzzer's runtime:"
	echo "$why" | tail -1
	echo "On Debian and Ubuntu: apt-get install libclang-rt-${version:-N}-dev"
} >&2
exit 1
