# SPDX-License-Identifier: MIT
# TCP in every make of server and client: each packet once at each end, with
# the right process, and as many as tcpdump saw.
. "$(dirname "$0")/lib.sh"

# Of all that this machine does, only what happens here.
explore "net.netns=$netns" || done_testing
dump

# Ports below 5100: the hooks see every packet of these, because both ends are
# full sockets until the last one, or a reset ends them.
serving "$traffic/server" 127.0.0.1 5000
serving "$traffic/server" -f 127.0.0.1 5001
serving "$traffic/server" -p 4 127.0.0.1 5002
serving "$traffic/server" -t 127.0.0.1 5003
serving "$traffic/server" -H 127.0.0.1 5004
serving "$traffic/server" -c :: 5005
# The client ends first and its process is gone: TIME_WAIT takes the rest.
serving "$traffic/server" 127.0.0.1 5100

# Each connection has a port of its own: the kernel may take one twice in this
# time, and then the truth of two is one.
client=$traffic/client
inside "$client" -p 20000 -n 20 127.0.0.1 5000
inside "$client" -p 20100 -n 20 -r 127.0.0.1 5000
inside "$client" -p 20000 -f -n 20 127.0.0.1 5001
inside "$client" -p 20000 -f -n 20 127.0.0.1 5002
inside "$client" -p 20000 -t -n 5 127.0.0.1 5003
inside "$client" -p 20000 -f -n 200 127.0.0.1 5004
inside "$client" -p 20000 -f -n 10 ::1 5005
inside "$client" -p 20000 -f -n 10 127.0.0.1 5005
inside "$client" -p 20200 -c -n 5 127.0.0.1 5000
inside "$client" -p 20300 -u 65534 127.0.0.1 5000
inside "$client" -p 20301 -e 65534 127.0.0.1 5000
inside "$client" -s 127.0.0.1 127.0.0.1 5099
# A name that would clear the screen of who prints it as it is.
hostile=$work/$(printf 'x\033[2J\r"\377')
cp "$client" "$hostile"
inside "$hostile" -p 20302 127.0.0.1 5000
inside "$client" -q -l 5 -m "5 ms only" 127.0.0.1 5100
wait_for 5 roles server 314
# Nobody has that address: the wire takes the SYN and that is the end of it.
ip link add nxa type veth peer name nxb
ip address add 10.98.0.1/24 dev nxa
ip link set nxa up
ip link set nxb up
ip neighbour add 10.98.0.9 lladdr 02:00:00:00:00:09 dev nxa
spawn "$client" 10.98.0.9 5198
sent_twice()
{
	[ "$(grep -c '"eventName": *"net_packet_tcp".*"dstPort": *5198\b' "$out")" -ge 2 ]
}
wait_for 5 sent_twice

dumped
explored
check_lossless

check "an event of each layer for each packet" '[true,true]' "$(lines '
	[inputs | select(.netexplore.netns == $ns)
	 | { event: .eventName, packet: .netexplore.packet }]
	| [(map(select(.event == "net_packet_tcp") | .packet)
	    - map(select(.event | startswith("net_packet_ipv")) | .packet) == []),
	   (map("\(.packet) \(.event)") | length == (unique | length))]')"
# The rest is about TCP, flat.
lines 'packets("net_packet_tcp")' > "$work/flat"
out=$work/flat

score=$(lines 'score(inputs | select(.how != "kernel" and .rport != 5198))')
note "packets $score"
check "no packet has the wrong process" 0 "$(printf %s "$score" | jq .wrong)"
check "no packet has no process" 0 "$(printf %s "$score" | jq .unknown)"
check "no packet of another's connection" null "$(printf %s "$score" | jq .foreign)"
check "only a server's packets may come before accept()" '[]' "$(lines '
	($truth | map(select(.role | . == "server")) | map(.lport)) as $served
	| [inputs | select(.how == "inherited")
	   | .lport] - $served')"

# Each end counts for itself: out of the sender and into the receiver.
for dir in egress ingress; do
	lines 'inputs | select(.dir == "'$dir'")
		| "\(.src).\(.sport) \(.dst).\(.dport)"' |
		grep -v '\.5100\>' | grep -vE '\.5(099|198)\>' |
		sort | uniq -c > "$work/$dir"
