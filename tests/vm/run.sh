#!/bin/sh
# SPDX-License-Identifier: MIT
# The live tests on other kernels: run.sh [VERSION...], of those that Debian
# has. Each is downloaded by its package's name, and started in qemu without
# hardware's help, so that it runs anywhere; what runs in it is the program
# that was built, with the libraries and tools of this machine.
#
# In the environment: BUILD, NAMES (the live tests to run), BPFTOOL, V, and
# TORTURE: how many connections a way torture.sh makes, fewer than elsewhere,
# a processor without hardware is slow.
# A line for each kernel says how many checks passed, failed and were skipped;
# the last line is the sum. Exit status: 0, 1 when one failed, 77 when nothing
# could be tested. With CI=true what is skipped counts as failed.

cd "$(dirname "$0")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
[ $# -gt 0 ] || set -- 6.1 6.12
build=${BUILD:-build}
vm=$build/vm
root=$vm/root
TORTURE=${TORTURE:-50}
NAMES=${NAMES:-tcp torture ping before netns leftover probe}
seconds=2700 # for all the tests of one kernel
passed=0 failed=0 skipped=0

# What the live tests call; the rest of a system is not needed.
tools="sh env unshare nsenter ip ping dig jq tcpdump tmux timeout stat awk sed
	grep sort uniq diff find cp mv rm ln ls mkdir rmdir mktemp mkfifo cat
	head tail tee wc ps chmod chown date tr cut sleep basename dirname seq
	mount umount setpriv ss id uname readlink touch nproc od cmp yes"

skip()
{
	echo "skip - kernel $1: $2"
	skipped=$((skipped + 1))
}

# copy FILE...: into the root of the machine, under the names they have here.
copy()
{
	for file in "$@"; do
		[ -e "$root$file" ] || cp -L --parents "$file" "$root" || return
	done
}

# with_libraries FILE AS: a program, and what it is linked with.
with_libraries()
{
	mkdir -p "$root${2%/*}"
	cp -L "$1" "$root$2" || return
	# shellcheck disable=SC2046 # no library has a space in its name
	copy $(ldd "$1" 2>/dev/null | grep -oE '/[^ ]+')
}

# The root of the machine, without what is of one kernel only.
make_root()
{
	rm -rf "$root"
	mkdir -p "$root/nx/build/tests" "$root/usr/bin" "$root/usr/sbin" \
		"$root/usr/lib" "$root/usr/lib64" "$root/proc" "$root/sys" \
		"$root/dev" "$root/etc" "$root/root" "$root/run"
	mkdir -m 1777 "$root/tmp"
	for dir in bin sbin lib lib64; do
		ln -s usr/$dir "$root/$dir"
	done
	for tool in $tools; do
		path=$(command -v "$tool") && with_libraries "$path" "/usr/bin/$tool" ||
			{ echo "no $tool" >&2; return 1; }
	done
	with_libraries "$(command -v "${BPFTOOL:-bpftool}")" /usr/bin/bpftool &&
		with_libraries "$(command -v busybox)" /usr/bin/busybox &&
		copy /etc/passwd /etc/group || return
	for term in screen-256color xterm-256color linux; do
		file=$(find -L /lib/terminfo /usr/share/terminfo -name $term \
			2>/dev/null | head -1)
		[ -z "$file" ] || copy "$file"
	done
	with_libraries "$build/netexplore" /nx/build/netexplore &&
		mkdir -p "$root/nx/build/tests/live" "$root/nx/tests" || return
	for file in "$build"/tests/live/*; do
		case $file in
		*.o | *.d) ;;
		*) [ -d "$file" ] || with_libraries "$file" \
			"/nx/build/tests/live/${file##*/}" || return ;;
		esac
	done
	cp -r tests/live "$root/nx/tests/" && cp tests/vm/init "$root/init" &&
		chmod 755 "$root/init" || return
	echo "$NAMES" > "$root/nx/names"
	echo "V=$V TEST_SECONDS=900 TORTURE=$TORTURE" > "$root/nx/settings"
}

# archive DIR FILE: what a kernel unpacks before it starts the first process.
archive()
{
	(cd "$1" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) |
		gzip -1 > "$2"
}

