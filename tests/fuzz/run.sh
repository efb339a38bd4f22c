#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD TIME RUNS [NAME...]: each fuzz target, or those named, for TIME
# seconds (0: no end) or RUNS executions (-1: no end), from its seeds and from
# what earlier runs found worth keeping (BUILD/corpus). One line for each; what
# breaks a property stays in BUILD/found.

build=$1 time=$2 runs=$3
shift 3
passed=0 failed=0

# stat NAME FILE: a number that libFuzzer printed at its end.
stat()
{
	sed -n "s/^stat::$1: *//p" "$2" | tail -1
}

# Each input gets a model of its own: what was freed need not be kept long, nor
# where it was; what is found is run again with more. Without its scales
# (-entropic) the search takes three quarters of the time.
ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=1
export ASAN_OPTIONS
mkdir -p "$build/found"
for target in "$build"/tests/fuzz/fuzz_*; do
	[ -x "$target" ] && [ "${target%.*}" = "$target" ] || continue
	name=${target##*/fuzz_} log=$target.log
	case " ${*:-$name} " in
	*" $name "*) ;;
	*) continue ;;
	esac
	mkdir -p "$build/corpus/$name"
	if "$target" -max_total_time="$time" -runs="$runs" -timeout=30 -rss_limit_mb=1024 \
		-max_len=4096 -len_control=20 -entropic=0 -print_final_stats=1 \
		-artifact_prefix="$build/found/$name-" \
		"$build/corpus/$name" "tests/fuzz/seeds/$name" \
		>"$log" 2>&1; then
		passed=$((passed + 1))
		echo "$name: $(stat number_of_executed_units "$log") executions," \
			"$(stat average_exec_per_sec "$log") each second"
	else
		failed=$((failed + 1))
		tail -60 "$log"
		echo "$name: failed; see $log"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
