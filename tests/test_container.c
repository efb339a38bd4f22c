/* SPDX-License-Identifier: MIT */
#include "core/container.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Names as in struct event_cgroup: version 2's, then that of the pids controller. */
static const struct claim {
	const char *label, *name, *parent, *name1, *parent1;
	bool want;
} claims[] = {
	{ "docker", "docker-" ID ".scope", "system.slice", "", "", true },
	{ "containerd", "cri-containerd-" ID ".scope",
	  "kubepods-besteffort-pod1.slice", "", "", true },
	{ "CRI-O", "crio-" ID ".scope", "kubepods.slice", "", "", true },
	{ "podman", "libpod-" ID ".scope", "machine.slice", "", "", true },
	{ "podman with a group of its own", "container", "libpod-" ID ".scope",
	  "", "", true },
	{ "systemd in docker", "init.scope", "docker-" ID ".scope", "", "",
	  true },
	{ "podman without systemd", "libpod-" ID, "libpod_parent", "", "",
	  true },
	{ "docker without systemd", ID, "docker", "", "", true },
	{ "kubernetes without systemd", ID,
	  "pod7c1d4e2a-0000-4000-8000-000000000000", "", "", true },
	{ "version 1", "", "", ID, "docker", true },
	{ "hybrid: version 2 is the root's", "init.scope", "", ID, "docker",
	  true },
	{ "version 1 with systemd", "", "", "docker-" ID ".scope",
	  "system.slice", true },
	{ "version 1 with containerd", "", "", "cri-containerd-" ID ".scope",
	  "kubepods.slice", true },
	{ "no names", "", "", "", "", false },
	{ "a service", "ssh.service", "system.slice", "ssh.service",
	  "system.slice", false },
	{ "docker itself", "docker.service", "system.slice", "", "", false },
	{ "a session", "session-3.scope", "user-1000.slice", "", "", false },
	{ "the monitor of CRI-O", "crio-conmon-" ID ".scope", "", "", "",
	  false },
	{ "the monitor of podman", "libpod-conmon-" ID ".scope", "", "", "",
	  false },
	{ "bare digits elsewhere", ID, "system.slice", "", "", false },
	{ "bare digits below a name like docker", ID, "docker2", "", "", false },
	{ "too short", "docker-0123.scope", "", "", "", false },
	{ "a digit missing", "docker-123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
	  "", "", "", false },
	{ "a digit too many", "docker-" ID "0.scope", "", "", "", false },
	{ "a bare digit too many", ID "0", "docker", "", "", false },
	{ "capitals", "docker-0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef.scope",
	  "", "", "", false },
	{ "another unit of that name", "docker-" ID ".service", "", "", "",
	  false },
	{ "cut off scope", "docker-" ID ".sco", "", "", "", false },
	{ "more behind it", "docker-" ID ".scope2", "", "", "", false },
};

static void put(char to[EVENT_CGROUP], const char *text)
{
	/* As the kernel program leaves it: a NUL, and junk behind it. */
	memset(to, 'f', EVENT_CGROUP);
	memcpy(to, text, strlen(text) + 1);
}

static void test_layouts(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct claim *c = &claims[i];
		struct event_proc e = { 0 };
		char id[CONTAINER_ID] = "x";

		put(e.cgroups[0].name, c->name);
		put(e.cgroups[0].parent, c->parent);
		put(e.cgroups[1].name, c->name1);
		put(e.cgroups[1].parent, c->parent1);
		if (container_find(&e, id) != c->want ||
		    strcmp(id, c->want ? ID : ""))
			fail_msg("%s: \"%s\"", c->label, id);
	}
}

static void test_no_nul(void **state)
{
	struct event_proc e;
	char id[CONTAINER_ID];

	(void)state;
	memset(&e, 'a', sizeof(e));
	assert_false(container_find(&e, id));
	assert_string_equal(id, "");
}

static void test_again(void **state)
{
	struct event_proc e = { 0 };
	char id[CONTAINER_ID];

	(void)state;
	container_put(&e, ID);
	assert_true(container_find(&e, id));
	assert_string_equal(id, ID);
	memset(&e, 0, sizeof(e));
	container_put(&e, "no id");
	assert_false(container_find(&e, id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_no_nul),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
