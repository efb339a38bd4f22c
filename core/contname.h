/* SPDX-License-Identifier: MIT */
/*
 * What containers are called, by their id: name, image, pod. The kernel does
 * not know it; who can read the files of the container runtimes is asked when
 * the first process of a container is seen (contname.ask), and tells.
 */
#ifndef NX_CONTNAME_H
#define NX_CONTNAME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/container.h"
#include "core/strings.h"
#include "core/table.h"

enum contname_text {
	CONTNAME_NAME, CONTNAME_IMAGE, CONTNAME_POD, CONTNAME_POD_NAMESPACE,
	CONTNAME_POD_UID,
	CONTNAME_TEXTS, /* how many there are */
};

/* Bytes with the NUL; a longer text is cut. */
#define CONTNAME_SIZE 384

/* Printable texts; "" where one is not known. */
struct contname_facts {
	char text[CONTNAME_TEXTS][CONTNAME_SIZE];
};

enum contname_state {
	CONTNAME_WAITING, /* to be asked for, perhaps again */
	CONTNAME_KNOWN,
	CONTNAME_ABSENT, /* no runtime has it in its files, as far as they could be read */
	CONTNAME_DENIED, /* files that may have it may not be read */
};

struct contname_key {
	char id[CONTAINER_ID]; /* with NULs up to its end */
};

struct contname {
	struct contname_key key; /* first: the table's key */
	uint8_t state; /* enum contname_state */
	uint8_t asked; /* so often in vain */
	uint32_t uid; /* of a process in it */
	uint64_t again_ns; /* CONTNAME_WAITING: not to be asked for before */
	const char *text[CONTNAME_TEXTS]; /* NULL: not known */
};

/*
 * Asks for a container: whoever reads calls contname_tell() for it, and for any
 * other that it came across. 0, -EAGAIN (not now), -EACCES (it may be in files
 * that may not be read), or -ENOENT.
 */
typedef int contname_ask(void *ctx, const char *id, uint32_t uid);

struct contnames {
	struct table table; /* of struct contname; one that was evicted is asked for again */
	struct strings *strings; /* borrowed */
	uint64_t texts_lost; /* that found no room */
	uint64_t told; /* calls of contname_tell() */
	contname_ask *ask; /* NULL: nobody can be asked, as of another machine's containers */
	void *ask_ctx;
};

/* For that many containers at once. 0 or -ENOMEM. */
int contname_init(struct contnames *c, size_t capacity, struct strings *strings,
		  uint64_t seed);
void contname_release(struct contnames *c);
/* A process of this container was seen; asks if that is due. */
void contname_seen(struct contnames *c, const char *id, uint32_t uid, uint64_t now_ns);
/* Ask for those again whose time has come; true: something became known. */
bool contname_advance(struct contnames *c, uint64_t now_ns);
/* What a container is called. Texts that are "" leave what was known. */
void contname_tell(struct contnames *c, const char *id, const struct contname_facts *f);
/* NULL: the id is NULL, or was never heard of. */
const struct contname *contname_find(const struct contnames *c, const char *id);
/* One of its texts, or NULL. c may be NULL. */
const char *contname_text(const struct contname *c, enum contname_text which);

#endif
