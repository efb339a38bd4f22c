/* SPDX-License-Identifier: MIT */
#include "tui/page.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/draw.h"

#define PAGE_PARTS 16384
#define PAGE_BYTES (1 << 20)

struct page_part {
	int line, x;
	enum role role;
	uint32_t at; /* its text, in page.bytes */
};

struct page {
	int width;
	int line; /* the one being written; after the last page_end(): all */
	int top, height; /* as last drawn */
	size_t parts_len, bytes_len;
	bool full;
	struct page_part parts[PAGE_PARTS];
	char bytes[PAGE_BYTES];
};

struct page *page_new(void)
{
	/* Never touched, it costs no memory. */
	return calloc(1, sizeof(struct page));
}

void page_free(struct page *p)
{
	free(p);
}

void page_begin(struct page *p, int width)
{
	p->width = width;
	p->line = 0;
	p->parts_len = p->bytes_len = 0;
	p->full = false;
}

int page_width(const struct page *p)
{
	return p->width;
}

static void put_bytes(struct page *p, int x, enum role role, const char *text,
		      size_t len)
{
	if (p->parts_len == PAGE_PARTS || len >= PAGE_BYTES - p->bytes_len) {
		p->full = true;
		return;
	}
	p->parts[p->parts_len++] = (struct page_part){
		.line = p->line, .x = x, .role = role,
		.at = (uint32_t)p->bytes_len,
	};
	memcpy(p->bytes + p->bytes_len, text, len);
	p->bytes[p->bytes_len + len] = '\0';
	p->bytes_len += len + 1;
}

void page_put(struct page *p, int x, enum role role, const char *text)
{
	put_bytes(p, x, role, text, strlen(text));
}

void page_print(struct page *p, int x, enum role role, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	page_put(p, x, role, text);
}

size_t page_fit(const char *text, int cells)
{
	size_t at = 0, blank = 0;
	int taken = 0;

	while (text[at]) {
		int32_t rune;
		size_t n = text_rune(text + at, &rune);
		int w = text_rune_width(rune);

		taken += w < 0 ? 1 : w;
		if (taken > cells)
			return blank ? blank : at;
		at += n;
		if (rune == ' ')
			blank = at;
	}
	return at;
}

void page_wrap(struct page *p, int x, enum role role, const char *text)
{
	int room = p->width - x;

	if (room < 8)
		room = 8;
	while (!p->full) {
		size_t n = page_fit(text, room);

		if (n == 0 && text[0])
			n = strlen(text); /* a character wider than the room */
		put_bytes(p, x, role, text, n);
		text += n;
		if (!text[0])
			break;
		page_end(p);
	}
}

void page_end(struct page *p)
{
	if (!p->full)
		p->line++;
}

void page_heading(struct page *p, const char *text)
{
	if (p->line > 0)
		page_end(p);
	page_put(p, 0, ROLE_HEADING, text);
	page_end(p);
}

void page_top(struct page *p)
{
	p->top = 0;
}

void page_bottom(struct page *p)
{
	p->top = p->line;
}

void page_scroll(struct page *p, int lines)
{
	p->top += lines;
	if (p->top < 0)
		p->top = 0;
}

int page_height(const struct page *p)
{
	return p->height;
}

static void draw_parts(const struct page *p, WINDOW *win, int y, int x,
		       int width)
{
	for (size_t i = 0; i < p->parts_len; i++) {
		const struct page_part *part = &p->parts[i];
		int line = part->line - p->top;
		int end = width;

		if (line < 0 || line >= p->height || part->x >= width)
			continue;
		if (i + 1 < p->parts_len && part[1].line == part->line &&
		    part[1].x > part->x && part[1].x < end)
			end = part[1].x;
		draw_text(win, y + line, x + part->x, end - part->x,
			  part->role, p->bytes + part->at);
	}
}

void page_draw(struct page *p, WINDOW *win, int y, int x, int height,
	       int width, const char *title)
{
	char where[48];
	int lines = p->line + (p->full ? 1 : 0);

	p->height = height - 2;
	if (p->top > lines - p->height)
		p->top = lines - p->height;
	if (p->top < 0)
		p->top = 0;

	int last = p->top + p->height;
	snprintf(where, sizeof(where), "%d-%d of %d", p->top + 1,
		 last < lines ? last : lines, lines);
	draw_frame(win, y, x, height, width, true, title, where);
	draw_fill(win, y + 1, x + 1, p->height, width - 2, ROLE_NORMAL);
	draw_parts(p, win, y + 1, x + 1, width - 2);
	if (p->full && p->line - p->top < p->height)
		draw_text(win, y + 1 + p->line - p->top, x + 1, width - 2,
			  ROLE_WARN, "The rest does not fit into this page.");
}
