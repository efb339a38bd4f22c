/* SPDX-License-Identifier: MIT */
#include "tui/save.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define OTHER 12345 /* a user that is not us */

static char root[] = "/tmp/nx-save-XXXXXX";

static int setup(void **state)
{
	(void)state;
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	return mkdtemp(root) && chdir(root) == 0 ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int flag,
		      struct FTW *walk)
{
	(void)st;
	(void)flag;
	return walk->level == 0 ? 0 : remove(path);
}

static void clean(void)
{
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int teardown(void **state)
{
	(void)state;
	clean();
	return chdir("/") || rmdir(root);
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* "-" when there is no such file. */
static const char *get(const char *path)
{
	static char text[256];
	FILE *f = fopen(path, "r");

	if (!f)
		return "-";
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return text;
}

/* Names in a folder, temporary ones too. */
static int count(const char *path)
{
	DIR *dir = opendir(path);
	int n = -2; /* . and .. */

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static int save(const char *path, const char *text, struct errmsg *err)
{
	struct save *s = NULL;
	int rc = save_begin(&s, path, err);

	if (rc)
		return rc;
	rc = save_write(s, text, strlen(text), err);
	int end = save_end(s, err);
	return rc ? rc : end;
}

/* What is there before, by name: victims that must stay as they are. */
static void make_world(void)
{
	clean();
	put("old", "old");
	put("victim", "victim");
	assert_int_equal(symlink("victim", "link"), 0);
	assert_int_equal(symlink("nothing", "dangling"), 0);
	assert_int_equal(link("victim", "hard"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(symlink("folder", "way"), 0);
	assert_int_equal(symlink("loop2", "loop1"), 0);
	assert_int_equal(symlink("loop1", "loop2"), 0);
	/* a folder like /tmp */
	assert_int_equal(mkdir("sticky", 0700), 0);
	assert_int_equal(chmod("sticky", 01777), 0);
	assert_int_equal(symlink("../folder", "sticky/mine"), 0);
	if (geteuid() != 0)
		return;
	put("other", "other");
	assert_int_equal(chown("other", OTHER, OTHER), 0);
	assert_int_equal(symlink("../folder", "sticky/planted"), 0);
	assert_int_equal(lchown("sticky/planted", OTHER, OTHER), 0);
	assert_int_equal(symlink("../folder", "sticky/owners"), 0);
	assert_int_equal(symlink("folder", "others-way"), 0);
	assert_int_equal(lchown("others-way", OTHER, OTHER), 0);
}

static const struct claim {
	const char *label, *path;
	int rc;
	const char *want; /* the message, or what is in the file */
	bool root; /* only root can set it up */
} claims[] = {
	{ "new", "new", 0, "text", false },
	{ "replaces", "old", 0, "text", false },
	{ "in a folder", "folder/new", 0, "text", false },
	{ "many slashes", "folder//.///new", 0, "text", false },
	{ "up and down", "folder/../new", 0, "text", false },
	{ "own link on the way", "way/new", 0, "text", false },
	{ "own link in a sticky folder", "sticky/mine/new", 0, "text", false },
	{ "sticky folder itself", "sticky/new", 0, "text", false },
	{ "symbolic link", "link", -ELOOP, "cannot write link: it is a symbolic link", false },
	{ "dangling link", "dangling", -ELOOP, "cannot write dangling: it is a symbolic link", false },
	{ "fifo", "fifo", -EINVAL, "cannot write fifo: it is not a regular file", false },
	{ "folder", "folder", -EISDIR, "cannot write folder: Is a directory", false },
	{ "folder with a slash", "folder/", -EISDIR, "cannot write folder/: Is a directory", false },
	{ "here", ".", -EISDIR, "cannot write .: Is a directory", false },
	{ "nothing", "", -EISDIR, "cannot write : Is a directory", false },
	{ "device", "/dev/null", -EINVAL, "cannot write /dev/null: it is not a regular file", true },
	{ "no such folder", "nowhere/new", -ENOENT, "cannot write nowhere/new: No such file or directory", false },
	{ "file on the way", "old/new", -ENOTDIR, "cannot write old/new: Not a directory", false },
	{ "links in a circle", "loop1/new", -ELOOP, "cannot write loop1/new: Too many levels of symbolic links", false },
	{ "control in the name", "no\033[2J/x", -ENOENT, "cannot write no\\027[2J/x: No such file or directory", false },
	{ "another's file", "other", -EPERM, "cannot write other: it belongs to another user", true },
	{ "planted link on the way", "sticky/planted/new", -EACCES, "cannot write sticky/planted/new: Permission denied", true },
	{ "link of the sticky folder's owner", "sticky/owners/new", 0, "text", true },
	{ "another's link where only he may write", "others-way/new", 0, "text", true },
};

static void test_save(void **state)
{
	(void)state;
	int failed = 0;

	for (size_t i = 0; i < N(claims); i++) {
		const struct claim *c = &claims[i];
		struct errmsg err = { 0 };
		if (c->root && geteuid() != 0)
			continue;
		make_world();
		int here = count("."), below = count("folder");
		int rc = save(c->path, "text", &err);
		char got[1024];
		snprintf(got, sizeof(got), "%s", rc ? err.text : get(c->path));
		/* At most one name more, and none of ours left over. */
		int more = count(".") - here + count("folder") - below;
		bool intact = strcmp(get("victim"), "victim") == 0 &&
			      strcmp(get("hard"), "victim") == 0;
		if (rc != c->rc || strcmp(got, c->want) != 0 || !intact ||
		    more > (rc ? 0 : 1)) {
			print_error("%s: want %d \"%s\", got %d \"%s\", %d new names%s\n",
				    c->label, c->rc, c->want, rc, got, more,
				    intact ? "" : ", victim changed");
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void test_attributes(void **state)
{
	(void)state;
	struct stat st;
	struct errmsg err;

	make_world();
	/* A hard link's other name keeps what it had. */
	assert_int_equal(save("hard", "text", &err), 0);
	assert_string_equal(get("hard"), "text");
	assert_string_equal(get("victim"), "victim");
	assert_int_equal(stat("hard", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	if (geteuid() != 0)
		return;
	/* Under sudo it belongs to who called. */
	setenv("SUDO_UID", "12345", 1);
	setenv("SUDO_GID", "12346", 1);
	assert_int_equal(save("mine", "text", &err), 0);
	assert_int_equal(stat("mine", &st), 0);
	assert_int_equal(st.st_uid, 12345);
	assert_int_equal(st.st_gid, 12346);
	assert_int_equal(save("mine", "again", &err), 0);
	assert_int_equal(save("other", "text", &err), 0); /* that is him */
	setenv("SUDO_UID", "-1", 1); /* not what sudo writes */
	assert_int_equal(save("mine2", "text", &err), 0);
	assert_int_equal(stat("mine2", &st), 0);
	assert_int_equal(st.st_uid, 0);
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
}

static void test_abandon(void **state)
{
	(void)state;
	struct save *s;
	struct errmsg err;

	make_world();
	int before = count(".");
	assert_int_equal(save_begin(&s, "old", &err), 0);
	assert_int_equal(count("."), before + 1);
	assert_int_equal(save_write(s, "new", 3, &err), 0);
	save_abandon(s);
	save_abandon(NULL);
	assert_int_equal(count("."), before);
	assert_string_equal(get("old"), "old");

	/* The target becomes a link between the beginning and the end. */
	assert_int_equal(save_begin(&s, "old", &err), 0);
	assert_int_equal(unlink("old") || symlink("victim", "old"), 0);
	assert_int_equal(save_end(s, &err), -ELOOP);
	assert_string_equal(get("victim"), "victim");
}

/* The disk is full: with a file size limit, write() is short and then fails. */
static void test_full(void **state)
{
	(void)state;
	struct rlimit old, small;
	struct errmsg err = { 0 };
	struct save *s;
	static char block[100000];

	make_world();
	int before = count(".");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 300000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(save_begin(&s, "old", &err), 0);
	int rc = 0;
	for (int i = 0; i < 10 && rc == 0; i++)
		rc = save_write(s, block, sizeof(block), &err);
	assert_int_equal(rc, -EFBIG);
	assert_string_equal(err.text, "cannot write old: File too large");
	/* It stays so, and the end says it again. */
	assert_int_equal(save_write(s, "x", 1, NULL), -EFBIG);
	assert_int_equal(save_end(s, &err), -EFBIG);
	assert_string_equal(err.text, "cannot write old: File too large");

	/* All of it still in our buffer: found at the end. */
	small.rlim_cur = 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(save("old", "more than ten bytes", &err), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_string_equal(get("old"), "old");
	assert_int_equal(count("."), before);
}

/* What a killed run left goes; what another is writing stays. */
static void test_stale(void **state)
{
	(void)state;
	struct errmsg err;
	struct save *s;

	make_world();
	put(".new.1-0.nx-tmp", "stale");
	put(".other-name.1-0.nx-tmp", "another target's");
	put(".new.nx-tmp.bak", "not ours");
	int before = count(".");
	int fd = open(".new.2-0.nx-tmp", O_CREAT | O_WRONLY, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(save_begin(&s, "new", &err), 0);
	assert_string_equal(get(".new.1-0.nx-tmp"), "-");
	assert_string_equal(get(".new.2-0.nx-tmp"), "");
	assert_string_equal(get(".other-name.1-0.nx-tmp"), "another target's");
	assert_int_equal(save_end(s, &err), 0);
	assert_int_equal(count("."), before - 1 + 1 + 1);
	close(fd);
}

/* Killed at any moment: the old file or the new one, whole. */
static void test_killed(void **state)
{
	(void)state;
	static char text[2][20000];

	make_world();
	memset(text[0], 'a', sizeof(text[0]) - 1);
	memset(text[1], 'b', sizeof(text[1]) - 1);
	put("target", text[0]);
	for (int i = 0; i < 60; i++) {
		pid_t pid = fork();
		assert_true(pid >= 0);
		for (int turn = 0; pid == 0; turn++)
			save("target", text[turn & 1], NULL);
		usleep((useconds_t)(i * 97 % 3000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);

		struct stat st;
		char c[2] = "";
		int fd = open("target", O_RDONLY);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(st.st_size, sizeof(text[0]) - 1);
		assert_int_equal(pread(fd, &c[0], 1, 0), 1);
		assert_int_equal(pread(fd, &c[1], 1, st.st_size - 1), 1);
		assert_int_equal(c[0], c[1]);
		close(fd);
	}
	/* And the next one tidies up. */
	assert_int_equal(save("target", "x", NULL), 0);
	DIR *dir = opendir(".");
	for (struct dirent *e; (e = readdir(dir));)
		assert_null(strstr(e->d_name, "nx-tmp"));
	closedir(dir);
}

static const struct claim opens[] = {
	{ "new", "new", 0, "rec", false },
	{ "empties", "old", 0, "rec", false },
	{ "link", "link", -ELOOP, "cannot write link: it is a symbolic link", false },
	{ "dangling link", "dangling", -ELOOP, "cannot write dangling: it is a symbolic link", false },
	{ "fifo", "fifo", -ENXIO, "cannot write fifo: it is not a regular file", false },
	{ "folder", "folder", -EISDIR, "cannot write folder: Is a directory", false },
	{ "hard link", "hard", -EMLINK, "cannot write hard: it has other names too", false },
	{ "another's file", "other", -EPERM, "cannot write other: it belongs to another user", true },
	{ "planted link on the way", "sticky/planted/new", -EACCES, "cannot write sticky/planted/new: Permission denied", true },
};

static void test_open(void **state)
{
	(void)state;
	int failed = 0;

	for (size_t i = 0; i < N(opens); i++) {
		const struct claim *c = &opens[i];
		struct errmsg err = { 0 };
		if (c->root && geteuid() != 0)
			continue;
		make_world();
		int fd = save_open(c->path, &err);
		if (fd >= 0) {
			assert_int_equal(write(fd, "rec", 3), 3);
			close(fd);
		}
		char got[1024];
		snprintf(got, sizeof(got), "%s", fd < 0 ? err.text : get(c->path));
		if ((fd < 0 ? fd : 0) != c->rc || strcmp(got, c->want) != 0 ||
		    strcmp(get("victim"), "victim") != 0) {
			print_error("%s: want %d \"%s\", got %d \"%s\"\n",
				    c->label, c->rc, c->want, fd, got);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_save),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_abandon),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_open),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
