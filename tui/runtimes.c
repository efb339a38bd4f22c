/* SPDX-License-Identifier: MIT */
#include "tui/runtimes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/contfile.h"
#include "tui/user.h"

#define SECOND_NS 1000000000ull
#define SHARE 10 /* reading may take one part in so many of the time */
#define DEBT_MAX_NS (SECOND_NS / 10) /* and so much at once */
#define OWN_MAX (256u * 1024) /* bytes of a file that a user may have made up */
#define NAMESPACES 64 /* of containerd that are looked into */
#define USERS_MAX (1u << 20) /* bytes of passwd(5) and subuid(5) */

enum layout {
	LAYOUT_DOCKER,	/* containers/ID/config.v2.json */
	LAYOUT_TASKS,	/* NAMESPACE/ID/config.json */
	LAYOUT_STORAGE, /* DRIVER-containers/ID/userdata/config.json, and lists */
};

struct place {
	const char *path;
	enum layout layout;
};

static const struct place places[] = {
	{ "/var/lib/docker", LAYOUT_DOCKER },
	{ "/var/snap/docker/common/var-lib-docker", LAYOUT_DOCKER },
	{ "/run/containerd/io.containerd.runtime.v2.task", LAYOUT_TASKS },
	{ "/run/k3s/containerd/io.containerd.runtime.v2.task", LAYOUT_TASKS },
	{ "/run/k0s/containerd/io.containerd.runtime.v2.task", LAYOUT_TASKS },
	{ "/var/snap/microk8s/common/run/containerd/io.containerd.runtime.v2.task",
	  LAYOUT_TASKS },
	{ "/run/containers/storage", LAYOUT_STORAGE },
	{ "/var/lib/containers/storage", LAYOUT_STORAGE },
};

/* In the home of a user who runs them without root. */
static const struct place own_places[] = {
	{ ".local/share/docker", LAYOUT_DOCKER },
	{ ".local/share/containers/storage", LAYOUT_STORAGE },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct runtimes {
	struct contnames *names;
	char root[PATH_MAX];
	char data_root[PATH_MAX]; /* docker's other place; "": none */
	uint64_t debt_ns; /* time that reading took, less its share since */
	uint64_t paid_ns; /* when that was reckoned */
};

/* One search for one container. */
struct search {
	struct runtimes *r;
	const char *id;
	uint64_t resolve; /* further flags of openat2(2) */
	size_t max; /* bytes of a file */
	bool denied;
	bool found;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

/* Is it the kind of failure that root would not have had? */
static int note(struct search *s)
{
	s->denied |= errno == EACCES || errno == EPERM;
	return -1;
}

/*
 * Open what is below dir. glibc has no openat2() yet; the kernel has since 5.6.
 * Symbolic links may lead anywhere below dir, and none may be the last name.
 */
static int open_below(struct search *s, int dir, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint32_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | s->resolve,
	};
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));

	return fd < 0 ? note(s) : (int)fd;
}

/* NULL: no such file, or none that may be read. For free(). */
static char *read_below(struct search *s, int dir, const char *path, size_t *len)
{
	int fd = open_below(s, dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	char *text = NULL;

	if (fd < 0)
		return NULL;
	if (user_read_fd(fd, s->max, &text, len))
		text = NULL;
	close(fd);
	return text;
}

static void tell(struct search *s, const struct contname_facts *f)
{
	contname_tell(s->r->names, s->id, f);
	s->found = true;
}

static void search_docker(struct search *s, int dir)
{
	struct contname_facts f = { 0 };
	char path[PATH_MAX];
	size_t len;

	snprintf(path, sizeof(path), "containers/%s/config.v2.json", s->id);
	char *text = read_below(s, dir, path, &len);
	if (text && contfile_docker(text, len, &f))
		tell(s, &f);
	free(text);
}

/* true: the file is there, whatever it says. */
static bool read_oci(struct search *s, int dir, const char *path,
		     struct contname_facts *f)
{
	size_t len;
	char *text = read_below(s, dir, path, &len);

	if (text && contfile_oci(text, len, f))
		tell(s, f);
	free(text);
	return text;
}

static void search_tasks(struct search *s, int dir)
{
	int fd = open_below(s, dir, ".", O_RDONLY | O_DIRECTORY);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	struct contname_facts f = { 0 };

	if (!list) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (int i = 0; i < NAMESPACES; i++) {
		struct dirent *e = readdir(list);
		char path[PATH_MAX];

		if (!e)
			break;
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/config.json", e->d_name,
			 s->id);
		if (read_oci(s, dir, path, &f))
			break;
	}
	closedir(list);
}

