# SPDX-License-Identifier: MIT
# Whose were the packets, and whose should they have been: for torture.sh, which
# says by `what` what comes next. Every ends is "netns protocol local remote".

BEGIN {
	FS = OFS = "\t"
	bad["wrong"] bad["unknown"] bad["early"]
}

# What the traffic programs say of themselves.
what == "truth" {
	role = $7
	person[NR] = $1 FS $2 FS $3 FS $5
	began[NR] = $4
	id[NR] = $13
	if (role == "listener")
		doors[$6 FS $8 FS $10] = doors[$6 FS $8 FS $10] " " $1
	else if (role != "ready" && role != "failed") {
		ends = $6 FS $8 FS $9 "." $10 FS $11 "." $12
		who[ends] = who[ends] " " NR
		if (role == "parent")
			opens[NR] = 1
	}
}

# The session document: processes, and the connections that are theirs.
what == "processes" && $1 != "-" && $2 != "-" {
	process[$1] = $2 FS $3 FS $4 FS $5
	process_began[$1] = $6
}

what == "flows" && $1 != "-" && $3 != "-" && $7 == "-" {
	ends = $2 == "outgoing" ? $3 "." $4 FS $5 "." $6 : $5 "." $6 FS $3 "." $4
	flow[ends] = $1
}

what == "ways" {
	ways++
	key[ways] = $1
	name[$1] = $2
}

# What tcpdump printed: "IP 127.0.0.1.20000 > 127.0.0.1.4001: tcp 5", or
# "IP6 ::1 > ::1: ICMP6, echo request, id 3, seq 1, length 64".
what == "dump" {
	split($0, w, " ")
	sub(/:$/, "", w[4])
	proto = w[5]
	if (w[5] ~ /^ICMP/) {
		if (w[6] != "echo")
			next
		w[4] = w[4] " Echo" (w[7] ~ /^request/ ? "Request" : "Reply") \
			" " (w[5] == "ICMP" ? w[9] + 0 : "-")
	}
	way = way_of(w[2], w[4])
	dumped[way]++
	ends = w[2] FS w[4]
	seen[ends]++
	way_of_ends[ends] = way
}

# One that netexplore printed.
what == "packets" {
	them = $2 FS $3 FS $4 FS $5
	proto = substr($6, 12) # of net_packet_
	echo = proto ~ /^icmp/
	source = echo ? $7 : $7 "." $9
	target = echo ? $8 " " $12 " " $13 : $8 "." $10
	if (target ~ /\.6000[1-3]$/ || (echo && $12 !~ /^Echo/))
		next # the test's marks, and what is answered to them
	out = $14 == "egress"
	local = out ? source : target
	remote = out ? target : source
	way = way_of(source, target)
	later = now = echo ? echo_verdict() : verdict(them, $1)
	ends = local FS remote
	if ((now == "early" || now == "unknown") && ends in flow)
		later = verdict(process[flow[ends]], process_began[flow[ends]])
	if (later !~ /^(right|copy)$/ && !((way, later) in first))
		first[way, later] = $0
	at_once[way, now]++
	after[way, later, out]++
	if (later == "copy")
		next
	ends = source FS target
	way_of_ends[ends] = way
	packets[way, out]++
	if (out)
		sent[ends]++
	else
		received[ends]++
}

# The port of the server, which is not of the clients', or a ping's address.
function way_of(source, target, a, n, port)
{
	if (target ~ / Echo/)
		return source
	n = split(source, a, ".")
	port = a[n]
	if (!(port in name) && port != 53) {
		n = split(target, a, ".")
		port = a[n]
	}
	return port == 53 ? "53" (proto == "tcp" ? "tcp" : "udp") : port
}

# Is it who says so itself? 30 ms: the truth has its start to a clock tick.
function is_person(i, them, start)
{
	return person[i] == them && (began[i] == "-" ||
		(start - began[i] < 30e6 && began[i] - start < 30e6))
}

# right: a process that had the socket; where one opens it and its child speaks
# on it, what is said is the child's. early: on the server's side, the
# listener's process. unknown: no process. Else wrong.
function verdict(them, start, a, n, i, pid, list)
{
	list = who[$15 FS proto FS local FS remote]
	if (list == "") # of a tool we know the address only
		list = who[$15 FS proto FS address(local) ".0" FS ".0"]
	if (list == "")
		return "wrong"
	pid = substr(them, 1, index(them, FS) - 1)
	n = split(list, a, " ")
	for (i = 1; i <= n; i++)
		if (is_person(a[i], them, start) &&
		    !(opens[a[i]] && out && $11 == 1))
			return "right"
	if (pid == 0)
		return "unknown"
	n = split(doors[$15 FS proto FS last(local)], a, " ")
	for (i = 1; i <= n; i++)
		if (a[i] == pid)
			return "early"
	return "wrong"
}

# An echo: the kernel answers; a reply is the ping's that has its id (of ICMPv6
# it is not printed), and what another ping gets of it is a copy. A raw socket
# gets requests, too, until its owner has told it to get none: then all but the
# first of these are copies, and the kernel's.
function echo_verdict(a, n, i, own, copy)
{
	copy = $17 == "true"
	if (out != ($12 == "EchoRequest") && $16 == "kernel" && $2 == 0)
		return copy ? "copy" : "right"
	if ($2 == 0)
		return "unknown"
	n = split(who[$15 FS proto FS source ".0" FS ".0"], a, " ")
	for (i = 1; i <= n; i++) {
		own = $13 == "-" ? !copy : $13 == id[a[i]]
		if (!out && $12 == "EchoRequest") # at a raw socket
			own = !copy
		if (is_person(a[i], them, $1) && own != copy)
			return copy ? "copy" : "right"
	}
	return "wrong"
}

function address(text)
{
	sub(/\.[0-9]+$/, "", text)
	return text
}

function last(text)
{
	sub(/.*\./, "", text)
	return text
}

END {
	for (ends in way_of_ends)
		if (sent[ends] != seen[ends] || received[ends] != seen[ends]) {
			way = way_of_ends[ends]
			if (!differ[way]++)
				differs[way] = ends " " seen[ends] + 0 " " \
					sent[ends] + 0 " " received[ends] + 0
		}
	for (i = 1; i <= ways; i++) {
		way = key[i]
		print name[way], after[way, "right", 1] + 0,
			after[way, "right", 0] + 0, both("wrong"),
			both("unknown"), both("early"), both("copy"),
			at_once[way, "unknown"] + 0, at_once[way, "early"] + 0,
			dumped[way] + 0, packets[way, 1] + 0,
			packets[way, 0] + 0, differ[way] + 0
		for (v in bad)
			if ((way, v) in first)
				print "#", spaced("first " v ": " first[way, v])
		if (way in differs)
			print "#", spaced("first that differs: " differs[way])
	}
}

function spaced(text)
{
	gsub(FS, " ", text)
	return text
}

function both(v)
{
	return after[way, v, 0] + after[way, v, 1]
}
