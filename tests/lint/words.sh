#!/bin/sh
# SPDX-License-Identifier: MIT
# The house rules that a search can check (CONTRIBUTING.md). One line for each
# place that breaks one, and the count of rules at the end.
# shellcheck disable=SC2046,SC2086 # lists of files are words

cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0

# rule WHY FOUND: what was found breaks it.
rule()
{
	if [ -z "$2" ]; then
		passed=$((passed + 1))
	else
		printf '%s\n' "$2" | sed "s|^|$1: |"
		failed=$((failed + 1))
	fi
}

# The files of a pattern that are there.
files()
{
	for file in "$@"; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# search PATTERN FILE...
search()
{
	pattern=$1
	shift
	grep -EnH "$pattern" /dev/null "$@"
}

# but PATTERN: the files of the standard input whose name is another.
but()
{
	grep -vE "$1"
}

c=$(files core/*.[ch] tui/*.[ch] bpf/*.[ch])
core=$(files core/*.[ch])
all_c="$c $(files tests/*.[ch] tests/*/*.[ch])"
sh=$(files tests/*/*.sh .make/*.sh .ci/run)
all="$all_c $sh $(files Makefile *.md man/*.1 themes/* tests/cases/*/about)"

long_files()
{
	for f in $c; do
		n=$(wc -l < "$f")
		[ "$n" -le 500 ] || echo "$f: $n lines"
	done
}

long_functions()
{
	awk 'FNR == 1 { start = 0 }
		/^{/ { start = FNR }
		/^}/ && start {
			if (FNR - start > 60)
				printf "%s:%d: %d lines\n", FILENAME, start,
				       FNR - start
			start = 0
		}' $c
}

no_licence()
{
	for f in $all_c $sh; do
		head -2 "$f" | grep -q SPDX-License-Identifier || echo "$f"
	done
}

no_guard()
{
	for f in $(files core/*.h tui/*.h bpf/*.h); do
		guard="NX_$(basename "$f" .h | tr 'a-z.' 'A-Z_')_H"
		grep -q "^#ifndef $guard$" "$f" &&
			grep -q "^#define $guard$" "$f" || echo "$f: $guard"
	done
}

# The function's prefix is its file's name: no two files of one name.
same_names()
{
	for f in $(files core/*.[ch] tui/*.[ch] bpf/*.[ch]); do
		echo "${f##*/}"
	done | sort | uniq -d
}

rule 'banned function' "$(search \
	'\b(strcpy|strcat|strncpy|sprintf|vsprintf|strtok|gets|atoi|alloca|localtime)[[:space:]]*\(' \
	$all_c)"
rule 'prints outside tui/main.c and tui/lines.c' "$(search \
	'\b(printf|puts|putchar|vprintf)\(' \
	$(echo "$c" | but '^tui/(main|lines)\.c$'))"
rule 'puts text into a window outside tui/draw.c' "$(search \
	'\b(mv)?w?(addn?w?str|add_?w?n?(ch|str)|printw|ins_?n?w?str|[hv]line|border|box)\(' \
	$(echo "$c" | but '^tui/draw\.c$'))"
rule 'core has no clock, no environment, and opens nothing' "$(search \
	'\b(clock_gettime|gettimeofday|time|getenv|isatty|open|socket)\(' $core)"
rule 'a note without the number of an issue' "$(search \
	'\b(TODO|FIXME|XXX|HACK)\b' $all | but 'TODO\(#[0-9]+\)|tests/lint/words\.sh')"
rule 'a path of one machine' "$(search '/(work|farm)/|/home/[a-z]|/tmp/nx/' $all |
	but 'tests/lint/words\.sh')"
rule 'space at the end of a line' "$(search '[[:space:]]+$' $all_c $sh Makefile)"
rule 'spaces where a tab belongs' "$(search '^	* {8}' $all_c)"
rule 'goto to something else than clean-up' "$(search '\bgoto[[:space:]]' $c |
	but 'goto (fail|out|done)[a-z_]*;')"
rule 'typedef of a struct' "$(search '\btypedef struct' \
	$(echo "$all_c" | but '^bpf/kernel\.h$'))"
rule 'comment of the wrong kind' "$(search '(^|[^:"])//' $all_c |
	but '"[^"]*//[^"]*"|/\*.*//|^[^:]*:[0-9]+: \*')"
rule 'no licence in the first lines' "$(no_licence)"
rule 'no guard of its own' "$(no_guard)"
rule 'more than 500 lines are two modules' "$(long_files)"
rule 'a function fits a screen of 60 lines' "$(long_functions)"
rule 'two files of one name' "$(same_names)"

echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
