/* SPDX-License-Identifier: MIT */
#include "core/capfile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/gunzip.h"
#include "core/inbuf.h"
#include "core/pcap.h"
#include "core/pcapng.h"
#include "core/text.h"

/* Processes of a recording that are remembered as told. */
#define TOLD_MAX 2048

struct told {
	struct proc_key key; /* first: the table's key */
};

enum format { FORMAT_UNKNOWN /* nothing was read yet */, FORMAT_PCAP, FORMAT_PCAPNG };

struct capfile {
	struct gunzip packed; /* what `in` reads from */
	struct inbuf in;
	enum format format;
	struct pcap pcap;
	struct pcapng pcapng;
	uint64_t frames;
	struct table told; /* made with the first process */
	int failed; /* what capfile_next() returned, when it was an error */
	struct errmsg failure;
};

/*
 * What is wrong with a gzip'd file is known in two places, each with its own
 * offsets.
 */
static int failure(const struct capfile *f, struct errmsg *err, int rc)
{
	const struct gunzip *g = &f->packed;
	struct errmsg inner = *err;

	if (rc >= 0 || rc == -EAGAIN || g->kind != GUNZIP_PACKED)
		return rc;
	if (g->damage)
		return errmsg_set(err, -EBADMSG, "%s: %s at offset %" PRIu64,
				  f->in.name, g->damage, g->offset);
	return errmsg_set(err, rc, "%s of what is unpacked", inner.text);
}

/* Find out the format and read the head: 0 or negative errno. */
static int read_head(struct capfile *f, struct errmsg *err)
{
	int rc = inbuf_need(&f->in, PCAP_MAGIC);

	if (rc < 0)
		return inbuf_short(&f->in, err, rc, "its head");
	if (rc == 0)
		return errmsg_set(err, -EBADMSG,
				  "%s: not a capture file: it is %s", f->in.name,
				  inbuf_ended(&f->in) ? "empty" :
							"too short");
	struct cursor magic = inbuf_peek(&f->in, PCAP_MAGIC);
	if (pcap_is(magic)) {
		rc = pcap_head(&f->pcap, &f->in, err);
		f->format = rc < 0 ? FORMAT_UNKNOWN : FORMAT_PCAP;
		return rc;
	}
	if (!pcapng_is(magic))
		return errmsg_set(err, -EBADMSG,
				  "%s: not a capture file: neither pcap nor pcapng at offset 0",
				  f->in.name);
	rc = pcapng_init(&f->pcapng);
	if (rc < 0)
		return errmsg_set(err, rc, "out of memory");
	f->format = FORMAT_PCAPNG;
	return 0;
}

int capfile_open(struct capfile **out, const char *name, capfile_source *source,
		 void *ctx, struct errmsg *err)
{
	struct capfile *f = calloc(1, sizeof(*f));

	*out = NULL;
	if (!f || gunzip_init(&f->packed, source, ctx) < 0 ||
	    inbuf_init(&f->in, name, gunzip_read, &f->packed) < 0) {
		capfile_close(f);
		return errmsg_set(err, -ENOMEM, "out of memory");
	}
	int rc = failure(f, &f->failure, read_head(f, &f->failure));
	if (rc < 0 && rc != -EAGAIN) {
		errmsg_set(err, rc, "%s", f->failure.text);
		capfile_close(f);
		return rc;
	}
	*out = f;
	return 0;
}

void capfile_close(struct capfile *f)
{
	if (!f)
		return;
	table_release(&f->told);
	pcapng_release(&f->pcapng);
	inbuf_release(&f->in);
	gunzip_release(&f->packed);
	free(f);
}

int capfile_next(struct capfile *f, struct frame *frame, struct errmsg *err)
{
	if (f->failed)
		return errmsg_set(err, f->failed, "%s", f->failure.text);

	int rc = f->format ? 0 : read_head(f, &f->failure);
	if (rc == 0)
		rc = f->format == FORMAT_PCAPNG ?
			     pcapng_next(&f->pcapng, &f->in, frame,
					 &f->failure) :
			     pcap_next(&f->pcap, &f->in, frame, &f->failure);
	if (rc > 0)
		frame->number = ++f->frames;
	if (rc >= 0 || rc == -EAGAIN)
		return rc;
	f->failed = failure(f, &f->failure, rc);
	return errmsg_set(err, f->failed, "%s", f->failure.text);
}

bool capfile_proc(struct capfile *f, struct event_proc *out)
{
	const struct capnote *n = &f->pcapng.note;

	if (!f->pcapng.noted || n->pid == 0)
		return false;
	/* The address differs from run to run, which is all a seed needs. */
	if (f->told.capacity == 0 &&
	    table_init(&f->told, TOLD_MAX, sizeof(struct told),
		       sizeof(struct proc_key), (uint64_t)(uintptr_t)f) < 0)
		return false;
	struct proc_key key = { .pid = (uint32_t)n->pid,
				.start_ns = n->start_ns };
	bool first;
	if (!table_touch(&f->told, &key, &first) || !(first || n->details))
		return false;
	capnote_event(n, f->pcapng.time_ns, out);
	f->pcapng.noted = false; /* told, if it is asked again */
	return true;
}

bool capfile_container(const struct capfile *f, char id[CONTAINER_ID],
		       struct contname_facts *called)
{
	const struct capnote *n = &f->pcapng.note;

	if (!container_is_id(n->container))
		return false;
	memcpy(id, n->container, CONTAINER_ID);
	for (int i = 0; i < CONTNAME_TEXTS; i++)
		text_clean(called->text[i], CONTNAME_SIZE, n->called.text[i],
			   strlen(n->called.text[i]), false);
	return true;
}
