# SPDX-License-Identifier: MIT
# dig, and a client that lives a millisecond, against a responder of our own.
. "$(dirname "$0")/lib.sh"

explore --cgroup "$cg" || done_testing
serving "$traffic/dnsd" 127.0.0.1 53; dnsd=$spawned
serving "$traffic/dnsd" ::1 53

dig_()
{
	inside dig +tries=1 +time=1 +noall +answer @127.0.0.1 "$@" \
		>> "$work/dig" 2>&1
}

spawn dig +short @127.0.0.1 host.test A > "$work/dig"; dig_pid=$spawned; wait "$spawned"
dig_ host.test AAAA
dig_ alias.test A
dig_ two.test A
dig_ mx.test MX
dig_ txt.test TXT
dig_ _sip._udp.test SRV
dig_ -x 192.0.2.10
dig_ test SOA
dig_ mx.test A
dig_ gone.test A
dig_ fail.test A
dig_ no.test A
dig_ silent.test A
dig_ slow.test A
dig_ +ignore big.test A
inside "$traffic/ask" -r 127.0.0.1 53 retry.test
inside dig +tries=1 +time=1 +short @::1 host.test A >/dev/null
n=0
while [ $((n += 1)) -le 50 ]; do
	inside "$traffic/ask" -i $n -t 1 127.0.0.1 53 two.test
done
wait_for 5 roles answered 67
explored
check_lossless

# state rcode answers, by name and type, for the side that asked.
asked()
{
	document '[rows("dns") | select(.query == "'"$1"'" and .type == "'"$2"'"
		and .direction == "asked" and .who.name == "dig" and .dst == "127.0.0.1")
		| .state, .rcode, [.answers[]? | "\(.type) \(.data)"]]'
}

says()
{
	check "$1 $2" "$3" "$(asked "$1" "$2")"
}

says host.test A '["answered","NOERROR",["A 192.0.2.10"]]'
says host.test AAAA '["answered","NOERROR",["AAAA 2001:db8::a"]]'
says alias.test A '["answered","NOERROR",["CNAME host.test","A 192.0.2.10"]]'
says two.test A '["answered","NOERROR",["A 192.0.2.21","A 192.0.2.22"]]'
says mx.test MX '["answered","NOERROR",["MX 10 mail.test."]]'
says txt.test TXT '["answered","NOERROR",["TXT \"hello\" \"world\""]]'
says test SOA '["answered","NOERROR",["SOA ns.test. admin.test. 1 3600 600 86400 60"]]'
says _sip._udp.test SRV '["answered","NOERROR",["SRV 1 2 5060 host.test."]]'
says 10.2.0.192.in-addr.arpa PTR '["answered","NOERROR",["PTR host.test"]]'
says mx.test A '["nodata","NOERROR",[]]'
says gone.test A '["nxdomain","NXDOMAIN",[]]'
says fail.test A '["servfail","SERVFAIL",[]]'
says no.test A '["refused","REFUSED",[]]'
says silent.test A '["unanswered",null,[]]'
says slow.test A '["answered","NOERROR",["A 192.0.2.30"]]'
says big.test A '["truncated","NOERROR",[]]'

check "a repeated question is one row" '[["answered",1,["192.0.2.31"]]]' \
	"$(document '[rows("dns") | select(.query == "retry.test"
		and .direction == "asked")
		| [.state, .retries, [.answers[]?.data]]]')"
check "a slow answer takes its 200 ms" true "$(document '
	[rows("dns") | select(.query == "slow.test" and .direction == "asked")
	 | .latency_ns >= 200e6 and .latency_ns < 900e6] == [true]')"
check "over IPv6 too" '["answered"]' "$(document '
	[rows("dns") | select(.dst == "::1" and .direction == "asked") | .state]')"
check "dig's process" "[$dig_pid,\"dig\",$$,\"dig +short @127.0.0.1 host.test A\"]" \
	"$(document 'first(rows("dns") | select(.query == "host.test"
		and .type == "A" and .direction == "asked") | .who
		| [.pid, .name, .ppid, .cmdline])')"
check "the responder's side is served by the responder" "[$dnsd,\"dnsd\"]" \
	"$(document '[rows("dns") | select(.direction == "served"
		and .dst == "127.0.0.1") | .who | [.pid, .name]] | unique[]')"
check "50 short clients: each its own process and id" '[]' "$(document '
	[$truth[] | select(.role == "asked") | [.pid, .count, .lport]]
	- [rows("dns") | select(.who.name == "ask" and .direction == "asked"
		and .state == "answered") | [.who.pid, .id, .src_port]]')"

score=$(lines 'score(packets("net_packet_udp")
	| select(.comm != "dig" and .remote != "::1" and .local != "::1"))')
note "packets $score"
check "lines: no packet of the short clients has another's process" '[0,0]' \
	"$(printf %s "$score" | jq -c '[.wrong, .unknown]')"
check "lines: the name is dig's, not its thread's" '["dig"]' "$(lines '
	[packets("net_packet_dns") | select(.dport == 53 and .dir == "egress"
	 and .comm != "ask") | .comm] | unique')"
check "lines: 69 questions and 67 answers, at both ends" '[138,134]' "$(lines '
	[packets("net_packet_dns_request", "net_packet_dns_response") | .event]
	| [(map(select(endswith("request"))) | length),
	   (map(select(endswith("response"))) | length)]')"
done_testing
