/* SPDX-License-Identifier: MIT */
#include "core/contfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define ID1 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "a61b40e4b3ba8df6cb5445881f2d31eb6801b4b1534904e4604305330944c513"

typedef bool reader(const char *text, size_t len, struct contname_facts *f);

/* Texts in the order of enum contname_text. */
static const struct claim {
	const char *label;
	reader *read;
	const char *file;
	bool good;
	const char *want[CONTNAME_TEXTS];
} claims[] = {
	{ "docker", contfile_docker,
	  "{\"ID\":\"" ID1 "\",\"Image\":\"sha256:57b7\",\"Name\":\"/web\","
	  "\"Config\":{\"Image\":\"nginx:1.25\",\"Labels\":{}}}",
	  true, { "web", "nginx:1.25", "", "", "" } },
	{ "docker below Kubernetes: the names of the labels", contfile_docker,
	  "{\"Name\":\"/k8s_web_shop-1_default_7c1d_0\",\"Config\":{"
	  "\"Image\":\"sha256:57b7\",\"Labels\":{"
	  "\"io.kubernetes.container.name\":\"web\","
	  "\"io.kubernetes.pod.name\":\"shop-1\","
	  "\"io.kubernetes.pod.namespace\":\"default\","
	  "\"io.kubernetes.pod.uid\":\"7c1d\"}}}",
	  true, { "web", "sha256:57b7", "shop-1", "default", "7c1d" } },
	{ "docker without labels", contfile_docker,
	  "{\"Name\":\"/a\",\"Config\":{\"Labels\":null}}", true,
	  { "a", "", "", "", "" } },
	{ "containerd", contfile_oci,
	  "{\"ociVersion\":\"1.1.0\",\"process\":{\"env\":[\"A=b\"]},"
	  "\"annotations\":{\"io.kubernetes.cri.container-name\":\"web\","
	  "\"io.kubernetes.cri.container-type\":\"container\","
	  "\"io.kubernetes.cri.image-name\":\"docker.io/library/nginx:1.25\","
	  "\"io.kubernetes.cri.sandbox-name\":\"shop-1\","
	  "\"io.kubernetes.cri.sandbox-namespace\":\"default\","
	  "\"io.kubernetes.cri.sandbox-uid\":\"7c1d\"}}\n",
	  true,
	  { "web", "docker.io/library/nginx:1.25", "shop-1", "default", "7c1d" } },
	{ "containerd's sandbox has no name of its own", contfile_oci,
	  "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"sandbox\","
	  "\"io.kubernetes.cri.sandbox-name\":\"shop-1\"}}",
	  true, { "", "", "shop-1", "", "" } },
	{ "nerdctl", contfile_oci,
	  "{\"annotations\":{\"nerdctl/name\":\"web\"}}", true,
	  { "web", "", "", "", "" } },
	{ "CRI-O", contfile_oci,
	  "{\"annotations\":{\"io.container.manager\":\"cri-o\","
	  "\"io.kubernetes.container.name\":\"web\","
	  "\"io.kubernetes.cri-o.ContainerName\":\"k8s_web_shop-1_default_7c1d_0\","
	  "\"io.kubernetes.cri-o.ImageName\":\"quay.io/nginx:1.25\","
	  "\"io.kubernetes.pod.name\":\"shop-1\","
	  "\"io.kubernetes.pod.namespace\":\"default\","
	  "\"io.kubernetes.pod.uid\":\"7c1d\"}}",
	  true, { "web", "quay.io/nginx:1.25", "shop-1", "default", "7c1d" } },
	{ "podman says nothing there", contfile_oci,
	  "{\"annotations\":{\"io.container.manager\":\"libpod\"}}", false, { 0 } },
	{ "no annotations", contfile_oci, "{\"ociVersion\":\"1.0.2\"}", false, { 0 } },
	{ "escapes of a terminal", contfile_docker,
	  "{\"Name\":\"/a\\u001b[31m\\u202eb\",\"Config\":{\"Image\":\"\\u0000x\"}}",
	  true, { "a\\027[31m\\226\\128\\174b", "\\000x", "", "", "" } },
	{ "a name that is no text", contfile_docker,
	  "{\"Name\":7,\"Config\":[{\"Image\":\"x\"}]}", false, { 0 } },
	{ "a name that is only a slash", contfile_docker, "{\"Name\":\"/\"}",
	  false, { 0 } },
	{ "cut off", contfile_docker, "{\"Name\":\"/web\",\"Config\":{", false, { 0 } },
	{ "not JSON", contfile_docker, "root:x:0:0:root:/root:/bin/sh\n", false, { 0 } },
	{ "another kind of JSON", contfile_docker, "[\"Name\"]", false, { 0 } },
	{ "nothing", contfile_docker, "", false, { 0 } },
};

