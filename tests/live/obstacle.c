/* SPDX-License-Identifier: MIT */
/*
 * Puts something in the way of a program that wants to load BPF programs.
 *
 * obstacle deny COMMAND ERRNO PROGRAM...: a command of bpf(2), by number,
 * fails with that errno for the program, as an old kernel or a container's
 * system-call filter makes it.
 * obstacle crowd NUMBER CGROUP: as many programs are attached to the control
 * group at ingress, until the standard input ends.
 * obstacle alone CGROUP: one is, that allows no other.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LIFE_S 60

static _Noreturn void die(const char *what)
{
	dprintf(2, "obstacle: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static void deny(uint32_t command, uint32_t error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, command, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("seccomp");
}

/* A program that lets everything pass. */
static int load(void)
{
	const struct bpf_insn allow[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_CGROUP_SKB,
		.expected_attach_type = BPF_CGROUP_INET_INGRESS,
		.insns = (uintptr_t)allow,
		.insn_cnt = 2,
		.license = (uintptr_t) "MIT",
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	if (fd < 0)
		die("load");
	return fd;
}

static uint32_t group(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		die(path);
	return (uint32_t)fd;
}

/* Links end with this process. */
static void crowd(unsigned long n, uint32_t cgroup)
{
	for (unsigned long i = 0; i < n; i++) {
		union bpf_attr attr = { 0 };

		attr.link_create.prog_fd = (uint32_t)load();
		attr.link_create.target_fd = cgroup;
		attr.link_create.attach_type = BPF_CGROUP_INET_INGRESS;
		if (bpf(BPF_LINK_CREATE, &attr) < 0)
			die("link");
	}
}

/* This one does not: it is taken off again, or goes with its control group. */
static void alone(uint32_t cgroup, enum bpf_cmd command, int fd)
{
	union bpf_attr attr = { 0 };

	attr.target_fd = cgroup;
	attr.attach_bpf_fd = (uint32_t)fd;
	attr.attach_type = BPF_CGROUP_INET_INGRESS;
	if (bpf(command, &attr))
		die("attach");
}

static void stay(void)
{
	char c;

	alarm(LIFE_S);
	puts("ready");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	if (argc >= 5 && strcmp(argv[1], "deny") == 0) {
		deny((uint32_t)strtoul(argv[2], NULL, 10),
		     (uint32_t)strtoul(argv[3], NULL, 10));
		execv(argv[4], argv + 4);
		die(argv[4]);
	} else if (argc == 4 && strcmp(argv[1], "crowd") == 0) {
		crowd(strtoul(argv[2], NULL, 10), group(argv[3]));
		stay();
	} else if (argc == 3 && strcmp(argv[1], "alone") == 0) {
		uint32_t cgroup = group(argv[2]);
		int fd = load();

		alone(cgroup, BPF_PROG_ATTACH, fd);
		stay();
		alone(cgroup, BPF_PROG_DETACH, fd);
	} else {
		dprintf(2, "obstacle deny COMMAND ERRNO PROGRAM... | "
			   "crowd NUMBER CGROUP | alone CGROUP\n");
		return 2;
	}
	return 0;
}
