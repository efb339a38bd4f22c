# SPDX-License-Identifier: MIT
# A resolver (dnsmasq) that asks another one in a second network namespace, and
# programs that ask it: what belongs together, by the processes that the test
# started and by what both dnsmasq wrote down.
. "$(dirname "$0")/lib.sh"

if ! command -v dnsmasq >/dev/null; then
	echo "skip - $name: needs dnsmasq (Debian: dnsmasq-base)"
	finished=yes
	exit 77
fi

# 10.9.0.1 here; the server of all names is 10.9.0.2, a slow one is 10.9.0.3.
# Nobody is 10.9.0.9.
namespace
there=$spawned
ip link add nx0 type veth peer name nx1 netns "/proc/$there/ns/net"
ip addr add 10.9.0.1/24 dev nx0
ip link set nx0 up
at "$there" ip addr add 10.9.0.2/24 dev nx1
at "$there" ip addr add 10.9.0.3/24 dev nx1
at "$there" ip link set nx1 up

# resolver LOG ADDRESS OPTION...: its process id is in $spawned.
resolver()
{
	log=$1 address=$2
	shift 2
	spawn dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv \
		--no-hosts --user=root --group= --pid-file= \
		--cache-size=150 --log-queries=extra --log-facility="$log" \
		--bind-interfaces --except-interface=lo0 \
		--listen-address="$address" "$@"
	wait_for 5 grep -q started "$log"
}

text=$(printf '%0200d' 0)
spawn nsenter --net="/proc/$there/ns/net" dnsmasq --keep-in-foreground \
	--conf-file=/dev/null --no-resolv --no-hosts --user=root \
	--group= --pid-file= --log-queries=extra \
	--log-facility="$work/upstream.log" --bind-interfaces \
	--listen-address=10.9.0.2 --local=/example/ --local-ttl=30 \
	--host-record=host.example,10.9.0.2 --cname=www.example,host.example \
	--txt-record=big.example,"$text","$text","$text","$text","$text","$text"
upstream=$spawned
wait_for 5 grep -q started "$work/upstream.log"
spawn nsenter --net="/proc/$there/ns/net" "$traffic/dnsd" 10.9.0.3 53
dnsd=$spawned
wait_for 5 grep -q "\"pid\":$dnsd," "$work/truth"

resolver "$work/stub.log" 127.0.0.53 --server=10.9.0.2 --server=/test/10.9.0.3
stub=$spawned
resolver "$work/second.log" 127.0.0.54 --server=127.0.0.53
second=$spawned
resolver "$work/order.log" 127.0.0.55 --strict-order --server=10.9.0.9 \
	--server=10.9.0.2
order=$spawned
echo 'nameserver 127.0.0.53' > "$work/resolv.conf"
sed 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf > "$work/nsswitch.conf"

explore --cgroup "$cg" -w "$work/run.pcapng" || done_testing

# Clients, each with its process id. with_resolver: as a program of this host
# would ask; the rest says whom it asks.
with_resolver()
{
	spawn unshare --mount sh -c 'mount --bind "$0/resolv.conf" /etc/resolv.conf &&
		mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec "$@"' \
		"$work" "$@"
}

dig_at()
{
	at_address=$1
	shift
	spawn dig +tries=1 +time=2 "@$at_address" "$@"
	wait "$spawned"
} >> "$work/dig" 2>&1

with_resolver getent ahosts www.example > "$work/getent"; getent=$spawned
wait "$getent"
dig_at 127.0.0.53 www.example A; cached=$spawned
dig_at 127.0.0.53 host.example MX; nodata=$spawned
dig_at 127.0.0.53 gone.example A; nxdomain=$spawned
dig_at 127.0.0.53 +tcp host.example TXT; tcp=$spawned
dig_at 127.0.0.53 +bufsize=512 big.example TXT; big=$spawned
dig_at 127.0.0.54 host.example SRV; far=$spawned
spawn dig +tries=3 +time=1 @127.0.0.55 host.example NS > "$work/dig.order"
ordered=$spawned
wait "$ordered"
spawn dig +tries=1 +time=2 @127.0.0.53 slow.test A > "$work/slow.1"; slow1=$spawned
spawn dig +tries=1 +time=2 @127.0.0.53 SLOW.test A > "$work/slow.2"; slow2=$spawned
wait "$slow1"
wait "$slow2"
inside "$traffic/ask" -r 127.0.0.53 53 retry.test
# Nothing listens there.
inside dig +tries=1 +time=1 @127.0.0.77 host.example >> "$work/dig" 2>&1

with_resolver bash -c 'exec 3<>/dev/tcp/www.example/80' 2> "$work/bash.1"; own=$spawned
wait "$own"
spawn bash -c 'exec 3<>/dev/tcp/10.9.0.2/81' 2> "$work/bash.2"; other=$spawned
wait "$other"
spawn bash -c 'exec 3<>/dev/tcp/10.9.0.3/82' 2> "$work/bash.3"; none=$spawned
wait "$none"
explored
check_lossless

# way PID NAME: of what the process asked: the pid that it was asked at, and
# of each query that was sent on: whose, to where, and what came of it.
way()
{
	document '. as $d | [rows("dns") | select(.who.pid == '"$1"'
		and (.query | ascii_downcase) == "'"$2"'" and .direction == "asked")
		| (if .peer then $d.dns[.peer] else null end) as $served
		| {state, at: ($served.process | if . then $d.processes[. - 1].pid else null end),
		   via: [(.via // [])[] | $d.dns[.]
			| [$d.processes[.process - 1].pid, .dst, .transport, .state]]}]'
}

