# SPDX-License-Identifier: MIT
# Sockets that were open before the explorer came: they are on the list at
# once, and what they say, later or at that moment, has its process.
. "$(dirname "$0")/lib.sh"

serving "$traffic/server" 127.0.0.1 5000; server=$spawned
serving "$traffic/server" -f :: 5001
serving "$traffic/sink" 127.0.0.1 7000; sink=$spawned
serving "$traffic/dnsd" 127.0.0.1 53
# They connect now and speak when a line comes. The pipes are opened both ways,
# for which nobody need be at the other end.
mkfifo "$work/1" "$work/2" "$work/3"
exec 3<> "$work/1" 4<> "$work/2" 5<> "$work/3"
spawn "$traffic/client" -w 127.0.0.1 5000 <&3
spawn "$traffic/client" -w ::1 5001 <&4
spawn "$traffic/client" -w -c 127.0.0.1 5001 <&5
wait_for 5 roles connected 3

explore --cgroup "$cg" || done_testing
dump
echo >&3; echo >&4; echo >&5
inside "$traffic/flood" -n 20 -r 1000 127.0.0.1 7000 >/dev/null
inside "$traffic/ask" 127.0.0.1 53 host.test
wait_for 5 roles server 3
wait_for 5 roles child 1
kill -TERM "$sink"
wait_for 5 roles receiver 1
dumped
explored
check_lossless

score=$(lines 'score(packets("net_packet_tcp", "net_packet_udp"))')
note "packets $score"
check "no packet has the wrong process or none" '[0,0,null]' \
	"$(printf %s "$score" | jq -c '[.wrong, .unknown, .foreign]')"
check "nothing is unknown" 0 "$(document .counters.unattributed.unknown)"
for dir in egress ingress; do
	check "$dir: as many as tcpdump saw" \
		"$(tcpdump -nn -r "$work/dump.pcap" '(tcp or udp) and
		not portrange 60001-60003' 2>/dev/null | wc -l)" \
		"$(lines '[packets("net_packet_tcp", "net_packet_udp")
			| select(.dir == "'$dir'")] | length')"
done
# One was handed to a child, which then is its process.
check "existing connections are rows, with their processes" '[]' "$(document '
	[$truth[] | select(.role == "client" or .role == "child")
	 | "\(.pid) \(.lport) \(.rport)"]
	- [rows("flows") | select(.direction == "outgoing")
	   | "\(.who.pid) \(.src_port) \(.dst_port)"]')"
check "listeners are rows, with their process" "[[$server,5000,\"listening\"]]" \
	"$(document '[rows("flows") | select(.who.pid == '$server'
		and .state == "listening") | [.who.pid, .src_port + .dst_port, .state]]')"

# It starts in the middle of everything, three times.
spawn "$traffic/busy" -t 200 -u 50 -r 5 127.0.0.1 9000
wait_for 20 roles busy 2 || check "200 connections and 50 UDP sockets are busy" yes no
for k in 1 2 3; do
	events=net_packet_udp explore --cgroup "$cg" || break
	sleep 1
	explored
	check_lossless
	check "start $k amid 250 busy sockets: no packet without its process" \
		'[0,true]' "$(document '[.counters.unattributed.unknown,
			.counters.packets > 1000]')"
	note "start $k amid 250 busy sockets: $(document '
		"\(.counters.packets) packets, \(.counters.unattributed.unknown) without a process"')"
done
kill "$spawned"
done_testing
