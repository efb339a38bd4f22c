/* SPDX-License-Identifier: MIT */
/*
 * The last touch on what the kernel programs say of a process: its path put
 * together, and what they could not read taken from /proc/PID.
 */
#ifndef NX_PROCFILE_H
#define NX_PROCFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/event.h"

/*
 * Bring e->exe from the form that bpf/exe.h names into a path, as event.h
 * promises. Returns false when the path is not known, or known without its
 * beginning (it starts with "..." then) or relative.
 */
bool procfile_exe(struct event_proc *e);

/*
 * Fill exe (if !exe_known) and empty args from /proc/PID, provided that the
 * process there started when e says, so that a reused pid gives nothing.
 * Leaves *e as it is when the process is gone or may not be looked at.
 */
void procfile_complete(struct event_proc *e, bool exe_known);

/* "starttime" (clock ticks) of the text of a /proc/PID/stat; 0: damaged. */
uint64_t procfile_start(const char *stat);

#endif
