/* SPDX-License-Identifier: MIT */
#include "bpf/walk.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/procfile.h"

/*
 * Read to the end into *data, whole records of `size` bytes. The kernel gives
 * at most one buffer a read, and always whole records; a pipe may not.
 */
static int read_records(int fd, void **data, size_t *count, size_t size)
{
	size_t used = 0, room = 0;
	char *bytes = NULL;

	for (;;) {
		if (room - used < 1 << 16) {
			room = room ? room * 2 : 1 << 18;
			char *more = realloc(bytes, room);
			if (!more) {
				free(bytes);
				return -ENOMEM;
			}
			bytes = more;
		}
		ssize_t n = read(fd, bytes + used, room - used);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0) {
			int rc = -errno;
			free(bytes);
			return rc;
		}
		if (!n)
			break;
		used += (size_t)n;
	}
	*data = bytes;
	*count = used / size;
	return 0;
}

int walk_read_sockets(struct walk *w, int fd)
{
	void *data = NULL;
	int rc = read_records(fd, &data, &w->sockets_count,
			      sizeof(*w->sockets));

	w->sockets = data;
	return rc;
}

int walk_read_procs(struct walk *w, int fd)
{
	void *data = NULL;
	int rc = read_records(fd, &data, &w->procs_count, sizeof(*w->procs));

	w->procs = data;
	return rc;
}

/* Each read of its descriptor takes the iterator further. */
int walk_run(struct walk *w, struct bpf_program *iterator,
	     int (*take)(struct walk *w, int fd), struct errmsg *err)
{
	static const char failed[] = "cannot look at the open sockets";
	struct bpf_link *link = bpf_program__attach_iter(iterator, NULL);

	if (!link)
		return errmsg_set(err, -errno, "%s: %s", failed,
				  strerror(errno));
	int fd = bpf_iter_create(bpf_link__fd(link));
	int rc = fd < 0 ? -errno : take(w, fd);
	if (rc)
		errmsg_set(err, rc, "%s: %s", failed, strerror(-rc));
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return rc;
}

/* By cookie, then in the order in which they were read (in `size`, unused here). */
static int compare(const void *a, const void *b)
{
	const struct event_socket *x = a, *y = b;

	if (x->head.cookie != y->head.cookie)
		return x->head.cookie < y->head.cookie ? -1 : 1;
	return x->size < y->size ? -1 : x->size > y->size;
}

void walk_finish(struct walk *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->sockets_count; i++)
		w->sockets[i].size = (uint32_t)i;
	if (w->sockets_count)
		qsort(w->sockets, w->sockets_count, sizeof(*w->sockets),
		      compare);
	for (size_t i = 0; i < w->sockets_count; i++) {
		if (kept && w->sockets[kept - 1].head.cookie ==
				    w->sockets[i].head.cookie)
			kept--;
		w->sockets[kept] = w->sockets[i];
		w->sockets[kept++].size = 0;
	}
	w->sockets_count = kept;
	for (size_t i = 0; i < w->procs_count; i++) {
		bool known = procfile_exe(&w->procs[i]);
		procfile_complete(&w->procs[i], known);
	}
}

void walk_deliver(struct walk *w,
		  void (*fn)(void *ctx, const void *record, size_t size),
		  void *ctx)
{
	for (size_t i = 0; i < w->procs_count; i++)
		fn(ctx, &w->procs[i], sizeof(w->procs[i]));
	for (size_t i = 0; i < w->sockets_count; i++)
		fn(ctx, &w->sockets[i], sizeof(w->sockets[i]));
	walk_release(w);
}

void walk_release(struct walk *w)
{
	free(w->procs);
	free(w->sockets);
	*w = (struct walk){ 0 };
}
