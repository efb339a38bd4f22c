/* SPDX-License-Identifier: MIT */
#include "bpf/probe.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#define WITHOUT "reading files (-r) and --demo work without"

/* CAP_SYS_ADMIN stands for each of them, as before Linux 5.8. */
static const struct capability {
	const char *name;
	int number;
} capabilities[] = {
	{ "CAP_BPF", CAP_BPF },		    /* load programs */
	{ "CAP_PERFMON", CAP_PERFMON },	    /* read kernel memory in them */
	{ "CAP_NET_ADMIN", CAP_NET_ADMIN }, /* attach them to a cgroup */
};

/* The text of a small file; "" when it cannot be read. */
static bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;

	text[0] = 0;
	if (fd < 0)
		return false;
	while (used + 1 < size) {
		ssize_t n = read(fd, text + used, size - 1 - used);
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	close(fd);
	text[used] = 0;
	return true;
}

void probe_lacking(const char *status, char *names, size_t size)
{
	const char *line = strstr(status, "\nCapEff:");
	uint64_t caps = line ? strtoull(line + 8, NULL, 16) : 0;
	size_t used = 0;

	names[0] = 0;
	if (caps & 1ULL << CAP_SYS_ADMIN)
		return;
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(*capabilities);
	     i++) {
		const struct capability *c = &capabilities[i];

		if (caps & 1ULL << c->number || used >= size)
			continue;
		int n = snprintf(names + used, size - used, "%s%s",
				 used ? ", " : "", c->name);
		used += n > 0 ? (size_t)n : 0;
	}
}

bool probe_locked(const char *lockdown)
{
	return strstr(lockdown, "[confidentiality]");
}

bool probe_uid_map_is_initial(const char *uid_map)
{
	unsigned inside = 1, outside = 1, count = 0;

	return sscanf(uid_map, "%u %u %u", &inside, &outside, &count) == 3 &&
	       !inside && !outside && count == UINT32_MAX;
}

int probe_privilege(struct errmsg *err)
{
	char text[8192], names[128];

	if (!read_text("/proc/self/status", text, sizeof(text)))
		return errmsg_set(err, -ENOENT,
				  "/proc is not mounted here, and live capture reads it (mount -t proc proc /proc); " WITHOUT);
	probe_lacking(text, names, sizeof(names));
	if (names[0])
		return errmsg_set(
			err, -EPERM,
			"live capture needs root (sudo), or a program file with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN (setcap cap_bpf,cap_perfmon,cap_net_admin=ep FILE); missing here: %s; " WITHOUT,
			names);
	if (read_text("/proc/self/uid_map", text, sizeof(text)) &&
	    !probe_uid_map_is_initial(text))
		return errmsg_set(
			err, -EPERM,
			"this is root of a user namespace (a container without privilege), which may not load BPF programs: run it on the host; " WITHOUT);
	if (read_text("/sys/kernel/security/lockdown", text, sizeof(text)) &&
	    probe_locked(text))
		return errmsg_set(
			err, -EPERM,
			"kernel lockdown is at confidentiality, where BPF programs may not read what the owner of a packet is known by; start the kernel with lockdown=integrity or less; " WITHOUT);
	return 0;
}

int probe_btf(struct btf **out, struct errmsg *err)
{
	errno = 0;
	*out = btf__load_vmlinux_btf();
	if (*out)
		return 0;
	int code = errno ? -errno : -ENOENT;
	if (access("/sys/kernel", F_OK))
		return errmsg_set(err, code,
				  "/sys is not mounted here, and live capture reads /sys/kernel/btf/vmlinux (mount -t sysfs sysfs /sys); " WITHOUT);
	return errmsg_set(
		err, code,
		"this kernel does not describe its types (no BTF in /sys/kernel/btf/vmlinux); live capture needs a kernel built with CONFIG_DEBUG_INFO_BTF, as those of the distributions are; " WITHOUT);
}

int probe_hook(const struct btf *btf, const char *name)
{
	char full[64];

	snprintf(full, sizeof(full), "btf_trace_%s", name);
	int id = btf__find_by_name_kind(btf, full, BTF_KIND_TYPEDEF);
	if (id < 0)
		return -ENOENT;
	/* typedef -> pointer -> function; its first argument is not given. */
	const struct btf_type *t = btf__type_by_id(btf, (__u32)id);
	t = t ? btf__type_by_id(btf, t->type) : NULL;
	if (!t || !btf_is_ptr(t))
		return -ENOENT;
	t = btf__type_by_id(btf, t->type);
	if (!t || !btf_is_func_proto(t) || btf_vlen(t) < 1)
		return -ENOENT;
	return btf_vlen(t) - 1;
}

