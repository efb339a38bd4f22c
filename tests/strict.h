/* SPDX-License-Identifier: MIT */
/* How json-c is to read what we write. */
#ifndef NX_TEST_STRICT_H
#define NX_TEST_STRICT_H

#include <json-c/json.h>

/*
 * As strict as it can be. Version 0.18 (Debian 13), when strict, takes each
 * byte above 127 for a control character; other versions do not.
 */
static inline int strict_flags(void)
{
	return JSON_TOKENER_VALIDATE_UTF8 |
	       (json_c_version_num() == 18 << 8 ? 0 : JSON_TOKENER_STRICT);
}

#endif
