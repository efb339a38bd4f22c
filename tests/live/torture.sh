# SPDX-License-Identifier: MIT
# Attribution torture: TORTURE (1000) short connections for each way in which
# programs make, inherit, share and hand on their sockets. For each way it
# prints how many packets had the right process, the wrong one and none, when
# they were seen and after the join with what was learnt of their connection
# later; and how many there were for tcpdump, out of and into sockets.
#
# The truth is what the traffic programs say of themselves. Each connection of
# a way has a port of its own, so that no two have the same ends.
#
# Nothing may be wrong, then or later, and of TCP nothing unknown or the
# listener's after the join.
. "$(dirname "$0")/lib.sh"

n=${TORTURE:-1000}
client=$traffic/client server=$traffic/server
port=4000 in_server= in_client=
: > "$work/ways.tsv"

# How many truth lines of a role and a port there are.
told()
{
	[ "$(grep -cE "\"role\":\"$1\",.*\"lport\":$2," "$work/truth")" -ge "$3" ]
}

# A way has a key: the server's port, or the address of a ping.
way()
{
	printf '%s\t%s\n' "$1" "$2" >> "$work/ways.tsv"
}

# over PROTOCOL WAY "SERVER'S OPTIONS ADDRESS" "CLIENT'S OPTIONS ADDRESS"
over()
{
	port=$((port + 1))
	way $port "$2"
	serving $in_server "$server" $3 $port
	[ "$1" != workers ] || wait_for 10 told listener $port 4
	inside $in_client "$client" -n $n -p 20000 $4 $port
	wait_for 60 told server $port $n ||
		check "$2: all are served" yes no
	kill "$spawned"
}

# Truth of a tool, which does not tell its own: PID COMM PROTOCOL ADDRESS [ID]
tool()
{
	printf '{"pid":%d,"ppid":%d,"uid":0,"comm":"%s","netns":%d,"role":"tool","proto":"%s","local":"%s","lport":0,"remote":"","rport":0,"id":%d}\n' \
		"$1" $$ "$2" "$netns" "$3" "$4" "${5:-0}" >> "$work/truth"
}

# pings KIND RANGE NET: one alone, and two at once whose raw sockets each get
# the other's replies, too. RANGE is of the groups that may have the kernel's
# own ping sockets. (One family at a time: a ping also has a raw socket of the
# other one, which gets all that comes; so does its own until it is set up.)
pings()
{
	echo "$2" > /proc/sys/net/ipv4/ping_group_range
	proto=icmp six=
	case $3 in
	*:*) proto=icmpv6 six=" -6" ;;
	esac
	way "${3}1" "ping$six, $1, alone"
	way "${3}2" "ping$six, $1, two at once"
	ping_ "${3}1" 1
	wait "$spawned"
	ping_ "${3}2" 2
	one=$spawned
	ping_ "${3}2" 3
	wait "$one" "$spawned"
}

# ping_ ADDRESS ID
ping_()
{
	spawn ping -q -i 0.001 -c $n -e "$2" -I "$1" "$1" > "$work/said" 2>&1
	tool "$spawned" ping $proto "$1" "$2"
}

# digs WAY PROTOCOL NET: four, one after the other, a socket for each question.
digs()
{
	way "53$2" "$1"
	k=0
	while [ $((k += 1)) -le 4 ]; do
		spawn dig $4 -b "$3.$k" @127.0.0.1 +tries=1 +time=5 +short \
			-f "$work/questions" > "$work/said" 2>&1
		tool "$spawned" dig $2 "$3.$k"
		wait "$spawned"
	done
}

# What is open when the explorer comes: accepted, or waiting to be.
early()
{
	port=$((port + 1))
	way $port "$1"
	serving "$server" $2 127.0.0.1 $port
	spawn "$client" -b -n $n -p 20000 127.0.0.1 $port <&3
}
mkfifo "$work/go"
exec 3<> "$work/go"
early "open before the start, accepted" -t; first=$port
early "open before the start, not accepted" ""; last=$port
wait_for 60 roles connected 2
uring=$("$client" -i 127.0.0.1 1 2>&1)

