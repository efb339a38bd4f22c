# SPDX-License-Identifier: MIT
# A process that gives up root once it is connected, as daemons do: the user is
# the one that it is, also on a socket from before.
. "$(dirname "$0")/lib.sh"

mkfifo "$work/go"
exec 7<>"$work/go"
events=network_events explore --cgroup "$cg" || done_testing
serving "$traffic/server" 127.0.0.1 5100
inside "$traffic/client" -d 65534 -n 2 -w 127.0.0.1 5100 <&7 7<&- &
client=$!
wait_for 5 roles connected 1
# Its first packets are out as root's before it goes on.
wait_for 5 sh -c "jq -r '.args[] | select(.name == \"dst_port\").value' '$out' |
	grep -qx 5100"
check "connected as root" '[0]' "$(lines '[inputs |
	select(.processName == "client") | .userId] | unique')"
echo > "$work/go"
wait_for 5 roles connected 2
echo > "$work/go"
wait $client
explored
check_lossless
# Of each connection (by the client's port) the users in order.
check "the user from then on, and of the second connection" \
	'[[0,65534],[65534]]' \
	"$(lines '[inputs | select(.processName == "client" and
		.eventName == "net_packet_tcp" and
		.netexplore.direction == "egress")
		| { port: (.args | map(select(.name == "src_port").value)[0]),
		    uid: .userId }]
		| group_by(.port) | map(map(.uid) | unique) | sort')"
user=$(awk -F: '$3 == 65534 { print $1; exit }' /etc/passwd)
check "the later user's name is in the document" "$user" \
	"$(document '.processes[] | select(.name == "client") | .user // ""')"
check "the process is one" 1 "$(document '[.processes[] |
	select(.name == "client")] | length')"
check "it is the later user's in the document" 65534 "$(document '.processes[] |
	select(.name == "client") | .uid')"
done_testing