/*
 * The list has them all: so each of podman's is told when one is asked for. Of
 * CRI-O's (their names begin so) there is more in a file of their own.
 */
static void on_listed(void *ctx, const char *id, const struct contname_facts *f)
{
	struct search *s = ctx;
	bool asked = strcmp(id, s->id) == 0;

	if (asked || strncmp(f->text[CONTNAME_NAME], "k8s_", 4) != 0)
		contname_tell(s->r->names, id, f);
	s->found |= asked;
}

static void read_list(struct search *s, int dir, const char *path)
{
	size_t len;
	char *text = read_below(s, dir, path, &len);

	if (text)
		contfile_list(text, len, on_listed, s);
	free(text);
}

static void search_storage(struct search *s, int dir)
{
	static const char *const drivers[] = { "overlay", "vfs", "btrfs",
					       "zfs" };
	static const char *const lists[] = { "containers.json",
					     "volatile-containers.json" };
	char path[PATH_MAX];

	for (size_t d = 0; d < COUNT(drivers) && !s->found; d++) {
		struct contname_facts f = { 0 };

		snprintf(path, sizeof(path),
			 "%s-containers/%s/userdata/config.json", drivers[d],
			 s->id);
		read_oci(s, dir, path, &f);
		if (f.text[CONTNAME_NAME][0] && f.text[CONTNAME_IMAGE][0])
			return;
		for (size_t i = 0; i < COUNT(lists); i++) {
			snprintf(path, sizeof(path), "%s-containers/%s",
				 drivers[d], lists[i]);
			read_list(s, dir, path);
		}
		/* What the container's own file says goes before the list. */
		if (s->found)
			contname_tell(s->r->names, s->id, &f);
	}
}

/* dir is closed. */
static void search_place(struct search *s, int dir, enum layout layout)
{
	static void (*const searches[])(struct search *s, int dir) = {
		[LAYOUT_DOCKER] = search_docker,
		[LAYOUT_TASKS] = search_tasks,
		[LAYOUT_STORAGE] = search_storage,
	};

	if (dir < 0)
		return;
	searches[layout](s, dir);
	close(dir);
}

/* A path of this machine's, which root chose: links in it are followed. */
static int open_path(struct search *s, const char *path)
{
	char whole[2 * PATH_MAX];

	snprintf(whole, sizeof(whole), "%s%s", s->r->root, path);
	int fd = open(whole, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? note(s) : fd;
}

static char *read_path(struct runtimes *r, const char *path, size_t *len)
{
	char whole[2 * PATH_MAX], *text;

	snprintf(whole, sizeof(whole), "%s%s", r->root, path);
	return user_read(whole, USERS_MAX, &text, len) ? NULL : text;
}

/* --- containers without root --- */

/* Field number n, from 0, of a line up to `end`; false: it has fewer. */
static bool field(const char *line, const char *end, int n, const char **at,
		  size_t *len)
{
	for (; n > 0; n--) {
		line = memchr(line, ':', (size_t)(end - line));
		if (!line++)
			return false;
	}
	const char *stop = memchr(line, ':', (size_t)(end - line));

	*at = line;
	*len = (size_t)((stop ? stop : end) - line);
	return true;
}

static bool field_number(const char *line, const char *end, int n, uint64_t *out)
{
	const char *at;
	size_t len;

	*out = 0;
	if (!field(line, end, n, &at, &len) || len == 0 || len > 10)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		*out = *out * 10 + (uint64_t)(at[i] - '0');
	}
	return true;
}

/* name:password:uid:gid:comment:home:shell, passwd(5) */
struct account {
	char name[64], home[PATH_MAX];
	uint64_t uid, gid;
};

static bool copy_field(const char *line, const char *end, int n, char *to,
		       size_t size)
{
	const char *at;
	size_t len;

	if (!field(line, end, n, &at, &len) || len == 0 || len >= size)
		return false;
	memcpy(to, at, len);
	to[len] = '\0';
	return true;
}

static bool read_account(const char *line, const char *end, struct account *a)
{
	return copy_field(line, end, 0, a->name, sizeof(a->name)) &&
	       field_number(line, end, 2, &a->uid) &&
	       field_number(line, end, 3, &a->gid) &&
	       copy_field(line, end, 5, a->home, sizeof(a->home)) &&
	       a->home[0] == '/';
}