bool probe_fentry(const struct btf *btf, const char *function)
{
	const struct bpf_insn nothing[] = { /* r0 = 0; exit */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	LIBBPF_OPTS(bpf_prog_load_opts, options,
		    .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = id > 0 ? (__u32)id : 0);

	if (id <= 0)
		return false;
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "nx_probe", "GPL",
			       nothing, 2, &options);
	if (fd < 0)
		return false;
	int link = bpf_raw_tracepoint_open(NULL, fd);
	close(fd);
	if (link < 0)
		return false;
	close(link);
	return true;
}

static bool is_octal(const char *s)
{
	for (int i = 0; i < 3; i++)
		if (s[i] < '0' || s[i] > '7')
			return false;
	return s[0] <= '3';
}

/* Mount points have space, tab, newline and backslash as \ooo (proc(5)). */
static void unescape(char *path, const char *text, size_t len)
{
	size_t out = 0;

	for (size_t i = 0; i < len && out + 1 < PROBE_PATH; i++) {
		const char *s = text + i;

		if (*s == '\\' && len - i > 3 && is_octal(s + 1)) {
			path[out++] = (char)((s[1] - '0') << 6 |
					     (s[2] - '0') << 3 | (s[3] - '0'));
			i += 3;
		} else {
			path[out++] = *s;
		}
	}
	path[out] = 0;
}

/* Field `n` (from 0) of a line of fields apart by one space; its length. */
static size_t field(const char **line, size_t n)
{
	const char *p = *line;

	for (; n && *p && *p != '\n'; p++)
		n -= *p == ' ';
	*line = p;
	return n ? 0 : strcspn(p, " \n");
}

/* One line of mountinfo: the mount point if it is cgroup2. */
static bool mount_line(const char *line, bool *whole, char path[PROBE_PATH])
{
	const char *root = line, *point = line;
	/* Optional fields stand before the dash. */
	const char *end = line + strcspn(line, "\n");
	const char *dash = strstr(line, " - ");

	if (!dash || dash >= end || strncmp(dash + 3, "cgroup2 ", 8))
		return false;
	size_t root_len = field(&root, 3);
	size_t point_len = field(&point, 4);
	if (!root_len || !point_len || point > dash || *point != '/')
		return false;
	*whole = root_len == 1 && *root == '/';
	unescape(path, point, point_len);
	return true;
}

bool probe_mount(const char *mountinfo, size_t n, char path[PROBE_PATH])
{
	for (int part = 0; part <= 1; part++) {
		const char *line = mountinfo;

		while (*line) {
			bool whole = false;

			if (mount_line(line, &whole, path) &&
			    whole == !part && !n--)
				return true;
			line += strcspn(line, "\n");
			line += *line == '\n';
		}
	}
	path[0] = 0;
	return false;
}

static int open_cgroup(const char *path)
{
	struct statfs fs;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (!fstatfs(fd, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC)
		return fd;
	close(fd);
	return -EBADF;
}

static int open_wanted(const char *wanted, int *fd, struct errmsg *err)
{
	*fd = open_cgroup(wanted);
	if (*fd >= 0)
		return 0;
	if (*fd == -EBADF)
		return errmsg_set(err, -EBADF,
				  "--cgroup: %s is not in the cgroup v2 hierarchy",
				  wanted);
	return errmsg_set(err, *fd, "--cgroup: cannot open %s: %s", wanted,
			  strerror(-*fd));
}

int probe_cgroup(const char *wanted, int *fd, char path[PROBE_PATH],
		 struct errmsg *err)
{
	const size_t size = 1 << 20;

	if (wanted) {
		snprintf(path, PROBE_PATH, "%s", wanted);
		return open_wanted(wanted, fd, err);
	}
	char *text = malloc(size);
	if (!text)
		return errmsg_set(err, -ENOMEM, "out of memory");
	read_text("/proc/self/mountinfo", text, size);
	/* A mount may be covered by another: try one after the other. */
	*fd = -ENOENT;
	for (size_t n = 0; *fd < 0 && probe_mount(text, n, path); n++)
		*fd = open_cgroup(path);
	free(text);
	if (*fd >= 0)
		return 0;
	return errmsg_set(
		err, *fd,
		"no cgroup v2 hierarchy is mounted here, and packets are seen through it: mkdir -p /run/cgroup2 && mount -t cgroup2 none /run/cgroup2 (beside cgroup v1, too); " WITHOUT);
}

static bool has_attach_type(const struct btf *btf, unsigned attach_type)
{
	int id = btf__find_by_name_kind(btf, "bpf_attach_type", BTF_KIND_ENUM);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (__u32)id) :
					    NULL;

	for (unsigned i = 0; t && i < btf_vlen(t); i++)
		if ((unsigned)btf_enum(t)[i].val == attach_type)
			return true;
	return false;
}

