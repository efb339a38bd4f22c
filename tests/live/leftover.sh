# SPDX-License-Identifier: MIT
# Packets that pass no socket: the rest of connections in TIME_WAIT, closed
# ports, what the kernel answers by itself. Each once at each end, as many as
# tcpdump saw, and with the process that had the connection.
. "$(dirname "$0")/lib.sh"

ip link set lo mtu 1500 # what is 4,000 bytes long is cut
explore "net.netns=$netns" || done_testing
dump

# The client closes first; the server's FIN comes 60 ms later.
serving "$traffic/server" -t -l 60 127.0.0.1 5000
serving "$traffic/server" -t -l 60 ::1 5001
serving "$traffic/server" -t -l 60 :: 5002
inside "$traffic/client" -a -n 30 127.0.0.1 5000
inside "$traffic/client" -a -n 30 ::1 5001
inside "$traffic/client" -a -n 30 127.0.0.1 5002
wait_for 5 roles server 90
# The kernel drops an ACK that the hook has seen: it is one packet.
serving "$traffic/server" -d 127.0.0.1 5003
serving "$traffic/server" -d ::1 5004
inside "$traffic/client" -n 5 127.0.0.1 5003
inside "$traffic/client" -n 5 ::1 5004
wait_for 5 roles server 100

# Nobody is there.
for address in 127.0.0.2 ::1; do
	inside "$traffic/client" "$address" 5009
	inside "$traffic/flood" -n 3 "$address" 5008 > /dev/null
	inside ping -q -c 3 -i 0.1 "$address" > /dev/null
	inside ping -q -c 1 -s 4000 "$address" > /dev/null
done
dumped
explored
check_lossless

# Address and port of both ends, and of ICMP its name, for each packet.
for dir in egress ingress; do
	lines 'packets("net_packet_tcp", "net_packet_udp") | select(.dir == "'$dir'")
		| "\(.src).\(.sport) \(.dst).\(.dport)"' |
		sort | uniq -c > "$work/$dir"
done
tcpdump -nn -r "$work/dump.pcap" 'tcp or udp and not portrange 60001-60003' \
	2>/dev/null |
	awk '{ sub(/:$/, "", $5); print $3, $5 }' | sort | uniq -c > "$work/seen"
total()
{
	awk '{ n += $1 } END { print n + 0 }' "$work/$1"
}
note "$(total seen) packets for tcpdump, $(total egress) out, $(total ingress) in"
check "packets out equal tcpdump's, connection by connection" "" \
	"$(diff "$work/seen" "$work/egress" | head -5)"
check "packets in equal tcpdump's, connection by connection" "" \
	"$(diff "$work/seen" "$work/ingress" | head -5)"
check "tcpdump saw all there was" 90 \
	"$(grep -c '\.500[0-2] ' "$work/seen")"

closing='packets("net_packet_tcp") | select(.head.FIN == 1)'
for port in 5000 5001 5002; do
	check "the server's FIN comes to the client's TIME_WAIT: port $port" 30 \
		"$(lines "[$closing | select(.sport == $port and .dir == \"ingress\"
			and .comm == \"client\")] | length")"
done
score=$(lines 'score(packets("net_packet_tcp")
	| select(.dport != 5009 and .sport != 5009))')
note "packets $score"
check "each has the process that had the connection" '[0,0,null]' \
	"$(echo "$score" | jq -c '[.wrong, .unknown, .foreign]')"
check "every connection is one flow at each end, closed by FIN" \
	'[[180,"fin"]]' "$(document '
	[rows("flows") | select(.dst_port <= 5002 and .dst_port >= 5000
		and .state != "listening")]
	| group_by(.close_reason) | map([length, .[0].close_reason])')"
check "every flow has its rest: FIN and ACK of both ends" '[]' "$(document '
	[rows("flows") | select(.dst_port <= 5002 and .dst_port >= 5000
		and .state == "closed" and .direction == "outgoing")
	 | select(.tx_packets < 5 or .rx_packets < 4) | [.tx_packets, .rx_packets]][:3]')"

check "a closed port refuses, at both ends" \
	'[["incoming","refused",2],["outgoing","refused",2]]' "$(document '
	[rows("flows") | select(.dst_port == 5009)] | group_by(.direction)
	| map([.[0].direction, .[0].state, length])')"
check "nobody is there: no process, and the kernel answers" '["kernel"]' \
	"$(lines '[packets("net_packet_tcp", "net_packet_udp")
	| select((.dir == "ingress" and (.dport == 5009 or .dport == 5008))
		or (.dir == "egress" and .sport == 5009))
	| if .pid == 0 then .how else .comm end] | unique')"
# Kernels before 5.17 give no reason.
if bpftool btf dump file /sys/kernel/btf/vmlinux |
	grep -q SKB_DROP_REASON_NO_SOCKET; then
	check "and why it was dropped: TCP" \
		'[["127.0.0.2","NO_SOCKET"],["::1","NO_SOCKET"]]' \
		"$(lines '[packets("net_packet_tcp")
		| select(.dir == "ingress" and .dport == 5009)
		| [.dst, .drop]] | unique')"
	check "and why it was dropped: UDP" \
		'[["127.0.0.2","NO_SOCKET"],["::1","NO_SOCKET"]]' \
		"$(lines '[packets("net_packet_udp")
		| select(.dir == "ingress" and .dport == 5008)
		| [.dst, .drop]] | unique')"
else
	echo "skip - $name: this kernel gives no reason for what it drops"
fi
# What belongs to a connection is not dropped, in TIME_WAIT neither, nor is
# what goes out.
check "nothing else is said to be dropped" '[]' "$(lines '
	[packets("net_packet_tcp", "net_packet_udp") | select(.drop
		and (.dir != "ingress" or (.dport != 5009 and .dport != 5008)))
	| [.dir, .sport, .dport, .drop]] | .[:3]')"
for event in net_packet_icmp net_packet_icmpv6; do
	check "$event: requests and errors come in, once" \
		'[["DestinationUnreachable",3],["EchoReply",4],["EchoRequest",4]]' \
		"$(lines "[packets(\"$event\") | select(.dir == \"ingress\"
			and [.src, .dst] != [\"127.0.0.1\", \"127.0.0.1\"] and (.copy | not)) | .head.typeCode | sub(\"[(].*\"; \"\")]"'
		| map(select(test("Router|Neighbor|Multicast") | not))
		| group_by(.) | map([.[0], length])')"
done
check "a request comes before its answer" '[]' "$(lines '
	[packets("net_packet_icmp", "net_packet_icmpv6")
	 | select(.how == "kernel") | select(.head.typeCode | startswith("Echo"))
	 | [.number, .head.typeCode]] | sort
	| [range(0; length; 2) as $i | .[$i:$i + 2]
	   | select(map(.[1]) != ["EchoRequest", "EchoReply"])]')"
check "what the kernel answered has its request" '[[8,true]]' "$(document '
	[rows("icmp") | select(.state == "answered_by_us")]
	| [[length, all(.request_ns and .request_ns <= .reply_ns)]]')"
done_testing
