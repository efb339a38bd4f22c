/* SPDX-License-Identifier: MIT */
#include "bpf/misses.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <string.h>

bool misses_lose(const char *program)
{
	return strcmp(program, "nx_state") != 0 &&
	       strcmp(program, "nx_state_again") != 0;
}

uint64_t misses_read(const struct bpf_object *object)
{
	const struct bpf_program *p = NULL;
	uint64_t sum = 0;

	while ((p = bpf_object__next_program(object, (void *)p))) {
		struct bpf_prog_info info = { 0 };
		uint32_t size = sizeof(info);
		int fd = bpf_program__fd(p);

		if (fd < 0 || bpf_program__type(p) != BPF_PROG_TYPE_TRACING ||
		    !misses_lose(bpf_program__name(p)))
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &size))
			sum += info.recursion_misses;
	}
	return sum;
}
