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

events=net_packet_udp
for how in "" -l; do
	explore --cgroup "$cg" || done_testing
	took=$(inside "$traffic/storm" $how -n 40000 -r 20000 6000)
	wait_for 10 settled
	explored
	note "${how:-close}: $took"
	# The document is long: read it once.
	document '{ counters, flows: (.flows | length),
		states: ([.flows[].state | select(. != "closed"
			and . != "reset" and . != "listening")] | unique),
		who: ([rows("flows") | .who.name] | unique) }' > "$work/brief"
	doc=$work/brief
	check_lossless
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
