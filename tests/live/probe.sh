# SPDX-License-Identifier: MIT
# --probe: what is here, and the one line where live capture cannot work.
. "$(dirname "$0")/lib.sh"

probe()
{
	"$@" > "$work/out" 2> "$work/err"
	status=$?
}

# refused LABEL WORD: status 3, one line that has the word, the table all the same.
refused()
{
	check "$1: status" 3 $status
	check "$1: one line" 1 "$(wc -l < "$work/err")"
	check "$1: it names $2" 1 "$(grep -c -e "$2" "$work/err")"
	check "$1: and what works without" 1 \
		"$(grep -c -e '--demo work' "$work/err")"
	check "$1: nothing is used" 0 "$(hooks '$3 == "yes"')"
	check "$1: the end of the table" "live capture  does not work here" \
		"$(tail -1 "$work/out")"
}

# Rows of the table for which a condition of awk holds.
hooks()
{
	awk "\$1 ~ /\\// && \$1 !~ /^\\// && \$2 ~ /^(yes|no)\$/ && ($1)" "$work/out" | wc -l
}

# The value of a line of the head.
says()
{
	sed -n "s/^$1  *//p" "$work/out"
}

probe "$nx" --probe
check "root: status" 0 $status
check "root: no complaint" "" "$(cat "$work/err")"
check "root: the kernel" "$(uname -srm)" "$(says kernel)"
check "root: the control groups" "$cgroot" "$(says 'cgroup v2')"
check "root: packets are seen" 2 "$(hooks '$1 ~ /^cgroup_skb/ && $3 == "yes"')"
check "root: what is not there is not used" 0 \
	"$(hooks '$2 == "no" && $3 == "yes"')"
check "root: a cost for every hook" 0 "$(hooks '$4 == "-" || $4 == ""')"
check "root: maps of less than 64 MiB" yes \
	"$(says 'BPF maps' | awk '$2 == "KiB" && $1 > 0 && $1 <= 65536 { print "yes" }')"
check "root: its programs are gone" yes "$(wait_for 5 none_left && echo yes)"

# What one owner is charged, as the kernel counts it (ss -m: "o").
element=$(says 'an owner' | awk '{ print $1 }')
more=$(says 'an owner' | awk '{ print $6 }')
events=net_packet_udp
if explore --cgroup "$cg"; then
	spawn "$traffic/server" 127.0.0.1 4000
	wait_for 5 sh -c "ss -Hltnm sport = :4000 | grep -q ,o"
	charged=$(ss -Hltnm sport = :4000 | sed -n 's/.*,o\([0-9]*\),.*/\1/p')
	stores=$(bpftool -j map show |
		jq '[.[] | select(.type == "sk_storage")] | length')
	if [ "$stores" = 1 ]; then
		check "an owner is charged" "$((element + more))" "$charged"
	else
		echo "skip - $name: $stores programs store with sockets"
	fi
	explored
fi

probe setpriv --reuid 65534 --clear-groups "$nx" --probe
refused "plain user" "CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN"
check "plain user: the hooks of this kernel" 2 \
	"$(hooks '$1 ~ /^cgroup_skb/ && $2 == "yes"')"
for cap in bpf perfmon net_admin; do
	probe setpriv --bounding-set "-sys_admin,-$cap" "$nx" --probe
	refused "without $cap" "missing here: CAP_$(echo $cap | tr a-z A-Z);"
done
: > "$work/empty"
probe unshare --mount sh -c "mount --bind '$work/empty' /sys/kernel/btf/vmlinux && exec '$nx' --probe"
refused "no BTF" "CONFIG_DEBUG_INFO_BTF"
check "no BTF: no hook is known" 0 "$(hooks '$2 == "yes"')"
probe unshare --mount sh -c "umount -a -t cgroup2 && exec '$nx' --probe"
refused "no cgroup v2" "mount -t cgroup2"
check "no cgroup v2: said in the table" "not mounted" "$(says 'cgroup v2')"
probe unshare --user --map-root-user "$nx" --probe
refused "root of a user namespace" "user namespace"
done_testing