namespace; a=$spawned
namespace; b=$spawned
at "$a" ip link add nxa type veth peer name nxb netns "/proc/$b/ns/net"
at "$a" ip address add 10.99.0.1/24 dev nxa
at "$b" ip address add 10.99.0.2/24 dev nxb
at "$a" ip link set nxa up
at "$b" ip link set nxb up
events=net_packet_tcp,net_packet_udp,net_packet_icmp,net_packet_icmpv6 \
	explore --max-pings 65536 --max-processes 65536 "net.netns in ($netns,
$(stat -Lc %i "/proc/$a/ns/net"), $(stat -Lc %i "/proc/$b/ns/net"))" ||
	done_testing
dump
echo >&3; echo >&3
wait_for 60 told server $first $n && wait_for 60 told server $last $n ||
	check "what was open before: all are served" yes no

# Between two namespaces each packet is out of the one and into the other.
in_server="nsenter --net=/proc/$b/ns/net"
in_client="nsenter --net=/proc/$a/ns/net"
nsenter --net="/proc/$b/ns/net" tcpdump -i nxb -nn -Z root -s 128 -B 16384 \
	--immediate-mode -U -w - > "$work/wire.pcap" 2> "$work/wire.err" &
wire=$!
wait_for 5 grep -q 'listening on' "$work/wire.err"
over tcp "between two namespaces" "-p 4 10.99.0.2" "-f 10.99.0.2"
inside $in_client "$traffic/flood" -n 1 10.99.0.2 60003 > /dev/null
wire_has()
{
	tcpdump -nn -r "$work/wire.pcap" udp port 60003 2> /dev/null | grep -q .
}
wait_for 5 wire_has || check "tcpdump sees the mark on the wire" yes no
kill -INT "$wire"
wait "$wire"
in_server= in_client=

over tcp "one server" "127.0.0.1" "-f 127.0.0.1"
over tcp "IPv6" "::1" "-f ::1"
over tcp "dual stack" "::" "-f 127.0.0.1"
over tcp "fork for each connection" "-f 127.0.0.1" "-f 127.0.0.1"
over tcp "four that accept" "-p 4 127.0.0.1" "-f 127.0.0.1"
over tcp "threads" "-t 127.0.0.1" "-t 127.0.0.1"
over tcp "setsockopt() on the listener all the time" "-H 127.0.0.1" \
	"-f 127.0.0.1"
over tcp "exit right after send" "127.0.0.1" "-x -f 127.0.0.1"
over tcp "parent opens, child speaks" "127.0.0.1" "-c 127.0.0.1"
over tcp "listener from before exec" "-x 127.0.0.1" "-f 127.0.0.1"
over tcp "socket activation" "-a 127.0.0.1" "-f 127.0.0.1"
over workers "SO_REUSEPORT" "-p 4 -R 127.0.0.1" "-f 127.0.0.1"
over workers "SO_REUSEPORT, UDP" "-p 4 -R -U 127.0.0.1" "-a -U -f 127.0.0.1"
over tcp "sendfile" "-s 127.0.0.1" "-f 127.0.0.1"
over tcp "splice" "-S 127.0.0.1" "-f 127.0.0.1"
if [ -z "$uring" ]; then
	over tcp "io_uring" "-i 127.0.0.1" "-i -f 127.0.0.1"
	over tcp "io_uring, by its workers" "-I 127.0.0.1" "-I -f 127.0.0.1"
else
	echo "skip - $name: $uring"
fi
over tcp "the same process id each time" "127.0.0.1" "-a -P 127.0.0.1"
again=$port

yes "host.test A" | head -n $(((n + 3) / 4)) > "$work/questions"
asked=$(((n + 3) / 4 * 4))
spawn "$traffic/dnsd" 127.0.0.1 53
wait_for 5 roles ready 1
digs "dig" udp 127.2.0 ""
digs "dig +tcp" tcp 127.3.0 "+tcp"
for k in 1 2; do
	ip address add fd00:1::$k/128 dev lo nodad
	ip address add fd00:2::$k/128 dev lo nodad
