/* SPDX-License-Identifier: MIT */
#include "bpf/procfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/exe.h"

#define NS_PER_SEC 1000000000ULL

/* Store a path; of one that is too long, the end behind "...". */
static void put_path(struct event_proc *e, const char *path, size_t len)
{
	static const char dots[] = "...";
	const size_t n = sizeof(dots) - 1;

	memset(e->exe, 0, sizeof(e->exe));
	if (len > sizeof(e->exe)) {
		size_t keep = sizeof(e->exe) - n;
		memcpy(e->exe, dots, n);
		memcpy(e->exe + n, path + len - keep, keep);
		len = sizeof(e->exe);
	} else {
		memcpy(e->exe, path, len);
	}
	e->exe_len = (uint16_t)len;
}

/* The names in e->exe, last first, as a path in buf; returns where it begins. */
static size_t join_names(const struct event_proc *e, size_t len, char *buf,
			 size_t size)
{
	size_t at = size, pos = 0;

	while (pos < len) {
		const char *name = e->exe + pos;
		const char *end = memchr(name, 0, len - pos);
		size_t n = end ? (size_t)(end - name) : 0;

		if (!n || n + 1 > at)
			break;
		at -= n;
		memcpy(buf + at, name, n);
		buf[--at] = '/';
		pos += n + 1;
	}
	return at;
}

bool procfile_exe(struct event_proc *e)
{
	char path[EVENT_EXE + 3];
	size_t len = e->exe_len < EVENT_EXE ? e->exe_len : EVENT_EXE;
	uint32_t form = e->pad;

	e->pad = 0;
	if (form == EXE_PATH) {
		len = strnlen(e->exe, len);
		e->exe_len = (uint16_t)len;
		return len && e->exe[0] == '/';
	}
	size_t at = join_names(e, len, path, sizeof(path));
	bool whole = form == EXE_WHOLE && at < sizeof(path);
	if (!whole && at < sizeof(path)) {
		at -= 3; /* there is room: names are EVENT_EXE at most */
		memcpy(path + at, "...", 3);
	}
	put_path(e, path + at, sizeof(path) - at);
	return whole;
}

uint64_t procfile_start(const char *stat)
{
	/* The second field is a name in parentheses and may hold both of them
	 * and spaces; starttime is the 22nd (proc(5)). */
	const char *p = strrchr(stat, ')');

	for (int field = 2; p && field < 22; field++) {
		p = strchr(p, ' ');
		if (p)
			p++;
	}
	return p ? strtoull(p, NULL, 10) : 0;
}

static ssize_t read_file(int dir, const char *name, char *buf, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -1;
	ssize_t n = read(fd, buf, size);
	close(fd);
	return n;
}

static bool started_then(int dir, uint64_t start_ns)
{
	char stat[1024];
	ssize_t n = read_file(dir, "stat", stat, sizeof(stat) - 1);
	long ticks = sysconf(_SC_CLK_TCK);

	if (n <= 0 || ticks <= 0)
		return false;
	stat[n] = 0;
	return procfile_start(stat) ==
	       start_ns / (NS_PER_SEC / (uint64_t)ticks);
}

static void complete_exe(int dir, struct event_proc *e)
{
	static const char gone[] = " (deleted)";
	const size_t tail = sizeof(gone) - 1;
	char path[4096];
	ssize_t n = readlinkat(dir, "exe", path, sizeof(path));

	if (n <= 0)
		return;
	size_t len = (size_t)n;
	/* The kernel programs do not say it either. */
	if (len > tail && !memcmp(path + len - tail, gone, tail))
		len -= tail;
	put_path(e, path, len);
}

void procfile_complete(struct event_proc *e, bool exe_known)
{
	char name[32];

	if (exe_known && e->args_len)
		return;
	snprintf(name, sizeof(name), "/proc/%u", e->head.pid);
	/* An open folder stays that process', also when its number is reused. */
	int dir = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return;
	if (started_then(dir, e->head.start_ns)) {
		if (!exe_known)
			complete_exe(dir, e);
		if (!e->args_len) {
			ssize_t n = read_file(dir, "cmdline", e->args,
					      sizeof(e->args));
			e->args_len = n > 0 ? (uint16_t)n : 0;
		}
	}
	close(dir);
}
