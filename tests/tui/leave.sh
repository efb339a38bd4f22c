# SPDX-License-Identifier: MIT
# However it ends, the terminal is given back; and when the terminal ends, it
# does, too.
. "$(dirname "$0")/lib.sh"

terminal 80 24
state before
for signal in HUP:1 INT:2 QUIT:3 ABRT:6 SEGV:11 TERM:15; do
	number=${signal#*:} signal=${signal%:*}
	started --cgroup "$cg"
	kill -$signal "$nx_pid"
	ended $((128 + number)) "SIG$signal"
done

# Stopped and continued by the shell, as with Ctrl-Z.
started --cgroup "$cg"
kill -TSTP "$nx_pid"
check 'SIGTSTP stops it' yes \
	"$(wait_for 5 grep -q '^State:.T' "/proc/$nx_pid/status" && echo yes)"
wait_for 5 shows 'ready>'
given_back 'while it is stopped'
rm -f "$work/status"
type_line "fg; echo \$? > $work/status"
check 'fg brings it back' yes "$(wait_for 5 shows 'lost 0' && echo yes)"
press q
ended 0 'after it was stopped'

# The terminal is closed.
started --cgroup "$cg"
pid=$nx_pid
tm kill-server
check 'when its terminal is closed it ends within two seconds' yes \
	"$(wait_for 2 sh -c "! kill -0 $pid" && echo yes)"
nx_pid=

# And without a terminal it does not start.
check 'without a terminal: status 2' 2 \
	"$(setsid "$nx" < /dev/null > "$work/out" 2>&1; echo $?)"
check 'and what works instead is said' yes \
	"$(grep -q -e '-o json' "$work/out" && echo yes || cat "$work/out")"
check 'with a recording to write it does' 0 \
	"$(setsid "$nx" --cgroup "$cg" -w "$work/it.pcapng" -d 1s \
		< /dev/null > "$work/out" 2>&1; echo $?)"
check 'and the recording is one' '' \
	"$("$nx" -r "$work/it.pcapng" -o json 2>&1 | grep -v '^ \|^netexplore: 0 packets')"
over