done
tcpdump -nn -r "$work/dump.pcap" tcp 2>/dev/null |
	awk '{ sub(/:$/, "", $5); print $3, $5 }' |
	grep -v '\.5100\>' | grep -vE '\.5(099|198)\>' |
	sort | uniq -c > "$work/seen"
note "$(awk '{ n += $1 } END { print n }' "$work/seen") packets for tcpdump," \
	"$(awk '{ n += $1 } END { print n }' "$work/egress") out," \
	"$(awk '{ n += $1 } END { print n }' "$work/ingress") in"
check "tcpdump saw all there was" yes \
	"$([ "$(wc -l < "$work/seen")" = 626 ] && echo yes || wc -l < "$work/seen")"
check "packets out equal tcpdump's, connection by connection" "" \
	"$(diff "$work/seen" "$work/egress" | head -5)"
check "packets in equal tcpdump's, connection by connection" "" \
	"$(diff "$work/seen" "$work/ingress" | head -5)"
# The short client.
check "5 ms client: executable" "$client" "$(lines '
	first(inputs
	| select(.dport == 5100 and .dir == "egress") | .exe)')"
check "5 ms client: command line" \
	"$client -q -l 5 -m 5 ms only 127.0.0.1 5100" \
	"$(document 'first(rows("flows") | select(.dst_port == 5100
		and .direction == "outgoing") | .who.cmdline)')"
check "a hostile name is readable, and no more" \
	'["x\\027[2J\\013\"\\255"] 0' "$(lines '[inputs
		| select(.comm | startswith("x")) | .comm] | unique') $(LC_ALL=C \
		grep -c '[[:cntrl:]]' "$work/1.ndjson")"
check "threads: the process gives the name, the thread its id" '[]' "$(lines '
	($truth | map(select(.role == "thread") | .tid)) as $tids
	| [inputs | select(.dport == 5003
	   and .dir == "egress" and .head.PSH == 1)
	   | select(.comm != "client" or ([.tid] - $tids != []))]')"

check "a child that speaks on its parent's socket is who sends" '[]' \
	"$(lines '
	($truth | map(select(.role == "child")) | table(ends_at)) as $children
	| [inputs | select(.dir == "egress" and .head.PSH == 1)
	   | select($children[ends_at] and .pid != $children[ends_at][0].pid)
	   | [.pid, .how]]')"

# The document: after the join, the worker that accepted has all of it.
check "flows: two ends of each connection, with their processes" '[]' \
	"$(document '
	($truth | map(select(.role == "client" or .role == "server"))) as $t
	| (reduce rows("flows") as $f ({};
		.["\($f.direction) \($f.src):\($f.src_port) \($f.dst):\($f.dst_port)"]
		+= [$f])) as $flows
	| [$t[] | . as $t
	   | (if .role == "client"
	      then "outgoing \(.local):\(.lport) \(.remote):\(.rport)"
	      else "incoming \(.remote):\(.rport) \(.local):\(.lport)" end) as $key
	   | ($flows[$key] // [] | map(.who.pid)) as $got
	   | select($got != [.pid]) | [$key, .pid, $got]][:3]')"
# Each of the 314 connections has two ends.
made='rows("flows") | select(.dst_port >= 5000 and .dst_port <= 5100
	and .dst_port != 5099 and .state != "listening")'
check "flows: there are as many as were made" 628 \
	"$(document "[$made] | length")"
check "flows: every handshake is whole" '[]' "$(document "[$made"'
	 | select((.syn_ns and .syn_ack_ns and .ack_ns and .rtt_ns and
		.syn_ns <= .syn_ack_ns and .syn_ack_ns <= .ack_ns) | not)][:3]')"
check "flows: none is open that is not" '[]' "$(document '
	[rows("flows") | select(.dst_port >= 5000 and .dst_port <= 5100)
	 | select(.state == "open" or .state == "syn_received")][:3]')"
check "flows: a closed port refuses" '["refused"]' "$(document '
	[rows("flows") | select(.dst_port == 5099 and .direction == "outgoing")
	 | .state]')"
check "flows: who is never answered" '[["client","unanswered",true]]' \
	"$(document '[rows("flows") | select(.dst_port == 5198)
		| [.who.name, .state, .syn_count >= 2]]')"
check "flows: the ends know each other" true "$(document '
	.flows as $f | [$f | to_entries[]
		| select(.value.dst_port == 5000 and .value.state != "listening")
		| select($f[.value.peer // 1e6].peer != .key)] == []')"
done_testing
