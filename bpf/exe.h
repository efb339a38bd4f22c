/* SPDX-License-Identifier: MIT */
/*
 * How the kernel programs hand the path of an executable to bpf/procfile.c in
 * event_proc.exe; event_proc.pad says which form it has. Nobody else sees it:
 * what capture.h delivers holds a path, and pad is 0.
 */
#ifndef NX_EXE_H
#define NX_EXE_H

#define EXE_DEPTH 48 /* names and mount points on the way to the root */

enum exe_form {
	EXE_PATH = 0, /* a path, ended by NUL */
	EXE_WHOLE = 1, /* its names from the last to the first, each with NUL */
	EXE_CUT = 2, /* the same without its beginning */
};

#endif
