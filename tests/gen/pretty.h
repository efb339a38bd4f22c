/* SPDX-License-Identifier: MIT */
/*
 * JSON so that a diff is readable, and the same with each version of json-c:
 * one member a line; a value that is not long is one line.
 */
/*
 * JSON so that a diff is readable, and the same with each version of json-c:
 * one member a line; a value with no object or list within is one line, and so is
 * one that is short.
 */
#ifndef NX_TEST_PRETTY_H
#define NX_TEST_PRETTY_H

#include <stddef.h>
#include <stdio.h>

struct json_object;

/* Not valid JSON ends the test. */
void pretty_document(FILE *out, const char *text, size_t len);
/*
 * An event without the members that equal those of the event before, which is
 * in *last (NULL: none); but its name always. *last becomes this one.
 */
void pretty_event(FILE *out, const char *text, size_t len,
		  struct json_object **last);
void pretty_forget(struct json_object **last);

#endif
