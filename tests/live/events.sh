# SPDX-License-Identifier: MIT
# What happens to sockets: each connection is told once at each of its ends,
# what was sent and received once a call, with the right process.
. "$(dirname "$0")/lib.sh"

events=all explore --cgroup "$cg" || done_testing
serving "$traffic/server" 127.0.0.1 5000; one=$spawned
serving "$traffic/server" -p 4 127.0.0.1 5002
serving "$traffic/server" -f ::1 5003
serving "$traffic/dnsd" 127.0.0.1 53; dnsd=$spawned
serving "$traffic/sink" -e 127.0.0.1 5300; sink=$spawned
serving "$traffic/sink" -e :: 5301; both=$spawned

client=$traffic/client
inside "$client" -m "eleven byte" 127.0.0.1 5000
inside "$client" -f -n 20 127.0.0.1 5002
inside "$client" -f -n 20 ::1 5003
inside "$client" -n 3 -s 127.0.0.1 127.0.0.2 5000 # nobody listens there
inside "$client" -n 2 127.0.0.1 5002
inside "$client" -r 127.0.0.1 5002
inside "$client" 203.0.113.9 5000 # nor is there a way
# The only port that a connection could have is a listener's.
range=/proc/sys/net/ipv4/ip_local_port_range
ports=$(cat "$range")
echo 5000 5000 > "$range"
inside "$client" 127.0.0.1 5002
echo "$ports" > "$range"
spawn dig +short @127.0.0.1 host.test A > "$work/dig"; dig=$spawned; wait "$dig"
inside dig +short +tcp @127.0.0.1 host.test AAAA > /dev/null
spawn "$traffic/flood" -n 5 127.0.0.1 5300 > "$work/flood"; flood=$spawned; wait "$flood"
inside "$traffic/flood" -n 1 127.0.0.1 5301 > /dev/null
inside "$traffic/flood" -n 1 ::1 5301 > /dev/null
# Nobody has that address: the kernel gives up on it after three seconds.
ip link add nxa type veth peer name nxb
ip address add 10.98.0.1/24 dev nxa
ip link set nxa up
ip link set nxb up
spawn "$client" 10.98.0.9 5198
# One whose answers get lost: what it says is sent again.
namespace; there=$spawned
ip link add nxc type veth peer name nxd netns "/proc/$there/ns/net"
ip address add 10.97.0.1/24 dev nxc
ip link set nxc up
at "$there" ip address add 10.97.0.2/24 dev nxd
at "$there" ip link set nxd up
spawn nsenter --net="/proc/$there/ns/net" "$traffic/server" 10.97.0.2 5197
wait_for 5 grep -q '"lport":5197' "$work/truth"
mkfifo "$work/go"
exec 7<> "$work/go"
spawn "$client" -w -m "said again" 10.97.0.2 5197 < "$work/go"; talker=$spawned
wait_for 5 roles connected 1
at "$there" ip link set nxd down
echo >&7
sent_again()
{
	grep -q '"eventName":"Retransmit"' "$out"
}
wait_for 5 sent_again
at "$there" ip link set nxd up
exec 7>&-
wait_for 5 roles failed 6
wait_for 5 roles server 45
explored
check_lossless

# The events as flat objects: name, process and arguments.
lines 'def flat: . as $e | (.args | map({ (.name): .value }) | add)
	+ { event: .eventName, pid: .hostProcessId, comm: .processName,
	    count: .argsNum, list: (.args | length), how: .netexplore.attribution,
	    error: .netexplore.error, reason: .netexplore.close_reason,
	    per: .netexplore.per, time: .timestamp };
	inputs | select(.eventId | tonumber > 2015) | flat' > "$work/flat"

# of NAME CONDITION WHAT: of the events of that name.
of()
{
	jq -rcn --slurpfile truth "$work/truth" \
		"[inputs | select(.event == \"$1\") | select($2) | $3]" "$work/flat"
}

