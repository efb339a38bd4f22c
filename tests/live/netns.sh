# SPDX-License-Identifier: MIT
# The same addresses, ports, ids and numbers in two network namespaces are two
# things; a packet between namespaces has the right end, and the name that its
# interface has there; a process in a PID namespace has both its ids.
. "$(dirname "$0")/lib.sh"

# Two twins: all the same but the namespace.
namespace; a=$spawned
namespace; b=$spawned
ns_a=$(stat -Lc %i "/proc/$a/ns/net")
ns_b=$(stat -Lc %i "/proc/$b/ns/net")
explore "net.netns=$netns or net.netns=$ns_a or net.netns=$ns_b" || done_testing
in_a="nsenter --net=/proc/$a/ns/net"
in_b="nsenter --net=/proc/$b/ns/net"
for in in "$in_a" "$in_b"; do
	serving $in "$traffic/server" -n 1 127.0.0.1 5000
	serving $in "$traffic/dnsd" 127.0.0.1 53
done
twin()
{
	inside $1 "$traffic/client" -w -s 127.0.0.1 -p 40000 127.0.0.1 5000 \
		< /dev/null &
}
twin "$in_a"; twin "$in_b"
wait_for 5 roles server 2
for in in "$in_a" "$in_b"; do
	inside $in "$traffic/ask" -i 4660 -s 127.0.0.1 -p 40001 127.0.0.1 53 \
		host.test &
done
wait_for 5 roles answered 2
spawn $in_a ping -q -c 2 -i 0.3 -e 4660 127.0.0.1 > /dev/null; ping_a=$spawned
spawn $in_b ping -q -c 2 -i 0.3 -e 4660 127.0.0.1 > /dev/null; ping_b=$spawned
wait "$ping_a" "$ping_b"

# A wire between them, with a name of its own at each end.
at "$a" ip link add nxa type veth peer name nxb netns "$b"
at "$a" ip address add 10.99.0.1/24 dev nxa
at "$b" ip address add 10.99.0.2/24 dev nxb
at "$a" ip link set nxa up
at "$b" ip link set nxb up
serving $in_b "$traffic/server" -n 1 10.99.0.2 5010; wired=$spawned
at "$a" "$traffic/client" 10.99.0.2 5010
spawn $in_a ping -q -c 2 -i 0.2 10.99.0.2 > /dev/null; ping_wire=$spawned
wait "$spawned"
wait_for 5 roles server 3

# In a PID namespace, where the client is the first process.
serving "$traffic/server" -n 1 127.0.0.1 5020
mkfifo "$work/say"
exec 3<> "$work/say"
spawn unshare --pid --fork --kill-child "$traffic/client" -w 127.0.0.1 5020 \
	<&3; outer=$spawned
wait_for 5 roles connected 3
first=$(ps -o pid= --ppid "$outer" | tr -d ' ')
echo >&3
wait_for 5 roles server 4
explored
check_lossless

check "two ids in a PID namespace, and two parents" "[1,$first,0,$outer]" \
	"$(lines '[packets("net_packet_tcp") | select(.dport == 5020
		and .dir == "egress") | [.own_pid, .pid, .own_ppid, .ppid]]
		| unique[]')"

wire='packets("net_packet_tcp", "net_packet_udp", "net_packet_icmp")
	| select(.src | startswith("10.99."))'
home=$netns
for netns in "$ns_a" "$ns_b"; do
	score=$(lines 'score(packets("net_packet_tcp", "net_packet_udp"))')
	note "packets $score"
	check "each twin's packets are its own" '[0,0,0,null]' "$(printf %s "$score" |
		jq -c '[.wrong, .unknown, .early, .foreign]')"
done
netns=$ns_a
check "one end of the wire is the client's" '[["client","nxa"],["ping","nxa"]]' \
	"$(lines "[$wire"' | [.comm, .iface]] | unique')"
check "pings over the wire" "[$ping_wire]" \
	"$(lines "[$wire"' | select(.event == "net_packet_icmp") | .pid] | unique')"
netns=$ns_b
check "the other is the server's, and the kernel's replies" \
	'[["","nxb","kernel"],["server","nxb"]]' "$(lines "[$wire"'
	| [.comm, .iface, if .comm == "" then .how else empty end]] | unique')"
netns=$home

check "pings of twins, same id and numbers, pair with their own" \
	"[[$ping_a,2],[$ping_b,2]]" "$(document '
	[rows("icmp") | select(.id == 4660 and .state == "answered") | .who.pid]
	| group_by(.) | map([.[0], length])' |
	jq -c "sort_by(.[0] != $ping_a)")"
check "flows of twins: one each for client and server" \
	'[["incoming",2],["outgoing",2]]' "$(document '
	[rows("flows") | select(.src_port == 40000 and .dst_port == 5000)]
	| [group_by(.direction)[] | [.[0].direction, ([.[].who.pid] | unique | length)]]')"
check "questions of twins: one each, answered" '[["asked",2],["served",2]]' \
	"$(document '
	[rows("dns") | select(.src_port == 40001 and .state == "answered")]
	| [group_by(.direction)[] | [.[0].direction, ([.[].who.pid] | unique | length)]]')"
done_testing
