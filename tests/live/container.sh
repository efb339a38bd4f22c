# SPDX-License-Identifier: MIT
# Processes in control groups with the names that container runtimes give
# theirs: the id is with each packet, and can be filtered by.
. "$(dirname "$0")/lib.sh"

new_id()
{
	od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

id=$(new_id) id1=$(new_id) idle=$(new_id)
docker=$cg/docker-$id.scope
old=$cg/docker-$idle.scope
v1=$(awk '$(NF-2) == "cgroup" && $NF ~ /(^|,)pids(,|$)/ { print $5; exit }' \
	/proc/self/mountinfo)
v1=${v1:+$v1/nx-live-$$/docker/$id1}

# within FOLDER COMMAND...: its process may have ended when we look.
within()
{
	sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$@"
}

remove_groups()
{
	[ -z "${before:-}" ] || kill "$before" 2>/dev/null
	wait_for 5 rmdir "$docker/init.scope"
	wait_for 5 rmdir "$docker"
	wait_for 5 rmdir "$old"
	if [ -n "$v1" ] && [ -d "$v1" ]; then
		wait_for 5 rmdir "$v1"
		rmdir "${v1%/*}" "${v1%/*/*}"
	fi
}
trap 'remove_groups; cleanup' EXIT

mkdir "$docker" "$docker/init.scope" "$old" || exit 1
# One that has its socket before the start.
serving "$traffic/server" 127.0.0.1 5200
before=$spawned
echo "$before" > "$old/cgroup.procs"

events=net_packet_udp,net_packet_tcp
explore --cgroup "$cg" || done_testing
within "$docker" "$traffic/flood" -n 3 127.0.0.1 5300 > /dev/null
within "$docker/init.scope" "$traffic/flood" -n 3 127.0.0.1 5301 > /dev/null
inside "$traffic/flood" -n 3 127.0.0.1 5302 > /dev/null
inside "$traffic/client" 127.0.0.1 5200
if [ -n "$v1" ] && mkdir -p "$v1" 2>/dev/null; then
	within "$v1" sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$cg" \
		"$traffic/flood" -n 3 127.0.0.1 5303 > /dev/null
else
	v1=
fi
explored

# ids PORT: of who sent to it.
ids()
{
	lines "[inputs | select(.netexplore.direction == \"egress\" and
		(.args | any(.name == \"dst_port\" and .value == $1)))
		| .containerId] | unique"
}

check "docker with systemd" "[\"$id\"]" "$(ids 5300)"
check "a group that the container made" "[\"$id\"]" "$(ids 5301)"
check "in none" '[""]' "$(ids 5302)"
check "a server from before the start" "[\"$idle\"]" \
	"$(lines '[inputs | select(.hostProcessId == '"$before"')
		| .containerId] | unique')"
if [ -n "$v1" ]; then
	check "version 1" "[\"$id1\"]" "$(ids 5303)"
else
	echo "skip - $name: no pids controller of version 1 here"
fi
check "the document has it" "[\"$idle\",null]" \
	"$(document '[.processes[] | select(.name == ("server", "client"))
		| { name, container }] | sort_by(.name) | reverse
		| map(.container) | unique_by(. == null)')"

explore --cgroup "$cg" "ps.container = $id or dst port 60001 or dst port 60002"
within "$docker" "$traffic/flood" -n 3 127.0.0.1 5300 > /dev/null
inside "$traffic/flood" -n 3 127.0.0.1 5302 > /dev/null
explored
check "the filter shows it" 3 "$(lines "[inputs |
	select(.containerId == \"$id\")] | length")"
check "and nothing of others" 0 "$(datagrams 5302)"
done_testing
