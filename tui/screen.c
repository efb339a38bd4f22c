/* SPDX-License-Identifier: MIT */
/*
 *  netexplore  host  live 00:12:04  1,204 ev/s  lost 0   (status.c)
 * +- 1 TCP handshakes ----- 231 -++- 3 DNS by process - 87 -+
 * |                             ||                          |
 * |      the panes (overview.c), or a page (page.c)         |
 * +-----------------------------++--------------------------+
 *  filter: dst port 443            / filter  Enter detail    (here)
 */
#include "tui/screen.h"

#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/command.h"
#include "tui/detail.h"
#include "tui/draw.h"
#include "tui/help.h"
#include "tui/overview.h"
#include "tui/pace.h"
#include "tui/question.h"
#include "tui/status.h"

#define WHEEL_ROWS 3

struct screen {
	const struct model *model;
	struct screen_host host;
	struct overview overview;
	struct filter *filter; /* NULL: all */
	struct status status;

	bool in_help, in_detail; /* the help lies above a detail */
	struct page *help, *detail;
	struct row detail_row; /* only its identity: kind, id, child */

	struct prompt *filter_line, *file_line;
	struct prompt *prompt; /* the one that is open, or NULL */
	char message[512];
	bool message_bad;

	bool quits;
	bool dirty; /* something but the model changed */
	bool clear; /* draw every cell anew */
	int lines, cols; /* as last drawn */
	struct pace pace;
};

struct screen *screen_new(const struct model *m, const struct screen_host *host)
{
	struct screen *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->model = m;
	s->host = *host;
	s->dirty = true;
	s->help = page_new();
	s->detail = page_new();
	s->filter_line = prompt_new(&question_filter);
	s->file_line = prompt_new(&question_file);
	if (!s->help || !s->detail || !s->filter_line || !s->file_line ||
	    overview_init(&s->overview, m) < 0) {
		screen_free(s);
		return NULL;
	}
	return s;
}

void screen_free(struct screen *s)
{
	if (!s)
		return;
	overview_release(&s->overview);
	filter_free(s->filter);
	page_free(s->help);
	page_free(s->detail);
	prompt_free(s->filter_line);
	prompt_free(s->file_line);
	free(s);
}

int screen_set_filter(struct screen *s, const char *text, struct errmsg *err)
{
	struct filter *f = NULL;
	int rc = filter_parse(&f, text, err);

	if (rc < 0)
		return rc;
	filter_free(s->filter);
	s->filter = f;
	prompt_remember(s->filter_line, text);
	overview_refilter(&s->overview);
	s->dirty = true;
	return 0;
}

bool screen_quits(const struct screen *s)
{
	return s->quits;
}

void screen_message(struct screen *s, bool bad, const char *text)
{
	/* One line; a caret below it would have nothing to point at. */
	snprintf(s->message, sizeof(s->message), "%.*s",
		 (int)strcspn(text, "\n"), text);
	s->message_bad = bad;
	s->dirty = true;
}

static struct list *focused_list(struct screen *s)
{
	return &overview_pane(&s->overview)->list;
}

/* The page on show, or NULL. */
static struct page *open_page(const struct screen *s)
{
	return s->in_help ? s->help : s->in_detail ? s->detail : NULL;
}

static void begin_export(struct screen *s, const char *path)
{
	struct errmsg err = { 0 };
	char text[sizeof(s->message)];

	if (!path[0])
		return;
	if (!s->host.export) {
		screen_message(s, true, "this session cannot be exported");
		return;
	}
	snprintf(text, sizeof(text), "writing %.480s", path);
	screen_message(s, false, text);
	if (s->host.export(s->host.ctx, path, filter_source(s->filter), &err))
		screen_message(s, true, err.text);
}

static void prompt_done(struct screen *s)
{
	struct errmsg err = { 0 };

	if (s->prompt == s->file_line)
		begin_export(s, prompt_text(s->prompt));
	else if (screen_set_filter(s, prompt_text(s->prompt), &err) < 0)
		screen_message(s, true, err.text); /* out of memory */
	s->prompt = NULL;
}

bool screen_key(struct screen *s, int key)
{
	if (key == ERR)
		return s->dirty;
	if (key == KEY_RESIZE || s->message[0])
		s->dirty = true;
	/* Below a prompt a message has not been read yet. */
	if (!s->prompt)
		s->message[0] = '\0';
	if (s->prompt) {
		switch (prompt_key(s->prompt, key)) {
		case PROMPT_DONE:
			prompt_done(s);
			break;
		case PROMPT_LEFT:
			s->prompt = NULL;
			break;
		case PROMPT_TYPING:
			break;
		}
		return s->dirty = true;
	}

	const struct command *c =
		command_find(key, open_page(s) ? IN_PAGE : IN_LIST);
	if (c) {
		s->dirty = true;
		c->run(s, c->arg);
	}
	return s->dirty;
}