done
pings raw "1 0" 127.4.0.
pings raw "1 0" fd00:1::
pings datagram "0 0" 127.5.0.
pings datagram "0 0" fd00:2::
dumped
explored

# --- what came of it ---

flat()
{
	from=$1
	shift
	"$traffic/flat" "$@" < "$from"
}
flat "$work/truth" pid ppid uid start_ns comm netns role proto local lport \
	remote rport id > "$work/truth.tsv"
flat "$doc" id pid ppid uid name start_ns > "$work/processes.tsv"
flat "$doc" process direction src src_port dst dst_port query \
	> "$work/flows.tsv"
# jq would take its time over all of it.
grep -v '"steps"' "$doc" > "$work/short.json"
doc=$work/short.json
check_lossless
flat "$out" threadStartTime hostProcessId hostParentProcessId userId \
	processName eventName @src @dst @src_port @dst_port PSH typeCode id \
	direction netns attribution copy > "$work/packets.tsv"
for file in dump wire; do
	tcpdump -nn -q -t -r "$work/$file.pcap" \
		'ip or ip6 and not udp portrange 60001-60003' 2> /dev/null
done > "$work/dump.tsv"
awk -f "$here/torture.awk" what=truth "$work/truth.tsv" \
	what=processes "$work/processes.tsv" what=flows "$work/flows.tsv" \
	what=ways "$work/ways.tsv" what=dump "$work/dump.tsv" \
	what=packets "$work/packets.tsv" > "$work/table"

row()
{
	note "$(printf '%-41s %6s %6s %5s %7s %8s %6s %7s %8s %7s' "$@")"
}
row "" right in wrong unknown listener copies unknown listener tcpdump
row "of $n connections each:" out "" "" "" "" "" "at first" "" ""
tab=$(printf '\t')
while IFS=$tab read -r label right_out right_in wrong unknown listener copies \
	unknown_first listener_first dumped sent received differ; do
	if [ "$label" = '#' ]; then
		note "$right_out"
		continue
	fi
	row "$label" "$right_out" "$right_in" "$wrong" "$unknown" "$listener" \
		"$copies" "$unknown_first" "$listener_first" "$dumped"
	check "$label: nothing wrong, unknown or the listener's" "0 0 0" \
		"$wrong $unknown $listener"
	check "$label: as many as tcpdump saw, at both ends of each" \
		"$dumped $dumped, 0 differ" "$sent $received, $differ differ"
	check "$label: that is all there were" yes \
		"$([ "$dumped" -ge $((2 * n)) ] && echo yes || echo "$dumped")"
done < "$work/table"

reused=$(grep '"role":"client"' "$work/truth" | grep "\"rport\":$again," |
	"$traffic/flat" pid | sort | uniq -c | awk '{ n += $1 - 1 } END { print n }')
check "the same process id each time: it was" yes \
	"$([ "$reused" -ge $((n * 9 / 10 - 1)) ] && echo yes || echo "$reused")"
check "the same process id each time: as many processes" "$n" \
	"$(awk -F '\t' '$5 ~ /^again-/' "$work/processes.tsv" | sort -u | wc -l)"
# ICMPv6 has no id in the lines.
check "the replies of each ping are its own" "[]" "$(document '
	[$truth[] | select(.role == "tool" and (.proto | startswith("icmp")))] as $pings
	| [rows("icmp") | select(.direction == "asked")]
	| group_by([.dst, .id])
	| [.[] | [.[0].dst, .[0].id, ([.[] | .who.pid] | unique),
		(map(select(.state == "answered")) | length)]] as $seen
	| [$pings[] | [.local, .id, [.pid], '$n']] - $seen')"
check "every question of dig is answered" "[[\"tcp\",$asked],[\"udp\",$asked]]" \
	"$(document '[rows("dns") | select(.direction == "asked"
		and .state == "answered" and .who.name == "dig")]
	| group_by(.transport) | map([.[0].transport, length])')"
done_testing