check "argsNum is their number" '[]' "$(jq -rcn '[inputs
	| select(.count != .list)]' "$work/flat")"
check "one Connect for one connection" 1 \
	"$(of Connect '.dport == 5000 and .dip == "127.0.0.1"' . | jq length)"
check "one Accept, by the server" "[$one]" "$(of Accept '.sport == 5000' .pid)"
check "what was sent, at each call" '[["client",12],["server",5]]' \
	"$(of Send '.dport == 5000 or .sport == 5000' '[.comm, .size]' |
		jq -c sort)"
check "and received" '[["client",5],["server",12]]' \
	"$(of Recv '.dport == 5000 or .sport == 5000' '[.comm, .size]' |
		jq -c sort)"
check "its end, at both ends" \
	'[["incoming",5,12,0,"fin"],["outgoing",12,5,0,"fin"]]' \
	"$(of net_flow_tcp_end '.dst_port == 5000' '[.conn_direction,
		.tx_bytes, .rx_bytes, .retransmits, .close_reason]' | jq -c sort)"
check "with packets, time and round trip" true \
	"$(of net_flow_tcp_end '.dst_port == 5000' '
		.tx_packets + .rx_packets == 10 and .duration_ns > .rtt_ns
		and .rtt_ns > 0' | jq all)"
# Everybody who was told of: client and server of each connection, by pid.
for event in Connect:client Accept:server; do
	check "$event: the process is the one that did" '[]' "$(jq -rcn \
		--slurpfile truth "$work/truth" '
		[inputs | select(.event == "'"${event%:*}"'" and .l4_proto == "tcp"
			and .error == null and .reason == null)
		 | select([.sport, .dport] | any(. == 5002 or . == 5003))
		 | [.sport, .dport, .pid]]
		| sort == ([$truth[] | select(.role == "'"${event#*:}"'")
			| select([.lport, .rport] | any(. == 5002 or . == 5003))
			| [.lport, .rport, .pid]] | sort)
		| if . then [] else "differ" end' "$work/flat")"
done
for event in net_flow_tcp_begin net_flow_tcp_end; do
	check "$event: both ends, each with its process" '[]' "$(jq -rcn \
		--slurpfile truth "$work/truth" '
		[inputs | select(.event == "'$event'" and
			(.dst_port == 5002 or .dst_port == 5003))
		 | [.conn_direction, .src_port, .dst_port, .pid]]
		| sort == ([$truth[] | select(.role == "client" or .role == "server")
			| select([.lport, .rport] | any(. == 5002 or . == 5003))
			| if .role == "client"
			  then ["outgoing", .lport, .rport, .pid]
			  else ["incoming", .rport, .lport, .pid] end] | sort)
		| if . then [] else "differ" end' "$work/flat")"
done
check "a Disconnect for each end" 86 \
	"$(of Disconnect '[.sport, .dport] | any(. == 5002 or . == 5003)' . |
		jq length)"
check "a reset is told as one, at both ends" \
	'[["incoming","reset by peer"],["outgoing","reset by this end"]]' \
	"$(of net_flow_tcp_end '.close_reason | startswith("reset")' \
		'[.conn_direction, .close_reason]' | jq -c sort)"
check "a refused connect says so, the next ones come again" \
	'["Connect","Connect","Connect","Reconnect","Reconnect"]' \
	"$(jq -rcn '[inputs | select(.dip == "127.0.0.2"
		and .error == "ECONNREFUSED" and .comm == "client") | .event] | sort' \
		"$work/flat")"
check "after a connection that was closed, too" 1 \
	"$(of Reconnect '.dport == 5002' . | jq length)"
check "nothing else is a reconnect" 3 "$(of Reconnect true . | jq length)"
check "no way there" '["no route, or not permitted"]' \
	"$(of Connect '.dip == "203.0.113.9"' .reason)"
