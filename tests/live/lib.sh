# SPDX-License-Identifier: MIT
# What the live tests share. A test sources it first:
#
#	. "$(dirname "$0")/lib.sh"
#
# and then runs in a network namespace of its own, with a control group of its
# own for the commands it starts through `inside` and `spawn`. netexplore runs
# in the namespace that the test came from, as it would for a user. All of it
# is removed by one trap.
#
# A check prints a line: "ok", "not ok" or "skip", and run.sh counts them.

set -u
LC_ALL=C.UTF-8 export LC_ALL
PATH=$PATH:/usr/sbin:/sbin

here=$(cd "$(dirname "$0")/../live" && pwd)
build=$(cd "$here/../.." && cd "${BUILD:-build}" 2>/dev/null && pwd) ||
	{ echo "build it first: make" >&2; exit 1; }
nx=$build/netexplore
traffic=$build/tests/live
name=$(basename "$0" .sh)

for tool in unshare nsenter ip ping dig jq tcpdump bpftool tmux; do
	command -v $tool >/dev/null || missing="${missing:-} $tool"
done
[ "$(id -u)" = 0 ] || missing=" root${missing:+,$missing}"
if [ -n "${missing:-}" ]; then
	echo "skip - $name: needs$missing"
	exit 77
fi

# Descriptor 9 is the namespace from which we came.
if [ -z "${NETEXPLORE_LIVE:-}" ]; then
	exec 9</proc/self/ns/net
	NETEXPLORE_LIVE=1 exec unshare --net -- sh "$0" "$@"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/nx-live.XXXXXX") || exit 1
chmod 755 "$work" # one client is not root
cgroot=$(awk '$(NF-2) == "cgroup2" { print $5; exit }' /proc/self/mountinfo)
cg=$cgroot/nx-live-$$
NETEXPLORE_TRUTH=$work/truth TMUX_TMPDIR=$work
export NETEXPLORE_TRUTH TMUX_TMPDIR
: > "$work/truth"
chmod 666 "$work/truth"
netns=$(stat -Lc %i /proc/self/ns/net)
nx_pid= failed=0 finished=
ip link set lo up
# Nobody else is given a port of the marks.
echo "32768 59999" > /proc/sys/net/ipv4/ip_local_port_range

cleanup()
{
	status=$?
	trap - EXIT
	trap '' INT TERM HUP PIPE # a second one must not stop this
	[ -n "$finished" ] || echo "not ok - $name: ended early"
	[ -z "$nx_pid" ] || kill -KILL "$nx_pid" 2>/dev/null
	tmux -L "nx$$" kill-server 2>/dev/null
	if [ -d "$cg" ]; then
		for pid in $(cat "$cg/cgroup.procs"); do
			kill -KILL "$pid" 2>/dev/null
		done
		wait_for 5 sh -c "! grep -q . '$cg/cgroup.procs'"
		rmdir "$cg"
	fi
	if [ "$failed" -gt 0 ] || [ -z "$finished" ]; then
		mkdir -p "$traffic/failed"
		find "$work" -size +20M -delete
		cp -r "$work" "$traffic/failed/$name"
		echo "note - $name: what it saw is in $traffic/failed/$name"
	fi
	rm -rf "$work"
	exit $status
}
rm -rf "$traffic/failed/$name"
trap cleanup EXIT
trap 'exit 130' INT TERM HUP PIPE
mkdir "$cg" || exit 1

done_testing()
{
	finished=yes
	[ "$failed" = 0 ]
	exit
}

# check LABEL WANT GOT
check()
{
	if [ "$2" = "$3" ]; then
		printf 'ok - %s: %s\n' "$name" "$1"
	else
		printf 'not ok - %s: %s: want %s, got %s\n' \
			"$name" "$1" "$2" "$3"
		failed=$((failed + 1))
	fi
}

# Say a figure that a reader may want, whatever the checks said.
note()
{
	printf 'note - %s: %s\n' "$name" "$*"
}

