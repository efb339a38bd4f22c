/* SPDX-License-Identifier: MIT */
#include "tui/runtimes.h"

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define PATH 512
#define USER 4001 /* runs containers as uids 700000 to 765535, too */

/* What the files say of the container x: any number of 64 digits. */
#define DOCKER "{\"Name\":\"/d\",\"Config\":{\"Image\":\"i\"}}"
#define PODLESS "{\"annotations\":{\"io.container.manager\":\"libpod\"}}"
#define POD                                                                    \
	"{\"annotations\":{\"io.kubernetes.container.name\":\"c\","            \
	"\"io.kubernetes.cri-o.ImageName\":\"i\","                             \
	"\"io.kubernetes.pod.name\":\"p\"}}"
#define CRI                                                                    \
	"{\"annotations\":{\"io.kubernetes.cri.container-name\":\"n\","        \
	"\"io.kubernetes.cri.sandbox-name\":\"p\"}}"

static char root[] = "/tmp/nx-runtimes-XXXXXX";
static struct strings *strings;
static struct contnames names;
static struct runtimes *runtimes;

/* The container number n. */
static const char *id_of(int n)
{
	static char id[CONTAINER_ID];

	snprintf(id, sizeof(id), "%064x", n);
	return id;
}

/* A path below root; %s in it is the id of container n. */
static void path_of(char path[PATH], const char *shape, int n)
{
	const char *gap = strstr(shape, "%s");

	if (gap)
		snprintf(path, PATH, "%s%.*s%s%s", root, (int)(gap - shape),
			 shape, id_of(n), gap + 2);
	else
		snprintf(path, PATH, "%s%s", root, shape);
}

/* Make the folders that lead there; readable for all, as fsuid may change. */
static void make_folders(char *path)
{
	for (char *p = path + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
}

static void make(const char *shape, int n, const char *text)
{
	char path[PATH];

	path_of(path, shape, n);
	make_folders(path);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, 0644);
}

