/* SPDX-License-Identifier: MIT */
#include "core/container.h"

#include <stdio.h>
#include <string.h>

#define DIGITS (CONTAINER_ID - 1)

static const char *const prefixes[] = {
	"docker-", "cri-containerd-", "crio-", "libpod-",
};

/* What a group of bare ids is called. */
static const char *const parents[] = { "docker", "pod", "kubepods" };

/* text[size], with a NUL unless it is full, begins with a prefix. */
static bool begins(const char *text, size_t size, const char *prefix)
{
	size_t n = strlen(prefix);

	return n <= size && memcmp(text, prefix, n) == 0;
}

/* At the front of the text. */
static bool has_id(const char *text, size_t size)
{
	if (size < DIGITS)
		return false;
	for (size_t i = 0; i < DIGITS; i++)
		if (!((text[i] >= '0' && text[i] <= '9') ||
		      (text[i] >= 'a' && text[i] <= 'f')))
			return false;
	return true;
}

/* Behind the id: nothing, or ".scope". */
static bool ends_well(const char *text, size_t size)
{
	static const char scope[] = ".scope";

	return size >= sizeof(scope) &&
	       (text[0] == 0 || memcmp(text, scope, sizeof(scope)) == 0);
}

static const char *named_id(const char name[EVENT_CGROUP])
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		size_t n = strlen(prefixes[i]);
		const char *id = name + n;

		if (begins(name, EVENT_CGROUP, prefixes[i]) &&
		    has_id(id, EVENT_CGROUP - n) &&
		    ends_well(id + DIGITS, EVENT_CGROUP - n - DIGITS))
			return id;
	}
	return NULL;
}

static const char *bare_id(const char name[EVENT_CGROUP],
			   const char parent[EVENT_CGROUP])
{
	if (!has_id(name, EVENT_CGROUP) || name[DIGITS])
		return NULL;
	if (strncmp(parent, parents[0], EVENT_CGROUP) == 0)
		return name;
	for (size_t i = 1; i < sizeof(parents) / sizeof(*parents); i++)
		if (begins(parent, EVENT_CGROUP, parents[i]))
			return name;
	return NULL;
}

bool container_is_id(const char *id)
{
	size_t len = strnlen(id, CONTAINER_ID);

	return len == DIGITS && has_id(id, len);
}

bool container_find(const struct event_proc *e, char id[CONTAINER_ID])
{
	const struct event_cgroup *g = e->cgroups;
	const char *found = NULL;

	for (int i = 0; i < EVENT_CGROUPS && !found; i++) {
		found = named_id(g[i].name);
		found = found ? found : named_id(g[i].parent);
		found = found ? found : bare_id(g[i].name, g[i].parent);
	}
	if (found)
		memcpy(id, found, DIGITS);
	id[found ? DIGITS : 0] = 0;
	return found;
}

void container_put(struct event_proc *e, const char *id)
{
	snprintf(e->cgroups[0].name, EVENT_CGROUP, "docker-%.*s.scope", DIGITS,
		 id);
}
