# SPDX-License-Identifier: MIT
# The main job, as a person does it: start on live traffic, look, filter,
# export, leave.
. "$(dirname "$0")/lib.sh"

serving "$traffic/server" 127.0.0.1 5000
serving "$traffic/server" -f :: 5001
serving "$traffic/dnsd" 127.0.0.1 53
terminal 100 30
state before
started --cgroup "$cg"

inside "$traffic/client" 127.0.0.1 5000
inside "$traffic/client" ::1 5001
inside "$traffic/client" 127.0.0.1 5009 # nobody listens there
inside ping -c 3 -i 0.2 127.0.0.1 > /dev/null
inside dig +short +tries=1 @127.0.0.1 host.test A > /dev/null
inside dig +short +tries=1 @127.0.0.1 gone.test A > /dev/null

sees()
{
	check "$1" yes "$(wait_for 5 shows "$2" && echo yes || tm capture-pane -p)"
}

sees 'the TCP pane has the client' client
sees 'and what was refused' refused
sees 'the ICMP pane has ping' ping
sees 'the DNS pane has dig' dig
sees 'with the name it asked for' host.test
sees 'and the one that is not' gone.test
sees 'nothing is lost' 'lost 0'

press /
type_line 'port 53'
sees 'the filter is on the screen' 'port 53'
check 'port 53 leaves no connection' yes "$(wait_for 5 hides client && echo yes)"
check 'and no ping' yes "$(wait_for 5 hides 'ping ' && echo yes)"
sees 'but DNS' host.test

press e
wait_for 5 shows json
press C-u
type_line "$work/dns.json"
check 'e writes a file' yes "$(wait_for 5 has_file "$work/dns.json" && echo yes)"
check 'which is JSON' yes \
	"$(python3 -m json.tool "$work/dns.json" > "$work/tool" 2>&1 && echo yes || cat "$work/tool")"
doc=$work/dns.json
check 'with the filter' 'port 53' "$(document .filter)"
check 'with both queries at both ends' \
	'[["gone.test","asked","nxdomain"],["gone.test","served","nxdomain"],["host.test","asked","answered"],["host.test","served","answered"]]' \
	"$(document '[.dns[] | [.query, .direction, .state]] | sort')"
# (The server of names listens on TCP, too.)
check 'and nothing else' '["listening"]' \
	"$(document '[.icmp[], .flows[] | .state]')"

press /
press C-u
press Enter
sees 'an empty filter shows all again' client
press e
wait_for 5 shows json
press C-u
type_line "$work/all.json"
wait_for 5 has_file "$work/all.json"
doc=$work/all.json
check 'all of it: two ends of each connection that was' \
	'[["incoming","closed"],["incoming","closed"],["outgoing","closed"],["outgoing","closed"],["outgoing","refused"]]' \
	"$(document '[.flows[] | select(.state != "listening" and .state != "existing")
		| [.direction, .state]] | sort')"
check 'three answered pings' 3 "$(document '[.icmp[] | select(.direction == "asked"
	and .state == "answered")] | length')"

press /
press -l 'net.dport >'
sees 'what is wrong with a filter is said while it is typed' 'column'
press Escape
press Escape
press '?'
sees 'the help' 'Show only the rows that match'
press q
check 'q closes it' yes "$(wait_for 5 hides 'Show only the rows that match' && echo yes)"
press Enter
check 'Enter shows a detail' yes "$(wait_for 5 shows net.sip && echo yes || tm capture-pane -p)"
press q
press z
press z
press q
ended 0 'q'
check 'what it says at the end counts what was lost' yes \
	"$(grep -q 'lost' "$err" && echo yes)"
check 'and is no list of libraries' '' "$(grep -i libbpf "$err")"
over
