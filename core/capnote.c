/* SPDX-License-Identifier: MIT */
#include "core/capnote.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/container.h"
#include "core/names.h"

static const char first_word[] = "netexplore";

/* The members that are numbers; those of `details` only with the first packet. */
/* clang-format off */
#define MEMBER(name) offsetof(struct capnote, name)
#define CALLED(which) (MEMBER(called.text) + (which) * CONTNAME_SIZE)
static const struct number {
	const char *name;
	size_t offset; /* of an uint64_t */
	uint64_t max; /* a greater one is not taken */
	bool details;
} numbers[] = {
	{ "pid",          MEMBER(pid),             UINT32_MAX, false },
	{ "tid",          MEMBER(tid),             UINT32_MAX, false },
	{ "ns_tid",       MEMBER(ns_tid),          UINT32_MAX, false },
	{ "start",        MEMBER(start_ns),        UINT64_MAX, false },
	{ "cookie",       MEMBER(cookie),          UINT64_MAX, false },
	{ "netns",        MEMBER(netns),           UINT32_MAX, false },
	{ "ifindex",      MEMBER(ifindex),         UINT32_MAX, false },
	{ "cpu",          MEMBER(cpu),             UINT32_MAX, false },
	{ "flags",        MEMBER(flags),           UINT8_MAX,  false },
	{ "uid",          MEMBER(uid),             UINT32_MAX, true },
	{ "gid",          MEMBER(gid),             UINT32_MAX, true },
	{ "ppid",         MEMBER(ppid),            UINT32_MAX, true },
	{ "parent_start", MEMBER(parent_start_ns), UINT64_MAX, true },
	{ "ns_pid",       MEMBER(ns_pid),          UINT32_MAX, true },
	{ "ns_ppid",      MEMBER(ns_ppid),         UINT32_MAX, true },
	{ "mnt_ns",       MEMBER(mnt_ns),          UINT32_MAX, true },
	{ "pid_ns",       MEMBER(pid_ns),          UINT32_MAX, true },
	{ "net_ns",       MEMBER(net_ns),          UINT32_MAX, true },
	{ "cgroup",       MEMBER(cgroup_id),       UINT64_MAX, true },
};

static const struct text {
	const char *name;
	size_t offset, size; /* of a char array */
	bool details;
} texts[] = {
	{ "comm",    MEMBER(comm),    sizeof(((struct capnote *)0)->comm), false },
	{ "exe",     MEMBER(exe),     sizeof(((struct capnote *)0)->exe), true },
	{ "cmdline", MEMBER(cmdline), sizeof(((struct capnote *)0)->cmdline), true },
	{ "container", MEMBER(container), sizeof(((struct capnote *)0)->container), true },
	{ "container_name",  CALLED(CONTNAME_NAME), CONTNAME_SIZE, true },
	{ "container_image", CALLED(CONTNAME_IMAGE), CONTNAME_SIZE, true },
	{ "pod",             CALLED(CONTNAME_POD), CONTNAME_SIZE, true },
	{ "pod_namespace",   CALLED(CONTNAME_POD_NAMESPACE), CONTNAME_SIZE, true },
	{ "pod_uid",         CALLED(CONTNAME_POD_UID), CONTNAME_SIZE, true },
};
/* clang-format on */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Text that is being written; `full` once it did not fit. */
struct out {
	char *text;
	size_t size, len;
	bool full;
};

static void put(struct out *o, const char *text)
{
	size_t n = strlen(text);

	if (o->full || n >= o->size - o->len) {
		o->full = true;
		return;
	}
	memcpy(o->text + o->len, text, n + 1);
	o->len += n;
}

static void put_number(struct out *o, const char *name, uint64_t n)
{
	char text[48];

	snprintf(text, sizeof(text), " %s=%" PRIu64, name, n);
	put(o, text);
}

/* name="...", with a backslash before each quote and backslash. */
static void put_text(struct out *o, const char *name, const char *text)
{
	put(o, " ");
	put(o, name);
	put(o, "=\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			put(o, "\\");
		put(o, (const char[]){ *text, 0 });
	}
	put(o, "\"");
}

size_t capnote_write(char *text, size_t size, const struct capnote *n)
{
	assert(size > 0);

	struct out o = { .text = text, .size = size };
	const char *base = (const char *)n;

	text[0] = 0;
	put(&o, first_word);
	if (n->at_socket)
		put(&o, " at=socket");
	if (n->how) {
		put(&o, " how=");
		put(&o, names_how(n->how));
	}
	if (n->drop[0]) {
		put(&o, " drop=");
		put(&o, n->drop);
	}
	for (size_t i = 0; i < COUNT(texts); i++) {
		const char *s = base + texts[i].offset;
		if (*s && !texts[i].details)
			put_text(&o, texts[i].name, s);
	}
	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint64_t number;
		memcpy(&number, base + numbers[i].offset, sizeof(number));
		if (numbers[i].details ? n->details : number != 0)
			put_number(&o, numbers[i].name, number);
	}
	for (size_t i = 0; i < COUNT(texts); i++) {
		const char *s = base + texts[i].offset;
		if (*s && texts[i].details && n->details)
			put_text(&o, texts[i].name, s);
	}
	return o.full ? 0 : o.len;
}

