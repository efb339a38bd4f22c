# SPDX-License-Identifier: MIT
# Where live capture cannot work: one line with cause and remedy, status 3, and
# the terminal as it was. Where it can in spite of all: it works.
. "$(dirname "$0")/lib.sh"

# What a terminal is told by a screen comes after this; a refusal tells nothing.
refused()
{
	label=$1 word=$2
	shift 2
	"$@" > "$work/out" 2> "$work/err" < /dev/null
	check "$label: status" 3 $?
	check "$label: nothing but one line" "0 1" \
		"$(wc -c < "$work/out") $(wc -l < "$work/err")"
	check "$label: it says $word" 1 "$(grep -c -e "$word" "$work/err")"
	check "$label: and what works without" 1 \
		"$(grep -c -e '--demo work without' "$work/err")"
	[ -z "${V:-}" ] || sed "s/^/note - /" "$work/err"
}

# It works, though something is not as usual.
works()
{
	label=$1
	shift
	"$@" > "$work/out" 2> "$work/err"
	check "$label: status" 0 $?
	check "$label: it sees packets" yes \
		"$(grep -q net_packet_udp "$work/out" && echo yes || head -3 "$work/err")"
}

# A datagram now and then, for as long as who waits for it may take. That it
# and the mark come in is seen only where a socket takes them.
chatter()
{
	serving "$traffic/sink" 127.0.0.1 7000
	serving "$traffic/sink" 127.0.0.1 60002
	spawn sh -c "for i in \$(seq 1000); do '$traffic/flood' -n 1 127.0.0.1 7000; sleep 0.1; done > '$work/chatter'"
}

look="$nx -o json -e net_packet_udp -c 1 -d 10s"
chatter
# shellcheck disable=SC2086 # the words of a command
works "as it is" $look

# --- privilege ---
refused "plain user" "CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN" \
	setpriv --reuid 65534 --clear-groups $look
for cap in bpf perfmon net_admin; do
	refused "without $cap" "missing here: CAP_$(echo $cap | tr a-z A-Z);" \
		setpriv --bounding-set "-sys_admin,-$cap" $look
done
works "these three are enough" setpriv --reuid 65534 --clear-groups \
	--inh-caps=-all,+bpf,+perfmon,+net_admin \
	--ambient-caps=-all,+bpf,+perfmon,+net_admin \
	--bounding-set=-all,+bpf,+perfmon,+net_admin $look
refused "root of a user namespace" "run it on the host" \
	unshare --user --map-root-user $look
works "no locked memory" prlimit --memlock=0 $look

# --- what is mounted ---
: > "$work/empty"
alone()
{
	unshare --mount sh -c "$1 && shift && exec \"\$@\"" sh "$@"
}
refused "no BTF" "CONFIG_DEBUG_INFO_BTF" \
	alone "mount --bind '$work/empty' /sys/kernel/btf/vmlinux" $look
refused "no cgroup v2" "mount -t cgroup2" alone "umount -a -t cgroup2" $look
refused "no /sys" "mount -t sysfs" alone "mount -t tmpfs none /sys" $look
refused "no /proc" "mount -t proc" alone "umount -l /proc" $look
mkdir "$work/else"
works "cgroup v2 elsewhere" alone \
	"umount -a -t cgroup2; mount -t cgroup2 none '$work/else'" $look

# A container: its root of the control groups is a part of the whole.
contained()
{
	inside unshare --cgroup --mount sh -c "umount -a -t cgroup2;
		mount -t cgroup2 none '$work/else' && exec \"\$@\"" sh "$@"
}
works "a part of the control groups" contained $look
check "a part of the control groups: it is said" 1 \
	"$(grep -c "only a part of the control groups" "$work/err")"

# --- old kernels, and what stands in the way of the system call ---
bpf_map_create=0 bpf_prog_load=5 bpf_link_create=28
einval=22 eperm=1 enomem=12
obstacle=$traffic/obstacle
refused "an old kernel" "needs Linux 5.12 or newer, and this is 2.6;" \
	setarch --uname-2.6 "$obstacle" deny $bpf_map_create $einval $look
refused "no ring buffers" "a part of Linux 5.12" \
	"$obstacle" deny $bpf_map_create $einval $look
refused "bpf() forbidden" "system-call filter" \
	"$obstacle" deny $bpf_prog_load $eperm $look
refused "no memory" "locked memory" \
	"$obstacle" deny $bpf_map_create $enomem $look
refused "no links" "CONFIG_CGROUP_BPF" \
	"$obstacle" deny $bpf_link_create $einval $look

