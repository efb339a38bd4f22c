/* SPDX-License-Identifier: MIT */
/*
 * SipHash-1-3: a keyed hash, so that who chooses the keys of a table (any
 * sender of packets) cannot make them collide. Source: Aumasson, Bernstein,
 * "SipHash: a fast short-input PRF", 2012.
 */
#ifndef NX_HASH_H
#define NX_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const uint64_t key[2], const void *bytes, size_t len);

/* The next of a series of numbers that look random; moves *state. */
uint64_t hash_next(uint64_t *state);

#endif
