# SPDX-License-Identifier: MIT
# Over a connection that it shows itself: nothing that it prints makes it
# print more, and with --not-me the connection is not there at all.
. "$(dirname "$0")/lib.sh"

sent() # bytes that went over the loopback
{
	awk '$1 == "lo:" { print $2 }' /proc/net/dev
}

# over HOW ARGUMENTS...: netexplore in our namespace of before, its output over
# a connection to port 6000 of this one. What comes out is in $out.
over()
{
	runs=$((runs + 1))
	how=$1 out=$work/$runs.out doc=$work/$runs.json err=$work/$runs.err
	shift
	: > "$work/truth"
	sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$cg" \
		"$traffic/carry" serve "$how" 127.0.0.1 6000 \
		env TERM=xterm-256color nsenter --net=/proc/self/fd/9 "$nx" \
		-x "$doc" "$@" 2> "$err" &
	serve_pid=$!
	wait_for 5 roles listener 1
	mkfifo "$work/keys.$runs"
	inside "$traffic/carry" look 127.0.0.1 6000 \
		< "$work/keys.$runs" > "$out" 2> "$work/look.err" &
	exec 8> "$work/keys.$runs"
	wait_for 5 roles looker 1
}

is_over()
{
	mark 60001
	sleep 0.25
	! kill -0 $serve_pid 2>/dev/null ||
		grep -q '^State:.Z' /proc/$serve_pid/status
}

# Until -d or a key ends it, there is something else to be seen.
over_is()
{
	wait_for 30 is_over
	wait "$serve_pid"
	check "$how: status" 0 $?
	exec 8>&-
}

# How many events of the connection there are among the lines.
carried()
{
	grep -cE '"(src|dst)Port": ?6000\b|"value": ?6000\b' "$out"
}

# Something else is seen all the same.
for how in self terminal pair pipe; do
	before=$(sent)
	over $how -o json -e network_events,sockets,flows -d 4s "net.netns=$netns"
	over_is
	check "$how: the rest is printed" yes \
		"$(grep -qE 'dstPort": ?60001' "$out" && echo yes || head -3 "$err")"
	check "$how: nothing of what carries it" 0 "$(carried)"
	check "$how: which is counted" yes \
		"$(awk '/^  left out/ { n = $3 } END { if (n > 0) print "yes" }' "$err")"
	check "$how: it does not feed itself" yes \
		"$([ $(($(sent) - before)) -lt 300000 ] && echo yes || echo $(($(sent) - before)))"
	check "$how: without --not-me the document has it" yes "$(document '
		[rows("flows") | select(.dst_port == 6000)] | length > 0
		| if . then "yes" else "no" end')"
done

# Hidden entirely: in the lines, the document and a recording.
over terminal --not-me -o json -e all -w "$work/hidden.pcapng" -d 4s "net.netns=$netns"
over_is
check "--not-me: the rest is printed" yes \
	"$(grep -qE 'dstPort": ?60001' "$out" && echo yes || head -3 "$err")"
check "--not-me: nothing of it is printed" 0 "$(carried)"
check "--not-me: nothing of it is in the document" '[] yes' "$(document '
	"\([.flows[] | select((.dst_port == 6000 or .src_port == 6000)
		and .state != "listening")]) \(if .counters.hidden > 0
		then "yes" else "no" end)"')"
check "--not-me: nothing of it is recorded" 0 "$(tcpdump -nn -r \
	"$work/hidden.pcapng" tcp port 6000 2>/dev/null | wc -l)"
check "--not-me: other things are" yes "$(tcpdump -nn -r \
	"$work/hidden.pcapng" udp port 60001 2>/dev/null | grep -q . && echo yes)"
check "--not-me: it is said at the end" 1 "$(grep -c "^  hidden [1-9]" "$err")"
check "--not-me: it is not lost" '[0,0,0]' \
	"$(document '.counters.lost | [.packet_ring, .socket_ring, .read_error]')"
check_sum

# On the screen: idle, it draws for the seconds alone.
for option in "" --not-me; do
	over terminal $option "port 6000"
	wait_for 10 grep -q "TCP handshakes" "$out" ||
		check "screen $option" up "$(head -3 "$err")"
	sleep 1
	before=$(sent)
	sleep 3
	used=$(($(sent) - before))
	check "screen $option: idle, it is quiet" yes \
		"$([ $used -lt 30000 ] && echo yes || echo $used)"
	printf q >&8
	over_is
	if [ -n "$option" ]; then
		check "screen $option: the count is on it" 1 \
			"$(grep -c "hidden" "$out")"
		check "screen $option: the connection is not" 0 \
			"$(grep -c ":6000" "$out")"
	else
		check "screen: the connection is on it" yes \
			"$(grep -q "this session\|:6000" "$out" && echo yes)"
	fi
done
done_testing