# --- others on the control group ---
mkfifo "$work/hold"
obstruct()
{
	: > "$work/ready"
	"$obstacle" "$@" "$cg" < "$work/hold" > "$work/ready" 2>&1 &
	obstacle_pid=$!
	exec 7> "$work/hold"
	wait_for 5 grep -q ready "$work/ready" ||
		check "obstacle $*" ready "$(cat "$work/ready")"
}
unobstruct()
{
	exec 7>&-
	wait "$obstacle_pid"
}
attached()
{
	bpftool -j cgroup show "$cg" | jq length
}
obstruct crowd 64
refused "64 programs are there" "E2BIG\|64 programs are attached there" \
	$look --cgroup "$cg"
check "64 programs are there: all of them stay, and no other" 64 "$(attached)"
check "64 programs are there: what was loaded is gone" yes \
	"$(wait_for 5 none_left && echo yes)"
unobstruct
obstruct crowd 63
works "63 programs are there" $look --cgroup "$cg"
unobstruct
obstruct alone
refused "a program allows no other" "allows no other" $look --cgroup "$cg"
check "a program allows no other: it stays" 1 "$(attached)"
unobstruct
check "nothing is left there" "" "$(bpftool cgroup show "$cg" 2>&1)"

# Two of us at once: both see the same.
events=net_packet_udp
explore --cgroup "$cg" || done_testing
works "a second one" $look --cgroup "$cg"
check "a second one: the first goes on" yes \
	"$(wait_for 5 grep -q 'dstPort": *7000' "$out" && echo yes)"

# --- what goes away meanwhile ---
# (bpftool has had two names for it.)
egress_link()
{
	for id in $(cat "$work/held"); do
		bpftool -j link show id "$id" |
			jq -r 'select(.attach_type // "" | test("egress$")) | .id'
	done
}
cat /proc/"$nx_pid"/fdinfo/* | awk '$1 == "link_id:" { print $2 }' > "$work/held"
bpftool link detach id "$(egress_link)"
check "a link is detached: it says so" yes \
	"$(wait_for 5 grep -q 'took our program off cgroup_skb/egress' "$err" && echo yes || cat "$err")"
lines_before=$(wc -l < "$out")
check "a link is detached: the rest goes on" yes "$(wait_for 5 sh -c \
	"[ \$(wc -l < '$out') -gt $((lines_before + 2)) ]" && echo yes)"
check "a link is detached: no packet goes out any more" '["ingress"]' "$(tail -n 2 \
	"$out" | jq -sc '[.[].netexplore.direction] | unique')"
explored
check "a link is detached: told once" 1 "$(grep -c 'took our program off' "$err")"

# A namespace and its interface go; all others are seen as before.
explore "net.netns=$netns or udp" || done_testing
namespace
other=$spawned
ip link add nxa type veth peer name nxb netns "$other"
ip address add 10.97.0.1/24 dev nxa
ip link set nxa up
at "$other" ip address add 10.97.0.2/24 dev nxb
at "$other" ip link set nxb up
at "$other" ping -c 1 -W 2 10.97.0.1 > /dev/null
at "$other" "$traffic/flood" -n 1 10.97.0.1 7001 > /dev/null
check "a namespace: it is seen" yes \
	"$(wait_for 5 grep -q 'dstPort": *7001' "$out" && echo yes)"
kill "$other"
ip link delete nxa 2>/dev/null
mark 7002
check "a namespace goes: the rest is seen" yes \
	"$(wait_for 5 grep -q 'dstPort": *7002' "$out" && echo yes)"
explored
check_lossless

# The control group that is looked at goes.
mkdir "$cg/part"
explore_part()
{
	runs=$((runs + 1))
	err=$work/$runs.err
	"$nx" -o json --cgroup "$cg/part" > "$work/$runs.ndjson" 2> "$err" &
	nx_pid=$!
}
explore_part
wait_for 10 sh -c "bpftool cgroup show '$cg/part' | grep -q nx_egress"
rmdir "$cg/part"
check "its control group goes: it says so" yes \
	"$(wait_for 5 grep -q "part was removed" "$err" && echo yes || cat "$err")"
check "its control group goes: told in one line" 1 "$(wc -l < "$err")"
check "its control group goes: it goes on" yes \
	"$(kill -0 $nx_pid && echo yes)"
kill -TERM "$nx_pid"
ended
check "its control group goes: status" 143 $?
nx_pid=

# The screen says so, too.
mkdir "$cg/part"
screen 100 30 --cgroup "$cg/part"
rmdir "$cg/part"
check "on the screen: it says so" yes \
	"$(wait_for 5 shows "was removed" && echo yes || tmux -L "nx$$" capture-pane -p)"
left
done_testing
