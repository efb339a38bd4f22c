/* SPDX-License-Identifier: MIT */
/*
 * flags FILE: append the file status flags of descriptors 0 to 2, which
 * everyone who has the same open file shares: what a program sets there stays
 * in the shell.
 */
#include <fcntl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	FILE *out = argc == 2 ? fopen(argv[1], "a") : NULL;

	if (!out)
		return 1;
	for (int fd = 0; fd <= 2; fd++)
		fprintf(out, "%d: %x\n", fd, (unsigned)fcntl(fd, F_GETFL));
	return fclose(out) ? 1 : 0;
}