# wait_for SECONDS COMMAND...: until it succeeds; fails when the time is up.
wait_for()
{
	tries=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# Run a command in the test's control group; its parent is who called.
inside()
{
	sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$cg" "$@"
}

# The same in the background; its process id is in $spawned. A shell gives
# such a command /dev/null to read, unless it is told otherwise.
spawn()
{
	{
		sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$cg" "$@" \
			<&8 8<&- &
	} 8<&0
	spawned=$!
}

# A further network namespace, kept by a process; `at $it COMMAND` runs there.
namespace()
{
	spawn unshare --net sleep 600
	wait_for 5 sh -c "[ \$(stat -Lc %i /proc/$spawned/ns/net) != $netns ]"
	at "$spawned" ip link set lo up
}

at()
{
	to=$1
	shift
	inside nsenter --net="/proc/$to/ns/net" "$@"
}

# roles ROLE N: at least so many truth lines of the role are there.
roles()
{
	[ "$(grep -c "\"role\":\"$1\"" "$work/truth")" -ge "$2" ]
}

# A server that spawn() started listens, or its workers do.
serving()
{
	spawn "$@"
	wait_for 5 grep -qE "\"p?pid\":$spawned,.*\"role\":\"[lr]" "$work/truth" ||
		echo "note - $name: $* does not start"
}

# A datagram that cannot be missed, to see how far the capture has come.
mark()
{
	inside "$traffic/flood" -n 1 127.0.0.1 "$1" >/dev/null
}

# The mark has come out of netexplore; another is sent if asked to.
marked()
{
	[ "$2" != again ] || { mark "$1"; marks=$((marks + 1)); }
	grep -qE "\"dstPort\": ?$1\b" "$out"
}

# How many datagrams to a port came out.
datagrams()
{
	grep '"eventName": *"net_packet_udp"' "$out" |
		grep -cE "\"dstPort\": ?$1\b"
}

# explore ARGUMENTS...: start netexplore and wait until it sees packets. Its
# lines go to $out, its session document to $doc, what it says to $err. $events
# may name the events to print; those of UDP must be among them for the mark.
# (A shell lets its background commands ignore SIGINT: take that back.)
runs=0 marks=0
explore()
{
	runs=$((runs + 1))
	out=$work/$runs.ndjson doc=$work/$runs.json err=$work/$runs.err
	nsenter --net=/proc/self/fd/9 env --default-signal "$nx" -o json \
		-e "${events:-network_events}" -x "$doc" "$@" \
		> "$out" 2> "$err" &
	nx_pid=$!
	wait_for 10 marked 60001 again && return
	echo "not ok - $name: netexplore $* sees nothing: $(head -3 "$err")"
	failed=$((failed + 1))
	return 1
}

# Wait for its end, not longer than it may take; $? is its exit status.
ended()
{
	wait_for 15 sh -c "! kill -0 $nx_pid || grep -q '^State:.Z' /proc/$nx_pid/status" ||
		kill -KILL "$nx_pid"
	wait "$nx_pid" 2>/dev/null
}

# End it when all that happened until now has come out. `explored again`: the
# ring may be full, send the mark until it comes; $marks_lost did not.
marks_lost=0
explored()
{
	marks=1
	mark 60002
	wait_for 20 marked 60002 "${1:-once}" || check "the last mark comes out" yes no
	kill -TERM "$nx_pid"
	ended
	check "SIGTERM ends it as a signal does" 143 $?
	nx_pid=
	marks_lost=$((marks - $(datagrams 60002)))
	check "the session document is whole" netexplore.session/1 \
		"$(jq -r .schema "$doc" 2>&1)"
}

# dump: tcpdump of the loopback into $work/dump.pcap; dumped: until the mark.
dump()
{
	tcpdump -i "${1:-lo}" -nn -Z root -s 128 -B 16384 --immediate-mode \
		-U -w - > "$work/dump.pcap" 2> "$work/dump.err" &
	dump_pid=$!
	wait_for 5 grep -q 'listening on' "$work/dump.err"
}

dump_has()
{
	tcpdump -nn -r "$work/dump.pcap" "$@" 2>/dev/null | grep -q .
}

dumped()
{
	mark 60003
	wait_for 5 dump_has udp port 60003 || check "tcpdump sees the mark" yes no
	kill -INT "$dump_pid"
	wait "$dump_pid"
	check "tcpdump lost nothing" "0 packets dropped by kernel" \
		"$(grep 'dropped by kernel' "$work/dump.err")"
}

# Every program of ours in the kernel is held by a process.
none_left()
{
	cat /proc/[0-9]*/fdinfo/* 2>/dev/null |
		awk '$1 == "prog_id:" { print $2 }' | sort -u > "$work/held"
	bpftool -j prog show | jq -r '.[] | select(.name // "" |
		startswith("nx_")) | .id' > "$work/loaded"
	! grep -vxFf "$work/held" "$work/loaded" | grep -q .
}

# jq over the lines, the document or the truth, with the functions of truth.jq.
lines()
{
	jq -rc -L "$here" --argjson ns "$netns" --slurpfile truth "$work/truth" \
		-n "include \"truth\"; $1" "$out"
}

document()
{
	jq -rc -L "$here" --slurpfile truth "$work/truth" \
		"include \"truth\"; $1" "$doc"
}

# Nothing was lost, and the sum of what was made, delivered and lost holds.
check_lossless()
{
	check "lost 0 in both rings, and no packet unread" '[0,0,0]' \
		"$(document '.counters.lost | [.packet_ring, .socket_ring, .read_error]')"
	check_sum
}

check_sum()
{
	check "produced = delivered + lost" '[true,true]' \
		"$(document '.counters | [sums]')"
}

# screen WIDTH HEIGHT ARGUMENTS...: netexplore in a terminal of its own.
screen()
{
	runs=$((runs + 1))
	doc=$work/$runs.json err=$work/$runs.err
	size="-x $1 -y $2"
	shift 2
	: > "$err"
	tmux -L "nx$$" -f /dev/null new-session -d $size \
		"exec 2> '$err'; TERM=screen-256color nsenter --net=/proc/$$/fd/9 '$nx' \
		-x '$doc' $*; echo \$? > '$work/status'"
	tmux_pid=$(tmux -L "nx$$" display-message -p '#{pid}')
	wait_for 10 shows netexplore
}

# shows TEXT: it is on the screen now.
shows()
{
	tmux -L "nx$$" capture-pane -p | grep -qF -e "$1"
}

hides()
{
	! shows "$1"
}

press()
{
	tmux -L "nx$$" send-keys "$@"
}

# Leave with the key for it.
left()
{
	press q
	wait_for 5 test -s "$work/status"
	check "q ends it well" 0 "$(cat "$work/status")"
	rm -f "$work/status"
	tmux -L "nx$$" kill-server 2>/dev/null
}
