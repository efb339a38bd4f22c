/* SPDX-License-Identifier: MIT */
/* tcpdump's words in a filter: src, dst, host, net, port, portrange, and values alone. */
#ifndef NX_PRIMITIVE_H
#define NX_PRIMITIVE_H

#include "core/reader.h"

/*
 * [src|dst] [host|net|port|portrange] VALUE, if `now` is one of these words;
 * *rc is then 0 or -EINVAL with a message. false: it is none of them.
 */
bool primitive_word(struct reader *r, int *rc);
/*
 * text, which is `now` taken, if it is an address, a network or a port; *rc as
 * above. false: it is none, and nothing was done.
 */
bool primitive_value(struct reader *r, const char *text, int *rc);

#endif
