/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. A target is a file fuzz_<name>.c with libFuzzer's
 * entry, which states properties with must(). `make fuzz` searches for inputs
 * that break one; `make check` replays those in seeds/<name>/ (replay.c), of
 * which each is named for its claim.
 */
#ifndef NX_FUZZ_H
#define NX_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of an input that are looked at: more only makes the search slow. */
#define FUZZ_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* End the program, naming the property, when it does not hold. */
void must(bool holds, const char *property, const char *text);
/* A text for people: UTF-8 of which a terminal shows every character. */
void must_print(const char *text, const char *what);
/* One line, one JSON value, no member twice (strictjson.h). */
void must_be_json(const char *text, size_t len);

#endif
