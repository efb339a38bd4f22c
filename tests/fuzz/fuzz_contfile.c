/* SPDX-License-Identifier: MIT */
/*
 * A file of a container runtime; the first octet says of which kind. Whatever
 * it says, the texts are printable and have their end, and an id is one.
 */
#include "core/contfile.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

static void look(const struct contname_facts *f)
{
	for (int i = 0; i < CONTNAME_TEXTS; i++) {
		must(memchr(f->text[i], 0, CONTNAME_SIZE), "a text ends", "");
		must_print(f->text[i], "what a container is called");
	}
}

static void on_listed(void *ctx, const char *id, const struct contname_facts *f)
{
	++*(size_t *)ctx;
	must(container_is_id(id), "a container has an id", id);
	must(f->text[CONTNAME_NAME][0] || f->text[CONTNAME_IMAGE][0],
	     "something is told of it", id);
	look(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct contname_facts none;
	struct contname_facts f = { 0 };
	const char *text = (const char *)data + 1;
	char path[64] = "";
	size_t told = 0;

	if (size < 1)
		return 0;
	size--;
	switch (data[0] % 4) {
	case 0:
	case 1: {
		bool good = data[0] % 4 ? contfile_oci(text, size, &f) :
					  contfile_docker(text, size, &f);
		must(good || !memcmp(&f, &none, sizeof(f)),
		     "what is refused leaves all as it was", "");
		look(&f);
		break;
	}
	case 2:
		must(contfile_list(text, size, on_listed, &told) == told,
		     "all of a list are counted", "");
		break;
	default:
		must(!contfile_data_root(text, size, path, sizeof(path)) ||
			     path[0] == '/',
		     "a place is absolute", path);
	}
	return 0;
}
