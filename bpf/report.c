/* SPDX-License-Identifier: MIT */
#include "bpf/report.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "bpf/probe.h"

#define LABEL 14 /* columns */
#define HOOK 28
#define WORD 8 /* "present", "used" */
#define COST (HOOK + 2 * WORD)
#define WIDTH 100

struct printer {
	void (*line)(void *ctx, const char *text);
	void *ctx;
};

/* Hooks without which there is no capture, and the iterators. */
static const struct {
	const char *section, *cost;
} costs[] = {
	{ "cgroup_skb/ingress", "no live capture" },
	{ "cgroup_skb/egress", "no live capture" },
	{ "cgroup/sock_create", "no live capture" },
	{ "cgroup/sock_release", "no live capture" },
	{ "cgroup/connect4", "no live capture" },
	{ "cgroup/connect6", "no live capture" },
	{ "iter/task_file", "no live capture" },
	{ "iter/task", "no live capture" },
	{ "tp_btf/kfree_skb", "packets to closed ports and the last ones of connections that this end closed first are not seen" },
	{ "tp_btf/consume_skb", "fentry stands in for it, where it does not tell from where; without both, echo requests that the kernel answers and ICMP errors are not seen" },
	{ "fentry/icmp_rcv", "nothing where consume_skb is used, for which it stands in" },
	{ "fentry/icmpv6_rcv", "nothing where consume_skb is used, for which it stands in" },
	{ "fentry/skb_consume_udp", "which of several processes reads a datagram from their socket is judged by its size (sock_recv_length), or not known" },
	{ "tp_btf/net_dev_queue", "resets that the kernel sends over IPv6 are not seen" },
};

const char *report_cost(const char *section)
{
	for (size_t i = 0; i < sizeof(costs) / sizeof(*costs); i++)
		if (strcmp(costs[i].section, section) == 0)
			return costs[i].cost;
	return NULL;
}

static void say(const struct printer *p, const char *label,
		const char *format, ...) __attribute__((format(printf, 3, 4)));

static void say(const struct printer *p, const char *label,
		const char *format, ...)
{
	char text[PROBE_PATH + 64];
	va_list args;
	int n = snprintf(text, sizeof(text), "%-*s", LABEL, label);

	va_start(args, format);
	vsnprintf(text + n, sizeof(text) - (size_t)n, format, args);
	va_end(args);
	p->line(p->ctx, text);
}

/* Text behind columns that are filled in, its further lines below. */
static void wrap(const struct printer *p, const char *columns, size_t indent,
		 const char *text)
{
	char out[WIDTH + 1];

	do {
		size_t room = WIDTH - indent, len = strlen(text);

		if (len > room) {
			for (len = room; len && text[len] != ' ';)
				len--;
			len = len ? len : room;
		}
		snprintf(out, sizeof(out), "%-*s%.*s", (int)indent, columns,
			 (int)len, text);
		p->line(p->ctx, out);
		columns = "";
		text += len;
		text += *text == ' ';
	} while (*text);
}

static void kernel_lines(const struct printer *p, const struct report *r)
{
	struct utsname u = { 0 };
	char text[256];

	uname(&u);
	say(p, "kernel", "%s %s %s", u.sysname, u.release, u.machine);
	say(p, "types", "%s",
	    r->btf ? "/sys/kernel/btf/vmlinux" : "none (no BTF)");
	say(p, "cgroup v2", "%s", r->cgroup ? r->cgroup : "not mounted");
	probe_capabilities(text, sizeof(text));
	say(p, "capabilities", "%s%s", text[0] ? "missing: " : "all there",
	    text);
	probe_lockdown(text, sizeof(text));
	say(p, "lockdown", "%s", text);
}

static void memory_lines(const struct printer *p, const struct report *r)
{
	uint32_t first = 0, value = r->owners ?
					   bpf_map__value_size(r->owners) : 0;
	uint32_t element = value ? probe_storage(r->btf, value, &first) : 0;
	const struct bpf_map *map = NULL;
	uint64_t sum = 0;

	say(p, "optmem_max", "%" PRIu64 " bytes for each socket",
	    probe_optmem());
	if (element)
		say(p, "an owner", "%" PRIu32 " bytes of them, and %" PRIu32
		    " more where no other program stores there",
		    element, first);
	else
		say(p, "an owner", "not known");
	while (r->works && (map = bpf_object__next_map(r->object, map)))
		sum += probe_map_bytes(bpf_map__fd(map));
	if (sum)
		say(p, "BPF maps", "%" PRIu64 " KiB", (sum + 1023) / 1024);
	else
		say(p, "BPF maps", "not known, they could not be made");
}

/* A hook may have several programs: a row says of all what they are for. */
static bool is_first(const struct bpf_object *object,
		     const struct bpf_program *p, const char *section)
{
	const struct bpf_program *q = p;

	while ((q = bpf_object__prev_program(object, (void *)q)))
		if (strcmp(bpf_program__section_name(q), section) == 0)
			return false;
	return true;
}

static void hook_line(const struct printer *p, const struct report *r,
		      const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program), *cost = NULL;
	unsigned type = (unsigned)bpf_program__expected_attach_type(program);
	bool used = false;
	char columns[128];

	for (const struct bpf_program *q = program; q;
	     q = bpf_object__next_program(r->object, (void *)q)) {
		if (strcmp(bpf_program__section_name(q), section) != 0)
			continue;
		used |= bpf_program__autoload(q);
		cost = cost ? cost : r->cost(bpf_program__name(q));
	}
	cost = cost ? cost : report_cost(section);
	snprintf(columns, sizeof(columns), "%-*s%-*s%-*s", HOOK, section, WORD,
		 probe_section(r->btf, section, type) ? "yes" : "no", WORD,
		 r->works && used ? "yes" : "no");
	wrap(p, columns, COST, cost ? cost : "-");
}

static void hook_lines(const struct printer *p, const struct report *r)
{
	const struct bpf_program *program = NULL;
	char head[128];

	snprintf(head, sizeof(head), "%-*s%-*s%-*s%s", HOOK, "HOOK", WORD,
		 "PRESENT", WORD, "USED", "WITHOUT IT");
	p->line(p->ctx, head);
	while ((program = bpf_object__next_program(r->object,
						   (void *)program)))
		if (is_first(r->object, program,
			     bpf_program__section_name(program)))
			hook_line(p, r, program);
}

void report_lines(const struct report *r,
		  void (*line)(void *ctx, const char *text), void *ctx)
{
	const struct printer p = { line, ctx };

	kernel_lines(&p, r);
	memory_lines(&p, r);
	line(ctx, "");
	if (r->object) {
		hook_lines(&p, r);
		line(ctx, "");
	}
	for (size_t i = 0; i < r->missing->count; i++)
		wrap(&p, "missing", LABEL, r->missing->line[i]);
	say(&p, "live capture", "%s",
	    r->works ? "works here" : "does not work here");
}
