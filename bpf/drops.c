/* SPDX-License-Identifier: MIT */
#include "bpf/drops.h"

#include <bpf/btf.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "SKB_DROP_REASON_"

/*
 * "Not specified" is no reason: the kernel so frees also what it has made use
 * of, such as the last segments that come to a connection in TIME_WAIT.
 */
static bool is_reason(const char *name)
{
	return name && !strncmp(name, PREFIX, strlen(PREFIX)) &&
	       strcmp(name, PREFIX "NOT_SPECIFIED");
}

void drops_read(struct drops *d, const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, "skb_drop_reason", BTF_KIND_ENUM);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (__u32)id) :
					    NULL;

	*d = (struct drops){ 0 };
	for (__u32 i = 0; t && i < btf_vlen(t); i++) {
		const struct btf_enum *e = &btf_enum(t)[i];
		const char *name = btf__name_by_offset(btf, e->name_off);

		/* Masks, which are no reasons, are large or negative. */
		if (!is_reason(name) || e->val <= 0 || e->val >= DROPS_MAX)
			continue;
		char *text = d->text[e->val];
		snprintf(text, sizeof(d->text[0]), "%s",
			 name + strlen(PREFIX));
		d->name[e->val] = text;
	}
}
