# SPDX-License-Identifier: MIT
# ICMP errors from a closed port, a router and the host behind it: each names
# the process that caused it, what it answers and the time since, over IPv4 and
# IPv6, with and without a query, a connection or a ping that it is about.
. "$(dirname "$0")/lib.sh"

# Us, a router, and a host behind it on a narrower wire.
namespace; router=$spawned
namespace; far=$spawned
wire()
{
	nsenter --net="/proc/$1/ns/net" ip link add "$2" type veth \
		peer name "$4" netns "$3"
}
wire $$ nxa "$router" nxr
wire "$router" nxs "$far" nxb
address()
{
	to=$1
	shift
	at "$to" ip address add "$1" dev "$3"
	at "$to" ip address add "$2" dev "$3" nodad
	at "$to" ip link set "$3" up
}
address $$ 10.98.1.1/24 fd98:1::1/64 nxa
address "$router" 10.98.1.254/24 fd98:1::fe/64 nxr
address "$router" 10.98.2.254/24 fd98:2::fe/64 nxs
address "$far" 10.98.2.1/24 fd98:2::1/64 nxb
at "$router" ip link set nxs mtu 1300
at "$far" ip link set nxb mtu 1300
at "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
	net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
at "$far" sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
ip route add default via 10.98.1.254
ip -6 route add default via fd98:1::fe
at "$far" ip route add default via 10.98.2.254
at "$far" ip -6 route add default via fd98:2::fe
at "$router" ip route add unreachable 10.98.5.0/24
at "$router" ip route add prohibit 10.98.6.0/24
at "$router" ip -6 route add prohibit fd98:6::/64
# A new wire may take a second to carry IPv6. Who is where is then asked anew.
carries()
{
	ping -6 -q -c 1 -W 1 fd98:2::1 > "$work/said" 2>&1
}
wait_for 10 carries
ip neigh flush all
at "$router" ip neigh flush all
at "$far" ip neigh flush all

explore "net.netns=$netns" || done_testing
quietly()
{
	spawn "$@" > "$work/said" 2>&1 < /dev/null
	wait "$spawned"
}
quietly "$traffic/flood" -n 1 10.98.2.1 9; udp=$spawned
quietly "$traffic/flood" -n 1 fd98:2::1 9; udp6=$spawned
quietly "$traffic/flood" -n 1 10.98.6.1 9; udp_no=$spawned
quietly "$traffic/flood" -n 1 fd98:6::1 9; udp6_no=$spawned
quietly dig +tries=1 +time=1 @10.98.2.1 host.test A; dig=$spawned
quietly ping -q -c 1 -W 1 -t 1 10.98.2.1; ping=$spawned
quietly ping -q -c 1 -W 1 -M do -s 1400 10.98.2.1; big=$spawned
quietly ping -6 -q -c 1 -W 1 -t 1 fd98:2::1; ping6=$spawned
# The client waits for what will not come: its SYN's error is no end.
spawn "$traffic/client" 10.98.5.1 80 > "$work/said" 2>&1 < /dev/null
tcp=$spawned
# A probe of a traceroute: a datagram whose hops end at the router.
hops=$(sysctl -n net.ipv4.ip_default_ttl)
sysctl -qw net.ipv4.ip_default_ttl=1
quietly "$traffic/flood" -n 1 10.98.2.1 33434; probe=$spawned
sysctl -qw net.ipv4.ip_default_ttl="$hops"
# A neighbour that is not there, and one that is; an address that is free, and
# the router's, which we may not have.
quietly ping -6 -q -c 1 -W 4 fd98:1::99; lonely=$spawned
quietly ping -6 -q -c 1 -W 1 fd98:1::fe
inside ip address add fd98:1::7/64 dev nxa
inside ip address add fd98:1::fe/64 dev nxa
wait_for 5 sh -c "ip address show dev nxa | grep -q 'fd98:1::fe/64.*dadfailed'"
wait_for 5 sh -c "! ip address show dev nxa | grep -q 'fd98:1::7/64.*tentative'"
# On the loopback the error has two ends: who sends it, and who it is for.
quietly "$traffic/flood" -n 1 127.0.0.1 9; here=$spawned
wait "$tcp"
explored
check_lossless

# [process, typeCode, from, mtu, hop] of the errors about something.
about()
{
	document "[rows(\"icmp_errors\") | select(.flow | $1) | select(.process)
		| [.who.pid, .typeCode, .src, .mtu, .hop, .after_ns > 0
			and .after_ns < 1e9]] | unique"
}
check "a closed UDP port names who sent the datagram" \
	"[[$udp,\"DestinationUnreachable(Port)\",\"10.98.2.1\",null,null,true]]" \
	"$(about '.dst == "10.98.2.1" and .dst_port == 9')"
