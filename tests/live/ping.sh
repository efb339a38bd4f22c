# SPDX-License-Identifier: MIT
# Pings over IPv4 and IPv6, alone and two at once, whose raw sockets each get
# the other's replies too.
. "$(dirname "$0")/lib.sh"

# Smaller than the big ping, so that it is cut and put together again.
ip link set lo mtu 1500
# Of all that this machine does, only what happens here.
explore "net.netns=$netns" || done_testing
spawn ping -q -c 3 -i 0.1 127.0.0.1 > "$work/said"; alone4=$spawned
wait "$spawned"
spawn ping -q -c 3 -i 0.1 ::1 > "$work/said"; alone6=$spawned
wait "$spawned"
spawn ping -q -c 3 -i 0.3 127.0.0.2 > "$work/said"; first=$spawned
spawn ping -q -c 3 -i 0.3 127.0.0.2 > "$work/said"; second=$spawned
wait "$first" "$second"
spawn ping -6 -q -c 3 -i 0.3 ::1 > "$work/said"; first6=$spawned
spawn ping -6 -q -c 3 -i 0.3 ::1 > "$work/said"; second6=$spawned
wait "$first6" "$second6"
inside ping -q -c 1 -s 4000 127.0.0.3 > "$work/said"
inside ping -q -c 1 -W 0.2 -I lo 192.0.2.1 > "$work/said" 2>&1
explored
check_lossless

# pid, requests out, replies in, replies that were another's.
echoes='[packets($event)]
	| def n(f): map(select(f)) | length;
	group_by(.pid) | map({ ("\(.[0].pid)"): [
		n(.dir == "egress" and (.head.typeCode | startswith("EchoRequest"))),
		n(.dir == "ingress" and (.head.typeCode | startswith("EchoReply"))
			and (.copy | not)),
		n(.copy)] }) | add // {}'
v4=$(lines '"net_packet_icmp" as $event | '"$echoes")
v6=$(lines '"net_packet_icmpv6" as $event | '"$echoes")
check "ping -c 3: three out, three in" '[3,3,0]' \
	"$(printf %s "$v4" | jq -c ".[\"$alone4\"]")"
check "ping -6 -c 3: three out, three in" '[3,3,0]' \
	"$(printf %s "$v6" | jq -c ".[\"$alone6\"]")"
# One opens its socket a moment later and may miss replies to the other.
both='[.["'$first'"] // .["'$first6'"], .["'$second'"] // .["'$second6'"]]
	| map(.[:2] + [.[2] >= 1 and .[2] <= 3])'
check "two pings at once: the other's replies are copies" \
	'[[3,3,true],[3,3,true]]' "$(printf %s "$v4" | jq -c "$both")"
check "two pings at once over IPv6" \
	'[[3,3,true],[3,3,true]]' "$(printf %s "$v6" | jq -c "$both")"
check "the kernel's replies are the kernel's" '["kernel"]' "$(lines '
	[packets("net_packet_icmp") | select(.dir == "egress"
		and (.head.typeCode | startswith("EchoReply"))) | .how] | unique')"
check "all else is ping's, with this test as its parent" \
	"[[\"ping\",$$,0]]" "$(lines '
	[packets("net_packet_icmp") | select(.pid != 0)
		| [.comm, .ppid, .uid]] | unique')"
check "a ping of 4,000 bytes is one packet each way at each end" 4 "$(lines '
	[packets("net_packet_icmp") | select(.src == "127.0.0.3"
		or .dst == "127.0.0.3")] | length')"

pairs='[rows("icmp") | select(.who.pid == $pid) | .state] | group_by(.)
	| map({ (.[0]): length }) | add // {}'
for pid in $alone4 $alone6 $first $second $first6 $second6; do
	check "the document pairs the pings of $pid" '{"answered":3}' \
		"$(document "$pid as \$pid | $pairs")"
done
check "no reply without a request" '[]' \
	"$(document '[rows("icmp") | select(.state == "orphan")]')"
check "what the kernel answered is set apart" 19 "$(document '
	[rows("icmp") | select(.state == "answered_by_us"
		and (.dst | startswith("127.0.0.") or . == "::1"))] | length')"
check "a ping without a reply" '["unanswered"]' "$(document '
	[rows("icmp") | select(.dst == "192.0.2.1") | .state]')"
check "round trips are as long as a loopback's" true "$(document '
	[rows("icmp") | select(.state == "answered") | .rtt_ns > 0
		and .rtt_ns < 50e6] | all')"

explore --cgroup "$cg" || done_testing
inside ping -q -c 3 -i 0.1 127.0.0.1 > "$work/said"
explored
check "the counters say the same" '[3,3,0]' "$(document '
	.counters.icmp | [.requests, .answered, .unanswered]')"
done_testing
