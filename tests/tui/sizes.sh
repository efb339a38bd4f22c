# SPDX-License-Identifier: MIT
# The window changes its size; below the least it says so, and the lost counter
# is on the screen whenever anything is.
. "$(dirname "$0")/lib.sh"

terminal 100 30
state before
started --demo
for size in 80x24 40x10 39x9 20x5 200x60 10x3 1x1 80x24; do
	width=${size%x*} height=${size#*x}
	tm resize-window -x "$width" -y "$height"
	case $size in
	80x24 | 40x10 | 200x60)
		check "$size: the lost counter is there" yes \
			"$(wait_for 5 shows 'lost 0' && echo yes || tm capture-pane -p)"
		;;
	*)
		check "$size: it lives" yes "$(kill -0 "$nx_pid" && echo yes)"
		;;
	esac
done
check 'no line is wider than the window' '' \
	"$(tm capture-pane -p | awk 'length($0) > 80')"
press q
ended 0 'q'
over