static void make_link(const char *shape, int n, const char *to)
{
	char path[PATH], target[PATH];

	path_of(path, shape, n);
	make_folders(path);
	path_of(target, to, n);
	assert_int_equal(symlink(target, path), 0);
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int begin(void **state)
{
	(void)state;
	memcpy(root + sizeof(root) - 7, "XXXXXX", 6);
	strings = strings_new(1 << 20);
	if (!mkdtemp(root) || chmod(root, 0755) ||
	    contname_init(&names, 4096, strings, 7))
		return -1;
	make("/etc/docker/daemon.json", 0, "{\"data-root\":\"/srv/docker\"}");
	make("/etc/passwd", 0,
	     "root:x:0:0:root:/root:/bin/sh\n"
	     "no home\n"
	     "user:x:4001:4001:U,,,:/users/user:/bin/sh\n"
	     "other:x:4002:4002::/users/other:/bin/sh\n");
	make("/etc/subuid", 0, "user:700000:65536\n4002:800000:65536\n");
	runtimes = runtimes_new(root, &names);
	return runtimes ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	runtimes_free(runtimes);
	contname_release(&names);
	strings_free(strings);
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Ask for container n; its name as told, "" if it has none. */
static int ask(int n, uint32_t uid, const char **name)
{
	int rc = runtimes_ask(runtimes, id_of(n), uid);
	const char *text =
		contname_text(contname_find(&names, id_of(n)), CONTNAME_NAME);

	*name = text ? text : "";
	return rc;
}

static const struct claim {
	const char *label, *path, *file;
	uint32_t uid;
	const char *want; /* its name; NULL: -ENOENT */
} claims[] = {
	{ "docker", "/var/lib/docker/containers/%s/config.v2.json", DOCKER, 0, "d" },
	{ "docker in its other place", "/srv/docker/containers/%s/config.v2.json", DOCKER, 0, "d" },
	{ "docker as a snap", "/var/snap/docker/common/var-lib-docker/containers/%s/config.v2.json", DOCKER, 0, "d" },
	{ "containerd", "/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json", CRI, 0, "n" },
	{ "containerd, another namespace", "/run/containerd/io.containerd.runtime.v2.task/default/%s/config.json", CRI, 0, "n" },
	{ "k3s", "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json", CRI, 0, "n" },
	{ "CRI-O", "/run/containers/storage/overlay-containers/%s/userdata/config.json", POD, 0, "c" },
	{ "CRI-O, only in the lasting store", "/var/lib/containers/storage/overlay-containers/%s/userdata/config.json", POD, 0, "c" },
	{ "docker without root", "/users/user/.local/share/docker/containers/%s/config.v2.json", DOCKER, USER, "d" },
	{ "docker without root, another uid in it", "/users/user/.local/share/docker/containers/%s/config.v2.json", DOCKER, 765535, "d" },
	{ "one uid too many", "/users/user/.local/share/docker/containers/%s/config.v2.json", DOCKER, 765536, NULL },
	{ "of a user named by number", "/users/other/.local/share/docker/containers/%s/config.v2.json", DOCKER, 800005, "d" },
	{ "of another user", "/users/other/.local/share/docker/containers/%s/config.v2.json", DOCKER, USER, NULL },
	{ "root's own home is not looked into", "/root/.local/share/docker/containers/%s/config.v2.json", DOCKER, 0, NULL },
	{ "podman says no name there", "/var/lib/containers/storage/overlay-containers/%s/userdata/config.json", PODLESS, 0, NULL },
	{ "damaged", "/var/lib/docker/containers/%s/config.v2.json", "{\"Name\":", 0, NULL },
	{ "in another folder", "/var/lib/docker/%s/config.v2.json", DOCKER, 0, NULL },
};

static void test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct claim *c = &claims[i];
		const char *name;
		int n = (int)i + 1;

		make(c->path, n, c->file);
		int rc = ask(n, c->uid, &name);
		if (rc != (c->want ? 0 : -ENOENT) ||
		    strcmp(name, c->want ? c->want : "") != 0)
			fail_msg("%s: %d, \"%s\"", c->label, rc, name);
	}
	const char *name;
	assert_int_equal(ask(99, 0, &name), -ENOENT);
	assert_int_equal(runtimes_ask(runtimes, "../../etc/passwd", 0), -ENOENT);
}

/* A list tells all that podman has; more than a list is known of a pod. */
static void test_lists(void **state)
{
	char list[1024], id[3][CONTAINER_ID];
	const char *name;

	(void)state;
	for (int i = 0; i < 3; i++)
		memcpy(id[i], id_of(i + 1), CONTAINER_ID);
	snprintf(list, sizeof(list),
		 "[{\"id\":\"%s\",\"names\":[\"one\"],\"metadata\":\"{\\\"image-name\\\":\\\"bb\\\"}\"},"
		 "{\"id\":\"%s\",\"names\":[\"two\"]},"
		 "{\"id\":\"%s\",\"names\":[\"k8s_c_p_n_u_0\"]}]",
		 id[0], id[1], id[2]);
	make("/var/lib/containers/storage/overlay-containers/containers.json", 0, list);
	make("/var/lib/containers/storage/overlay-containers/%s/userdata/config.json", 1, PODLESS);
	make("/var/lib/containers/storage/overlay-containers/%s/userdata/config.json", 3, CRI);
	assert_int_equal(ask(1, 0, &name), 0);
	assert_string_equal(name, "one");
	assert_string_equal(contname_text(contname_find(&names, id[0]), CONTNAME_IMAGE), "bb");
	assert_string_equal(contname_text(contname_find(&names, id[1]), CONTNAME_NAME), "two");
	assert_null(contname_find(&names, id[2]));
	assert_int_equal(ask(3, 0, &name), 0);
	assert_string_equal(name, "n"); /* its own file goes before the list */
	assert_string_equal(contname_text(contname_find(&names, id[2]), CONTNAME_POD), "p");

	snprintf(list, sizeof(list), "[{\"id\":\"%s\",\"names\":[\"rm\"]}]", id_of(4));
	make("/users/user/.local/share/containers/storage/vfs-containers/volatile-containers.json", 0, list);
	assert_int_equal(ask(4, 700001, &name), 0);
	assert_string_equal(name, "rm");
}

