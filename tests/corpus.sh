#!/bin/sh
# SPDX-License-Identifier: MIT
# A corpus of captures against tshark's decoding, and under ASan and UBSan.
# usage: tests/corpus.sh CORPUS NETEXPLORE NETEXPLORE-WITH-SANITIZERS
#
# CORPUS/MANIFEST.tsv says which files are captures (path, bytes, packets,
# class, tags). CORPUS/../tools/agree.py, if it is there, compares; what it
# finds to differ must be in tests/corpus-differences.tsv, with as many
# differences. JOBS: how many at once. ONLY: a pattern that paths must match.

corpus=${1%/}
plain=$2
san=$3
list=$(dirname "$0")/corpus-differences.tsv
run=$(realpath "$(dirname "$0")/corpus_run.py")
jobs=${JOBS:-$(nproc)}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0

if [ ! -r "$corpus/MANIFEST.tsv" ]; then
	echo "usage: make check-corpus CORPUS=DIR (with a MANIFEST.tsv)" >&2
	exit 2
fi

captures()
{
	awk -F'\t' -v only="${ONLY:-.}" "NR > 1 && \$4 != \"expected-text\" &&
		\$1 ~ only && ($1) { print \$1 }" "$corpus/MANIFEST.tsv"
}

# Names and counts of differences that are not in the list as they are, and of
# those in the list that are no more.
unexplained()
{
	awk -F'\t' -v mode="$1" -v seen="$2" '
	FILENAME == "'"$list"'" {
		if ($1 == mode) want[$2] = $3
		next
	}
	FILENAME == seen { checked[$1] = 1; next }
	{
		split($0, part, ": ")
		if (part[2] ~ /^[0-9]+ differences$/) {
			split(part[2], n, " ")
			found[part[1]] = n[1]
		} else if ($0 ~ /^[^ ].*: .*Error/) {
			found[part[1]] = part[2]
		}
	}
	END {
		for (f in found)
			if (want[f] != found[f])
				print mode ": " f ": " found[f] \
				    " differences, listed: " want[f] + 0
		for (f in want)
			if (f in checked && !(f in found))
				print mode ": " f ": listed, but it agrees"
	}' "$list" "$2" "$3" | sort
}

# Frames that netexplore alone calls damaged: agree.py gives their sum.
damaged_alone()
{
	found=$(sed -n 's/.*netexplore alone calls damaged //p' "$2")
	listed=$(awk -F'\t' 'FILENAME == ARGV[1] { checked[$1] = 1; next }
		$1 == "alone" && $2 in checked { n += $3 }
		END { print n + 0 }' "$1" "$list")
	[ "$found" = "$listed" ] ||
		echo "alone: $found frames called damaged, listed: $listed"
}

# $1: a name, $2: of agree.py, $3: which captures
compare()
{
	captures "$3" > "$tmp/names"
	(cd "$corpus" && xargs python3 "$agree" $2 --show 4 --jobs "$jobs" \
		"$plain") < "$tmp/names" > "$tmp/$1.out" 2>&1
	if ! grep -q '^[0-9]* files agree' "$tmp/$1.out"; then
		echo "$1: agree.py did not end: $(tail -n 1 "$tmp/$1.out")"
		failed=1
		return
	fi
	unexplained "$1" "$tmp/names" "$tmp/$1.out" > "$tmp/$1.bad"
	if [ "$1" = headers ]; then
		damaged_alone "$tmp/names" "$tmp/$1.out" >> "$tmp/$1.bad"
	fi
	sed -n '/^[0-9]* files agree/p; /^pac.*strictly/p; /^pai.*strictly/p
		/^not comparable/p' "$tmp/$1.out" | sed "s/^/$1: /"
	if [ -s "$tmp/$1.bad" ]; then
		cat "$tmp/$1.bad"
		failed=1
	fi
}

# All captures, whatever they are.
under_sanitizers()
{
	captures 1 > "$tmp/names"
	(cd "$corpus" && python3 "$run" "$jobs" "$san") < "$tmp/names" ||
		failed=1
}

# They are used in the corpus' folder.
plain=$(realpath "$plain") && san=$(realpath "$san") &&
	corpus=$(realpath -s "$corpus") || exit 2
agree=$corpus/../tools/agree.py
clean='$5 !~ /otherlink|malformed/ && $4 !~ /badfile|malformed/'
damaged='$5 ~ /malformed/ && $5 !~ /otherlink/'
other='$5 ~ /otherlink/'
under_sanitizers
if [ -r "$agree" ] && command -v tshark >/dev/null; then
	compare headers '' "$clean"
	compare pairs --pairs "$clean"
	compare damaged '' "$damaged"
	compare other '' "$other"
else
	echo "no agree.py beside the corpus, or no tshark: not compared"
fi
exit $failed
