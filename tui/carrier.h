/* SPDX-License-Identifier: MIT */
/*
 * The connection that carries this terminal (ssh, telnet ...): its own
 * packets must not cause a picture, whose bytes would be its next packets.
 */
#ifndef NX_CARRIER_H
#define NX_CARRIER_H

#include <stdbool.h>

#include "core/mine.h"

/*
 * Look for it: the established TCP connection that the nearest ancestor of
 * process `pid` holds; under tmux or screen, whose server has none, that of an
 * ancestor of each of its clients. proc: "/proc", or a test's own tree.
 * ssh: the text of SSH_CONNECTION, asked when another user's descriptors
 * cannot be read; may be NULL. What is found is added to *m. Returns the
 * ancestor that holds it, 0: none.
 */
int carrier_find(const char *proc, int pid, const char *ssh, struct mine *m);
/*
 * Add what this process has as standard input, output and error, if that is
 * the network. Does what is written to standard output go out by a connection
 * of *m: is it one, a terminal, or a pipe or socket to `holder`?
 */
bool carrier_output(const char *proc, int holder, struct mine *m);

#endif