bool probe_section(const struct btf *btf, const char *section,
		   unsigned attach_type)
{
	const char *name = strchr(section, '/');
	char full[64];

	if (!btf || !name)
		return false;
	name++;
	if (strncmp(section, "tp_btf/", 7) == 0)
		return probe_hook(btf, name) >= 0;
	if (strncmp(section, "fentry/", 7) == 0)
		return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
	if (strncmp(section, "iter/", 5) == 0) {
		snprintf(full, sizeof(full), "bpf_iter__%s", name);
		return btf__find_by_name_kind(btf, full, BTF_KIND_STRUCT) > 0;
	}
	/* The number is in every kernel; the function only where it is used. */
	return has_attach_type(btf, attach_type) &&
	       btf__find_by_name_kind(btf, "__cgroup_bpf_run_filter_skb",
				      BTF_KIND_FUNC) > 0;
}

/* Bytes before a struct's member; -1: no such struct or member. */
static int64_t offset_of(const struct btf *btf, const char *name,
			 const char *member)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (__u32)id) :
					    NULL;

	for (unsigned i = 0; t && i < btf_vlen(t); i++) {
		const char *s = btf__name_by_offset(
			btf, btf_members(t)[i].name_off);

		if (s && strcmp(s, member) == 0)
			return btf_member_bit_offset(t, i) / 8;
	}
	return -1;
}

uint32_t probe_storage(const struct btf *btf, uint32_t value_size,
		       uint32_t *first)
{
	int id = btf ? btf__find_by_name_kind(btf, "bpf_local_storage",
					      BTF_KIND_STRUCT) : -1;
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (__u32)id) :
					    NULL;

	*first = t ? t->size : 0;
	if (!btf)
		return 0;
	/* elem_size of the kernel's bpf_local_storage_map_alloc(). */
	int64_t in_elem = offset_of(btf, "bpf_local_storage_elem", "sdata");
	int64_t in_data = offset_of(btf, "bpf_local_storage_data", "data");
	return in_elem < 0 || in_data < 0 ?
		       0 :
		       (uint32_t)(in_elem + in_data) + value_size;
}

void probe_capabilities(char *names, size_t size)
{
	char text[8192];

	read_text("/proc/self/status", text, sizeof(text));
	probe_lacking(text, names, size);
}

void probe_chosen(const char *text, char *word, size_t size)
{
	const char *p = strchr(text, '[');
	size_t len = p ? strcspn(p + 1, "]\n") : 0;

	snprintf(word, size, "%.*s", (int)len, p ? p + 1 : "");
}

void probe_lockdown(char *level, size_t size)
{
	char text[128];

	read_text("/sys/kernel/security/lockdown", text, sizeof(text));
	probe_chosen(text, level, size);
	if (!level[0])
		snprintf(level, size, "not known");
}

static uint64_t fdinfo_number(const char *fdinfo, const char *name)
{
	const char *line = strstr(fdinfo, name);

	return line ? strtoull(line + strlen(name), NULL, 10) : 0;
}

uint64_t probe_memlock(const char *fdinfo)
{
	uint64_t bytes = fdinfo_number(fdinfo, "\nmemlock:");
	uint64_t entries = fdinfo_number(fdinfo, "\nmax_entries:");

	/* Older kernels say nothing of a ring, whose entries are its bytes. */
	return fdinfo_number(fdinfo, "\nmap_type:") == BPF_MAP_TYPE_RINGBUF &&
			       bytes < entries ?
		       entries :
		       bytes;
}

uint64_t probe_map_bytes(int fd)
{
	char path[64], text[1024];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	read_text(path, text, sizeof(text));
	return probe_memlock(text);
}

uint64_t probe_optmem(void)
{
	char text[32];

	read_text("/proc/sys/net/core/optmem_max", text, sizeof(text));
	return strtoull(text, NULL, 10);
}

unsigned probe_kernel(void)
{
	struct utsname u;
	unsigned major = 0, minor = 0;

	if (uname(&u) || sscanf(u.release, "%u.%u", &major, &minor) != 2)
		return 0;
	return major << 8 | (minor & 0xff);
}
