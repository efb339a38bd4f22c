/* SPDX-License-Identifier: MIT */
#include "tui/carrier.h"

#include <ftw.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/packet.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
#define REST " 00000000:00000000 00:00000000 00000000  1000        0 "

static char root[] = "/tmp/nx-carrier-XXXXXX";

static void make(const char *path, const char *text)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (char *p = full + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(full, 0700);
		*p = '/';
	}
	FILE *f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make_process(int pid, const char *comm, int ppid)
{
	char path[64], text[128];

	snprintf(path, sizeof(path), "%d/stat", pid);
	snprintf(text, sizeof(text), "%d (%s) S %d 1 1 0 -1\n", pid, comm, ppid);
	make(path, text);
	snprintf(path, sizeof(path), "%d/ns/x", pid);
	make(path, "");
	snprintf(path, sizeof(path), "%s/%d/ns/net", root, pid);
	assert_int_equal(symlink("net:[4026531840]", path), 0);
	snprintf(path, sizeof(path), "%d/net/tcp", pid);
	make(path, HEAD
	     /* a listener, two connections of 10.0.0.5:22, one that is over */
	     "   0: 00000000:0016 00000000:0000 0A" REST "100 1\n"
	     "   1: 0500000A:0016 0900000A:C350 01" REST "101 1\n"
	     "   2: 0500000A:0016 0A00000A:C351 01" REST "102 1\n"
	     "   3: 0500000A:0016 0B00000A:C352 06" REST "103 1\n"
	     "garbage\n"
	     "   4: 0500000A 0900000A:C350 01" REST "104 1\n");
	snprintf(path, sizeof(path), "%d/net/tcp6", pid);
	make(path, HEAD
	     "   0: B80D0120000000000000000001000000:0016 B80D0120000000000000000002000000:C350 01" REST "201 1\n"
	     "   1: 0000000000000000FFFF00000500000A:0016 0000000000000000FFFF00000C00000A:C353 01" REST "202 1\n");
}

static void make_fd(int pid, int fd, const char *target)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%d/fd", root, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%d/fd/%d", root, pid, fd);
	assert_int_equal(symlink(target, path), 0);
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(root))
		return -1;
	make_process(1, "init", 0);
	make_fd(1, 3, "socket:[101]"); /* never init's */
	/* plain ssh: the lowest descriptor is the session's */
	make_process(10, "sshd", 1);
	make_fd(10, 9, "socket:[102]");
	make_fd(10, 4, "socket:[101]");
	make_fd(10, 0, "/dev/null");
	make_fd(10, 3, "socket:[100]"); /* the listener */
	make_process(11, "bash", 10);
	make_process(12, "a ) (R) name", 11);
	make_process(13, "netexplore", 12);
	/* a console */
	make_process(20, "login", 1);
	make_fd(20, 5, "socket:[103]"); /* in TIME_WAIT */
	make_process(21, "bash", 20);
	/* tmux: the server is nobody's child, a client came by IPv6 */
	make_process(30, "tmux: server", 1);
	make_process(31, "bash", 30);
	make_process(32, "sshd", 1);
	make_fd(32, 4, "socket:[201]");
	make_process(33, "tmux: client", 32);
	/* and another one by IPv4, of another shell of whom came so */
	make_process(34, "sshd", 1);
	make_fd(34, 4, "socket:[100]");
	make_fd(34, 5, "socket:[101]");
	make_process(35, "tmux: client", 34);
	make_process(36, "tmux: client", 34);
	/* screen, its client by a v4-mapped address */
	make_process(40, "screen", 1);
	make_process(41, "bash", 40);
	make_process(42, "sshd", 1);
	make_fd(42, 4, "socket:[202]");
	make_process(43, "screen", 42);
	/* a loop in the ancestors cannot be, but must not hang */
	make_process(50, "a", 51);
	make_process(51, "b", 50);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag,
		      struct FTW *walk)
{
	(void)st;
	(void)flag;
	(void)walk;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const struct claim {
	const char *label;
	int pid;
	const char *ssh;
	const char *want; /* "" for none */
	int holder;
} claims[] = {
	{ "ssh, lowest descriptor", 13, NULL, "10.0.0.5 22 10.0.0.9 50000 4026531840", 10 },
	{ "a name with parentheses", 12, NULL, "10.0.0.5 22 10.0.0.9 50000 4026531840", 10 },
	{ "the process' own sockets do not count", 10, NULL, "", 0 },
	{ "console", 21, NULL, "", 0 },
	{ "tmux: each client once", 31, NULL, "10.0.0.5 22 10.0.0.9 50000 4026531840, 2001:db8::1 22 2001:db8::2 50000 4026531840", 0 },
	{ "screen client, v4-mapped", 41, NULL, "10.0.0.5 22 10.0.0.12 50003 4026531840", 0 },
	{ "loop", 50, NULL, "", 0 },
	{ "no such process", 999, NULL, "", 0 },
	{ "environment", 21, "10.0.0.10 50001 10.0.0.5 22", "10.0.0.5 22 10.0.0.10 50001 4026531840", 0 },
	{ "environment, IPv6", 21, "2001:db8::2 50000 2001:db8::1 22", "2001:db8::1 22 2001:db8::2 50000 4026531840", 0 },
	{ "environment of a connection that is gone", 21, "10.0.0.99 50001 10.0.0.5 22", "", 0 },
	{ "environment, garbage", 21, "a b c d", "", 0 },
	{ "environment, empty", 21, "", "", 0 },
	{ "descriptors before the environment", 13, "10.0.0.10 50001 10.0.0.5 22", "10.0.0.5 22 10.0.0.9 50000 4026531840", 10 },
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void test_find(void **state)
{
	(void)state;
	int failed = 0;

	for (size_t i = 0; i < N(claims); i++) {
		char got[256] = "", local[ADDRESS_TEXT], remote[ADDRESS_TEXT];
		struct mine m = { .hides = false };
		int holder = carrier_find(root, claims[i].pid, claims[i].ssh, &m);
		char *text[MINE_ENDS];

		for (size_t k = 0; k < m.ends_count; k++) {
			const struct flow_key *key = &m.ends[k].key;

			address_text(&key->local, local);
			address_text(&key->remote, remote);
			assert_true(asprintf(&text[k], "%s %u %s %u %u", local,
					     key->local_port, remote,
					     key->remote_port, key->netns) > 0);
			assert_int_equal(key->pad, 0);
			assert_int_equal(key->generation, 0);
			assert_int_equal(m.ends[k].protocol, IPPROTO_TCP);
		}
		/* A folder has no order. */
		qsort(text, m.ends_count, sizeof(*text), by_text);
		for (size_t k = 0; k < m.ends_count; k++) {
			size_t len = strlen(got);

			snprintf(got + len, sizeof(got) - len, "%s%s",
				 k ? ", " : "", text[k]);
			free(text[k]);
		}
		assert_int_equal(holder, claims[i].holder);
		if (strcmp(got, claims[i].want) != 0) {
			print_error("%s: want \"%s\", got \"%s\"\n",
				    claims[i].label, claims[i].want, got);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
