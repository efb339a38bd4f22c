# SPDX-License-Identifier: MIT
# Processes in control groups with the names that container runtimes give
# theirs: the id is with each packet, and can be filtered by. In folders of the
# runtimes (imitated, where only netexplore sees them) are their names.
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

# What the runtimes wrote: docker of one that runs, and of one that is to come.
docker_file()
{
	mkdir -p "$work/lib/docker/containers/$1"
	printf '{"ID":"%s","Name":"/%s","Config":{"Image":"%s"}}\n' "$@" \
		> "$work/lib/docker/containers/$1/config.v2.json"
}
docker_file "$idle" idle old:1
mkdir -p "$work/lib/containers/storage/overlay-containers"
cat > "$work/with-files" <<END
#!/bin/sh
exec unshare --mount sh -c 'mount --bind "$work/lib" /var/lib &&
	exec "\$@"' sh "$nx" "\$@"
END
chmod +x "$work/with-files"
bare=$nx nx=$work/with-files

events=net_packet_udp,net_packet_tcp
explore --cgroup "$cg" -w "$work/names.pcapng" || done_testing
docker_file "$id" 'web\u001b]0;x' nginx:1.25
printf '[{"id":"%s","names":["pod1"],"metadata":"{\\"image-name\\":\\"bb:2\\"}"}]\n' \
	"$id1" > "$work/lib/containers/storage/overlay-containers/containers.json"
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
# names PORT: what their containers are called.
names()
{
	lines "[inputs | select(.netexplore.direction == \"egress\" and
		(.args | any(.name == \"dst_port\" and .value == $1)))
		| [.containerName, .containerImage]] | unique[]"
}

clean='web\027]0;x'
check "its name and image, cleaned" "$(jq -cn --arg n "$clean" '[$n, "nginx:1.25"]')" \
	"$(names 5300)"
check "also of a group below" "$(names 5300)" "$(names 5301)"
check "none of who is in none" '["",""]' "$(names 5302)"
check "a server from before, by name" '["idle","old:1"]' \
	"$(lines '[inputs | select(.hostProcessId == '"$before"')
		| [.container.name, .container.image]] | unique[]')"
check "in the document" '["idle","old:1"]' "$(document '.processes[]
	| select(.name == "server") | [.container_name, .container_image]')"
nx=$bare
check "and in the recording" '["idle","old:1"]' "$("$nx" -r "$work/names.pcapng" \
	-x - 2>/dev/null | jq -c '.processes[] | select(.name == "server")
	| [.container_name, .container_image]')"
nx=$work/with-files
check "in none" '[""]' "$(ids 5302)"
check "a server from before the start" "[\"$idle\"]" \
	"$(lines '[inputs | select(.hostProcessId == '"$before"')
		| .containerId] | unique')"
if [ -n "$v1" ]; then
	check "version 1" "[\"$id1\"]" "$(ids 5303)"
	check "podman's, by the list" '["pod1","bb:2"]' "$(names 5303)"
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

explore --cgroup "$cg" "container startswith web and ps.container.image = 'nginx:1.25' or dst port 60001 or dst port 60002"
within "$docker" "$traffic/flood" -n 3 127.0.0.1 5300 > /dev/null
inside "$traffic/flood" -n 3 127.0.0.1 5302 > /dev/null
explored
check "a filter by name and image" 3 "$(lines "[inputs |
	select(.containerId == \"$id\")] | length")"
check "nothing of others there, either" 0 "$(datagrams 5302)"
done_testing
