/* SPDX-License-Identifier: MIT */
/*
 * Why the kernel refused a program: libbpf writes many lines about it to a
 * global function; here they become the two that a user can be told. Nothing
 * that libbpf says ever reaches the terminal.
 */
#ifndef NX_REASON_H
#define NX_REASON_H

struct reason {
	char program[96]; /* "prog 'nx_egress': BPF program load failed: ..." */
	char verifier[256]; /* the verifier's last word; "" if it had none */
};

/* Keep what libbpf says from now on in *r, until reason_end(). */
void reason_begin(struct reason *r);
/* Let libbpf be silent from now on. */
void reason_end(void);
/* Take one message of libbpf; apart for the tests. */
void reason_take(struct reason *r, const char *text);

#endif
