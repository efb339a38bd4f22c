/* SPDX-License-Identifier: MIT */
/*
 * The connection that carries this terminal (ssh, telnet ...): its own
 * packets must not cause a picture, whose bytes would be its next packets.
 */
#ifndef NX_CARRIER_H
#define NX_CARRIER_H

#include <stdbool.h>

#include "core/flow.h"

/*
 * Look for it: the established TCP connection that the nearest ancestor of
 * process `pid` holds; under tmux or screen, whose server has none, an
 * ancestor of one of its clients. proc: "/proc", or a test's own tree.
 * ssh: the text of SSH_CONNECTION, asked when another user's descriptors
 * cannot be read; may be NULL.
 */
bool carrier_find(const char *proc, int pid, const char *ssh, struct flow_key *key);

#endif
