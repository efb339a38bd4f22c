# What the checks say about netexplore's lines and documents, in jq.
# $truth: the traffic programs' own lines. $ns: the test's network namespace.

# The events of packets as flat objects; `local` is the end whose event it is.
def packet:
	(.args | map({ (.name): .value }) | add) as $a
	| .netexplore as $n
	| {
		number: $n.packet, event: .eventName, dir: $n.direction,
		how: $n.attribution, netns: $n.netns, cookie: $n.cookie,
		copy: ($n.copy // false), drop: $n.drop, status: $n.status, iface: $n.iface,
		pid: .hostProcessId, own_pid: .processId,
		own_ppid: .parentProcessId,
		tid: .hostThreadId, ppid: .hostParentProcessId, uid: .userId,
		comm: .processName, exe: .executable.path,
		start_ns: .threadStartTime,
		src: $a.src, sport: ($a.src_port // 0),
		dst: $a.dst, dport: ($a.dst_port // 0),
		proto: (.eventName | ltrimstr("net_packet_")),
		head: ($a.proto_tcp // $a.proto_udp // $a.proto_icmp //
			$a.proto_icmpv6 // $a.proto_ipv4 // $a.proto_ipv6)
	}
	| if .dir == "egress"
	  then . + { local: .src, lport: .sport, remote: .dst, rport: .dport }
	  else . + { local: .dst, lport: .dport, remote: .src, rport: .sport }
	  end;

# Of this test's namespace. The marks (ports 60001 to 60003) are not traffic.
def packets(names):
	[names] as $names
	| inputs | select(.netexplore.netns == $ns)
	| select(.eventName as $e | any($names[]; . == $e))
	| packet
	| select((.dport >= 60001 and .dport <= 60003) | not);

# One end of a connection, as a key.
def ends_at: "\(.netns) \(.proto) \(.local):\(.lport) \(.remote):\(.rport)";
# The same of a UDP socket that is not connected and talks to anyone.
def ends_anywhere: "\(.netns) \(.proto) \(.local):\(.lport) :0";
# The key of what listens there: the address is left out, it may be a wildcard.
def door: "\(.netns) \(.proto) \(.lport)";

# key -> the truth lines with it
def table(key): reduce .[] as $t ({}; .[$t | key] += [$t]);

def talks: . as $r | ["client", "server", "thread", "child", "parent",
	"connected", "failed", "sender", "receiver", "asked", "answered",
	"silent"]
	| any(. == $r);

# Everything that must be right when the pid is.
def same_process($t):
	.comm == $t.comm and .ppid == $t.ppid and .uid == $t.uid
	and (.start_ns - $t.start_ns | fabs) <= 30e6;

# right: the process that had the socket; where one opens it and its child speaks
# on it, what is said is the child's. early: on the server's side, and of the
# listener's process, before accept(). unknown: process 0. Else wrong.
def verdict($ends; $doors):
	. as $p
	| ($ends[ends_at] // $ends[ends_anywhere] // []
	   | if $p.dir == "egress" and $p.head.PSH == 1
	     then map(select(.role != "parent")) else . end) as $who
	| ($doors[door] // []) as $listener
	| if $who == [] then "foreign"
	  elif any($who[]; .pid == $p.pid) then
		if any($who[]; . as $t | $t.pid == $p.pid
			and ($p | same_process($t)))
		then "right" else "wrong" end
	  elif .pid == 0 then "unknown"
	  elif any($listener[]; .pid == $p.pid) then "early"
	  else "wrong" end;

# Stream of packets -> { right: n, ... }, and the first wrong one.
def score(stream):
	($truth | map(select(.role | talks)) | table(ends_at)) as $ends
	| ($truth | map(select(.role == "listener")) | table(door)) as $doors
	| reduce stream as $p ({ right: 0, early: 0, wrong: 0, unknown: 0 };
		($p | verdict($ends; $doors)) as $v
		| .[$v] += 1
		| if ($v == "wrong" or $v == "unknown") and (.first | not)
		  then .first = $p else . end);

# The identity of section "counters" of event.h, for each ring.
def sums:
	(.produced.packet_ring == .delivered.packet_ring + .lost.packet_ring),
	(.produced.socket_ring == .delivered.socket_ring + .lost.socket_ring);

# A document's rows with the process they belong to.
def rows($list): . as $doc
	| (reduce .processes[] as $p ({}; .["\($p.id)"] = $p)) as $procs
	| $doc[$list][] | . + { who: ($procs["\(.process)"] // {}) };
