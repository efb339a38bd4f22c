# SPDX-License-Identifier: MIT
# A disk that gets full while it is recorded to: what is there stays a capture
# file of whole packets, the rest is counted, and a screen lives on.
. "$(dirname "$0")/lib.sh"

small=$work/small
mkdir "$small"
mount -t tmpfs -o size=64k tmpfs "$small" || { echo "skip - $name: no tmpfs"; exit 77; }
trap 'umount "$small"; cleanup' EXIT

# recorded FILE: it is read without a complaint, and has $got packets.
recorded()
{
	"$nx" -r "$1" -x - 2> "$work/read.err" > "$work/read.json"
	check "what is there is a whole capture file" 0 $?
	got=$(jq .counters.packets "$work/read.json")
}

"$nx" --demo -w "$small/demo.pcapng" 2> "$work/demo.err"
check "without a screen it is an error" 4 $?
check "which names the file" 1 "$(grep -c "cannot write $small/demo.pcapng: No space" "$work/demo.err")"
said=$(sed -n 's/^  recorded \([0-9]*\) packets$/\1/p' "$work/demo.err")
check "most of what fits is kept" true "$([ "${said:-0}" -gt 100 ] && echo true)"
recorded "$small/demo.pcapng"
check "as many packets as it says" "$said" "$got"
rm "$small/demo.pcapng"

screen 100 30 -w "$small/live.pcapng"
wait_for 10 shows "live" || check "the screen is there" yes no
inside "$traffic/flood" -n 500 127.0.0.1 5500 > /dev/null
wait_for 10 shows "No space left"
check "the screen says so" 0 $?
inside "$traffic/client" 127.0.0.1 1 > /dev/null 2>&1
wait_for 5 shows "refused"
check "and lives on" 0 $?
press q
wait_for 5 test -s "$work/status"
check "the status at its end" 4 "$(cat "$work/status")"
said=$(sed -n 's/^  recorded \([0-9]*\) packets$/\1/p' "$err")
recorded "$small/live.pcapng"
check "as many packets as it says, live" "$said" "$got"
check "the rest is counted" 1 "$(grep -c 'not recorded' "$err")"
done_testing
