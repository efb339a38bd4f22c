# A session document as what a file, too, can know of it: see equal.sh.

# What went over the wire that was dumped, and has two ends.
def wire:
	select(.src != null and
		([.src, .dst] | all(startswith("10.98.") or startswith("fd98:"))));

# Times are compared apart: else only which of them there are.
def clocks(value): with_entries(if .key | endswith("_ns") then .value |= value else . end);

# A file has one entry for both ends, told from who connected.
def turned:
	def other: { "this end": "destination", "peer": "source" };
	with_entries(.key |= if startswith("tx_") then "rx_" + .[3:]
		elif startswith("rx_") then "tx_" + .[3:] else . end)
	| .close_reason |= sub("by (?<who>.*)$"; "by \(other[.who] // .who)");
def straight:
	def same: { "this end": "source", "peer": "destination" };
	.close_reason |= sub("by (?<who>.*)$"; "by \(same[.who] // .who)");

# Names are what a process learnt, and a file knows none.
def nobodys:
	with_entries(select(.key | startswith("name") | not))
	| del(.process, .peer, .direction, .error);

# The kernel says why a connect() failed, and when a process gave one up.
def given_up:
	if .close_reason == "given up"
	then .close_reason = "no answer" | del(.end_ns) else . end;
def flow(value):
	(.close_reason //= "")
	# Two that cross on the wire are in another order at its other end: those
	# of who connected, then the other's.
	| (if .direction == "incoming" then "ingress" else "egress" end) as $first
	| .steps |= (sort_by(.direction != $first) | map(del(.time_ns, .direction)))
	| if .direction == "incoming" then turned else straight end
	| given_up | nobodys | clocks(value);

# Live, the request that our kernel answers is not seen; the answer is.
def echo:
	if .state == "answered_by_us"
	then .state = "answered" | .rtt_ns = "there" else . end;
def rest(value): nobodys | clocks(value);
def sorted:
	sort_by(.src, .src_port, .dst, .dst_port, .id, .seq, .query, .type,
		.typeCode);

def comparable(value): {
	flows: [.flows[] | wire | flow(value)] | sorted,
	icmp: [.icmp[] | wire | echo | rest(value)] | sorted,
	icmp_errors: [.icmp_errors[] | wire | rest(value)] | sorted,
	dns: [.dns[] | wire | rest(value)] | sorted
};
def comparable: comparable("there");

# The round trip of who was connected to is another one than of who connected.
def times:
	comparable(.) | [.[][] | (.src | endswith(":1") or endswith(".1")) as $ours
	| to_entries[] | select(.key | endswith("_ns") and . != "end_ns")
	| select($ours or .key != "rtt_ns") | "\(.key) \(.value)"];
