/* SPDX-License-Identifier: MIT */
/* Roles on the screen, and the theme files (themes/NAME.theme) that colour them. */
#ifndef NX_THEME_H
#define NX_THEME_H

#include "core/errmsg.h"

enum role {
	ROLE_NORMAL, ROLE_DIM, ROLE_TITLE, ROLE_BORDER, ROLE_BORDER_FOCUS,
	ROLE_HEADING, ROLE_SELECTED, ROLE_SELECTED_DIM /* in a pane without focus */,
	ROLE_STATUS, ROLE_KEY, ROLE_PROCESS, ROLE_ADDRESS, ROLE_NAME, ROLE_NUMBER,
	ROLE_GOOD, ROLE_WARN, ROLE_BAD, ROLE_LOST, ROLE_FILTER_GOOD,
	ROLE_FILTER_BAD, ROLE_MESSAGE, ROLES
};

/*
 * Load a theme by name or path and set up ncurses' pairs for this terminal:
 * true colour, 256, 8, or attributes only (no colour, or NO_COLOR set). Needs
 * a running ncurses. NULL: "dark". 0 or -EINVAL/-ENOENT with "FILE:LINE: ...".
 */
int theme_load(const char *name, struct errmsg *err);
/* Check a theme without a terminal. */
int theme_check(const char *name, struct errmsg *err);
/* ncurses attributes of a role (attr_t as unsigned long); usable before theme_load(). */
unsigned long theme_attr(enum role role);

#endif