#define FILE_OF "/var/lib/docker/containers/%s/config.v2.json"

/* What somebody may have put there instead of a file. */
static void test_traps(void **state)
{
	char path[PATH];
	const char *name;

	(void)state;
	make("/outside/config.v2.json", 0, DOCKER);
	make_link(FILE_OF, 1, "/outside/config.v2.json");
	assert_int_equal(ask(1, 0, &name), -ENOENT);
	make_link("/var/lib/docker/containers/%s", 2, "/outside");
	assert_int_equal(ask(2, 0, &name), -ENOENT);
	path_of(path, FILE_OF, 3);
	make_folders(path);
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(ask(3, 0, &name), -ENOENT);
	path_of(path, FILE_OF, 4);
	make_folders(path);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(ask(4, 0, &name), -ENOENT);
	make(FILE_OF, 5, DOCKER);
	path_of(path, FILE_OF, 5);
	assert_int_equal(truncate(path, 5 << 20), 0);
	assert_int_equal(ask(5, 0, &name), -ENOENT);

	/* The place itself may be elsewhere: that is root's choice. */
	make("/data/k3s/default/%s/config.json", 6, CRI);
	make_link("/run/k3s/containerd/io.containerd.runtime.v2.task", 0, "/data/k3s");
	assert_int_equal(ask(6, 0, &name), 0);
}

/* A user's home with a link out of it gives nothing of another's. */
static void test_home(void **state)
{
	char path[PATH];
	const char *name;

	(void)state;
	make("/users/other/.local/share/docker/containers/%s/config.v2.json", 1, DOCKER);
	make_link("/users/user/.local", 0, "/users/other/.local");
	assert_int_equal(ask(1, USER, &name), -ENOENT);
	make("/users/other/.local/share/docker/containers/%s/config.v2.json", 2, DOCKER);
	path_of(path, "/users/other/.local/share/docker/containers/%s/config.v2.json", 2);
	assert_int_equal(truncate(path, 300000), 0);
	assert_int_equal(ask(2, 4002, &name), -ENOENT); /* too long for one of theirs */
	/* Read as the user: what is closed to him stays closed, and it is said. */
	path_of(path, "/users/other", 0);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(ask(1, 4002, &name), -EACCES);
	assert_int_equal(chmod(path, 0755), 0);
	assert_int_equal(ask(1, 4002, &name), 0);
}

/* Reading may take a tenth of the time. */
static void test_budget(void **state)
{
	static char list[3 << 20];
	int n = 0, rc;
	const char *name;

	(void)state;
	memset(list, ' ', sizeof(list) - 1);
	for (size_t i = 0; i + 2 < sizeof(list); i += 2)
		memcpy(list + i, "7,", 2);
	list[0] = '[';
	list[sizeof(list) - 2] = ']';
	list[sizeof(list) - 3] = ' ';
	list[sizeof(list) - 4] = '7';
	list[1] = ' ';
	make("/var/lib/containers/storage/overlay-containers/containers.json", 0, list);
	do
		rc = ask(1, 0, &name);
	while (++n < 50 && rc == -ENOENT);
	assert_int_equal(rc, -EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_places, begin, end),
		cmocka_unit_test_setup_teardown(test_lists, begin, end),
		cmocka_unit_test_setup_teardown(test_traps, begin, end),
		cmocka_unit_test_setup_teardown(test_home, begin, end),
		cmocka_unit_test_setup_teardown(test_budget, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
