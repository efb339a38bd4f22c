#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh PACKAGE...: install what is missing (as root, on Debian and Ubuntu),
# or say what is. Silent when nothing is. In the environment: BPFTOOL, CLANG, and
# LIBS, the names that pkg-config knows. libclang-rt-dev stands for the runtime
# of the clang that is here, or will be.

say()
{
	echo "netexplore: $*" >&2
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	for tool in cc clang pkg-config "${BPFTOOL:-bpftool}"; do
		command -v "$tool" >/dev/null || missing="${missing:-} $tool"
	done
	for lib in $LIBS; do
		pkg-config --exists "$lib" 2>/dev/null ||
			missing="${missing:-} $lib"
	done
	[ -n "${missing:-}" ] || exit 0
	say "missing:$missing"
	say "install what Debian calls: $* bpftool"
	exit 1
fi

# The package of what clang's sanitizers and fuzzers link with: it is named for
# clang's version, and in old distributions it is a part of clang's own.
runtime()
{
	version=$("${CLANG:-clang}" -dumpversion 2>/dev/null) ||
		version=$(apt-cache depends clang 2>/dev/null |
			sed -n 's/^ *Depends: clang-\([0-9]\)/\1/p')
	package=libclang-rt-${version%%.*}-dev
	! apt-cache policy "$package" 2>/dev/null |
		grep -q 'Candidate: [0-9]' || echo "$package"
}

missing()
{
	for package in "$@"; do
		if [ "$package" = libclang-rt-dev ]; then
			package=$(runtime)
			[ -n "$package" ] || continue
		fi
		status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
		[ "$status" = installed ] || echo "$package"
	done
	"${BPFTOOL:-bpftool}" version >/dev/null 2>&1 && return
	# Ubuntu has it among the tools of its kernels.
	if apt-cache policy bpftool 2>/dev/null | grep -q 'Candidate: [0-9]'; then
		echo bpftool
	else
		echo linux-tools-common linux-tools-generic
	fi
}

install()
{
	# shellcheck disable=SC2046 # one word for each package
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends $(missing "$@") >&2
}

names=$(missing "$@" | tr '\n' ' ')
[ -n "$names" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	say "missing packages; install them with:"
	say "  sudo apt-get install -y $names"
	exit 1
fi
say "installing what is missing, once: $names"
install "$@" && exit 0
say "trying again with new package lists"
apt-get update -q >&2 && install "$@"