void screen_filter(struct screen *s, int arg)
{
	(void)arg;
	s->prompt = s->filter_line;
	prompt_open(s->prompt, "");
}

void screen_export(struct screen *s, int arg)
{
	uint64_t wall_ns = model_wall(s->model, s->model->now_ns);
	char name[QUESTION_NAME];

	(void)arg;
	question_file_name(name, (time_t)(wall_ns / 1000000000));
	s->prompt = s->file_line;
	prompt_open(s->prompt, name);
}

void screen_open(struct screen *s, int arg)
{
	struct list *l = focused_list(s);
	struct row row;

	(void)arg;
	list_build(l, s->model, s->filter, &s->overview.hold);
	if (!list_row(l, s->model, l->selected, &row)) {
		screen_message(s, false, l->rows.count ?
			       "that row has made room for newer ones" :
			       "there is no row to open");
		return;
	}
	s->detail_row = row;
	s->in_detail = true;
	page_begin(s->detail, s->cols);
	page_top(s->detail);
}

void screen_help(struct screen *s, int arg)
{
	(void)arg;
	if (!s->in_help)
		page_top(s->help);
	s->in_help = !s->in_help;
}

void screen_hold(struct screen *s, int arg)
{
	(void)arg;
	overview_hold(&s->overview, s->model, !s->overview.hold.on);
}

void screen_zoom(struct screen *s, int arg)
{
	(void)arg;
	s->overview.zoomed = !s->overview.zoomed;
	if (!s->overview.zoomed && s->overview.focus >= LAYOUT_TILES)
		overview_focus(&s->overview, 0);
}

void screen_back(struct screen *s, int arg)
{
	(void)arg;
	if (s->in_help)
		s->in_help = false;
	else if (s->in_detail)
		s->in_detail = false;
	else if (s->overview.zoomed || s->overview.focus >= LAYOUT_TILES) {
		s->overview.zoomed = true;
		screen_zoom(s, 0);
	}
}

void screen_quit(struct screen *s, int arg)
{
	if (open_page(s))
		screen_back(s, arg);
	else
		s->quits = true;
}

static void leave_pages(struct screen *s)
{
	s->in_help = s->in_detail = false;
}

void screen_next_pane(struct screen *s, int by)
{
	leave_pages(s);
	overview_next(&s->overview, by);
}

void screen_pane(struct screen *s, int number)
{
	leave_pages(s);
	overview_focus(&s->overview, number);
}

void screen_move(struct screen *s, int by)
{
	if (open_page(s))
		page_scroll(open_page(s), by);
	else
		list_move(focused_list(s), by);
}

void screen_move_page(struct screen *s, int by)
{
	struct page *p = open_page(s);

	if (p)
		page_scroll(p, by * (page_height(p) > 1 ? page_height(p) - 1 :
							  1));
	else
		list_move_page(focused_list(s), by);
}

void screen_end(struct screen *s, int end)
{
	struct page *p = open_page(s);

	if (p)
		(end < 0 ? page_top : page_bottom)(p);
	else
		(end < 0 ? list_first : list_last)(focused_list(s));
}

void screen_fold(struct screen *s, int open)
{
	list_fold(focused_list(s), open > 0);
}

void screen_mouse(struct screen *s, int arg)
{
	MEVENT e;

	(void)arg;
	if (getmouse(&e) != OK)
		return;
	int wheel = e.bstate & BUTTON4_PRESSED ? -WHEEL_ROWS :
		    e.bstate & BUTTON5_PRESSED ? WHEEL_ROWS : 0;
	int at = open_page(s) ? -1 : overview_at(&s->overview, e.y, e.x);

	if (wheel && open_page(s))
		page_scroll(open_page(s), wheel);
	else if (wheel && at >= 0)
		list_move(&s->overview.pane[at].list, wheel);
	if (at < 0 || !(e.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED |
				    BUTTON1_DOUBLE_CLICKED)))
		return;

	struct pane *p = &s->overview.pane[at];
	size_t before = p->list.selected;
	bool again = at == s->overview.focus;
	overview_focus(&s->overview, at);
	if (pane_click(p, e.y) &&
	    ((e.bstate & BUTTON1_DOUBLE_CLICKED) ||
	     (again && p->list.selected == before)))
		screen_open(s, 0);
}

void screen_redraw(struct screen *s, int arg)
{
	(void)arg;
	s->clear = true;
}

bool screen_stale(const struct screen *s, uint64_t now_ns)
{
	return s->dirty ||
	       pace_due(&s->pace, s->model,
			!s->overview.hold.on && !s->in_help,
			status_elapsed(&s->status, s->model, now_ns), now_ns);
}

