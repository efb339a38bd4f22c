# SPDX-License-Identifier: MIT
# Who started it: parents that use no socket and are gone by the time that
# anybody could look them up, and processes in PID namespaces of their own,
# whose ids are others inside and outside.
. "$(dirname "$0")/lib.sh"

# Says its ids, outside and inside (/proc is the host's), and becomes the rest.
cat > "$work/say" <<'END'
read -r host _ < /proc/self/stat
ns=$(readlink /proc/self/ns/pid)
ns=${ns#pid:[}
echo "$host $$ ${ns%]}" >> "$0.log"
exec "$@"
END

serving "$traffic/server" 127.0.0.1 5400
events=net_packet_udp,net_packet_tcp
explore --cgroup "$cg" || done_testing
# A shell with a name of its own; another one below it.
ln -s "$(readlink -f "$(command -v sh)")" "$work/grandparent"
inside "$work/grandparent" -c 'sh -c "\"\$@\"; :" sh "$@"; :' sh \
	"$traffic/client" 127.0.0.1 5400 > /dev/null
inside "$work/grandparent" -c 'sh -c "\"\$@\"; :" sh "$@"; :' sh \
	"$traffic/flood" -n 1 127.0.0.1 5401 > /dev/null
inside unshare --pid --fork sh "$work/say" "$traffic/flood" -n 1 127.0.0.1 \
	5402 > /dev/null
inside unshare --pid --fork sh -c ': ; unshare --pid --fork "$@"; :' sh \
	sh "$work/say" sh -c '"$@"; :' sh "$traffic/flood" -n 1 127.0.0.1 \
	5403 > /dev/null
explored
check_lossless

# of PORT JQ: of the one datagram that was sent to it.
of()
{
	lines "inputs | select(.netexplore.direction == \"egress\" and
		(.args | any(.name == \"dst_port\" and .value == $1))) | $2"
}

ids='[.hostProcessId, .processId, .pidNamespace]'
check "the ancestors are in the document" '["sh","grandparent"]' \
	"$(document '.processes[] | select(.name == "client") | .ancestors[:2]')"
check "ids in a PID namespace, and outside" \
	"$(sed -n '1s/ /,/gp' "$work/say.log" | sed 's/.*/[&]/')" \
	"$(of 5402 "$ids")"
check "its threads' ids, too" true "$(of 5402 '.threadId == .processId and
	.hostThreadId == .hostProcessId')"
check "its parent is outside" '[0,true]' "$(of 5402 '[.parentProcessId,
	.hostParentProcessId > 0 and .hostParentProcessId != .hostProcessId]')"
said=$(tail -n 1 "$work/say.log")
check "two namespaces down: its parent's ids" \
	"[${said%% *},$(echo "$said" | cut -d' ' -f2)]" \
	"$(of 5403 '[.hostParentProcessId, .parentProcessId]')"
check "and its namespace" "${said##* }" "$(of 5403 .pidNamespace)"

explore --cgroup "$cg" "ps.ancestor = grandparent or dst port 60001 or dst port 60002"
inside "$work/grandparent" -c 'sh -c "\"\$@\"; :" sh "$@"; :' sh \
	"$traffic/flood" -n 1 127.0.0.1 5404 > /dev/null
inside "$traffic/flood" -n 1 127.0.0.1 5405 > /dev/null
explored
check "the filter shows what comes from it" 1 "$(lines '[inputs |
	select(.netexplore.direction == "egress" and
		(.args | any(.name == "dst_port" and .value == 5404)))] | length')"
check "and nothing else" 0 "$(datagrams 5405)"
done_testing
