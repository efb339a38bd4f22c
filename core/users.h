/* SPDX-License-Identifier: MIT */
/* Names of users, from the text of a passwd file (passwd(5)), read once. */
#ifndef NX_USERS_H
#define NX_USERS_H

#include <stddef.h>
#include <stdint.h>

struct users; /* opaque */

#define USERS_FILE_MAX (1u << 20) /* bytes; of a longer text the rest is left out */

/* NULL when out of memory. Lines that are not a user's are passed over. */
struct users *users_new(const char *passwd, size_t len);
void users_free(struct users *u); /* takes NULL */
/*
 * The printable name of the first line with that uid, as getpwuid(3) has it;
 * NULL: there is none, or u is NULL. Valid as long as u.
 */
const char *users_find(const struct users *u, uint32_t uid);

#endif
