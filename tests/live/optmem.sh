# SPDX-License-Identifier: MIT
# What a socket's owner takes of its option memory never costs a connection,
# however little there is and whenever it becomes so little.
. "$(dirname "$0")/lib.sh"

optmem=/proc/sys/net/core/optmem_max
inner="sh -c" # a shell where it can be written
if [ ! -e $optmem ]; then
	# Before Linux 6.8 it is the whole machine's: only of a virtual one.
	if [ "${TEST_SECONDS:-120}" -le 120 ]; then
		echo "skip - $name: optmem_max is not of a network namespace here"
		done_testing
	fi
	inner="nsenter --net=/proc/self/fd/9 sh -c"
fi
times=10000 # a virtual machine that is given time has not so much of it
[ "${TEST_SECONDS:-120}" -le 120 ] || times=1000
optmem()
{
	$inner "echo $1 > $optmem"
}
before=$($inner "cat $optmem")
restore()
{
	status=$?
	optmem "$before"
	return $status
}
trap 'restore; cleanup' EXIT

# For the columns of --probe: what one owner is charged, where it is the only one.
"$nx" --probe > "$work/probe"
element=$(awk '/^an owner/ { print $3 + $8 }' "$work/probe")
check "--probe says what an owner is charged" yes \
	"$([ "${element:-0}" -gt 0 ] && echo yes || cat "$work/probe")"

# The ends of the connections to a port that have not the process which the
# truth has, and how many there are.
differ()
{
	jq -r 'select(.role == "client" or .role == "server")
		| "\(.lport) \(.rport) \(.pid)"' "$work/truth" |
		sort > "$work/want"
	document 'rows("flows") | select(.state != "listening"
			and .dst_port == '"$1"')
		| if .direction == "outgoing"
		  then "\(.src_port) \(.dst_port) \(.who.pid)"
		  else "\(.dst_port) \(.src_port) \(.who.pid)" end' |
		sort > "$work/got"
	diff "$work/want" "$work/got" > "$work/diff"
	echo "$(grep -c '^[<>]' "$work/diff") $(grep '^[<>]' "$work/diff" | head -2 |
		tr '\n' ' ')"
}

# connects LABEL PORT TIMES ADDRESS: all succeed, and each end has its process.
connects()
{
	inside "$traffic/client" -n "$3" "$4" "$2"
	check "$1: nothing of $3 fails" 0 "$(grep -c '"role":"failed"' "$work/truth")"
	wait_for 10 roles server "$3"
	check "$1: $3 connections at both ends" "$3 $3" \
		"$(grep -c '"role":"client"' "$work/truth") $(grep -c \
			'"role":"server"' "$work/truth")"
}

explored_all()
{
	explored
	# The document is long: read it once.
	document '{ counters, processes, flows: [.flows[] | { state, direction,
		src_port, dst_port, process }] }' > "$work/brief"
	doc=$work/brief
	check_lossless
	check "$1: each end of each connection has its process" "0 " \
		"$(differ "$2")"
	check "$1: each end is of a connection that has ended well" \
		"$((2 * $3)) [\"closed\"]" "$(document '
		[rows("flows") | select(.dst_port == '"$2"'
			and .state != "listening") | .state]
		| "\(length) \(unique | tojson)"')"
	: > "$work/truth"
}

# lowered LABEL PORT TIMES BYTES ADDRESS: ... while the server listens.
lowered()
{
	explore "net.netns=$netns" || done_testing
	serving "$traffic/server" -p 2 "$5" "$2"
	optmem "$4"
	connects "$1" "$2" "$3" "$5"
	explored_all "$1" "$2" "$3"
	optmem "$before"
}

# Another program that has its storage copied costs these connections, not we.
cloned()
{
	bpftool -j map show | jq -e 'any(.[]; .type == "sk_storage" and
		(.flags / 512 | floor) % 2 == 1)' > /dev/null
}

no_room()
{
	document .counters.lost.no_storage
}

events=net_packet_udp
optmem 1024
explore "net.netns=$netns" || done_testing
serving "$traffic/server" -p 2 127.0.0.1 5000
connects "1024 before" 5000 $times 127.0.0.1
explored_all "1024 before" 5000 $times
optmem "$before"
check "1024 before: every owner has room" 0 "$(no_room)"
lowered "1024 after" 5001 $times 1024 127.0.0.1
check "1024 after: every owner has room" 0 "$(no_room)"

if cloned; then
	echo "skip - $name: 64 after: another program's storage is copied"
	done_testing
fi
# No room for a single one: the listener has its owner, its children cannot.
lowered "64 after" 5002 1000 64 127.0.0.1
check "64 after: no owner has room, which is counted" yes \
	"$([ "$(no_room)" -ge 2000 ] && echo yes || no_room)"
lowered "64 after, IPv6" 5003 1000 64 ::1

# It is said at the start, where it can be.
optmem 64
probe=$($inner "exec '$nx' --probe" 2>&1)
check "64: --probe says what it costs" 1 \
	"$(echo "$probe" | grep -c "^missing  *net.core.optmem_max is 64, and the owner of a socket takes $element bytes:")"
check "64: live capture works" "live capture  works here" \
	"$(echo "$probe" | tail -1)"
serving "$traffic/server" -p 2 127.0.0.1 5004
explore "net.netns=$netns" || done_testing
connects "64 before" 5004 1000 127.0.0.1
explored_all "64 before" 5004 1000
done_testing
