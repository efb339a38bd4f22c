#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run a netexplore with sanitizers over captures, and say what is not as it should be.

usage: corpus_run.py JOBS NETEXPLORE < names of captures

Each is read twice, for its events and for its document. A line for each that
reports something, ends by anything but 0 or 1, takes more than SECONDS of the
processor or MIB of memory; then their number, the slowest and the largest.
"""
import os, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

SECONDS, MIB, GIVE_UP = 2.0, 256, '60'

def run(job):
    name, how = job
    with tempfile.TemporaryFile() as err:
        p = subprocess.Popen(['timeout', GIVE_UP, sys.argv[2], '-r', name, *how],
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)
        _, status, used = os.wait4(p.pid, 0)
        err.seek(0)
        said = err.read().decode('utf8', 'replace')
    p.returncode = os.waitstatus_to_exitcode(status)
    took, mib = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    bad = []
    if 'Sanitizer' in said or 'runtime error' in said or p.returncode not in (0, 1):
        bad.append(f'exit {p.returncode}: ' + ' / '.join(said.split('\n')[:5]))
    if took > SECONDS:
        bad.append(f'{took:.1f} s')
    if mib > MIB:
        bad.append(f'{mib:.0f} MiB')
    return f'{name} {" ".join(how)}', took, mib, bad

jobs = [(n, how) for n in sys.stdin.read().split('\n') if n for how in (('-o', 'json'), ('-x', '-'))]
with ThreadPoolExecutor(int(sys.argv[1])) as pool:
    seen = list(pool.map(run, jobs))
wrong = [(name, bad) for name, _, _, bad in seen if bad]
for name, bad in wrong:
    print(f'sanitizers: {name}: {"; ".join(bad)}')
slow, large = max(seen, key=lambda s: s[1]), max(seen, key=lambda s: s[2])
print(f'sanitizers: {len(jobs) // 2} captures, {len(wrong)} with a report; '
      f'slowest {slow[1]:.2f} s ({slow[0]}), largest {large[2]:.0f} MiB ({large[0]})')
sys.exit(bool(wrong))
