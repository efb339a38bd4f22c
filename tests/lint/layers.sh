#!/bin/sh
# SPDX-License-Identifier: MIT
# Includes point down: tui > bpf/capture > core > bpf/event.h. One line for
# each include that does not, and the count of files at the end.

cd "$(dirname "$0")/../.." || exit 1

grep -En '^[[:space:]]*#[[:space:]]*include' \
	core/*.[ch] bpf/*.[ch] tui/*.[ch] /dev/null |
awk '
function wrong(why)
{
	printf "%s:%s: %s: %s\n", file, line, what, why
	bad[file] = 1
}
{
	file = $0; sub(/:.*/, "", file)
	line = $0; sub(/^[^:]*:/, "", line); sub(/:.*/, "", line)
	what = $0; sub(/^[^"<]*["<]/, "", what); sub(/[">].*/, "", what)
	own = $0 ~ /"/
	seen[file] = 1

	if (own && what !~ /^(core|bpf|tui)\/[a-z0-9_.]+$/)
		wrong("is not named from the root")
	if (file ~ /^core\// && own && what !~ /^core\// && what != "bpf/event.h")
		wrong("core includes only core and bpf/event.h")
	if (file ~ /^core\// && !own &&
	    what ~ /^(bpf\/|ncurses|curses|uv\.h|gelf|libelf|pthread|term)/)
		wrong("core knows no terminal, no loop, no BPF and no thread")
	if (file ~ /^bpf\// && own && what ~ /^tui\//)
		wrong("bpf does not include tui")
	if (file ~ /^bpf\/event\.h$/ && own)
		wrong("bpf/event.h includes nothing of ours")
	if (file ~ /\.bpf\.[ch]$/ && own && what !~ /^bpf\//)
		wrong("the kernel side includes only bpf")
	if (file ~ /^bpf\// && file !~ /\.bpf\.[ch]$/ && !own &&
	    what ~ /^(ncurses|curses|uv\.h)/)
		wrong("bpf knows no terminal and no loop")
	if (file ~ /^tui\// && !own && what ~ /^(bpf\/|gelf|libelf|linux\/bpf)/)
		wrong("bpf/ is the only user of libbpf")
	if (file ~ /^tui\// && own && what ~ /^bpf\// &&
	    what !~ /^bpf\/(capture|event|probe)\.h$/)
		wrong("tui sees of bpf/ only its contracts")
}
END {
	for (file in seen)
		bad[file] ? failed++ : passed++
	printf "%d passed, %d failed, 0 skipped\n", passed, failed
	exit failed > 0 || passed == 0
}'
