#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh NETEXPLORE ARGUMENT...: start it; where live capture is not possible,
# offer the recorded session that needs nothing.

"$@"
status=$?
[ $status = 3 ] || exit $status

if [ ! -t 0 ] || [ ! -t 1 ]; then
	echo "A recorded session shows what it does: $1 --demo" >&2
	exit $status
fi
printf 'Live capture is not possible here, as said above.\nPlay a recorded session instead? [Y/n] '
read -r answer || exit $status
case $answer in
[nN]*) exit $status ;;
esac
exec "$1" --demo
