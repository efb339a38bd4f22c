/* SPDX-License-Identifier: MIT */
/*
 * Runs of our programs that the kernel left out, and nobody made up for. It
 * does not run a tracing program that already runs on this CPU: what happens
 * in an interrupt in the middle of it is not told. It counts them for each
 * program ("recursion_misses", from Linux 5.12 on).
 */
#ifndef NX_MISSES_H
#define NX_MISSES_H

#include <stdbool.h>
#include <stdint.h>

struct bpf_object;

/* Of all programs of a loaded object. */
uint64_t misses_read(const struct bpf_object *object);
/*
 * Is a run of this program that is left out lost? Not of the two that stand
 * in for each other (nx_state, nx_state_again): tracepoints are not preempted,
 * so that one of them is not running when the other is interrupted.
 */
bool misses_lose(const char *program);

#endif
