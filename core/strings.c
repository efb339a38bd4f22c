/* SPDX-License-Identifier: MIT */
/*
 * The region is cut into pages of 64 KiB. A page in use holds blocks of one
 * size (16 bytes to 64 KiB, powers of two); a page whose blocks are all free
 * again can take any size. So which size a block has follows from its page,
 * and no block has a head.
 */
#include "core/strings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_SIZE ((size_t)65536)
#define SIZE_MIN ((size_t)16)
#define CLASSES 13 /* 16 << 12 = PAGE_SIZE */
#define NONE UINT32_MAX

struct page {
	uint32_t before, after; /* in its class' list of pages with room, or of empty ones */
	uint32_t used; /* blocks in use */
	uint32_t fresh; /* blocks from here on were never used since the page took its class */
	uint32_t free; /* first free block below `fresh`, or NONE; each holds the next */
	uint8_t class;
};

struct strings {
	unsigned char *region;
	struct page *pages;
	uint32_t page_count;
	uint32_t untouched; /* pages from here on were never used */
	uint32_t empty; /* list of pages that are free again */
	uint32_t room[CLASSES]; /* for each class, its pages with a free block */
	size_t used;
};

static size_t class_size(unsigned class)
{
	return SIZE_MIN << class;
}

static uint32_t class_blocks(unsigned class)
{
	return (uint32_t)(PAGE_SIZE / class_size(class));
}

struct strings *strings_new(size_t bytes)
{
	struct strings *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->page_count = (uint32_t)(bytes / PAGE_SIZE);
	/* Costs nothing until a text is put there. */
	s->region = malloc(s->page_count * PAGE_SIZE);
	s->pages = calloc(s->page_count, sizeof(*s->pages));
	if (!s->region || !s->pages) {
		strings_free(s);
		return NULL;
	}
	s->empty = NONE;
	for (unsigned i = 0; i < CLASSES; i++)
		s->room[i] = NONE;
	return s;
}

void strings_free(struct strings *s)
{
	if (!s)
		return;
	free(s->region);
	free(s->pages);
	free(s);
}

static void list_add(struct strings *s, uint32_t *head, uint32_t page)
{
	s->pages[page].before = NONE;
	s->pages[page].after = *head;
	if (*head != NONE)
		s->pages[*head].before = page;
	*head = page;
}

static void list_take(struct strings *s, uint32_t *head, uint32_t page)
{
	const struct page *p = &s->pages[page];

	*(p->before == NONE ? head : &s->pages[p->before].after) = p->after;
	if (p->after != NONE)
		s->pages[p->after].before = p->before;
}

/* A page with room for a block of this class, or NONE. */
static uint32_t page_for(struct strings *s, unsigned class)
{
	uint32_t page = s->room[class];

	if (page != NONE)
		return page;
	if (s->empty != NONE) {
		page = s->empty;
		list_take(s, &s->empty, page);
	} else if (s->untouched < s->page_count) {
		page = s->untouched++;
	} else {
		return NONE;
	}
	s->pages[page] = (struct page){ .free = NONE, .class = (uint8_t)class };
	list_add(s, &s->room[class], page);
	return page;
}

static unsigned char *block_take(struct strings *s, uint32_t page)
{
	struct page *p = &s->pages[page];
	size_t size = class_size(p->class);
	uint32_t block = p->free;
	unsigned char *at;

	if (block != NONE) {
		at = s->region + page * PAGE_SIZE + block * size;
		memcpy(&p->free, at, sizeof(p->free));
	} else {
		at = s->region + page * PAGE_SIZE + p->fresh++ * size;
	}
	p->used++;
	if (p->used == class_blocks(p->class))
		list_take(s, &s->room[p->class], page);
	s->used += size;
	return at;
}

const char *strings_put(struct strings *s, const void *text, size_t len)
{
	unsigned class = 0;
	uint32_t page;
	unsigned char *at;

	assert(len < PAGE_SIZE);
	while (class_size(class) < len + 1)
		class++;
	/* When no page is left, a larger block is better than none. */
	do
		page = page_for(s, class);
	while (page == NONE && ++class < CLASSES);
	if (page == NONE)
		return NULL;
	at = block_take(s, page);
	if (len)
		memcpy(at, text, len);
	at[len] = '\0';
	return (const char *)at;
}

void strings_drop(struct strings *s, const char *text)
{
	if (!text)
		return;
	size_t offset = (size_t)((const unsigned char *)text - s->region);
	uint32_t page = (uint32_t)(offset / PAGE_SIZE);

	assert(page < s->untouched);
	struct page *p = &s->pages[page];
	size_t size = class_size(p->class);
	uint32_t block = (uint32_t)(offset % PAGE_SIZE / size);

	assert(p->used > 0 && offset % size == 0);
	memcpy(s->region + offset, &p->free, sizeof(p->free));
	p->free = block;
	if (p->used == class_blocks(p->class))
		list_add(s, &s->room[p->class], page);
	p->used--;
	s->used -= size;
	if (p->used == 0) {
		list_take(s, &s->room[p->class], page);
		list_add(s, &s->empty, page);
	}
}

size_t strings_used(const struct strings *s)
{
	return s->used;
}