static void compare(const char *label, const struct contname_facts *f,
		    const char *const want[CONTNAME_TEXTS])
{
	for (int i = 0; i < CONTNAME_TEXTS; i++)
		if (strcmp(f->text[i], want[i] ? want[i] : "") != 0)
			fail_msg("%s: %d is \"%s\"", label, i, f->text[i]);
}

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(claims); i++) {
		const struct claim *c = &claims[i];
		struct contname_facts f = { 0 };
		size_t len = strlen(c->file);
		char *exact = malloc(len + 1); /* so that ASan sees its end */

		assert_non_null(exact);
		memcpy(exact, c->file, len);
		if (c->read(exact, len, &f) != c->good)
			fail_msg("%s: %s", c->label, c->good ? "refused" : "taken");
		compare(c->label, &f, c->want);
		free(exact);
	}
}

/* What is known already stays: several files may speak of one container. */
static void test_fill(void **state)
{
	struct contname_facts f = { .text = { [CONTNAME_NAME] = "first" } };
	static const char file[] =
		"{\"Name\":\"/second\",\"Config\":{\"Image\":\"i\"}}";

	(void)state;
	assert_true(contfile_docker(file, sizeof(file) - 1, &f));
	assert_string_equal(f.text[CONTNAME_NAME], "first");
	assert_string_equal(f.text[CONTNAME_IMAGE], "i");
}

static void test_long(void **state)
{
	static char file[CONTFILE_MAX + 64];
	struct contname_facts f = { 0 };

	(void)state;
	/* A name that is too long is cut. */
	memset(file, ' ', sizeof(file));
	memcpy(file, "{\"Name\":\"", 9);
	memset(file + 9, 'n', 5000);
	memcpy(file + 5009, "\"}", 2);
	assert_true(contfile_docker(file, 5011, &f));
	assert_int_equal(strlen(f.text[CONTNAME_NAME]), CONTNAME_SIZE - 1);
	/* A file that is too long is not read, nor one that is too deep. */
	assert_false(contfile_docker(file, CONTFILE_MAX + 1, &f));
	memset(file, '[', 100000);
	assert_false(contfile_docker(file, 100000, &f));
	assert_int_equal(contfile_list(file, 100000, NULL, NULL), 0);
}

struct listed {
	size_t count;
	char id[4][CONTAINER_ID];
	struct contname_facts f[4];
};

static void on_listed(void *ctx, const char *id, const struct contname_facts *f)
{
	struct listed *l = ctx;

	assert_true(l->count < N(l->id));
	memcpy(l->id[l->count], id, CONTAINER_ID);
	l->f[l->count++] = *f;
}

static void test_list(void **state)
{
	/* As podman 4.3 writes it; then entries that are not to be taken. */
	static const char file[] =
		"[{\"id\":\"" ID2 "\",\"names\":[\"web\"],\"image\":\"57b7\","
		"\"metadata\":\"{\\\"image-name\\\":\\\"example.org/bb:1.2\\\","
		"\\\"image-id\\\":\\\"57b7\\\",\\\"name\\\":\\\"web\\\","
		"\\\"created-at\\\":1795670585}\",\"flags\":{\"MountLabel\":\"\"}},"
		"{\"id\":\"" ID1 "\",\"names\":[],"
		"\"metadata\":\"{\\\"name\\\":\\\"b\\\"}\"},"
		"{\"id\":\"" ID1 "\",\"names\":[\"c\"],\"metadata\":\"{no\"},"
		"{\"id\":\"../../../../etc/passwd\",\"names\":[\"x\"]},"
		"{\"id\":\"" ID1 "\\u0000\",\"names\":[\"x\"]},"
		"{\"id\":\"" ID1 "\",\"names\":[null]},"
		"{\"names\":[\"x\"]}, 7, null]";
	struct listed l = { 0 };

	(void)state;
	assert_int_equal(contfile_list(file, sizeof(file) - 1, on_listed, &l), 3);
	assert_int_equal(l.count, 3);
	assert_string_equal(l.id[0], ID2);
	compare("first", &l.f[0],
		(const char *[CONTNAME_TEXTS]){ "web", "example.org/bb:1.2" });
	compare("only metadata", &l.f[1], (const char *[CONTNAME_TEXTS]){ "b" });
	compare("only names", &l.f[2], (const char *[CONTNAME_TEXTS]){ "c" });
	assert_int_equal(contfile_list("{}", 2, on_listed, &l), 0);
}

static void test_data_root(void **state)
{
	static const struct {
		const char *file, *want;
	} roots[] = {
		{ "{\"data-root\":\"/srv/docker\",\"debug\":true}", "/srv/docker" },
		{ "{\"debug\":true}", NULL },
		{ "{\"data-root\":\"srv\"}", NULL },
		{ "{\"data-root\":\"\"}", NULL },
		{ "{\"data-root\":\"/srv\\u0000x\"}", NULL },
		{ "{\"data-root\":\"/23456789012345678901234567890123456789\"}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < N(roots); i++) {
		char path[32] = "";
		bool good = contfile_data_root(roots[i].file,
					       strlen(roots[i].file), path,
					       sizeof(path));

		assert_int_equal(good, roots[i].want != NULL);
		assert_string_equal(path, good ? roots[i].want : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files), cmocka_unit_test(test_fill),
		cmocka_unit_test(test_long),  cmocka_unit_test(test_list),
		cmocka_unit_test(test_data_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