check "the same over IPv6" \
	"[[$udp6,\"DestinationUnreachable(PortUnreachable)\",\"fd98:2::1\",null,null,true]]" \
	"$(about '.dst == "fd98:2::1" and .dst_port == 9')"
check "a router that refuses" \
	"[[$udp_no,\"DestinationUnreachable(CommAdminProhibited)\",\"10.98.1.254\",null,null,true]]" \
	"$(about '.dst == "10.98.6.1"')"
check "the same over IPv6: its policy" \
	"[[$udp6_no,\"DestinationUnreachable(AdminProhibited)\",\"fd98:1::fe\",null,null,true]]" \
	"$(about '.dst == "fd98:6::1"')"
check "a query that nobody takes" \
	"[[$dig,\"DestinationUnreachable(Port)\",\"10.98.2.1\",null,null,true]]" \
	"$(about '.dst_port == 53')"
check "the query says so, too" '["DestinationUnreachable(Port)"]' \
	"$(document '[rows("dns") | select(.direction == "asked") | .icmp_error]')"
check "a ping whose hops end names the hop" \
	"[[$ping,\"TimeExceeded(TTLExceeded)\",\"10.98.1.254\",null,1,true]]" \
	"$(about ".id and .dst == \"10.98.2.1\" and .proto == \"icmp\"" |
		jq -c "map(select(.[0] == $ping))")"
check "the same over IPv6" \
	"[[$ping6,\"TimeExceeded(HopLimitExceeded)\",\"fd98:1::fe\",null,1,true]]" \
	"$(about '.dst == "fd98:2::1" and .proto == "icmpv6"')"
check "a ping that is too big is told the MTU" \
	"[[$big,\"DestinationUnreachable(FragmentationNeeded)\",\"10.98.1.254\",1300,null,true]]" \
	"$(about ".id and .proto == \"icmp\"" |
		jq -c "map(select(.[0] == $big))")"
check "a probe of a traceroute names the hop" \
	"[[$probe,\"TimeExceeded(TTLExceeded)\",\"10.98.1.254\",null,1,true]]" \
	"$(about '.dst_port == 33434')"
check "a connection to a host that is not there" \
	"[[$tcp,\"DestinationUnreachable(Host)\",\"10.98.1.254\",null,null,true]]" \
	"$(about '.dst == "10.98.5.1"')"
check "the connection says so, too" '["DestinationUnreachable(Host)"]' \
	"$(document '[rows("flows") | select(.dst == "10.98.5.1") | .icmp_error] | unique')"
check "on the loopback one error is the sender's, one the kernel's" \
	"[null,$here]" "$(document '[rows("icmp_errors")
		| select(.src == "127.0.0.1" and .flow.dst_port == 9)
		| .who.pid] | sort')"
# [target, claim, states] of who was looked for.
neighbors='[.neighbors[] | select(.src == $src and .target == $target)]
	| [(map(.state) | unique), (map(.claim // false) | unique), length > 0]'
check "a neighbour that is not there" '[["unanswered"],[false],true]' \
	"$(document "\"fd98:1::1\" as \$src | \"fd98:1::99\" as \$target | $neighbors")"
check "three were sent for it" 3 "$(document '
	[.neighbors[] | select(.target == "fd98:1::99")] | length')"
check "who asked for it is told by this host" \
	"[[$lonely,\"DestinationUnreachable(AddressUnreachable)\",\"fd98:1::1\"]]" \
	"$(about '.dst == "fd98:1::99"' | jq -c 'map(.[:3]) | unique')"
check "a neighbour that is there" '[["answered"],[false],true]' \
	"$(document "\"fd98:1::1\" as \$src | \"fd98:1::fe\" as \$target | $neighbors")"
check "its link address is the router's" "$(at "$router" ip -j link show nxr |
	jq -r '.[].address')" \
	"$(document '[.neighbors[] | select(.target == "fd98:1::fe" and .src == "fd98:1::1")
		| .link] | unique[]')"
check "an address that is free" '[["unanswered"],[true],true]' \
	"$(document "\"::\" as \$src | \"fd98:1::7\" as \$target | $neighbors")"
check "an address that somebody has" '[["answered"],[true],true]' \
	"$(document "\"::\" as \$src | \"fd98:1::fe\" as \$target | $neighbors")"
check "groups are joined" true "$(document '
	[.icmp_messages[].says[]? | select(startswith("joins ff02::1:ff00:7"))]
	| length > 0')"
done_testing