static void draw_status(struct screen *s, int cols, uint64_t now_ns)
{
	struct status_shown shown = {
		.host = s->host.host,
		.mode = s->host.mode,
		.held = s->overview.hold.on,
	};

	if (shown.held)
		shown.held_new = list_hold_new(&s->overview.hold, s->model);
	for (; s->host.missing_list && s->host.missing_list[shown.missing];)
		shown.missing++;
	if (shown.missing == 0 && s->host.missing)
		shown.missing = 1;
	status_draw(&s->status, stdscr, 0, cols, s->model, &shown, now_ns);
}

/* The rows of the page that is open. */
static void write_page(struct screen *s, int width, char title[CELL_TEXT])
{
	struct list *l = focused_list(s);
	const struct row *id = &s->detail_row;
	struct row row;

	if (s->in_help) {
		const char *lacks[] = { s->host.missing, NULL };

		snprintf(title, CELL_TEXT, "Help");
		page_begin(s->help, width);
		help_write(s->help, s->host.missing_list ?
				    s->host.missing_list : lacks);
		return;
	}
	list_build(l, s->model, s->filter, &s->overview.hold);
	size_t at = rows_position(&l->rows, id->kind, id->id, id->child);
	if (list_row(l, s->model, at, &row)) {
		detail_title(&row, title);
		page_begin(s->detail, width);
		detail_write(s->detail, &row);
	} else {
		/* What was written last stays on show. */
		snprintf(title, CELL_TEXT, "no longer there; as it was");
	}
}

static void draw_body(struct screen *s, int lines, int cols)
{
	char title[CELL_TEXT];

	if (open_page(s)) {
		write_page(s, cols - 2, title);
		page_draw(open_page(s), stdscr, 1, 0, lines - 2, cols, title);
	} else {
		overview_draw(&s->overview, stdscr, s->model, s->filter);
	}
}

static void draw_bottom(struct screen *s, int y, int cols)
{
	const char *source = filter_source(s->filter);
	char text[sizeof(s->message)] = "";
	enum role role = ROLE_STATUS;
	int most = cols - 2;

	if (s->message[0]) {
		snprintf(text, sizeof(text), "%s", s->message);
		role = s->message_bad ? ROLE_BAD : ROLE_MESSAGE;
	} else if (source[0]) {
		snprintf(text, sizeof(text), "filter: %.480s", source);
		role = ROLE_FILTER_GOOD;
		most = cols / 2;
	}

	int width = (int)text_width(text);
	if (width > most)
		width = most;
	draw_fill(stdscr, y, 0, 1, cols, ROLE_STATUS);
	if (width > 0)
		draw_text(stdscr, y, 1, width, role, text);
	command_draw_hints(stdscr, y, cols - 1, cols - 4 - width,
			   open_page(s) ? IN_PAGE : IN_LIST);
}

static void draw_small(const struct screen *s, int cols)
{
	char text[96];
	uint64_t lost = model_lost(s->model);

	snprintf(text, sizeof(text), "%d columns and %d lines are needed",
		 LAYOUT_MIN_COLS, LAYOUT_MIN_LINES);
	if (lost)
		snprintf(text, sizeof(text), "lost %llu; %dx%d is needed",
			 (unsigned long long)lost, LAYOUT_MIN_COLS,
			 LAYOUT_MIN_LINES);
	draw_text(stdscr, 0, 0, cols, lost ? ROLE_LOST : ROLE_WARN, text);
}

void screen_draw(struct screen *s, uint64_t now_ns)
{
	int lines, cols;

	pace_begin(&s->pace);
	getmaxyx(stdscr, lines, cols);
	bool resized = lines != s->lines || cols != s->cols;
	bool small = lines < LAYOUT_MIN_LINES || cols < LAYOUT_MIN_COLS;

	if (resized || small || s->clear)
		erase();
	if (s->clear)
		clearok(stdscr, TRUE);
	status_update(&s->status, s->model, now_ns);
	if (small) {
		draw_small(s, cols);
	} else {
		draw_status(s, cols, now_ns);
		/* Held, the rows stay as they are until a key moves them. */
		if (!s->overview.hold.on || s->dirty || resized)
			draw_body(s, lines, cols);
		if (s->prompt)
			prompt_draw(s->prompt, stdscr, lines - 2, 0, cols);
		else
			draw_bottom(s, lines - 1, cols);
	}
	curs_set(s->prompt && !small ? 1 : 0);
	wnoutrefresh(stdscr);

	s->lines = lines;
	s->cols = cols;
	s->dirty = s->clear = false;
	pace_end(&s->pace, s->model,
		 status_elapsed(&s->status, s->model, now_ns), now_ns);
}