check "no port left" '[["EADDRNOTAVAIL","no local port is free"]]' \
	"$(of Connect '.error == "EADDRNOTAVAIL"' '[.error, .reason]')"
check "nobody there" '[["EHOSTUNREACH","host unreachable"]]' \
	"$(of Connect '.dip == "10.98.0.9"' '[.error, .reason]')"
check "what failed did not begin" '[]' "$(jq -rcn '[inputs
	| select(.event | startswith("net_flow"))
	| select(.dst == "127.0.0.2" or .dst == "10.98.0.9"
		or .dst == "203.0.113.9")]' "$work/flat")"
check "datagrams: the other end of a socket that is not connected" '[]' \
	"$(jq -rcn '[inputs | select(.sport == 5300 and .dip != "127.0.0.1")]' \
		"$work/flat")"
check "datagrams: both families on one socket" \
	'[["Recv","127.0.0.1"],["Recv","::1"],["Send","127.0.0.1"],["Send","::1"]]' \
	"$(jq -rcn "[inputs | select(.sport == 5301 and .pid == $both)
		| [.event, .dip]] | sort" "$work/flat")"
# Below 6.3 there is one for each packet, also for those that nobody reads.
if grep -q 'no tracepoint sock_send_length' "$err"; then
	check "every event of data is of a packet" '[]' "$(jq -rcn '[inputs
		| select(.event == "Send" or .event == "Recv")
		| select(.per != "packet")]' "$work/flat")"
else
	check "datagrams: sent, received, sent back" \
		"$(jq -nc "[[\"Recv\",$sink,5],[\"Send\",$flood,5],[\"Send\",$sink,5]] | sort")" \
		"$(jq -rcn '[inputs | select(.event == "Send" or .event == "Recv")
			| select(.l4_proto == "udp" and .size == 32
				and (.sport == 5300 or .dport == 5300))
			| [.event, .pid]] | group_by(.) | map(.[0] + [length])' "$work/flat")"
	check "no event a packet where the kernel tells" '[]' \
		"$(jq -rcn '[inputs | select(.per)] | .[:2]' "$work/flat")"
fi
check "QueryDns: by who asks, once" "[[$dig,\"A\",[\"STANDARD\"]]]" \
	"$(of QueryDns '.rr == "A"' '[.pid, .rr, .options]')"
check "ReplyDns: to who asked, once" \
	"[[$dig,[\"192.0.2.10\"],\"NOERROR\"]]" \
	"$(of ReplyDns '.rr == "A"' '[.pid, .answers, .rcode]')"
check "over TCP" '["QueryDns","ReplyDns"]' "$(jq -rcn '[inputs
	| select(.rr == "AAAA" and any(.options[]; . == "USE_TCP_ONLY"))
	| .event]' "$work/flat")"
check "Retransmit: by who sent" "[$talker]" \
	"$(of Retransmit '.dport == 5197 and .size == 11' .pid | jq -c unique)"

# The names of the sets, and a filter on the event and on the process.
events=connect,net_packet_udp explore --cgroup "$cg" \
	"evt.name != Connect or (ps.name = client and tcp.state = refused)"
inside "$client" 127.0.0.1 5002
inside "$client" -s 127.0.0.1 127.0.0.1 5099
check "what nobody asked for is not loaded" nx_ingress "$(
	cat /proc/"$nx_pid"/fdinfo/* 2>/dev/null |
	awk '$1 == "prog_id:" && !seen[$2]++ { print $2 }' |
	while read -r id; do bpftool -j prog show id "$id" | jq -r .name; done |
	grep -xE 'nx_ingress|nx_send|nx_recv_data|nx_retransmit|nx_sendmsg4')"
explored
check "a filter chooses by name, process and connection" \
	'[["Connect","client","ECONNREFUSED"]]' "$(jq -rcn '[inputs
	| select(.eventName != "net_packet_udp")
	| [.eventName, .processName, .netexplore.error]]' "$out")"
done_testing
