# SPDX-License-Identifier: MIT
# Live equals file: what tcpdump wrote beside a live session, read with -r,
# gives the flows, echo pairs and DNS of the live session of that namespace.
. "$(dirname "$0")/lib.sh"

namespace; far=$spawned
ip link add nxa type veth peer name nxb netns "$far"
ip address add 10.98.0.1/24 dev nxa
ip address add fd98::1/64 dev nxa nodad
ip link set nxa up
at "$far" ip address add 10.98.0.2/24 dev nxb
at "$far" ip address add fd98::2/64 dev nxb nodad
at "$far" ip link set nxb up
# Nobody has these: the wire takes what is sent, and that is the end of it.
ip neighbour add 10.98.0.9 lladdr 02:00:00:00:00:09 dev nxa
ip neighbour add fd98::9 lladdr 02:00:00:00:00:09 dev nxa
wait_for 5 ping -c 1 -W 1 10.98.0.2
wait_for 5 ping -c 1 -W 1 fd98::2

explore "net.netns=$netns" || done_testing
tcpdump -i nxa -nn -Z root -s 0 -B 16384 --immediate-mode -U \
	-w "$work/dump.pcap" 2> "$work/dump.err" &
dump_pid=$!
wait_for 5 grep -q 'listening on' "$work/dump.err"

there()
{
	at "$far" "$@"
}

# A command that is let go on, in the far namespace, and what it serves.
far_serves()
{
	serving nsenter --net="/proc/$far/ns/net" "$traffic/$@"
}

# Connections out and in, ended by either side, by FIN and by RST.
far_serves server 10.98.0.2 5000
far_serves server -c :: 5001
serving "$traffic/server" 10.98.0.1 5000
serving "$traffic/server" -c :: 5001
client=$traffic/client
inside "$client" -n 5 10.98.0.2 5000
inside "$client" -a -n 5 10.98.0.2 5000
inside "$client" -q -n 5 10.98.0.2 5000
inside "$client" -r -n 5 10.98.0.2 5000
inside "$client" -n 3 fd98::2 5001
there "$client" -n 5 10.98.0.1 5000
there "$client" -a -n 5 10.98.0.1 5000
there "$client" -r -n 5 10.98.0.1 5000
there "$client" -n 3 fd98::1 5001
inside "$client" 10.98.0.2 5099 # refused, by them and by us
inside "$client" fd98::2 5099
there "$client" 10.98.0.1 5099
spawn "$client" 10.98.0.9 5000; unanswered=$spawned

# What is said while their answers find no way back is sent again.
mkfifo "$work/word"
exec 5<> "$work/word"
spawn "$client" -w -m "said again" 10.98.0.2 5000 < "$work/word"; talker=$spawned
wait_for 5 roles connected 1
there ip route add blackhole 10.98.0.1
echo >&5
said_twice()
{
	[ "$(tcpdump -nn -r "$work/dump.pcap" "src 10.98.0.1 and
		tcp[32:4] = 0x73616964" 2>/dev/null | wc -l)" -ge 2 ]
}
wait_for 5 said_twice
there ip route del blackhole 10.98.0.1
exec 5>&-

# Pings, answered and not, ours and theirs.
inside ping -q -c 3 -i 0.1 10.98.0.2 > /dev/null
inside ping -q -c 3 -i 0.1 fd98::2 > /dev/null
spawn ping -q -c 2 -i 0.1 -W 1 10.98.0.9 > /dev/null; lost=$spawned
spawn ping -q -c 2 -i 0.1 -W 1 fd98::9 > /dev/null; lost6=$spawned
there ping -q -c 3 -i 0.1 10.98.0.1 > /dev/null
there ping -q -c 3 -i 0.1 fd98::1 > /dev/null

# Questions of all kinds, over UDP and TCP, ours and theirs.
far_serves dnsd 10.98.0.2 53
far_serves dnsd fd98::2 53
serving "$traffic/dnsd" 10.98.0.1 53
dig_()
{
	inside dig +tries=1 +time=1 "$@" >> "$work/dig" 2>&1
}
dig_ @10.98.0.2 host.test A
dig_ @fd98::2 host.test AAAA
dig_ @10.98.0.2 alias.test A
dig_ @10.98.0.2 mx.test MX
dig_ @10.98.0.2 mx.test A
dig_ @10.98.0.2 gone.test A
dig_ @10.98.0.2 fail.test A
dig_ @10.98.0.2 no.test A
dig_ @10.98.0.2 silent.test A
dig_ @10.98.0.2 big.test A
dig_ +ignore @10.98.0.2 big.test A
dig_ +tcp @10.98.0.2 two.test A
there dig +tries=1 +time=1 @10.98.0.1 host.test A >> "$work/dig"
there dig +tries=1 +time=1 @10.98.0.1 big.test A >> "$work/dig"
there dig +tries=1 +time=1 @10.98.0.1 gone.test A >> "$work/dig"

wait "$lost" "$lost6"
wait "$talker"
check "what was said again was heard" 0 $?
kill "$unanswered" 2>/dev/null
wait "$unanswered" 2>/dev/null
inside "$traffic/flood" -n 1 10.98.0.2 60003 > /dev/null
wait_for 5 dump_has udp port 60003 || check "tcpdump sees the mark" yes no
kill -INT "$dump_pid"
wait "$dump_pid"
check "tcpdump lost nothing" "0 packets dropped by kernel" \
	"$(grep 'dropped by kernel' "$work/dump.err")"
explored
check_lossless
"$nx" -r "$work/dump.pcap" -x "$work/file.json" 2> "$work/file.err"
check "the file is read whole" 0 $?

both()
{
	jq -L "$here" -Src "include \"equal\"; $1" "$doc" > "$work/live"
	jq -L "$here" -Src "include \"equal\"; $1" "$work/file.json" > "$work/file"
}

for what in flows icmp icmp_errors dns; do
	both "comparable.$what[]"
	check "$what: the $(wc -l < "$work/file") of the file are those of the session" \
		"" "$(diff "$work/live" "$work/file" | cut -c1-1000 | head -4)"
done
both 'times[]'
paste -d " " "$work/live" "$work/file" > "$work/times"
check "the same times are known" 0 "$(
	awk 'NF != 4 || $1 != $3' "$work/times" | wc -l)"
check "and they differ by the way from one tap to the other, at most 100 ms" 0 \
	"$(awk '$2 - $4 > 1e8 || $4 - $2 > 1e8' "$work/times" | wc -l)"
note "$(awk '{ d = $2 - $4; d = d < 0 ? -d : d; sum += d; most = d > most ? d : most }
	END { printf "%u times, %.0f us apart, the most %.0f us", NR,
	sum / NR / 1000, most / 1000 }' "$work/times")"

# That it was worth comparing.
check "connections of every fate" '["closed","refused","reset","unanswered"]' \
	"$(jq -c '[.flows[].state] | unique' "$work/file.json")"
check "data that was sent again" true \
	"$(jq '[.flows[] | select(.state == "closed") | .retransmits] | max >= 1' \
	"$work/file.json")"
check "pings with and without an answer" '["answered","unanswered"]' \
	"$(jq -c '[.icmp[].state] | unique' "$work/file.json")"
check "questions of every fate" \
	'["answered","nodata","nxdomain","refused","servfail","truncated","unanswered"]' \
	"$(jq -c '[.dns[].state] | unique' "$work/file.json")"
done_testing
