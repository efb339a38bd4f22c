# SPDX-License-Identifier: MIT
# 40,000 connections in two seconds: nothing is lost, each end's handshake is
# counted once, and the table that is too small for them says so.
. "$(dirname "$0")/lib.sh"

table=65536

# TIME_WAIT and LISTEN are all that is left: the kernel has done its part.
settled()
{
	! awk 'NR > 1 && $4 != "06" && $4 != "0A" { found = 1 }
		END { exit !found }' /proc/net/tcp
}

# Runs of its tracing programs that the kernel left out, but for those of the
# pair that stand in for each other.
left_out()
{
	cat /proc/"$nx_pid"/fdinfo/* | awk '$1 == "prog_id:" { print $2 }' |
		sort -u > "$work/ids"
	bpftool -j prog show | jq --rawfile ids "$work/ids" '[.[] |
		select(.id as $id | $ids | split("\n") |
			index([$id | tostring])) |
		select(.type == "tracing" and
			(.name | startswith("nx_state") | not)) |
		.recursion_misses // 0] | add'
}

events=net_packet_udp
for how in "" -l; do
	explore --cgroup "$cg" || done_testing
	took=$(inside "$traffic/storm" $how -n 40000 -r 20000 6000)
	wait_for 10 settled
	missed=$(left_out)
	explored
	note "${how:-close}: $took"
	# The document is long: read it once.
	document '{ counters, flows: (.flows | length),
		states: ([.flows[].state | select(. != "closed"
			and . != "reset" and . != "listening")] | unique),
		who: ([rows("flows") | .who.name] | unique) }' > "$work/brief"
	doc=$work/brief
	check_lossless
	check "${how:-close}: what the kernel left out is counted" "$missed" \
		"$(document .counters.lost.missed_runs)"
	check "${how:-close}: 80,000 begun, 80,000 handshakes, 80,000 ended" \
		'[80000,80000,80000]' "$(document '.counters.tcp |
		[.begun, .handshakes, .ended + .reset]')"
	check "${how:-close}: nothing refused or unanswered" '[0,0]' \
		"$(document '.counters.tcp | [.refused, .unanswered]')"
	# The listener has a row too.
	check "${how:-close}: evicted = made - table" 80001 \
		"$(document '.counters.lost.evicted_flows + .flows')"
	check "${how:-close}: the table is full" $table "$(document .flows)"
	check "${how:-close}: no flow is open that is not" '[]' \
		"$(document .states)"
	check "${how:-close}: each flow has its process" '["storm"]' \
		"$(document .who)"
done
done_testing
