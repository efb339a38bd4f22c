# SPDX-License-Identifier: MIT
# Several processes that read from one UDP socket: each datagram is said to be
# of the one that read it, or of nobody. Never of another.
. "$(dirname "$0")/lib.sh"

# try PORT LEAST LABEL ADDRESS TO SERVER_ARGUMENTS -- CLIENT_ARGUMENTS: of what
# was read, LEAST percent must be right where the kernel tells who reads.
: > "$work/tries"
try()
{
	port=$1 to=$5
	printf '%s\t%s\t%s\n' "$1" "$2" "$3" >> "$work/tries"
	set -- "$4" "$@"
	address=$1
	shift 6
	server=
	while [ "$1" != -- ]; do server="$server $1"; shift; done
	shift
	# shellcheck disable=SC2086 # the words of the arguments
	serving "$traffic/workers" $server "$address" "$port"; parent=$spawned
	if [ -n "${first:-}" ]; then
		inside "$traffic/workers" -c -n "$first" "$to" "$port"
		wait_for 20 grep -q . "/proc/$parent/task/$parent/children"
	fi
	for i in 1 2; do
		inside "$traffic/workers" -c "$@" "$to" "$port" &
		eval "asks$i=$!"
	done
	wait "$asks1" "$asks2"
	[ -z "${lag:-}" ] || sleep "$lag"
	kill -TERM "$parent"
	wait_for 20 sh -c "! kill -0 $parent 2>/dev/null"
}

# What is said of each datagram at each end, by the server's port.
scores()
{
	lines '
	def key: "\(.dir) \(.lport) \(.rport) \(.size)";
	(reduce $truth[] as $t ({}; if $t.role == "worker" or $t.role == "client" then
		"\($t.lport) \($t.rport) \($t.count)" as $k
		| .["ingress " + $k] = $t.pid | .["egress " + $k] = $t.pid
		else . end)) as $who
	| reduce (packets("net_packet_udp")
		| . + { size: (.head.length - 8) }
		# What a small buffer cut off is not sent back.
		| select((.sport == 7005 and .size == 24) | not)) as $p ({};
		(if $p.sport >= 7000 and $p.sport < 7100 then $p.sport
		 else $p.dport end) as $port
		| ((if $p.lport == $port then "server " else "client " end)
			+ $p.dir) as $side
		| $who[$p | key] as $pid
		| (if $pid == null then if $p.pid == 0 then "unread" else "wrong" end
		   elif $p.pid == $pid then "right"
		   elif $p.pid == 0 then "unknown"
		   else "wrong" end) as $verdict
		| .["\($port)"][$side][$verdict] += 1
		| if $verdict == "wrong" then .["\($port)"].first //= $p + { want: $pid }
		  else . end)'
}

# One processor alone is that of a slow, emulated machine.
many=1000 each=50
[ "$(nproc)" -gt 1 ] || many=100 each=5
explore --cgroup "$cg" || done_testing
# Without hooks that tell who reads, nobody can know.
tells=yes
grep -q 'several processes read from one socket, it is not known' "$err" &&
	tells=no

try 7000 95 "4 workers" 127.0.0.1 127.0.0.1 -- -n $many
try 7001 95 "4 workers, IPv6" ::1 ::1 -6 -- -n $many
try 7002 95 "4 workers, dual stack" :: 127.0.0.1 -- -n $many
try 7003 90 "all of one size" 127.0.0.1 127.0.0.1 -- -n 20 -z 64
try 7004 95 "each looks first (MSG_PEEK)" 127.0.0.1 127.0.0.1 -p -- -n $many
try 7005 90 "two with a small buffer" 127.0.0.1 127.0.0.1 -t -- -n $many
try 7006 95 "recvmmsg()" 127.0.0.1 127.0.0.1 -m -- -n $many
try 7007 95 "parent opens, child speaks" 127.0.0.1 127.0.0.1 -w 1 -- -n $((many / 5))
# In the time that this takes it is not sure yet who reads what.
first=20
try 7008 0 "parent reads some, then workers do" 127.0.0.1 127.0.0.1 -f 20 -- -n $many
first=
lag=1
try 7009 0 "a burst into a small SO_RCVBUF" 127.0.0.1 127.0.0.1 -b 4096 -d 100 -- -n $many -B
lag=

# A DNS server of this kind: each query is said to be of who read it.
serving "$traffic/dnsd" 127.0.0.1 53 4
for some in 1 2 3 4; do
	(
		n=0
		while [ $((n += 1)) -le $each ]; do
			inside "$traffic/ask" -i $((some * 100 + n)) -t 1 \
				127.0.0.1 53 two.test
		done
	) &
	eval "some$some=$!"
done
wait "$some1" "$some2" "$some3" "$some4"
wait_for 5 roles answered $((each * 4))
explored
check_lossless

scores > "$work/scores"
while IFS='	' read -r port least label; do
	score=$(jq -c ".[\"$port\"]" "$work/scores")
	note "$label: $score"
	check "$label: none is wrong" 0 \
		"$(printf %s "$score" | jq '[.. | .wrong? // empty] | add // 0')"
	[ $tells = yes ] || least=0
	check "$label: $least % of what was read is right" true "$(printf %s "$score" |
		jq '."server ingress" | (.right // 0) * 100
			>= ((.right // 0) + (.unknown // 0)) * '"$least")"
done < "$work/tries"

score=$(document '
	(reduce ($truth[] | select(.role == "answered")) as $t ({};
		.["\($t.count)"] = $t.pid)) as $who
	| [rows("dns") | select(.direction == "served")
		| if .who.pid == $who["\(.id)"] then "right"
		  elif .who.pid then "wrong" else "unknown" end]
	| { right: (map(select(. == "right")) | length),
	    wrong: (map(select(. == "wrong")) | length),
	    unknown: (map(select(. == "unknown")) | length) }')
note "DNS queries, 4 workers: $score"
check "DNS queries, 4 workers: each with the one that read it" "[$((each * 4)),0]" \
	"$(printf %s "$score" | jq -c '[.right + .unknown, .wrong]')"
[ $tells = no ] || check "and no more than 1 % with none" true \
	"$(printf %s "$score" | jq '.unknown * 100 <= .right')"
done_testing
