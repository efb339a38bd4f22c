# SPDX-License-Identifier: MIT
# 20,000 datagrams a second: all of them are counted, the keys are answered,
# and a terminal that takes nothing stops nothing. What a small ring cannot
# hold is counted by the kernel and said everywhere.
. "$(dirname "$0")/lib.sh"

help_text="Show only the rows that match"

serve()
{
	serving "$traffic/sink" 127.0.0.1 7000
	sink=$spawned
}

# flood PACKETS RATE
flood()
{
	note "$(inside "$traffic/flood" -n "$1" -r "$2" 127.0.0.1 7000)"
}

# Each datagram is one event at either end.
check_count()
{
	check "every datagram is counted at both ends" $((2 * $1)) \
		"$(document .counters.packets)"
}

serve
explore --cgroup "$cg" dst port 60001 or dst port 60002 || done_testing
flood 60000 20000
explored
check_lossless
# Nobody listens to the marks: those have one end.
check "every datagram is counted at both ends" 120000 $(($(document \
	.counters.packets) - $(datagrams 60001) - $(datagrams 60002)))
check "none is unknown" 0 "$(document .counters.unattributed.unknown)"

# A ring that holds some 400 packets.
events=net_packet_udp
explore --cgroup "$cg" --ring-size 64KiB || done_testing
flood 100000 1000000
explored again
lost=$((200000 - $(datagrams 7000)))
note "64 KiB ring: lost $lost of 200,000"
check "a small ring must lose" yes "$([ $lost -gt 0 ] && echo yes)"
check "the document says what is missing in the lines" $lost \
	"$(($(document .counters.lost.packet_ring) - marks_lost))"
check "nothing else is lost" '[0,0]' \
	"$(document '.counters.lost | [.socket_ring, .read_error]')"
check_sum
check "so does the summary" yes "$(grep -qE "\b$(document \
	.counters.lost.packet_ring)\b" "$err" && echo yes || cat "$err")"

# Ten times help and back, while it lasts.
screen 100 30 --cgroup "$cg"
spawn "$traffic/flood" -n 200000 -r 20000 127.0.0.1 7000 > "$work/sent"
flooder=$spawned
answered=0 slowest=0
while [ $answered -lt 20 ]; do
	began=$(date +%s%N)
	press '?'
	wait_for 2 shows "$help_text" || break
	press Escape
	wait_for 2 hides "$help_text" || break
	answered=$((answered + 2))
	took=$((($(date +%s%N) - began) / 2000000))
	[ $took -le $slowest ] || slowest=$took
done
kill -0 "$flooder" 2>/dev/null && during=yes || during=no
check "20 keys are answered before the flood ends" "20 yes" "$answered $during"
note "the slowest key took $slowest ms, tmux and polling included"
wait "$flooder"
check "the screen says that nothing is lost" yes \
	"$(wait_for 3 shows 'lost 0' && echo yes)"
left
check_lossless
check_count 200000

# What a small ring loses is on the screen, digit by digit.
screen 100 30 --cgroup "$cg" --ring-size 64KiB
flood 100000 1000000
# Its rate comes and goes: then all of it has been counted.
wait_for 3 hides ' 0 ev/s'
wait_for 8 shows ' 0 ev/s'
tmux -L "nx$$" capture-pane -p > "$work/picture"
left
lost=$(document .counters.lost.packet_ring)
check "the screen shows the kernel's own count" "lost $lost" \
	"$(head -1 "$work/picture" | tr -d , | grep -o 'lost [0-9]*')"
check "lost and delivered are what was sent" 200000 \
	"$(document '.counters.packets + .counters.lost.packet_ring')"

# A terminal that is not read for as long as it lasts.
screen 100 30 --cgroup "$cg"
kill -STOP "$tmux_pid"
flood 200000 20000
kill -CONT "$tmux_pid"
press '?'
check "after ten deaf seconds it draws again" yes \
	"$(wait_for 3 shows "$help_text" && echo yes)"
press Escape
left
check_lossless
check_count 200000
done_testing