# The newest package of a version: "linux-image-6.1.0-56-amd64" for 6.1.
package()
{
	apt-cache search --names-only \
		"^linux-image-$(echo "$1" | sed 's/\./\\./')\\.[0-9]+[-+][0-9a-z]+-amd64\$" |
		awk '{ print $1 }' | sort -V | tail -1
}

# fetch VERSION: the kernel's folder is in $kernel.
fetch()
{
	name=$(package "$1")
	if [ -z "$name" ] && [ "$(id -u)" = 0 ]; then
		apt-get update -q > /dev/null 2>&1
		name=$(package "$1")
	fi
	[ -n "$name" ] || { skip "$1" "no package of it is known"; return 1; }
	kernel=$vm/$name
	[ ! -e "$kernel/has-modules" ] || return 0
	rm -rf "$kernel"
	mkdir -p "$kernel"
	if ! (cd "$kernel" && apt-get download -q "$name") > "$vm/$1.log" 2>&1; then
		skip "$1" "no download: $(tail -1 "$vm/$1.log")"
		return 1
	fi
	dpkg-deb -x "$kernel"/*.deb "$kernel" && rm "$kernel"/*.deb &&
		mkdir -p "$kernel/root/nx" || return
	# The modules that the tests need: a wire, and what ss asks.
	for module in veth inet_diag tcp_diag; do
		file=$(find "$kernel/lib" "$kernel/usr/lib" \
			-name "$module.ko*" 2>/dev/null | head -1)
		case $file in
		*.xz) busybox xzcat "$file" ;;
		*) cat "$file" ;;
		esac > "$kernel/root/nx/$module.ko" || return
	done
	rm -rf "$kernel/lib" "$kernel/usr" && : > "$kernel/has-modules"
}

boot()
{
	archive "$kernel/root" "$vm/$1.own.gz"
	cat "$vm/root.gz" "$vm/$1.own.gz" > "$vm/$1.initrd.gz"
	rm -f "$vm/$1.failed.tar.gz"
	timeout --foreground "$seconds" qemu-system-x86_64 -machine q35 \
		-accel tcg,thread=multi -cpu max -smp 1 -m 1024 -nic none \
		-display none -monitor none -no-reboot -serial stdio \
		-serial "file:$vm/$1.failed.tar.gz" -kernel "$kernel"/boot/vmlinuz-* \
		-initrd "$vm/$1.initrd.gz" -append "console=ttyS0 quiet panic=-1 \
mitigations=off" < /dev/null > "$vm/$1.log" 2>&1
	sed -i 's/\r//g' "$vm/$1.log"
}

# The sum of what the tests in it said is added to ours.
count()
{
	sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' \
		"$vm/$1.log" | tail -1)
	if [ -z "$sum" ]; then
		echo "not ok - kernel $1: it did not come to its end: $vm/$1.log"
		tail -5 "$vm/$1.log"
		sum="0 passed, 1 failed, 0 skipped"
	fi
	# shellcheck disable=SC2086 # the words of the line
	set -- "$1" $sum
	passed=$((passed + $2))
	failed=$((failed + $4))
	skipped=$((skipped + $6))
}

for tool in apt-get apt-cache dpkg-deb qemu-system-x86_64 busybox; do
	command -v $tool > /dev/null || missing="${missing:-} $tool"
done
[ "$(uname -m)" = x86_64 ] || missing="${missing:-} a processor of amd64"
for version in "$@"; do
	if [ -n "${missing:-}" ]; then
		skip "$version" "needs$missing"
		continue
	fi
	fetch "$version" || continue
	if [ -z "${have_root:-}" ]; then
		make_root && archive "$root" "$vm/root.gz" || exit 1
		have_root=yes
	fi
	began=$(date +%s)
	boot "$version"
	grep -E "^(not ok|skip|note)${V:+|^ok} - " "$vm/$version.log" |
		sed "s/ - / - $version /"
	count "$version"
	echo "${name#linux-image-}: $sum, $(($(date +%s) - began)) s"
done

[ "${CI:-}" != true ] || failed=$((failed + skipped))
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] || exit 1
[ $passed -gt 0 ] || exit 77
