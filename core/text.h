/* SPDX-License-Identifier: MIT */
/*
 * Hostile bytes become text here, on the way in, and nowhere else: everything
 * that is kept, shown or printed is printable UTF-8.
 */
#ifndef NX_TEXT_H
#define NX_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copy len bytes as printable UTF-8 into text (size includes the NUL; always
 * terminated; cut at a character's end). Printable characters stay; controls
 * (C0, DEL, C1), invalid UTF-8, bidirectional and zero-width characters and
 * the replacement of nothing become \DDD, one for each byte (decimal, RFC 1035
 * 5.1). A backslash becomes \\ only when `reversible`. Returns the length.
 */
size_t text_clean(char *text, size_t size, const void *bytes, size_t len,
		  bool reversible);

/* Cells that the text takes on a terminal; controls count 1. */
size_t text_width(const char *text);

/*
 * Decode one UTF-8 character at s (NUL-terminated). Returns its length in
 * bytes, at least 1 unless *s is NUL; *rune is -1 when the bytes are invalid.
 */
size_t text_rune(const char *s, int32_t *rune);

/* Cells of one character: 0 (combining), 1 or 2; -1 when it must not be shown. */
int text_rune_width(int32_t rune);

/*
 * "12.1ms", "850us", "3.2s", "4m10s": at most 8 cells, for people. Durations in ns.
 */
void text_duration(char *text, size_t size, uint64_t ns);

/* "999", "1.2k", "34M": at most 5 cells. */
void text_count(char *text, size_t size, uint64_t n);

/* "512B", "1.2KiB", "3.4MiB": at most 7 cells. */
void text_size(char *text, size_t size, uint64_t bytes);

/* Wall time "HH:MM:SS.mmm" (local time) of ns since the epoch. */
void text_clock(char *text, size_t size, uint64_t epoch_ns);

/*
 * Read "10ms", "2s", "5m", "1h", "250us", "1000ns" or a bare number of
 * seconds. 0 or -EINVAL; *ns is only written on success.
 */
int text_parse_duration(const char *text, uint64_t *ns);

/*
 * Read "64", "64KiB", "16MiB", "1GiB", "64k", "2M", "64kB" (k, M, G of 1000
 * without an i). 0, -EINVAL, or -ERANGE.
 */
int text_parse_size(const char *text, uint64_t *bytes);

#endif
