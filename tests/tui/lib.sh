# SPDX-License-Identifier: MIT
# What the terminal tests share: tests/live/lib.sh, and a shell in tmux from
# which netexplore is started as a person would.
. "$(dirname "$0")/../live/lib.sh"
flags=$build/tests/tui/flags

# tm COMMAND...: of this test's own tmux server.
tm()
{
	tmux -L "nx$$" -f /dev/null "$@"
}

# terminal WIDTH HEIGHT: a shell that says "ready" before each command.
terminal()
{
	tm new-session -d -x "$1" -y "$2" "env PS1='ready> ' TERM=screen-256color \
		nsenter --net=/proc/$$/fd/9 sh -i"
	tmux_pid=$(tm display-message -p '#{pid}')
	wait_for 10 shows 'ready>'
}

# type TEXT: a line for the shell, or for what runs in it.
type_line()
{
	press -l "$1"
	press Enter
}

has_file()
{
	test -s "$1"
}

# state NAME: the terminal's settings and its descriptors' flags, into a file.
state()
{
	rm -f "$work/$1"
	type_line "clear; stty -g > '$work/new'; '$flags' '$work/new'; mv '$work/new' '$work/$1'"
	wait_for 5 has_file "$work/$1"
}

# started ARGUMENTS...: netexplore in that shell; its process id is in $nx_pid.
started()
{
	runs=$((runs + 1)) marks=0
	doc=$work/$runs.json err=$work/$runs.err
	rm -f "$work/status" "$work/pid"
	type_line "clear; sh -c 'echo \$\$ > $work/pid; exec $nx $* 2>> $err'; echo \$? > $work/status"
	wait_for 5 has_file "$work/pid"
	nx_pid=$(cat "$work/pid")
	wait_for 10 shows 'lost' || check "netexplore $* starts" yes \
		"no: $(cat "$err")"
}

# given_back LABEL: the terminal is as it was before.
given_back()
{
	check "$1: the other screen is left, the cursor shown, the mouse free" \
		'0 1 0' "$(tm display-message -p \
		'#{alternate_on} #{cursor_flag} #{mouse_any_flag}')"
	state after
	check "$1: stty and the descriptors are as before" '' \
		"$(diff "$work/before" "$work/after")"
}

# ended STATUS LABEL: it has left, so, and left the terminal as it was.
ended()
{
	wait_for 5 has_file "$work/status"
	check "$2: status" "$1" "$(cat "$work/status" 2>&1)"
	nx_pid=
	wait_for 5 shows 'ready>'
	given_back "$2"
}

over()
{
	tm kill-server 2>/dev/null
	done_testing
}

# row TEXT: the first line on the screen that has it.
row()
{
	tm capture-pane -p | grep -F -e "$1" | head -1
}
