/* SPDX-License-Identifier: MIT */
/* THE TABLE of port names. For core/names.c. */
#ifndef NX_SERVICES_H
#define NX_SERVICES_H

#include <stddef.h>
#include <stdint.h>

enum { SERVICE_TCP = 1, SERVICE_UDP = 2 };

struct service {
	uint16_t port;
	uint8_t protocols; /* SERVICE_ bits */
	const char *name;
};

extern const struct service services[]; /* by ascending port */
extern const size_t services_count;
extern const struct service service_aliases[];
extern const size_t service_aliases_count;

#endif
