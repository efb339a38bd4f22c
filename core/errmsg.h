/* SPDX-License-Identifier: MIT */
/* A message for the user, made by the line that detects the error. */
#ifndef NX_ERRMSG_H
#define NX_ERRMSG_H

struct errmsg {
	int code; /* negative errno; 0: no error */
	char text[1024]; /* printable UTF-8, one line or (filter) with a caret line */
};

/*
 * Store the code and the printf-formatted text (controls are made printable),
 * and return the code: `return errmsg_set(err, -errno, ...)`. err may be NULL.
 */
int errmsg_set(struct errmsg *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
