# SPDX-License-Identifier: MIT
# Packets of our own captures through the kernel's programs, by
# BPF_PROG_TEST_RUN: they are printed as the same packets from a file are. And
# a million of them that nobody reads meanwhile: each is delivered or counted.
. "$(dirname "$0")/lib.sh"

# What a file cannot know, or a packet without a network has not: the process,
# the socket, the time, the direction, and, for what comes in twice within a
# moment, that the kernel may have handed one packet to two sockets.
same='del(.timestamp, .threadStartTime, .processorId, .processId, .cgroupId,
	.threadId, .parentProcessId, .hostProcessId, .hostThreadId,
	.hostParentProcessId, .userId, .mountNamespace, .pidNamespace,
	.processName, .executable, .hostName, .containerId, .container,
	.threadEntityId, .processEntityId, .parentEntityId)
	| del(.netexplore | .direction, .iface, .netns, .cookie, .attribution,
	  .copy)
	| del(.args[] | select(.name == "metadata") | .value.iface)'

# compare SNAP FIELD [WITH]: cases with so much of each packet kept, but a
# field; only those whose lines have the text WITH.
compare()
{
	"$traffic/testrun" cases "$cg" "$work" "$1" 2> "$work/cases"
	check "$1: every packet that goes in comes out, and none is refused" 0 $?
	cases=0 lines=0
	while read -r case fed of all; do
		[ "$fed" -gt 0 ] || continue # cut packets exist in files only
		grep -q "${3:-}" "$work/$case.ingress" || continue
		"$nx" -r "$work/$case.pcap" -o json 2> "$work/$case.err" |
			jq -c "$same | del($2)" > "$work/$case.file"
		for way in ingress egress; do
			jq -c "$same | del($2)" "$work/$case.$way" \
				> "$work/$case.kernel"
			check "$1: $case, $way: $fed $of $all packets as from the file" \
				"" "$(diff "$work/$case.file" \
				"$work/$case.kernel" | head -4)"
			lines=$((lines + $(wc -l < "$work/$case.kernel")))
		done
		cases=$((cases + 1))
	done < "$work/cases"
	check "$1: nearly all packets of nearly all captures" true "$(
		awk '{ fed += $2; all += $4; some += $2 > 0 } END {
			good = fed >= 250 && fed >= .9 * all && some >= NR - 1
			print (good ? "true" : fed " of " all " in " some " of " NR)
			}' "$work/cases")"
	note "snap $1: $cases captures, $lines lines compared, in and out"
}
# By default what is in a tunnel is not kept whole.
compare 128 .netexplore.inner
compare 4096 .none '"inner"'

# flood LABEL BYTES PACKETS LOST: LOST is the least that must be lost.
flood()
{
	set -- "$1" "$3" "$4" "$("$traffic/testrun" flood "$cg" "$3" "$2")"
	note "ring of $1: produced, delivered, lost, seen: $4"
	check "ring of $1: of $2 each is delivered or lost, to the last one" \
		"$2 true true true" "$(echo "$4" | awk -v least="$3" '{
		split("false true", is, " ")
		print $1, is[($2 + $3 == $1) + 1], is[($2 == $4) + 1],
			is[($3 >= least && $2 > 0) + 1] }')"
}
flood "64 KiB" 65536 1000000 900000
flood "16 MiB" 16777216 1000000 500000
flood "32 MiB" 33554432 100000 0
done_testing