/* Of the first line that is the user's: by number, or with a name by that. */
static bool find_account(const char *passwd, uint64_t uid, const char *name,
			 struct account *a)
{
	for (const char *line = passwd; *line;) {
		const char *end = strchrnul(line, '\n');

		if (read_account(line, end, a) &&
		    (name ? strcmp(a->name, name) == 0 : a->uid == uid))
			return true;
		line = *end ? end + 1 : end;
	}
	return false;
}

/* user:first:count, subuid(5): whose range is it? A user is a name or a number. */
static bool find_range(const char *subuid, uint64_t uid, char *user, size_t size)
{
	for (const char *line = subuid; *line;) {
		const char *end = strchrnul(line, '\n');
		uint64_t first, count;

		if (field_number(line, end, 1, &first) &&
		    field_number(line, end, 2, &count) && uid >= first &&
		    uid - first < count)
			return copy_field(line, end, 0, user, size);
		line = *end ? end + 1 : end;
	}
	return false;
}

/* The user whose processes have this uid, themselves or in their containers. */
static bool find_owner(struct runtimes *r, uint32_t uid, struct account *a)
{
	size_t len;
	char user[sizeof(a->name)];
	char *passwd = read_path(r, "/etc/passwd", &len);
	bool found = passwd && find_account(passwd, uid, NULL, a);
	char *subuid = passwd && !found ? read_path(r, "/etc/subuid", &len) :
					  NULL;

	if (subuid && find_range(subuid, uid, user, sizeof(user))) {
		uint64_t number;

		found = field_number(user, user + strlen(user), 0, &number) ?
				find_account(passwd, number, NULL, a) :
				find_account(passwd, 0, user, a);
	}
	free(subuid);
	free(passwd);
	return found && a->uid != 0;
}

/*
 * With the user's rights, as they are the user's files; and not over a mount
 * point, where a user may put a file system of which reads never end.
 */
static void search_own(struct search *s, uint32_t uid)
{
	struct account a;

	if (uid == 0 || !find_owner(s->r, uid, &a))
		return;
	int gid = setfsgid((gid_t)a.gid), old = setfsuid((uid_t)a.uid);
	int home = open_path(s, a.home);

	s->resolve = RESOLVE_NO_XDEV;
	s->max = OWN_MAX;
	for (size_t i = 0; home >= 0 && i < COUNT(own_places) && !s->found; i++)
		search_place(s,
			     open_below(s, home, own_places[i].path,
					O_PATH | O_DIRECTORY),
			     own_places[i].layout);
	if (home >= 0)
		close(home);
	setfsuid((uid_t)old);
	setfsgid((gid_t)gid);
}

/* --- */

static bool has_time(struct runtimes *r, uint64_t now)
{
	uint64_t share_ns = (now - r->paid_ns) / SHARE;

	r->debt_ns -= share_ns < r->debt_ns ? share_ns : r->debt_ns;
	r->paid_ns = now;
	return r->debt_ns < DEBT_MAX_NS;
}

int runtimes_ask(void *runtimes, const char *id, uint32_t uid)
{
	struct runtimes *r = runtimes;
	struct search s = { .r = r, .id = id, .max = CONTFILE_MAX };
	uint64_t begun = now_ns();

	if (!has_time(r, begun))
		return -EAGAIN;
	if (!container_is_id(id)) /* it becomes the name of a file */
		return -ENOENT;
	if (r->data_root[0])
		search_place(&s, open_path(&s, r->data_root), LAYOUT_DOCKER);
	for (size_t i = 0; i < COUNT(places) && !s.found; i++)
		search_place(&s, open_path(&s, places[i].path),
			     places[i].layout);
	if (!s.found)
		search_own(&s, uid);
	r->debt_ns += now_ns() - begun;
	return s.found ? 0 : s.denied ? -EACCES : -ENOENT;
}

struct runtimes *runtimes_new(const char *root, struct contnames *names)
{
	struct runtimes *r = calloc(1, sizeof(*r));
	size_t len;

	if (!r)
		return NULL;
	r->names = names;
	snprintf(r->root, sizeof(r->root), "%s", root);
	char *text = read_path(r, "/etc/docker/daemon.json", &len);
	if (text)
		contfile_data_root(text, len, r->data_root,
				   sizeof(r->data_root));
	free(text);
	return r;
}

void runtimes_free(struct runtimes *r)
{
	free(r);
}
