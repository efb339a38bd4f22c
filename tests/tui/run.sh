#!/bin/sh
# SPDX-License-Identifier: MIT
# The terminal tests, run and counted as tests/live/run.sh does: run.sh [NAME...].

here=$(cd "$(dirname "$0")" && pwd) || exit 1
[ $# -gt 0 ] || set -- job leave sizes
TESTS=$here exec sh "$here/../live/run.sh" "$@"
