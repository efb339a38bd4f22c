/* SPDX-License-Identifier: MIT */
#include "core/contfile.h"

#include <json-c/json.h>
#include <string.h>

#include "core/text.h"

#define DEPTH 32 /* of JSON; real ones have 8 */
#define LIST_MAX 20000 /* containers of a list; CONTFILE_MAX has no room for more */

/*
 * Where a fact stands among annotations and labels; of several the first.
 * Sources: pkg/cri/annotations of containerd, pkg/annotations of CRI-O,
 * pkg/kubelet/types/labels.go of Kubernetes (its labels are CRI-O's annotations
 * and dockershim's labels), pkg/labels of nerdctl.
 */
/* clang-format off */
static const struct {
	enum contname_text fact;
	const char *key;
} places[] = {
	{ CONTNAME_NAME,          "io.kubernetes.cri.container-name" },
	{ CONTNAME_NAME,          "io.kubernetes.container.name" },
	{ CONTNAME_NAME,          "nerdctl/name" },
	{ CONTNAME_IMAGE,         "io.kubernetes.cri.image-name" },
	{ CONTNAME_IMAGE,         "io.kubernetes.cri-o.ImageName" },
	{ CONTNAME_IMAGE,         "io.kubernetes.cri-o.Image" },
	{ CONTNAME_POD,           "io.kubernetes.cri.sandbox-name" },
	{ CONTNAME_POD,           "io.kubernetes.pod.name" },
	{ CONTNAME_POD_NAMESPACE, "io.kubernetes.cri.sandbox-namespace" },
	{ CONTNAME_POD_NAMESPACE, "io.kubernetes.pod.namespace" },
	{ CONTNAME_POD_UID,       "io.kubernetes.cri.sandbox-uid" },
	{ CONTNAME_POD_UID,       "io.kubernetes.pod.uid" },
};
/* clang-format on */

/* NULL: it is no object, or not well-formed up to its end. */
static struct json_object *parse(const char *text, size_t len,
				 enum json_type type)
{
	struct json_tokener *t = json_tokener_new_ex(DEPTH);

	if (!t || len > CONTFILE_MAX) {
		json_tokener_free(t);
		return NULL;
	}
	struct json_object *o = json_tokener_parse_ex(t, text, (int)len);
	/* What stands alone at the end would be a number, not one of these. */
	bool whole = json_tokener_get_error(t) == json_tokener_success;

	json_tokener_free(t);
	if (whole && json_object_is_type(o, type))
		return o;
	json_object_put(o);
	return NULL;
}

/* NULL: there is none, or it is of another type. Borrowed from o. */
static struct json_object *member(struct json_object *o, const char *key,
				  enum json_type type)
{
	struct json_object *found;

	return json_object_is_type(o, json_type_object) &&
			       json_object_object_get_ex(o, key, &found) &&
			       json_object_is_type(found, type) ?
		       found :
		       NULL;
}

/* Fill a fact that is not known yet; false: s gives nothing. */
static bool fill(struct contname_facts *f, enum contname_text which,
		 struct json_object *s)
{
	const char *text = json_object_get_string(s);
	size_t len = s ? (size_t)json_object_get_string_len(s) : 0;

	/* docker's names begin with the name of what once linked to it. */
	if (which == CONTNAME_NAME && len && text[0] == '/') {
		text++;
		len--;
	}
	if (len == 0)
		return false;
	if (!f->text[which][0])
		text_clean(f->text[which], CONTNAME_SIZE, text, len, false);
	return true;
}

static bool fill_places(struct contname_facts *f, struct json_object *o)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		any |= fill(f, places[i].fact,
			    member(o, places[i].key, json_type_string));
	return any;
}

bool contfile_docker(const char *text, size_t len, struct contname_facts *f)
{
	struct json_object *o = parse(text, len, json_type_object);
	struct json_object *config = member(o, "Config", json_type_object);
	/* Of a pod the labels say the name that people know. */
	bool any = fill_places(f, member(config, "Labels", json_type_object));

	any |= fill(f, CONTNAME_NAME, member(o, "Name", json_type_string));
	any |= fill(f, CONTNAME_IMAGE,
		    member(config, "Image", json_type_string));
	json_object_put(o);
	return any;
}

bool contfile_oci(const char *text, size_t len, struct contname_facts *f)
{
	struct json_object *o = parse(text, len, json_type_object);
	bool any = fill_places(f, member(o, "annotations", json_type_object));

	json_object_put(o);
	return any;
}

/* One of the list; false: it has no id, or nothing else. */
static bool read_entry(struct json_object *entry, char id[CONTAINER_ID],
		       struct contname_facts *f)
{
	struct json_object *s = member(entry, "id", json_type_string);
	struct json_object *names = member(entry, "names", json_type_array);
	struct json_object *metadata =
		member(entry, "metadata", json_type_string);

	if (!s || json_object_get_string_len(s) != CONTAINER_ID - 1)
		return false;
	memcpy(id, json_object_get_string(s), CONTAINER_ID);
	if (!container_is_id(id))
		return false;
	s = names ? json_object_array_get_idx(names, 0) : NULL;
	bool any = json_object_is_type(s, json_type_string) &&
		   fill(f, CONTNAME_NAME, s);
	if (!metadata)
		return any;
	struct json_object *o =
		parse(json_object_get_string(metadata),
		      (size_t)json_object_get_string_len(metadata),
		      json_type_object);
	any |= fill(f, CONTNAME_NAME, member(o, "name", json_type_string));
	any |= fill(f, CONTNAME_IMAGE,
		    member(o, "image-name", json_type_string));
	json_object_put(o);
	return any;
}

size_t contfile_list(const char *text, size_t len,
		     void (*tell)(void *ctx, const char *id,
				  const struct contname_facts *f),
		     void *ctx)
{
	struct json_object *list = parse(text, len, json_type_array);
	size_t count = list ? json_object_array_length(list) : 0, told = 0;

	for (size_t i = 0; i < count && i < LIST_MAX; i++) {
		struct contname_facts f = { 0 };
		char id[CONTAINER_ID];

		if (!read_entry(json_object_array_get_idx(list, i), id, &f))
			continue;
		tell(ctx, id, &f);
		told++;
	}
	json_object_put(list);
	return told;
}

bool contfile_data_root(const char *text, size_t len, char *path, size_t size)
{
	struct json_object *o = parse(text, len, json_type_object);
	struct json_object *s = member(o, "data-root", json_type_string);
	size_t n = s ? (size_t)json_object_get_string_len(s) : 0;
	const char *root = s ? json_object_get_string(s) : "";
	bool good = n > 0 && n < size && root[0] == '/' && strlen(root) == n;

	if (good)
		memcpy(path, root, n + 1);
	json_object_put(o);
	return good;
}
