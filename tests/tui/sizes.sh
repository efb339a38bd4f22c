# SPDX-License-Identifier: MIT
# The window changes its size; below the least it says so, and the lost counter
# is on the screen whenever anything is.
. "$(dirname "$0")/lib.sh"

top_says()
{
	tm capture-pane -p | head -1 | grep -qF "$1"
}

terminal 100 30
state before
started --demo
for size in 80x24 40x10 39x9 20x5 200x60 10x3 1x1 80x24; do
	width=${size%x*} height=${size#*x}
	tm resize-window -x "$width" -y "$height"
	case $size in
	80x24 | 40x10 | 200x60)
		check "$size: the lost counter is there" yes \
			"$(wait_for 5 top_says 'lost 0' && echo yes || tm capture-pane -p)"
		;;
	*)
		check "$size: it lives" yes "$(kill -0 "$nx_pid" && echo yes)"
		;;
	esac
done
press q
ended 0 'q'
over
