# SPDX-License-Identifier: MIT
# However it ends, nothing of it stays in the kernel.
. "$(dirname "$0")/lib.sh"

# Objects that a process holds: "prog 12", "map 7", "link 3".
objects()
{
	cat /proc/"$1"/fdinfo/* 2>/dev/null |
		awk '/^(prog|map|link)_id:/ { sub(/_id:/, "", $1); print $1, $2 }' |
		sort -u
}

# The same of all that is loaded.
loaded()
{
	for kind in prog map link; do
		bpftool -j $kind show | jq -r ".[] | \"$kind \\(.id)\""
	done | sort
}

gone()
{
	loaded > "$work/loaded"
	! grep -qxFf "$work/objects" "$work/loaded"
}

ends()
{
	how=$1
	want=$2
	shift 2
	events=net_packet_udp explore --cgroup "$cg" "$@" || return
	objects "$nx_pid" > "$work/objects"
	for kind in prog map link; do
		check "$how: it holds a $kind" yes \
			"$(grep -q "^$kind" "$work/objects" && echo yes)"
	done
	inside "$traffic/flood" -n 100 127.0.0.1 7000 >/dev/null
	case $how in
	SIG*) kill -"${how#SIG}" "$nx_pid" ;;
	esac
	ended
	check "$how: status" "$want" $?
	nx_pid=
	wait_for 5 gone
	check "$how: nothing is left" "" \
		"$(grep -xFf "$work/objects" "$work/loaded" | head -3)"
}

bpftool cgroup show "$cgroot" > "$work/cgroup.before" 2>&1
ends SIGTERM 143
ends SIGINT 130
ends SIGHUP 129
ends SIGKILL 137
ends SIGSEGV 139
ends duration 0 --duration 2s
check "no new program is on the test's control group" "" \
	"$(bpftool cgroup show "$cg" 2>&1)"
check "no temporary file is left beside the document" "" \
	"$(find "$work" -name '*.json*' ! -name '*.json')"
done_testing