/* A number's digits at the front of s; false: none, or more than max. */
static bool read_number(struct span s, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] < '0' || s.data[i] > '9')
			return false;
		unsigned digit = s.data[i] - '0';
		if (n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

static uint8_t read_how(struct span s)
{
	for (uint8_t how = EVENT_HOW_NONE; how <= EVENT_HOW_JOINED; how++) {
		const char *name = names_how(how);
		if (strlen(name) == s.len && !memcmp(name, s.data, s.len))
			return how;
	}
	return EVENT_HOW_NONE;
}

/* One of the kernel's names of a reason; anything else is not taken. */
static void read_drop(struct span s, char *text, size_t size)
{
	text[0] = 0;
	if (s.len >= size)
		return;
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] != '_' && (s.data[i] < 'A' || s.data[i] > 'Z') &&
		    (s.data[i] < '0' || s.data[i] > '9'))
			return;
	memcpy(text, s.data, s.len);
	text[s.len] = 0;
}

static bool is_word(const char *word, struct span s)
{
	return strlen(word) == s.len && !memcmp(word, s.data, s.len);
}

/* Store a value that stood bare. */
static void take_bare(struct capnote *n, struct span name, struct span value)
{
	if (is_word("at", name))
		n->at_socket = is_word("socket", value);
	if (is_word("how", name))
		n->how = read_how(value);
	if (is_word("drop", name))
		read_drop(value, n->drop, sizeof(n->drop));
	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint64_t number;
		if (!is_word(numbers[i].name, name) ||
		    !read_number(value, numbers[i].max, &number))
			continue;
		memcpy((char *)n + numbers[i].offset, &number, sizeof(number));
		n->details |= numbers[i].details;
	}
}

/*
 * A value in quotes, from behind the first to behind the last; cut where it
 * does not fit. A NUL byte, which we never write, ends the text.
 */
static void take_quoted(struct capnote *n, struct span name, struct cursor *c)
{
	char *to = NULL;
	size_t size = 0, len = 0;

	for (size_t i = 0; i < COUNT(texts); i++) {
		if (!is_word(texts[i].name, name))
			continue;
		to = (char *)n + texts[i].offset;
		size = texts[i].size;
		n->details |= texts[i].details;
	}
	while (cursor_left(c)) {
		uint8_t byte = cursor_u8(c);
		if (byte == '"')
			break;
		if (byte == '\\')
			byte = cursor_u8(c);
		if (to && len + 1 < size)
			to[len++] = (char)byte;
	}
	if (to)
		to[len] = 0;
}

/* Bytes up to one of `ends`, which stays unread, or the end. */
static struct span take_until(struct cursor *c, const char *ends)
{
	size_t n = 0;

	while (n < cursor_left(c) && !strchr(ends, c->base[c->pos + n]))
		n++;
	return cursor_span(c, n);
}

bool capnote_read(struct capnote *n, struct span text)
{
	struct cursor c = cursor_of(text.data, text.len);

	*n = (struct capnote){ 0 };
	if (!is_word(first_word, take_until(&c, " ")))
		return false;
	/* Each turn takes at least the space, "=" or word it stands at. */
	while (cursor_left(&c)) {
		if (c.base[c.pos] == ' ' || c.base[c.pos] == '=') {
			cursor_skip(&c, 1);
			continue;
		}
		struct span name = take_until(&c, " =");
		if (!cursor_left(&c) || cursor_u8(&c) != '=')
			continue;
		if (cursor_left(&c) && c.base[c.pos] == '"') {
			cursor_skip(&c, 1);
			take_quoted(n, name, &c);
		} else {
			take_bare(n, name, take_until(&c, " "));
		}
	}
	return true;
}

/*
 * Printable text into the fewer bytes that the kernel gave: where it does not
 * fit, \DDD becomes its byte again.
 */
static size_t to_bytes(char *bytes, size_t size, const char *text)
{
	size_t len = strlen(text), n = 0;

	if (len <= size) {
		memcpy(bytes, text, len);
		return len;
	}
	while (*text && n < size) {
		unsigned value = 0;
		int digits = 0;
		if (*text == '\\')
			while (digits < 3 && text[1 + digits] >= '0' &&
			       text[1 + digits] <= '9')
				value = value * 10 +
					(unsigned)(text[1 + digits++] - '0');
		bool escape = digits == 3 && value <= UINT8_MAX;
		bytes[n++] = escape ? (char)value : *text;
		text += escape ? 4 : 1;
	}
	return n;
}

void capnote_event(const struct capnote *n, uint64_t time_ns,
		   struct event_proc *out)
{
	*out = (struct event_proc){
		.head = {
			.time_ns = time_ns,
			.type = EVENT_PROC,
			.how = n->how,
			.pid = (uint32_t)n->pid,
			.tid = (uint32_t)n->tid,
			.ns_tid = (uint32_t)n->ns_tid,
			.start_ns = n->start_ns,
			.cookie = n->cookie,
			.netns = (uint32_t)n->netns,
			.cpu = (uint32_t)n->cpu,
		},
		.parent_start_ns = n->parent_start_ns,
		.cgroup_id = n->cgroup_id,
		.ppid = (uint32_t)n->ppid,
		.ns_pid = (uint32_t)n->ns_pid,
		.ns_ppid = (uint32_t)n->ns_ppid,
		.uid = (uint32_t)n->uid,
		.gid = (uint32_t)n->gid,
		.mnt_ns = (uint32_t)n->mnt_ns,
		.pid_ns = (uint32_t)n->pid_ns,
		.net_ns = (uint32_t)n->net_ns,
	};
	if (n->container[0])
		container_put(out, n->container);
	to_bytes(out->comm, sizeof(out->comm), n->comm);
	out->exe_len = (uint16_t)to_bytes(out->exe, sizeof(out->exe), n->exe);
	size_t args = to_bytes(out->args, sizeof(out->args), n->cmdline);
	/* The NUL that ends an argument is there already. */
	if (args > 0 && args < sizeof(out->args))
		args++;
	out->args_len = (uint16_t)args;
}
