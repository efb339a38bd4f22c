#!/bin/sh
# SPDX-License-Identifier: MIT
# The live tests: run.sh [NAME...]. Each runs the real program against the
# real kernel, in a network namespace of its own. One line at the end says how
# many checks passed, failed and were skipped; V=1 prints those that passed.
#
# Exit status: 0, 1 when a check failed, 77 when nothing could be tested
# (they need root). With CI=true what is skipped counts as failed.

cd "${TESTS:-$(dirname "$0")}" || exit 1
[ $# -gt 0 ] || set -- testrun equal tcp torture ping icmp dns resolver events before workers netns leave full parents container uid leftover probe optmem environ carry storm flood
passed=0 failed=0 skipped=0
began=$(date +%s)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM HUP

for test in "$@"; do
	timeout --foreground "${TEST_SECONDS:-600}" sh "./$test.sh" > "$log" 2>&1
	status=$?
	passed=$((passed + $(grep -c '^ok - ' "$log")))
	skipped=$((skipped + $(grep -c '^skip - ' "$log")))
	bad=$(grep -c '^not ok - ' "$log")
	if [ $status != 0 ] && [ $status != 77 ] && [ "$bad" = 0 ]; then
		echo "not ok - $test: status $status" >> "$log"
		bad=1
	fi
	failed=$((failed + bad))
	if [ -n "${V:-}" ]; then
		cat "$log"
	else
		grep -v '^ok - ' "$log"
	fi
done
[ "${CI:-}" != true ] || failed=$((failed + skipped))

echo "note - all of it: $(($(date +%s) - began)) s"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] || exit 1
[ $passed -gt 0 ] || exit 77