check "getent: through the resolver, to the server" \
	"[{\"state\":\"answered\",\"at\":$stub,\"via\":[[$stub,\"10.9.0.2\",\"udp\",\"answered\"]]}]" \
	"$(way "$getent" www.example | jq -c '[.[] | select(.state == "answered")]')"
check "the second one is told what the first one learnt" \
	"[{\"state\":\"answered\",\"at\":$stub,\"via\":[]}]" \
	"$(way "$cached" www.example)"
check "nodata" "[{\"state\":\"nodata\",\"at\":$stub,\"via\":[[$stub,\"10.9.0.2\",\"udp\",\"nodata\"]]}]" \
	"$(way "$nodata" host.example)"
check "nxdomain" "[{\"state\":\"nxdomain\",\"at\":$stub,\"via\":[[$stub,\"10.9.0.2\",\"udp\",\"nxdomain\"]]}]" \
	"$(way "$nxdomain" gone.example)"

# For TCP it forks: its log has the children's process ids.
child()
{
	sed -n "s/.*dnsmasq\[\([0-9]*\)\].*query\[$2\] $1 from.*/\1/p" \
		"$work/stub.log" | tail -1
}
tcp_child=$(child host.example TXT)
check "over TCP another process serves" true "$([ -n "$tcp_child" ] &&
	[ "$tcp_child" != "$stub" ] && echo true)"
check "and asks on by itself" \
	"[{\"state\":\"nodata\",\"at\":$tcp_child,\"via\":[[$tcp_child,\"10.9.0.2\",\"tcp\",\"nodata\"]]}]" \
	"$(way "$tcp" host.example)"
check "truncated, then over TCP: both ways to the end" \
	'[["udp","answered"],["tcp","answered"]]' \
	"$(document '[rows("dns") | select(.who.pid == '"$big"' and .direction == "asked")
		| [.transport, .state]]')"
check "the retry over TCP is sent on by a child, too" \
	"[\"$(child big.example TXT)\",\"10.9.0.2\"]" \
	"$(way "$big" big.example | jq -c '.[1].via[0] | [(.[0] | tostring), .[1]]')"
check "behind two resolvers: who asked first" \
	"[[$far,$second],[$second,$stub]]" \
	"$(document '. as $d | [rows("dns") | select(.query == "host.example" and .type == "SRV"
		and .direction == "served" and .dst != "10.9.0.2")
		| [$d.processes[$d.dns[.peer].process - 1].pid, .who.pid]]')"
check "a dead server, then the next" \
	"[[$order,\"10.9.0.2\",\"udp\",\"nodata\"],[$order,\"10.9.0.9\",\"udp\",\"unanswered\"]]" \
	"$(way "$ordered" host.example | jq -c '[.[].via[]] | unique | sort_by(.[1])')"
check "two wait for one answer" "[[$slow1,$slow2]]" \
	"$(document '. as $d | [rows("dns") | select(.dst == "10.9.0.3" and .direction == "asked"
		and (.query | ascii_downcase) == "slow.test")
		| [(.for // [])[] | $d.dns[.] | $d.processes[.process - 1].pid] | sort]')"
check "asked again and sent on again: one row each" '[[1,1]]' \
	"$(document '. as $d | [rows("dns") | select(.query == "retry.test"
		and .direction == "served" and .dst == "127.0.0.53")
		| [.retries, ([.via[] | $d.dns[.].retries] | add)]]')"
check "a closed port serves nothing" '["asked"]' \
	"$(document '[rows("dns") | select(.dst == "127.0.0.77") | .direction]')"

# What the servers wrote down: as many queries as were sent on to them.
check "as many queries came to the server as its log has" \
	"$(grep -c 'query\[' "$work/upstream.log")" \
	"$(document '[rows("dns") | select(.direction == "served" and .dst == "10.9.0.2"
		) | 1 + .retries] | add')"
check "each that was sent on has whom it was for" '[]' \
	"$(document '[rows("dns") | select(.direction == "asked" and (.for | not)
		and (.dst | startswith("10.9.")) and .who.name == "dnsmasq") | .query]')"

# named PID: the name of where its connection goes, and whose it is.
named()
{
	document '[rows("flows") | select(.who.pid == '"$1"' and .direction == "outgoing"
		and (.dst_port | . >= 80 and . <= 82))
		| [.name, .name_by, (.name_age_ns // 0) < 2e9, .name_pid]]'
}
check "a connection has the name that it asked for" \
	"[[\"www.example\",\"own\",true,$own]]" "$(named "$own")"
check "another one's name is marked" '["other"]' \
	"$(named "$other" | jq -c '[.[][1]]')"
check "nobody asked for that address" '[[null,"none",true,null]]' \
	"$(named "$none")"

# What belongs together is found in the recording, too.
ways()
{
	jq -c '[.dns[] | [.query, .type, .src_port, .state, .peer, .via, .for]],
		[.flows[] | select(.dst_port >= 80 and .dst_port <= 82)
		 | [.dst_port, .name, .name_by, .name_pid]]' "$1" | md5sum
}
"$nx" -r "$work/run.pcapng" -x "$work/read.json" 2> "$work/read.err"
check "a recording says the same" "$(ways "$doc")" "$(ways "$work/read.json")"
done_testing
