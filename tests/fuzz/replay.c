/* SPDX-License-Identifier: MIT */
/*
 * Stands where libFuzzer's main() would: every file of the target's folder of
 * seeds, or those that are named, each in a process of its own. One line for
 * each that fails.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define DEADLINE_S 20 /* sanitizers on a busy machine; an input takes 1 ms */

static void play(const char *path)
{
	static uint8_t bytes[FUZZ_MAX];
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		_exit(1);
	}
	size_t len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	/* In memory that ends where the input does: sanitizers see one byte
	 * too many. */
	uint8_t *exact = malloc(len ? len : 1);
	if (!exact)
		_exit(1);
	memcpy(exact, bytes, len);
	alarm(DEADLINE_S);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	fflush(NULL);
	_exit(0);
}

static bool passes(const char *path)
{
	int status;

	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		play(path);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (status == 0)
		return true;
	fprintf(stderr, "%s: %s %d\n", path,
		WIFSIGNALED(status) ? "signal" : "exit status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	return false;
}

int main(int argc, char **argv)
{
	const char *name = strstr(argv[0], "fuzz_");
	size_t passed = 0, failed = 0;
	char path[4096];

	for (int i = 1; i < argc; i++)
		passes(argv[i]) ? passed++ : failed++;
	snprintf(path, sizeof(path), "tests/fuzz/seeds/%s",
		 name ? name + strlen("fuzz_") : "");
	DIR *dir = argc > 1 ? NULL : opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "tests/fuzz/seeds/%s/%s",
			 name + strlen("fuzz_"), e->d_name);
		passes(path) ? passed++ : failed++;
	}
	if (dir)
		closedir(dir);
	printf("%zu passed, %zu failed, 0 skipped\n", passed, failed);
	return failed > 0 || passed == 0;
}
